package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// connectMistakes are those with Service Connect itself.
func connectMistakes() []mistake {
	return []mistake{
		{number: 1, name: "clients are created before Redis", check: func(t *testing.T, d deployment) {
			t.Helper()
			redis, clients := d.service(t, "redis"), 0
			for _, service := range d.services(t) {
				if service.isClient() {
					clients++
					assert.True(t, service.DependsOn(redis.Resource), service.Name)
				}
			}
			assert.Equal(t, len(d.clients(t)), clients)
		}},
		{number: 2, name: "Redis is not waited for", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, service := range d.services(t) {
				assert.Equal(t, true, service.In("waitForSteadyState"), service.Name)
			}
		}},
		{number: 3, name: "a changed endpoint does not redeploy clients", check: func(t *testing.T, d deployment) {
			t.Helper()
			redis := d.service(t, "redis")
			for _, service := range d.services(t) {
				if service.isClient() {
					fingerprint := fmt.Sprintf("redis.care-ns:6379 %s %s", redis.Text("serviceConnectConfiguration.namespace"), redis.Id)
					triggers, _ := service.In("triggers").(map[string]any)
					assert.Equal(t, fingerprint, triggers["connection/redis"], service.Name)
					assert.Equal(t, true, service.In("forceNewDeployment"), service.Name)
				}
			}
		}},
		{number: 4, name: "the port mapping of an endpoint has no name", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachEndpoint(t, d, func(service ecsService, endpoint map[string]any) {
				names := []string{}
				for _, container := range service.containers {
					for _, port := range container.PortMappings {
						names = append(names, port.Name)
					}
				}
				assert.Contains(t, names, endpoint["portName"], service.Name)
			})
		}},
		{number: 5, name: "names with characters that ECS refuses", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachEndpoint(t, d, func(_ ecsService, endpoint map[string]any) {
				assert.Regexp(t, `^[a-z0-9_][a-z0-9_-]{0,63}$`, endpoint["portName"])
				assert.Regexp(t, `^[a-z0-9_][a-z0-9_-]{0,63}$`, endpoint["discoveryName"])
				assert.Regexp(t, `^[a-z0-9_.][a-z0-9_.-]{0,126}$`, alias(endpoint)["dnsName"])
			})
		}},
		{number: 6, name: "the application uses another name than the alias", check: func(t *testing.T, d deployment) {
			t.Helper()
			published := []string{}
			eachEndpoint(t, d, func(_ ecsService, endpoint map[string]any) {
				published = append(published, fmt.Sprintf("%v:%v", alias(endpoint)["dnsName"], alias(endpoint)["port"]))
			})
			for role, container := range d.careContainers(t) {
				for _, name := range []string{"REDIS_URL", "CELERY_BROKER_URL"} {
					address, err := url.Parse(d.values(t, container)[name])
					require.NoError(t, err)
					assert.Contains(t, published, address.Host, "%s of %s", name, role)
				}
			}
		}},
		{number: 7, name: "a discovery name or alias is used twice", check: func(t *testing.T, d deployment) {
			t.Helper()
			names := []string{}
			eachEndpoint(t, d, func(_ ecsService, endpoint map[string]any) {
				names = append(names, fmt.Sprint(endpoint["discoveryName"]), fmt.Sprint(alias(endpoint)))
			})
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names))
		}},
		{number: 8, name: "a server is replaced before the old one is gone", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, service := range d.services(t) {
				assert.True(t, service.Options.GetDeleteBeforeReplace(), service.Name)
			}
		}},
		{number: 9, name: "the namespace is named by text, or is of DNS", check: func(t *testing.T, d deployment) {
			t.Helper()
			namespace := d.Only(t, "aws:servicediscovery/httpNamespace:HttpNamespace")
			for _, service := range d.services(t) {
				assert.Equal(t, namespace.State["arn"].StringValue(), service.Text("serviceConnectConfiguration.namespace"), service.Name)
				assert.True(t, service.DependsThrough("serviceConnectConfiguration", namespace), service.Name)
			}
		}},
		{number: 10, name: "services are in different namespaces", check: func(t *testing.T, d deployment) {
			t.Helper()
			namespaces := map[string]bool{}
			for _, service := range d.services(t) {
				namespaces[service.Text("serviceConnectConfiguration.namespace")] = true
			}
			assert.Len(t, namespaces, 1)
		}},
		{number: 11, name: "the namespace has a suffix", check: func(t *testing.T, d deployment) {
			t.Helper()
			assert.Equal(t, "care-ns", d.Only(t, "aws:servicediscovery/httpNamespace:HttpNamespace").Text("name"))
		}},
		{number: 12, name: "Redis is said to speak HTTP", check: func(t *testing.T, d deployment) {
			t.Helper()
			port := d.service(t, "redis").definition.Container(t, "redis-stack").PortMappings[0]
			assert.Empty(t, port.AppProtocol)
			assert.Equal(t, "tcp", port.Protocol)
		}},
		{number: 13, name: "a TCP endpoint has a timeout", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachEndpoint(t, d, func(service ecsService, endpoint map[string]any) {
				assert.NotContains(t, endpoint, "timeout", service.Name)
			})
		}},
		{number: 14, name: "the security group does not know the ingress port", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachEndpoint(t, d, func(service ecsService, endpoint map[string]any) {
				assert.NotContains(t, endpoint, "ingressPortOverride", service.Name)
			})
			for _, rule := range d.rules("Ingress", d.service(t, "redis").securityGroup()) {
				assert.Equal(t, 6379, rule.Number("fromPort"))
			}
		}},
		{number: 15, name: "the server does not let its clients in", check: func(t *testing.T, d deployment) {
			t.Helper()
			admitted := map[string]bool{}
			for _, rule := range d.rules("Ingress", d.service(t, "redis").securityGroup()) {
				if rule.Number("fromPort") == 6379 && rule.Number("toPort") == 6379 && rule.Text("ipProtocol") == "tcp" {
					admitted[rule.Text("referencedSecurityGroupId")] = true
				}
			}
			for _, service := range d.services(t) {
				assert.Equal(t, service.isClient(), admitted[service.securityGroup()], service.Name)
			}
		}},
		{number: 16, name: "Redis is open to the network", check: func(t *testing.T, d deployment) {
			t.Helper()
			redis := d.service(t, "redis")
			rules := d.rules("Ingress", redis.securityGroup())
			assert.Len(t, rules, len(d.clients(t)))
			for _, rule := range rules {
				assert.Nil(t, rule.In("cidrIpv4"))
				assert.Nil(t, rule.In("cidrIpv6"))
			}
			// Where there is a password, it comes by reference; where there is none, nothing in REDIS_ARGS is secret.
			assert.NotContains(t, redis.definition.Container(t, "redis-stack").Variables()["REDIS_ARGS"], "requirepass")
		}},
		{number: 17, name: "a task may not reach what it needs", check: func(t *testing.T, d deployment) {
			t.Helper()
			needs := map[string][]int{"redis": {443}}
			for _, client := range d.clients(t) {
				needs[client.Text("name")] = []int{443, 5432, 6379}
			}
			for name, ports := range needs {
				if d.service(t, name).definition.In("volumes") != nil {
					ports = append(ports, 2049)
				}
				open := []int{}
				for _, rule := range d.rules("Egress", d.service(t, name).securityGroup()) {
					open = append(open, rule.Number("fromPort"))
				}
				assert.ElementsMatch(t, ports, open, name)
			}
		}},
		{number: 18, name: "the containers leave nothing for the proxy", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, service := range d.services(t) {
				cpu, memory := service.size(t)
				for _, container := range service.containers {
					cpu, memory = cpu-container.Cpu, memory-container.Memory
				}
				assert.GreaterOrEqual(t, cpu, 256, service.Name)
				assert.GreaterOrEqual(t, memory, 64, service.Name)
			}
		}},
	}
}

func eachEndpoint(t *testing.T, d deployment, visit func(service ecsService, endpoint map[string]any)) {
	t.Helper()
	visited := 0
	for _, service := range d.services(t) {
		for _, endpoint := range service.endpoints() {
			visited++
			visit(service, endpoint)
		}
	}
	require.Positive(t, visited)
}

func alias(endpoint map[string]any) map[string]any {
	aliases, _ := endpoint["clientAlias"].([]any)
	if len(aliases) != 1 {
		return nil
	}
	first, _ := aliases[0].(map[string]any)
	return first
}

// size gives a task's CPU units and MiB.
func (s ecsService) size(t *testing.T) (cpu, memory int) {
	t.Helper()
	_, err := fmt.Sscan(strings.Join([]string{s.definition.Text("cpu"), s.definition.Text("memory")}, " "), &cpu, &memory)
	require.NoError(t, err)
	return cpu, memory
}
