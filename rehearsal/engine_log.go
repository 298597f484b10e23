package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// escapes match the sequences with which terminals are coloured. The language host of YAML writes them everywhere.
var escapes = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

// engineLog hands each line that the program prints to the engine, which shows it under Diagnostics as it does for
// programs started by a language plugin.
type engineLog struct {
	ctx        context.Context
	connection *grpc.ClientConn
	engine     pulumirpc.EngineClient
	mutex      sync.Mutex
	partial    []byte
}

func newEngineLog(ctx context.Context, address string) (*engineLog, error) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine at %q: %w", address, err)
	}
	return &engineLog{ctx: ctx, connection: connection, engine: pulumirpc.NewEngineClient(connection)}, nil
}

// Write never fails: a program must not die because the engine stopped listening.
func (l *engineLog) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.partial = append(l.partial, text...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(text), nil
		}
		l.send(string(line))
		l.partial = rest
	}
}

func (l *engineLog) send(line string) {
	_, _ = l.engine.Log(l.ctx, &pulumirpc.LogRequest{
		Severity: pulumirpc.LogSeverity_INFO, Message: escapes.ReplaceAllString(line, ""),
	})
}

func (l *engineLog) close() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if len(l.partial) > 0 {
		l.send(string(l.partial))
	}
	_ = l.connection.Close()
}
