package standin_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestOnlyWhatTheCloudMadeIsRenamedAndOnlyAsAWholeWord(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, automatic, err := c.up(gardenToken, "front", sound(nil))
	require.NoError(t, err)
	_, _, err = c.up(gardenToken, "my-task", sound(props{"name": text("billing-app")}))
	require.NoError(t, err)
	name := automatic["name"].StringValue()
	require.Regexp(t, `^front-[0-9a-f]{7}$`, name)
	var names standin.Names
	c.world.Look(func(v *standin.View) { names.Learn(v, "arn", "id", "name") })
	for given, want := range map[string]string{
		"container billing-app of garden-billing-app": "container billing-app of my-task",
		name + ", x-" + name + " and " + name + "-x":  "front, x-" + name + " and " + name + "-x",
		"garden-" + name + ".example.org":             "front.example.org",
		"garden-" + name + "s":                        "garden-" + name + "s",
		"":                                            "",
	} {
		assert.Equal(t, want, names.Replace(given))
	}
}
