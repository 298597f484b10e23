package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClustersAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	const cluster, capacity = "ecs/cluster:Cluster", "ecs/clusterCapacityProviders:ClusterCapacityProviders"
	sessions := func(changes in) in {
		return in{"configuration": in{"executeCommandConfiguration": changes}}
	}
	place := in{"s3BucketName": "sessions"}
	providers := func(changes in) in {
		return with(in{"clusterName": "main", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}}, changes)
	}
	for _, row := range []struct {
		token          string
		planted, sound in
		want           []string
	}{
		{cluster, in{"name": "my cluster"}, in{"name": "my-cluster"}, []string{`name = "my cluster"`}},
		{
			cluster,
			in{"settings": []any{in{"name": "insights", "value": "enabled"}}},
			in{"settings": []any{in{"name": "containerInsights", "value": "enhanced"}}},
			[]string{"settings[0].name", "containerInsights"},
		},
		{
			cluster,
			in{"settings": []any{in{"name": "containerInsights", "value": "on"}}},
			in{"settings": []any{in{"name": "containerInsights", "value": "disabled"}}},
			[]string{"settings[0].value"},
		},
		{
			cluster, sessions(in{"logging": "OVERRIDE"}), sessions(in{"logging": "OVERRIDE", "logConfiguration": place}),
			[]string{"If you specify OVERRIDE, you must specify a logConfiguration"},
		},
		{
			cluster, sessions(in{"logging": "DEFAULT", "logConfiguration": place}), sessions(in{"logging": "NONE"}),
			[]string{"with OVERRIDE only"},
		},
		{
			cluster,
			in{"serviceConnectDefaults": in{"namespace": "demo"}},
			in{"serviceConnectDefaults": in{"namespace": d.namespace.out("arn")}},
			[]string{"is an invalid ARN"},
		},
		{capacity, providers(in{"capacityProviders": []any{"FARGATE-SPOT"}}), providers(nil), []string{
			"was not found", `did you mean "FARGATE_SPOT"?`,
		}},
		{
			capacity,
			providers(in{
				"capacityProviders":                 []any{"FARGATE"},
				"defaultCapacityProviderStrategies": []any{in{"capacityProvider": "FARGATE_SPOT", "weight": 1}},
			}),
			providers(in{"defaultCapacityProviderStrategies": []any{in{"capacityProvider": "FARGATE_SPOT", "weight": 1}}}),
			[]string{"not associated with the cluster"},
		},
	} {
		requireReason(t, d.wrong(row.token, "c", row.planted), row.want...)
		require.Empty(t, d.wrong(row.token, "c", row.sound))
	}
}

func TestCapacityInUseStays(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	s := d.up(service, "app", d.serviceOf(d.task, nil))
	const said = "ResourceInUseException: The specified capacity provider is in use and cannot be removed: ecs.Service " +
		"'app' uses it"
	require.ErrorContains(t, d.remove(d.capacity), said)
	require.ErrorContains(t, d.update(d.capacity, in{"capacityProviders": []any{"FARGATE_SPOT"}}), said)
	require.NoError(t, d.update(d.capacity, in{"capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}}))
	require.NoError(t, d.remove(s))
	require.NoError(t, d.remove(d.capacity))
}

func TestFargateByTheClustersDefaultIsFargateAsWell(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	byDefault := d.serviceOf(d.register("ec2", in{"requiresCompatibilities": []any{"EC2"}}, app()),
		in{"capacityProviderStrategies": nil})
	require.Empty(t, d.wrong(service, "s", with(byDefault, in{"name": "before"})))
	require.NoError(t, d.update(d.capacity,
		in{"defaultCapacityProviderStrategies": []any{in{"capacityProvider": "FARGATE", "weight": 1}}}))
	requireReason(t, d.wrong(service, "s", byDefault), "Task definition does not support launch_type FARGATE")
	assert.Empty(t, d.wrong(service, "t", d.serviceOf(d.task, in{"capacityProviderStrategies": nil})))
}
