package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// witness is a cloud that records the order that a program declared.
type witness struct {
	*cloud.Cloud

	mutex    sync.Mutex
	declared map[string][]string
}

func (w *witness) Declare(urn string, waitsFor []string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.declared[urn] = waitsFor
	w.Cloud.Declare(urn, waitsFor)
}

func TestTheCloudIsToldTheOrderThatTheEngineKeeps(t *testing.T) {
	t.Parallel()
	made, err := cloud.New()
	require.NoError(t, err)
	w := &witness{Cloud: made, declared: map[string][]string{}}
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: projectDir, Cli: &shared.cli, Program: shared.program, Providers: made.Providers, World: w,
	})
	_, err = opened.Up(t.Context())
	require.NoError(t, err)
	resources, err := opened.Resources(false)
	require.NoError(t, err)
	kept := map[string][]string{}
	for _, resource := range resources {
		if !strings.HasPrefix(string(resource.Type), "pulumi:providers:") { // the engine's own
			kept[string(resource.URN)] = waits(resource)
		}
	}
	assert.Equal(t, kept, w.declared)
}

// waits returns the resources that the engine has a resource wait for.
func waits(resource apitype.ResourceV3) []string {
	all := append(slices.Clone(resource.Dependencies), resource.Parent)
	for _, dependencies := range resource.PropertyDependencies {
		all = append(all, dependencies...)
	}
	urns := []string{}
	for _, urn := range all {
		if urn != "" && !slices.Contains(urns, string(urn)) {
			urns = append(urns, string(urn))
		}
	}
	slices.Sort(urns)
	return urns
}

// luck holds the client back until Redis is steady, although the program does not.
func luck() standin.Option {
	steady := make(chan struct{})
	return standin.Intercept(func(ctx context.Context, op standin.Operation, next func() error) error {
		switch {
		case op.Token == taskToken && op.Name == "client":
			select {
			case <-steady:
			case <-ctx.Done():
			}
		case op.Token == serviceToken && op.Name == "redis" && op.Verb == standin.Create:
			defer close(steady)
		}
		return next()
	})
}

func TestAClientThatComesAfterRedisByLuckAloneIsRefused(t *testing.T) {
	t.Parallel()
	const dir = "testdata/client"
	program := filepath.Join(shared.dir, "client")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), dir, program, os.Stderr))
	up := func(t *testing.T, byHeart string) (*rehearsal.Rehearsal, *cloud.Cloud, error) {
		t.Helper()
		made, err := cloud.New(luck())
		require.NoError(t, err)
		opened := enginetest.Open(t, rehearsal.Options{
			Dir: dir, Cli: &shared.cli, Program: program, Providers: made.Providers, World: made,
			Config: map[string]string{"byHeart": byHeart},
		})
		_, err = opened.Up(t.Context())
		redis, client := creation(t, made, "redis"), creation(t, made, "client")
		assert.Less(t, redis.End, client.Start, "the client comes later")
		return opened, made, err
	}
	t.Run("the client that waits is not", func(t *testing.T) {
		t.Parallel()
		_, _, err := up(t, "false")
		require.NoError(t, err)
	})
	t.Run("nor is the one that does not, once Redis is there", func(t *testing.T) {
		t.Parallel()
		opened, _, err := up(t, "true")
		require.ErrorContains(t, err,
			"the endpoint redis.client-ns:6379 of ecs.Service 'redis' was not deployed before this deployment began")
		require.ErrorContains(t, err, "let this service depend on ecs.Service 'redis'")
		_, err = opened.Up(t.Context())
		require.NoError(t, err)
	})
}

// creation is when a service was made.
func creation(t *testing.T, made *cloud.Cloud, name string) standin.Operation {
	t.Helper()
	history := made.History()
	at := slices.IndexFunc(history, func(op standin.Operation) bool {
		return op.Token == serviceToken && op.Name == name && op.Verb == standin.Create
	})
	require.GreaterOrEqual(t, at, 0, name)
	return history[at]
}
