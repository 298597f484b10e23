package engine_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// A hundred clients exceed the rules of a security group; a thousand, the roles of an account as well.
func TestManyClientsMeetTheRulesOfTheSecurityGroupOfRedisFirst(t *testing.T) {
	t.Parallel()
	count, kinds := 100, []string{"rules-per-security-group"}
	if os.Getenv(fullVariable) != "" {
		count, kinds = 1000, append(kinds, "roles")
	}
	made, err := cloud.New()
	require.NoError(t, err)
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: filepath.Join("testdata",
			"clients"), Cli: &shared.cli, Stack: "bench", Config: map[string]string{"count": strconv.Itoa(count)},
		Providers: made.Providers, World: made, SkipCheckpoints: true,
	})
	_, err = opened.Up(t.Context())
	require.NoError(t, err)
	state, err := opened.Resources(true)
	require.NoError(t, err)
	model, err := report.Build(opened.StackName(), made.World, state)
	require.NoError(t, err)

	var refused []string
	for _, l := range model.Limits.Exceeded(limits.Refused) {
		refused = append(refused, l.Kind.Key)
	}
	assert.Equal(t, kinds, refused)
	first := model.Limits.Limits[0]
	assert.Equal(t, "ec2.SecurityGroup 'redis-sg'", first.Of)
	assert.InDelta(t, count, first.Used.Now, 0)
	assert.InDelta(t, 60, first.Max, 0)

	clients := slices.IndexFunc(model.Limits.Limits, func(l limits.Limit) bool { return l.Kind.Key == "redis-clients" })
	require.GreaterOrEqual(t, clients, 0)
	assert.InDelta(t, 2*count, model.Limits.Limits[clients].Used.Deploying, 0, "each client states one connection")
	assert.Empty(t, model.Limits.Notes)
}
