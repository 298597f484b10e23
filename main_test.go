package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var update = flag.Bool("update", false, "write the golden files")

// golden is a line of a golden file: what the engine knows a resource by and, where the program chooses it, what AWS
// does.
type golden struct {
	Urn  string `json:"urn"`
	Name string `json:"name,omitempty"`
}

// drawn matches an identifier that is chosen at random: of a namespace and of a database, and in the name of a
// validation record.
var drawn = regexp.MustCompile(`("_|/ns-|/care-db-)[0-9a-z]{8,}`)

func TestNamesOfEveryResourceStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			lines := []string{}
			for _, registered := range deployments[stack](t).Resources {
				line, err := json.Marshal(golden{registered.Path(), registered.PhysicalName()})
				require.NoError(t, err)
				lines = append(lines, drawn.ReplaceAllString(string(line), "${1}2837c89cf413d9ddfffd1fd4563214b8"))
			}
			slices.Sort(lines)
			got := "[\n  " + strings.Join(lines, ",\n  ") + "\n]\n"
			path := filepath.Join("testdata", stack+".golden")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got,
				"a renamed resource is a replaced one; go test -run %s . -update writes the file", t.Name())
		})
	}
}

func TestRedisIsPublishedAsTheSourceSaysAndTheOthersAreClientsOnly(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			d := deployments[stack](t)
			namespace := d.Only(t, "aws:servicediscovery/httpNamespace:HttpNamespace")
			arn := namespace.State["arn"].StringValue()
			assert.Equal(t, map[string]any{
				"enabled": true, "namespace": arn,
				"services": []any{map[string]any{
					"portName": "redis", "discoveryName": "redis",
					"clientAlias": []any{map[string]any{"dnsName": "redis.care-ns", "port": 6379.0}},
				}},
			}, d.service(t, "redis").In("serviceConnectConfiguration"))
			for _, client := range d.clients(t) {
				assert.Equal(t, map[string]any{"enabled": true, "namespace": arn, "services": []any{}},
					client.In("serviceConnectConfiguration"), client.Name)
			}
			assert.Equal(t, []pulumitest.PortMapping{{Name: "redis", ContainerPort: 6379, HostPort: 6379, Protocol: "tcp"}},
				d.service(t, "redis").definition.Container(t, "redis-stack").PortMappings)
		})
	}
}

func TestExportsNameWhatOperatorsNeed(t *testing.T) {
	t.Parallel()
	for stack, url := range map[string]string{staging: "http://care-alb-", production: "https://api.care.example.org"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			d := deployments[stack](t)
			prefix := map[string]string{staging: "/ecs", production: "/ecs/care-production"}[stack]
			exports := []resource.PropertyKey{
				"clusterName", "dashboard", "databaseAddress", "facilityBucket", "image", "loadBalancerArn",
				"loadBalancerDnsName", "logGroups", "namespace", "patientBucket", "redisEndpoint", "services", "shell", "url",
			}
			if stack == production {
				exports = append([]resource.PropertyKey{"alarmTopicArn", "backupVault"}, exports...)
				assert.Equal(t, d.Only(t, "aws:backup/vault:Vault").Id, d.export(t, "backupVault"))
				exports = slices.Insert(exports, 5, "encryptionKeyArn")
				assert.Equal(t, d.Only(t, "aws:sns/topic:Topic").Id, d.export(t, "alarmTopicArn"))
				assert.Equal(t, d.Named(t, "aws:kms/key:Key", "care-data").State["arn"].StringValue(),
					d.export(t, "encryptionKeyArn"))
			}
			assert.Equal(t, exports, slices.Sorted(maps.Keys(d.Exports)))
			assert.Equal(t,
				"https://ap-south-1.console.aws.amazon.com/cloudwatch/home?region=ap-south-1#dashboards/dashboard/care-"+stack,
				d.export(t, "dashboard"))
			assert.Contains(t, d.export(t, "url"), url)
			assert.Equal(t, "redis.care-ns:6379", d.export(t, "redisEndpoint"))
			assert.Equal(t, "care-ns", d.export(t, "namespace"))
			groups := []any{
				prefix + "/care-backend", prefix + "/care-celery-beat", prefix + "/care-celery-migrate",
				prefix + "/care-celery-worker",
			}
			if stack == production {
				groups = append(groups, prefix+"/care-celery-worker-more")
			}
			assert.Equal(t, append(groups, prefix+"/redis-meter", prefix+"/redis-stack"), d.export(t, "logGroups"))
			cluster := d.Only(t, "aws:ecs/cluster:Cluster").State["name"].StringValue()
			assert.Equal(t, cluster, d.export(t, "clusterName"))
			assert.Equal(t, "aws ecs execute-command --region ap-south-1 --cluster "+cluster+
				" --container care-backend --interactive --command /bin/bash --task $(aws ecs list-tasks --region "+
				"ap-south-1 --cluster "+
				cluster+" --service-name care-backend --query 'taskArns[0]' --output text)", d.export(t, "shell"))
			assert.Equal(t, d.Only(t, "aws:rds/instance:Instance").State["address"].StringValue(),
				d.export(t, "databaseAddress"))
			for _, role := range []string{"patient", "facility"} {
				bucket := d.Named(t, "aws:s3/bucketV2:BucketV2", "care-"+role)
				assert.Equal(t, bucket.Id, d.export(t, role+"Bucket"))
			}
		})
	}
}

