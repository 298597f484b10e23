package aws_test

import (
	"encoding/json"

	"github.com/stretchr/testify/require"
)

func (g *graph) platform() {
	g.add("servicediscovery/httpNamespace:HttpNamespace", "namespace", in{"name": "demo-ns"})
	g.add("ecs/cluster:Cluster", "cluster", in{})
	g.add("ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity",
		in{"clusterName": g.of("cluster", "name"), "capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}})
	g.definition("store", in{
		"name": "store", "image": "docker.io/example/store:1", "essential": true,
		"portMappings": []any{in{"containerPort": 6379, "name": "store"}},
		"healthCheck":  in{"command": []any{"CMD", "ping"}},
		"environment":  []any{in{"name": "OWN_URL", "value": "redis://store.demo-ns:6379"}},
	}, in{})
	g.webDefinition()
}

func (g *graph) webDefinition() {
	g.t.Helper()
	g.definition("web", in{
		"name": "web", "image": g.image(), "essential": true,
		"portMappings": []any{in{"containerPort": 8000}},
		"healthCheck":  in{"command": []any{"CMD", "ping"}},
		"dependsOn":    []any{in{"containerName": "migrate", "condition": "SUCCESS"}},
		"environment": []any{
			in{"name": "STORE_URL", "value": "redis://store.demo-ns:6379/0"},
			in{"name": "DB_HOST", "value": g.of("db", "address")},
			in{"name": "DB_PORT", "value": "5432"},
			in{"name": "MODE", "value": "store"},
			in{"name": "PUBLIC_URL", "value": "https://care.example.org"},
		},
		"secrets": []any{
			in{"name": "DATABASE_URL", "valueFrom": g.of("database-url", "arn")},
			in{"name": "PASSWORD", "valueFrom": g.id("login") + ":password::"},
		},
	}, in{
		"volumes": []any{in{"name": "files", "efsVolumeConfiguration": in{
			"fileSystemId": g.id("files"), "transitEncryption": "ENABLED",
			"authorizationConfig": in{"accessPointId": g.id("files-point"), "iam": "ENABLED"},
		}}},
	})
}

// image is one that the shape of the network can pull.
func (g *graph) image() string {
	if g.shape == "endpoints" {
		return "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"
	}
	return "ghcr.io/example/web:1"
}

// definition makes a task definition; the change of "<name>-container" is made to its first container.
func (g *graph) definition(name string, container, more in) {
	container = with(container, in{"logConfiguration": in{"logDriver": "awslogs", "options": in{
		"awslogs-group": "/ecs/" + name, "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
	}}})
	if edit, ok := g.changes[name+"-container"]["edit"].(func(in) in); ok {
		container = edit(container)
	} else {
		container = with(container, g.changes[name+"-container"])
	}
	containers := []any{container}
	if name == "web" {
		containers = append(containers, with(in{
			"name": "migrate", "image": g.image(), "essential": false, "environment": container["environment"],
		}, g.changes["migrate-container"]))
	}
	data, err := json.Marshal(containers)
	require.NoError(g.t, err)
	g.add("ecs/taskDefinition:TaskDefinition", name+"-definition", with(in{
		"family":                  name,
		"containerDefinitions":    string(data),
		"networkMode":             "awsvpc",
		"requiresCompatibilities": []any{"FARGATE"},
		"cpu":                     "512", "memory": "1024",
		"executionRoleArn": g.of(name+"-execution", "arn"),
		"taskRoleArn":      g.of(name+"-task", "arn"),
	}, more))
}

func (g *graph) service(name string, more in) in {
	return with(in{
		"name": name, "cluster": g.of("cluster", "arn"), "taskDefinition": g.of(name+"-definition", "arn"), "desiredCount": 1,
		"capacityProviderStrategies": []any{in{"capacityProvider": "FARGATE_SPOT", "weight": 1}},
		"waitForSteadyState":         true, "deploymentCircuitBreaker": in{"enable": true, "rollback": true},
		"networkConfiguration": in{
			"subnets": g.ids("app-a", "app-b"), "securityGroups": g.ids(name + "-sg"), "assignPublicIp": g.shape == "public",
		},
		"serviceConnectConfiguration": in{"enabled": true, "namespace": g.of("namespace", "arn")},
	}, more)
}

func (g *graph) storeService() in {
	return g.service("store", in{"serviceConnectConfiguration": in{
		"enabled": true, "namespace": g.of("namespace", "arn"), "services": []any{in{
			"portName": "store", "discoveryName": "store", "clientAlias": []any{in{"dnsName": "store.demo-ns", "port": 6379}},
		}},
	}})
}

func (g *graph) webService() in {
	return g.service("web", in{
		"loadBalancers": []any{in{"targetGroupArn": g.of("target", "arn"), "containerName": "web", "containerPort": 8000}},
	})
}
