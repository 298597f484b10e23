package bill

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

type props = map[string]any

// made is a resource of the test's world.
type made struct {
	token, name string
	outputs     props
}

func billOf(t *testing.T, all ...made) Bill {
	t.Helper()
	type saved struct {
		Seq                  int64
		Token, Urn, Name, Id string
		Region, Account      string
		Inputs, Outputs      props
	}
	document := struct {
		Clock     int64
		Resources []saved
	}{Clock: int64(len(all) + 1)}
	for i, m := range all {
		if m.outputs == nil {
			m.outputs = props{}
		}
		document.Resources = append(document.Resources, saved{
			Seq: int64(i + 1), Token: m.token, Urn: "urn:pulumi:t::t::" + m.token + "::" + m.name, Name: m.name, Id: m.name,
			Region: "ap-south-1", Account: "123456789012", Inputs: m.outputs, Outputs: m.outputs,
		})
	}
	data, err := json.Marshal(document)
	require.NoError(t, err)
	world := standin.NewWorld()
	require.NoError(t, world.Load(data))
	var b Bill
	world.Look(func(view *standin.View) { b = Of(view) })
	return b
}

func namesOf(uses []Use) []string {
	var names []string
	for _, use := range uses {
		names = append(names, use.Name)
	}
	return names
}

func quantities(b Bill) map[string]float64 {
	all := map[string]float64{}
	for _, line := range b.Lines {
		all[line.Item] = line.Quantity
	}
	return all
}

func service(more props) made {
	outputs := props{"name": "web", "cluster": "main", "taskDefinition": "web:1", "desiredCount": 2}
	maps.Copy(outputs, more)
	return made{"aws:ecs/service:Service", "web", outputs}
}

func task(more props) made {
	outputs := props{"arn": "web:1", "cpu": "512", "memory": "1024"}
	maps.Copy(outputs, more)
	return made{"aws:ecs/taskDefinition:TaskDefinition", "web", outputs}
}

func provider(name string, base, weight int) props {
	return props{"capacityProvider": name, "base": base, "weight": weight}
}

func strategy(items ...any) props { return props{"capacityProviderStrategies": items} }

func TestTasksAreCountedBySizeArchitectureAndSpot(t *testing.T) {
	t.Parallel()
	arm := props{"runtimePlatform": props{"cpuArchitecture": "ARM64"}}
	for name, row := range map[string]struct {
		all  []made
		want map[string]float64
	}{
		"by launch type": {
			[]made{service(props{"launchType": "FARGATE"}), task(nil)},
			map[string]float64{"fargate-vcpu-hour/X86_64": 730, "fargate-gb-hour/X86_64": 1460},
		},
		"sizes in words": {
			[]made{service(props{"launchType": "FARGATE"}), task(props{"cpu": "0.25 vCPU", "memory": "2 GB"})},
			map[string]float64{"fargate-vcpu-hour/X86_64": 365, "fargate-gb-hour/X86_64": 2920},
		},
		"on ARM64 and Spot": {
			[]made{service(strategy(provider("FARGATE_SPOT", 0, 1))), task(arm)},
			map[string]float64{"fargate-vcpu-hour/ARM64/spot": 730, "fargate-gb-hour/ARM64/spot": 1460},
		},
		"one on demand, the rest on Spot": {
			[]made{service(strategy(provider("FARGATE", 1, 0), provider("FARGATE_SPOT", 0, 1))), task(nil)},
			map[string]float64{
				"fargate-vcpu-hour/X86_64": 365, "fargate-vcpu-hour/X86_64/spot": 365,
				"fargate-gb-hour/X86_64": 730, "fargate-gb-hour/X86_64/spot": 730,
			},
		},
		"by the cluster's strategy": {
			[]made{
				{"aws:ecs/cluster:Cluster", "main", props{"name": "main", "arn": "main"}},
				{"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "main", props{
					"clusterName": "main", "defaultCapacityProviderStrategies": []any{provider("FARGATE", 0, 1)},
				}},
				service(nil), task(nil),
			},
			map[string]float64{"fargate-vcpu-hour/X86_64": 730, "fargate-gb-hour/X86_64": 1460},
		},
		"with storage and addresses of their own": {
			[]made{
				service(props{"launchType": "FARGATE", "networkConfiguration": props{"assignPublicIp": true}}),
				task(props{"ephemeralStorage": props{"sizeInGib": 30}}),
			},
			map[string]float64{
				"fargate-vcpu-hour/X86_64": 730,
				"fargate-gb-hour/X86_64":   1460,
				"fargate-storage-gb-hour":  14600,
				"public-ipv4-hour":         1460,
			},
		},
		"not on Fargate": {[]made{service(props{"launchType": "EC2"}), task(nil)}, map[string]float64{}},
		"stopped": {
			[]made{service(props{"launchType": "FARGATE", "desiredCount": 0}), task(nil)},
			map[string]float64{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := quantities(billOf(t, row.all...))
			assert.Len(t, got, len(row.want))
			for item, quantity := range row.want {
				assert.InDelta(t, quantity, got[item], 1e-6, item)
			}
		})
	}
}

