package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of an ElastiCache.
const (
	// DefaultElastiCacheNodeType is the smallest that ElastiCache offers.
	DefaultElastiCacheNodeType = "cache.t4g.micro"
	// DefaultElastiCacheVersion is the newest Redis OSS that ElastiCache offers.
	DefaultElastiCacheVersion = "7.1"
	// DefaultElastiCacheBackupDays is the number of daily snapshots if data is protected.
	DefaultElastiCacheBackupDays = 7
)

// ElastiCache is a managed Redis, for images of Care that need no RediSearch, which it cannot load. It is encrypted on
// disk and on the way, and asks for a generated token.
type ElastiCache struct {
	pulumi.ResourceState

	// Url is the address for clients with the token, rediss://…. Secret.
	Url pulumi.StringOutput `pulumi:"url"`
	// Endpoint is <host>:6379.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// SecurityGroupId is the security group of the nodes.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// Connection is the cache as a destination of services.
	Connection Connection `pulumi:"connection"`
}

// ElastiCacheArgs are the inputs of NewElastiCache.
type ElastiCacheArgs struct {
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets for the nodes, in two zones or more. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// NodeType is the size of a node. Default: cache.t4g.micro.
	NodeType string `pulumi:"nodeType,optional"`
	// Replicas is the number of standby copies, 0 to 5, in other zones if the subnets have others. Default: 0.
	Replicas int `pulumi:"replicas,optional"`
	// ProtectData has Pulumi refuse to delete the cache, and creates a final snapshot if the cache is deleted in spite
	// of that. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts the nodes and their snapshots. Only creation reads it: AWS cannot change the
	// key of a cache, so a later value changes nothing. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *ElastiCacheArgs) withDefaults() ElastiCacheArgs {
	var a ElastiCacheArgs
	if args != nil {
		a = *args
	}
	a.NodeType = or(a.NodeType, DefaultElastiCacheNodeType)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *ElastiCacheArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *ElastiCacheArgs")
	}
	a := args.withDefaults()
	return rule.All(
		rule.Given("vpcId", a.VpcId != nil, "give the id of the subnets' VPC"),
		rule.Given("subnetIds", a.SubnetIds != nil, "give the ids of data subnets in two zones"),
		rule.CacheNodeType("nodeType", a.NodeType), rule.Between("replicas", a.Replicas, 0, 5),
		validateArguments(a.arguments()),
	)
}

func (args *ElastiCacheArgs) arguments() []argument {
	return []argument{{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false}}
}

// NewElastiCache checks args and creates the cache. It returns an error and registers nothing if args is nil or
// invalid.
func NewElastiCache(ctx *pulumi.Context, name string, args *ElastiCacheArgs,
	opts ...pulumi.ResourceOption,
) (*ElastiCache, error) {
	a := args.withDefaults()
	cache := &ElastiCache{}
	c, err := register(ctx, "ElastiCache", name, cache, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &elastiCacheBuilder{component: c, args: a, cache: cache}
	return cache, b.build(b.createNetwork, b.createToken, b.createReplicationGroup, b.setOutputs)
}

// Redis returns the way in which Care reaches the cache.
func (e *ElastiCache) Redis() CareRedis { return CareRedis{Url: e.Url, UrlIsSecret: true} }

type elastiCacheBuilder struct {
	*component
	args  ElastiCacheArgs
	cache *ElastiCache

	group   *ec2.SecurityGroup
	subnets *elasticache.SubnetGroup
	token   *random.RandomPassword
	nodes   *elasticache.ReplicationGroup
}

func (b *elastiCacheBuilder) createNetwork() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Cache "+b.name)
	if err != nil {
		return err
	}
	subnets, err := elasticache.NewSubnetGroup(b.ctx, b.name, &elasticache.SubnetGroupArgs{
		SubnetIds: b.args.SubnetIds, Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create subnet group: %w", err)
	}
	b.group, b.subnets = group, subnets
	return nil
}

// createToken makes letters and digits, which ElastiCache takes and which can stand in a URL
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html).
func (b *elastiCacheBuilder) createToken() error {
	token, err := random.NewRandomPassword(b.ctx, b.child("token"), &random.RandomPasswordArgs{
		Length: pulumi.Int(passwordLength), Special: pulumi.Bool(false),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("generate token: %w", err)
	}
	b.token = token
	return nil
}

func (b *elastiCacheBuilder) createReplicationGroup() error {
	args := &elasticache.ReplicationGroupArgs{
		Description:              pulumi.String("Cache and queue of Care"),
		Engine:                   pulumi.String("redis"),
		EngineVersion:            pulumi.String(DefaultElastiCacheVersion),
		NodeType:                 pulumi.String(b.args.NodeType),
		NumCacheClusters:         pulumi.Int(b.args.Replicas + 1),
		AutomaticFailoverEnabled: pulumi.Bool(b.args.Replicas > 0),
		MultiAzEnabled:           pulumi.Bool(b.args.Replicas > 0),
		Port:                     pulumi.Int(redisPort),
		SubnetGroupName:          b.subnets.Name,
		SecurityGroupIds:         pulumi.StringArray{b.group.ID()},
		AtRestEncryptionEnabled:  pulumi.Bool(true),
		KmsKeyId:                 pointer(b.args.KmsKeyArn),
		TransitEncryptionEnabled: pulumi.Bool(true),
		AuthToken:                b.token.Result,
		// Without it ElastiCache leaves a change to the maintenance window, each plan until then shows the change again,
		// and the last replica cannot go.
		ApplyImmediately: pulumi.Bool(true),
		Tags:             b.tagged(),
	}
	if b.args.ProtectData {
		name, err := b.finalSnapshot()
		if err != nil {
			return err
		}
		args.SnapshotRetentionLimit = pulumi.Int(DefaultElastiCacheBackupDays)
		args.FinalSnapshotIdentifier = name
	}
	options := append(b.guarded(b.args.ProtectData), keepKey("kmsKeyId"))
	nodes, err := elasticache.NewReplicationGroup(b.ctx, b.name, args, options...)
	if err != nil {
		return fmt.Errorf("create replication group: %w", err)
	}
	b.nodes = nodes
	return nil
}

// setOutputs requires the check of the server's certificate in the spelling that both redis-py and Celery read.
func (b *elastiCacheBuilder) setOutputs() error {
	e := b.cache
	e.Endpoint = pulumi.Sprintf("%s:%d", b.nodes.PrimaryEndpointAddress, redisPort)
	e.Url = pulumi.ToSecret(
		pulumi.Sprintf("rediss://:%s@%s/0?ssl_cert_reqs=required", b.token.Result, e.Endpoint),
	).(pulumi.StringOutput)
	e.SecurityGroupId = b.group.ID().ToStringOutput()
	e.Connection = Connection{SecurityGroupId: e.SecurityGroupId, Port: pulumi.Int(redisPort), Fingerprint: e.Endpoint}
	return nil
}
