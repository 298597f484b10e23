package caller_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/caller"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	ofAccount = "arn:aws:iam::123456789012:"
	trust     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
		`"Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}`
)

type in = map[string]any

// account is an account with an administrator, and a role called deploy.
type account struct {
	t     *testing.T
	world *standin.World

	administrator, deployer *standin.Server
}

// newAccount returns an account whose role deploy has a policy with the statements.
func newAccount(t *testing.T, statements ...in) *account {
	t.Helper()
	a := &account{t: t, world: standin.NewWorld()}
	a.administrator = a.serve()
	a.must(a.administrator, "iam/role:Role", "deploy", in{"name": "deploy", "assumeRolePolicy": trust})
	a.must(a.administrator, "iam/rolePolicy:RolePolicy", "deploy",
		in{"name": "deploy", "role": "deploy", "policy": document(statements...)})
	a.deployer = a.serve(caller.As(ofAccount + "role/deploy"))
	return a
}

func (a *account) serve(options ...standin.Option) *standin.Server {
	a.t.Helper()
	server, err := aws.New(a.world, options...)
	require.NoError(a.t, err)
	_, err = server.Configure(a.t.Context(), &pulumirpc.ConfigureRequest{Args: a.wire(in{"region": "ap-south-1"})})
	require.NoError(a.t, err)
	return server
}

func (a *account) wire(plain in) *structpb.Struct {
	a.t.Helper()
	wire, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(plain), plugin.MarshalOptions{KeepSecrets: true})
	require.NoError(a.t, err)
	return wire
}

