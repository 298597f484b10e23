package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// manyTags is a map of that many tags.
func manyTags(count int) in {
	tags := in{}
	for i := range count {
		tags[fmt.Sprintf("key%d", i)] = "value"
	}
	return tags
}

// TestValuesThatAwsOrTheProviderRefusesAreRefused plants one value of each kind; all others of the row are left out,
// so that only the refusal of the property is looked at.
func TestValuesThatAwsOrTheProviderRefusesAreRefused(t *testing.T) {
	t.Parallel()
	const (
		service = "ecs/service:Service"
		alarm   = "cloudwatch/metricAlarm:MetricAlarm"
		task    = "ecs/taskDefinition:TaskDefinition"
		scaling = "appautoscaling/policy:Policy"
		vpc     = "ec2/vpc:Vpc"
	)
	c := newCloud(t)
	for _, row := range []struct {
		token string
		given in
		at    string
		want  string
	}{
		{"ec2/subnet:Subnet", in{"vpcId": "nosuch"}, "vpcId", "the id of a VPC is vpc-"},
		{
			"vpc/securityGroupIngressRule:SecurityGroupIngressRule",
			in{"securityGroupId": "nosuch"},
			"securityGroupId",
			"the id of a security group",
		},
		{
			"efs/mountTarget:MountTarget",
			in{"fileSystemId": "nosuch"},
			"fileSystemId",
			"efs CreateMountTargetRequest.FileSystemId",
		},
		{"rds/instance:Instance", in{"kmsKeyId": "nosuch"}, "kmsKeyId", "a KMS key is"},
		{"lb/listener:Listener", in{"loadBalancerArn": "nosuch"}, "loadBalancerArn", "the ARN of a load balancer"},
		{
			"cloudwatch/logMetricFilter:LogMetricFilter",
			in{"logGroupName": "bad value!"},
			"logGroupName",
			"logs PutMetricFilterRequest.logGroupName",
		},
		{"cloudwatch/eventTarget:EventTarget", in{"rule": "bad/value"}, "rule", "events PutTargetsRequest.Rule"},
		{"iam/rolePolicy:RolePolicy", in{"role": strings.Repeat("r", 65)}, "role", "65 characters of at most 64"},
		{
			"lb/loadBalancer:LoadBalancer",
			in{"desyncMitigationMode": "strict"},
			"desyncMitigationMode",
			"monitor, defensive, strictest",
		},
		{"rds/instance:Instance", in{"networkType": "IPV6"}, "networkType", "IPV4, DUAL"},
		{alarm, in{"unit": "Percents"}, "unit", "cloudwatch PutMetricAlarmInput.Unit"},
		{"sns/topic:Topic", in{"tracingConfig": "On"}, "tracingConfig", "Active, PassThrough"},
		{service, in{"launchType": ""}, "launchType", "EC2, FARGATE"},
		{"ssm/parameter:Parameter", in{"tier": ""}, "tier", "Standard, Advanced"},
		{"efs/fileSystem:FileSystem", in{"performanceMode": ""}, "performanceMode", "generalPurpose, maxIO"},
		{
			service,
			in{"networkConfiguration": in{"subnets": []any{}}},
			"networkConfiguration.subnets",
			"the value is required",
		},
		{vpc, in{"tags": manyTags(51)}, "tags", "at most 50 tags"},
		{vpc, in{"tags": in{strings.Repeat("k", 129): "v"}}, "tags." + strings.Repeat("k", 129), "at most 128 characters"},
		{vpc, in{"tags": in{"AWS:name": "v"}}, "tags.AWS:name", "reserved for AWS"},
		{vpc, in{"tags": in{"name": strings.Repeat("v", 257)}}, "tags.name", "at most 256 characters"},
		{alarm, in{"dimensions": manyTags(31)}, "dimensions", "31 elements of at most 30"},
		{alarm, in{"datapointsToAlarm": 0}, "datapointsToAlarm", "must be 1 or more"},
		{
			scaling,
			in{"targetTrackingScalingPolicyConfiguration": in{"targetValue": 0}},
			"targetTrackingScalingPolicyConfiguration.targetValue", "must be from",
		},
		{
			"lb/listener:Listener",
			in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"statusCode": "HTTP_301", "port": "99999"}}}},
			"defaultActions[0].redirect.port", "a port from 1 to 65535",
		},
		{
			task,
			in{"volumes": []any{in{
				"name": "v", "efsVolumeConfiguration": in{"fileSystemId": "fs-01234567", "transitEncryptionPort": 70000},
			}}},
			"volumes[0].efsVolumeConfiguration.transitEncryptionPort", "from 0 to 65535",
		},
		{service, in{"desiredCount": 1 << 31}, "desiredCount", "from 0 to 5000"},
		{service, in{"desiredCount": 5001}, "desiredCount", "from 0 to 5000"},
		{
			"ec2/vpcEndpoint:VpcEndpoint",
			in{"serviceName": "com.amazonaws.ap-south-1.nosuch"},
			"serviceName",
			"does not exist",
		},
	} {
		_, reasons := c.check(row.token, "planted", nil, row.given)
		refused := false
		for _, reason := range reasons {
			refused = refused || strings.Contains(reason, "'planted' "+row.at+" = ") && strings.Contains(reason, row.want)
		}
		assert.True(t, refused, "%s %s wants %q in\n%s", row.token, row.at, row.want, strings.Join(reasons, "\n"))
	}
}

