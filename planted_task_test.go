package main

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// plantedTasks are the mistakes with health checks, load balancers, images and deployments.
func plantedTasks() []planted {
	const forward = "lb.ListenerRule 'care-backend'"
	return []planted{
		{
			number: 33, mistake: "the image's own health check is relied on",
			absent: `^(CareArgs|CeleryArgs|RedisStackArgs|CareImage|Placement)\..*(Health|Check)`,
			says:   "Care, Celery and RedisStack bring their own",
		},
		{
			number: 34, mistake: "the worker's check is too tight", absent: `^(CeleryArgs|CareImage|Placement)\..*(Health|Timeout|Retries)`,
			says: "Celery gives it a minute and three tries",
		},
		{
			number: 35, mistake: "a dependency that can never be met",
			validate: fargate(func(a *components.FargateServiceArgs) {
				other := components.ContainerArgs{Name: "other", Image: "ghcr.io/example/other:1", DependsOn: []components.ContainerDependency{{
					ContainerName: "cache", Condition: "HEALTHY",
				}}}
				a.Containers[0].HealthCheck = nil
				a.Containers = append(a.Containers, other)
			}),
			says: "HEALTHY needs a healthCheck", names: []string{`containers["other"].dependsOn = "cache"`},
		},
		{
			number: 36, mistake: "a grace period without load balancer",
			plants: []inprocess.Plant{{At: celeryService, Edit: set("healthCheckGracePeriodSeconds", 60)}},
			says:   "only valid for services configured to use load", names: []string{"InvalidParameterException", celeryService, "healthCheckGracePeriodSeconds = 60"},
		},
		{
			number: 37, mistake: "a service does not wait for the listener", plants: []inprocess.Plant{{At: forward, Absent: true}},
			says: "does not have an associated load balancer", names: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn", "care-backend"},
		},
		{
			number: 38, mistake: "a target group of instances", plants: []inprocess.Plant{{At: "lb.TargetGroup 'care-backend'", Edit: set("targetType", "instance")}},
			says: "has target type instance, which is incompatible", names: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn", "instance"},
		},
		{
			number: 39, mistake: "a name that is too long for load balancers",
			plants: []inprocess.Plant{{At: "lb.TargetGroup 'care-backend'", Edit: set("name", strings.Repeat("a", 33))}},
			says:   "a name has at most 32 characters", names: []string{"lb.TargetGroup 'care-backend'", `name = "` + strings.Repeat("a", 33)},
		},
		{
			number: 40, mistake: "Django answers the check with 301 or 400", config: map[string]string{"care:environment": `{"DJANGO_SECURE_SSL_REDIRECT":"True"}`},
			says: "must be False behind a load balancer", names: []string{`care:environment.DJANGO_SECURE_SSL_REDIRECT = "True"`},
		},
		{
			number: 41, mistake: "only a redirect knows the target group",
			plants: []inprocess.Plant{{At: forward, Edit: set("actions[0]", map[string]any{
				"type": "redirect", "redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
			})}},
			says: "does not have an associated load balancer", names: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn"},
		},
		{
			number: 51, mistake: "tasks have no way to their images", stack: production,
			plants: []inprocess.Plant{{At: "ec2.Route 'care-vpc-application-ap-south-1b'", Absent: true}},
			says:   "CannotPullContainerError", names: []string{redisService, "docker.io/redis/redis-stack-server", "care-vpc-application-ap-south-1b"},
		},
		{
			number: 52, mistake: "Docker Hub by an image without registry", config: map[string]string{"care:image": "ohcnetwork/care:24.43.0"},
			says: "must name its registry", names: []string{"care:image", `"ohcnetwork/care:24.43.0"`},
		},
		{
			number: 53, mistake: "a tag that moves", config: map[string]string{"care:image": "ghcr.io/ohcnetwork/care:latest"},
			says: "must not have a tag that moves", names: []string{"care:image", `"ghcr.io/ohcnetwork/care:latest"`},
		},
		{
			number: 54, mistake: "a task definition that differs at every update", absent: `ContainerDefinitions`,
			says: "they are made in AWS's own form and order",
		},
		{
			number: 55, mistake: "a service outlives its role's policy", absent: `\.(TaskRole|ExecutionRole)(Arn|Name|Id)?$`,
			says: "each service waits for its policies",
		},
		{
			number: 56, mistake: "draining takes longer than the deletion may",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Containers[0].StopTimeout = 3600 }),
			says:     "must be 2 to 120", names: []string{`containers["cache"].stopTimeout = 3600`},
		},
		{
			number: 57, mistake: "no way back from a bad deployment", absent: `(?i)breaker|rollback$|skipdestroy`,
			says: "breaker, rollback and skipDestroy are always on",
		},
	}
}
