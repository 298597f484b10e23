package standin_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// watched is a little cloud whose plants note whether their garden was there before them.
func watched(t *testing.T) (*client, *bool) {
	t.Helper()
	before := new(bool)
	kind := plant()
	kind.Steady = []standin.Rule{standin.Effect(func(o *standin.Op) {
		garden := o.World.Get(gardenToken, o.In("gardenId").Text())
		*before = o.Before(garden.Urn, garden.Marks["made"])
	})}
	marked := garden()
	marked.Steady = []standin.Rule{standin.Effect(func(o *standin.Op) { o.This.Marks["made"] = o.Start })}
	world := standin.NewWorld()
	server, err := standin.NewServer(world,
		standin.Package{Name: "land", Title: "land", Kinds: []standin.Kind{marked, kind}})
	require.NoError(t, err)
	return &client{Server: server, t: t, world: world}, before
}

func TestWhatEndedBeforeCameBeforeUnlessTheProgramDeclaresNoSuchOrder(t *testing.T) {
	t.Parallel()
	gardenUrn, plantUrn := urn(gardenToken, "front"), urn(plantToken, "rose")
	for name, row := range map[string]struct {
		declare func(*standin.World)
		want    bool
	}{
		"nothing declared": {func(*standin.World) {}, true},
		"declared":         {func(w *standin.World) { w.Declare(plantUrn, []string{gardenUrn}) }, true},
		"through another": {func(w *standin.World) {
			w.Declare(plantUrn, []string{"between"})
			w.Declare("between", []string{gardenUrn, plantUrn})
		}, true},
		"through what is not declared": {func(w *standin.World) { w.Declare(plantUrn, []string{"between"}) }, true},
		"declared without":             {func(w *standin.World) { w.Declare(plantUrn, nil) }, false},
		"declared without, but in an earlier run": {func(w *standin.World) {
			w.Begin()
			w.Declare(plantUrn, nil)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, before := watched(t)
			id, _, err := c.up(gardenToken, "front", sound(nil))
			require.NoError(t, err)
			row.declare(c.world)
			_, _, err = c.up(plantToken, "rose", props{"gardenId": text(id)})
			require.NoError(t, err)
			assert.Equal(t, row.want, *before)
		})
	}
}

func TestALoadedWorldIsFromAnEarlierRun(t *testing.T) {
	t.Parallel()
	c, before := watched(t)
	id, _, err := c.up(gardenToken, "front", sound(nil))
	require.NoError(t, err)
	saved, err := c.world.Save()
	require.NoError(t, err)
	require.NoError(t, c.world.Load(saved))
	c.world.Declare(urn(plantToken, "rose"), nil)
	_, _, err = c.up(plantToken, "rose", props{"gardenId": text(id)})
	require.NoError(t, err)
	assert.True(t, *before)
}
