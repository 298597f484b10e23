package aws_test

import (
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatReplacesAndWhatDoesNot(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	for _, row := range []struct {
		token    string
		changes  in
		replaces []string
		first    bool // deleted before it is replaced
	}{
		{"ec2/vpc:Vpc", in{"cidrBlock": "10.9.0.0/16"}, []string{"cidrBlock"}, false},
		{"ec2/vpc:Vpc", in{"enableDnsHostnames": false}, nil, false},
		{"ec2/vpc:Vpc", in{"instanceTenancy": "dedicated"}, []string{"instanceTenancy"}, false},
		{"ec2/subnet:Subnet", in{"mapPublicIpOnLaunch": true}, nil, false},
		{"ec2/securityGroup:SecurityGroup", in{"description": "other"}, []string{"description"}, false},
		{"vpc/securityGroupEgressRule:SecurityGroupEgressRule", in{"toPort": 444}, nil, false},
		{"lb/targetGroup:TargetGroup", in{"port": 9000}, []string{"port"}, false},
		{"lb/targetGroup:TargetGroup", in{"deregistrationDelay": 30}, nil, false},
		{"lb/loadBalancer:LoadBalancer", in{"internal": true}, []string{"internal"}, false},
		{"lb/listener:Listener", in{"port": 444}, nil, false},
		{"servicediscovery/httpNamespace:HttpNamespace", in{"description": "x"}, []string{"description"}, true},
		{"ecs/taskDefinition:TaskDefinition", in{"cpu": "512", "memory": "1024"}, []string{"cpu", "memory"}, false},
		{"ecs/taskDefinition:TaskDefinition", in{"skipDestroy": true}, nil, false},
		{"ecs/service:Service", in{"desiredCount": 2}, nil, false},
		{"ecs/service:Service", in{"launchType": "EC2"}, []string{"launchType"}, false},
		{"iam/role:Role", in{"path": "/x/"}, []string{"path"}, false},
		{"iam/rolePolicy:RolePolicy", in{"policy": strings.Replace(policy, "GetObject", "PutObject", 1)}, nil, false},
		{
			"iam/rolePolicyAttachment:RolePolicyAttachment",
			in{"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			[]string{"policyArn"},
			true,
		},
		{"rds/instance:Instance", in{"instanceClass": "db.t4g.small"}, nil, false},
		{"rds/instance:Instance", in{"storageEncrypted": true}, []string{"storageEncrypted"}, false},
		{"efs/mountTarget:MountTarget", in{"subnetId": s.subnetB.id}, []string{"subnetId"}, true},
		{"cloudwatch/logGroup:LogGroup", in{"retentionInDays": 7}, nil, false},
		{"ssm/parameter:Parameter", in{"value": "other"}, nil, false},
		{"ssm/parameter:Parameter", in{"name": "/demo/OTHER"}, []string{"name"}, false},
		{"secretsmanager/secretVersion:SecretVersion", in{"secretString": "x"}, []string{"secretString"}, false},
		{
			"acm/certificate:Certificate",
			in{"subjectAlternativeNames": []any{"a.example.org"}},
			[]string{"subjectAlternativeNames"},
			false,
		},
	} {
		th := s.find(row.token)
		got := s.diff(th, with(th.given, row.changes))
		assert.Equal(t, pulumirpc.DiffResponse_DIFF_SOME, got.Changes, "%s %v", row.token, row.changes)
		assert.Equal(t, row.replaces, got.Replaces, "%s %v", row.token, row.changes)
		assert.Equal(t, row.first, got.DeleteBeforeReplace, "%s %v", row.token, row.changes)
	}
}

func TestDedicatedTenancyCanBeGivenUpInPlace(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16", "instanceTenancy": "dedicated"})
	got := c.diff(vpc, in{"cidrBlock": "10.0.0.0/16"})
	assert.Contains(t, got.DetailedDiff, "instanceTenancy")
	assert.Empty(t, got.Replaces)
}

func TestContainersThatMeanTheSameAreNoChange(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	task := c.up("ecs/taskDefinition:TaskDefinition", "app", in{"family": "app", "containerDefinitions": `[
		{"name":"b","image":"i","memory":64,"environment":[{"name":"Y","value":"2"},{"name":"X","value":"1"}]},
		{"name":"a","image":"i","memory":64,"portMappings":[{"containerPort":80}]}]`})
	same := c.diff(task, with(task.given, in{
		"containerDefinitions": `[
		{"name":"a","image":"i","memory":64,"essential":true,
			"portMappings":[{"containerPort":80,"hostPort":80,"protocol":"tcp"}]},
		{"name":"b","image":"i","memory":64,"essential":true,
			"environment":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]}]`,
	}))
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, same.Changes)
	other := c.diff(task, with(task.given,
		in{"containerDefinitions": `[{"name":"a","image":"i","memory":64},{"name":"c","image":"i","memory":64}]`}))
	assert.Equal(t, []string{"containerDefinitions"}, other.Replaces)
}

func TestTriggersCountOnlyWithANewDeployment(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	service := c.up("ecs/service:Service", "app", in{"taskDefinition": "app:1", "triggers": in{"endpoint": "1"}})
	changed := in{"taskDefinition": "app:1", "triggers": in{"endpoint": "2"}}
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, c.diff(service, changed).Changes)
	forced := c.up("ecs/service:Service", "forced",
		in{"taskDefinition": "app:1", "triggers": in{"endpoint": "1"}, "forceNewDeployment": true})
	assert.Contains(t, c.diff(forced, with(changed, in{"forceNewDeployment": true})).DetailedDiff, "triggers.endpoint")
}

