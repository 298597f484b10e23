package care_test

import (
	"math"
	"slices"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/plugin/internal/care"
)

// component is a component as a program in another language has it: its outputs by their names.
type component struct {
	pulumi.ResourceState

	Arn                  pulumi.StringOutput      `pulumi:"arn"`
	Url                  pulumi.StringOutput      `pulumi:"url"`
	VpcId                pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIds      pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	ApplicationSubnetIds pulumi.StringArrayOutput `pulumi:"applicationSubnetIds"`
	DataSubnetIds        pulumi.StringArrayOutput `pulumi:"dataSubnetIds"`
	AssignPublicIp       pulumi.BoolOutput        `pulumi:"assignPublicIp"`
	ListenerArn          pulumi.StringOutput      `pulumi:"listenerArn"`
	HostName             pulumi.StringOutput      `pulumi:"hostName"`
	SecurityGroupId      pulumi.StringOutput      `pulumi:"securityGroupId"`
	TargetGroupArn       pulumi.StringOutput      `pulumi:"targetGroupArn"`
	PatientBucket        pulumi.StringOutput      `pulumi:"patientBucket"`
	DatabaseUrl          pulumi.StringOutput      `pulumi:"databaseUrl"`
	Name                 pulumi.StringOutput      `pulumi:"name"`
	Connection           pulumi.AnyOutput         `pulumi:"connection"`
	MountStatement       pulumi.AnyOutput         `pulumi:"mountStatement"`
	ObjectStatements     pulumi.AnyOutput         `pulumi:"objectStatements"`
}

// in are the inputs of a component.
type in = pulumi.Map

// texts returns a list that must be known.
func texts(values ...string) pulumi.StringArray { return pulumi.ToStringArray(values) }

// builder registers components by their types, and stops at the first error.
type builder struct {
	ctx *pulumi.Context
	err error
}

func (b *builder) add(kind, name string, inputs in, opts ...pulumi.ResourceOption) *component {
	built := &component{}
	if b.err == nil {
		b.err = b.ctx.RegisterRemoteComponentResource("care:index:"+kind, name, inputs, built, opts...)
	}
	return built
}

// system registers every component that the provider serves. Outputs are inputs wherever people use them so.
func system(ctx *pulumi.Context) error {
	b := &builder{ctx: ctx}
	net := b.add("Vpc", "net", in{
		"availabilityZones": texts("ap-south-1a", "ap-south-1b"), "natGateways": pulumi.String("none"),
	})
	cluster := b.add("Cluster", "main", nil)
	b.add("AlarmTopic", "alarms", nil)
	files := b.add("Buckets", "files", nil)
	database := b.add("Postgres", "database", in{"vpcId": net.VpcId, "subnetIds": net.DataSubnetIds})
	b.add("ElastiCache", "cache", in{"vpcId": net.VpcId, "subnetIds": net.DataSubnetIds})
	shared := b.add("FileSystem", "shared", in{"vpcId": net.VpcId, "subnetIds": pulumi.Map{
		"ap-south-1a": net.DataSubnetIds.Index(pulumi.Int(0)), "ap-south-1b": net.DataSubnetIds.Index(pulumi.Int(1)),
	}})
	alb := b.add("Alb", "public", in{"vpcId": net.VpcId, "subnetIds": net.PublicSubnetIds})
	route := b.add("Route", "api", in{
		"vpcId": net.VpcId, "listenerArn": alb.ListenerArn, "hostName": alb.HostName, "port": pulumi.Int(9000),
	})
	namespace := b.add("Namespace", "names", in{"name": pulumi.String("shop")})
	place := pulumi.Map{
		"clusterArn": cluster.Arn, "vpcId": net.VpcId, "subnetIds": net.ApplicationSubnetIds,
		"assignPublicIp": net.AssignPublicIp,
	}
	redis := b.add("RedisStack", "redis", in{
		"placement": place, "namespaceArn": namespace.Arn, "dnsName": pulumi.Sprintf("redis.%s", namespace.Name),
	})
	b.add("FargateService", "web", in{
		"clusterArn": cluster.Arn, "vpcId": net.VpcId, "subnetIds": net.ApplicationSubnetIds,
		"assignPublicIp": net.AssignPublicIp,
		"containers": pulumi.Array{pulumi.Map{
			"name": pulumi.String("web"), "image": pulumi.Sprintf("%s.example.org/web:1", files.PatientBucket),
			"portMappings": pulumi.Array{pulumi.Map{"containerPort": pulumi.Int(9000)}},
			"environment": pulumi.Map{
				"REDIS_URL": redis.Url, "BUCKET": files.PatientBucket, "DATABASE_GROUP": database.SecurityGroupId,
			},
		}},
		"connects": pulumi.Map{
			"redis": redis.Connection, "database": database.Connection, "files": shared.Connection,
		},
		"taskRoleStatements": pulumi.Array{shared.MountStatement},
		"taskRolePolicies":   pulumi.Map{"storage": files.ObjectStatements},
		"loadBalancer": pulumi.Map{
			"targetGroupArn": route.TargetGroupArn, "securityGroupId": alb.SecurityGroupId,
			"containerName": pulumi.String("web"), "containerPort": pulumi.Int(9000),
		},
	})
	ctx.Export("databaseUrl", database.DatabaseUrl)
	return b.err
}

