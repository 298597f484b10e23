package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

type containerDefinition = pulumitest.Container

// taskMistakes are those with health checks and load balancers.
func taskMistakes() []mistake {
	return []mistake{
		{number: 33, name: "the image's own health check is relied on", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				if !c.Essential {
					return
				}
				if !assert.NotNil(t, c.HealthCheck, c.Name) {
					return
				}
				assert.Contains(t, []string{"CMD", "CMD-SHELL"}, c.HealthCheck.Command[0], c.Name)
				within(t, c.Name+" interval", c.HealthCheck.Interval, 5, 300)
				within(t, c.Name+" timeout", c.HealthCheck.Timeout, 2, 60)
				within(t, c.Name+" retries", c.HealthCheck.Retries, 1, 10)
				within(t, c.Name+" startPeriod", c.HealthCheck.StartPeriod, 0, 300)
			})
		}},
		{number: 34, name: "the worker's check is too tight", check: func(t *testing.T, d deployment) {
			t.Helper()
			worker := d.careContainers(t)["worker"].HealthCheck
			assert.GreaterOrEqual(t, worker.Timeout, 30)
			assert.GreaterOrEqual(t, worker.StartPeriod, 60)
		}},
		{number: 35, name: "a dependency that can never be met", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(service ecsService, c containerDefinition) {
				for _, dependency := range c.DependsOn {
					target := service.definition.Container(t, dependency.ContainerName)
					switch dependency.Condition {
					case "HEALTHY":
						assert.NotNil(t, target.HealthCheck, c.Name)
					case "SUCCESS", "COMPLETE":
						assert.False(t, target.Essential, c.Name)
					}
				}
			})
		}},
		{number: 36, name: "a grace period without load balancer, or none with one", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				balancers, _ := s.In("loadBalancers").([]any)
				assert.Equal(t, len(balancers) > 0, s.In("healthCheckGracePeriodSeconds") != nil, s.Name)
			}
		}},
		{number: 37, name: "a service does not wait for the listener that forwards to it", check: func(t *testing.T, d deployment) {
			t.Helper()
			care := d.service(t, "care-backend")
			forward := d.Only(t, "aws:lb/listenerRule:ListenerRule")
			assert.Equal(t, care.Text("loadBalancers[0].targetGroupArn"), forward.Text("actions[0].targetGroupArn"))
			assert.True(t, care.DependsOn(forward))
		}},
		{number: 38, name: "a target group of instances", check: func(t *testing.T, d deployment) {
			t.Helper()
			group, care := d.Only(t, "aws:lb/targetGroup:TargetGroup"), d.service(t, "care-backend")
			assert.Equal(t, "ip", group.Text("targetType"))
			assert.Equal(t, group.Number("port"), care.Number("loadBalancers[0].containerPort"))
			assert.Equal(t, group.Number("port"), care.containers[0].PortMappings[0].ContainerPort)
		}},
		{number: 39, name: "names that are too long for load balancers", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, kind := range []string{"aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"} {
				for _, registered := range d.OfType(kind) {
					assert.LessOrEqual(t, len(registered.State["name"].StringValue()), 32, registered.Name)
				}
			}
		}},
		{number: 40, name: "Django answers the check with 301 or 400", check: func(t *testing.T, d deployment) {
			t.Helper()
			values := d.careContainers(t)["api"].Variables()
			assert.Equal(t, "False", values["DJANGO_SECURE_SSL_REDIRECT"])
			assert.JSONEq(t, `["*"]`, values["DJANGO_ALLOWED_HOSTS"])
		}},
		{number: 41, name: "only a redirect knows the target group", check: func(t *testing.T, d deployment) {
			t.Helper()
			forward := d.Only(t, "aws:lb/listenerRule:ListenerRule")
			assert.Equal(t, "forward", forward.Text("actions[0].type"))
			listener := d.Holder(t, "aws:lb/listener:Listener", "arn", forward.Text("listenerArn"))
			assert.NotEqual(t, "redirect", listener.Text("defaultActions[0].type"))
		}},
		{number: 51, name: "tasks have no way to their images", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				for _, subnet := range s.List("networkConfiguration.subnets") {
					way := d.wayOut(t, subnet)
					public := s.In("networkConfiguration.assignPublicIp") == true
					assert.Equal(t, public, way.Text("gatewayId") != "", "%s in %s", s.Name, subnet)
					assert.NotEqual(t, public, way.Text("natGatewayId") != "", "%s in %s", s.Name, subnet)
				}
			}
		}},
		{number: 52, name: "Docker Hub by an image without registry", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				registry, _, _ := strings.Cut(c.Image, "/")
				assert.Contains(t, registry, ".", c.Name)
			})
		}},
		{number: 53, name: "a tag that moves", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				_, tag, _ := strings.Cut(c.Image, ":")
				assert.NotContains(t, []string{"", "latest"}, tag, c.Name)
			})
		}},
		{number: 54, name: "a task definition that differs at every update", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				isCanonical(t, s)
			}
		}},
		{number: 55, name: "a service outlives its role's policy", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				found := 0
				for _, policy := range d.OfType("aws:iam/rolePolicy:RolePolicy") {
					role := d.Holder(t, "aws:iam/role:Role", "id", policy.Text("role")).State["arn"].StringValue()
					if slices.Contains([]string{s.definition.Text("taskRoleArn"), s.definition.Text("executionRoleArn")}, role) {
						found++
						assert.True(t, s.DependsOn(policy), "%s on %s", s.Name, policy.Name)
					}
				}
				least := 1
				if s.In("enableExecuteCommand") == true {
					least = 2
				}
				assert.GreaterOrEqual(t, found, least, s.Name)
			}
		}},
		{number: 56, name: "draining takes longer than the deletion may", check: func(t *testing.T, d deployment) {
			t.Helper()
			delay := d.Only(t, "aws:lb/targetGroup:TargetGroup").Number("deregistrationDelay")
			eachContainer(t, d, func(s ecsService, c containerDefinition) {
				assert.Equal(t, "30m", s.Options.GetCustomTimeouts().GetDelete(), s.Name)
				assert.Less(t, delay+c.StopTimeout, 30*60, c.Name)
			})
		}},
		{number: 57, name: "no way back from a bad deployment", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				assert.Equal(t, map[string]any{"enable": true, "rollback": true}, s.In("deploymentCircuitBreaker"), s.Name)
				assert.Equal(t, true, s.definition.In("skipDestroy"), s.Name)
			}
		}},
	}
}

