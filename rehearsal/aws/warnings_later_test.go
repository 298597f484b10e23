package aws_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatBreaksLaterIsWarnedOf(t *testing.T) {
	t.Parallel()
	alarm := func(namespace string, dimensions in) in {
		return in{
			"metricName": "m", "namespace": namespace, "statistic": "Average", "period": 60, "threshold": 80,
			"dimensions": dimensions, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2,
		}
	}
	filter := in{
		"logGroupName": "/ecs/web", "pattern": "x",
		"metricTransformation": in{"name": "m", "namespace": "Own", "value": "1"},
	}
	for name, row := range map[string]struct {
		changes map[string]in
		then    func(g *graph)
		warned  string
	}{
		"nothing": {},
		"both kinds of rules": {
			then: func(g *graph) {
				require.NoError(g.t, g.update(g.things["web-sg"],
					in{"egress": []any{in{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": []any{"0.0.0.0/0"}}}}))
			},
			warned: "ec2.SecurityGroup 'web-sg': has inline egress rules",
		},
		"an endpoint as host": {
			then: func(g *graph) {
				g.changes["web-container"] = environment(map[string]any{"DB_PORT": nil, "DB_HOST": g.of("db", "endpoint")})
				require.NoError(g.t, g.redeploy())
			},
			warned: "DB_HOST holds a host with a port where a host is meant",
		},
		"a placeholder for a host": {
			then: func(g *graph) {
				g.changes["web-container"] = environment(map[string]any{
					"EMAIL_HOST": "mail.invalid", "KEY_URL": "https://keys.invalid/a", "HELP_URL": "https://help.example.com",
				})
				require.NoError(g.t, g.redeploy())
			},
			warned: "the variable EMAIL_HOST names the host mail.invalid, whose domain is reserved for documentation",
		},
		"a broker of the documentation": {
			then: func(g *graph) {
				g.changes["web-container"] = environment(map[string]any{"BROKER_URL": "amqps://mq.example.com:5671"})
				require.NoError(g.t, g.redeploy())
			},
			warned: "the variable BROKER_URL names the host mq.example.com",
		},
		"web sites of the documentation": {then: func(g *graph) {
			g.changes["web-container"] = environment(map[string]any{
				"KEY_URL": "https://keys.invalid/a", "HELP_URL": "https://help.example.com", "ALLOWED_HOSTS": "api.example.com",
			})
			require.NoError(g.t, g.redeploy())
		}},
		"no count": {
			changes: map[string]in{"store": {"desiredCount": 0}, "web": {"desiredCount": nil}},
			warned:  "ecs.Service 'web': has no desiredCount",
		},
		"no count, and a scaler": {
			changes: map[string]in{"store": {"desiredCount": 0}, "web": {"desiredCount": nil}},
			then: func(g *graph) {
				g.up("appautoscaling/target:Target", "web", in{
					"resourceId": "service/" + g.of("cluster", "name") + "/web", "minCapacity": 1, "maxCapacity": 2,
					"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
				})
			},
		},
		"a metric that nothing writes": {
			then:   func(g *graph) { g.up(alarms, "a", alarm("Own", nil)) },
			warned: "watches Own m, which nothing in this program writes",
		},
		"a metric of a filter": {then: func(g *graph) {
			g.up("cloudwatch/logMetricFilter:LogMetricFilter", "f", filter)
			g.up(alarms, "a", alarm("Own", nil))
		}},
		"a metric of another service": {
			then: func(g *graph) {
				g.up(alarms, "a", alarm("AWS/ECS", in{"ClusterName": g.of("cluster", "name"), "ServiceName": "wbe"}))
			},
			warned: "of ServiceName wbe, which is not of this program",
		},
		"a metric of this service": {then: func(g *graph) {
			g.up(alarms, "a", alarm("AWS/ECS", in{"ClusterName": g.of("cluster", "name"), "ServiceName": "web"}))
		}},
		"a metric of something elsewhere": {
			then: func(g *graph) { g.up(alarms, "a", alarm("AWS/SQS", in{"QueueName": "jobs"})) },
		},
		"a metric that the program writes": {
			changes: map[string]in{"web-task-policy": {"policy": policyOf(allow("*", "cloudwatch:PutMetricData",
				"elasticfilesystem:*"))}},
			then: func(g *graph) { g.up(alarms, "a", alarm("Own", nil)) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{})
			maps.Copy(g.changes, row.changes)
			require.NoError(t, g.build())
			if row.then != nil {
				row.then(g)
			}
			var found []string
			for _, words := range []string{
				"has inline", "where a host is meant", "reserved for documentation", "has no desiredCount", "watches ",
			} {
				found = append(found, g.warned(words)...)
			}
			all := strings.Join(found, "\n")
			if row.warned == "" {
				assert.Empty(t, all)
				return
			}
			assert.Contains(t, all, row.warned)
		})
	}
}

func TestLoadBalancersWriteLogsOnlyWhereTheyMay(t *testing.T) {
	t.Parallel()
	const account = "123456789012"
	delivery := in{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
	let := func(principal in, resource string, more in) string {
		return policyText(with(
			in{"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": resource}, more,
		))
	}
	for name, row := range map[string]struct {
		policy, algorithm, prefix, kind string
		refused                         string
	}{
		"no policy":             {refused: "no policy of s3.BucketV2 'logs' lets the load balancer write"},
		"the service":           {policy: let(delivery, "arn:aws:s3:::logs-of-lb/*", nil)},
		"its account's objects": {policy: let(delivery, "arn:aws:s3:::logs-of-lb/AWSLogs/"+account+"/*", nil)},
		"another prefix": {
			policy: let(delivery, "arn:aws:s3:::logs-of-lb/AWSLogs/"+account+"/*", nil), prefix: "web",
			refused: "does not let logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject",
		},
		"the same prefix": {policy: let(delivery, "arn:aws:s3:::logs-of-lb/web/AWSLogs/"+account+"/*", nil), prefix: "web"},
		"the region's account": {policy: let(in{"AWS": "arn:aws:iam::210987654321:root"}, "arn:aws:s3:::logs-of-lb/*",
			nil)},
		"the own account": {
			policy:  let(in{"AWS": "arn:aws:iam::" + account + ":root"}, "arn:aws:s3:::logs-of-lb/*", nil),
			refused: "does not let",
		},
		"another service": {
			policy: let(in{"Service": "s3.amazonaws.com"}, "arn:aws:s3:::logs-of-lb/*", nil), refused: "does not let",
		},
		"this account only": {policy: let(delivery, "arn:aws:s3:::logs-of-lb/*",
			in{"Condition": in{"StringEquals": in{"aws:SourceAccount": account}}})},
		"another account only": {
			policy: let(delivery, "arn:aws:s3:::logs-of-lb/*",
				in{"Condition": in{"StringEquals": in{"aws:SourceAccount": "210987654321"}}}),
			refused: "does not let",
		},
		"a key": {policy: let(delivery, "arn:aws:s3:::logs-of-lb/*", nil), algorithm: "aws:kms", refused: "SSE-S3"},
		"a network's service": {
			policy: let(in{"Service": "delivery.logs.amazonaws.com"}, "arn:aws:s3:::logs-of-lb/*", nil), kind: "network",
		},
		"a network's, wrong": {
			policy: let(delivery, "arn:aws:s3:::logs-of-lb/*", nil), kind: "network",
			refused: "does not let delivery.logs.amazonaws.com",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, nil)
			g.network()
			bucket := g.up("s3/bucketV2:BucketV2", "logs", in{"bucket": "logs-of-lb"})
			waits := []string{"logs"}
			if row.policy != "" {
				g.up("s3/bucketPolicy:BucketPolicy", "logs", in{"bucket": bucket.id, "policy": row.policy})
			}
			if row.algorithm != "" {
				g.up("s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "logs", in{
					"bucket": bucket.id, "rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": row.algorithm}}},
				})
			}
			kind := row.kind
			if kind == "" {
				kind = "application"
			}
			g.declare("lb", waits...)
			_, err := g.try("lb/loadBalancer:LoadBalancer", "lb", in{
				"loadBalancerType": kind, "internal": true, "subnets": g.ids("app-a", "app-b"),
				"accessLogs": in{"bucket": bucket.id, "enabled": true, "prefix": row.prefix},
			})
			if row.refused != "" {
				require.ErrorContains(t, err, "Access Denied for bucket: logs-of-lb")
				require.ErrorContains(t, err, row.refused)
				return
			}
			require.NoError(t, err)
			require.NoError(t, g.remove(g.find("lb/loadBalancer:LoadBalancer")))
			for _, policy := range g.made {
				if strings.HasPrefix(policy.token, "s3/bucketPolicy") {
					require.NoError(t, g.remove(policy))
				}
			}
			require.ErrorContains(t, g.remove(bucket), "BucketNotEmpty")
			require.NoError(t, g.update(bucket, in{"forceDestroy": true}))
			require.NoError(t, g.remove(bucket))
		})
	}
}

