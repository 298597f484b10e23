package limits_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

type props = standin.Props

// made is a resource of a world.
type made struct {
	token, name string
	outputs     props
}

// of computes the limits of a world with those resources, in which each client reaches each server.
func of(all []made, paths ...live.Path) limits.Result {
	var result limits.Result
	standin.NewWorld().Look(func(view *standin.View) {
		for _, m := range all {
			view.Furnish(standin.Resource{Token: m.token, Name: m.name, Id: m.name, Outputs: standin.Outputs(m.outputs)})
		}
		result = limits.Of(view, paths)
	})
	return result
}

// service is a service on Fargate with its task definition, and, if most is greater than count, its scaling.
func service(name string, count, most int, more props, containers ...props) []made {
	document, err := json.Marshal(containers)
	if err != nil {
		panic(err)
	}
	outputs := props{
		"name": name, "cluster": "main", "desiredCount": count, "taskDefinition": "arn:" + name, "launchType": "FARGATE",
		"networkConfiguration": props{"subnets": []any{"one", "two"}},
	}
	maps.Copy(outputs, more)
	all := []made{
		{token.EcsTaskDefinition, name, props{
			"arn": "arn:" + name, "cpu": "512", "memory": "1024", "containerDefinitions": string(document),
		}},
		{token.EcsService, name, outputs},
	}
	if most > count {
		all = append(all, made{token.AppautoscalingTarget, name, props{
			"resourceId": "service/main/" + name, "minCapacity": count, "maxCapacity": most,
		}})
	}
	return all
}

func opening(port, connections int) props {
	return props{
		"name":         "c",
		"image":        "web:1",
		"dockerLabels": props{limits.ConnectionsLabel + strconv.Itoa(port): strconv.Itoa(connections)},
	}
}

func path(from, to string) live.Path {
	return live.Path{From: "ecs.Service '" + from + "'", To: to, Port: "all"}
}

func find(t *testing.T, result limits.Result, kind string) limits.Limit {
	t.Helper()
	at := slices.IndexFunc(result.Limits, func(l limits.Limit) bool { return l.Kind.Key == kind })
	require.GreaterOrEqual(t, at, 0, kind)
	return result.Limits[at]
}

