package aws_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
)

// app is a container as a careful program writes it: everything that ECS fills in is there.
func app() in {
	return in{
		"name": "app", "image": "ghcr.io/example/app:1.2", "cpu": 256, "memory": 960, "essential": true,
		"command":        []any{"bash", "-c", "exec app"},
		"environment":    []any{in{"name": "A", "value": "1"}, in{"name": "B", "value": ""}},
		"secrets":        []any{in{"name": "KEY", "valueFrom": "arn:aws:ssm:ap-south-1:123456789012:parameter/demo/KEY"}},
		"portMappings":   []any{in{"name": "app", "containerPort": 9000, "hostPort": 9000, "protocol": "tcp"}},
		"stopTimeout":    60,
		"mountPoints":    []any{},
		"systemControls": []any{},
		"volumesFrom":    []any{},
		"healthCheck": in{
			"command": []any{"CMD", "/app/healthcheck.sh"}, "interval": 30, "timeout": 10, "retries": 5, "startPeriod": 180,
		},
		"logConfiguration": in{"logDriver": "awslogs", "options": in{
			"awslogs-group": "/ecs/app", "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
			"mode": "non-blocking", "max-buffer-size": "10m",
		}},
		"linuxParameters": in{"initProcessEnabled": true},
	}
}

// helper is a second container, which may end.
func helper(changes in) in {
	return with(in{"name": "helper", "image": "docker.io/library/busybox:1", "essential": false}, changes)
}

func definitions(containers ...in) string {
	text, _ := json.Marshal(containers) // maps of texts, numbers and lists always marshal
	return string(text)
}

