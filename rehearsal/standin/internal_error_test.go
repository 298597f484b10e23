package standin_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// faultyGarden returns a kind whose part of that name panics.
func faultyGarden(part string) standin.Kind {
	kind := garden()
	op := func(o *standin.Op) { panic("weeds in " + o.In("name").Text()) }
	switch part {
	case "check":
		index := func(d *standin.Draft) { _ = []int{}[d.In("size").Int()] }
		kind.Checks = append([]standin.CheckRule{standin.Effect(index)}, kind.Checks...)
	case "rule":
		kind.Rules = append(kind.Rules, standin.Effect(op))
	case "steady":
		kind.Steady = append([]standin.Rule{standin.Effect(op)}, kind.Steady...)
	case "delete":
		kind.OnDelete = append(kind.OnDelete, standin.Effect(op))
	case "id":
		kind.Id = func(o *standin.Op) string { op(o); return "" }
	case "outputs":
		kind.Outputs = func(o *standin.Op) standin.Props { op(o); return nil }
	case "diff":
		kind.Diff = func(*standin.Delta) { panic("winter") }
	}
	return kind
}

func newFaultyClient(t *testing.T, part string, options ...standin.Option) *client {
	t.Helper()
	world := standin.NewWorld()
	server, err := standin.NewServer(world, standin.Package{
		Name: "land", Title: "land", Version: "1.0.0", Kinds: []standin.Kind{faultyGarden(part), plant()},
		Invokes: map[string]standin.Invoke{
			"land:index/getSun:getSun": func(*standin.Question) (standin.Props, error) { panic("too bright") },
		},
	}, options...)
	require.NoError(t, err)
	return &client{Server: server, t: t, world: world}
}

const faulty = "InternalError: internal error in land.Garden 'main': "

func TestAPanicInARuleIsARefusal(t *testing.T) {
	t.Parallel()
	for part, place := range map[string]string{
		"rule":    "faultyGarden.func1, internal_error_test.go:",
		"steady":  "faultyGarden.func1",
		"id":      "faultyGarden.func1",
		"outputs": "faultyGarden.func1",
	} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			c := newFaultyClient(t, part)
			_, _, err := c.up(gardenToken, "main", sound(props{"name": text("eden")}))
			require.ErrorContains(t, err, faulty+"weeds in eden (standin_test."+place)
			require.ErrorContains(t, err, "report it to the makers of the rehearsal")
			_, _, err = c.up(plantToken, "rose", props{"gardenId": text("none")})
			require.ErrorContains(t, err, "GardenNotFound", "the world goes on")
		})
	}
}

func TestAPanicDoesNotKeepTheOtherRulesFromTheirRefusals(t *testing.T) {
	t.Parallel()
	_, reasons := newFaultyClient(t, "check").check(gardenToken, "main", nil, sound(props{"size": number(101)}), "seed")
	require.Len(t, reasons, 2)
	assert.Contains(t, reasons[0],
		faulty+"runtime error: index out of range [101] with length 0 (standin_test.faultyGarden")
	assert.Contains(t, reasons[1], "GardenTooBig")
	c := newFaultyClient(t, "steady")
	_, _, err := c.up(gardenToken, "main", sound(props{"climate": text("arctic")}))
	require.ErrorContains(t, err, faulty)
	require.ErrorContains(t, err, "NothingGrows")
}

func TestAPanicInASurveyIsToldWithTheOtherRefusals(t *testing.T) {
	t.Parallel()
	c := newFaultyClient(t, "rule", standin.Survey())
	_, _, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	require.Len(t, c.world.Forgiven(), 1)
	assert.Contains(t, c.world.Forgiven()[0].Text, faulty)
}

func TestAPanicAtADeletionOrAComparisonIsARefusal(t *testing.T) {
	t.Parallel()
	c := newFaultyClient(t, "delete")
	id, _, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	require.ErrorContains(t, c.remove(gardenToken, "main", id), faulty)
	assert.Len(t, c.world.Live(), 1)

	c = newFaultyClient(t, "diff")
	inputs, _ := c.check(gardenToken, "main", nil, sound(nil), "seed")
	_, err = c.Diff(context.Background(),
		&pulumirpc.DiffRequest{Urn: urn(gardenToken, "main"), OldInputs: c.wire(inputs), News: c.wire(inputs)})
	require.ErrorContains(t, err, faulty+"winter (standin_test.faultyGarden")
}

func TestAPanicInAFunctionIsAnError(t *testing.T) {
	t.Parallel()
	c := newFaultyClient(t, "")
	_, err := c.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "land:index/getSun:getSun"})
	require.ErrorContains(t, err, "internal error in land.getSun: too bright (standin_test.newFaultyClient")
	_, _, err = c.up(gardenToken, "main", sound(nil))
	assert.NoError(t, err, "the world goes on")
}

func TestAPanicShowsNoSecret(t *testing.T) {
	t.Parallel()
	_, _, err := newFaultyClient(t, "rule").up(gardenToken, "main",
		sound(props{"name": resource.MakeSecret(text("hunter22"))}))
	require.ErrorContains(t, err, "weeds in [secret]")
	assert.NotContains(t, err.Error(), "hunter22")
}