func TestAmountsFollowTheNumberOfTasks(t *testing.T) {
	t.Parallel()
	database := made{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro", "port": 5432}}
	toDatabase := path("web", "rds.Instance 'db'")
	for name, each := range map[string]struct {
		more        props
		count, most int
		want        limits.Amounts
		severity    limits.Severity
		fits        string
	}{
		"fixed": {nil, 3, 3, limits.Amounts{Now: 30, Deploying: 60, Max: 30, MaxDeploying: 60}, limits.Fine, ""},
		"at the limit": {
			props{"deploymentMaximumPercent": 100},
			10, 10,
			limits.Amounts{Now: 100, Deploying: 100, Max: 100, MaxDeploying: 100},
			limits.Fine, "",
		},
		"rounded down": {
			props{"deploymentMaximumPercent": 150},
			3, 3,
			limits.Amounts{Now: 30, Deploying: 40, Max: 30, MaxDeploying: 40},
			limits.Fine, "",
		},
		"blue and green": {
			props{"deploymentMaximumPercent": 100, "deploymentController": props{"type": "CODE_DEPLOY"}},
			3, 3,
			limits.Amounts{Now: 30, Deploying: 60, Max: 30, MaxDeploying: 60},
			limits.Fine, "",
		},
		"scaled": {
			nil, 2, 6,
			limits.Amounts{Now: 20, Deploying: 40, Max: 60, MaxDeploying: 120},
			limits.Warned,
			"with a maxCapacity of 5 for web it would fit",
		},
		"scaled beyond": {
			nil, 2, 11,
			limits.Amounts{Now: 20, Deploying: 40, Max: 110, MaxDeploying: 220},
			limits.Warned,
			"with a maxCapacity of 5 for web it would fit",
		},
		"deployed": {
			nil, 6, 6,
			limits.Amounts{Now: 60, Deploying: 120, Max: 60, MaxDeploying: 120},
			limits.Refused,
			"with a desiredCount of 5 for web it would fit",
		},
		"desired": {
			nil, 11, 11,
			limits.Amounts{Now: 110, Deploying: 220, Max: 110, MaxDeploying: 220},
			limits.Refused,
			"with a desiredCount of 5 for web it would fit",
		},
		"rounded down, beyond": {
			props{"deploymentMaximumPercent": 150},
			11, 11,
			limits.Amounts{Now: 110, Deploying: 160, Max: 110, MaxDeploying: 160},
			limits.Refused,
			"with a desiredCount of 7 for web it would fit",
		},
		"stopped": {nil, 0, 0, limits.Amounts{}, limits.Fine, ""},
	} {
		l := find(t, of(append(service("web", each.count, each.most, each.more, opening(5432, 10)), database), toDatabase),
			"database-connections")
		assert.InDelta(t, 107, l.Max, 0, name)
		assert.Equal(t, each.want, l.Used, name)
		assert.Equal(t, each.severity, l.Severity(), name)
		assert.Equal(t, each.fits, l.Fits, name)
	}
}

// Whatever is exceeded, the number that the message names has no such message, and one more has.
func TestTheNumberThatFitsFits(t *testing.T) {
	t.Parallel()
	database := made{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro", "port": 5432}}
	at := func(count, most, percent int) limits.Limit {
		web := service("web", count, most, props{"deploymentMaximumPercent": percent}, opening(5432, 10))
		return find(t, of(append(web, database), path("web", "rds.Instance 'db'")), "database-connections")
	}
	for percent := 100; percent <= 200; percent += 25 {
		for _, most := range []int{12, 25, 300} {
			number := func(l limits.Limit, form string) (fits int) {
				_, err := fmt.Sscanf(l.Fits, form, &fits)
				require.NoError(t, err, "%q at %d percent", l.Fits, percent)
				return fits
			}
			fits := number(at(2, most, percent), "with a maxCapacity of %d for web it would fit")
			assert.Equal(t, limits.Fine, at(2, fits, percent).Severity(), "%d at %d percent", fits, percent)
			assert.Equal(t, limits.Warned, at(2, fits+1, percent).Severity(), "%d at %d percent", fits+1, percent)
			fits = number(at(most, most, percent), "with a desiredCount of %d for web it would fit")
			assert.Equal(t, limits.Fine, at(fits, fits, percent).Severity(), "%d at %d percent", fits, percent)
			assert.Equal(t, limits.Refused, at(fits+1, fits+1, percent).Severity(), "%d at %d percent", fits+1, percent)
		}
	}
}

func TestAServiceThatStopsByScheduleCountsAsRunning(t *testing.T) {
	t.Parallel()
	all := service("web", 0, 1, nil, opening(5432, 10))
	for name, counts := range map[string][2]int{"start": {2, 5}, "stop": {0, 0}} {
		all = append(all, made{token.AppautoscalingScheduledAction, name, props{
			"resourceId": "service/main/web", "scalableTargetAction": props{"minCapacity": counts[0], "maxCapacity": counts[1]},
		}})
	}
	all = append(all, made{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro"}})
	l := find(t, of(all, path("web", "rds.Instance 'db'")), "database-connections")
	assert.Equal(t, limits.Amounts{Now: 20, Deploying: 40, Max: 50, MaxDeploying: 100}, l.Used)
}

func TestAParameterGroupChangesTheConnectionsOfADatabase(t *testing.T) {
	t.Parallel()
	for parameters, want := range map[string]float64{
		`[]`: 107, `[{"name":"max_connections","value":"200"}]`: 195,
		`[{"name":"max_connections","value":"LEAST({DBInstanceClassMemory/19062784},50)"},{"name":"superuser_reserved_connections","value":"10"}]`: 38,
	} {
		var list []any
		require.NoError(t, json.Unmarshal([]byte(parameters), &list))
		l := find(t, of([]made{
			{token.RdsParameterGroup, "own", props{"name": "own", "parameters": list}},
			{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro", "parameterGroupName": "own"}},
		}), "database-connections")
		assert.InDelta(t, want, l.Max, 0, parameters)
	}
	unknown := of([]made{{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.z9.huge"}}})
	assert.Equal(t, []string{"rds.Instance 'db': max_connections of db.z9.huge is not known"}, unknown.Notes)
	silent := of(
		append(service("web", 1, 1, nil, props{"name": "c", "image": "web:1"}),
			made{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro"}}),
		path("web", "rds.Instance 'db'"),
	)
	require.Len(t, silent.Notes, 1)
	assert.Contains(t, silent.Notes[0], "do not state their connections in a label rehearsal.connections.5432")
}

func TestRedisIsComparedWithItsOwnSettings(t *testing.T) {
	t.Parallel()
	redis := func(arguments string) []made {
		return append(service("redis", 1, 1, nil, props{
			"name":         "redis",
			"image":        "docker.io/redis/redis-stack-server:7",
			"memory":       1000,
			"portMappings": []any{props{"containerPort": 6379}},
			"secrets":      []any{props{"name": "REDIS_ARGS", "valueFrom": "arn:args"}},
		}), made{token.SsmParameter, "args", props{"arn": "arn:args", "value": arguments}})
	}
	toRedis := path("web", "ecs.Service 'redis'")
	result := of(append(redis("--maxmemory 500mb --maxclients 100"), service("web", 5, 5, nil, opening(6379, 9))...),
		toRedis)
	assert.InDelta(t, 0.5, find(t, result, "redis-memory").Share(), 0)
	clients := find(t, result, "redis-clients")
	assert.InDelta(t, 100, clients.Max, 0)
	assert.Equal(t, limits.Amounts{Now: 45, Deploying: 90, Max: 45, MaxDeploying: 90}, clients.Used)

	result = of(redis("--maxmemory 1gb"))
	assert.Equal(t, limits.Refused, find(t, result, "redis-memory").Severity(), "1024 MiB in a container of 1000")
	assert.InDelta(t, 10000, find(t, result, "redis-clients").Max, 0)
	assert.Contains(t, of(redis("--appendonly yes")).Notes[0], "has no maxmemory")

	for node, want := range map[string]float64{"cache.t4g.micro": 20000, "cache.m6g.large": 65000} {
		result := of([]made{{token.ElasticacheReplicationGroup, "cache", props{"engine": "valkey", "nodeType": node}}})
		assert.InDelta(t, want, find(t, result, "redis-clients").Max, 0)
	}
}

func TestASubnetHasAnAddressForEachTask(t *testing.T) {
	t.Parallel()
	subnet := func(name, cidr string) made { return made{token.Ec2Subnet, name, props{"cidrBlock": cidr}} }
	world := func(count int) []made {
		return append(service("web", count, count, nil, props{"name": "c", "image": "web:1"}),
			subnet("one", "10.0.0.0/27"), subnet("two", "10.0.1.0/24"),
			made{token.LbLoadBalancer, "lb", props{"subnets": []any{"one", "two"}, "arn": "lb"}},
			made{token.Ec2VpcEndpoint, "logs", props{"subnetIds": []any{"one"}}},
			made{token.Ec2NatGateway, "nat", props{"subnetId": "one"}},
			made{token.EfsMountTarget, "files", props{"subnetId": "one"}},
			made{token.RdsSubnetGroup, "data", props{"name": "data", "subnetIds": []any{"one"}}},
			made{token.RdsInstance, "db", props{"engine": "mysql", "dbSubnetGroupName": "data"}})
	}
	l := find(t, of(world(15)), "subnet-addresses")
	assert.Equal(t, "ec2.Subnet 'one'", l.Of)
	assert.InDelta(t, 27, l.Max, 0, "32 without the five that AWS keeps")
	assert.Equal(t, limits.Amounts{Now: 20, Deploying: 27, Max: 20, MaxDeploying: 27}, l.Used,
		"12 besides half of the tasks")
	assert.Equal(t, limits.Fine, l.Severity())
	l = find(t, of(world(16)), "subnet-addresses")
	assert.Equal(t, limits.Refused, l.Severity())
	assert.Equal(t, "with a desiredCount of 15 for web it would fit", l.Fits)
}

func TestABalancerHasALimitedNumberOfRulesAndTargets(t *testing.T) {
	t.Parallel()
	world := func(rules int) []made {
		all := []made{
			{token.LbLoadBalancer, "lb", props{"arn": "lb"}},
			{token.LbListener, "https", props{
				"loadBalancerArn": "lb", "arn": "https", "defaultActions": []any{props{"type": "fixed-response"}},
			}},
		}
		for i := range rules {
			name := fmt.Sprintf("rule-%d", i)
			all = append(
				all, made{token.LbTargetGroup, name, props{"arn": name}},
				made{token.LbListenerCertificate, name, props{"listenerArn": "https"}},
				made{
					token.LbListenerRule, name,
					props{"listenerArn": "https", "actions": []any{props{"type": "forward", "targetGroupArn": name}}},
				},
			)
		}
		return append(all, service("web", 600, 600, props{"loadBalancers": []any{props{"targetGroupArn": "rule-0"}}})...)
	}
	result := of(world(25))
	for kind, want := range map[string]float64{
		"rules-per-load-balancer": 25, "target-groups-per-load-balancer": 25, "certificates-per-load-balancer": 25,
		"targets-per-load-balancer": 1200, "targets-per-target-group": 1200,
	} {
		assert.InDelta(t, want, find(t, result, kind).Used.Worst(), 0, kind)
	}
	assert.Equal(t, limits.Fine, find(t, result, "certificates-per-load-balancer").Severity())
	assert.Equal(t, limits.Refused, find(t, result, "targets-per-target-group").Severity())
	assert.Equal(t, "with a desiredCount of 500 for web it would fit", find(t, result, "targets-per-target-group").Fits)
	result = of(world(101))
	for _, kind := range []string{
		"rules-per-load-balancer", "target-groups-per-load-balancer", "certificates-per-load-balancer",
	} {
		assert.Equal(t, limits.Refused, find(t, result, kind).Severity(), kind)
	}
	result.Apply(limits.Quotas{"rules-per-load-balancer": 200},
		map[string]string{"rules-per-load-balancer": "app:balancers"})
	l := find(t, result, "rules-per-load-balancer")
	assert.Equal(t, limits.Fine, l.Severity())
	assert.Equal(t, "app:balancers", l.Remedy)
}

func TestLimitsOfTheAccountAndOfEcs(t *testing.T) {
	t.Parallel()
	var secrets []any
	for i := range 21 {
		secrets = append(secrets,
			props{"name": fmt.Sprint("S", i), "valueFrom": fmt.Sprintf("arn:aws:ssm:ap-south-1:1:parameter/%d", i)})
	}
	all := service("web", 14, 14, props{"serviceConnectConfiguration": props{
		"enabled":   true,
		"namespace": "space",
		"services":  []any{props{"portName": "web"}},
	}}, props{"name": "c", "image": "web:1", "secrets": secrets})
	all = append(all, service("spot", 2, 2, props{
		"launchType": nil, "capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE_SPOT", "weight": 1}},
	}, props{"name": "c", "image": "web:1"})...)
	all = append(all, made{token.EcsCluster, "main", props{"name": "main"}},
		made{token.ServicediscoveryHttpNamespace, "space", props{"arn": "space", "name": "own"}},
		made{token.IamRole, "role", nil})
	for i := range 61 {
		all = append(all, made{token.VpcSecurityGroupIngressRule, fmt.Sprint("rule-", i), props{"securityGroupId": "group"}})
	}
	all = append(all, made{token.Ec2SecurityGroup, "group", nil})
	result := of(all)
	for kind, want := range map[string]limits.Amounts{
		"fargate-on-demand-vcpus":         {Now: 7, Deploying: 14, Max: 7, MaxDeploying: 14},
		"fargate-spot-vcpus":              {Now: 1, Deploying: 2, Max: 1, MaxDeploying: 2},
		"parameter-store-rate":            {Now: 42, Deploying: 84, Max: 42, MaxDeploying: 84},
		"instances-per-cloud-map-service": {Now: 14, Deploying: 28, Max: 14, MaxDeploying: 28},
		"instances-per-namespace":         {Now: 14, Deploying: 28, Max: 14, MaxDeploying: 28},
		"tasks-per-service":               {Now: 14, Deploying: 28, Max: 14, MaxDeploying: 28},
		"network-interfaces":              {Now: 16, Deploying: 32, Max: 16, MaxDeploying: 32},
		"services-per-cluster":            {Now: 2, Deploying: 2, Max: 2, MaxDeploying: 2},
		"containers-per-task-definition":  {Now: 1, Deploying: 1, Max: 1, MaxDeploying: 1},
		"rules-per-security-group":        {Now: 61, Deploying: 61, Max: 61, MaxDeploying: 61},
		"security-groups":                 {Now: 1, Deploying: 1, Max: 1, MaxDeploying: 1},
		"roles":                           {Now: 1, Deploying: 1, Max: 1, MaxDeploying: 1},
	} {
		assert.Equal(t, want, find(t, result, kind).Used, kind)
	}
	assert.Equal(t, "rules-per-security-group", result.Limits[0].Kind.Key, "what is refused comes first")
	assert.Equal(t, limits.Warned, find(t, result, "fargate-on-demand-vcpus").Severity(), "the account may have more")
	assert.Len(t, result.First(), 12)
	result.Apply(limits.Quotas{"fargate-on-demand-vcpus": 6}, nil)
	assert.Equal(t, limits.Refused, find(t, result, "fargate-on-demand-vcpus").Severity(), "the user states it")
}

func TestQuotasAreThoseThatAwsRaises(t *testing.T) {
	t.Parallel()
	require.NoError(t, limits.Quotas{"fargate-on-demand-vcpus": 64, "rules-per-security-group": 100}.Check())
	require.ErrorContains(t, limits.Quotas{"fargate-vcpus": 64}.Check(),
		"quotas.fargate-vcpus: is no quota that AWS raises")
	require.ErrorContains(t, limits.Quotas{"containers-per-task-definition": 20}.Check(), "is no quota that AWS raises")
	require.ErrorContains(t, limits.Quotas{"roles": 0}.Check(), "quotas.roles = 0: must be more than 0")
	require.NoError(t, limits.CheckKeys(map[string]string{"redis-memory": "app:memory"}))
	require.ErrorContains(t, limits.CheckKeys(map[string]string{"redis": "app:memory"}),
		"limits.redis: is no limit that is computed")
}

// The time that a service adds must not grow with their number.
func TestManyServicesTakeTheirShareOfTheTime(t *testing.T) {
	t.Parallel()
	took := func(number int) time.Duration {
		all := []made{{token.RdsInstance, "db", props{"engine": "postgres", "instanceClass": "db.t4g.micro"}}}
		var paths []live.Path
		for i := range number {
			name := fmt.Sprint("web-", i)
			all = append(all, service(name, 1, 2, nil, opening(5432, 1))...)
			paths = append(paths, path(name, "rds.Instance 'db'"))
		}
		fastest := time.Hour
		for range 3 {
			began := time.Now()
			result := of(all, paths...)
			fastest = min(fastest, time.Since(began))
			assert.InDelta(t, 4*number, find(t, result, "database-connections").Used.MaxDeploying, 0)
		}
		return fastest
	}
	few, many := took(200), took(2000)
	assert.Less(t, many, 40*few, "ten times the services take %s instead of %s", many, few)
}
