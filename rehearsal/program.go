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

// quickBuild is how long a build may take before the user is told of it. Finding the program up to date takes less.
const quickBuild = 2 * time.Second

// killDelay is how long a killed process's output may stay open before it is left alone.
const killDelay = 5 * time.Second

// BuildProgram compiles the Pulumi program in dir to target, so that several rehearsals can share it. The program is
// built in the user's cache, where Go finds it again: while nothing has changed, it is not linked anew.
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

// Program returns the path of the compiled program, built if need be, for another rehearsal to share while this one is
// open.
func (r *Rehearsal) Program(ctx context.Context) (string, error) { return r.program(ctx) }

// compile runs go build. It leaves out the tables for debuggers, which a rehearsal does not need: linking takes a fifth
// less time and memory, and a panic still names its lines. Linker flags that the user has set stay.
func compile(ctx context.Context, dir, target string, log io.Writer) error {
	arguments := []string{"build", "-v", "-buildvcs=false", "-o", target}
	if !strings.Contains(os.Getenv("GOFLAGS"), "-ldflags") {
		arguments = append(arguments, "-ldflags=-s -w")
	}
	command := exec.Command("go", append(arguments, ".")...)
	command.Dir = dir
	what := "building the program (5 to 10 seconds after a change; about 3 minutes the first time, on two cores)"
	if err := runBuild(ctx, command, what, quickBuild, log); err != nil {
		return fmt.Errorf("building the program in %s: %w", dir, err)
	}
	return nil
}

// runBuild runs the go command in a group of its own, so that its compilers die with it.
func runBuild(ctx context.Context, command *exec.Cmd, what string, delay time.Duration, log io.Writer) error {
	output := &goOutput{}
	command.Stdout, command.Stderr = output, output
	command.Env = goEnvironment()
	done := startProgress(log, what, delay, output)
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
