package standin_test

import (
	"context"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// seeds is a package whose resources live in the state alone.
func seeds(t *testing.T) *client {
	t.Helper()
	world := standin.NewWorld()
	server, err := standin.NewServer(world,
		standin.Package{Name: "land", Title: "land", Local: true, Kinds: []standin.Kind{garden()}})
	require.NoError(t, err)
	return &client{Server: server, t: t, world: world}
}

func TestWhatLivesInTheStateAloneIsNotInTheWorld(t *testing.T) {
	t.Parallel()
	c := seeds(t)
	id, outputs, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	assert.Empty(t, c.world.Live())
	require.Len(t, c.world.History(), 1)
	assert.True(t, c.world.History()[0].Local)

	inputs, _ := c.check(gardenToken, "main", nil, sound(nil), "seed")
	news, _ := c.check(gardenToken, "main", inputs, sound(props{"size": number(9)}), "seed")
	got, err := c.Update(context.Background(), &pulumirpc.UpdateRequest{
		Urn: urn(gardenToken, "main"), Id: id, OldInputs: c.wire(inputs), Olds: c.wire(outputs), News: c.wire(news),
	})
	require.NoError(t, err)
	updated := c.unwire(got.Properties)
	assert.Equal(t, outputs["arn"], updated["arn"], "taken over from the state")
	assert.InDelta(t, 2, updated["version"].NumberValue(), 0)
	require.NoError(t, c.remove(gardenToken, "main", id))
}

func TestWhatLivesInTheStateAloneIsReadFromThere(t *testing.T) {
	t.Parallel()
	c := seeds(t)
	id, outputs, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	got, err := c.Read(context.Background(),
		&pulumirpc.ReadRequest{Urn: urn(gardenToken, "main"), Id: id, Properties: c.wire(outputs)})
	require.NoError(t, err)
	assert.Equal(t, id, got.Id)
	assert.Equal(t, outputs, c.unwire(got.Properties))
	got, err = c.Read(context.Background(), &pulumirpc.ReadRequest{Urn: urn(gardenToken, "main"), Id: id})
	require.NoError(t, err)
	assert.Empty(t, got.Id, "a state that lost it has nothing to give")
}
