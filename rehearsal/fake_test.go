package rehearsal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// fakeCloud is a provider of one type, fake:index:Thing, and the world that it keeps.
type fakeCloud struct {
	pulumirpc.UnimplementedResourceProviderServer

	mutex    sync.Mutex
	things   map[string]map[string]any
	declared map[string][]string
	broken   map[string][]string
	made     int
	// outputs are further outputs of the created resource.
	outputs  map[string]*structpb.Value
	onCreate func(context.Context) error
	canceled chan struct{}
}

func newFakeCloud() *fakeCloud {
	return &fakeCloud{things: map[string]map[string]any{}, canceled: make(chan struct{})}
}

// blockCreate lets creations hang until the engine cancels; the channel that it returns is closed when one has begun.
func (f *fakeCloud) blockCreate() <-chan struct{} {
	begun := make(chan struct{})
	f.onCreate = func(ctx context.Context) error {
		close(begun)
		select {
		case <-f.canceled:
		case <-ctx.Done():
		}
		return errors.New("canceled while it was created")
	}
	return begun
}

func (f *fakeCloud) Save() ([]byte, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return json.Marshal(f.things)
}

func (f *fakeCloud) Load(saved []byte) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.things = nil
	return json.Unmarshal(saved, &f.things)
}

func (f *fakeCloud) Live() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var names []string
	for id := range f.things {
		names = append(names, "fake:index:Thing "+id)
	}
	return names
}

func (f *fakeCloud) Begin() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.declared = map[string][]string{}
}

func (f *fakeCloud) Broken() map[string][]string { return f.broken }

func (f *fakeCloud) Declare(urn string, waitsFor []string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.declared[urn] = waitsFor
}

func (f *fakeCloud) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (f *fakeCloud) Handshake(
	context.Context, *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true, AcceptOutputs: true}, nil
}

func (f *fakeCloud) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (f *fakeCloud) CheckConfig(
	_ context.Context, request *pulumirpc.CheckRequest,
) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: request.GetNews()}, nil
}

func (f *fakeCloud) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

func (f *fakeCloud) Configure(
	context.Context, *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, AcceptOutputs: true, SupportsPreview: true}, nil
}

func (f *fakeCloud) Check(
	_ context.Context, request *pulumirpc.CheckRequest,
) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: request.GetNews()}, nil
}

// Diff compares the inputs; a change of the kind needs a replacement.
func (f *fakeCloud) Diff(_ context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	before, after := request.GetOldInputs().AsMap(), request.GetNews().AsMap()
	for name, value := range after {
		if fmt.Sprint(before[name]) != fmt.Sprint(value) {
			response.Changes = pulumirpc.DiffResponse_DIFF_SOME
			response.Diffs = append(response.Diffs, name)
		}
	}
	if slices.Contains(response.Diffs, "kind") {
		response.Replaces = []string{"kind"}
	}
	return response, nil
}

func (f *fakeCloud) Create(
	ctx context.Context, request *pulumirpc.CreateRequest,
) (*pulumirpc.CreateResponse, error) {
	if request.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: request.GetProperties()}, nil
	}
	if f.onCreate != nil {
		if err := f.onCreate(ctx); err != nil {
			return nil, err
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.made++
	id := fmt.Sprintf("thing-%d", f.made)
	f.things[id] = request.GetProperties().AsMap()
	properties := request.GetProperties()
	properties.Fields["address"] = structpb.NewStringValue(id + ".example.org")
	maps.Copy(properties.Fields, f.outputs)
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, nil
}

func (f *fakeCloud) Update(
	_ context.Context, request *pulumirpc.UpdateRequest,
) (*pulumirpc.UpdateResponse, error) {
	properties := request.GetNews()
	properties.Fields["address"] = structpb.NewStringValue(request.GetId() + ".example.org")
	if request.GetPreview() {
		return &pulumirpc.UpdateResponse{Properties: properties}, nil
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if _, ok := f.things[request.GetId()]; !ok {
		return nil, fmt.Errorf("%s does not exist", request.GetId())
	}
	f.things[request.GetId()] = request.GetNews().AsMap()
	return &pulumirpc.UpdateResponse{Properties: properties}, nil
}

func (f *fakeCloud) Delete(_ context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if _, ok := f.things[request.GetId()]; !ok {
		return nil, fmt.Errorf("%s does not exist", request.GetId())
	}
	delete(f.things, request.GetId())
	return &emptypb.Empty{}, nil
}

func (f *fakeCloud) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	select {
	case <-f.canceled:
	default:
		close(f.canceled)
	}
	return &emptypb.Empty{}, nil
}
