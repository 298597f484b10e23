//go:build !unix

package rehearsal

import "os/exec"

func ownGroup(*exec.Cmd) {}

// interrupt kills, because other systems cannot send a signal to a process.
func interrupt(command *exec.Cmd) error { return command.Process.Kill() }

func killGroup(command *exec.Cmd) { _ = command.Process.Kill() }
