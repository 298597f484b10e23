package rehearsal_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

const passphrase = "correct horse battery staple"

// keptOptions rehearse the toy with a state that stays in dir.
func keptOptions(t *testing.T, cloud *fakeCloud, dir string) rehearsal.Options {
	t.Helper()
	options := toyOptions(t, cloud)
	options.StateDir, options.Passphrase = dir, passphrase
	return options
}

func TestAKeptStateIsContinuedByTheNextRehearsal(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-that-stays-encrypted"
	dir := filepath.Join(t.TempDir(), "a state") // a path that an address would have to encode
	options := keptOptions(t, newFakeCloud(), dir)
	options.SecretConfig = map[string]string{"token": secret}
	first := open(t, options)
	_, err := first.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, first.Close())

	assertNowhere(t, dir, secret)
	exported := pulumiInToy(t, dir, "stack", "export", "--stack", "staging", "--show-secrets")
	assert.Contains(t, exported, "fake:index:Thing::thing")
	assert.Contains(t, exported, secret)

	world := newFakeCloud()
	options.Providers["fake"], options.World = world, world
	second := open(t, options)
	assert.Equal(t, []string{"fake:index:Thing thing-1"}, world.Live(), "the world came back")
	again, err := second.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again.Changed())
	_, err = second.Destroy(t.Context())
	require.NoError(t, err)
	require.NoError(t, second.CheckEmpty())
}

func TestAnotherPassphraseIsRefusedBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	options := keptOptions(t, newFakeCloud(), t.TempDir())
	require.NoError(t, open(t, options).Close())
	options.Passphrase = "another"
	_, err := rehearsal.New(t.Context(), options)
	require.ErrorContains(t, err, "the passphrase is not the one")
	require.ErrorContains(t, err, options.StateDir)
}

func TestAKeptStateNeedsAPassphrase(t *testing.T) {
	t.Parallel()
	options := keptOptions(t, newFakeCloud(), t.TempDir())
	options.Passphrase = ""
	_, err := rehearsal.New(t.Context(), options)
	require.ErrorContains(t, err, "needs a passphrase")
}

func TestAStateThatNoRehearsalMadeIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".pulumi", "stacks"), 0o700))
	_, err := rehearsal.New(t.Context(), keptOptions(t, newFakeCloud(), dir))
	require.ErrorContains(t, err, "that no rehearsal made")
	assert.NoDirExists(t, filepath.Join(dir, ".rehearsal"))
}

func TestASecondRehearsalWaitsForTheStateOfTheFirst(t *testing.T) {
	t.Parallel()
	options := keptOptions(t, newFakeCloud(), t.TempDir())
	first := open(t, options)
	log := &syncBuffer{}
	options.Stderr = log
	opened := make(chan error)
	go func() {
		second, err := rehearsal.New(t.Context(), options)
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), "waiting for another rehearsal that uses "+options.StateDir)
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, first.Close())
	require.NoError(t, <-opened)
}

func TestAStateDirectoryThatCannotBeMadeIsTold(t *testing.T) {
	t.Parallel()
	options := keptOptions(t, newFakeCloud(), filepath.Join(t.TempDir(), "file"))
	require.NoError(t, os.WriteFile(options.StateDir, nil, 0o600))
	_, err := rehearsal.New(t.Context(), options)
	require.ErrorContains(t, err, "making the state directory")
}

// pulumiInToy runs the ordinary command line as a user would, on a kept state, and checks that it leaves the tree
// alone.
func pulumiInToy(t *testing.T, stateDir string, arguments ...string) string {
	t.Helper()
	before := readTree(t, toyDir)
	process := exec.Command(shared.cli.Path, arguments...)
	process.Dir = toyDir
	process.Env = append(os.Environ(), "PULUMI_BACKEND_URL=file://"+stateDir, "PULUMI_CONFIG_PASSPHRASE="+passphrase,
		"PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_HOME="+t.TempDir())
	output, err := process.CombinedOutput()
	require.NoError(t, err, string(output))
	assert.Equal(t, before, readTree(t, toyDir))
	return string(output)
}

// assertNowhere searches every file below dir for a text.
func assertNowhere(t *testing.T, dir, text string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		assert.NotContains(t, string(content), text, path)
		return err
	}))
}
