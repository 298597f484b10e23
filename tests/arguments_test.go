package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// input is an argument that takes the output of another resource.
type input struct {
	// problem is the error's text about a bad value.
	problem string
	// bad is a value that the argument refuses. It is empty for an argument that has no rule.
	bad string
	// create makes the component with a value of the argument.
	create func(ctx *pulumi.Context, value pulumi.StringInput) error
}

func inputOf[A any, C pulumi.Resource](problem, bad string,
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error), args func(name string) *A,
	set func(args *A, value pulumi.StringInput),
) input {
	return input{problem, bad, func(ctx *pulumi.Context, value pulumi.StringInput) error {
		a := args("one")
		set(a, value)
		_, err := construct(ctx, "one", a)
		return err
	}}
}

const (
	noKey      = `kmsKeyArn = "alias/care"`
	noBoundary = `permissionsBoundaryArn = "boundary"`
)

// inputs are all arguments of the components that stand alone in which a bad text can be recognized.
func inputs() []input {
	return []input{
		inputOf(`name = "a b"`, "a b", components.NewNamespace, namespaceArgs,
			func(a *components.NamespaceArgs, v pulumi.StringInput) { a.Name = v }),
		inputOf(`name = "a b"`, "a b", components.NewCluster, clusterArgs,
			func(a *components.ClusterArgs, v pulumi.StringInput) { a.Name = v }),
		inputOf(noKey, "alias/care", components.NewCluster, clusterArgs,
			func(a *components.ClusterArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noKey, "alias/care", components.NewVpc, richVpcArgs,
			func(a *components.VpcArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noBoundary, "boundary", components.NewVpc, richVpcArgs,
			func(a *components.VpcArgs, v pulumi.StringInput) { a.PermissionsBoundaryArn = v }),
		inputOf(`domain = "care"`, "care", components.NewAlb, secureAlbArgs,
			func(a *components.AlbArgs, v pulumi.StringInput) { a.Domain = v }),
		inputOf(`hostedZoneId = "care"`, "care", components.NewAlb, secureAlbArgs,
			func(a *components.AlbArgs, v pulumi.StringInput) { a.HostedZoneId = v }),
		inputOf(`certificateArn = "care"`, "care", components.NewAlb, secureAlbArgs,
			func(a *components.AlbArgs, v pulumi.StringInput) { a.CertificateArn = v }),
		inputOf(`webAclArn = "care"`, "care", components.NewAlb, secureAlbArgs,
			func(a *components.AlbArgs, v pulumi.StringInput) { a.WebAclArn = v }),
		inputOf(`accessLogsBucket = "Logs"`, "Logs", components.NewAlb, secureAlbArgs,
			func(a *components.AlbArgs, v pulumi.StringInput) { a.AccessLogsBucket = v }),
		inputOf(`containers["web"].image = "web"`, "web", components.NewFargateService, richServiceArgs,
			func(a *components.FargateServiceArgs, v pulumi.StringInput) { a.Containers[0].Image = v }),
		inputOf(`serviceConnect.endpoints["http"].dnsName = "a b"`, "a b", components.NewFargateService, richServiceArgs,
			func(a *components.FargateServiceArgs, v pulumi.StringInput) {
				a.ServiceConnect.Endpoints[0].DnsName = v
			}),
		inputOf(noKey, "alias/care", components.NewFargateService, richServiceArgs,
			func(a *components.FargateServiceArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noBoundary, "boundary", components.NewFargateService, richServiceArgs,
			func(a *components.FargateServiceArgs, v pulumi.StringInput) { a.PermissionsBoundaryArn = v }),
		inputOf(`image = "redis"`, "redis", components.NewRedisStack, richRedisArgs,
			func(a *components.RedisStackArgs, v pulumi.StringInput) { a.Image = v }),
		inputOf(`dnsName = "a b"`, "a b", components.NewRedisStack, richRedisArgs,
			func(a *components.RedisStackArgs, v pulumi.StringInput) { a.DnsName = v }),
		inputOf(`password = "…"`, "short", components.NewRedisStack, richRedisArgs,
			func(a *components.RedisStackArgs, v pulumi.StringInput) { a.Password = v }),
		inputOf("placement."+noKey, "alias/care", components.NewRedisStack, richRedisArgs,
			func(a *components.RedisStackArgs, v pulumi.StringInput) { a.Placement.KmsKeyArn = v }),
		inputOf("placement."+noBoundary, "boundary", components.NewRedisStack, richRedisArgs,
			func(a *components.RedisStackArgs, v pulumi.StringInput) { a.Placement.PermissionsBoundaryArn = v }),
		inputOf(`password = "…"`, "sl/ash", components.NewPostgres, postgresArgs,
			func(a *components.PostgresArgs, v pulumi.StringInput) { a.Password = v }),
		inputOf(noKey, "alias/care", components.NewPostgres, postgresArgs,
			func(a *components.PostgresArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noBoundary, "boundary", components.NewPostgres, monitoredPostgresArgs,
			func(a *components.PostgresArgs, v pulumi.StringInput) { a.PermissionsBoundaryArn = v }),
		inputOf(noKey, "alias/care", components.NewElastiCache, cacheArgs,
			func(a *components.ElastiCacheArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noKey, "alias/care", components.NewFileSystem, fileSystemArgs,
			func(a *components.FileSystemArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noKey, "alias/care", components.NewBuckets, bucketsArgs,
			func(a *components.BucketsArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(`allowedOrigins = "care"`, "care", components.NewBuckets, bucketsArgs,
			func(a *components.BucketsArgs, v pulumi.StringInput) { a.AllowedOrigins[0] = v }),
		inputOf(`existingPatientBucket = "A B"`, "A B", components.NewBuckets, usedBucketsArgs,
			func(a *components.BucketsArgs, v pulumi.StringInput) { a.ExistingPatientBucket = v }),
		inputOf(`existingFacilityBucket = "A B"`, "A B", components.NewBuckets, usedBucketsArgs,
			func(a *components.BucketsArgs, v pulumi.StringInput) { a.ExistingFacilityBucket = v }),
		inputOf(`email = "oncall"`, "oncall", components.NewAlarmTopic, subscribedTopicArgs,
			func(a *components.AlarmTopicArgs, v pulumi.StringInput) { a.Email = v }),
	}
}

func monitoredPostgresArgs(name string) *components.PostgresArgs {
	args := postgresArgs(name)
	args.MonitoringSeconds = 60
	return args
}

// unknown is the output of a resource that a preview does not create.
func unknown() pulumi.StringInput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
}

func TestABadInputIsRefusedAsSoonAsItIsKnown(t *testing.T) {
	t.Parallel()
	for _, each := range inputs() {
		t.Run(each.problem, func(t *testing.T) {
			t.Parallel()
			early := pulumitest.Run(func(ctx *pulumi.Context) error { return each.create(ctx, pulumi.String(each.bad)) })
			require.ErrorContains(t, early.Err, each.problem)
			assert.Empty(t, early.Resources)

			output := pulumi.String(each.bad).ToStringOutput()
			late := pulumitest.Run(func(ctx *pulumi.Context) error { return each.create(ctx, output) })
			require.ErrorContains(t, late.Err, each.problem)
			require.ErrorContains(t, late.Err, `"one"`)
		})
	}
}

func TestAPreviewAcceptsInputsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, each := range inputs() {
		t.Run(each.problem, func(t *testing.T) {
			t.Parallel()
			result := pulumitest.Run(
				func(ctx *pulumi.Context) error { return each.create(ctx, unknown()) },
				pulumitest.Preview(),
			)
			require.NoError(t, result.Err)
			assert.NotEmpty(t, result.Resources)
		})
	}
}

func TestOneErrorNamesAllBadInputs(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("one")
	args.KmsKeyArn, args.Containers[0].Image = pulumi.String("alias/care"), pulumi.String("web")
	args.ServiceConnect.Endpoints[0].DnsName = nil
	err := args.Validate()
	for _, problem := range []string{noKey, `containers["web"].image = "web"`, `endpoints["http"].dnsName = ""`} {
		require.ErrorContains(t, err, problem)
	}
}

func TestArgumentsOfTheCallerStayAsTheyAre(t *testing.T) {
	t.Parallel()
	image := pulumi.String("ghcr.io/example/web:1").ToStringOutput()
	args := richServiceArgs("one")
	args.Containers[0].Image = image
	makeService(t, args)
	assert.Equal(t, image, args.Containers[0].Image)
}

// usedBucketsArgs has one bucket that exists already, and makes the other.
func usedBucketsArgs(string) *components.BucketsArgs { return &components.BucketsArgs{} }