// cmd/verify reads this output, and its tests the golden file.
func TestServicesAreExportedAsDeployed(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			d := deployments[stack](t)
			exported, ok := d.export(t, "services").([]any)
			require.True(t, ok)
			require.Len(t, exported, len(d.services(t)))
			for i, service := range append([]ecsService{d.service(t, "redis")}, d.clients(t)...) {
				told, ok := exported[i].(map[string]any)
				require.True(t, ok)
				assert.Equal(t, service.Text("name"), told["name"])
				assert.Equal(t, service.Id, told["arn"])
				assert.Equal(t, service.Text("cluster"), told["clusterArn"])
				assert.Equal(t, service.Text("taskDefinition"), told["taskDefinitionArn"])
				if slices.Contains(service.Options.GetIgnoreChanges(), "desiredCount") {
					assert.NotContains(t, told, "desiredCount", "only the scaler knows it")
				} else {
					assert.Equal(t, service.In("desiredCount"), told["desiredCount"])
				}
				connect, ok := told["serviceConnect"].(map[string]any)
				require.True(t, ok)
				assert.Equal(t, service.Text("serviceConnectConfiguration.namespace"), connect["namespaceArn"])
				assert.Len(t, connect["endpoints"], len(service.endpoints()))
			}
			if stack == staging {
				assertGoldenServices(t, exported)
			}
		})
	}
}

func assertGoldenServices(t *testing.T, services []any) {
	t.Helper()
	got, err := json.MarshalIndent(map[string]any{"services": services}, "", "  ")
	require.NoError(t, err)
	got = drawn.ReplaceAll(got, []byte("${1}3f7eb4fe0301a19e"))
	got = regexp.MustCompile(`/care-[0-9a-f]{7}\b`).ReplaceAll(got, []byte("/care-499268c"))
	path := filepath.Join("cmd", "verify", "testdata", "outputs.json")
	if *update {
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got), "go test . -run %s -update writes the file", t.Name())
}

func TestStagingIsCheapAndCanBeDestroyed(t *testing.T) {
	t.Parallel()
	d := deployments[staging](t)
	assert.Empty(t, d.OfType("aws:ec2/natGateway:NatGateway"))
	for _, service := range d.services(t) {
		assert.Equal(t, true, service.In("networkConfiguration.assignPublicIp"), service.Name)
	}
	database := d.Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, "db.t4g.micro", database.Text("instanceClass"))
	assert.Equal(t, true, database.In("skipFinalSnapshot"))
	assert.Equal(t, false, database.In("deletionProtection"))
	for _, registered := range d.Resources {
		assert.False(t, registered.Options.GetProtect(), registered.Path())
	}
	assert.Equal(t, []string{"care-alb-http"}, d.Names("aws:lb/listener:Listener"))
}

