package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// World is what the stand-in providers share: everything that exists in the rehearsed cloud.
type World interface {
	// Save gives the whole world as bytes that Load takes.
	Save() ([]byte, error)
	// Load replaces the world by a saved one.
	Load(saved []byte) error
	// Live names what exists, for a person to read.
	Live() []string
}

// worldStore keeps the world of one stack. It holds generated passwords and keys, so that it is encrypted before it
// touches the disk.
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
	plain, err := s.vault.crypter.DecryptValue(context.Background(), string(encrypted))
	if err != nil {
		return fmt.Errorf("decrypting the stored world %s: %w", s.path, err)
	}
	if err := world.Load([]byte(plain)); err != nil {
		return fmt.Errorf("loading the stored world %s: %w", s.path, err)
	}
	return nil
}

func (s *worldStore) save(world World) error {
	plain, err := world.Save()
	if err != nil {
		return fmt.Errorf("saving the world: %w", err)
	}
	encrypted, err := s.vault.crypter.EncryptValue(context.Background(), string(plain))
	if err != nil {
		return fmt.Errorf("encrypting the world: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("making the world's directory: %w", err)
	}
	return writeFileAtomic(s.path, []byte(encrypted))
}