func TestAScaledServiceIsCountedByItsLeast(t *testing.T) {
	t.Parallel()
	b := billOf(t, service(props{"launchType": "FARGATE"}), task(nil), made{
		"aws:appautoscaling/target:Target",
		"web",
		props{"resourceId": "service/main/web", "minCapacity": 1, "maxCapacity": 4},
	})
	assert.InDelta(t, 365, quantities(b)["fargate-vcpu-hour/X86_64"], 1e-6)
	assert.Equal(t, []string{"web may have up to 4 tasks, and 1 are counted"}, b.Growth)
}

func TestWhatIsThereIsCountedByHourAndMonth(t *testing.T) {
	t.Parallel()
	subnets := []any{"a", "b"}
	for name, row := range map[string]struct {
		resource made
		want     map[string]float64
	}{
		"load balancer": {
			made{"aws:lb/loadBalancer:LoadBalancer", "front", props{"loadBalancerType": "application", "subnets": subnets}},
			map[string]float64{"load-balancer-hour/application": 730, "public-ipv4-hour": 1460},
		},
		"internal load balancer": {
			made{
				"aws:lb/loadBalancer:LoadBalancer",
				"front",
				props{"loadBalancerType": "network", "subnets": subnets, "internal": true},
			},
			map[string]float64{"load-balancer-hour/network": 730},
		},
		"NAT gateway": {made{"aws:ec2/natGateway:NatGateway", "a", nil}, map[string]float64{"nat-gateway-hour": 730}},
		"address":     {made{"aws:ec2/eip:Eip", "a", nil}, map[string]float64{"public-ipv4-hour": 730}},
		"interface endpoint": {
			made{"aws:ec2/vpcEndpoint:VpcEndpoint", "logs", props{"vpcEndpointType": "Interface", "subnetIds": subnets}},
			map[string]float64{"interface-endpoint-hour": 1460},
		},
		"gateway endpoint": {
			made{"aws:ec2/vpcEndpoint:VpcEndpoint", "s3", props{"vpcEndpointType": "Gateway"}},
			map[string]float64{},
		},
		"database": {
			made{"aws:rds/instance:Instance", "db", props{
				"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "storageType": "gp3",
			}},
			map[string]float64{"rds-instance-hour/postgres/db.t4g.micro": 730, "rds-storage-gb-month/gp3": 20},
		},
		"database in two zones": {
			made{"aws:rds/instance:Instance", "db", props{
				"engine": "postgres", "instanceClass": "db.m6g.large", "allocatedStorage": 100, "storageType": "io1", "iops": 1000,
				"multiAz": true, "publiclyAccessible": true,
			}},
			map[string]float64{
				"rds-instance-hour/postgres/db.m6g.large/multi-az": 730, "rds-storage-gb-month/io1/multi-az": 100,
				"rds-iops-month/io1/multi-az": 1000, "public-ipv4-hour": 730,
			},
		},
		"watched database": {
			made{"aws:rds/instance:Instance", "db", props{
				"engine": "postgres", "instanceClass": "db.r6g.2xlarge", "databaseInsightsMode": "advanced",
			}},
			map[string]float64{"rds-instance-hour/postgres/db.r6g.2xlarge": 730, "database-insights-vcpu-hour": 5840},
		},
		"cache": {
			made{"aws:elasticache/replicationGroup:ReplicationGroup", "c", props{
				"engine": "valkey", "nodeType": "cache.t4g.micro", "numCacheClusters": 2,
			}},
			map[string]float64{"elasticache-node-hour/valkey/cache.t4g.micro": 1460},
		},
		"sharded cache": {
			made{"aws:elasticache/replicationGroup:ReplicationGroup", "c", props{
				"engine": "redis", "nodeType": "cache.t4g.micro", "numNodeGroups": 2, "replicasPerNodeGroup": 1,
			}},
			map[string]float64{"elasticache-node-hour/redis/cache.t4g.micro": 2920},
		},
		"alarm": {made{"aws:cloudwatch/metricAlarm:MetricAlarm", "a", nil}, map[string]float64{"cloudwatch-alarm-month": 1}},
		"alarm on an expression": {
			made{"aws:cloudwatch/metricAlarm:MetricAlarm", "a", props{"metricQueries": []any{
				props{"id": "e", "expression": "a / b"}, props{"id": "a", "metric": props{}}, props{"id": "b", "metric": props{}},
			}}},
			map[string]float64{"cloudwatch-alarm-month": 2},
		},
		"dashboard": {
			made{"aws:cloudwatch/dashboard:Dashboard", "d", nil},
			map[string]float64{"cloudwatch-dashboard-month": 1},
		},
		"secret": {
			made{"aws:secretsmanager/secret:Secret", "s", nil},
			map[string]float64{"secretsmanager-secret-month": 1},
		},
		"parameter": {made{"aws:ssm/parameter:Parameter", "p", props{"tier": "Standard"}}, map[string]float64{}},
		"advanced parameter": {
			made{"aws:ssm/parameter:Parameter", "p", props{"tier": "Advanced"}},
			map[string]float64{"ssm-advanced-parameter-month": 1},
		},
		"key":  {made{"aws:kms/key:Key", "k", nil}, map[string]float64{"kms-key-month": 1}},
		"zone": {made{"aws:route53/zone:Zone", "z", nil}, map[string]float64{"hosted-zone-month": 1}},
		"web ACL": {
			made{"aws:wafv2/webAcl:WebAcl", "w", props{"rules": []any{props{}, props{}}}},
			map[string]float64{"wafv2-web-acl-month": 1, "wafv2-rule-month": 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := billOf(t, row.resource)
			assert.Equal(t, row.want, quantities(b))
			for _, line := range b.Lines {
				_, known := place(line.Item)
				assert.True(t, known, "%s could not be given a price", line.Item)
				assert.Equal(t, []string{row.resource.name}, line.Of)
			}
		})
	}
}

