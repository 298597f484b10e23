package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// grace is how long an interrupted engine may take to finish the steps that it has begun.
const grace = 30 * time.Second

// Preview plans an update without making it.
func (r *Rehearsal) Preview(ctx context.Context, arguments ...string) (*Result, error) {
	return r.runEngine(ctx, "preview", arguments)
}

// Up creates and changes the stack's resources.
func (r *Rehearsal) Up(ctx context.Context, arguments ...string) (*Result, error) {
	return r.runEngine(ctx, "up", append([]string{"--yes", "--skip-preview"}, arguments...))
}

// Refresh reads every resource back from the providers.
func (r *Rehearsal) Refresh(ctx context.Context, arguments ...string) (*Result, error) {
	return r.runEngine(ctx, "refresh", append([]string{"--yes", "--skip-preview"}, arguments...))
}

// Import adopts existing resources into the state. The arguments are those of `pulumi import`.
func (r *Rehearsal) Import(ctx context.Context, arguments ...string) (*Result, error) {
	flags := []string{"--yes", "--skip-preview", "--protect=false", "--generate-code=false"}
	return r.runEngine(ctx, "import", append(flags, arguments...))
}

// Destroy deletes the stack's resources.
func (r *Rehearsal) Destroy(ctx context.Context, arguments ...string) (*Result, error) {
	return r.runEngine(ctx, "destroy", append([]string{"--yes", "--skip-preview"}, arguments...))
}

// Cancel drops the lock that a killed run left on the state.
func (r *Rehearsal) Cancel(ctx context.Context) error {
	_, err := r.query(ctx, "cancel", "--yes", "--stack", r.options.Stack)
	return err
}

// engineRun is one run of a command that takes a program and providers.
type engineRun struct {
	command        string
	arguments      []string
	program        func(context.Context) (string, error)
	stdout, stderr io.Writer
}

// runEngine runs such a command. Those that need the program start while it is built.
func (r *Rehearsal) runEngine(ctx context.Context, command string, arguments []string) (*Result, error) {
	run := engineRun{command, arguments, r.program.find, r.options.Stdout, r.options.Stderr}
	if command != "preview" && command != "up" {
		return r.attachAndRun(ctx, run)
	}
	program, ctx := r.startProgram(ctx)
	run.program, run.stdout, run.stderr = program.wait, program.hold(run.stdout), program.hold(run.stderr)
	result, err := r.attachAndRun(ctx, run)
	if failed := program.end(); failed != nil {
		return nil, failed
	}
	return result, err
}

// attachAndRun runs the command line with the providers attached, and saves the world that it leaves.
func (r *Rehearsal) attachAndRun(ctx context.Context, run engineRun) (*Result, error) {
	if r.options.World != nil {
		r.options.World.Begin()
	}
	events := &eventCollector{}
	order := newDeclarations(r.options.Stack, r.project.manifest.Name.String(), r.options.World)
	plugins, err := r.openPlugins(ctx, order)
	if err != nil {
		return nil, err
	}
	defer plugins.stop()
	runtime := r.language(run.program, order)
	attached, err := attach(plugins.among(r.options.Providers), runtime, events)
	if err != nil {
		return nil, err
	}
	runtime.hostEnv = append(quietVariables(r.home()), attached.variable())
	var stdout, stderr bytes.Buffer
	process := r.command(append(r.engineArguments(run.command, attached), run.arguments...))
	process.Env = append(process.Env, attached.variable())
	if run.command == "import" { // it takes no --client, and loads the project's language though it runs no program
		language := fmt.Sprintf("PULUMI_DEBUG_LANGUAGES=%s:%d", r.project.runtime(), attached.host.port)
		process.Env = append(process.Env, language)
	}
	output := &engineOutput{to: io.MultiWriter(run.stdout, &stdout)}
	process.Stdout, process.Stderr = output, io.MultiWriter(run.stderr, &stderr)

	begin := time.Now()
	err = errors.Join(r.run(ctx, process), output.flush())
	attached.stop()
	result := events.take()
	result.Command, result.Duration, result.Stdout = run.command, time.Since(begin), stdout.String()
	if err != nil {
		err = &RunError{
			Command: run.command, Diagnostics: result.Errors(), Stderr: stderr.String(),
			Hint: r.hint(&result, stderr.String()), Cause: err,
		}
	} else if run.command == "up" {
		err = r.judgeAgain(&result, run.stderr)
	}
	return &result, errors.Join(err, r.saveWorld(run.command))
}

// errBroken is the cause of the error of an update that the engine has finished.
var errBroken = errors.New("resources that no longer work")

