package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// syncBuffer is a buffer that is read while a process writes it.
type syncBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(text)
}

func (b *syncBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}

func waitFor(t *testing.T, log *syncBuffer, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), text) },
		time.Minute, 10*time.Millisecond, "waiting for %q", text)
}

// assertNoProcess looks for processes whose environment names the directory, where the system shows environments.
func assertNoProcess(t *testing.T, dir string) {
	t.Helper()
	find := func() (found []string) {
		environments, err := filepath.Glob("/proc/[0-9]*/environ")
		require.NoError(t, err)
		for _, file := range environments {
			if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(dir)) {
				found = append(found, filepath.Dir(file))
			}
		}
		return found
	}
	assert.Eventually(t, func() bool { return len(find()) == 0 }, time.Second, 10*time.Millisecond, "%v", find())
}
