package rehearsal_test

import (
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

func TestATwinDoesWhatTheOriginalWouldAndLeavesItAlone(t *testing.T) {
	t.Parallel()
	cloud, copied := newFakeCloud(), newFakeCloud()
	options := toyOptions(t, cloud)
	options.StateDir, options.Passphrase = t.TempDir(), "correct horse"
	r := open(t, options)
	_, err := r.Up(t.Context())
	require.NoError(t, err)
	before, err := r.Resources(true)
	require.NoError(t, err)

	require.NoError(t, r.SetConfig("greeting", "changed since it was opened"))
	twin, err := r.Twin(t.Context(), map[string]pulumirpc.ResourceProviderServer{"fake": copied}, copied)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, twin.Close()) })
	var group sync.WaitGroup
	group.Go(func() {
		result, err := twin.Up(t.Context())
		if assert.NoError(t, err) {
			assert.Equal(t, 1, result.Changes[rehearsal.OpUpdate], "the copy has the thing, and its greeting changes")
		}
	})
	preview, err := r.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, preview.Changes[rehearsal.OpUpdate])
	group.Wait()

	after, err := r.Resources(true)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.Equal(t, []string{"fake:index:Thing thing-1"}, cloud.Live())
	_, err = twin.Destroy(t.Context())
	require.NoError(t, err)
	require.NoError(t, twin.CheckEmpty())
	require.ErrorContains(t, r.CheckEmpty(), "fake:index:Thing::thing", "the original is still there")
}
