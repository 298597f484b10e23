package standin_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
)

func TestADiffNamesThePathsThatChange(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	got := c.diff(sound(props{"tags": object(props{"a.b": text("1"), "gone": text("x")})}),
		sound(props{"size": number(6), "tags": object(props{"a.b": text("2"), "new": text("y")})}))
	kinds := map[string]pulumirpc.PropertyDiff_Kind{}
	for path, diff := range got.DetailedDiff {
		kinds[path] = diff.Kind
		assert.True(t, diff.InputDiff)
	}
	assert.Equal(t, map[string]pulumirpc.PropertyDiff_Kind{
		"size": pulumirpc.PropertyDiff_UPDATE, `tags["a.b"]`: pulumirpc.PropertyDiff_UPDATE,
		"tags.gone": pulumirpc.PropertyDiff_DELETE, "tags.new": pulumirpc.PropertyDiff_ADD,
	}, kinds)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_SOME, got.Changes)
	assert.Empty(t, got.Replaces)
}

func TestWhatMakesNoDifferenceIsNoChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]props{
		"the same":               {nil, nil},
		"secrecy":                {{"code": text("abcdef")}, {"code": resource.MakeSecret(text("abcdef"))}},
		"order of a set":         {{"gates": list(text("n"), text("s"))}, {"gates": list(text("s"), text("n"))}},
		"JSON written otherwise": {{"policy": text(`{"a":1,"b":2}`)}, {"policy": text(`{"b": 2, "a": 1}`)}},
		"an empty list":          {{"gates": list()}, nil},
		"what the cloud fills":   {{"fence": text("iron")}, nil},
		"a default written out":  {nil, {"climate": text("mild")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newClient(t).diff(sound(change[0]), sound(change[1]))
			assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, got.Changes)
			assert.Empty(t, got.DetailedDiff)
		})
	}
}

// The provider compares with the state, in which the cloud's own choice is.
func TestTheValueThatTheCloudHasChosenIsNoChangeWhenItIsGiven(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	wood := props{"fence": text("wood"), "code": text("same")}
	assert.Empty(t, c.diffOf(wood, sound(nil), sound(props{"fence": text("wood")})).Diffs)
	assert.Empty(t, c.diffOf(wood, sound(nil), sound(props{"fence": resource.MakeSecret(text("wood"))})).Diffs)
	assert.Equal(t, []string{"fence"}, c.diffOf(wood, sound(nil), sound(props{"fence": text("iron")})).Diffs)
	iron := sound(props{"fence": text("iron")})
	assert.Equal(t, []string{"fence"}, c.diffOf(wood, iron, sound(props{"fence": text("wood")})).Diffs)
	assert.Equal(t, []string{"code"}, c.diffOf(wood, sound(nil), sound(props{"code": text("same")})).Diffs,
		"the cloud computes no code")
}

func TestWhatLeavesAListIsAChangeThoughTheCloudFillsItIn(t *testing.T) {
	t.Parallel()
	both, one := sound(props{"gates": list(text("n"), text("s"))}), sound(props{"gates": list(text("n"))})
	assert.Equal(t, []string{"gates"}, newClient(t).diff(both, one).Diffs)
	assert.Empty(t, newClient(t).diff(both, sound(nil)).Diffs)
}

func TestANestedPropertyCanForceAReplacement(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	soil := func(kind string, rows int) props {
		return sound(props{"beds": list(object(props{"soil": text(kind), "rows": number(rows)}))})
	}
	assert.Equal(t, []string{"beds"}, c.diff(soil("loam", 1), soil("clay", 1)).Replaces)
	assert.Empty(t, c.diff(soil("loam", 1), soil("loam", 2)).Replaces)
	another := sound(props{"beds": list(object(props{"soil": text("loam")}), object(props{"soil": text("clay")}))})
	assert.Equal(t, []string{"beds"}, c.diff(sound(nil), another).Replaces)
}

func TestAnUnknownValueIsAChange(t *testing.T) {
	t.Parallel()
	got := newClient(t).diff(sound(props{"name": text("a")}), sound(props{"name": unknown()}))
	assert.Equal(t, []string{"name"}, got.Replaces)
}

func TestOnlyAResourceNamedByTheProgramIsDeletedBeforeItsReplacement(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	clay := props{"beds": list(object(props{"soil": text("clay")}))}
	named := func(more props, name string) props {
		m := sound(more)
		m["name"] = text(name)
		return m
	}
	assert.False(t, c.diff(sound(nil), sound(clay)).DeleteBeforeReplace)
	assert.True(t, c.diff(named(nil, "eden"), named(clay, "eden")).DeleteBeforeReplace)
	assert.False(t, c.diff(named(nil, "eden"), named(clay, "arcadia")).DeleteBeforeReplace)
}
