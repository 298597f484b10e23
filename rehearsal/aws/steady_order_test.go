package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestAClientDeployedBeforeItsServerFailsAndOneAfterItDoesNot(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"store": omit})
	err := g.build()
	require.ErrorContains(t, err, exited+"store.demo-ns:6379: Name or service not known")
	require.ErrorContains(t, err, "no service that is deployed publishes store.demo-ns")

	delete(g.changes, "store")
	g.add("ecs/service:Service", "store", g.storeService())
	web := g.liveWeb()
	require.NoError(t, g.update(web, in{}), "it is tried again")
}

// liveWeb returns the web service, which exists although its creation failed.
func (g *graph) liveWeb() *thing {
	const token = "ecs/service:Service"
	var found *thing
	g.look(func(v *standin.View) {
		for _, r := range v.Live(full(token)) {
			if r.Name == "web" {
				found = &thing{token: token, name: r.Name, id: r.Id, given: g.webService(), inputs: r.Inputs, outputs: r.Outputs}
			}
		}
	})
	require.NotNil(g.t, found)
	return found
}

func TestAnOrderThatTheProgramDoesNotDeclareIsNoOrder(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	listener, capacity := urn("lb/listener:Listener",
		"http"), urn("ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity")
	g.declare(urn("ecs/service:Service", "web"), urn("rds/instance:Instance", "db"), listener, capacity)
	err := g.build()
	require.ErrorContains(t, err,
		"the endpoint store.demo-ns:6379 of ecs.Service 'store' was not deployed before this deployment began")
	require.ErrorContains(t, err, "let this service depend on ecs.Service 'store'")

	sound := newGraph(t, nil)
	sound.world.Declare(urn("ecs/service:Service", "web"), []string{"group"})
	sound.world.Declare("group", []string{urn("ecs/service:Service", "store")})
	require.NoError(t, sound.build())
}

func TestAServerThatIsNotWaitedForIsThereInTheNextRun(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"store": {"waitForSteadyState": false}})
	require.Error(t, g.build())
	g.world.Begin()
	require.NoError(t, g.update(g.liveWeb(), in{}))
}

func TestAChangedEndpointMakesStaleClientsUntilTheyAreDeployedAgain(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	assert.Empty(t, g.stale())
	store := g.things["store"]
	config := object(store.given["serviceConnectConfiguration"])
	endpoint := object(listed(config["services"])[0])
	require.NoError(t, g.update(store, in{"serviceConnectConfiguration": with(config,
		in{"services": []any{with(endpoint, in{"discoveryName": "shop"})}})}))
	assert.Equal(
		t,
		[]string{
			"ecs.Service 'web': was deployed before ecs.Service 'store' published store.demo-ns:6379: its tasks may not " +
				"resolve it until a new deployment",
		},
		g.stale(),
	)
	require.NoError(t, g.update(g.things["web"], in{"tags": in{"a": "b"}}))
	assert.Len(t, g.stale(), 1, "a change of tags deploys nothing")
	require.NoError(t, g.update(g.things["web"], in{"triggers": in{"endpoint": "2"}, "forceNewDeployment": true}))
	assert.Empty(t, g.stale())
}

func (g *graph) stale() []string { return g.warned("was deployed before") }

func TestTheWaitEndsAtItsTimeoutWithoutTheCircuitBreaker(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"web-out": omit, "web": {"deploymentCircuitBreaker": nil}})
	require.ErrorContains(t, g.build(),
		"timeout while waiting for state to become 'tasksStable': tasks failed to start: CannotPullContainerError")
}

func TestWhatFailedIsLiveAndIsMendedByTheNextUpdate(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"web-to-store": omit})
	require.Error(t, g.build())
	delete(g.changes, "web-to-store")
	g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "web-to-store", in{
		"securityGroupId":           g.id("web-sg"),
		"referencedSecurityGroupId": g.id("store-sg"), "ipProtocol": "tcp", "fromPort": 6379, "toPort": 6379,
	})
	require.NoError(t, g.update(g.liveWeb(), in{}))
}