func TestTagsOfTheProviderCountAndAreJudged(t *testing.T) {
	t.Parallel()
	c := newCloud(t) // it has one tag of its own
	_, reasons := c.check("ec2/vpc:Vpc", "many", nil, in{"cidrBlock": "10.0.0.0/16", "tags": manyTags(50)})
	assert.Contains(t, strings.Join(reasons, "\n"), "and this one 51, those of the provider among them")
	_, reasons = c.check("ec2/vpc:Vpc", "some", nil, in{"cidrBlock": "10.0.0.0/16", "tags": manyTags(49)})
	assert.Empty(t, reasons)
}

func TestAQuotaIsNamedBeforeTheRangeOfAnInteger(t *testing.T) {
	t.Parallel()
	for _, count := range []int{5001, 1 << 31, 1 << 53} {
		_, reasons := newCloud(t).check("ecs/service:Service", "web", nil, in{"desiredCount": count})
		all := strings.Join(reasons, "\n")
		assert.Contains(t, all, "the value must be from 0 to 5000")
		assert.NotContains(t, all, "2147483647")
	}
}

func TestADesiredCountWithoutEndEnds(t *testing.T) {
	t.Parallel()
	s := newStack(accepting(t, "ecs.Service.desiredCount"))
	require.NoError(t, s.update(s.service, in{"desiredCount": 1 << 30}))
}

func TestACountThatIsRefusedStopsNoRehearsalThatLooksForMore(t *testing.T) {
	t.Parallel()
	for _, count := range []int{-1, -1 << 40} {
		s := newStack(configured(t, standin.Survey()))
		require.NoError(t, s.update(s.service, in{"desiredCount": count}))
		assert.Contains(t, s.forgiven(), "desiredCount = -1")
		s.up("ecs/service:Service", "more", in{
			"cluster":        s.cluster.out("arn"),
			"taskDefinition": s.task.out("arn"), "desiredCount": count, "waitForSteadyState": true,
		})
	}
}

func TestAnArchitectureIsNotConfusedWithOneThatIsSpelledAlike(t *testing.T) {
	t.Parallel()
	for given, right := range map[string]string{
		"AMD64": "X86_64", "amd64": "X86_64", "aarch64": "ARM64", "x86_64": "X86_64", "arm64": "ARM64",
	} {
		_, reasons := newCloud(t).check("ecs/taskDefinition:TaskDefinition", "app", nil,
			in{"family": "app", "containerDefinitions": "[]", "runtimePlatform": in{"cpuArchitecture": given}})
		assert.Contains(t, strings.Join(reasons, "\n"), `did you mean "`+right+`"?`)
	}
}
