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

// killDelay is how long a killed process's output may stay open before it is left alone.
const killDelay = 5 * time.Second

// BuildProgram compiles the Pulumi program in dir to target, so that several rehearsals can share it.
func BuildProgram(ctx context.Context, dir, target string, log io.Writer) error {
	command := exec.Command("go", "build", "-buildvcs=false", "-o", target, ".")
	command.Dir = dir
	if err := runBuild(ctx, command, "building the program (some minutes the first time)", log); err != nil {
		return fmt.Errorf("building the program in %s: %w", dir, err)
	}
	return nil
}

// Program gives the compiled program, built if need be, for another rehearsal to share while this one is open.
func (r *Rehearsal) Program(ctx context.Context) (string, error) { return r.program(ctx) }

// runBuild runs the go command in a group of its own, so that its compilers die with it.
func runBuild(ctx context.Context, command *exec.Cmd, what string, log io.Writer) error {
	var words strings.Builder
	command.Stdout, command.Stderr = &words, &words
	// A go.work around the module must not change what is built.
	command.Env = append(os.Environ(), "GOWORK=off")
	done := startProgress(log, what)
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
	return fmt.Errorf("%w\n%s", err, strings.TrimSpace(words.String()))
}

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
