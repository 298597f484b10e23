package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// The checkpoint is the file in which the file backend keeps a stack (pkg/backend/diy). Reading and making it here
// saves a process of the command line each, which takes half a second to start.

// The versions of a checkpoint that apitype.CheckpointV3 describes. The later one only adds a list of features.
const (
	minimumCheckpoint = 3
	maximumCheckpoint = 4
)

func (r *Rehearsal) checkpointFile() string {
	return filepath.Join(r.stateDir, ".pulumi", "stacks", r.project.manifest.Name.String(), r.options.Stack+".json")
}

// selectStack makes the stack in the state unless it is there, as `pulumi stack init` does.
func (r *Rehearsal) selectStack() error {
	file := r.checkpointFile()
	if exists(file) || exists(file+".gz") {
		return nil
	}
	content, err := r.emptyCheckpoint()
	if err != nil {
		return fmt.Errorf("making the stack: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("making the stack: %w", err)
	}
	return writeFileAtomic(file, content)
}

func (r *Rehearsal) emptyCheckpoint() ([]byte, error) {
	salt, err := json.Marshal(map[string]string{"salt": r.vault.state})
	if err != nil {
		return nil, err
	}
	manifest := apitype.ManifestV1{Time: time.Now(), Version: strings.TrimPrefix(r.cli.Version, "v")}
	manifest.Magic = manifest.NewMagic()
	checkpoint, err := json.Marshal(apitype.CheckpointV3{
		Stack: tokens.QName(fmt.Sprintf("organization/%s/%s", r.project.manifest.Name, r.options.Stack)),
		Latest: &apitype.DeploymentV3{
			Manifest:         manifest,
			SecretsProviders: &apitype.SecretsProvidersV1{Type: "passphrase", State: salt},
		},
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(apitype.VersionedCheckpoint{Version: minimumCheckpoint, Checkpoint: checkpoint})
}

// deployment reads the stack's deployment, with secrets in clear if asked for.
func (r *Rehearsal) deployment(showSecrets bool) (*apitype.DeploymentV3, error) {
	content, err := readCheckpoint(r.checkpointFile())
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	var versioned apitype.VersionedCheckpoint
	if err := json.Unmarshal(content, &versioned); err != nil {
		return nil, fmt.Errorf("decoding the state: %w", err)
	}
	if versioned.Version < minimumCheckpoint || versioned.Version > maximumCheckpoint {
		return nil, fmt.Errorf("the state has version %d; this rehearsal reads versions %d and %d",
			versioned.Version, minimumCheckpoint, maximumCheckpoint)
	}
	var checkpoint apitype.CheckpointV3
	if err := json.Unmarshal(versioned.Checkpoint, &checkpoint); err != nil {
		return nil, fmt.Errorf("decoding the stack: %w", err)
	}
	deployment := checkpoint.Latest
	if deployment == nil {
		return &apitype.DeploymentV3{}, nil
	}
	if showSecrets {
		err = r.decryptResources(deployment.Resources)
	}
	return deployment, err
}

// readCheckpoint reads a checkpoint, which is compressed if PULUMI_DIY_BACKEND_GZIP was set when it was written.
func readCheckpoint(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if !errors.Is(err, os.ErrNotExist) {
		return content, err
	}
	packed, err := os.ReadFile(file + ".gz")
	if err != nil {
		return nil, err
	}
	return decompress(string(packed))
}

func (r *Rehearsal) decryptResources(resources []apitype.ResourceV3) error {
	for _, resource := range resources {
		for _, properties := range []map[string]any{resource.Inputs, resource.Outputs} {
			if err := decryptAll(properties, r.decrypt); err != nil {
				return fmt.Errorf("decrypting %s: %w", resource.URN, err)
			}
		}
	}
	return nil
}

func (r *Rehearsal) decrypt(ciphertext string) (string, error) {
	return r.vault.crypter.DecryptValue(context.Background(), ciphertext)
}

// decryptAll puts plaintext where value has ciphertext, as `pulumi stack export --show-secrets` does.
func decryptAll(value any, decrypt func(string) (string, error)) error {
	switch value := value.(type) {
	case map[string]any:
		if value[sig.Key] == sig.Secret {
			return decryptSecret(value, decrypt)
		}
		for _, inner := range value {
			if err := decryptAll(inner, decrypt); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range value {
			if err := decryptAll(inner, decrypt); err != nil {
				return err
			}
		}
	}
	return nil
}

// decryptSecret decrypts one secret. A secret within it is not encrypted once more: its ciphertext is the plaintext.
func decryptSecret(secret map[string]any, decrypt func(string) (string, error)) error {
	ciphertext, encrypted := secret["ciphertext"].(string)
	if !encrypted {
		return nil
	}
	plaintext, err := decrypt(ciphertext)
	if err != nil {
		return err
	}
	if strings.Contains(plaintext, sig.Secret) {
		if plaintext, err = decryptWithin(plaintext); err != nil {
			return err
		}
	}
	delete(secret, "ciphertext")
	secret["plaintext"] = plaintext
	return nil
}

func decryptWithin(text string) (string, error) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return "", err
	}
	if err := decryptAll(value, func(plain string) (string, error) { return plain, nil }); err != nil {
		return "", err
	}
	decrypted, err := json.Marshal(value)
	return string(decrypted), err
}
