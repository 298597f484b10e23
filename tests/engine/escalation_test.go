package engine_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	administrators = "arn:aws:iam::aws:policy/AdministratorAccess"
	anyoneAssumes  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
		`"Principal":{"AWS":"*"}}]}`
	everythingAllowed = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	sharedKey         = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",` +
		`"Principal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::210987654321:root"]}}]}`
	sharedState = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",` +
		`"Resource":"arn:aws:s3:::example-care-state/*","Principal":{"AWS":"arn:aws:iam::210987654321:root"}}]}`
)

// attacker calls AWS directly, as somebody does who has the credentials of a role.
type attacker struct {
	t     *testing.T
	cloud *cloud.Cloud
}

type properties = map[string]any

func attackedUrn(kind, name string) string { return "urn:pulumi:attack::attack::" + kind + "::" + name }

// configured returns the provider of AWS.
func (a attacker) configured() (pulumirpc.ResourceProviderServer, error) {
	server := a.cloud.Providers["aws"]
	config, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(properties{"region": "ap-south-1"}),
		plugin.MarshalOptions{})
	if err != nil {
		return nil, err
	}
	_, err = server.Configure(a.t.Context(), &pulumirpc.ConfigureRequest{Args: config})
	return server, err
}

// checked returns a request's properties as the engine sends them, with the provider's defaults.
func (a attacker) checked(kind, name string,
	inputs properties,
) (pulumirpc.ResourceProviderServer, *structpb.Struct, error) {
	server, err := a.configured()
	if err != nil {
		return nil, nil, err
	}
	wire, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(inputs), plugin.MarshalOptions{KeepSecrets: true})
	if err != nil {
		return nil, nil, err
	}
	checked, err := server.Check(a.t.Context(),
		&pulumirpc.CheckRequest{Urn: attackedUrn(kind, name), News: wire, RandomSeed: []byte(name)})
	if err == nil && len(checked.GetFailures()) > 0 {
		err = errors.New(checked.GetFailures()[0].GetReason())
	}
	return server, checked.GetInputs(), err
}

func (a attacker) create(kind string, inputs properties) error {
	return a.createAs("mine", kind, inputs)
}

// createAs creates a resource with that name in the program.
func (a attacker) createAs(name, kind string, inputs properties) error {
	server, wire, err := a.checked(kind, name, inputs)
	if err != nil {
		return err
	}
	_, err = server.Create(a.t.Context(), &pulumirpc.CreateRequest{Urn: attackedUrn(kind, name), Properties: wire})
	return err
}

// change updates a live resource; nil removes an input.
func (a attacker) change(live *standin.Resource, changes properties) error {
	inputs := live.Inputs.Mappable()
	for key, value := range changes {
		if inputs[key] = value; value == nil {
			delete(inputs, key)
		}
	}
	maps.DeleteFunc(inputs, func(key string, _ any) bool { return strings.HasPrefix(key, "__") })
	server, wire, err := a.checked(live.Token, live.Name, inputs)
	if err != nil {
		return err
	}
	_, err = server.Update(a.t.Context(),
		&pulumirpc.UpdateRequest{Id: live.Id, Urn: attackedUrn(live.Token, live.Name), News: wire})
	return err
}

func (a attacker) remove(live *standin.Resource) error {
	server, err := a.configured()
	if err != nil {
		return err
	}
	_, err = server.Delete(a.t.Context(), &pulumirpc.DeleteRequest{Id: live.Id, Urn: attackedUrn(live.Token, live.Name)})
	return err
}

// Reasons of refusals, as IAM words them.
const (
	byDeny    = "an explicit deny in policy iam.RolePolicy 'github-deploy'"
	byNothing = "no identity-based policy allows the"
)

// escalation is an attempt to make more of the deploy role, with the action, the resource and the reason of the
// refusal.
type escalation struct {
	attempt                  func() error
	action, resource, reason string
}

// ofIam is the beginning of the ARNs of IAM.
const ofIam = "arn:aws:iam::123456789012:"

