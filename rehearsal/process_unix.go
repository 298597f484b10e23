//go:build unix

package rehearsal

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a terminal's Ctrl-C away from the process: the rehearsal passes it on, once.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func interrupt(command *exec.Cmd) error {
	return command.Process.Signal(syscall.SIGINT)
}

// killGroup also ends what the process left behind; an empty group is no error.
func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
}
