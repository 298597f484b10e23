package report

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func demandedOf(t *testing.T, orders []Order, all ...made) *Graph {
	t.Helper()
	world, _ := worldOf(t, all...)
	var graph *Graph
	world.Look(func(view *standin.View) {
		var err error
		graph, err = Demanded(view, world.History(), orders...)
		require.NoError(t, err)
	})
	return graph
}

func TestAServiceWaitsForAllThatItsTasksNeed(t *testing.T) {
	t.Parallel()
	g := demandedOf(t, nil, shop(t)...)
	web := g.waits[urnOf(serviceType, "web")]
	for why, on := range map[string]string{
		"the endpoint that its environment names": urnOf(serviceType, "store"),
		"the listener that forwards to it":        urnOf(listenerType, "http"),
		"its own way to the internet":             urnOf(egressRuleType, "web-out"),
		"its way out to the store":                urnOf(egressRuleType, "web-to-store-out"),
		"the store's letting it in":               urnOf(ingressRuleType, "web-to-store-in"),
		"the load balancer's way out":             urnOf(egressRuleType, "front-to-web-out"),
		"its letting the load balancer in":        urnOf(ingressRuleType, "front-to-web-in"),
		"the route to the internet":               urnOf(routeType, "net-app"),
		"its subnet's route table":                urnOf(tableAssociationType, "net-app-a"),
		"its execution role's policy":             urnOf(rolePolicyType, "web"),
		"its log group":                           urnOf(logGroupType, "web"),
	} {
		assert.True(t, web[on], "%s: %s", why, on)
	}
	assert.True(t, g.Waits(urnOf(serviceType, "web"), urnOf(databaseType, "db")),
		"through the parameter with the database's address")
	assert.True(t, g.waits[urnOf(serviceType, "store")][urnOf(mountTargetType, "files")], "the mount target of its volume")
}

func TestWhereNoRouteGoesOutAServiceWaitsForTheEndpoints(t *testing.T) {
	t.Parallel()
	endpoint := made{
		endpointType, "logs", "vpce-0001", props{"vpcId": "vpc-0001", "vpcEndpointType": "Interface"}, nil, nil,
	}
	all := append(shop(t), endpoint)
	assert.False(t, demandedOf(t, nil, all...).waits[urnOf(serviceType, "web")][endpoint.urn()])
	all = slices.DeleteFunc(all, func(m made) bool { return m.token == routeType })
	assert.True(t, demandedOf(t, nil, all...).waits[urnOf(serviceType, "web")][endpoint.urn()])
}

func TestNobodyWaitsForWhatAwsDoesNotAskFor(t *testing.T) {
	t.Parallel()
	g := demandedOf(t, nil, shop(t)...)
	store := urnOf(serviceType, "store")
	assert.False(t, g.Waits(store, urnOf(serviceType, "web")))
	assert.False(t, g.Waits(store, urnOf(ingressRuleType, "web-to-store-in")), "a client's way in is the client's")
	assert.False(t, g.Waits(store, urnOf(databaseType, "db")))
	assert.False(t, g.waits[urnOf(serviceType, "web")][urnOf("aws:ec2/securityGroup:SecurityGroup", "files")],
		"triggers never reach AWS")
	path, err := g.CriticalPath()
	require.NoError(t, err)
	assert.Equal(t, []string{"net", "net-app-ap-south-1a", "db", "db", "url", "web", "web"}, names(path))
	assert.Equal(t, 12*time.Second+2*quick+15*time.Minute+2*quick+4*time.Minute, path.Total(),
		"network, subnet, subnet group, database with a standby, parameter, task definition, service")
}

func TestFurtherOrdersAreAdded(t *testing.T) {
	t.Parallel()
	later := Order{First: serviceType + "::web", Then: urnOf(bucketType, "photos")}
	assert.True(t, demandedOf(t, []Order{later},
		slices.DeleteFunc(shop(t), func(m made) bool { return m.token == taskDefinitionType })...).
		Waits(urnOf(bucketType, "photos"), urnOf(serviceType, "web")))

	world, _ := worldOf(t)
	world.Look(func(view *standin.View) {
		_, err := Demanded(view, nil, Order{First: "a", Then: "b"})
		assert.EqualError(t, err, `order "a" before "b": no resource "a" is deployed`)
	})
}

func TestTheLastOperationSaysWhatAResourceRefersTo(t *testing.T) {
	t.Parallel()
	world, _ := worldOf(t, made{vpcType, "a", "vpc-a", nil, nil, nil}, made{vpcType, "b", "vpc-b", nil, nil, nil},
		made{subnetType, "s", "subnet-s", nil, nil, nil})
	a, b, s := urnOf(vpcType, "a"), urnOf(vpcType, "b"), urnOf(subnetType, "s")
	world.Look(func(view *standin.View) {
		g, err := Demanded(view, []standin.Operation{
			{Verb: standin.Create, Urn: s, Refs: []string{a}},
			{Verb: standin.Update, Urn: s, Refs: []string{b}},
			{Verb: standin.Update, Urn: s, Refs: []string{a}, Error: "refused"},
			{Verb: standin.Delete, Urn: s},
		})
		require.NoError(t, err)
		assert.Equal(t, map[string]bool{b: true}, g.waits[s])
	})
}

func TestAListenerWaitsForItsCertificateAndThatForItsRecords(t *testing.T) {
	t.Parallel()
	const certificate = "arn:aws:acm:ap-south-1:123456789012:certificate/0001"
	g := demandedOf(
		t,
		nil,
		made{"aws:acm/certificate:Certificate", "tls", certificate, props{"domainName": "shop.example.org"}, props{
			"arn": certificate,
			"domainValidationOptions": []any{
				props{"resourceRecordName": "_x.shop.example.org", "resourceRecordValue": "_y0001.acm"},
			},
		}, nil},
		made{
			recordType, "proof", "Z1_proof",
			props{"name": "_x.shop.example.org", "records": []any{"_y0001.acm"}},
			props{"fqdn": "_x.shop.example.org"},
			nil,
		},
		made{certificateValidationType, "tls", "done", props{
			"certificateArn": certificate, "validationRecordFqdns": []any{"_x.shop.example.org"},
		}, nil, nil},
		made{listenerType, "https", "listener-1", props{"certificateArn": certificate}, nil, nil},
	)
	path, err := g.CriticalPath()
	require.NoError(t, err)
	assert.Equal(t, []string{"tls", "proof", "tls", "https"}, names(path))
}