// escalations are those by identities.
func escalations(a attacker, s *stack, boundary *standin.Resource) map[string]escalation {
	task := s.live(token.IamRole, "care-backend-task")
	deploy, preview := s.live(token.IamRole, "github-deploy"), s.live(token.IamRole, "github-preview")
	own := s.live(token.IamPolicy, "github-deploy-identities")
	named := func(role *standin.Resource) string { return role.Out("name").Text() }
	attach := func(role string) func() error {
		return func() error {
			return a.create(token.IamRolePolicyAttachment, properties{"role": role, "policyArn": administrators})
		}
	}
	identity := func(kind string, inputs properties) func() error {
		return func() error { return a.create(kind, merged(properties{"name": "care-mine"}, inputs)) }
	}
	return map[string]escalation{
		"an administrator's policy on a role of the stack": {
			attach(named(task)), "iam:AttachRolePolicy", task.Out("arn").Text(), byNothing,
		},
		"an administrator's policy on itself": {
			attach(named(deploy)), "iam:AttachRolePolicy", deploy.Out("arn").Text(), byDeny,
		},
		"an administrator's policy on a role of others": {
			attach("admin"), "iam:AttachRolePolicy", ofIam + "role/admin", byNothing,
		},
		"a user without boundary": {identity(token.IamUser, nil), "iam:CreateUser", ofIam + "user/care-mine", byNothing},
		"a user with a boundary that bounds nothing": {
			identity(token.IamUser, properties{"permissionsBoundary": administrators}), "iam:CreateUser",
			ofIam + "user/care-mine", byNothing,
		},
		"a role without boundary": {
			identity(token.IamRole, properties{"assumeRolePolicy": anyoneAssumes}), "iam:CreateRole", ofIam + "role/care-mine",
			byNothing,
		},
		"a role of another name": {
			identity(token.IamRole,
				properties{"name": "mine", "assumeRolePolicy": anyoneAssumes, "permissionsBoundary": boundary.Out("arn").Text()}),
			"iam:CreateRole", ofIam + "role/mine", byNothing,
		},
		"a role without its boundary": {
			func() error { return a.change(task, properties{"permissionsBoundary": nil}) },
			"iam:DeleteRolePermissionsBoundary", task.Out("arn").Text(), byDeny,
		},
		"a role with another boundary": {
			func() error { return a.change(task, properties{"permissionsBoundary": administrators}) },
			"iam:PutRolePermissionsBoundary", task.Out("arn").Text(), byNothing,
		},
		"a policy for a role of others": {
			func() error {
				return a.create(token.IamRolePolicy, properties{"role": "admin", "name": "mine", "policy": everythingAllowed})
			},
			"iam:PutRolePolicy", ofIam + "role/admin", byNothing,
		},
		"a policy for a role without boundary": {
			func() error {
				return a.create(token.IamRolePolicy, properties{"role": "care-old", "name": "mine", "policy": everythingAllowed})
			},
			"iam:PutRolePolicy", ofIam + "role/care-old", byNothing,
		},
		"a policy for itself": {
			func() error {
				return a.create(token.IamRolePolicy, properties{"role": named(deploy), "name": "mine", "policy": everythingAllowed})
			},
			"iam:PutRolePolicy", deploy.Out("arn").Text(), byDeny,
		},
		"a key for a user of others": {
			func() error { return a.create(token.IamAccessKey, properties{"user": "admin"}) },
			"iam:CreateAccessKey", ofIam + "user/admin", byNothing,
		},
		"its own trust": {
			func() error { return a.change(deploy, properties{"assumeRolePolicy": anyoneAssumes}) },
			"iam:UpdateAssumeRolePolicy", deploy.Out("arn").Text(), byDeny,
		},
		"the preview role's trust": {
			func() error { return a.change(preview, properties{"assumeRolePolicy": anyoneAssumes}) },
			"iam:UpdateAssumeRolePolicy", preview.Out("arn").Text(), byDeny,
		},
		"the boundary": {
			func() error { return a.change(boundary, properties{"policy": everythingAllowed}) },
			"iam:CreatePolicyVersion", boundary.Out("arn").Text(), byDeny,
		},
		"its own policy": {
			func() error { return a.change(own, properties{"policy": everythingAllowed}) },
			"iam:CreatePolicyVersion", own.Out("arn").Text(), byDeny,
		},
		"a new managed policy": {
			identity(token.IamPolicy, properties{"policy": everythingAllowed}), "iam:CreatePolicy", ofIam + "policy/care-mine",
			byNothing,
		},
		"the identity provider": {
			func() error { return a.remove(s.live(token.IamOpenIdConnectProvider, "github-github")) },
			"iam:DeleteOpenIDConnectProvider", ofIam + "oidc-provider/token.actions.githubusercontent.com", byDeny,
		},
	}
}

