package main

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

var update = flag.Bool("update", false, "write the golden files")

// golden is a line of a golden file: what the engine knows a resource by and, where the program chooses it, what AWS
// does.
type golden struct {
	Urn  string `json:"urn"`
	Name string `json:"name,omitempty"`
}

// drawn matches an identifier that AWS chooses at random: of a namespace, and in the name of a validation record.
var drawn = regexp.MustCompile(`("_|/ns-)[0-9a-z]{16,}`)

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
			assert.Equal(t, string(want), got, "a renamed resource is a replaced one; go test -run %s . -update writes the file", t.Name())
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
	for stack, url := range map[string]string{
		staging: "http://care-alb-", production: "https://api.care.example.org",
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			d := deployments[stack](t)
			prefix := map[string]string{staging: "/ecs", production: "/ecs/care-production"}[stack]
			exports := []resource.PropertyKey{
				"clusterName", "dashboard", "databaseAddress", "facilityBucket", "image", "loadBalancerArn", "loadBalancerDnsName", "logGroups", "namespace",
				"patientBucket", "redisEndpoint", "services", "shell", "url",
			}
			if stack == production {
				exports = append([]resource.PropertyKey{"alarmTopicArn"}, exports...)
				assert.Equal(t, d.Only(t, "aws:sns/topic:Topic").Id, d.export(t, "alarmTopicArn"))
			}
			assert.Equal(t, exports, slices.Sorted(maps.Keys(d.Exports)))
			assert.Equal(t, "https://ap-south-1.console.aws.amazon.com/cloudwatch/home?region=ap-south-1#dashboards/dashboard/care-"+stack,
				d.export(t, "dashboard"))
			assert.Contains(t, d.export(t, "url"), url)
			assert.Equal(t, "redis.care-ns:6379", d.export(t, "redisEndpoint"))
			assert.Equal(t, "care-ns", d.export(t, "namespace"))
			groups := []any{prefix + "/care-backend", prefix + "/care-celery-beat", prefix + "/care-celery-migrate", prefix + "/care-celery-worker"}
			if stack == production {
				groups = append(groups, prefix+"/care-celery-worker-more")
			}
			assert.Equal(t, append(groups, prefix+"/redis-meter", prefix+"/redis-stack"), d.export(t, "logGroups"))
			cluster := d.Only(t, "aws:ecs/cluster:Cluster").State["name"].StringValue()
			assert.Equal(t, cluster, d.export(t, "clusterName"))
			assert.Equal(t, "aws ecs execute-command --region ap-south-1 --cluster "+cluster+
				" --container care-backend --interactive --command /bin/bash --task $(aws ecs list-tasks --region ap-south-1 --cluster "+
				cluster+" --service-name care-backend --query 'taskArns[0]' --output text)", d.export(t, "shell"))
			assert.Equal(t, d.Only(t, "aws:rds/instance:Instance").State["address"].StringValue(), d.export(t, "databaseAddress"))
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
	assert.Equal(t, []string{"care-vpc-nat-ap-south-1a", "care-vpc-nat-ap-south-1b"}, d.Names("aws:ec2/natGateway:NatGateway"))
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
	d := deployOnMocks(map[string]string{"aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0"})
	require.NoError(t, d.Err)
	assert.Equal(t, []string{"care-db-password", "care-django"}, d.Names("random:index/randomPassword:RandomPassword"))
	assert.Equal(t, []string{"care-jwks", "care-vapid"}, d.Names("tls:index/privateKey:PrivateKey"))
	assert.Equal(t, []string{"care-vpc-public-ap-south-1a", "care-vpc-public-ap-south-1b"},
		slices.DeleteFunc(d.Names("aws:ec2/subnet:Subnet"), func(name string) bool { return !strings.Contains(name, "public") }),
		"the first two zones of the region")
}

func TestDeployReadsTheKeysThatTheEngineHandsOver(t *testing.T) {
	config := map[string]string{"aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0", "care:imgae": "x"}
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
	assert.Equal(t, "arn:aws:secretsmanager:ap-south-1:123456789012:secret:vapid-AbCdEf:private::", api["VAPID_PRIVATE_KEY"])
	assert.Equal(t, "https://key@sentry.example.org/1",
		d.Named(t, "aws:ssm/parameter:Parameter", "care-SENTRY_DSN").Text("value"))
	assert.True(t, d.Only(t, "aws:rds/instance:Instance").IsSecret("password"))
	assert.Equal(t, "ADatabasePasswordOfTheUser", d.Only(t, "aws:rds/instance:Instance").Text("password"))
	redis := d.service(t, "redis").definition.Container(t, "redis-stack").References()["REDIS_ARGS"]
	assert.True(t, strings.HasSuffix(d.Holder(t, "aws:ssm/parameter:Parameter", "arn", redis).Text("value"), " --requirepass a-Redis-password_of-the-user"))
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
						continue // what is refused may be anything
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
