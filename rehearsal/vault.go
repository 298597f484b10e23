package rehearsal

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// saltBytes is the length of the salt in Pulumi's passphrase secrets manager (pkg/secrets/passphrase).
const saltBytes = 8

// proof is the text that Pulumi encrypts beside the salt, to distinguish a wrong passphrase from damaged data.
const proof = "pulumi"

var errWrongPassphrase = errors.New("the passphrase is not the one that this state was made with")

// vault encrypts with the key that Pulumi derives from the passphrase. Its state is the `encryptionsalt` of a stack
// file, so that each can decrypt the values of the other.
type vault struct {
	state   string
	crypter config.Crypter
}

func newVault(passphrase string) (*vault, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("making a salt: %w", err)
	}
	crypter := config.NewSymmetricCrypterFromPassphrase(passphrase, salt)
	encrypted, err := crypter.EncryptValue(context.Background(), proof)
	if err != nil {
		return nil, fmt.Errorf("encrypting the proof of the passphrase: %w", err)
	}
	state := "v1:" + base64.StdEncoding.EncodeToString(salt) + ":" + encrypted
	return &vault{state: state, crypter: crypter}, nil
}

func openVault(passphrase, state string) (*vault, error) {
	version, rest, _ := strings.Cut(state, ":")
	encodedSalt, encrypted, ok := strings.Cut(rest, ":")
	salt, err := base64.StdEncoding.DecodeString(encodedSalt)
	if version != "v1" || !ok || err != nil {
		return nil, errors.New("the stored salt is damaged")
	}
	crypter := config.NewSymmetricCrypterFromPassphrase(passphrase, salt)
	if text, err := crypter.DecryptValue(context.Background(), encrypted); err != nil || text != proof {
		return nil, errWrongPassphrase
	}
	return &vault{state: state, crypter: crypter}, nil
}

func randomPassphrase() string { return rand.Text() }