func TestALoadBalancerLogsToABucketOfItsRegion(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	g.network()
	g.in("us-east-1").up("s3/bucketV2:BucketV2", "far", in{"bucket": "logs-of-lb"})
	given := in{
		"internal": true, "subnets": g.ids("app-a", "app-b"), "accessLogs": in{"bucket": "logs-of-lb", "enabled": true},
	}
	_, err := g.try("lb/loadBalancer:LoadBalancer", "lb", given)
	require.ErrorContains(t, err,
		"InvalidConfigurationRequest: the bucket is in us-east-1, and the load balancer in ap-south-1")
	require.ErrorContains(t, err, "[elb/access-log-region]")
	g.up("lb/loadBalancer:LoadBalancer", "lb", with(given, in{"accessLogs": in{"bucket": "logs-of-lb", "enabled": false}}))
}

func TestAServiceIsInOneVpc(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.add("ec2/vpc:Vpc", "other", in{"cidrBlock": "10.9.0.0/16"})
	g.add("ec2/securityGroup:SecurityGroup", "other-sg", in{"vpcId": g.id("other")})
	web := g.liveWeb()
	network := with(object(web.given["networkConfiguration"]), in{"securityGroups": g.ids("web-sg", "other-sg")})
	err := g.update(web, in{"networkConfiguration": network})
	require.ErrorContains(t, err,
		"InvalidParameterException: the security group belongs to ec2.Vpc 'other', and the subnets to ec2.Vpc 'vpc'")
}

