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
		"no route": {changes: map[string]in{"app-out": omit}, want: []string{
			pullFailed, "i/o timeout", "has no route for 0.0.0.0/0", "ec2.RouteTable 'app'",
		}},
		"no table, and the main one without route": {
			changes: map[string]in{"table-app-a": omit},
			want:    []string{"ec2.Subnet 'app-a' has no route to the internet", "the VPC's main one"},
		},
		"private NAT": {
			changes: map[string]in{"nat": {"connectivityType": "private", "allocationId": nil}},
			want:    []string{pullFailed, "ec2.NatGateway 'nat'", "has no public address"},
		},
		"NAT in a private place": {changes: map[string]in{"public-out": omit}, want: []string{
			pullFailed, "ec2.NatGateway 'nat' is in ec2.Subnet 'public-a', which has no route to an internet gateway",
		}},
		"no public address": {
			changes: map[string]in{"web": noPublicAddress}, shape: "public",
			want: []string{pullFailed, "without a public address", "assignPublicIp"},
		},
		"no egress": {changes: map[string]in{"web-out": omit}, want: []string{
			pullFailed, "no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 443 to the internet",
		}},
		"egress to another port": {
			changes: map[string]in{"web-out": {"fromPort": 80, "toPort": 80}}, want: []string{"no egress rule"},
		},
		"egress within only": {changes: map[string]in{"web-out": {"cidrIpv4": "10.0.0.0/8"}}, want: []string{
			"no egress rule",
		}},
		"ECR without permission": {
			changes: map[string]in{
				"web-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements("ecr:*", "ecr:Describe*"),
			},
			want: []string{
				readFailed + "unable to retrieve ecr registry auth",
				"is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
			},
		},
		"ECR of another account in a condition": {
			changes: map[string]in{
				"web-container": {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements(`"aws:PrincipalAccount":"123456789012"`,
					`"aws:PrincipalAccount":"210987654321"`),
			},
			want: []string{readFailed + "unable to retrieve ecr registry auth"},
		},
		"ECR repository not allowed": {
			changes: map[string]in{
				"web-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"},
				"web-execution-policy": statements("ecr:*", "ecr:GetAuthorizationToken"),
			},
			want: []string{"403 Forbidden", "may not ecr:BatchGetImage on arn:aws:ecr:ap-south-1:123456789012:repository/web"},
		},
		"endpoint of ECR missing": {
			changes: map[string]in{"endpoint-ecr.dkr": omit, "store": {"desiredCount": 0}}, shape: "endpoints",
			want: []string{"CannotPullContainerError", "interface endpoint with private DNS for ecr.dkr"},
		},
		"endpoint of S3 elsewhere": {
			changes: map[string]in{"endpoint-s3": {"routeTableIds": nil}, "store": {"desiredCount": 0}}, shape: "endpoints",
			want: []string{"CannotPullContainerError", "for s3"},
		},
		"endpoint without private DNS": {
			changes: map[string]in{"endpoint-ecr.api": {"privateDnsEnabled": false}, "store": {"desiredCount": 0}},
			shape:   "endpoints",
			want:    []string{readFailed + "unable to retrieve ecr registry auth", "api.ecr.ap-south-1.amazonaws.com"},
		},
		"endpoint that lets nobody in": {
			changes: map[string]in{"endpoints-in": omit, "store": {"desiredCount": 0}}, shape: "endpoints",
			want: []string{
				"no ingress rule of ec2.SecurityGroup 'endpoints-sg' of ec2.VpcEndpoint 'endpoint-ecr.api' allows TCP 443 from " +
					"ecs.Service 'web'",
			},
		},
		"registry secret out of reach": {
			changes: map[string]in{"web-container": {"repositoryCredentials": in{
				"credentialsParameter": "arn:aws:secretsmanager:ap-south-1:123456789012:secret:ghcr-AbCdEf",
			}}},
			want: []string{
				readFailed + "unable to retrieve secret from asm",
				"secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:ap-south-1:123456789012:secret:ghcr-AbCdEf",
				"repositoryCredentials.credentialsParameter",
			},
		},
		"role for another account": {
			changes: map[string]in{"web-execution": {
				"assumeRolePolicy": `{"Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"210987654321"}}}}`,
			}},
			want: []string{"ECS was unable to assume the role"},
		},
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
		"no permission": {
			changes: map[string]in{"web-execution-policy": statements("ssm:GetParameters", "ssm:GetParametersByPath")},
			want: []string{
				readFailed + "unable to retrieve secrets from ssm",
				"AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/web-execution-",
				"is not authorized to perform: ssm:GetParameters on resource: " +
					"arn:aws:ssm:ap-south-1:123456789012:parameter/demo/DATABASE_URL because no identity-based policy allows",
				"iam.Role 'web-execution'", `containers[web].secrets.DATABASE_URL = "arn:aws:ssm`,
			},
		},
		"permission on the wrong ARN": {
			changes: map[string]in{"web-execution-policy": statements("/demo/DATABASE_URL", "/demo/OTHER")},
			want:    []string{"ssm:GetParameters"},
		},
		"permission with the key's colons": {
			changes: map[string]in{"web-execution-policy": {"edit": func(given in) in {
				return with(given, in{"policy": policyOf(allow("*", "ssm:*", "logs:*"),
					allow("arn:aws:secretsmanager:*:password::", "secretsmanager:GetSecretValue"))})
			}}},
			want: []string{readFailed + "unable to retrieve secret from asm", "secretsmanager:GetSecretValue"},
		},
		"explicit deny": {
			changes: map[string]in{"web-execution-policy": {"policy": policyOf(allow("*", "*"),
				map[string]any{"Effect": "Deny", "Action": "ssm:Get*", "Resource": "*"})}},
			want: []string{"an explicit deny in policy iam.RolePolicy 'web-execution-policy'"},
		},
		"denied by NotAction": {
			changes: map[string]in{"web-execution-policy": {"policy": policyOf(allow("*", "*"),
				map[string]any{"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"})}},
			want: []string{"an explicit deny"},
		},
		"secret without a value": {changes: map[string]in{"login-value": omit}, want: []string{
			readFailed, "secret value for staging label: AWSCURRENT", "secretsmanager.Secret 'login' has no value yet",
		}},
		"no such key in the secret": {
			changes: map[string]in{"login-value": {"secretString": `{"user":"x"}`}},
			want:    []string{"did not contain json key password"},
		},
		"key of one's own": {changes: map[string]in{"database-url": {"keyId": key}}, want: []string{
			"kms:Decrypt on resource: " + key,
		}},
		"endpoint of SSM missing": {
			changes: map[string]in{"endpoint-ssm": omit, "store": {"desiredCount": 0}}, shape: "endpoints",
			want: []string{
				readFailed + "unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled",
				"interface endpoint with private DNS for ssm",
			},
		},
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

func TestATaskThatCannotLogFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]broken{
		"no group": {changes: map[string]in{"web-logs": omit}, want: []string{
			logsFailed, "ResourceNotFoundException: The specified log group does not exist", "no log group /ecs/web exists",
			"awslogs-group",
		}},
		"no permission": {
			changes: map[string]in{"web-execution-policy": statements("logs:CreateLogStream", "logs:Describe*")},
			want: []string{
				logsFailed,
				"is not authorized to perform: logs:CreateLogStream on resource: " +
					"arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/web:log-stream:",
			},
		},
		"ARN without the streams": {
			changes: map[string]in{"web-execution-policy": statements("/ecs/web:*", "/ecs/web")},
			want:    []string{logsFailed, "with :* behind it"},
		},
		"no endpoint": {
			changes: map[string]in{"endpoint-logs": omit, "store": {"desiredCount": 0}}, shape: "endpoints",
			want: []string{logsFailed, "logs.ap-south-1.amazonaws.com", "for logs"},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestATaskThatCannotMountFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]broken{
		"no mount target in a zone": {changes: map[string]in{"files-b": omit}, want: []string{
			filesFail, "Failed to resolve", "efs.FileSystem 'files' has no mount target in ap-south-1b",
		}},
		"closed on the way out": {changes: map[string]in{"web-to-files": omit}, want: []string{
			filesFail, "Connection timed out",
			"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 2049 to efs.MountTarget 'files-a'",
		}},
		"closed on the way in": {changes: map[string]in{"files-from-web": omit}, want: []string{
			filesFail,
			"no ingress rule of ec2.SecurityGroup 'files-sg' of efs.MountTarget 'files-a' allows TCP 2049 from " +
				"ecs.Service 'web'",
		}},
		"no permission": {changes: map[string]in{"web-task-policy": omit}, want: []string{
			filesFail, "access denied by server while mounting", "may not elasticfilesystem:ClientMount",
		}},
		"no directory": {
			changes: map[string]in{"files-point": {"rootDirectory": in{"path": "/web"}}},
			want:    []string{filesFail, "creationInfo"},
		},
		"no DNS names": {changes: map[string]in{"vpc": {"enableDnsHostnames": false}}, want: []string{
			filesFail, "DNS host names",
		}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestATargetThatTheLoadBalancerCannotReachFails(t *testing.T) {
	t.Parallel()
	const unhealthy = "(service web) (port 8000) is unhealthy in (target-group arn:aws:elasticloadbalancing:"
	for name, row := range map[string]broken{
		"closed on the way out": {changes: map[string]in{"alb-to-web": omit}, want: []string{
			unhealthy, "due to (reason Request timed out)",
			"no egress rule of ec2.SecurityGroup 'alb-sg' of lb.LoadBalancer 'alb' allows TCP 8000 to ecs.Service 'web'",
		}},
		"closed on the way in": {changes: map[string]in{"web-from-alb": omit}, want: []string{
			unhealthy, "no ingress rule of ec2.SecurityGroup 'web-sg'",
		}},
		"checked elsewhere": {
			changes: map[string]in{"target": {"healthCheck": in{"port": "8001"}}},
			want:    []string{"(port 8001) is unhealthy in", "TCP 8001"},
		},
		"zone not enabled": {
			changes: map[string]in{
				"alb": {"edit": func(given in) in {
					return with(given, in{
						"subnets": listed(given["subnets"])[:1], "loadBalancerType": "network",
						"securityGroups": given["securityGroups"],
					})
				}},
				"http":   {"protocol": "TCP"},
				"target": {"protocol": "TCP"},
			},
			want: []string{"Target is in an Availability Zone that is not enabled for the load balancer", "ap-south-1b"},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestAHostThatATaskCannotReachFailsIt(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) map[string]in {
		return map[string]in{"web-container": environment(map[string]any{"STORE_URL": nil, name: value})}
	}
	for name, row := range map[string]broken{
		"short name": {changes: set("STORE_URL", "redis://store:6379"), want: []string{
			exited + "store:6379: Name or service not known", "that is not the client alias of ecs.Service 'store'",
			"fix: use store.demo-ns:6379", "environment.STORE_URL",
		}},
		"short name in a host": {changes: set("STORE_HOST", "store"), want: []string{
			exited + "store: Name or service not known",
		}},
		"name that nobody has": {changes: set("STORE_URL", "redis://cache.demo-ns:6379"), want: []string{
			"no service that is deployed publishes cache.demo-ns in servicediscovery.HttpNamespace 'namespace'",
		}},
		"another port": {changes: set("STORE_URL", "redis://store.demo-ns:6380"), want: []string{
			exited + "store.demo-ns:6380: Connection refused", "the client alias of ecs.Service 'store' is store.demo-ns:6379",
		}},
		"the second of a list": {
			changes: set("STORES", "redis://mail.example.org:6379,redis://store.demo-ns:1"), want: []string{"store.demo-ns:1"},
		},
		"closed on the way out": {changes: map[string]in{"web-to-store": omit}, want: []string{
			exited + "store.demo-ns:6379: Connection timed out",
			"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 6379 to ecs.Service 'store'",
		}},
		"closed on the way in": {changes: map[string]in{"store-from-web": omit}, want: []string{
			"no ingress rule of ec2.SecurityGroup 'store-sg' of ecs.Service 'store' allows TCP 6379 from ecs.Service 'web'",
		}},
		"open at the wrong port": {
			changes: map[string]in{"store-from-web": {"fromPort": 6380, "toPort": 6380}}, want: []string{"no ingress rule"},
		},
		"open for a part": {
			changes: map[string]in{"store-from-web": {"referencedSecurityGroupId": nil, "cidrIpv4": "10.0.10.0/24"}},
			want:    []string{"no ingress rule"},
		},
		"no Service Connect": {
			changes: map[string]in{"web": {"serviceConnectConfiguration": nil}},
			want:    []string{"the service does not take part in Service Connect"},
		},
		"server not waited for": {
			changes: map[string]in{"store": {"waitForSteadyState": false}},
			want:    []string{"nothing waits until ecs.Service 'store'", "waitForSteadyState of ecs.Service 'store'"},
		},
		"database closed": {changes: map[string]in{"db-from-web": omit}, want: []string{
			"5432: Connection timed out",
			"no ingress rule of ec2.SecurityGroup 'db-sg' of rds.Instance 'db' allows TCP 5432 from ecs.Service 'web'",
		}},
		"database at another port": {changes: map[string]in{"db": {"port": 5433}}, want: []string{
			"rds.Instance 'db' listens on port 5433, not on 5432",
		}},
		"database known by a secret": {
			changes: map[string]in{"web-container": environment(map[string]any{"DB_HOST": nil}), "web-to-db": omit},
			want:    []string{"containers[web].secrets.DATABASE_URL = [secret]", "no egress rule"},
		},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestAnEndpointHostGivenWithItsPortWhereThePortIsApartIsRefused(t *testing.T) {
	t.Parallel()
	changed := newGraph(t, map[string]in{"web-container": environment(map[string]any{
		"STORE_URL": nil, "STORE_HOST": "store.demo-ns:6379", "STORE_PORT": "6379",
	})})
	require.ErrorContains(t, changed.build(), "STORE_PORT holds the port")

	g := newGraph(t, map[string]in{})
	require.NoError(t, g.build())
	g.changes["web-container"] = environment(map[string]any{"DB_HOST": g.of("db", "endpoint")})
	require.ErrorContains(t, g.redeploy(), "of an RDS instance that is address, not endpoint")
}
