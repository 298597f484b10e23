package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATaskThatCannotLogFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]broken{
		"no group": failing(map[string]in{"web-logs": omit}, logsFailed,
			"ResourceNotFoundException: The specified log group does not exist", "no log group /ecs/web exists",
			"awslogs-group"),
		"no permission": failing(
			map[string]in{"web-execution-policy": statements("logs:CreateLogStream", "logs:Describe*")}, logsFailed,
			"is not authorized to perform: logs:CreateLogStream on resource: "+
				"arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/web:log-stream:",
		),
		"ARN without the streams": failing(map[string]in{"web-execution-policy": statements("/ecs/web:*", "/ecs/web")},
			logsFailed, "with :* behind it"),
		"no endpoint": failingIn("endpoints", map[string]in{"endpoint-logs": omit, "store": {"desiredCount": 0}},
			logsFailed, "logs.ap-south-1.amazonaws.com", "for logs"),
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestATaskThatCannotMountFails(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]broken{
		"no mount target in a zone": failing(map[string]in{"files-b": omit}, filesFail, "Failed to resolve",
			"efs.FileSystem 'files' has no mount target in ap-south-1b"),
		"closed on the way out": failing(map[string]in{"web-to-files": omit}, filesFail, "Connection timed out",
			"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 2049 to efs.MountTarget 'files-a'"),
		"closed on the way in": failing(
			map[string]in{"files-from-web": omit}, filesFail,
			"no ingress rule of ec2.SecurityGroup 'files-sg' of efs.MountTarget 'files-a' allows TCP 2049 from "+
				"ecs.Service 'web'",
		),
		"no permission": failing(map[string]in{"web-task-policy": omit}, filesFail,
			"access denied by server while mounting", "may not elasticfilesystem:ClientMount"),
		"no directory": failing(map[string]in{"files-point": {"rootDirectory": in{"path": "/web"}}}, filesFail,
			"creationInfo"),
		"no DNS names": failing(map[string]in{"vpc": {"enableDnsHostnames": false}}, filesFail, "DNS host names"),
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); row.run(t) })
	}
}

func TestATargetThatTheLoadBalancerCannotReachFails(t *testing.T) {
	t.Parallel()
	const unhealthy = "(service web) (port 8000) is unhealthy in (target-group arn:aws:elasticloadbalancing:"
	for name, row := range map[string]broken{
		"closed on the way out": failing(map[string]in{"alb-to-web": omit}, unhealthy, "due to (reason Request timed out)",
			"no egress rule of ec2.SecurityGroup 'alb-sg' of lb.LoadBalancer 'alb' allows TCP 8000 to ecs.Service 'web'"),
		"closed on the way in": failing(map[string]in{"web-from-alb": omit}, unhealthy,
			"no ingress rule of ec2.SecurityGroup 'web-sg'"),
		"checked elsewhere": failing(map[string]in{"target": {"healthCheck": in{"port": "8001"}}},
			"(port 8001) is unhealthy in", "TCP 8001"),
		"zone not enabled": failing(
			map[string]in{
				"alb": {"edit": func(given in) in {
					return with(given, in{
						"subnets": listed(given["subnets"])[:1], "loadBalancerType": "network",
						"securityGroups": given["securityGroups"],
					})
				}},
				"http":   {"protocol": "TCP"},
				"target": {"protocol": "TCP"},
			},
			"Target is in an Availability Zone that is not enabled for the load balancer", "ap-south-1b",
		),
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
		"short name": failing(set("STORE_URL", "redis://store:6379"), exited+"store:6379: Name or service not known",
			"that is not the client alias of ecs.Service 'store'", "fix: use store.demo-ns:6379", "environment.STORE_URL"),
		"short name in a host": failing(set("STORE_HOST", "store"), exited+"store: Name or service not known"),
		"name that nobody has": failing(set("STORE_URL", "redis://cache.demo-ns:6379"),
			"no service that is deployed publishes cache.demo-ns in servicediscovery.HttpNamespace 'namespace'"),
		"another port": failing(set("STORE_URL", "redis://store.demo-ns:6380"),
			exited+"store.demo-ns:6380: Connection refused", "the client alias of ecs.Service 'store' is store.demo-ns:6379"),
		"the second of a list": failing(set("STORES", "redis://mail.example.org:6379,redis://store.demo-ns:1"),
			"store.demo-ns:1"),
		"closed on the way out": failing(map[string]in{"web-to-store": omit},
			exited+"store.demo-ns:6379: Connection timed out",
			"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 6379 to ecs.Service 'store'"),
		"closed on the way in": failing(map[string]in{"store-from-web": omit},
			"no ingress rule of ec2.SecurityGroup 'store-sg' of ecs.Service 'store' allows TCP 6379 from ecs.Service 'web'"),
		"open at the wrong port": failing(map[string]in{"store-from-web": {"fromPort": 6380, "toPort": 6380}},
			"no ingress rule"),
		"open for a part": failing(
			map[string]in{"store-from-web": {"referencedSecurityGroupId": nil, "cidrIpv4": "10.0.10.0/24"}}, "no ingress rule",
		),
		"no Service Connect": failing(map[string]in{"web": {"serviceConnectConfiguration": nil}},
			"the service does not take part in Service Connect"),
		"server not waited for": failing(map[string]in{"store": {"waitForSteadyState": false}},
			"nothing waits until ecs.Service 'store'", "waitForSteadyState of ecs.Service 'store'"),
		"database closed": failing(map[string]in{"db-from-web": omit}, "5432: Connection timed out",
			"no ingress rule of ec2.SecurityGroup 'db-sg' of rds.Instance 'db' allows TCP 5432 from ecs.Service 'web'"),
		"database at another port": failing(map[string]in{"db": {"port": 5433}},
			"rds.Instance 'db' listens on port 5433, not on 5432"),
		"database known by a secret": failing(
			map[string]in{"web-container": environment(map[string]any{"DB_HOST": nil}), "web-to-db": omit},
			"containers[web].secrets.DATABASE_URL = [secret]", "no egress rule",
		),
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
