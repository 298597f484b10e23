package rehearsal

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// World is everything that exists in the rehearsed cloud, which the stand-in providers share.
type World interface {
	// Save returns the whole world in the form that Load reads.
	Save() ([]byte, error)
	// Load replaces the world by a saved one.
	Load(saved []byte) error
	// Live returns a name of each existing resource, for messages.
	Live() []string
	// Begin starts a run of the engine. The program declares the order of its resources again.
	Begin()
	// Declare records the URNs that a resource waits for according to the program. It is called before the engine
	// requests anything about the resource, and not at all for resources whose dependencies change in the engine.
	Declare(urn string, waitsFor []string)
	// Broken returns, by URN, why resources that worked before an update no longer do, although it changed none of them.
	Broken() map[string][]string
}

// worldStore keeps the world of one stack. It holds generated passwords and keys, so that it is encrypted before it
// touches the disk, and compressed before that, because encrypted data cannot be.
type worldStore struct {
	path  string
	vault *vault
}

func (s *worldStore) load(world World) error {
	encrypted, err := os.ReadFile(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the stored world: %w", err)
	}
	packed, err := s.vault.crypter.DecryptValue(context.Background(), string(encrypted))
	if err != nil {
		return fmt.Errorf("decrypting the stored world %s: %w", s.path, err)
	}
	plain, err := decompress(packed)
	if err != nil {
		return fmt.Errorf("unpacking the stored world %s: %w", s.path, err)
	}
	if err := world.Load(plain); err != nil {
		return fmt.Errorf("loading the stored world %s: %w", s.path, err)
	}
	return nil
}

func (s *worldStore) save(world World) error {
	plain, err := world.Save()
	if err != nil {
		return fmt.Errorf("saving the world: %w", err)
	}
	packed, err := compress(plain)
	if err != nil {
		return fmt.Errorf("packing the world: %w", err)
	}
	encrypted, err := s.vault.crypter.EncryptValue(context.Background(), packed)
	if err != nil {
		return fmt.Errorf("encrypting the world: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("making the world's directory: %w", err)
	}
	return writeFileAtomic(s.path, []byte(encrypted))
}

func compress(plain []byte) (string, error) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write(plain)
	err = errors.Join(err, writer.Close())
	return packed.String(), err
}

func decompress(packed string) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader([]byte(packed)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
