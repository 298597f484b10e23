package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// monitor stands between the program and the engine's resource monitor. Every call passes through it as it came,
// whatever its method, and the order that the program declares is reported to the world: the engine does not pass it
// to a provider.
type monitor struct {
	*server

	engine       *grpc.ClientConn
	declarations *declarations
}

func openMonitor(address string, d *declarations) (*monitor, error) {
	engine, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(asItIs{}), grpc.MaxCallRecvMsgSize(maxMessage)))
	if err != nil {
		return nil, fmt.Errorf("connecting to the engine's monitor at %q: %w", address, err)
	}
	m := &monitor{engine: engine, declarations: d}
	m.server, err = serve(func(*grpc.Server) {}, grpc.ForceServerCodec(asItIs{}), grpc.UnknownServiceHandler(m.pass))
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return m, nil
}

func (m *monitor) close() {
	m.stop()
	_ = m.engine.Close()
}

// pass carries one call, with its metadata, its messages in both directions and its status.
func (m *monitor) pass(_ any, program grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(program)
	ctx, cancel := context.WithCancel(program.Context())
	defer cancel()
	if given, ok := metadata.FromIncomingContext(ctx); ok {
		ctx = metadata.NewOutgoingContext(ctx, given)
	}
	engine, err := m.engine.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method)
	if err != nil {
		return err
	}
	go func() {
		if m.ask(method, program, engine) != nil {
			cancel()
		}
	}()
	err = answer(engine, program)
	program.SetTrailer(engine.Trailer())
	return err
}

// ask carries the program's messages to the engine. It is no error if the engine ends the call early: answer returns
// the reason.
func (m *monitor) ask(method string, program grpc.ServerStream, engine grpc.ClientStream) error {
	for {
		var message []byte
		err := program.RecvMsg(&message)
		if errors.Is(err, io.EOF) {
			return engine.CloseSend()
		}
		if err != nil {
			return err
		}
		if err := m.declarations.note(method, message); err != nil {
			return err
		}
		if err := engine.SendMsg(message); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
}

// answer carries the engine's messages to the program, and returns the status with which the engine ended the call.
func answer(engine grpc.ClientStream, program grpc.ServerStream) error {
	header, err := engine.Header()
	if err != nil {
		return err
	}
	if err := program.SendHeader(header); err != nil {
		return err
	}
	for {
		var message []byte
		err := engine.RecvMsg(&message)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := program.SendMsg(message); err != nil {
			return err
		}
	}
}

// asItIs keeps messages in the bytes in which they travel, so that what this version of the SDK does not know of
// them is not lost.
type asItIs struct{}

// Name is that of the codec whose bytes these are.
func (asItIs) Name() string { return "proto" }

// Marshal implements encoding.Codec.
func (asItIs) Marshal(message any) ([]byte, error) {
	wire, ok := message.([]byte)
	if !ok {
		return nil, fmt.Errorf("a message in bytes was expected, not %T", message)
	}
	return wire, nil
}

// Unmarshal implements encoding.Codec.
func (asItIs) Unmarshal(wire []byte, message any) error {
	target, ok := message.(*[]byte)
	if !ok {
		return fmt.Errorf("a place for bytes was expected, not %T", message)
	}
	*target = wire
	return nil
}
