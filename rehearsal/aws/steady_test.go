package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestTheVerdictCountsServicesWithoutTasksApart(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"web": {"desiredCount": 0}})
	require.NoError(t, g.build())
	assert.Equal(t, live.Verdict{Services: 2, Steady: 1, Stopped: []string{"web"}}, g.verdict())
	require.NoError(t, g.update(g.things["web"], in{"desiredCount": 2}))
	assert.Equal(t, live.Verdict{Services: 2, Steady: 2}, g.verdict())
	g.world.Happen(func(v *standin.View) {
		live.ScaleService(v, v.Find(full("ecs/service:Service"), "name", "web"), 0)
	})
	assert.Equal(t, live.Verdict{Services: 2, Steady: 1, Stopped: []string{"web"}}, g.verdict(), "scaled by hand")
}

// verdict returns the counts of the services.
func (g *graph) verdict() (v live.Verdict) {
	g.look(func(view *standin.View) { v = live.VerdictOf(view) })
	return v
}

func TestASoundServiceBecomesSteady(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		shape   string
		changes map[string]in
	}{
		"behind a NAT gateway":  {"nat", nil},
		"with public addresses": {"public", nil},
		"with endpoints instead of internet": {"endpoints", map[string]in{
			"store-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/store:1"},
			"store-execution-policy": {"policy": policyOf(allow("*", "ecr:*", "logs:*"))},
		}},
		"in one zone, with one mount target": {
			"nat", map[string]in{"files-b": omit, "web": {"networkConfiguration": nil, "edit": oneZone}},
		},
		"with the default security groups": {"nat", map[string]in{"store": openDoor, "web": openDoor}},
		"with no task wanted": {
			"nat", map[string]in{"web": {"desiredCount": 0}, "app-out": omit, "store": {"desiredCount": 0}},
		},
		"not waited for": {"nat", map[string]in{"web": {"waitForSteadyState": false}, "web-out": omit}},
		"with managed policies": {"nat", map[string]in{
			"web-execution": {"managedPolicyArns": []any{
				"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
				"arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess",
			}},
			"web-execution-policy": {"policy": policyOf(allow("*", "secretsmanager:*"))},
		}},
		"with names of elsewhere": {"nat", map[string]in{"web-container": environment(map[string]any{
			"MAIL": "smtp://mail.example.org:587", "OTHER_DB": "postgres://x.abcdefghijkl.ap-south-1.rds.amazonaws.com/db",
			"CACHE": "store", "NAME": "demo-ns",
		})}},
		"with a host and port apart": {"nat", map[string]in{"web-container": environment(map[string]any{
			"STORE_URL": nil, "STORE_HOST": "store.demo-ns", "STORE_PORT": "6379",
		})}},
		"with groups that admit networks": {"nat", map[string]in{
			"store-from-web": {"referencedSecurityGroupId": nil, "cidrIpv4": "10.0.8.0/21"},
			"web-to-store":   {"referencedSecurityGroupId": nil, "cidrIpv4": "10.0.0.0/16"},
		}},
		"with a log group to be made": {"nat", map[string]in{
			"web-logs": omit,
			"web-container": {"logConfiguration": in{
				"logDriver": "awslogs",
				"options": in{
					"awslogs-group": "/ecs/web", "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
					"awslogs-create-group": "true",
				},
			}},
			"web-execution-policy": statements(`"logs:CreateLogStream"`, `"logs:CreateLogStream","logs:CreateLogGroup"`),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, row.changes)
			g.shape = row.shape
			require.NoError(t, g.build())
		})
	}
}

func oneZone(given in) in {
	network := object(given["networkConfiguration"])
	return with(given, in{"networkConfiguration": with(network, in{"subnets": listed(network["subnets"])[:1]})})
}

// openDoor leaves the security groups to the VPC's default one, unless a resource needs another.
var openDoor = in{"edit": func(given in) in {
	given = with(given, in{"loadBalancers": nil})
	return with(given, in{
		"networkConfiguration": with(object(given["networkConfiguration"]), in{"securityGroups": nil}), "desiredCount": 0,
	})
}}

const (
	breaker    = "ECS deployment circuit breaker was triggered: tasks failed to start: "
	pullFailed = breaker + "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to " +
		"resolve ref ghcr.io/example/web:1"
	readFailed = breaker + "ResourceInitializationError: unable to pull secrets or registry auth: execution resource " +
		"retrieval failed: "
	logsFailed = breaker + "ResourceInitializationError: failed to validate logger args: "
	filesFail  = breaker + "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: "
	exited     = breaker + "Essential container in task exited: "
)