func TestATaskDefinitionHasAMaximumSize(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	of := func(length int) in {
		return in{
			"family": "app",
			"containerDefinitions": `[ {"name":"a","image":"i","memory":64,"environment":[{"name":"X","value":"` +
				strings.Repeat("x", length) + `"}]}]`,
		}
	}
	overhead := len(`[{"name":"a","image":"i","memory":64,"environment":[{"name":"X","value":""}]}]`)
	assert.Empty(t, c.checkTask(of(65536-overhead)))
	assert.Contains(t, strings.Join(c.checkTask(of(65537-overhead)), "\n"),
		"Actual length: '65537'. Max allowed length is '65536' bytes.")
}

func TestARefusedDeletionSaysHowAReplacementIsMade(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	target := g.things["target"]
	err := g.remove(target)
	require.ErrorContains(t, err, "ResourceInUse")
	require.NotContains(t, err.Error(), "leave name out", "Pulumi has named it")
	named := g.up("lb/targetGroup:TargetGroup", "named",
		in{"name": "web", "port": 8000, "protocol": "HTTP", "targetType": "ip", "vpcId": g.id("vpc")})
	g.up("lb/listener:Listener", "second", in{
		"loadBalancerArn": g.of("alb", "arn"), "port": 8080, "protocol": "HTTP",
		"defaultActions": []any{in{"type": "forward", "targetGroupArn": named.out("arn")}},
	})
	require.ErrorContains(t, g.remove(named), "if it is to be replaced, leave name out")
}