// reaches are attempts by other services: to give a role away, and to reach the state.
func reaches(a attacker, s *stack) map[string]escalation {
	task, key := s.live(token.IamRole, "care-backend-task"), s.live(token.KmsKey, "state")
	run := func(role string) func() error {
		return func() error {
			return a.create(token.EcsTaskDefinition, properties{
				"family": "mine", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
				"requiresCompatibilities": []any{"FARGATE"}, "taskRoleArn": role,
				"containerDefinitions": `[{"name":"mine","image":"public.ecr.aws/docker/library/busybox:1"}]`,
			})
		}
	}
	return map[string]escalation{
		"a task with a role of others": {run(ofIam + "role/admin"), "iam:PassRole", ofIam + "role/admin", byNothing},
		"a role for another service": {
			func() error {
				return a.create(token.CloudwatchEventTarget, properties{
					"rule": "care-mine", "arn": s.live(token.EcsCluster, "care").Out("arn").Text(), "roleArn": task.Out("arn").Text(),
					"ecsTarget": properties{"taskDefinitionArn": s.live(token.EcsTaskDefinition, "care-backend").Out("arn").Text()},
				})
			}, "iam:PassRole", task.Out("arn").Text(), byNothing,
		},
		"the policy of the state's bucket": {
			func() error {
				return a.create("aws:s3/bucketPolicy:BucketPolicy",
					properties{"bucket": "example-care-state", "policy": sharedState})
			}, "s3:PutBucketPolicy", "arn:aws:s3:::example-care-state", byDeny,
		},
		"the versions of the state's bucket": {
			func() error {
				return a.create("aws:s3/bucketVersioningV2:BucketVersioningV2",
					properties{"bucket": "example-care-state", "versioningConfiguration": properties{"status": "Suspended"}})
			}, "s3:PutBucketVersioning", "arn:aws:s3:::example-care-state", byDeny,
		},
		"the policy of the state's key": {
			func() error { return a.change(key, properties{"policy": sharedKey}) },
			"kms:PutKeyPolicy", key.Out("arn").Text(), byDeny,
		},
		"the state's key": {func() error { return a.remove(key) }, "kms:ScheduleKeyDeletion", key.Out("arn").Text(), byDeny},
		"a bucket of others": {
			func() error { return a.remove(s.live(token.S3BucketV2, "records")) },
			"s3:DeleteBucket", "arn:aws:s3:::hospital-records", byNothing,
		},
	}
}

func merged(all ...properties) properties {
	one := properties{}
	for _, each := range all {
		maps.Copy(one, each)
	}
	return one
}

func TestTheDeployRoleCannotBecomeMoreThanItIs(t *testing.T) { //nolint:tparallel // one account
	t.Parallel()
	a := withRoles(t)
	s := a.deploy(rehearsal.Options{Stack: "staging"})
	s.up()
	administrator := attacker{t, a.cloud}
	require.NoError(t, administrator.create(token.IamRole, properties{"name": "admin", "assumeRolePolicy": tasksAssume}))
	require.NoError(t,
		administrator.create(token.IamRole, properties{"name": "care-old", "assumeRolePolicy": tasksAssume}))
	require.NoError(t, administrator.create(token.IamUser, properties{"name": "admin"}))

	mine := attacker{t, s.cloud}
	attempts := escalations(mine, s, a.live(token.IamPolicy, "github-boundary"))
	maps.Copy(attempts, reaches(mine, s))
	before := s.cloud.Live()
	for name, e := range attempts { //nolint:paralleltest // one account
		t.Run(name, func(t *testing.T) {
			err := e.attempt()
			require.ErrorContains(t, err, "AccessDenied")
			require.ErrorContains(t, err,
				"is not authorized to perform: "+e.action+" on resource: "+e.resource+" because of this: "+e.reason)
		})
	}
	assert.Equal(t, before, s.cloud.Live())
	assert.Empty(t, s.up().Changed(), "the stack's own deployment goes on")
}
