package rehearsal

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// order is a world that keeps nothing but the declared resources.
type order map[string][]string

func (order) Save() ([]byte, error)                   { return nil, nil }
func (order) Load([]byte) error                       { return nil }
func (order) Live() []string                          { return nil }
func (order) Begin()                                  {}
func (order) Broken() map[string][]string             { return nil }
func (o order) Declare(urn string, waitsFor []string) { o[urn] = waitsFor }

// fakeEngine answers as an engine does, and records its requests.
type fakeEngine struct {
	pulumirpc.UnimplementedResourceMonitorServer

	register func(context.Context, *pulumirpc.RegisterResourceRequest) (*pulumirpc.RegisterResourceResponse, error)
	unknown  grpc.StreamHandler
}

func (e *fakeEngine) RegisterResource(
	ctx context.Context, request *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	if e.register == nil {
		return &pulumirpc.RegisterResourceResponse{}, nil
	}
	return e.register(ctx, request)
}

func (*fakeEngine) ReadResource(context.Context,
	*pulumirpc.ReadResourceRequest,
) (*pulumirpc.ReadResourceResponse, error) {
	return &pulumirpc.ReadResourceResponse{}, nil
}

func (*fakeEngine) RegisterStackTransform(context.Context, *pulumirpc.Callback) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// throughMonitor returns a connection to the engine by way of a monitor, as a program has it.
func throughMonitor(t *testing.T, engine *fakeEngine) (*grpc.ClientConn, order) {
	t.Helper()
	served, err := serve(
		func(s *grpc.Server) { pulumirpc.RegisterResourceMonitorServer(s, engine) },
		grpc.UnknownServiceHandler(
			func(server any, stream grpc.ServerStream) error { return engine.unknown(server, stream) },
		),
	)
	require.NoError(t, err)
	t.Cleanup(served.stop)
	declared := order{}
	m, err := openMonitor(served.address, newDeclarations("test", "shop", declared))
	require.NoError(t, err)
	t.Cleanup(m.close)
	connection, err := grpc.NewClient(m.address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, connection.Close()) })
	return connection, declared
}

func TestACallPassesThroughTheMonitorAsItCame(t *testing.T) {
	t.Parallel()
	const long = 5 << 20 // more than gRPC takes by default
	var got *pulumirpc.RegisterResourceRequest
	var told metadata.MD
	connection, _ := throughMonitor(t, &fakeEngine{register: func(
		ctx context.Context, request *pulumirpc.RegisterResourceRequest,
	) (*pulumirpc.RegisterResourceResponse, error) {
		got = request
		told, _ = metadata.FromIncomingContext(ctx)
		return &pulumirpc.RegisterResourceResponse{Id: strings.Repeat("i", long)}, nil
	}})
	sent := &pulumirpc.RegisterResourceRequest{
		Type: "shop:index:Shelf", Name: "shelf", Custom: true,
		Object: &structpb.Struct{
			Fields: map[string]*structpb.Value{"text": structpb.NewStringValue(strings.Repeat("t", long))},
		},
	}
	// A field that this version of the SDK does not know.
	sent.ProtoReflect().SetUnknown([]byte{0xfa, 0x3e, 0x01, 'x'})
	ctx := metadata.AppendToOutgoingContext(t.Context(), "trace", "1")
	answer, err := pulumirpc.NewResourceMonitorClient(connection).RegisterResource(ctx, sent)
	require.NoError(t, err)
	assert.True(t, proto.Equal(sent, got))
	assert.Equal(t, []string{"1"}, told.Get("trace"))
	assert.Len(t, answer.GetId(), long)
}

func TestARefusalPassesThroughTheMonitorWithItsDetails(t *testing.T) {
	t.Parallel()
	refusal, err := status.New(codes.AlreadyExists, "there is one").WithDetails(wrapperspb.String("shelf"))
	require.NoError(t, err)
	connection, _ := throughMonitor(t, &fakeEngine{register: func(
		context.Context, *pulumirpc.RegisterResourceRequest,
	) (*pulumirpc.RegisterResourceResponse, error) {
		return nil, refusal.Err()
	}})
	_, err = pulumirpc.NewResourceMonitorClient(connection).RegisterResource(t.Context(),
		&pulumirpc.RegisterResourceRequest{})
	assert.True(t, proto.Equal(refusal.Proto(), status.Convert(err).Proto()), err)
	_, err = pulumirpc.NewResourceMonitorClient(connection).SupportsFeature(t.Context(),
		&pulumirpc.SupportsFeatureRequest{})
	assert.Equal(t, codes.Unimplemented, status.Code(err), "what this engine does not have")
}

// chat opens a stream of a service that nobody has heard of.
func chat(ctx context.Context, t *testing.T, connection *grpc.ClientConn) grpc.ClientStream {
	t.Helper()
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true},
		"/later.Monitor/Chat")
	require.NoError(t, err)
	return stream
}

func TestAStreamOfALaterVersionPassesThroughTheMonitor(t *testing.T) {
	t.Parallel()
	connection, _ := throughMonitor(t, &fakeEngine{unknown: func(_ any, stream grpc.ServerStream) error {
		if err := stream.SetHeader(metadata.Pairs("said-first", "1")); err != nil {
			return err
		}
		stream.SetTrailer(metadata.Pairs("said-last", "2"))
		for {
			heard := &wrapperspb.StringValue{}
			if err := stream.RecvMsg(heard); err != nil {
				if errors.Is(err, io.EOF) {
					return nil
				}
				return err
			}
			if err := stream.SendMsg(wrapperspb.String("heard " + heard.GetValue())); err != nil {
				return err
			}
		}
	}})
	stream := chat(t.Context(), t, connection)
	for _, said := range []string{"one", "two"} {
		require.NoError(t, stream.SendMsg(wrapperspb.String(said)))
		heard := &wrapperspb.StringValue{}
		require.NoError(t, stream.RecvMsg(heard))
		assert.Equal(t, "heard "+said, heard.GetValue())
	}
	require.NoError(t, stream.CloseSend())
	require.ErrorIs(t, stream.RecvMsg(&wrapperspb.StringValue{}), io.EOF)
	header, err := stream.Header()
	require.NoError(t, err)
	assert.Equal(t, []string{"1"}, header.Get("said-first"))
	assert.Equal(t, []string{"2"}, stream.Trailer().Get("said-last"))
}

func TestTheEngineHearsThatTheProgramHungUp(t *testing.T) {
	t.Parallel()
	hungUp := make(chan struct{})
	connection, _ := throughMonitor(t, &fakeEngine{unknown: func(_ any, stream grpc.ServerStream) error {
		if err := stream.SendHeader(nil); err != nil {
			return err
		}
		<-stream.Context().Done()
		close(hungUp)
		return nil
	}})
	ctx, hangUp := context.WithCancel(t.Context())
	stream := chat(ctx, t, connection)
	_, err := stream.Header()
	require.NoError(t, err)
	hangUp()
	<-hungUp
}
