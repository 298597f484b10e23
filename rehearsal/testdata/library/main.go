// Command library is the smallest provider of a component. With -resources its schema has a resource as well.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

func main() {
	resources := flag.Bool("resources", false, "serve a resource as well")
	flag.Parse()
	l := &library{}
	if *resources {
		l.more = `, "library:index:Server": {}`
	}
	if err := l.serve(); err != nil {
		fmt.Fprintln(os.Stderr, "library:", err)
		os.Exit(1)
	}
}

type library struct {
	pulumirpc.UnimplementedResourceProviderServer

	// more is what the schema has in addition.
	more string
}

// serve listens on any port, which it writes for the engine.
func (l *library) serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port) //nolint:errcheck // a listener of TCP has no other address
	server := grpc.NewServer()
	pulumirpc.RegisterResourceProviderServer(server, l)
	return server.Serve(listener)
}

func (*library) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (l *library) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	const schema = `{"name": "library", "version": "1.0.0", "resources": {"library:index:Pair": {"isComponent": true}%s}}`
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(schema, l.more)}, nil
}

func (*library) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true, AcceptOutputs: true}, nil
}

func (*library) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Construct registers two things, the second of which waits for the first.
func (*library) Construct(
	ctx context.Context, request *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	greeting := request.GetInputs().GetFields()["greeting"]
	if greeting.GetStringValue() == "" {
		return nil, errors.New("greeting must not be empty")
	}
	connection, err := grpc.NewClient(request.GetMonitorEndpoint(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer connection.Close() //nolint:errcheck // nothing is written when it is closed
	monitor := pulumirpc.NewResourceMonitorClient(connection)
	pair, err := monitor.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{
		Type: request.GetType(), Name: request.GetName(), Parent: request.GetParent(),
	})
	if err != nil {
		return nil, err
	}
	thing := func(name string, greeting *structpb.Value, on ...string) (*pulumirpc.RegisterResourceResponse, error) {
		return monitor.RegisterResource(ctx, &pulumirpc.RegisterResourceRequest{
			Type: "fake:index:Thing", Name: request.GetName() + "-" + name, Custom: true, Parent: pair.GetUrn(),
			Object:       &structpb.Struct{Fields: map[string]*structpb.Value{"greeting": greeting}},
			Dependencies: on, AcceptSecrets: true,
		})
	}
	first, err := thing("first", greeting)
	if err != nil {
		return nil, err
	}
	second, err := thing("second", structpb.NewStringValue("hello, first"), first.GetUrn())
	if err != nil {
		return nil, err
	}
	state := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	if address := second.GetObject().GetFields()["address"]; address != nil {
		state.Fields["address"] = address
	}
	_, err = monitor.RegisterResourceOutputs(ctx, &pulumirpc.RegisterResourceOutputsRequest{
		Urn: pair.GetUrn(), Outputs: state,
	})
	return &pulumirpc.ConstructResponse{Urn: pair.GetUrn(), State: state}, err
}
