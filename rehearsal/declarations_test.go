package rehearsal

import (
	"context"
	"maps"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	stackUrn = "urn:pulumi:test::shop::pulumi:pulumi:Stack::shop-test"
	roomUrn  = "urn:pulumi:test::shop::shop:index:Room::room"
	doorUrn  = "urn:pulumi:test::shop::shop:index:Room$shop:index:Door::door"
	keyUrn   = "urn:pulumi:test::shop::shop:index:Key::key"
	wallUrn  = "urn:pulumi:test::shop::shop:index:Wall::wall"
)

func TestTheUrnIsTheEngines(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]*pulumirpc.RegisterResourceRequest{
		stackUrn: {Type: "pulumi:pulumi:Stack", Name: "shop-test"},
		roomUrn:  {Type: "shop:index:Room", Name: "room", Parent: stackUrn},
		doorUrn:  {Type: "shop:index:Door", Name: "door", Parent: roomUrn},
		keyUrn:   {Type: "shop:index:Key", Name: "key", Parent: "none"},
		"urn:pulumi:test::shop::shop:index:Room$shop:index:Door$shop:index:Lock::lock": {
			Type:   "shop:index:Lock",
			Name:   "lock",
			Parent: doorUrn,
		},
	} {
		assert.Equal(t, want, UrnOf("test", "shop", r))
	}
}

func TestAResourceWaitsForAllThatItsRegistrationNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"urn:a::b::deleted::with", "urn:a::b::replaced::with",
		"urn:pulumi:test::shop::pulumi:providers:shop::far", keyUrn, doorUrn, roomUrn, wallUrn,
	},
		WaitsFor(&pulumirpc.RegisterResourceRequest{
			Parent:       roomUrn,
			Provider:     "urn:pulumi:test::shop::pulumi:providers:shop::far::id",
			Dependencies: []string{keyUrn, doorUrn},
			PropertyDependencies: map[string]*pulumirpc.RegisterResourceRequest_PropertyDependencies{
				"side": {Urns: []string{wallUrn, keyUrn}},
			},
			ReplaceWith: []string{"urn:a::b::replaced::with"},
			DeletedWith: "urn:a::b::deleted::with",
		}))
	assert.Empty(t, WaitsFor(&pulumirpc.ReadResourceRequest{}))
}

func TestTheWorldKnowsTheOrderBeforeTheEngineDoes(t *testing.T) {
	t.Parallel()
	engine := &fakeEngine{}
	connection, declared := throughMonitor(t, engine)
	var before order
	engine.register = func(context.Context, *pulumirpc.RegisterResourceRequest) (*pulumirpc.RegisterResourceResponse,
		error,
	) {
		before = maps.Clone(declared)
		return &pulumirpc.RegisterResourceResponse{}, nil
	}
	program := pulumirpc.NewResourceMonitorClient(connection)
	_, err := program.ReadResource(t.Context(), &pulumirpc.ReadResourceRequest{
		Type: "shop:index:Key", Name: "key", Parent: stackUrn, Dependencies: []string{wallUrn},
	})
	require.NoError(t, err)
	_, err = program.RegisterResource(t.Context(), &pulumirpc.RegisterResourceRequest{
		Type: "shop:index:Door", Name: "door", Parent: roomUrn, Dependencies: []string{keyUrn},
	})
	require.NoError(t, err)
	assert.Equal(t, order{doorUrn: {keyUrn, roomUrn}, keyUrn: {stackUrn, wallUrn}}, before)
}

func TestNothingIsDeclaredOnceResourcesMayChangeInTheEngine(t *testing.T) {
	t.Parallel()
	for name, transform := range map[string]func(pulumirpc.ResourceMonitorClient) error{
		"each resource": func(program pulumirpc.ResourceMonitorClient) error {
			_, err := program.RegisterStackTransform(t.Context(), &pulumirpc.Callback{})
			return err
		},
		"one and its children": func(program pulumirpc.ResourceMonitorClient) error {
			_, err := program.RegisterResource(t.Context(),
				&pulumirpc.RegisterResourceRequest{Type: "shop:index:Room", Name: "room", Transforms: []*pulumirpc.Callback{{}}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, declared := throughMonitor(t, &fakeEngine{})
			program := pulumirpc.NewResourceMonitorClient(connection)
			_, err := program.RegisterResource(t.Context(),
				&pulumirpc.RegisterResourceRequest{Type: "shop:index:Wall", Name: "wall"})
			require.NoError(t, err)
			require.NoError(t, transform(program))
			_, err = program.RegisterResource(t.Context(),
				&pulumirpc.RegisterResourceRequest{Type: "shop:index:Door", Name: "door"})
			require.NoError(t, err)
			assert.Equal(t, order{wallUrn: {}}, declared)
		})
	}
}