func document(statements ...in) string {
	text, err := json.Marshal(in{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func allow(resources any, actions ...string) in {
	return in{"Effect": "Allow", "Action": actions, "Resource": resources}
}

func urn(token, name string) string { return "urn:pulumi:dev::demo::aws:" + token + "::" + name }

// create checks and creates, and returns the identifier.
func (a *account) create(server *standin.Server, token, name string, inputs in) (string, error) {
	a.t.Helper()
	checked, err := server.Check(a.t.Context(),
		&pulumirpc.CheckRequest{Urn: urn(token, name), News: a.wire(inputs), RandomSeed: []byte(name)})
	require.NoError(a.t, err)
	require.Empty(a.t, checked.GetFailures(), "%s %s", token, name)
	got, err := server.Create(a.t.Context(),
		&pulumirpc.CreateRequest{Urn: urn(token, name), Properties: checked.GetInputs()})
	return got.GetId(), err
}

func (a *account) must(server *standin.Server, token, name string, inputs in) string {
	a.t.Helper()
	id, err := a.create(server, token, name, inputs)
	require.NoError(a.t, err, "%s %s", token, name)
	return id
}

func (a *account) update(token, name, id string, inputs in) error {
	a.t.Helper()
	checked, err := a.deployer.Check(a.t.Context(),
		&pulumirpc.CheckRequest{Urn: urn(token, name), News: a.wire(inputs), RandomSeed: []byte(name)})
	require.NoError(a.t, err)
	_, err = a.deployer.Update(a.t.Context(),
		&pulumirpc.UpdateRequest{Id: id, Urn: urn(token, name), News: checked.GetInputs()})
	return err
}

func TestARoleDoesWhatItsPoliciesAllowAndNothingElse(t *testing.T) {
	t.Parallel()
	a := newAccount(t, allow("*", "ec2:CreateVpc", "ec2:ModifyVpcAttribute", "ec2:CreateTags", "ec2:Describe*"))
	vpc := a.must(a.deployer, "ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	before := len(a.world.Live())
	_, err := a.create(a.deployer, "ec2/subnet:Subnet", "a", in{"vpcId": vpc, "cidrBlock": "10.0.0.0/24"})
	require.ErrorContains(t, err, "AccessDenied: "+ofAccount+
		"role/deploy is not authorized to perform: ec2:CreateSubnet on resource: arn:aws:ec2:ap-south-1:123456789012:")
	require.ErrorContains(t, err, "no identity-based policy allows the ec2:CreateSubnet action (ec2.Subnet 'a')")
	_, err = a.deployer.Delete(t.Context(), &pulumirpc.DeleteRequest{Id: vpc, Urn: urn("ec2/vpc:Vpc", "vpc")})
	require.ErrorContains(t, err, "to perform: ec2:DeleteVpc on resource: arn:aws:ec2:ap-south-1:123456789012:vpc/"+vpc)
	assert.Len(t, a.world.Live(), before, "nothing of it was done")
	_, err = a.administrator.Delete(t.Context(), &pulumirpc.DeleteRequest{Id: vpc, Urn: urn("ec2/vpc:Vpc", "vpc")})
	require.NoError(t, err)
}

func TestAPreviewAsksForNoPermission(t *testing.T) {
	t.Parallel()
	a := newAccount(t, allow("*", "ec2:DescribeVpcs"))
	_, err := a.deployer.Create(t.Context(), &pulumirpc.CreateRequest{
		Urn: urn("ec2/vpc:Vpc", "vpc"), Preview: true, Properties: a.wire(in{"cidrBlock": "10.0.0.0/16"}),
	})
	require.NoError(t, err)
}

func TestAReadAndAFunctionNeedPermissionsToo(t *testing.T) {
	t.Parallel()
	a := newAccount(t, allow("*", "ec2:DescribeVpcs"))
	group := a.must(a.administrator, "cloudwatch/logGroup:LogGroup", "group", in{"name": "/ecs/app"})
	_, err := a.deployer.Read(t.Context(),
		&pulumirpc.ReadRequest{Id: group, Urn: urn("cloudwatch/logGroup:LogGroup", "group")})
	require.ErrorContains(t, err, "to perform: logs:DescribeLogGroups on resource: *")
	_, err = a.deployer.Invoke(t.Context(),
		&pulumirpc.InvokeRequest{Tok: "aws:index/getAvailabilityZones:getAvailabilityZones", Args: a.wire(in{})})
	require.ErrorContains(t, err, "to perform: ec2:DescribeAvailabilityZones on resource: *")
	_, err = a.deployer.Invoke(t.Context(),
		&pulumirpc.InvokeRequest{Tok: "aws:index/getCallerIdentity:getCallerIdentity", Args: a.wire(in{})})
	require.NoError(t, err, "needs no permission")
}

func TestActionsOnOtherServicesAreNeededForWhatTheInputsName(t *testing.T) {
	t.Parallel()
	a := newAccount(t, allow("*", "ecs:*"), in{
		"Effect": "Allow", "Action": "iam:PassRole", "Resource": ofAccount + "role/task",
		"Condition": in{"StringEquals": in{"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
	}, allow(ofAccount+"role/*", "iam:GetRole"))
	task := in{
		"family": "app", "cpu": "256", "memory": "512", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"},
		"containerDefinitions": `[{"name":"app","image":"public.ecr.aws/docker/library/busybox:1"}]`,
	}
	for _, name := range []string{"task", "other"} {
		a.must(a.administrator, "iam/role:Role", name, in{"name": name, "assumeRolePolicy": trust})
	}
	a.must(a.deployer, "ecs/taskDefinition:TaskDefinition", "app", task)
	task["taskRoleArn"] = ofAccount + "role/task"
	a.must(a.deployer, "ecs/taskDefinition:TaskDefinition", "app", task)
	task["executionRoleArn"] = ofAccount + "role/other"
	_, err := a.create(a.deployer, "ecs/taskDefinition:TaskDefinition", "app", task)
	require.ErrorContains(t, err, "to perform: iam:PassRole on resource: "+ofAccount+"role/other because")
}

func TestARoleIsPassedOnlyToTheServicesOfTheCondition(t *testing.T) {
	t.Parallel()
	passing := func(service string) in {
		return in{
			"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
			"Condition": in{"StringEquals": in{"iam:PassedToService": service}},
		}
	}
	schedule := in{
		"scheduleExpression": "rate(1 day)", "flexibleTimeWindow": in{"mode": "OFF"},
		"target": in{
			"arn": "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance", "roleArn": ofAccount + "role/hours",
			"input": `{"DbInstanceIdentifier":"db"}`,
		},
	}
	for service, want := range map[string]string{
		"scheduler.amazonaws.com": "",
		"ecs-tasks.amazonaws.com": "to perform: iam:PassRole on resource: " + ofAccount + "role/hours because",
	} {
		a := newAccount(t, allow("*", "scheduler:*"), passing(service))
		a.must(a.administrator, "iam/role:Role", "hours",
			in{"name": "hours", "assumeRolePolicy": strings.ReplaceAll(trust, "ecs-tasks", "scheduler")})
		_, err := a.create(a.deployer, "scheduler/schedule:Schedule", "s", schedule)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

func TestTheBoundaryOfANewIdentityIsThatOfTheRequestAndOfAnOldOneItsOwn(t *testing.T) {
	t.Parallel()
	boundary := ofAccount + "policy/boundary"
	a := newAccount(t, in{
		"Effect": "Allow", "Action": []string{"iam:Create*", "iam:Put*"}, "Resource": "*",
		"Condition": in{"StringEquals": in{"iam:PermissionsBoundary": boundary}},
	}, allow("*", "iam:Get*", "iam:List*", "iam:Tag*", "iam:Untag*", "iam:Update*", "iam:DeleteRolePermissionsBoundary"))
	a.must(a.administrator, "iam/policy:Policy", "boundary",
		in{"name": "boundary", "policy": document(allow("*", "s3:*"))})
	role := in{"name": "app", "assumeRolePolicy": trust}
	_, err := a.create(a.deployer, "iam/role:Role", "app", role)
	require.ErrorContains(t, err, "to perform: iam:CreateRole on resource: "+ofAccount+"role/app because", "no boundary")
	role["permissionsBoundary"] = "arn:aws:iam::aws:policy/AdministratorAccess"
	_, err = a.create(a.deployer, "iam/role:Role", "app", role)
	require.ErrorContains(t, err, "iam:CreateRole", "another boundary")
	role["permissionsBoundary"] = boundary
	id := a.must(a.deployer, "iam/role:Role", "app", role)
	inline := func(role string) in {
		return in{"name": "files", "role": role, "policy": document(allow("*", "s3:GetObject"))}
	}
	a.must(a.deployer, "iam/rolePolicy:RolePolicy", "files", inline("app"))

	a.must(a.administrator, "iam/role:Role", "free", in{"name": "free", "assumeRolePolicy": trust})
	_, err = a.create(a.deployer, "iam/rolePolicy:RolePolicy", "free", inline("free"))
	require.ErrorContains(t, err, "to perform: iam:PutRolePolicy on resource: "+ofAccount+"role/free because")
	_, err = a.create(a.deployer, "iam/rolePolicy:RolePolicy", "unknown", inline("not-of-this-world"))
	require.ErrorContains(t, err, "to perform: iam:PutRolePolicy on resource: "+ofAccount+"role/not-of-this-world because")

	role["permissionsBoundary"] = "arn:aws:iam::aws:policy/AdministratorAccess"
	require.ErrorContains(t, a.update("iam/role:Role", "app", id, role), "to perform: iam:PutRolePermissionsBoundary")
	delete(role, "permissionsBoundary")
	require.NoError(t, a.update("iam/role:Role", "app", id, role), "a policy allows the deletion")
}

func TestTheCallersOwnBoundaryLimitsIt(t *testing.T) {
	t.Parallel()
	a := newAccount(t, allow("*", "ec2:*", "sns:*"))
	boundary := ofAccount + "policy/boundary"
	a.must(a.administrator, "iam/policy:Policy", "boundary",
		in{"name": "boundary", "policy": document(allow("*", "ec2:*"))})
	a.must(a.administrator, "iam/role:Role", "second",
		in{"name": "second", "assumeRolePolicy": trust, "permissionsBoundary": boundary})
	a.must(a.administrator, "iam/rolePolicy:RolePolicy", "second",
		in{"name": "second", "role": "second", "policy": document(allow("*", "ec2:*", "sns:*"))})
	bounded := a.serve(caller.As(ofAccount + "role/second"))
	a.must(bounded, "ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	a.must(a.deployer, "sns/topic:Topic", "one", in{"name": "one"})
	_, err := a.create(bounded, "sns/topic:Topic", "two", in{"name": "two"})
	require.ErrorContains(t, err, "because of this: no permissions boundary allows the sns:")
}

func TestWhatCannotBeDecidedIsRefused(t *testing.T) {
	t.Parallel()
	a := newAccount(t, in{
		"Effect":    "Allow",
		"Action":    "ec2:*",
		"Resource":  "*",
		"Condition": in{"IpAddress": in{"aws:SourceIp": "192.0.2.0/24"}},
	})
	_, err := a.create(a.deployer, "ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	require.ErrorContains(t, err,
		"cannot be decided: policy iam.RolePolicy 'deploy' has the condition IpAddress aws:SourceIp")
}
