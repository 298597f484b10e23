package programs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// password is the value of a secret of the programs.
const password = "correct-horse-battery-staple"

// refusal is that of a portName that no port mapping has, and must be the same for a program in any language.
const refusal = `InvalidParameterException: portName(web) does not refer to any named PortMapping in the task ` +
	`definition (ecs.Service 'service' serviceConnectConfiguration.services[0].portName = "web"); fix: give a port ` +
	`mapping of ecs.TaskDefinition 'task' that name, or use one that is there: http [ecs/service-connect-port-name]`

// program is a program in an account of its own.
type program struct {
	*rehearsal.Rehearsal

	*recorder
}

// recorder is the account, and records the resources that each one waits for by the program's declarations.
type recorder struct {
	*cloud.Cloud

	mutex    sync.Mutex
	declared map[string][]string
}

// Declare implements rehearsal.World.
func (r *recorder) Declare(urn string, dependencies []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.declared[urn] = slices.Clone(dependencies)
	r.Cloud.Declare(urn, dependencies)
}

// open prepares a rehearsal of the project in dir.
func open(t *testing.T, dir string, config map[string]string, options ...standin.Option) program {
	t.Helper()
	made, err := cloud.New(options...)
	require.NoError(t, err)
	account := &recorder{Cloud: made, declared: map[string][]string{}}
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: dir, Config: config, SecretConfig: map[string]string{"password": password},
		Providers: made.Providers, World: account, Stderr: os.Stderr,
	})
	return program{opened, account}
}

// testProgram checks a program with the resources of testdata/yaml.
func testProgram(t *testing.T, dir string) {
	t.Helper()
	wrong := open(t, dir, map[string]string{"portName": "web"})
	_, err := wrong.Up(t.Context())
	require.ErrorContains(t, err, refusal)

	right := open(t, dir, nil)
	first, err := right.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[rehearsal.Op]int{rehearsal.OpCreate: 14}, first.Changes)
	state, err := right.Export(t.Context(), false)
	require.NoError(t, err)
	assert.NotContains(t, string(state), password)
	assert.NotContains(t, string(stateFiles(t, right)), password, "the secret stays secret")

	again, err := right.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again.Changed(), "a second update changes nothing")
	_, err = right.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, right.Live())
	require.NoError(t, right.CheckEmpty())
}

// stateFiles returns the text of all files of the state.
func stateFiles(t *testing.T, p program) []byte {
	t.Helper()
	dir := strings.TrimPrefix(p.BackendUrl(), "file://")
	var all []byte
	require.NoError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, text...)
		return err
	}))
	require.NotEmpty(t, all)
	return all
}