func TestProductionKeepsItsZonesApartAndItsDataSafe(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	assert.Equal(t, []string{"care-vpc-nat-ap-south-1a", "care-vpc-nat-ap-south-1b"},
		d.Names("aws:ec2/natGateway:NatGateway"))
	for _, service := range d.services(t) {
		assert.Equal(t, false, service.In("networkConfiguration.assignPublicIp"), service.Name)
	}
	database := d.Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, true, database.In("multiAz"))
	assert.Equal(t, true, database.In("deletionProtection"))
	assert.True(t, database.Options.GetProtect())
	for _, bucket := range d.OfType("aws:s3/bucketV2:BucketV2") {
		assert.True(t, bucket.Options.GetProtect(), bucket.Name)
		assert.Equal(t, false, bucket.In("forceDestroy"), bucket.Name)
	}
	assert.Equal(t, []string{"care-alb-https", "care-alb-redirect"}, d.Names("aws:lb/listener:Listener"))
	assert.Equal(t, 2, d.service(t, "care-backend").Number("desiredCount"))
	redis := d.service(t, "redis").definition.Container(t, "redis-stack")
	assert.ElementsMatch(t, []string{"REDIS_ARGS", "REDISCLI_AUTH"}, slices.Collect(maps.Keys(redis.References())))
	assert.Empty(t, redis.Environment)
}

func TestNoSecretIsInClear(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			d := deployments[stack](t)
			require.Greater(t, len(d.SecretTexts()), 8, "there must be secrets to look for")
			assertNothingInClear(t, d)
		})
	}
}

func TestPreviewRegistersWhatAnUpdateDoes(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			preview := deployOnMocks(cliConfig(t, stack), pulumitest.Stack(stack), pulumitest.Preview())
			require.NoError(t, preview.Err)
			assert.Equal(t, deployments[stack](t).Paths(), preview.Paths())
		})
	}
}

func TestFirstDeploymentNeedsRegionAndImageOnly(t *testing.T) {
	t.Parallel()
	d := deployOnMocks(settings{"aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0"})
	require.NoError(t, d.Err)
	assert.Equal(t, []string{"care-db-password", "care-django"}, d.Names("random:index/randomPassword:RandomPassword"))
	assert.Equal(t, []string{"care-jwks", "care-vapid"}, d.Names("tls:index/privateKey:PrivateKey"))
	assert.Equal(
		t,
		[]string{"care-vpc-public-ap-south-1a", "care-vpc-public-ap-south-1b"},
		slices.DeleteFunc(d.Names("aws:ec2/subnet:Subnet"),
			func(name string) bool { return !strings.Contains(name, "public") }),
		"the first two zones of the region",
	)
}

func TestDeployReadsTheKeysThatTheEngineHandsOver(t *testing.T) {
	config := map[string]string{
		"aws:region": "ap-south-1",
		"care:image": "ghcr.io/ohcnetwork/care:24.43.0",
		"care:imgae": "x",
	}
	encoded, err := json.Marshal(config)
	require.NoError(t, err)
	t.Setenv(pulumi.EnvConfig, string(encoded))
	d := deployOnMocks(config)
	require.ErrorContains(t, d.Err, "care:imgae")
	assert.Empty(t, d.Resources)
}

