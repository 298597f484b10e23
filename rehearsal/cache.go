package rehearsal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// cacheError reports that the user's cache cannot be used. A rehearsal goes on without it.
type cacheError struct{ cause error }

// Error returns one line.
func (e *cacheError) Error() string { return fmt.Sprintf("the cache cannot be used: %v", e.cause) }

// Unwrap returns the cause.
func (e *cacheError) Unwrap() error { return e.cause }

// cacheDir returns a directory in the user's cache, which it makes.
func cacheDir(name ...string) (string, error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return "", &cacheError{err}
	}
	dir := filepath.Join(append([]string{user, "care-rehearse"}, name...)...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", &cacheError{err}
	}
	return dir, nil
}

// hashOf returns a name for the parts that no other parts have.
func hashOf(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%d %s\n", len(part), part)
	}
	return hex.EncodeToString(hash.Sum(nil)[:10])
}