func eachContainer(t *testing.T, d deployment, visit func(ecsService, containerDefinition)) {
	t.Helper()
	for _, service := range d.services(t) {
		for _, container := range service.containers {
			visit(service, container)
		}
	}
}

func within(t *testing.T, name string, value, lowest, highest int) {
	t.Helper()
	assert.True(t, lowest <= value && value <= highest, "%s = %d", name, value)
}

// wayOut gives the route to the internet of a subnet.
func (d deployment) wayOut(t *testing.T, subnet string) *pulumitest.Resource {
	t.Helper()
	for _, association := range d.OfType("aws:ec2/routeTableAssociation:RouteTableAssociation") {
		for _, route := range d.OfType("aws:ec2/route:Route") {
			if association.Text("subnetId") == subnet && route.Text("routeTableId") == association.Text("routeTableId") &&
				route.Text("destinationCidrBlock") == "0.0.0.0/0" {
				return route
			}
		}
	}
	t.Fatalf("%s has no way out", subnet)
	return nil
}

// isCanonical holds the forms in which AWS gives container definitions back.
func isCanonical(t *testing.T, s ecsService) {
	t.Helper()
	assert.True(t, slices.IsSortedFunc(s.containers, func(a, b containerDefinition) int { return strings.Compare(a.Name, b.Name) }), s.Name)
	for _, c := range s.containers {
		assert.True(t, slices.IsSortedFunc(c.Environment, func(a, b pulumitest.NamedValue) int { return strings.Compare(a.Name, b.Name) }), c.Name)
		assert.True(t, slices.IsSortedFunc(c.Secrets, func(a, b pulumitest.NamedSecret) int { return strings.Compare(a.Name, b.Name) }), c.Name)
		for _, list := range []any{c.Environment, c.MountPoints, c.PortMappings, c.VolumesFrom, c.SystemControls} {
			assert.NotNil(t, list, "%s writes empty lists out", c.Name)
		}
		for _, port := range c.PortMappings {
			assert.Equal(t, port.ContainerPort, port.HostPort, c.Name)
			assert.Equal(t, "tcp", port.Protocol, c.Name)
		}
	}
}