func TestAMetricOfSeveralFiltersIsCountedOnce(t *testing.T) {
	t.Parallel()
	filter := func(name, metric string, dimensions props) made {
		return made{"aws:cloudwatch/logMetricFilter:LogMetricFilter", name, props{
			"metricTransformation": props{"namespace": "care/staging", "name": metric, "dimensions": dimensions},
		}}
	}
	b := billOf(t, filter("one", "Errors", nil), filter("two", "Errors", nil), filter("three", "QueueLength", nil),
		filter("four", "ByHost", props{"host": "$.host"}))
	assert.Equal(t, map[string]float64{"cloudwatch-metric-month": 2}, quantities(b))
	assert.Equal(t, []string{"metrics of log filters with dimensions"}, namesOf(b.ByUse))
}

func TestWhatDependsOnUseIsNamed(t *testing.T) {
	t.Parallel()
	insights := func(value string) made {
		return made{
			"aws:ecs/cluster:Cluster",
			"main",
			props{"settings": []any{props{"name": "containerInsights", "value": value}}},
		}
	}
	b := billOf(t, made{"aws:s3/bucketV2:BucketV2", "b", nil}, made{"aws:efs/fileSystem:FileSystem", "f", nil},
		insights("enhanced"))
	assert.Empty(t, b.Lines)
	assert.Equal(t,
		[]string{"Container Insights", "EFS storage, per GB stored, and throughput", "S3 storage and requests"},
		namesOf(b.ByUse))
	assert.Empty(t, billOf(t, insights("disabled")).ByUse)
	grows := made{"aws:rds/instance:Instance", "db", props{"allocatedStorage": 20, "maxAllocatedStorage": 100}}
	assert.Equal(t, []string{"db's storage grows by itself up to 100 GB"}, billOf(t, grows).Growth)
}
