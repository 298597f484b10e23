package standin_test

import (
	"context"
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// A little cloud of gardens and plants, so that the framework is tested apart from any real one.

type gardenArgs struct {
	Name    *string           `pulumi:"name"`
	Size    int               `pulumi:"size"`
	Beds    []bed             `pulumi:"beds"`
	Fence   *string           `pulumi:"fence"`
	Policy  any               `pulumi:"policy"`
	Gates   []string          `pulumi:"gates"`
	Code    *string           `pulumi:"code"`
	Tags    map[string]string `pulumi:"tags"`
	Climate *string           `pulumi:"climate"`
}

type bed struct {
	Soil string `pulumi:"soil"`
	Rows *int   `pulumi:"rows"`
}

type gardenState struct {
	Arn     *string           `pulumi:"arn"`
	Fence   *string           `pulumi:"fence"`
	Version *int              `pulumi:"version"`
	TagsAll map[string]string `pulumi:"tagsAll"`
}

type plantArgs struct {
	GardenId string   `pulumi:"gardenId"`
	Neighbor *string  `pulumi:"neighbor"`
	Friends  []string `pulumi:"friends"`
}

const (
	gardenToken = "land:index/garden:Garden"
	plantToken  = "land:index/plant:Plant"
)

func garden() standin.Kind {
	return standin.Kind{
		Token: gardenToken, Args: gardenArgs{}, State: gardenState{},
		Required: []string{"beds"},
		Name:     standin.Naming{Property: "name", Max: 20, Lower: true},
		Defaults: standin.Props{"climate": "mild"},
		Computed: []string{"fence", "gates"},
		Replaces: []string{"name", "beds.soil"},
		Sets:     []string{"gates"},
		Json:     []string{"policy"},
		Moves:    map[string][]string{"version": {"size"}},
		Secrets:  []string{"code"},
		Unique:   []standin.Unique{{By: []string{"name"}, Code: "GardenExists", Rule: "a garden's name is unique"}},
		HeldBy:   []standin.Hold{{Token: plantToken, Path: "gardenId"}},
		InUse:    "GardenNotEmpty",
		Checks:   []standin.CheckRule{gardenSize},
		Steady:   []standin.Rule{gardenGrows},
		Id:       func(o *standin.Op) string { return "garden-" + o.In("name").Text() },
		Outputs: func(o *standin.Op) standin.Props {
			version := 1
			if o.Old != nil {
				version = o.Old.Out("version").Int() + 1
			}
			return standin.Props{"arn": "arn:land:" + o.In("name").Text(), "fence": "wood", "version": version}
		},
	}
}

var gardenSize = standin.Identify("land/garden-size", "A garden over 100",
	"https://example.org/gardens").OnInputs(func(d *standin.Draft) {
	if size := d.In("size"); size.Known() && size.Int() > 100 {
		d.Refuse(size, "GardenTooBig", "a garden is at most 100 large", "make it smaller")
	}
})

var gardenGrows = standin.Identify("land/climate", "A garden in the cold",
	"https://example.org/gardens").OnOperation(func(o *standin.Op) {
	if o.In("climate").Text() == "arctic" {
		o.Refuse(o.In("climate"), "NothingGrows", "nothing grows in the cold", "choose another climate")
	}
})

func plant() standin.Kind {
	return standin.Kind{
		Token: plantToken, Args: plantArgs{}, State: plantArgs{},
		Refs: []standin.Ref{
			{Path: "gardenId", To: []standin.Target{{Token: gardenToken}}, Code: "GardenNotFound"},
			{Path: "neighbor", To: []standin.Target{{Token: gardenToken, By: "arn"}}, Code: "NeighborNotFound", Outside: true},
		},
		Id: func(o *standin.Op) string { return "plant-" + o.Name },
	}
}

// client talks to a server as the engine does.
type client struct {
	*standin.Server
	t     *testing.T
	world *standin.World
}

func newClient(t *testing.T, options ...standin.Option) *client {
	t.Helper()
	world := standin.NewWorld()
	server, err := standin.NewServer(world, standin.Package{
		Name: "land", Title: "land", Version: "1.0.0", Kinds: []standin.Kind{garden(), plant()},
		Configure: func(standin.Value) (standin.Scope, error) {
			return standin.Scope{Region: "north", DefaultTags: map[string]string{"owner": "all"}}, nil
		},
	}, options...)
	require.NoError(t, err)
	_, err = server.Configure(context.Background(), &pulumirpc.ConfigureRequest{})
	require.NoError(t, err)
	return &client{Server: server, t: t, world: world}
}

type props = resource.PropertyMap

func (c *client) wire(m props) *structpb.Struct {
	s, err := plugin.MarshalProperties(m, plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
	require.NoError(c.t, err)
	return s
}

func (c *client) unwire(s *structpb.Struct) props {
	m, err := plugin.UnmarshalProperties(s, plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
	require.NoError(c.t, err)
	return m
}

func urn(token, name string) string { return "urn:pulumi:dev::farm::" + token + "::" + name }

func (c *client) check(token, name string, olds, news props, seed string) (props, []string) {
	got, err := c.Check(context.Background(),
		&pulumirpc.CheckRequest{Urn: urn(token, name), Olds: c.wire(olds), News: c.wire(news), RandomSeed: []byte(seed)})
	require.NoError(c.t, err)
	var reasons []string
	for _, failure := range got.Failures {
		reasons = append(reasons, failure.Reason)
	}
	return c.unwire(got.Inputs), reasons
}

// up checks and creates.
func (c *client) up(token, name string, news props) (string, props, error) {
	inputs, reasons := c.check(token, name, nil, news, "seed")
	require.Empty(c.t, reasons)
	got, err := c.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn(token, name), Properties: c.wire(inputs)})
	if err != nil {
		return "", nil, err
	}
	return got.Id, c.unwire(got.Properties), nil
}

func (c *client) diff(old, now props) *pulumirpc.DiffResponse { return c.diffOf(nil, old, now) }

// diffOf returns the difference for a garden with these outputs.
func (c *client) diffOf(outputs, old, now props) *pulumirpc.DiffResponse {
	const token, name = gardenToken, "main"
	oldInputs, _ := c.check(token, name, nil, old, "seed")
	news, _ := c.check(token, name, oldInputs, now, "other seed")
	got, err := c.Diff(context.Background(), &pulumirpc.DiffRequest{
		Urn: urn(token, name), OldInputs: c.wire(oldInputs), News: c.wire(news), Olds: c.wire(outputs),
	})
	require.NoError(c.t, err)
	return got
}

func (c *client) remove(token, name, id string) error {
	_, err := c.Delete(context.Background(), &pulumirpc.DeleteRequest{Urn: urn(token, name), Id: id})
	return err
}

func text(s string) resource.PropertyValue { return resource.NewProperty(s) }

func number(n int) resource.PropertyValue { return resource.NewProperty(float64(n)) }

func list(items ...resource.PropertyValue) resource.PropertyValue { return resource.NewProperty(items) }

func object(m props) resource.PropertyValue { return resource.NewProperty(m) }

func unknown() resource.PropertyValue { return resource.MakeComputed(text("")) }

func sound(more props) props {
	m := props{"size": number(5), "beds": list(object(props{"soil": text("loam")}))}
	maps.Copy(m, more)
	return m
}
