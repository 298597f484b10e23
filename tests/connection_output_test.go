package tests

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// handedOver returns a connection as a program in another language gets it: as one output.
func handedOver(connection components.Connection) components.ConnectionOutput {
	return connection.ToConnectionOutput()
}

// unknownConnection is the connection of a component that a preview does not create.
func unknownConnection() components.ConnectionOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) components.Destination {
		return components.Destination{}
	}).(components.ConnectionOutput)
}

func connected(name string, connection components.ConnectionInput) *components.FargateServiceArgs {
	args := serviceArgs("app")
	args.ServiceConnectLogs = true
	args.Connects = map[string]components.ConnectionInput{name: connection}
	return args
}

func TestAConnectionThatIsAnOutputMakesTheSameServiceAsItsValues(t *testing.T) {
	t.Parallel()
	for name, connection := range map[string]components.Connection{
		"redis": redisConnection(), "postgres": databaseConnection(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values, valued := makeService(t, connected(name, connection))
			outputs, output := makeService(t, connected(name, handedOver(connection)))
			assert.Equal(t, inputsByUrn(t, values), inputsByUrn(t, outputs))
			want, _ := pulumitest.Output(t, valued.Deployed)
			got, _ := pulumitest.Output(t, output.Deployed)
			assert.Equal(t, want, got)
		})
	}
}

// inputsByUrn returns the inputs that are given, with the same id for the group of the service in every run.
func inputsByUrn(t *testing.T, result *pulumitest.Result) map[string]string {
	t.Helper()
	group := result.Only(t, securityGroupType).Id
	inputs := map[string]string{}
	for _, resource := range result.Resources {
		given, _ := resource.In("").(map[string]any)
		maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
		text, err := json.Marshal(given)
		require.NoError(t, err)
		inputs[resource.Urn] = strings.ReplaceAll(string(text), group, "sg-of-the-service")
	}
	return inputs
}

func TestAPreviewAcceptsConnectionsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewFargateService, "app", connected("redis", unknownConnection()),
		pulumitest.Preview())
	assert.Equal(t, pulumitest.Unknown, result.Only(t, serviceType).In("serviceConnectConfiguration"))
	assert.Len(t, result.OfType(egressType), 2)
	assert.Equal(t, []string{"app-app", "app-service-connect"}, result.Names(logGroupType))
}

func TestABadConnectionIsRefusedOnceItIsKnown(t *testing.T) {
	t.Parallel()
	noPort, noFingerprint := redisConnection(), redisConnection()
	noPort.Port, noFingerprint.Fingerprint = pulumi.Int(0), pulumi.String("")
	off := connected("redis", handedOver(redisConnection()))
	off.ServiceConnect = &components.ServiceConnect{Mode: components.ServiceConnectOff}
	server, _ := create(t, components.NewFargateService, "web", serviceArgs("web"))
	require.NoError(t, server.Err)
	for words, args := range map[string]*components.FargateServiceArgs{
		`connects["redis"].port = 0`:                       connected("redis", handedOver(noPort)),
		`connects["redis"].fingerprint = null`:             connected("redis", handedOver(noFingerprint)),
		`connection "redis" is a Service Connect endpoint`: off,
		`connects["queue"].securityGroupId = null`: connected("queue",
			components.ConnectionMap{}.ToConnectionMapOutput().MapIndex(pulumi.String("queue"))),
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			result := pulumitest.Run(func(ctx *pulumi.Context) error {
				_, err := components.NewFargateService(ctx, "app", args)
				return err
			})
			require.ErrorContains(t, result.Err, words)
			assert.Empty(t, result.OfType(serviceType))
		})
	}
}

func TestPoliciesTakeTheStatementsOfOtherComponents(t *testing.T) {
	t.Parallel()
	result, _ := run(t, func(ctx *pulumi.Context) (*components.FargateService, error) {
		files, err := components.NewFileSystem(ctx, "files", fileSystemArgs(""))
		if err != nil {
			return nil, err
		}
		buckets, err := components.NewBuckets(ctx, "files", bucketsArgs(""))
		if err != nil {
			return nil, err
		}
		args := serviceArgs("app")
		args.TaskRoleStatements = components.PolicyStatementArray{files.MountStatement}
		args.TaskRolePolicies = map[string]components.PolicyStatementArrayInput{"storage": buckets.ObjectStatements}
		return components.NewFargateService(ctx, "app", args)
	})
	system := result.Only(t, "aws:efs/fileSystem:FileSystem").State["arn"].StringValue()
	mount := result.Named(t, rolePolicyType, "app-task").Policy(t, "policy")
	require.Len(t, mount.Statement, 1)
	assert.Equal(t, []string{system}, []string(mount.Statement[0].Resource))
	assert.True(t, result.Only(t, serviceType).DependsOn(result.Named(t, rolePolicyType, "app-storage")))
	assert.Len(t, result.Named(t, rolePolicyType, "app-storage").Policy(t, "policy").Statement, 2)
}

func TestAPreviewTakesAConnectionWithEmptyValuesForUnknown(t *testing.T) {
	t.Parallel()
	empty := pulumi.ToOutput(1).ApplyT(func(int) components.Destination {
		return components.Destination{Port: 6379}
	}).(components.ConnectionOutput)
	result, _ := run(t, func(ctx *pulumi.Context) (*components.FargateService, error) {
		args := connected("redis", empty)
		args.TaskRoleStatements = pulumi.ToOutput(1).ApplyT(func(int) []components.Permission {
			return []components.Permission{{Sid: "Files", Actions: []string{"s3:GetObject"}, Resources: []string{""}}}
		}).(components.PolicyStatementArrayOutput)
		return components.NewFargateService(ctx, "app", args)
	}, pulumitest.Preview())
	service := result.Only(t, serviceType)
	assert.Equal(t, pulumitest.Unknown, service.In("serviceConnectConfiguration"))
	assert.Equal(t, pulumitest.Unknown, service.In(`triggers["connection/redis"]`))
	assert.Equal(t, pulumitest.Unknown, result.Named(t, rolePolicyType, "app-task").In("policy"))
}
