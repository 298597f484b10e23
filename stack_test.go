package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// The stacks whose files are in this directory.
const (
	staging    = "staging"
	production = "production"
)

var stacks = []string{staging, production}

// project is the name of the project in Pulumi.yaml.
const project = "care"

// declaration is how Pulumi.yaml declares a key.
type declaration struct {
	Type    string `yaml:"type"`
	Default any    `yaml:"default"`
}

func declarations(tb testing.TB) map[string]declaration {
	tb.Helper()
	var project struct {
		Config map[string]declaration `yaml:"config"`
	}
	readYaml(tb, "Pulumi.yaml", &project)
	return project.Config
}

func stackValues(tb testing.TB, stack string) map[string]any {
	tb.Helper()
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	readYaml(tb, "Pulumi."+stack+".yaml", &file)
	return file.Config
}

func readYaml(tb testing.TB, path string, into any) {
	tb.Helper()
	content, err := os.ReadFile(path)
	require.NoError(tb, err)
	require.NoError(tb, yaml.Unmarshal(content, into))
}

// cliConfig returns what the CLI hands to the program for a stack: the project's defaults under the stack's own values,
// each as text, lists and objects as JSON.
func cliConfig(tb testing.TB, stack string) map[string]string {
	tb.Helper()
	config := map[string]string{}
	for key, declared := range declarations(tb) {
		if declared.Default != nil {
			config[key] = configText(tb, declared.Default)
		}
	}
	for key, value := range stackValues(tb, stack) {
		config[key] = configText(tb, value)
	}
	return config
}

func configText(tb testing.TB, value any) string {
	tb.Helper()
	switch v := value.(type) {
	case string:
		return v
	case bool, int:
		return fmt.Sprint(v)
	default:
		encoded, err := json.Marshal(v)
		require.NoError(tb, err)
		return string(encoded)
	}
}

// deployment is a stack that was deployed on mocks.
type deployment struct{ *pulumitest.Result }

func deployOnMocks(config map[string]string, options ...pulumitest.Option) deployment {
	return deployment{pulumitest.Run(deploy, append([]pulumitest.Option{pulumitest.Config(config)}, options...)...)}
}

var deployments = map[string]func(testing.TB) deployment{
	staging:    once(staging, nil),
	production: once(production, nil),
}

// care3 changes a stack of this directory to an image of generation 3.
var care3 = map[string]string{
	"care:generation": "3",
	"care:image":      "ghcr.io/ohcnetwork/care@sha256:" + strings.Repeat("0f1e2d3c4b5a6978", 4),
}

// care3Deployments are the same stacks with an image of generation 3.
var care3Deployments = map[string]func(testing.TB) deployment{
	staging:    once(staging, care3),
	production: once(production, care3),
}

// once deploys a stack file's configuration with changes at the first call, and returns the same deployment afterwards.
func once(stack string, changes map[string]string) func(testing.TB) deployment {
	var lock sync.Mutex
	var kept *deployment
	return func(tb testing.TB) deployment {
		tb.Helper()
		lock.Lock()
		defer lock.Unlock()
		if kept == nil {
			config := cliConfig(tb, stack)
			maps.Copy(config, changes)
			d := deployOnMocks(config, pulumitest.Stack(stack))
			kept = &d
		}
		require.NoError(tb, kept.Err)
		return *kept
	}
}

// ecsService is a service with its task definition.
type ecsService struct {
	*pulumitest.Resource
	definition *pulumitest.Resource
	containers []pulumitest.Container
}

func (d deployment) services(tb testing.TB) []ecsService {
	tb.Helper()
	var services []ecsService
	for _, service := range d.OfType("aws:ecs/service:Service") {
		definition := d.Holder(tb, "aws:ecs/taskDefinition:TaskDefinition", "arn", service.Text("taskDefinition"))
		services = append(services, ecsService{service, definition, definition.Containers(tb)})
	}
	require.NotEmpty(tb, services)
	return services
}

func (d deployment) service(tb testing.TB, name string) ecsService {
	tb.Helper()
	services := d.services(tb)
	at := slices.IndexFunc(services, func(s ecsService) bool { return s.Text("name") == name })
	require.GreaterOrEqual(tb, at, 0, "service %s", name)
	return services[at]
}