// broken is one thing wrong in an otherwise sound graph.
type broken struct {
	changes map[string]in
	want    []string
	shape   string
}

// failing returns the changes of a graph that then fails with the words of want.
func failing(changes map[string]in, want ...string) broken { return broken{changes, want, ""} }

// failingIn is as failing, for a graph of the shape.
func failingIn(shape string, changes map[string]in, want ...string) broken {
	return broken{changes, want, shape}
}

func (b broken) run(t *testing.T) {
	t.Helper()
	g := newGraph(t, b.changes)
	if b.shape != "" {
		g.shape = b.shape
	}
	err := g.build()
	require.Error(t, err)
	for _, want := range b.want {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, err, "\ncause: ")
	require.ErrorContains(t, err, "; fix: ")
	assert.NotContains(t, err.Error(), "hunter22")
}

func TestATaskThatCannotGetItsImageFails(t *testing.T) {
	t.Parallel()
	storeFirst := map[string]in{"store": {"desiredCount": 0}} // so that it is the web service that fails
	for name, row := range map[string]broken{
		"no route": failing(map[string]in{"app-out": omit}, pullFailed, "i/o timeout", "has no route for 0.0.0.0/0",
			"ec2.RouteTable 'app'"),
		"no table, and the main one without route": failing(map[string]in{"table-app-a": omit},
			"ec2.Subnet 'app-a' has no route to the internet", "the VPC's main one"),
		"private NAT": failing(map[string]in{"nat": {"connectivityType": "private", "allocationId": nil}}, pullFailed,
			"ec2.NatGateway 'nat'", "has no public address"),
		"NAT in a private place": failing(map[string]in{"public-out": omit}, pullFailed,
			"ec2.NatGateway 'nat' is in ec2.Subnet 'public-a', which has no route to an internet gateway"),
		"no public address": failingIn("public", map[string]in{"web": noPublicAddress}, pullFailed,
			"without a public address", "assignPublicIp"),
		"no egress": failing(map[string]in{"web-out": omit}, pullFailed,
			"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 443 to the internet"),
		"egress to another port": failing(map[string]in{"web-out": {"fromPort": 80, "toPort": 80}}, "no egress rule"),
		"egress within only":     failing(map[string]in{"web-out": {"cidrIpv4": "10.0.0.0/8"}}, "no egress rule"),
		"ECR without permission": failing(
			map[string]in{
				"web-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements("ecr:*", "ecr:Describe*"),
			},
			readFailed+"unable to retrieve ecr registry auth",
			"is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
		),
		"ECR of another account in a condition": failing(
			map[string]in{
				"web-container": {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements(`"aws:PrincipalAccount":"123456789012"`,
					`"aws:PrincipalAccount":"210987654321"`),
			},
			readFailed+"unable to retrieve ecr registry auth",
		),
		"ECR repository not allowed": failing(
			map[string]in{
				"web-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements("ecr:*", "ecr:GetAuthorizationToken"),
			},
			"403 Forbidden", "may not ecr:BatchGetImage on arn:aws:ecr:ap-south-1:123456789012:repository/web",
		),
		"endpoint of ECR missing": failingIn("endpoints",
			map[string]in{"endpoint-ecr.dkr": omit, "store": {"desiredCount": 0}}, "CannotPullContainerError",
			"interface endpoint with private DNS for ecr.dkr"),
		"endpoint of S3 elsewhere": failingIn("endpoints",
			map[string]in{"endpoint-s3": {"routeTableIds": nil}, "store": {"desiredCount": 0}}, "CannotPullContainerError",
			"for s3"),
		"endpoint without private DNS": failingIn("endpoints",
			map[string]in{"endpoint-ecr.api": {"privateDnsEnabled": false}, "store": {"desiredCount": 0}},
			readFailed+"unable to retrieve ecr registry auth", "api.ecr.ap-south-1.amazonaws.com"),
		"endpoint that lets nobody in": failingIn(
			"endpoints", map[string]in{"endpoints-in": omit, "store": {"desiredCount": 0}},
			"no ingress rule of ec2.SecurityGroup 'endpoints-sg' of ec2.VpcEndpoint 'endpoint-ecr.api' allows TCP 443 from "+
				"ecs.Service 'web'",
		),
		"registry secret out of reach": failing(
			map[string]in{"web-container": {"repositoryCredentials": in{
				"credentialsParameter": "arn:aws:secretsmanager:ap-south-1:123456789012:secret:ghcr-AbCdEf",
			}}},
			readFailed+"unable to retrieve secret from asm",
			"secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:ap-south-1:123456789012:secret:ghcr-AbCdEf",
			"repositoryCredentials.credentialsParameter",
		),
		"role for another account": failing(
			map[string]in{"web-execution": {
				"assumeRolePolicy": `{"Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"210987654321"}}}}`,
			}},
			"ECS was unable to assume the role",
		),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for key, change := range storeFirst {
				if row.changes[key] == nil {
					row.changes[key] = change
				}
			}
			row.run(t)
		})
	}
}

