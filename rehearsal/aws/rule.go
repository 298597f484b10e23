package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The pages that rules rest on begin with these addresses.
const (
	acmAPI           = "https://docs.aws.amazon.com/acm/latest/APIReference/"
	acmGuide         = "https://docs.aws.amazon.com/acm/latest/userguide/"
	cacheAPI         = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/"
	cacheGuide       = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
	cloudMapAPI      = "https://docs.aws.amazon.com/cloud-map/latest/api/"
	cloudWatchAPI    = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/"
	cloudWatchGuide  = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
	ec2API           = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
	ecsAPI           = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/"
	ecsGuide         = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
	efsGuide         = "https://docs.aws.amazon.com/efs/latest/ug/"
	elbAPI           = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
	elbGuide         = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
	eventBridgeAPI   = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/"
	eventBridgeGuide = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
	iamAPI           = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
	iamGuide         = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
	kmsAPI           = "https://docs.aws.amazon.com/kms/latest/APIReference/"
	logsAPI          = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
	postgresNotes    = "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/"
	privateLinkGuide = "https://docs.aws.amazon.com/vpc/latest/privatelink/"
	rdsAPI           = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/"
	rdsGuide         = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
	route53API       = "https://docs.aws.amazon.com/Route53/latest/APIReference/"
	route53Guide     = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
	s3API            = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	s3Guide          = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	scalingAPI       = "https://docs.aws.amazon.com/autoscaling/application/APIReference/"
	schedulerAPI     = "https://docs.aws.amazon.com/scheduler/latest/APIReference/"
	secretsAPI       = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/"
	snsAPI           = "https://docs.aws.amazon.com/sns/latest/api/"
	snsGuide         = "https://docs.aws.amazon.com/sns/latest/dg/"
	ssmAPI           = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
	ssmGuide         = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
	vpcGuide         = "https://docs.aws.amazon.com/vpc/latest/userguide/"
	awsProvider      = "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/"
)

// entry is the entry of a rule in the list of rules, of which the rule is made.
type entry struct{ *standin.Identity }

// rule adds an entry to the list of rules: its ID, the programs that it refuses, and the page that states it.
func rule(id, refuses, source string) entry { return entry{standin.Identify(id, refuses, source)} }

// onTask returns a rule that judges a task definition by itself.
func (e entry) onTask(judge func(*task)) taskRule { return standin.NewRule(e.Identity, judge) }

// onContainer returns a rule that judges each container of a task definition.
func (e entry) onContainer(judge func(*task, standin.Value)) taskRule {
	return e.onTask(func(t *task) {
		for _, container := range t.containers {
			judge(t, container)
		}
	})
}

// onService returns a rule that judges a service with its live task definition. It does not run if the task definition
// is unknown or from outside.
func (e entry) onService(judge func(*rollout)) standin.Rule {
	return e.OnOperation(func(o *standin.Op) {
		definition := live.FindTaskDefinition(o.World, o.In("taskDefinition").Text())
		if definition == nil {
			return
		}
		judge(&rollout{
			Op:         o,
			definition: definition,
			containers: containersOf(definition.Out("containerDefinitions")),
			fargate:    runsOnFargate(o),
		})
	})
}
