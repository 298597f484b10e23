package engine_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// telling is the minimum length of a text that counts as a secret, because shorter ones, such as "true", occur
// everywhere.
const telling = 8

func TestNoSecretIsInClearAnywhere(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "production"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, rehearsal.Options{Stack: stack, StateDir: dir, Passphrase: passphrase})
			result := s.up()
			secrets := s.secrets()
			require.Greater(t, len(secrets), 10, "keys, passwords and addresses with passwords")
			exported, err := s.Export(t.Context(), false)
			require.NoError(t, err)
			outputs, err := s.Outputs(t.Context(), false)
			require.NoError(t, err)
			places := map[string]string{
				"the exported state": unescaped(t, exported), "the outputs": fmt.Sprint(outputs), "the screen": result.Stdout,
				"the engine's events": fmt.Sprintf("%+v",
					result.Steps), "the files": contents(t, dir), "what the cloud shows": s.shown(),
			}
			for place, text := range places {
				for of, secret := range secrets {
					if strings.Contains(text, secret) {
						t.Errorf("%s holds %s in clear", place, of)
					}
				}
			}
		})
	}
}

// secrets are all secret texts of the state and of the cloud, by the resource and property that hold them.
func (s *stack) secrets() map[string]string {
	s.t.Helper()
	resources, err := s.Resources(true)
	require.NoError(s.t, err)
	public := published(resources)
	found := map[string]string{}
	add := func(of, text string) {
		for line := range strings.Lines(text) { // a key has many, and its first and last are no secrets
			if line = strings.TrimSpace(line); len(line) >= telling && !strings.HasPrefix(line, "-----") &&
				!strings.Contains(public, line) {
				found[fmt.Sprintf("%s, text %d", of, len(found))] = line
			}
		}
	}
	for _, r := range resources {
		for _, value := range []map[string]any{r.Inputs, r.Outputs} {
			plaintexts(value, func(text string) { add(string(r.URN), text) })
		}
	}
	for _, live := range s.cloud.World.Live() {
		inSecret(resource.NewProperty(live.Outputs), false, func(text string) { add(live.Urn+" in the cloud", text) })
	}
	return found
}

// published are texts that secrets hold and that are none themselves: the public half of a key, of which the private
// form holds a copy, and the identifier of an access key.
func published(resources []apitype.ResourceV3) string {
	var all []string
	for _, r := range resources {
		switch string(r.Type) {
		case "aws:iam/accessKey:AccessKey":
			all = append(all, string(r.ID))
		case "tls:index/privateKey:PrivateKey":
			for key, value := range r.Outputs {
				if strings.HasPrefix(key, "publicKey") {
					texts(value, func(text string) { all = append(all, text) })
				}
			}
		}
	}
	return strings.Join(all, "\n")
}

// plaintexts visits the texts of secrets in a state that was exported with them.
func plaintexts(value any, visit func(string)) {
	switch value := value.(type) {
	case map[string]any:
		if plain, ok := value["plaintext"].(string); ok && value[sig.Key] == sig.Secret {
			var decoded any
			if json.Unmarshal([]byte(plain), &decoded) == nil {
				texts(decoded, visit)
			}
			return
		}
		for _, item := range value {
			plaintexts(item, visit)
		}
	case []any:
		for _, item := range value {
			plaintexts(item, visit)
		}
	}
}

// inSecret visits the texts within secrets.
func inSecret(value resource.PropertyValue, secret bool, visit func(string)) {
	switch {
	case value.IsSecret():
		inSecret(value.SecretValue().Element, true, visit)
	case value.IsOutput():
		inSecret(value.OutputValue().Element, secret || value.OutputValue().Secret, visit)
	case value.IsString() && secret:
		visit(value.StringValue())
	case value.IsArray():
		for _, item := range value.ArrayValue() {
			inSecret(item, secret, visit)
		}
	case value.IsObject():
		for _, item := range value.ObjectValue() {
			inSecret(item, secret, visit)
		}
	}
}

// shown returns the texts that everyone with access to the account can read, above all environments and commands of
// containers.
func (s *stack) shown() string {
	var all []string
	for _, live := range s.cloud.World.Live() {
		for key, value := range live.Outputs {
			if !value.ContainsSecrets() || live.Token == taskToken && key == "containerDefinitions" {
				all = append(all, fmt.Sprint(value))
			}
		}
	}
	return strings.Join(all, "\n")
}

// unescaped undoes the escapes of JSON, in which a secret would hide.
func unescaped(t *testing.T, encoded []byte) string {
	t.Helper()
	var all []string
	var decoded any
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	var collect func(any)
	collect = func(value any) {
		switch value := value.(type) {
		case string:
			all = append(all, value)
		case []any:
			for _, item := range value {
				collect(item)
			}
		case map[string]any:
			for key, item := range value {
				all = append(all, key)
				collect(item)
			}
		}
	}
	collect(decoded)
	return strings.Join(all, "\n")
}

func contents(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, string(content))
		return err
	}))
	slices.Sort(all)
	return strings.Join(all, "\n")
}