func TestEveryComponentIsConstructed(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]pulumitest.Option{"up": nil, "preview": {pulumitest.Preview()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := pulumitest.MustRun(t, system, append(options, pulumitest.Remote(care.NewServer("", nil)))...)
			built := map[string]bool{}
			for _, component := range result.Components() {
				require.Equal(t, 1, component.OutputRegistrations, component.Urn)
				built[component.Type] = true
			}
			for _, component := range care.Components() {
				require.True(t, built[component.Token], component.Token)
			}
			require.True(t, result.Exports["databaseUrl"].ContainsSecrets())
		})
	}
}

func TestAnOutputForAPlainInputIsRefusedInOneLine(t *testing.T) {
	t.Parallel()
	result := pulumitest.Run(func(ctx *pulumi.Context) error {
		repository, err := ecr.NewRepository(ctx, "images", nil)
		if err != nil {
			return err
		}
		b := &builder{ctx: ctx}
		b.add("Vpc", "net", in{
			"availabilityZones": pulumi.StringArray{repository.Name}, "cidrBlock": pulumi.ToSecret("10.0.0.0/16"),
			"natGateway": pulumi.String("none"), "flowLogs": pulumi.String("yes"),
			"interfaceEndpoints": pulumi.Map{"logs": pulumi.Bool(true)},
			"tags":               repository.Name.ApplyT(func(string) map[string]string { return nil }),
		})
		return b.err
	}, pulumitest.Remote(care.NewServer("", nil)))
	for _, line := range []string{
		`care:index:Vpc "net": `,
		`availabilityZones[0] = "[output]": must be known before anything is created, and an output is not; give the value`,
		`cidrBlock = "[secret]": must not be a secret`,
		`natGateway = "…": there is no such property; use natGateways`,
		`flowLogs = "yes": has the wrong type; give true or false`,
		`interfaceEndpoints = "[object]": has the wrong type; give a list`,
		`tags = "[output]": must not be an output as a whole; write its elements here`,
	} {
		require.ErrorContains(t, result.Err, line)
	}
	require.False(t, slices.ContainsFunc(result.Resources, func(r *pulumitest.Resource) bool {
		return r.Type == "care:index:Vpc"
	}))
}

func TestAnIntegerThatIsNoneIsRefusedInOneLine(t *testing.T) {
	t.Parallel()
	for _, number := range []float64{1.5, 1e30, -1e30, math.Inf(1), math.NaN(), 1 << 63, 1 << 53} {
		result := pulumitest.Run(func(ctx *pulumi.Context) error {
			b := &builder{ctx: ctx}
			b.add("RedisStack", "redis", in{
				"placement": pulumi.Map{}, "cpu": pulumi.Float64(number), "memory": pulumi.Int(8192),
			})
			return b.err
		}, pulumitest.Remote(care.NewServer("", nil)))
		require.Error(t, result.Err)
		require.Regexp(t, `cpu = \S+: .*; give a (whole number|number in that range)$`, result.Err.Error())
	}
}

func TestAConnectionIsAnOutput(t *testing.T) {
	t.Parallel()
	result := pulumitest.Run(func(ctx *pulumi.Context) error {
		b := &builder{ctx: ctx}
		net := b.add("Vpc", "net", in{
			"availabilityZones": texts("ap-south-1a", "ap-south-1b"), "natGateways": pulumi.String("none"),
		})
		database := b.add("Postgres", "database", in{"vpcId": net.VpcId, "subnetIds": net.DataSubnetIds})
		b.add("FargateService", "web", in{"connects": pulumi.Map{
			"text":    pulumi.String("redis"),
			"literal": pulumi.Map{"securityGroupId": database.SecurityGroupId, "fingerprint": pulumi.String("x")},
			"partial": pulumi.Map{"securityGroupId": database.SecurityGroupId, "port": pulumi.Int(5432)},
			"ordered": pulumi.Map{"securityGroupId": database.SecurityGroupId, "fingerprint": database.DatabaseUrl},
			"output":  database.Connection,
		}})
		return b.err
	}, pulumitest.Remote(care.NewServer("", nil)))
	for _, line := range []string{
		`connects["text"] = "redis": has the wrong type; give the output connection of a component`,
		`connects["literal"].fingerprint = "x": must be an output of the destination, because the service is deployed ` +
			"after it; take the output connection of a component",
		`connects["partial"].fingerprint = null: must be an output`,
	} {
		require.ErrorContains(t, result.Err, line)
	}
	require.NotContains(t, result.Err.Error(), "ordered")
	require.NotContains(t, result.Err.Error(), `"output"`)
}

func TestOptionsReachTheComponent(t *testing.T) {
	t.Parallel()
	result := pulumitest.MustRun(t, func(ctx *pulumi.Context) error {
		b := &builder{ctx: ctx}
		b.add("Namespace", "names", in{"name": pulumi.String("shop")},
			pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("earlier")}}), pulumi.Protect(true))
		return b.err
	}, pulumitest.Remote(care.NewServer("", nil)))
	namespace := result.Only(t, "care:index:Namespace")
	require.Len(t, namespace.Options.GetAliases(), 1)
	require.Equal(t, "earlier", namespace.Options.GetAliases()[0].GetSpec().GetName())
	require.True(t, namespace.Options.GetProtect())
}