func TestGivenSecretsAreTakenAndNotGenerated(t *testing.T) {
	t.Parallel()
	config := cliConfig(t, staging)
	config["care:redisPassword"] = "a-Redis-password_of-the-user"
	config["care:databasePassword"] = "ADatabasePasswordOfTheUser"
	config["care:secrets"] = `{"DJANGO_SECRET_KEY":"a-secret-key-of-the-user","SENTRY_DSN":"https://key@sentry.example.org/1"}`
	config["care:secretParameters"] = `{"JWKS_BASE64":"/care/backend/JWKS_BASE64",` +
		`"VAPID_PUBLIC_KEY":"/care/backend/VAPID_PUBLIC_KEY","VAPID_PRIVATE_KEY":"arn:aws:secretsmanager:ap-south-1:123456789012:secret:vapid-AbCdEf:private::"}`
	secretKeys := []string{"care:redisPassword", "care:databasePassword", "care:secrets"}
	d := deployOnMocks(config, pulumitest.Config(config, secretKeys...))
	require.NoError(t, d.Err)
	assert.Empty(t, d.OfType("random:index/randomPassword:RandomPassword"))
	assert.Empty(t, d.OfType("tls:index/privateKey:PrivateKey"))
	api := d.careContainers(t)["api"].References()
	assert.Equal(t, "arn:aws:ssm:ap-south-1:123456789012:parameter/care/backend/JWKS_BASE64", api["JWKS_BASE64"])
	assert.Equal(t, "arn:aws:secretsmanager:ap-south-1:123456789012:secret:vapid-AbCdEf:private::",
		api["VAPID_PRIVATE_KEY"])
	assert.Equal(t, "https://key@sentry.example.org/1",
		d.Named(t, "aws:ssm/parameter:Parameter", "care-SENTRY_DSN").Text("value"))
	assert.True(t, d.Only(t, "aws:rds/instance:Instance").IsSecret("password"))
	assert.Equal(t, "ADatabasePasswordOfTheUser", d.Only(t, "aws:rds/instance:Instance").Text("password"))
	redis := d.service(t, "redis").definition.Container(t, "redis-stack").References()["REDIS_ARGS"]
	assert.True(t, strings.HasSuffix(d.Holder(t, "aws:ssm/parameter:Parameter", "arn", redis).Text("value"),
		" --requirepass a-Redis-password_of-the-user"))
	assertNothingInClear(t, d)
}

func TestPrivateRegistryIsReadByTheExecutionRolesAlone(t *testing.T) {
	t.Parallel()
	const credentials = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:/github/pat-AbCdEf"
	config := cliConfig(t, staging)
	config["care:imageCredentialsSecretArn"] = credentials
	d := deployOnMocks(config)
	require.NoError(t, d.Err)
	for role, container := range d.careContainers(t) {
		require.NotNil(t, container.RepositoryCredentials, role)
		assert.Equal(t, credentials, container.RepositoryCredentials.CredentialsParameter, role)
	}
	for _, policy := range d.OfType("aws:iam/rolePolicy:RolePolicy") {
		reads := policy.Policy(t, "policy").Allows("secretsmanager:GetSecretValue", credentials)
		assert.Equal(t, policy.Name == "care-backend-execution" || policy.Name == "care-celery-execution", reads, policy.Name)
	}
	assert.Nil(t, d.service(t, "redis").definition.Container(t, "redis-stack").RepositoryCredentials)
}

// everything has the actions that AWS defines without an ARN, with the reason. Only "*" can be their resource.
var everything = map[string]string{
	"ssmmessages:CreateControlChannel": "channels of ECS Exec have no ARN",
	"ssmmessages:CreateDataChannel":    "channels of ECS Exec have no ARN",
	"ssmmessages:OpenControlChannel":   "channels of ECS Exec have no ARN",
	"ssmmessages:OpenDataChannel":      "channels of ECS Exec have no ARN",
	"logs:DescribeLogGroups":           "ECS Exec lists log groups before it writes a session; a list has no ARN",
	"ecr:GetAuthorizationToken":        "a login to ECR is for the account's whole registry",
	"sns:Publish":                      "telephone numbers have no ARN",

	"tag:GetResources":         "AWS Backup requires it of the role of a selection; it has no ARN",
	"rds:DescribeDBInstances":  "the role of backups lists databases, and a list has no ARN",
	"rds:DescribeDBSnapshots":  "the role of backups lists snapshots, and a list has no ARN",
	"rds:ListTagsForResource":  "the role of backups reads the tags of snapshots that AWS names",
	"cloudwatch:GetMetricData": "the role of backups reads the size of the bucket; metrics have no ARN",
	"events:ListRules":         "the role of backups lists rules, and a list has no ARN",
	"s3:ListAllMyBuckets":      "the role of backups lists buckets, and a list has no ARN",
}

