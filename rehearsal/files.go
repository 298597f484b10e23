package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
)

// patience is how long a lock may take before the user is informed.
const patience = 500 * time.Millisecond

// writeFileAtomic writes beside the target and renames, so that a reader never sees half a file.
func writeFileAtomic(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer os.Remove(file.Name())
	_, err = file.Write(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// copyFile copies a file to one that does not exist yet. If that fails, it leaves none.
func copyFile(from, to string, mode os.FileMode) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	if err = errors.Join(err, target.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// lockFile takes a lock between processes; the kernel drops it when its holder dies. It calls waiting once when
// someone else holds it. The function it returns is never nil.
func lockFile(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	mutex := fsutil.NewFileMutex(path)
	locked := make(chan error, 1)
	go func() { locked <- mutex.Lock() }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case err := <-locked:
			if err != nil {
				return func() {}, fmt.Errorf("locking %s: %w", path, err)
			}
			return func() { _ = mutex.Unlock() }, nil
		case <-timer.C:
			waiting()
		case <-ctx.Done():
			go func() {
				if <-locked == nil {
					_ = mutex.Unlock()
				}
			}()
			return func() {}, context.Cause(ctx)
		}
	}
}
