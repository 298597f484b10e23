package aws_test

import (
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
)

func TestEveryKindLivesAWholeLife(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	lived := map[string]bool{}
	for _, th := range s.made {
		lived[full(th.token)] = true
		same := s.diff(th, th.given)
		assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, same.Changes, "%s: %v", th.name, same.DetailedDiff)
		before := th.outputs
		require.NoError(t, s.update(th, nil), th.token)
		assert.Equal(t, before, th.outputs, "an update that changes nothing changes no output of %s", th.token)
	}
	for _, kind := range aws.Package().Kinds {
		assert.True(t, lived[kind.Token], "%s is not in the test's stack", kind.Token)
	}
	for _, th := range slices.Backward(s.made) {
		require.NoError(t, s.remove(th), "in the reverse order everything can go")
	}
	for _, left := range s.world.Live() {
		assert.True(t, left.Preexisting, "%s is left", left.Label())
	}
	assert.Empty(t, s.world.Assumptions())
}

func TestEachKindHasAllFacts(t *testing.T) {
	t.Parallel()
	for _, kind := range aws.Package().Kinds {
		takes := kind.Facts.Takes
		assert.Positive(t, takes.Usual, "say how long the creation of a %s takes", kind.Token)
		assert.NotEmpty(t, takes.Why, kind.Token)
		assert.NotEmpty(t, takes.Source, kind.Token)
		assert.NotNil(t, kind.Facts.Charge, "say what AWS charges for a %s, or that it is free", kind.Token)
		assert.NotNil(t, kind.Facts.Loss, "say what is lost with a %s, or that nothing is", kind.Token)
	}
}

func TestIdentifiersAndOutputsHaveTheFormsOfAws(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	byToken := map[string]*thing{}
	for _, th := range s.made {
		byToken[th.token] = th
	}
	for token, forms := range map[string]map[string]string{
		"ec2/vpc:Vpc": {
			"id": `^vpc-[0-9a-f]{17}$`, "arn": `^arn:aws:ec2:ap-south-1:123456789012:vpc/vpc-`,
			"defaultSecurityGroupId": `^sg-[0-9a-f]{17}$`,
		},
		"ec2/route:Route":         {"id": `^r-rtb-[0-9a-f]{17}1080289494$`},
		"ec2/subnet:Subnet":       {"availabilityZoneId": `^aps1-az2$`},
		"ec2/eip:Eip":             {"publicDns": `^ec2-203-0-113-\d+\.ap-south-1\.compute\.amazonaws\.com$`},
		"iam/role:Role":           {"id": `^nights-[0-9a-f]{7}$`, "arn": `^arn:aws:iam::123456789012:role/nights-[0-9a-f]{7}$`},
		"iam/accessKey:AccessKey": {"id": `^AKIA[A-Z2-7]{16}$`, "secret": `^[A-Za-z0-9]{40}$`},
		"lb/loadBalancer:LoadBalancer": {
			"arn":     `^arn:aws:elasticloadbalancing:ap-south-1:123456789012:loadbalancer/app/web-[0-9a-f]{7}/[0-9a-f]{16}$`,
			"dnsName": `^web-[0-9a-f]{7}-\d{10}\.ap-south-1\.elb\.amazonaws\.com$`, "zoneId": `^ZP97RAFLXTNZK$`,
			"vpcId": `^vpc-`, "arnSuffix": `^app/web-`,
		},
		"lb/listener:Listener": {"arn": `:listener/app/web-[0-9a-f]{7}/[0-9a-f]{16}/[0-9a-f]{16}$`},
		"lb/listenerRule:ListenerRule": {
			"arn": `:listener-rule/app/web-[0-9a-f]{7}/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}$`,
		},
		"ecs/taskDefinition:TaskDefinition": {
			"id": `^app$`, "arn": `^arn:aws:ecs:ap-south-1:123456789012:task-definition/app:1$`,
		},
		"ecs/service:Service": {"id": `^arn:aws:ecs:ap-south-1:123456789012:service/main-[0-9a-f]{7}/app-[0-9a-f]{7}$`},
		"servicediscovery/httpNamespace:HttpNamespace": {
			"id": `^ns-[a-z0-9]{16}$`, "arn": `^arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-`,
		},
		"scheduler/schedule:Schedule": {
			"id":  `^nights-[0-9a-f]{7}/stop-[0-9a-f]{7}$`,
			"arn": `^arn:aws:scheduler:ap-south-1:123456789012:schedule/nights-[0-9a-f]{7}/stop-`,
		},
		"scheduler/scheduleGroup:ScheduleGroup": {
			"arn": `^arn:aws:scheduler:ap-south-1:123456789012:schedule-group/nights-[0-9a-f]{7}$`,
		},
		"rds/instance:Instance": {
			"id": `^db-[A-Z2-7]{26}$`, "identifier": `^db[0-9a-f]{7}$`,
			"endpoint": `^db[0-9a-f]{7}\.c[a-z0-9]{11}\.ap-south-1\.rds\.amazonaws\.com:5432$`,
		},
		"s3/bucketV2:BucketV2":    {"bucketRegionalDomainName": `^files-[0-9a-f]{7}\.s3\.ap-south-1\.amazonaws\.com$`},
		"ssm/parameter:Parameter": {"id": `^/demo/KEY$`, "arn": `^arn:aws:ssm:ap-south-1:123456789012:parameter/demo/KEY$`},
		"secretsmanager/secret:Secret": {
			"arn": `^arn:aws:secretsmanager:ap-south-1:123456789012:secret:login-[0-9a-f]{7}-[A-Za-z0-9]{6}$`,
		},
		"cloudwatch/logGroup:LogGroup": {
			"id": `^/ecs/demo$`, "arn": `^arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/demo$`,
		},
		"efs/mountTarget:MountTarget": {
			"id": `^fsmt-[0-9a-f]{17}$`, "ipAddress": `^10\.0\.0\.\d+$`, "availabilityZoneName": `^ap-south-1a$`,
		},
		"backup/vault:Vault": {
			"id": `^(care|far)$`, "arn": `^arn:aws:backup:ap-south-1:123456789012:backup-vault:(care|far)$`,
		},
		"route53/record:Record": {"fqdn": `^_[0-9a-f]{32}\.care\.example\.org$`},
	} {
		th := byToken[token]
		for output, form := range forms {
			got := th.id
			if output != "id" {
				got = th.out(output)
			}
			assert.Regexp(t, form, got, "%s %s", token, output)
		}
	}
}

func TestDefaultTagsAreOnEverything(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	tags := s.vpc.outputs["tagsAll"].ObjectValue().Mappable()
	assert.Equal(t, map[string]any{"project": "demo", "Name": "demo"}, tags)
}

func TestWhatAwsKeepsSecretIsSecretOnTheWire(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	secret := map[string][]string{}
	for _, th := range s.made {
		for key, value := range th.outputs {
			if value.IsSecret() {
				secret[th.token] = append(secret[th.token], string(key))
			} else {
				assert.NotContains(t, value.String(), "hunter22", "%s %s", th.token, key)
			}
		}
	}
	assert.ElementsMatch(t, []string{"secret", "sesSmtpPasswordV4"}, secret["iam/accessKey:AccessKey"])
	assert.Equal(t, []string{"value"}, secret["ssm/parameter:Parameter"])
	assert.Equal(t, []string{"password"}, secret["rds/instance:Instance"])
	assert.Equal(t, []string{"masterPassword"}, secret["rds/cluster:Cluster"])
	assert.Equal(t, []string{"secretString"}, secret["secretsmanager/secretVersion:SecretVersion"])
}