func TestPoliciesAllowEverythingOnlyWhereAwsHasNoArn(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			checked := 0
			for _, registered := range deployments[stack](t).Resources {
				// In the policy of a key, everything is that key; the component's own test looks at who may use it.
				if registered.Inputs[resource.PropertyKey("policy")].IsNull() || registered.Type == "aws:kms/key:Key" {
					continue
				}
				for _, statement := range registered.Policy(t, "policy").Statement {
					checked++
					if statement.Effect == "Deny" {
						continue // a denial may cover anything
					}
					for _, action := range statement.Action {
						assert.NotContains(t, action, "*", "%s allows a wildcard of actions", registered.Path())
						if slices.Contains(statement.Resource, "*") {
							assert.NotEmpty(t, everything[action], "%s allows %s on everything", registered.Path(), action)
						}
					}
				}
			}
			assert.Greater(t, checked, 10)
		})
	}
}

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

// cliConfig returns the configuration that the CLI hands to the program for a stack: the project's defaults under the
// stack's own values, each as text, lists and objects as JSON.
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

// clients are the services that run Care's image, in the order of their deployment: with a service of further workers
// or without.
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
				reflect.String: "string",
				reflect.Bool:   "boolean",
				reflect.Int:    "integer",
				reflect.Slice:  "array",
				reflect.Map:    "object",
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

// The deploy role can create no role or user without the boundary, so one without it would make a deployment fail.
func TestEveryRoleAndUserHasThePermissionsBoundary(t *testing.T) {
	t.Parallel()
	const boundary = "arn:aws:iam::123456789012:policy/github-boundary-0123456"
	for _, arn := range []string{boundary, ""} {
		result := scheduled(t, settings{
			"care:permissionsBoundaryArn": arn, "care:flowLogs": "true", "care:celeryWorkers": "2",
			"care:databaseMonitoringSeconds": "60",
		})
		identities := append(result.OfType("aws:iam/role:Role"), result.OfType("aws:iam/user:User")...)
		require.Len(t, identities, 12,
			"four services, the flow logs, the schedules, the monitoring of the database and the user")
		for _, identity := range identities {
			if arn == "" {
				assert.Nil(t, identity.In("permissionsBoundary"), identity.Name)
			} else {
				assert.Equal(t, arn, identity.In("permissionsBoundary"), identity.Name)
			}
		}
	}
}

// limits returns the use of AWS's limits by a variant, with the keys of this project.
func (v variant) limits(t *testing.T) limits.Result {
	t.Helper()
	var result limits.Result
	v.world(t).Look(func(view *standin.View) { result = limits.Of(view, live.Paths(view)) })
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	result.Apply(project.Quotas, project.Limits)
	return result
}

// limitOf returns the limit of a kind that is met first.
func limitOf(t *testing.T, result limits.Result, kind string) limits.Limit {
	t.Helper()
	at := slices.IndexFunc(result.Limits, func(l limits.Limit) bool { return l.Kind.Key == kind })
	require.GreaterOrEqual(t, at, 0, kind)
	return result.Limits[at]
}

func TestNoSoundStackExceedsALimit(t *testing.T) {
	t.Parallel()
	for _, v := range soundVariants() {
		result := v.limits(t)
		assert.Empty(t, result.Exceeded(limits.Refused), v.name)
		for _, l := range result.Exceeded(limits.Warned) {
			assert.Contains(t, []string{"fargate-on-demand-vcpus", "fargate-spot-vcpus"}, l.Kind.Key, "%s: %s", v.name, l)
		}
		for _, note := range result.Notes {
			assert.NotContains(t, note, "do not state", v.name)
		}
	}
	assert.Empty(t, variant{stack: staging}.limits(t).Exceeded(limits.Warned))
}