// isClient reports whether the service takes part in Service Connect and publishes nothing.
func (s ecsService) isClient() bool {
	return s.In("serviceConnectConfiguration") != nil && len(s.endpoints()) == 0
}

func (s ecsService) endpoints() []map[string]any {
	list, _ := s.In("serviceConnectConfiguration.services").([]any)
	endpoints := make([]map[string]any, 0, len(list))
	for _, item := range list {
		endpoint, _ := item.(map[string]any)
		endpoints = append(endpoints, endpoint)
	}
	return endpoints
}

func (s ecsService) securityGroup() string { return s.Text("networkConfiguration.securityGroups[0]") }

// clients are the services that run Care's image, in the order of their deployment: with a service of further workers or
// without.
func (d deployment) clients(tb testing.TB) []ecsService {
	tb.Helper()
	var clients []ecsService
	for _, name := range []string{"care-celery", "care-celery-worker", "care-backend"} {
		if slices.Contains(d.Names("aws:ecs/service:Service"), name) {
			clients = append(clients, d.service(tb, name))
		}
	}
	return clients
}

// careContainers are those that run Care's image, by their roles.
func (d deployment) careContainers(tb testing.TB) map[string]pulumitest.Container {
	tb.Helper()
	roles := map[string]string{
		"care-backend": "api", "care-celery-beat": "beat", "care-celery-migrate": "migrate",
		"care-celery-worker": "worker", "care-celery-worker-more": "more workers",
	}
	containers := map[string]pulumitest.Container{}
	for _, service := range d.clients(tb) {
		for _, container := range service.containers {
			require.NotEmpty(tb, roles[container.Name], container.Name)
			containers[roles[container.Name]] = container
		}
	}
	return containers
}

// values returns a container's whole environment, with the secrets' values read from their parameters as ECS would.
func (d deployment) values(tb testing.TB, container pulumitest.Container) map[string]string {
	tb.Helper()
	values := container.Variables()
	for name, from := range container.References() {
		values[name] = d.Holder(tb, "aws:ssm/parameter:Parameter", "arn", from).Text("value")
	}
	return values
}

// rules returns the security-group rules of a kind, "Ingress" or "Egress", of a group.
func (d deployment) rules(kind, group string) []*pulumitest.Resource {
	var found []*pulumitest.Resource
	for _, rule := range d.OfType("aws:vpc/securityGroup" + kind + "Rule:SecurityGroup" + kind + "Rule") {
		if rule.Text("securityGroupId") == group {
			found = append(found, rule)
		}
	}
	return found
}

// export returns the value of an export, which must not be secret.
func (d deployment) export(tb testing.TB, name string) any {
	tb.Helper()
	value, ok := d.Exports[resource.PropertyKey(name)]
	require.True(tb, ok, "export %s", name)
	require.False(tb, value.ContainsSecrets(), "%s must not be secret", name)
	return value.Mappable()
}

func TestStackFilesUseDeclaredKeysOnly(t *testing.T) {
	t.Parallel()
	declared := declarations(t)
	for _, stack := range stacks {
		for key, value := range stackValues(t, stack) {
			if key == "aws:region" {
				continue
			}
			d, ok := declared[key]
			if !assert.True(t, ok, "%s in Pulumi.%s.yaml", key, stack) {
				continue
			}
			types := map[reflect.Kind]string{
				reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array", reflect.Map: "object",
			}
			assert.Equal(t, d.Type, types[reflect.TypeOf(value).Kind()], "%s in Pulumi.%s.yaml", key, stack)
		}
	}
}

func TestStackFilesHoldNoAccountAndNoSecret(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		for key, value := range cliConfig(t, stack) {
			assert.NotRegexp(t, `\b\d{12}\b`, value, "%s in Pulumi.%s.yaml", key, stack)
			assert.NotRegexp(t, `(?i)AKIA|-----BEGIN`, value, "%s in Pulumi.%s.yaml", key, stack)
			if slices.Contains([]string{
				"care:redisPassword", "care:redisUrl", "care:databasePassword", "care:secrets",
				"care:mailPassword", "care:captchaSecretKey",
			}, key) {
				assert.Contains(t, []string{"", "{}"}, value, "%s in Pulumi.%s.yaml", key, stack)
			}
		}
	}
}
