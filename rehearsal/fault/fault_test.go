package fault_test

import (
	"context"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/fault"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const treeToken = "land:forest/tree:Tree"

type treeArgs struct {
	Height *int `pulumi:"height"`
}

// forest is a cloud of trees into which the tests inject faults.
type forest struct {
	t      *testing.T
	world  *standin.World
	server *standin.Server
}

func plant(t *testing.T, local bool, options ...standin.Option) *forest {
	t.Helper()
	world := standin.NewWorld()
	server, err := standin.NewServer(
		world,
		standin.Package{Name: "land", Title: "land", Local: local, Kinds: []standin.Kind{{
			Token: treeToken, Args: treeArgs{}, State: treeArgs{}, Id: func(o *standin.Op) string { return "tree-" + o.Name },
		}}},
		options...)
	require.NoError(t, err)
	return &forest{t: t, world: world, server: server}
}

func urn(name string) string { return "urn:pulumi:dev::park::" + treeToken + "::" + name }

func (f *forest) create(ctx context.Context, name string) error {
	_, err := f.server.Create(ctx, &pulumirpc.CreateRequest{Urn: urn(name)})
	return err
}

func (f *forest) remove(name string) error {
	_, err := f.server.Delete(f.t.Context(), &pulumirpc.DeleteRequest{Urn: urn(name), Id: "tree-" + name})
	return err
}

func parse(t *testing.T, text string) fault.Failure {
	t.Helper()
	failure, err := fault.ParseFailure(text)
	require.NoError(t, err)
	return failure
}

func TestAFailureIsReadAndWrittenAlike(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]fault.Failure{
		"ecs.Service::redis":    {Type: "ecs.Service", Name: "redis", Times: 1},
		"ecs.Service::*:create": {Type: "ecs.Service", Name: "*", Verb: standin.Create, Times: 1},
		"*::redis:delete:3":     {Type: "*", Name: "redis", Verb: standin.Delete, Times: 3},
		"ecs.Service::redis:2":  {Type: "ecs.Service", Name: "redis", Times: 2},
		"aws:ecs/service:Service::care-backend:update": {
			Type:  "aws:ecs/service:Service",
			Name:  "care-backend",
			Verb:  standin.Update,
			Times: 1,
		},
	} {
		got, err := fault.ParseFailure(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
	}
	for text, want := range map[string]string{
		"ecs.Service":             "is not TYPE::NAME[:create|update|delete][:times]",
		"::redis":                 "is not TYPE::NAME",
		"ecs.Service::":           "is not TYPE::NAME",
		"ecs.Service::redis:0":    "the number of failures is at least 1",
		"ecs.Service::redis:make": `"make" is not create, update or delete`,
	} {
		_, err := fault.ParseFailure(text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestAFailureStrikesWhatItNamesAndAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]bool{ // whether oak, oak again, elm and the deletion of elm fail
		"forest.Tree::oak":          {true, false, false, false},
		"forest.Tree::oak:2":        {true, true, false, false},
		treeToken + "::elm":         {false, false, true, false},
		"*::*":                      {true, false, true, false},
		"*::*:2":                    {true, true, true, true},
		"forest.Tree::elm:delete":   {false, false, false, true},
		"forest.Tree::elm:update:9": {false, false, false, false},
		"forest.Bush::*":            {false, false, false, false},
	} {
		injector := fault.New(fault.Faults{Failures: []fault.Failure{parse(t, text)}})
		f := plant(t, false, injector.Options()...)
		var failed []bool
		for _, err := range []error{
			f.create(t.Context(), "oak"), f.create(t.Context(), "oak"), f.create(t.Context(), "elm"), f.remove("elm"),
		} {
			failed = append(failed, err != nil)
		}
		assert.Equal(t, want, failed, text)
		assert.Equal(t, assert.ObjectsAreEqual([]bool{false, false, false, false}, want), !injector.Struck(), text)
		assert.Equal(t, injector.Struck(), len(injector.Unmet()) == 0, text)
	}
}

func TestAFailedCreationMakesNothingUnlessItFailsLate(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		failure := parse(t, "*::oak:create")
		failure.Late = late
		f := plant(t, false, fault.New(fault.Faults{Failures: []fault.Failure{failure}}).Options()...)
		require.ErrorContains(t, f.create(t.Context(), "oak"),
			"InternalFailure: the rehearsal lets this create of forest.Tree 'oak' fail")
		assert.Equal(t, late, len(f.world.Live()) == 1)
	}
}

func TestThrottledCallsAreMadeAgainAndCounted(t *testing.T) {
	t.Parallel()
	retries := func(seed uint64) (counted []int) {
		f := plant(t, false, fault.New(fault.Faults{Throttle: 60, Seed: seed}).Options()...)
		for _, name := range []string{"oak", "elm", "ash", "fir", "yew", "box", "bay", "fig"} {
			require.NoError(t, f.create(t.Context(), name))
		}
		for _, operation := range f.world.History() {
			counted = append(counted, operation.Retries)
		}
		return counted
	}
	first := retries(1)
	sum := 0
	for _, n := range first {
		sum += n
	}
	assert.Positive(t, sum)
	assert.Equal(t, first, retries(1), "a seed repeats it")
	assert.NotEqual(t, first, retries(2))
}

func TestWhatStaysThrottledFails(t *testing.T) {
	t.Parallel()
	f := plant(t, false, fault.New(fault.Faults{Throttle: 100}).Options()...)
	require.ErrorContains(t, f.create(t.Context(), "oak"),
		"ThrottlingException: Rate exceeded (forest.Tree 'oak'): exceeded maximum number of attempts, 25")
	assert.Empty(t, f.world.Live())
	assert.Equal(t, 24, f.world.History()[0].Retries)
}

func TestWhatCallsNobodyIsNotThrottled(t *testing.T) {
	t.Parallel()
	f := plant(t, true, fault.New(fault.Faults{Throttle: 100}).Options()...)
	require.NoError(t, f.create(t.Context(), "oak"))
	assert.Empty(t, f.world.Live(), "it lives in the state alone")
}

func TestAKillLosesTheAnswerOrTheRequest(t *testing.T) {
	t.Parallel()
	for _, unsent := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		injector := fault.New(fault.Faults{Kill: fault.Kill{After: 2, Unsent: unsent}})
		injector.OnKill(cancel) // as the connection to a killed process ends its requests
		f := plant(t, false, injector.Options()...)
		require.NoError(t, f.create(ctx, "oak"))
		assert.False(t, injector.Killed())
		require.ErrorContains(t, f.create(ctx, "elm"), "killed")
		assert.True(t, injector.Killed())
		require.ErrorIs(t, f.create(ctx, "ash"), context.Canceled)
		assert.Equal(t, !unsent, len(f.world.Live()) == 2)
		require.NoError(t, f.create(t.Context(), "fir"), "it kills once")
	}
}