// A new account runs production's tasks only after AWS has raised its quota, which docs/deploy.md describes.
func TestProductionUsesWhatItsSettingsSay(t *testing.T) {
	t.Parallel()
	result := variant{stack: production}.limits(t)
	vcpus := limitOf(t, result, "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Amounts{Now: 7, Deploying: 11, Max: 15, MaxDeploying: 27}, vcpus.Used)
	assert.Equal(t, limits.Warned, vcpus.Severity())
	assert.Contains(t, vcpus.String(), "AWS's default for a new account is 6")
	vcpus = limitOf(t, withQuota(result, "fargate-on-demand-vcpus", 26), "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Warned, vcpus.Severity())
	assert.Contains(t, vcpus.String(), "27 during a deployment at the maximum that scaling allows")
	vcpus = limitOf(t, withQuota(result, "fargate-on-demand-vcpus", 6), "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Refused, vcpus.Severity(), "the user states it")

	// Two API tasks with two processes each; a worker in Celery's task with beat and the migration, and another one.
	database := limitOf(t, result, "database-connections")
	assert.Equal(t, limits.Amounts{Now: 12, Deploying: 19, Max: 26, MaxDeploying: 47}, database.Used)
	assert.InDelta(t, 445, database.Max, 0)
	assert.Equal(t, "rds.Instance 'care-db'", database.Of)
}

func withQuota(result limits.Result, kind string, value float64) limits.Result {
	result.Limits = slices.Clone(result.Limits)
	result.Apply(limits.Quotas{kind: value}, nil)
	return result
}

func TestMoreTasksThanFitAreWarnedOfWithTheNumberThatFits(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		config map[string]string
		kind   string
		words  []string
	}{
		"API tasks": {settings{"care:careMaxCount": "120"}, "database-connections", []string{
			"database connections: 503 during a deployment at the maximum",
			"the limit is 445",
			"with a maxCapacity of 105 for care-backend it would fit",
		}},
		"workers": {settings{"care:celeryMaxWorkers": "80"}, "database-connections", []string{
			"503 during a deployment at the maximum", "with a maxCapacity of 69 for care-celery-worker it would fit",
		}},
		"a smaller class": {
			settings{"care:careMaxCount": "30", "care:databaseInstanceClass": "db.t4g.micro"},
			"database-connections",
			[]string{
				"143 during a deployment at the maximum",
				"the limit is 107",
				"with a maxCapacity of 21 for care-backend it would fit",
			},
		},
		"calls of Parameter Store": {
			settings{"care:careMaxCount": "7"},
			"parameter-store-rate",
			[]string{
				"GetParameters per second: 43 during a deployment at the maximum",
				"with a maxCapacity of 6 for care-backend it would fit",
			},
		},
	} {
		result := variant{stack: production, config: each.config}.limits(t)
		assert.Empty(t, result.Exceeded(limits.Refused), name)
		l := limitOf(t, result, each.kind)
		assert.Equal(t, limits.Warned, l.Severity(), name)
		for _, words := range append(each.words, "it is changed by "+l.Remedy) {
			assert.Contains(t, l.String(), words, name)
		}
		assert.Contains(t, l.Remedy, "care:careMaxCount", name)
	}
}

func TestTheKeysOfLimitsAreDeclared(t *testing.T) {
	t.Parallel()
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for kind, remedy := range project.Limits {
		for _, key := range ownKey.FindAllString(remedy, -1) {
			assert.Contains(t, declared.Config, key, kind)
		}
	}
	for _, kind := range limits.Kinds {
		assert.True(t, strings.HasPrefix(kind.Source, "https://"), kind.Key)
	}
}
