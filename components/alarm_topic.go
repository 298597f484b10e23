package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// alarmKeyWindow is the number of days in which a deleted key can be recovered, the minimum of KMS. The key encrypts
// nothing older than an undelivered message
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
const alarmKeyWindow = 7

// AlarmTopic is the SNS topic that alarms notify, and to which people subscribe. Only CloudWatch, on behalf of this
// account, and EventBridge may publish to it. It has a KMS key of its own: CloudWatch cannot use AWS's key for SNS
// (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns), and EventBridge needs a key policy without a
// condition, which should cover nothing but this topic's messages.
type AlarmTopic struct {
	pulumi.ResourceState

	// Arn is the topic's ARN, known once the services may publish to it.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// AlarmTopicArgs are the inputs of NewAlarmTopic.
type AlarmTopicArgs struct {
	// Email is an address that receives every message, after its owner has confirmed the subscription. Default: none.
	Email pulumi.StringInput `pulumi:"email,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *AlarmTopicArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *AlarmTopicArgs, which may be empty")
	}
	return validateArguments(args.arguments())
}

func (args *AlarmTopicArgs) arguments() []argument {
	return []argument{{"email", &args.Email, rule.Email, false}}
}

// NewAlarmTopic checks args and creates the topic. It returns an error and registers nothing if args is nil or invalid.
func NewAlarmTopic(ctx *pulumi.Context, name string, args *AlarmTopicArgs,
	opts ...pulumi.ResourceOption,
) (*AlarmTopic, error) {
	var a AlarmTopicArgs
	if args != nil {
		a = *args
	}
	topic := &AlarmTopic{}
	c, err := register(ctx, "AlarmTopic", name, topic, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &alarmTopicBuilder{component: c, args: a, alarmTopic: topic}
	return topic, b.build(b.createKey, b.createTopic, b.subscribe, b.setOutputs)
}

type alarmTopicBuilder struct {
	*component
	args       AlarmTopicArgs
	alarmTopic *AlarmTopic

	key    *kms.Key
	topic  *sns.Topic
	policy *sns.TopicPolicy
}

// createKey creates a key that the account's IAM policies govern and that the publishers may use to encrypt
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
func (b *alarmTopicBuilder) createKey() error {
	publishers := b.forPublishers(pulumi.ToStringArray([]string{"kms:Decrypt", "kms:GenerateDataKey"}), pulumi.String("*"))
	key, err := kms.NewKey(b.ctx, b.name, &kms.KeyArgs{
		Description:          pulumi.String("Messages of the alarm topic " + b.name),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(alarmKeyWindow),
		Policy:               resourcePolicy(append([]pulumi.Map{b.keyOwner()}, publishers...)...),
		Tags:                 b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	b.key = key
	return nil
}

func (b *alarmTopicBuilder) createTopic() error {
	topic, err := sns.NewTopic(b.ctx, b.name, &sns.TopicArgs{
		KmsMasterKeyId: b.key.Arn,
		Tags:           b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	policy, err := sns.NewTopicPolicy(b.ctx, b.name, &sns.TopicPolicyArgs{
		Arn:    topic.Arn,
		Policy: resourcePolicy(b.forPublishers(pulumi.String("sns:Publish"), topic.Arn)...),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create topic policy: %w", err)
	}
	b.topic, b.policy = topic, policy
	return nil
}

// forPublishers returns the statements that allow the publishers an action. CloudWatch may act on behalf of this
// account only. EventBridge has no condition: it names no source account when it publishes to an encrypted topic, and
// SNS documents that aws:SourceAccount is not supported there
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
func (b *alarmTopicBuilder) forPublishers(action, resource pulumi.Input) []pulumi.Map {
	allow := func(sid, service string) pulumi.Map {
		return pulumi.Map{
			"Sid": pulumi.String(sid), "Effect": pulumi.String("Allow"), "Action": action, "Resource": resource,
			"Principal": pulumi.Map{"Service": pulumi.String(service)},
		}
	}
	cloudWatch := allow("CloudWatch", "cloudwatch.amazonaws.com")
	cloudWatch["Condition"] = pulumi.Map{"StringEquals": pulumi.Map{"aws:SourceAccount": b.account()}}
	return []pulumi.Map{cloudWatch, allow("EventBridge", "events.amazonaws.com")}
}

func (b *alarmTopicBuilder) subscribe() error {
	if b.args.Email == nil {
		return nil
	}
	_, err := sns.NewTopicSubscription(b.ctx, b.child("email"), &sns.TopicSubscriptionArgs{
		Topic: b.topic.Arn, Protocol: pulumi.String("email"), Endpoint: b.args.Email,
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create subscription: %w", err)
	}
	return nil
}

func (b *alarmTopicBuilder) setOutputs() error {
	b.alarmTopic.Arn = after(b.topic.Arn, b.policy.ID())
	return nil
}

// resourcePolicy returns the JSON of a resource-based policy.
func resourcePolicy(statements ...pulumi.Map) pulumi.StringOutput {
	list := make(pulumi.Array, 0, len(statements))
	for _, statement := range statements {
		list = append(list, statement)
	}
	return pulumi.JSONMarshal(pulumi.Map{"Version": pulumi.String("2012-10-17"), "Statement": list})
}
