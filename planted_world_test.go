package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// newWorld returns an account in which the program has the plants' mistakes.
func newWorld(tb testing.TB, plants ...inprocess.Plant) *inprocess.World {
	tb.Helper()
	w, err := inprocess.New(plants...)
	require.NoError(tb, err)
	return w
}

// world returns the account after a deployment of the variant.
func (v variant) world(tb testing.TB) *inprocess.World {
	tb.Helper()
	w := newWorld(tb)
	require.NoError(tb, w.Run(deploy, project, v.stack, with(cliConfig(tb, v.stack), v.config), v.secretKeys...))
	return w
}

func with(config, more map[string]string) map[string]string {
	all := maps.Clone(config)
	maps.Copy(all, more)
	return all
}