// fargateTask is the task definition of containers.
func fargateTask(containers ...in) in {
	return in{
		"family": "app", "requiresCompatibilities": []any{"FARGATE"}, "networkMode": "awsvpc", "cpu": "512", "memory": "1024",
		"runtimePlatform":  in{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
		"executionRoleArn": "arn:aws:iam::123456789012:role/execution", "taskRoleArn": "arn:aws:iam::123456789012:role/task",
		"skipDestroy": true, "containerDefinitions": definitions(containers...),
	}
}

func (c *cloud) checkTask(given in) []string {
	_, reasons := c.check("ecs/taskDefinition:TaskDefinition", "app", nil, given)
	return reasons
}

// requireReason checks that one of the reasons contains every wanted string.
func requireReason(t *testing.T, reasons []string, want ...string) {
	t.Helper()
	for _, reason := range reasons {
		missing := 0
		for _, part := range want {
			if !strings.Contains(reason, part) {
				missing++
			}
		}
		if missing == 0 {
			return
		}
	}
	require.Failf(t, "not refused", "want %q in\n%s", want, strings.Join(reasons, "\n"))
}

// deployed is a small world into which services can be deployed.
type deployed struct {
	*cloud
	role, namespace, cluster, capacity, subnetA, subnetB, sg, balancer, group, idle, rule, task *thing
}

const shells = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["ssmmessages:CreateControlChannel",` +
	`"ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"]}]}`

func newDeployed(t *testing.T) *deployed {
	t.Helper()
	d := &deployed{cloud: newCloud(t)}
	vpc := d.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	gateway := d.up("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": vpc.id})
	table := d.up("ec2/routeTable:RouteTable", "public", in{"vpcId": vpc.id})
	d.up("ec2/route:Route", "default",
		in{"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id})
	subnet := func(zone, cidr string) *thing {
		s := d.up("ec2/subnet:Subnet", zone, in{"vpcId": vpc.id, "cidrBlock": cidr, "availabilityZone": "ap-south-1" + zone})
		d.up("ec2/routeTableAssociation:RouteTableAssociation", zone, in{"routeTableId": table.id, "subnetId": s.id})
		return s
	}
	d.subnetA, d.subnetB = subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")
	d.sg = d.up("ec2/securityGroup:SecurityGroup", "app", in{"vpcId": vpc.id})
	d.role = d.up("iam/role:Role", "task", in{"assumeRolePolicy": trust})
	d.up("iam/rolePolicy:RolePolicy", "shells", in{"role": d.role.out("name"), "policy": shells})
	d.namespace = d.up("servicediscovery/httpNamespace:HttpNamespace", "ns", in{"name": "demo"})
	d.cluster = d.up("ecs/cluster:Cluster", "main", in{"name": "main"})
	d.capacity = d.up("ecs/clusterCapacityProviders:ClusterCapacityProviders", "main",
		in{"clusterName": d.cluster.out("name"), "capacityProviders": []any{"FARGATE"}})
	d.balancer = d.up("lb/loadBalancer:LoadBalancer", "web",
		in{"subnets": []any{d.subnetA.id, d.subnetB.id}, "securityGroups": []any{d.sg.id}})
	target := in{"vpcId": vpc.id, "port": 9000, "protocol": "HTTP", "targetType": "ip"}
	d.group, d.idle = d.up("lb/targetGroup:TargetGroup", "app", target), d.up("lb/targetGroup:TargetGroup", "idle", target)
	listener := d.up("lb/listener:Listener", "http", in{
		"loadBalancerArn": d.balancer.out("arn"), "port": 80, "protocol": "HTTP",
		"defaultActions": []any{
			in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "404"}},
		},
	})
	d.rule = d.up("lb/listenerRule:ListenerRule", "app", in{
		"listenerArn": listener.out("arn"), "actions": []any{in{"type": "forward", "targetGroupArn": d.group.out("arn")}},
		"conditions": []any{in{"hostHeader": in{"values": []any{"care.example.org"}}}},
	})
	d.task = d.register("app", nil, app())
	return d
}

// register makes a task definition of the name.
func (d *deployed) register(name string, changes in, containers ...in) *thing {
	given := with(fargateTask(containers...),
		in{"family": name, "executionRoleArn": d.role.out("arn"), "taskRoleArn": d.role.out("arn")})
	maps.Copy(given, changes)
	return d.up("ecs/taskDefinition:TaskDefinition", name, given)
}

// serviceOf is a service as a careful program writes it.
func (d *deployed) serviceOf(task *thing, changes in) in {
	return with(in{
		"name": task.given["family"], "cluster": d.cluster.out("arn"), "taskDefinition": task.out("arn"), "desiredCount": 1,
		"capacityProviderStrategies": []any{in{"capacityProvider": "FARGATE", "weight": 1}}, "platformVersion": "1.4.0",
		"availabilityZoneRebalancing": "ENABLED", "deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 200,
		"deploymentCircuitBreaker": in{"enable": true, "rollback": true}, "enableExecuteCommand": true,
		"enableEcsManagedTags": true,
		"propagateTags":        "SERVICE", "healthCheckGracePeriodSeconds": 180,
		"loadBalancers": []any{in{"targetGroupArn": d.group.out("arn"), "containerName": "app", "containerPort": 9000}},
		"networkConfiguration": in{
			"subnets": []any{d.subnetA.id, d.subnetB.id}, "securityGroups": []any{d.sg.id}, "assignPublicIp": false,
		},
		"serviceConnectConfiguration": in{"enabled": true, "namespace": d.namespace.out("arn"), "services": []any{}},
		"triggers":                    in{"secrets": ""}, "forceNewDeployment": true,
	}, changes)
}

const service = "ecs/service:Service"

// wrong returns the reasons for which a service is refused, by its inputs or by the state of the world.
func (c *cloud) wrong(token, name string, given in) []string {
	inputs, reasons := c.check(token, name, nil, given)
	if len(reasons) > 0 {
		return reasons
	}
	return c.create(token, name, inputs, false)
}

func (c *cloud) create(token, name string, inputs resource.PropertyMap, preview bool) []string {
	got, err := c.server.Create(c.t.Context(),
		&pulumirpc.CreateRequest{Urn: urn(token, name), Properties: c.encode(inputs), Preview: preview})
	if err != nil {
		return []string{err.Error()}
	}
	c.made = append(c.made,
		&thing{token: token, name: name, id: got.Id, inputs: inputs, outputs: c.decode(got.Properties)})
	return nil
}

// endpoint is a Service Connect service as Pulumi writes it.
func endpoint(port, discovery, dns string, number int) in {
	return in{"portName": port, "discoveryName": discovery, "clientAlias": []any{in{"dnsName": dns, "port": number}}}
}

func (d *deployed) connect(endpoints ...any) in {
	return in{"enabled": true, "namespace": d.namespace.out("arn"), "services": endpoints}
}

// both joins changes, of which some may take something away.
func both(changes, more in) in {
	all := maps.Clone(changes)
	maps.Copy(all, more)
	return all
}
