package report

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func stateOf(token, name string) apitype.ResourceV3 {
	return apitype.ResourceV3{URN: resource.URN(urnOf(token, name)), Type: tokens.Type(token), Custom: isAws(token)}
}

func TestTheEngineWaitsForDependenciesInputsAndParents(t *testing.T) {
	t.Parallel()
	const component = "shop:index:Shop"
	declared, read, child := stateOf(bucketType, "declared"), stateOf(bucketType, "read"), stateOf(bucketType, "child")
	first, group := stateOf(databaseType, "first"), stateOf(component, "group")
	declared.Dependencies = []resource.URN{first.URN}
	read.PropertyDependencies = map[resource.PropertyKey][]resource.URN{"bucket": {declared.URN}}
	group.Dependencies = []resource.URN{read.URN}
	child.Parent = group.URN
	gone := stateOf(databaseType, "gone")
	gone.Delete = true
	provider := stateOf("pulumi:providers:aws", "default")
	g := Recorded([]apitype.ResourceV3{first, declared, read, group, child, gone, provider})

	path, err := g.CriticalPath()
	require.NoError(t, err)
	assert.Equal(t, []string{"first", "declared", "read", "group", "child"}, names(path))
	assert.Equal(t, 10*time.Minute+3*quick, path.Total())
	assert.False(t, g.Has(string(gone.URN)), "what is being replaced is not deployed")
	assert.False(t, g.Has(string(provider.URN)))
}

func TestADependencyOnAComponentIsOneOnAllInIt(t *testing.T) {
	t.Parallel()
	group, part := stateOf("shop:index:Shop", "group"), stateOf("shop:index:Part", "part")
	client, inside := stateOf(bucketType, "client"), stateOf(databaseType, "inside")
	part.Parent, inside.Parent = group.URN, part.URN
	client.PropertyDependencies = map[resource.PropertyKey][]resource.URN{"bucket": {group.URN}}
	g := Recorded([]apitype.ResourceV3{group, part, inside, client})
	assert.True(t, g.Waits(string(client.URN), string(inside.URN)))
	assert.False(t, g.Waits(string(inside.URN), string(client.URN)))
}

func TestADurationFollowsTheProperties(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		token      string
		properties props
		want       time.Duration
	}{
		"a database":                      {databaseType, nil, 10 * time.Minute},
		"a database with a standby":       {databaseType, props{"multiAz": true}, 15 * time.Minute},
		"a service that nobody waits for": {serviceType, nil, quick},
		"a service that is waited for":    {serviceType, props{"waitForSteadyState": true}, 3 * time.Minute},
		"the same behind a load balancer": {
			serviceType, props{"waitForSteadyState": true, "loadBalancers": []any{props{}}}, 4 * time.Minute,
		},
		"a gateway endpoint":        {endpointType, props{"vpcEndpointType": "Gateway"}, 2 * quick},
		"an interface endpoint":     {endpointType, props{"vpcEndpointType": "Interface"}, 90 * time.Second},
		"what is only written down": {bucketType, nil, quick},
		"what is made here":         {randomType, nil, 0},
		"a component":               {"shop:index:Shop", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, TypicalCreate(test.token, func(property string) any { return test.properties[property] }))
		})
	}
}
