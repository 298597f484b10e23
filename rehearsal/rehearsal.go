// Package rehearsal runs the real Pulumi engine on a real Pulumi program, with resource providers that live in
// this process in place of a cloud.
//
// The pulumi command line works on a copy of the project and stack files, so that the working tree stays as it is.
// It attaches to a language runtime in this process, which runs a compiled Go program unmodified or has Pulumi's
// language host run any other, and to the providers it is given. No plugin is installed, nothing is looked up on the
// network, and no credential is read.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// DefaultStack is the stack that is rehearsed unless another is named.
const DefaultStack = "staging"

// Options selects the stack to rehearse and the stand-ins.
type Options struct {
	// Dir is the project's directory. Empty means the nearest directory with a Pulumi.yaml, upwards from here.
	Dir string
	// Stack is the stack's name, DefaultStack when empty.
	Stack string
	// StateDir keeps the state between rehearsals, as a Pulumi file backend. Empty means a temporary one.
	StateDir string
	// Passphrase encrypts secrets in the state. Needed with StateDir; otherwise a random one is made.
	Passphrase string
	// Config overrides values of the stack file. Keys are paths, as in `pulumi config set --path`.
	Config map[string]string
	// SecretConfig is Config whose values are secret.
	SecretConfig map[string]string
	// Cli is the pulumi command line; nil means that FindCli looks for it.
	Cli *Cli
	// Program is the compiled program; empty means that it is built when first needed.
	Program string
	// Providers are the stand-ins, keyed by Pulumi package ("aws").
	Providers map[string]pulumirpc.ResourceProviderServer
	// World is the state that the providers share; nil if there is nothing to keep.
	World World
	// Stdout receives the output of the engine, Stderr its errors and progress. Nil discards them.
	Stdout, Stderr io.Writer
	// SkipCheckpoints has the engine write the state once, when it has finished, instead of after each step, which takes
	// most of the time of a large stack. It is for a state that nobody needs after the engine was killed.
	SkipCheckpoints bool
	// Color lets the engine use colours.
	Color bool
	// Env is added to the program's environment, as "NAME=value".
	Env []string
}

// Rehearsal is one stack of one project, ready to be previewed, updated and destroyed. Its methods are not safe for
// concurrent use, except Kill.
type Rehearsal struct {
	options Options
	project *project
	cli     Cli
	vault   *vault
	copy    *workspaceCopy
	// program is shared with twins.
	program  *sharedProgram
	stateDir string
	tempDir  string
	worlds   *worldStore
	unlock   func()
	running  processHolder
}

// New prepares a rehearsal: it reads the project, finds the command line and opens the state. Close removes the
// files that it makes outside StateDir.
func New(ctx context.Context, options Options) (*Rehearsal, error) {
	options = withDefaults(options)
	if options.StateDir != "" && options.Passphrase == "" {
		return nil, errors.New("a kept state needs a passphrase that is not empty")
	}
	found, err := findProject(options.Dir, options.Stack)
	if err != nil {
		return nil, err
	}
	r := &Rehearsal{options: options, project: found, unlock: func() {}}
	if err := r.open(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func withDefaults(options Options) Options {
	if options.Stack == "" {
		options.Stack = DefaultStack
	}
	if options.Stdout == nil {
		options.Stdout = io.Discard
	}
	if options.Stderr == nil {
		options.Stderr = io.Discard
	}
	return options
}

func (r *Rehearsal) open(ctx context.Context) error {
	var err error
	if r.tempDir, err = os.MkdirTemp("", "care-rehearse-"); err != nil {
		return fmt.Errorf("making a temporary directory: %w", err)
	}
	if err := makeHome(r.home()); err != nil {
		return err
	}
	if err := r.openState(ctx); err != nil {
		return err
	}
	if r.copy, err = copyWorkspace(r.project, filepath.Join(r.tempDir, "workspace"), r.vault,
		r.options.Stderr); err != nil {
		return err
	}
	if err := r.applyConfig(); err != nil {
		return err
	}
	if err := r.findCli(ctx); err != nil {
		return err
	}
	if r.program == nil {
		r.program = r.newSharedProgram()
	}
	return r.selectStack()
}

func (r *Rehearsal) home() string { return filepath.Join(r.tempDir, "home") }

func (r *Rehearsal) applyConfig() error {
	for _, key := range sortedKeys(r.options.Config) {
		if err := r.SetConfig(key, r.options.Config[key]); err != nil {
			return err
		}
	}
	for _, key := range sortedKeys(r.options.SecretConfig) {
		if err := r.SetSecretConfig(key, r.options.SecretConfig[key]); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rehearsal) findCli(ctx context.Context) error {
	if r.options.Cli != nil {
		r.cli = *r.options.Cli
		return nil
	}
	found, err := FindCli(ctx, r.project.dir, r.options.Stderr)
	r.cli = found
	return err
}

// SetConfig changes one value of the configuration for the runs that follow. The key is a path; a value that the
// project's schema calls secret is encrypted.
func (r *Rehearsal) SetConfig(key, value string) error {
	return r.copy.set(key, value, false)
}

// SetSecretConfig is SetConfig for a secret value.
func (r *Rehearsal) SetSecretConfig(key, value string) error {
	return r.copy.set(key, value, true)
}

// ProjectDir returns the directory of Pulumi.yaml.
func (r *Rehearsal) ProjectDir() string { return r.project.dir }

// StackName is the name of the rehearsed stack.
func (r *Rehearsal) StackName() string { return r.options.Stack }

// Cli is the command line that runs.
func (r *Rehearsal) Cli() Cli { return r.cli }

// BackendUrl is the address of the state, as PULUMI_BACKEND_URL takes it.
func (r *Rehearsal) BackendUrl() string { return fileUrl(r.stateDir) }

// Kill ends a run at once: the command line and the program are killed and the state stays as they left it.
func (r *Rehearsal) Kill() { r.running.kill() }

// Close removes the temporary files and lets others use the state.
func (r *Rehearsal) Close() error {
	r.unlock()
	r.unlock = func() {}
	if r.tempDir == "" {
		return nil
	}
	return os.RemoveAll(r.tempDir)
}
