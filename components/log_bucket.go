package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// LogBucket is a private bucket for the access logs of load balancers and of other buckets. Elastic Load Balancing and
// S3 write them; the policy allows them nothing else, and nobody else anything. Logs are deleted after the retention,
// and deleted or overwritten ones 90 days later. The bucket is encrypted by S3 itself, because neither service can
// write logs to a bucket with a KMS key
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
type LogBucket struct {
	pulumi.ResourceState

	// Bucket is the name of the bucket, known once the load balancers may write to it.
	Bucket pulumi.StringOutput `pulumi:"bucket"`
	// Arn is its ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// LoggedBucket is a bucket whose server access logs a LogBucket keeps.
type LoggedBucket struct {
	// Bucket is the name of the bucket. Required.
	Bucket pulumi.StringInput `pulumi:"bucket"`
	// Arn is its ARN. Required.
	Arn pulumi.StringInput `pulumi:"arn"`
}

// LogBucketArgs are the inputs of NewLogBucket.
type LogBucketArgs struct {
	// LoadBalancers are the names of the Alb components whose access logs the bucket takes. They are the prefixes of the
	// logs. Default: none.
	LoadBalancers []string `pulumi:"loadBalancers,optional"`
	// Buckets are the buckets whose requests S3 logs, by the prefix of their logs, such as "patient". They must be in the
	// same region and account. Default: none.
	Buckets map[string]LoggedBucket `pulumi:"buckets,optional"`
	// RetentionDays is how many days logs are kept, as for log groups. Default: 365.
	RetentionDays int `pulumi:"retentionDays,optional"`
	// ProtectData has Pulumi refuse to delete the bucket. Without it a destroy deletes the bucket with its contents.
	// Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *LogBucketArgs) withDefaults() LogBucketArgs {
	var a LogBucketArgs
	if args != nil {
		a = *args
	}
	a.RetentionDays = or(a.RetentionDays, DefaultLogRetentionDays)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *LogBucketArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *LogBucketArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Given("loadBalancers", len(a.LoadBalancers)+len(a.Buckets) > 0, "name a load balancer, or a bucket in buckets"),
		rule.Unique("loadBalancers", a.LoadBalancers),
		rule.LogRetention("retentionDays", a.RetentionDays),
	}
	for _, name := range a.LoadBalancers {
		problems = append(problems, rule.ComponentName("loadBalancers", name, nameBudget))
	}
	for _, prefix := range sortedKeys(a.Buckets) {
		const fix = "take it from the bucket"
		argument := fmt.Sprintf("buckets[%q]", prefix)
		problems = append(problems,
			rule.ComponentName("buckets", prefix, nameBudget),
			rule.Given(argument+".bucket", a.Buckets[prefix].Bucket != nil, fix),
			rule.Given(argument+".arn", a.Buckets[prefix].Arn != nil, fix),
		)
	}
	return rule.All(problems...)
}

// NewLogBucket checks args and creates the bucket. It returns an error and registers nothing if args is nil or invalid.
func NewLogBucket(
	ctx *pulumi.Context, name string, args *LogBucketArgs, opts ...pulumi.ResourceOption,
) (*LogBucket, error) {
	a := args.withDefaults()
	logs := &LogBucket{}
	c, err := register(ctx, "LogBucket", name, logs, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &logBucketBuilder{component: c, args: a, logs: logs}
	return logs, b.build(b.createBucket, b.createLogging)
}

type logBucketBuilder struct {
	*component
	args LogBucketArgs
	logs *LogBucket

	bucket *s3.BucketV2
	policy *s3.BucketPolicy
}

func (b *logBucketBuilder) createBucket() (err error) {
	maker := bucketMaker{component: b.component, protectData: b.args.ProtectData, lifecycle: b.retention()}
	if b.bucket, b.policy, err = maker.createBucket("logs", true, b.deliveries); err != nil {
		return err
	}
	b.logs.Bucket, b.logs.Arn = after(b.bucket.Bucket, b.policy.ID()), b.bucket.Arn
	return nil
}

// retention returns the lifecycle rules of all buckets, and one that deletes logs after the retention.
func (b *logBucketBuilder) retention() s3.BucketLifecycleConfigurationV2RuleArray {
	return append(leftovers(), &s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:         pulumi.String("retention"),
		Status:     pulumi.String("Enabled"),
		Filter:     &s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		Expiration: &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(b.args.RetentionDays)},
	})
}

// deliveries returns the statements that let Elastic Load Balancing and S3 write the logs of these load balancers and
// buckets. The service principal of Elastic Load Balancing holds in all regions; AWS advises against the accounts of
// older policies, one for each region.
func (b *logBucketBuilder) deliveries(bucketArn pulumi.StringOutput) pulumi.Array {
	var statements pulumi.Array
	deliver := func(sid, service string, objects pulumi.StringArray, condition pulumi.Map) {
		statements = append(statements, pulumi.Map{
			"Sid":       pulumi.String(sid),
			"Effect":    pulumi.String("Allow"),
			"Principal": pulumi.Map{"Service": pulumi.String(service)},
			"Action":    pulumi.String("s3:PutObject"),
			"Resource":  objects,
			"Condition": condition,
		})
	}
	var balancers pulumi.StringArray
	for _, name := range b.args.LoadBalancers {
		balancers = append(balancers, pulumi.Sprintf("%s/%s/AWSLogs/%s/*", bucketArn, name, b.account()))
	}
	if len(balancers) > 0 {
		// The name and the suffix of the load balancer are known only after it has written a test file.
		sources := pulumi.Sprintf("arn:%s:elasticloadbalancing:%s:%s:loadbalancer/*", b.partition(), b.region(), b.account())
		deliver("LoadBalancerLogs", "logdelivery.elasticloadbalancing.amazonaws.com", balancers,
			pulumi.Map{"ArnLike": pulumi.Map{"aws:SourceArn": sources}})
	}
	for i, prefix := range sortedKeys(b.args.Buckets) {
		deliver(fmt.Sprintf("BucketLogs%d", i+1), "logging.s3.amazonaws.com",
			pulumi.StringArray{pulumi.Sprintf("%s/%s/*", bucketArn, prefix)}, pulumi.Map{
				"ArnLike":      pulumi.Map{"aws:SourceArn": b.args.Buckets[prefix].Arn},
				"StringEquals": pulumi.Map{"aws:SourceAccount": b.account()},
			})
	}
	return statements
}

// createLogging has S3 log the requests to each bucket.
func (b *logBucketBuilder) createLogging() error {
	for _, prefix := range sortedKeys(b.args.Buckets) {
		_, err := s3.NewBucketLoggingV2(b.ctx, b.child(prefix), &s3.BucketLoggingV2Args{
			Bucket:       b.args.Buckets[prefix].Bucket,
			TargetBucket: b.logs.Bucket,
			TargetPrefix: pulumi.String(prefix + "/"),
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("log requests to %s bucket: %w", prefix, err)
		}
	}
	return nil
}
