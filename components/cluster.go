package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Cluster is an ECS cluster for Fargate with Container Insights, the capacity providers FARGATE and FARGATE_SPOT, and a
// log of the sessions of ECS Exec.
type Cluster struct {
	pulumi.ResourceState

	// Arn is the cluster's ARN, known once its capacity providers are there.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Name is the cluster's name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ExecuteCommandLogGroupArn is the log group to which sessions of ECS Exec are written.
	ExecuteCommandLogGroupArn pulumi.StringOutput `pulumi:"executeCommandLogGroupArn"`
}

// ClusterArgs are the inputs of NewCluster.
type ClusterArgs struct {
	// Name is the cluster's name, for operators and the CLI. Default: named by Pulumi.
	Name pulumi.StringInput `pulumi:"name,optional"`
	// ContainerInsights collects metrics of tasks and containers, which CloudWatch charges for. Default: false.
	ContainerInsights bool `pulumi:"containerInsights,optional"`
	// LogGroupPrefix is the prefix of the name of the log group for ECS Exec. Default: /ecs.
	LogGroupPrefix string `pulumi:"logGroupPrefix,optional"`
	// LogRetentionDays is the retention of that log group in days. Default: 365.
	LogRetentionDays int `pulumi:"logRetentionDays,optional"`
	// KmsKeyArn is the KMS key that encrypts that log group. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *ClusterArgs) withDefaults() ClusterArgs {
	var a ClusterArgs
	if args != nil {
		a = *args
	}
	a.LogGroupPrefix = or(a.LogGroupPrefix, DefaultLogGroupPrefix)
	a.LogRetentionDays = or(a.LogRetentionDays, DefaultLogRetentionDays)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *ClusterArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *ClusterArgs, which may be empty")
	}
	a := args.withDefaults()
	return rule.All(
		rule.LogGroupPrefix("logGroupPrefix", a.LogGroupPrefix),
		rule.LogRetention("logRetentionDays", a.LogRetentionDays),
		validateArguments(a.arguments()),
	)
}

func (args *ClusterArgs) arguments() []argument {
	return []argument{
		{"name", &args.Name, rule.ClusterName, false},
		{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false},
	}
}

// NewCluster checks args and creates the cluster. It returns an error and registers nothing if args is nil or invalid.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	a := args.withDefaults()
	cluster := &Cluster{}
	c, err := register(ctx, "Cluster", name, cluster, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	return cluster, c.build(func() error { return cluster.create(c, a) })
}

func (cluster *Cluster) create(c *component, a ClusterArgs) error {
	logs, err := cloudwatch.NewLogGroup(c.ctx, c.child("exec"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(a.LogGroupPrefix + "/" + c.name + "-exec"),
		RetentionInDays: pulumi.Int(a.LogRetentionDays),
		KmsKeyId:        pointer(a.KmsKeyArn),
		Tags:            c.tagged(),
	}, c.options(pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return fmt.Errorf("create log group for ECS Exec: %w", err)
	}
	resource, err := ecs.NewCluster(c.ctx, c.name, &ecs.ClusterArgs{
		Name: pointer(a.Name),
		Settings: ecs.ClusterSettingArray{
			&ecs.ClusterSettingArgs{Name: pulumi.String("containerInsights"), Value: a.insights()},
		},
		Configuration: &ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				Logging: pulumi.String("OVERRIDE"),
				LogConfiguration: &ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs{
					CloudWatchLogGroupName: logs.Name,
				},
			},
		},
		Tags: c.tagged(),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create cluster: %w", err)
	}
	providers, err := ecs.NewClusterCapacityProviders(c.ctx, c.name, &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       resource.Name,
		CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("add capacity providers: %w", err)
	}
	cluster.Arn = after(resource.Arn, providers.ID())
	cluster.Name = resource.Name
	cluster.ExecuteCommandLogGroupArn = logs.Arn
	return nil
}

func (args ClusterArgs) insights() pulumi.String {
	if args.ContainerInsights {
		return "enabled"
	}
	return "disabled"
}
