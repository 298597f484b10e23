// Package engine_test runs the whole program with the real Pulumi engine on the AWS in memory.
package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// projectDir is the program under test.
const projectDir = "../.."

// fullVariable asks for the long matrices in full.
const fullVariable = "REHEARSE_FULL"

// shared has the command line and the compiled program, which all tests use and which take the longest to build.
var shared struct {
	dir     string
	cli     rehearsal.Cli
	program string
}

func TestMain(m *testing.M) {
	os.Exit(enginetest.Main(m, makeShared))
}

func makeShared(ctx context.Context, dir string) (err error) {
	if err := readSources(); err != nil {
		return err
	}
	if shared.cli, err = rehearsal.FindCli(ctx, projectDir, os.Stderr); err != nil {
		return err
	}
	shared.dir, shared.program = dir, filepath.Join(dir, "care")
	return rehearsal.BuildProgram(ctx, projectDir, shared.program, os.Stderr)
}

// readSources reads the sources of the built program, so that `go test` invalidates its cached results when they
// change.
func readSources() error {
	for _, pattern := range []string{
		"*.go", "components/*.go", "internal/*/*.go", "cmd/*/*.go", "examples/github-deploy-roles/*.go",
	} {
		files, err := filepath.Glob(filepath.Join(projectDir, pattern))
		if err != nil {
			return err
		}
		for _, file := range files {
			if _, err := os.Stat(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// stack is a stack with an account of its own.
type stack struct {
	*rehearsal.Rehearsal

	t     *testing.T
	cloud *cloud.Cloud
}

// open prepares a stack in an empty account, with the given options.
func open(t *testing.T, with rehearsal.Options, options ...standin.Option) *stack {
	t.Helper()
	made, err := cloud.New(options...)
	require.NoError(t, err)
	with.Dir, with.Cli, with.Program = projectDir, &shared.cli, shared.program
	with.Providers, with.World = made.Providers, made
	opened := enginetest.Open(t, with)
	return &stack{Rehearsal: opened, t: t, cloud: made}
}

// up runs `pulumi up`, which must succeed.
func (s *stack) up() *rehearsal.Result {
	s.t.Helper()
	result, err := s.Up(s.t.Context())
	require.NoError(s.t, err)
	return result
}

// destroy runs `pulumi destroy`, which must succeed and leave nothing.
func (s *stack) destroy() {
	s.t.Helper()
	_, err := s.Destroy(s.t.Context())
	require.NoError(s.t, err)
	require.NoError(s.t, s.CheckEmpty())
}

// set changes the configuration for the next run.
func (s *stack) set(values map[string]string) {
	s.t.Helper()
	for key, value := range values {
		require.NoError(s.t, s.SetConfig(key, value))
	}
}

// live returns the live resource of that type token and name.
func (s *stack) live(token, name string) *standin.Resource {
	s.t.Helper()
	for _, resource := range s.cloud.World.Live() {
		if resource.Token == token && resource.Name == name {
			return resource
		}
	}
	require.Fail(s.t, "nothing live", "%s %s", token, name)
	return nil
}
