package rehearsal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// child is a running language host or provider, which serves gRPC.
type child struct {
	command    *exec.Cmd
	connection *grpc.ClientConn
}

// startChild starts a plugin as the engine does: it prints the port on which it listens. All else that it prints goes
// to output.
func startChild(ctx context.Context, command *exec.Cmd, output io.Writer) (*child, error) {
	ownGroup(command)
	command.Stderr = output
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", command.Path, err)
	}
	c := &child{command: command}
	port, rest, err := readPort(ctx, command, stdout)
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	go func() { _, _ = io.Copy(output, rest) }()
	c.connection, err = grpc.NewClient("127.0.0.1:"+port, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to %s: %w", command.Path, err), c.stop())
	}
	return c, nil
}

// readPort returns the first line that the process prints, and a reader of all others.
func readPort(ctx context.Context, command *exec.Cmd, stdout io.Reader) (string, io.Reader, error) {
	stop := context.AfterFunc(ctx, func() { killGroup(command) })
	defer stop()
	reader := bufio.NewReader(stdout)
	line, err := reader.ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("%s did not print the port on which it listens: %w", command.Path, err)
	}
	return strings.TrimSpace(line), reader, nil
}

// stop ends the process with all that it has started.
func (c *child) stop() error {
	killGroup(c.command)
	_ = c.command.Wait() // it was killed
	if c.connection == nil {
		return nil
	}
	return c.connection.Close()
}