var noPublicAddress = in{"edit": func(given in) in {
	return with(given,
		in{"networkConfiguration": with(object(given["networkConfiguration"]), in{"assignPublicIp": false})})
}}

func TestATaskThatCannotReadItsSecretsFails(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:ap-south-1:123456789012:key/0a1b"
	for name, row := range map[string]broken{
		"no permission": failing(
			map[string]in{"web-execution-policy": statements("ssm:GetParameters", "ssm:GetParametersByPath")},
			readFailed+"unable to retrieve secrets from ssm",
			"AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/web-execution-",
			"is not authorized to perform: ssm:GetParameters on resource: "+
				"arn:aws:ssm:ap-south-1:123456789012:parameter/demo/DATABASE_URL because no identity-based policy allows",
			"iam.Role 'web-execution'", `containers[web].secrets.DATABASE_URL = "arn:aws:ssm`,
		),
		"permission on the wrong ARN": failing(
			map[string]in{"web-execution-policy": statements("/demo/DATABASE_URL", "/demo/OTHER")}, "ssm:GetParameters",
		),
		"permission with the key's colons": failing(
			map[string]in{"web-execution-policy": {"edit": func(given in) in {
				return with(given, in{"policy": policyOf(allow("*", "ssm:*", "logs:*"),
					allow("arn:aws:secretsmanager:*:password::", "secretsmanager:GetSecretValue"))})
			}}},
			readFailed+"unable to retrieve secret from asm", "secretsmanager:GetSecretValue",
		),
		"explicit deny": failing(
			map[string]in{"web-execution-policy": {"policy": policyOf(allow("*", "*"),
				map[string]any{"Effect": "Deny", "Action": "ssm:Get*", "Resource": "*"})}},
			"an explicit deny in policy iam.RolePolicy 'web-execution-policy'",
		),
		"denied by NotAction": failing(
			map[string]in{"web-execution-policy": {"policy": policyOf(allow("*", "*"),
				map[string]any{"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"})}},
			"an explicit deny",
		),
		"secret without a value": failing(map[string]in{"login-value": omit}, readFailed,
			"secret value for staging label: AWSCURRENT", "secretsmanager.Secret 'login' has no value yet"),
		"no such key in the secret": failing(map[string]in{"login-value": {"secretString": `{"user":"x"}`}},
			"did not contain json key password"),
		"key of one's own": failing(map[string]in{"database-url": {"keyId": key}}, "kms:Decrypt on resource: "+key),
		"endpoint of SSM missing": failingIn("endpoints", map[string]in{"endpoint-ssm": omit, "store": {"desiredCount": 0}},
			readFailed+"unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled",
			"interface endpoint with private DNS for ssm"),
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestASecretThatWasDeletedIsMissedAndOneOfElsewhereIsAssumed(t *testing.T) {
	t.Parallel()
	elsewhere := in{"edit": func(container in) in {
		return with(container, in{"secrets": []any{in{"name": "KEY", "valueFrom": "/elsewhere/KEY"}}})
	}}
	g := newGraph(t, map[string]in{
		"web-container":        elsewhere,
		"web-execution-policy": {"policy": policyOf(allow("*", "ssm:GetParameters", "logs:*"))},
	})
	require.NoError(t, g.build())
	var assumed []string
	for _, a := range g.world.Assumptions() {
		assumed = append(assumed, a.Property+" "+a.What)
	}
	assert.Contains(t, assumed, "containers[web].secrets.KEY exists outside this program, with a value")

	gone := newGraph(t, nil)
	require.NoError(t, gone.build())
	require.NoError(t, gone.remove(gone.things["database-url"]))
	err := gone.update(gone.things["web"], in{"forceNewDeployment": true})
	require.ErrorContains(t, err, "invalid parameters: /demo/DATABASE_URL\ncause: it was deleted")
}
