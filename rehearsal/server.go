package rehearsal

import (
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
)

const (
	// maxMessage is the limit of the engine itself (sdk/go/common/util/rpcutil).
	maxMessage = 400 << 20
	// drainTimeout bounds the wait for a provider that ignores that its caller has gone.
	drainTimeout = 10 * time.Second
)

// server is a gRPC server on a port of this machine, for one run of the command line.
type server struct {
	address string
	port    int
	grpc    *grpc.Server
}

func serve(register func(*grpc.Server), options ...grpc.ServerOption) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on 127.0.0.1: %w", err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return nil, fmt.Errorf("listening on 127.0.0.1: unexpected address %s", listener.Addr())
	}
	s := &server{
		address: address.String(),
		port:    address.Port,
		grpc:    grpc.NewServer(append(options, grpc.MaxRecvMsgSize(maxMessage), grpc.WaitForHandlers(true))...),
	}
	register(s.grpc)
	go func() { _ = s.grpc.Serve(listener) }()
	return s, nil
}

// stop cancels what still runs and waits for it: a provider's last change must be in the world before it is saved.
func (s *server) stop() {
	stopped := make(chan struct{})
	go func() {
		s.grpc.Stop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(drainTimeout):
	}
}