func TestACapacityStrategyChangesInPlaceOnlyWithANewDeployment(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	strategy := func(provider string, force bool) in {
		return in{
			"capacityProviderStrategies": []any{in{"capacityProvider": provider}}, "forceNewDeployment": force,
			"taskDefinition": "app:1",
		}
	}
	quiet := c.up("ecs/service:Service", "quiet", strategy("FARGATE", false))
	assert.NotEmpty(t, c.diff(quiet, strategy("FARGATE_SPOT", false)).Replaces)
	forced := c.up("ecs/service:Service", "forced", strategy("FARGATE", true))
	assert.Empty(t, c.diff(forced, strategy("FARGATE_SPOT", true)).Replaces)
	assert.NotEmpty(t, c.diff(forced, in{"forceNewDeployment": true, "taskDefinition": "app:1"}).Replaces)
}

func TestARevisionNumberIsNeverGivenTwice(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	task := func() *thing {
		return c.up("ecs/taskDefinition:TaskDefinition", "app", in{"family": "app", "containerDefinitions": containers})
	}
	first := task()
	require.NoError(t, c.remove(first))
	assert.Regexp(t, `task-definition/app:2$`, task().out("arn"))
	assert.Regexp(t, `task-definition/app:3$`, task().out("arn"))
}

func TestAParametersVersionGrowsWithItsValue(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	parameter := c.up("ssm/parameter:Parameter", "p", in{"type": "String", "value": "a"})
	require.NoError(t, c.update(parameter, in{"tags": in{"a": "b"}}))
	assert.InDelta(t, 1, parameter.outputs["version"].NumberValue(), 0)
	require.NoError(t, c.update(parameter, in{"value": "b"}))
	assert.InDelta(t, 2, parameter.outputs["version"].NumberValue(), 0)
}

func TestANamePrefixMakesAName(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	role := c.up("iam/role:Role", "r", in{"namePrefix": "task-", "assumeRolePolicy": trust})
	assert.Regexp(t, `^task-\d{18}[0-9a-f]{8}$`, role.id)
	assert.Equal(t, role.id, role.out("name"))
	assert.Regexp(t, role.id+"$", role.out("arn"))
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, c.diff(role, role.given).Changes)
}
