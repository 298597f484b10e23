// Command care-ecs is the Pulumi program that deploys Care on AWS ECS.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

func main() {
	pulumi.Run(deploy)
}

// deploy composes the stack: configuration, components in the order in which they need each other, outputs.
func deploy(ctx *pulumi.Context) error {
	c, err := loadConfig(ctx, configKeys())
	if err != nil {
		return err
	}
	s, err := deploySurroundings(ctx, c)
	if err != nil {
		return err
	}
	d, err := deployData(ctx, c, s)
	if err != nil {
		return err
	}
	a, err := deployApplication(ctx, c, s, d)
	if err != nil {
		return err
	}
	export(ctx, s, d, a)
	return nil
}

// surroundings are what the services run in.
type surroundings struct {
	network   *components.Vpc
	alb       *components.Alb
	cluster   *components.Cluster
	namespace *components.Namespace
	placement components.Placement
}

func deploySurroundings(ctx *pulumi.Context, c Config) (s surroundings, err error) {
	zones := c.AvailabilityZones
	if len(zones) == 0 {
		if zones, err = components.AvailabilityZones(ctx, 2); err != nil {
			return s, err
		}
	}
	if s.network, err = components.NewVpc(ctx, "care-vpc", c.vpc(zones)); err != nil {
		return s, err
	}
	if s.alb, err = components.NewAlb(ctx, "care-alb", c.alb(s.network)); err != nil {
		return s, err
	}
	if s.cluster, err = components.NewCluster(ctx, "care", c.cluster()); err != nil {
		return s, err
	}
	if s.namespace, err = components.NewNamespace(ctx, "care-ns", &components.NamespaceArgs{Name: c.Namespace}); err != nil {
		return s, err
	}
	s.placement = c.placement(s.network, s.cluster)
	return s, nil
}

// data are what must not be lost, and Redis, which serves it.
type data struct {
	postgres *components.Postgres
	buckets  *components.Buckets
	user     *components.AccessKeyUser
	redis    *components.RedisStack
}

func deployData(ctx *pulumi.Context, c Config, s surroundings) (d data, err error) {
	if d.postgres, err = components.NewPostgres(ctx, "care-db", c.postgres(s.network)); err != nil {
		return d, err
	}
	if d.buckets, err = components.NewBuckets(ctx, "care", c.buckets()); err != nil {
		return d, err
	}
	if d.user, err = components.NewAccessKeyUser(ctx, "care-app", c.user(d.buckets)); err != nil {
		return d, err
	}
	redis, err := c.redis(ctx, s)
	if err != nil {
		return d, err
	}
	d.redis, err = components.NewRedisStack(ctx, "redis", redis)
	return d, err
}

// application is Care itself.
type application struct {
	celery *components.Celery
	care   *components.Care
}

// deployApplication has Care wait for Celery, which migrates the database.
func deployApplication(ctx *pulumi.Context, c Config, s surroundings, d data) (a application, err error) {
	environment, err := components.NewCareEnvironment(ctx, "care", c.environment(ctx, s, d))
	if err != nil {
		return a, err
	}
	connects := []components.Connection{d.postgres.Connection(), d.redis.Connection()}
	if a.celery, err = components.NewCelery(ctx, "care-celery", c.celery(s, environment, connects)); err != nil {
		return a, err
	}
	a.care, err = components.NewCare(ctx, "care-backend", c.care(s, environment, connects, a.celery))
	return a, err
}

func export(ctx *pulumi.Context, s surroundings, d data, a application) {
	ctx.Export("url", s.alb.Url)
	ctx.Export("redisEndpoint", d.redis.Endpoint)
	ctx.Export("namespace", s.namespace.Name)
	ctx.Export("clusterName", s.cluster.Name)
	ctx.Export("databaseAddress", d.postgres.Address)
	ctx.Export("patientBucket", d.buckets.PatientBucket)
	ctx.Export("facilityBucket", d.buckets.FacilityBucket)
	ctx.Export("logGroups", logGroups(d, a))
	ctx.Export("shell", pulumi.Sprintf(
		"aws ecs execute-command --region %[1]s --cluster %[2]s --container %[3]s --interactive --command /bin/bash"+
			" --task $(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s --query 'taskArns[0]' --output text)",
		d.buckets.Region, s.cluster.Name, a.care.ServiceName))
}

func logGroups(d data, a application) pulumi.StringArrayOutput {
	return pulumi.All(a.care.LogGroupName, a.celery.LogGroupNames, d.redis.LogGroupName).ApplyT(namesOf).(pulumi.StringArrayOutput)
}
