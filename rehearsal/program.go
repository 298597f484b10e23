package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// quickBuild is how long a build may take before its progress is shown. Finding the program up to date takes less.
const quickBuild = 2 * time.Second

// killDelay is how long a killed process's output may stay open before it is left alone.
const killDelay = 5 * time.Second

// BuildProgram compiles the Pulumi program in dir to target, which several rehearsals can share. It builds the program
// in the user's cache, and links it again only after a change.
func BuildProgram(ctx context.Context, dir, target string, log io.Writer) error {
	store, err := openProgramStore(dir)
	if err == nil {
		err = store.build(ctx, dir, target, log)
	}
	return buildAnyway(ctx, err, dir, target, log)
}

// BuildCommit is BuildProgram for a source that never changes. Commit identifies it, such as a commit's hash and the
// directory in it. A program that was built from it before is used again, wherever the source was then. dir holds the
// source now.
func BuildCommit(ctx context.Context, commit, dir, target string, log io.Writer) error {
	store, err := openCommitStore(ctx, commit, dir)
	if err == nil {
		err = store.buildOnce(ctx, dir, target, log)
	}
	return buildAnyway(ctx, err, dir, target, log)
}

// buildAnyway builds without the cache if err is the cache's, and returns any other error as it is.
func buildAnyway(ctx context.Context, err error, dir, target string, log io.Writer) error {
	cache, ok := errors.AsType[*cacheError](err)
	if !ok {
		return err
	}
	fmt.Fprintf(log, "%v; building the program without it\n", cache)
	return compile(ctx, dir, target, log)
}

// The flags of a build, which make it faster. They replace none that the user has set in GOFLAGS.
const (
	// LinkerFlags leave out the tables for debuggers: linking takes a fifth less time and memory.
	LinkerFlags = "-s -w"
	// CompilerFlags leave the packages of the program's own module without optimization: compiling them takes half the
	// time. Dependencies keep the flags with which other builds have compiled them. A panic still names its lines.
	CompilerFlags = "work=-N -l -dwarf=false"
)

// A BuildError reports that go cannot build the program.
type BuildError struct {
	Dir   string
	Cause error
}

// Error includes the messages of the go command.
func (e *BuildError) Error() string {
	return fmt.Sprintf("building the program in %s: %v", e.Dir, e.Cause)
}

// Unwrap returns the cause.
func (e *BuildError) Unwrap() error { return e.Cause }

// compile runs go build.
func compile(ctx context.Context, dir, target string, log io.Writer) error {
	arguments := []string{"build", "-v", "-buildvcs=false", "-o", target}
	if !strings.Contains(os.Getenv("GOFLAGS"), "-ldflags") {
		arguments = append(arguments, "-ldflags="+LinkerFlags)
	}
	if !strings.Contains(os.Getenv("GOFLAGS"), "-gcflags") {
		arguments = append(arguments, "-gcflags="+CompilerFlags)
	}
	command := exec.Command("go", append(arguments, ".")...)
	command.Dir = dir
	message := "building the program (5 to 10 seconds after a change; about 3 minutes the first time, on two cores)"
	if err := runBuild(ctx, command, message, quickBuild, log); err != nil {
		return &BuildError{Dir: dir, Cause: err}
	}
	return nil
}

// runBuild runs the go command in a group of its own, so that its compilers die with it.
func runBuild(ctx context.Context, command *exec.Cmd, message string, delay time.Duration, log io.Writer) error {
	output := &goOutput{}
	command.Stdout, command.Stderr = output, output
	command.Env = goEnvironment()
	done := startProgress(log, message, delay, output)
	err := runGroup(ctx, command)
	done(err == nil)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the go command is not on PATH")
	}
	return fmt.Errorf("%w\n%s", err, output.words())
}

// goEnvironment returns the environment for the go command. A go.work around the module must not change what is built.
func goEnvironment() []string { return append(os.Environ(), "GOWORK=off") }

// runGroup is command.Run with a whole process group that ends with the context.
func runGroup(ctx context.Context, command *exec.Cmd) error {
	ownGroup(command)
	command.WaitDelay = killDelay
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { killGroup(command) })
	defer stop()
	err := command.Wait()
	killGroup(command)
	return err
}