// judgeAgain returns an error if the update broke something that it did not change, and prints it like the engine.
func (r *Rehearsal) judgeAgain(result *Result, stderr io.Writer) error {
	if r.options.World == nil {
		return nil
	}
	broken := r.options.World.Broken()
	for _, urn := range sortedKeys(broken) {
		for _, reason := range broken[urn] {
			diagnostic := Diagnostic{Severity: SeverityError, Urn: urn, Message: reason}
			result.Diagnostics = append(result.Diagnostics, diagnostic)
			fmt.Fprintf(stderr, "error: %s\n", diagnostic)
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return &RunError{Command: result.Command, Diagnostics: result.Errors(), Cause: errBroken}
}

// The engine's words for a package that is not attached (sdk/go/common/workspace, MissingError).
var missingPlugin = regexp.MustCompile(`no resource plugin 'pulumi-resource-([^']+)'`)

// wrongType matches the engine's words for a text where the project declares a list or an object
// (pkg/workspace, validateStackConfigValue).
var wrongType = regexp.MustCompile(`configuration key '([^']+)' must be of type '(array|object)`)

// hint returns advice on a failed run, if the rehearsal knows more than the engine.
func (r *Rehearsal) hint(result *Result, stderr string) string {
	messages := []string{stderr}
	// A language host may report it as the output of the program.
	for _, diagnostic := range result.Diagnostics {
		if match := missingPlugin.FindStringSubmatch(diagnostic.Message); match != nil {
			return fmt.Sprintf("the package %q has no stand-in; this rehearsal has: %s; a provider that has components only "+
				"is run if Pulumi.yaml names its directory under packages",
				match[1], strings.Join(slices.Sorted(maps.Keys(r.options.Providers)), ", "))
		}
	}
	for _, diagnostic := range result.Errors() {
		messages = append(messages, diagnostic.Message)
	}
	all := strings.Join(messages, "\n")
	if match := wrongType.FindStringSubmatch(all); match != nil {
		key, value := match[1], `["VALUE"]`
		if match[2] == "object" {
			value = `{"NAME": "VALUE"}`
		}
		return fmt.Sprintf("write it in the stack file as YAML, %s: %s, or for the rehearsal only: --config '%s=%s'",
			key, value, key, value)
	}
	if advice := r.project.missingDependency(all); advice != "" {
		return advice
	}
	return r.copy.placeholderHint(all)
}

func (r *Rehearsal) language(program func(context.Context) (string, error), order *declarations) *language {
	return &language{program: program, project: r.project, env: r.options.Env, declarations: order}
}

func (r *Rehearsal) engineArguments(command string, attached *attachment) []string {
	color := "never"
	if r.options.Color {
		color = "always"
	}
	arguments := []string{
		command, "--stack", r.options.Stack, "--non-interactive", "--suppress-progress", "--color", color,
		"--event-log", "tcp://" + attached.host.address,
	}
	if command == "import" {
		return arguments
	}
	return append(arguments, "--client", attached.host.address)
}

func (r *Rehearsal) saveWorld(command string) error {
	if r.worlds == nil || command == "preview" {
		return nil
	}
	return r.worlds.save(r.options.World)
}

// command prepares a run of the command line on the copy of the project.
func (r *Rehearsal) command(arguments []string) *exec.Cmd {
	process := exec.Command(r.cli.Path, arguments...)
	process.Dir = r.copy.dir
	process.Env = append(cleanEnvironment(), quietVariables(r.home())...)
	process.Env = append(process.Env,
		"PULUMI_BACKEND_URL="+r.BackendUrl()+plainFiles,
		"PULUMI_CONFIG_PASSPHRASE="+r.options.Passphrase,
		// `--event-log` is an option only then.
		"PULUMI_DEBUG_COMMANDS=true",
	)
	if r.options.SkipCheckpoints {
		process.Env = append(process.Env, "PULUMI_SKIP_CHECKPOINTS=true")
	}
	return process
}

// query runs a command that uses only the state, and returns its output.
func (r *Rehearsal) query(ctx context.Context, arguments ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	process := r.command(append(arguments, "--non-interactive", "--color", "never"))
	process.Stdout, process.Stderr = &stdout, &stderr
	if err := r.run(ctx, process); err != nil {
		return nil, &RunError{Command: arguments[0], Stderr: stderr.String(), Cause: err}
	}
	return stdout.Bytes(), nil
}

// run interrupts the process when the context ends: the engine then finishes the steps that it has begun and writes
// its state.
func (r *Rehearsal) run(ctx context.Context, process *exec.Cmd) error {
	ownGroup(process)
	process.WaitDelay = killDelay
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := r.running.start(process); err != nil {
		return fmt.Errorf("starting %s: %w", process.Path, err)
	}
	var result error
	ended := make(chan struct{})
	go func() {
		result = process.Wait()
		close(ended)
	}()
	defer r.running.end()
	defer killGroup(process)
	select {
	case <-ended:
		return result
	case <-ctx.Done():
		_ = interrupt(process)
	}
	select {
	case <-ended:
	case <-time.After(grace):
		killGroup(process)
		<-ended
	}
	return context.Cause(ctx)
}

// processHolder lets Kill reach the process that runs, from another goroutine.
type processHolder struct {
	mutex   sync.Mutex
	process *exec.Cmd
}

func (h *processHolder) start(process *exec.Cmd) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if err := process.Start(); err != nil {
		return err
	}
	h.process = process
	return nil
}

func (h *processHolder) end() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.process = nil
}

func (h *processHolder) kill() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.process != nil {
		killGroup(h.process)
	}
}
