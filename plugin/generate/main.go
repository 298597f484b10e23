// Command generate writes the schema of the provider, and the SDKs for TypeScript and Python.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ohcnetwork/care-ecs/plugin/internal/spec"
)

func main() {
	if err := generate(".."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// generate writes to the repository at root, after it has removed the SDKs that exist.
func generate(root string) error {
	derived, err := spec.Schema(context.Background(), filepath.Join(root, "components"))
	if err != nil {
		return err
	}
	files, err := spec.Files(derived)
	if err != nil {
		return err
	}
	for _, language := range []string{"nodejs", "python"} {
		if err := os.RemoveAll(filepath.Join(root, "sdk", language)); err != nil {
			return err
		}
	}
	for path, content := range files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
