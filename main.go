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
	c.warn(ctx)
	g, err := newGuard(ctx)
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
	w, err := deployWatching(ctx, c, s, d, a)
	if err != nil {
		return err
	}
	if err := recordGeneration(ctx, c); err != nil {
		return err
	}
	export(ctx, c, s, d, a, w)
	return g.register(ctx, c.ProtectData)
}

// surroundings are what the services run in.
type surroundings struct {
	network   components.Network
	alb       *components.Alb
	cluster   *components.Cluster
	namespace *components.Namespace
	placement components.Placement
	// topic is nil where there are no alarms.
	topic *components.AlarmTopic
}

func deploySurroundings(ctx *pulumi.Context, c Config) (s surroundings, err error) {
	if s.network, err = deployNetwork(ctx, c); err != nil {
		return s, err
	}
	if s.alb, err = components.NewAlb(ctx, "care-alb", c.alb(s.network)); err != nil {
		return s, err
	}
	if s.cluster, err = components.NewCluster(ctx, "care", c.cluster()); err != nil {
		return s, err
	}
	if s.namespace, err = components.NewNamespace(ctx, "care-ns", c.namespace()); err != nil {
		return s, err
	}
	s.placement = c.placement(s.network, s.cluster)
	if c.Alarms {
		s.topic, err = components.NewAlarmTopic(ctx, "care-alarms", &components.AlarmTopicArgs{Email: c.AlarmEmail})
	}
	return s, err
}

// deployNetwork makes a VPC, unless one that is there is to be used.
func deployNetwork(ctx *pulumi.Context, c Config) (components.Network, error) {
	if c.VpcId != "" {
		return c.existingNetwork(), nil
	}
	zones := c.AvailabilityZones
	if len(zones) == 0 {
		var err error
		if zones, err = components.AvailabilityZones(ctx, 2); err != nil {
			return components.Network{}, err
		}
	}
	vpc, err := components.NewVpc(ctx, "care-vpc", c.vpc(zones))
	if err != nil {
		return components.Network{}, err
	}
	return vpc.Network, nil
}

// data are what must not be lost, and Redis, which serves it.
type data struct {
	database database
	buckets  *components.Buckets
	// user is nil where Care signs in with its tasks' roles.
	user  *components.AccessKeyUser
	redis redis
}

func deployData(ctx *pulumi.Context, c Config, s surroundings) (d data, err error) {
	if d.database, err = deployDatabase(ctx, c, s); err != nil {
		return d, err
	}
	if d.buckets, err = components.NewBuckets(ctx, "care", c.buckets()); err != nil {
		return d, err
	}
	if !c.signsInByRole() {
		if d.user, err = components.NewAccessKeyUser(ctx, "care-app", c.user(d.buckets)); err != nil {
			return d, err
		}
	}
	d.redis, err = deployRedis(ctx, c, s)
	return d, err
}

// application is Care itself.
type application struct {
	celery *components.Celery
	// workers is nil where the one beside beat is the only one.
	workers *components.CeleryWorkers
	care    *components.Care
}

// deployApplication has Care and further workers wait for Celery, which migrates the database.
func deployApplication(ctx *pulumi.Context, c Config, s surroundings, d data) (a application, err error) {
	environment, err := components.NewCareEnvironment(ctx, "care", c.environment(ctx, s, d))
	if err != nil {
		return a, err
	}
	if a.celery, err = components.NewCelery(ctx, "care-celery", c.celery(s, d, environment)); err != nil {
		return a, err
	}
	if c.CeleryWorkers > 1 {
		a.workers, err = components.NewCeleryWorkers(ctx, "care-celery-worker", c.celeryWorkers(ctx, s, d, environment, a.celery))
		if err != nil {
			return a, err
		}
	}
	a.care, err = components.NewCare(ctx, "care-backend", c.care(s, d, environment, a.celery))
	return a, err
}

func export(ctx *pulumi.Context, c Config, s surroundings, d data, a application, w watching) {
	ctx.Export("url", s.alb.Url)
	ctx.Export("image", pulumi.String(c.Image))
	ctx.Export("loadBalancerArn", s.alb.Arn)
	ctx.Export("loadBalancerDnsName", s.alb.DnsName)
	ctx.Export("redisEndpoint", d.redis.endpoint)
	ctx.Export("namespace", s.namespace.Name)
	ctx.Export("clusterName", s.cluster.Name)
	ctx.Export("databaseAddress", d.database.access.Address)
	ctx.Export("patientBucket", d.buckets.PatientBucket)
	ctx.Export("facilityBucket", d.buckets.FacilityBucket)
	ctx.Export("logGroups", logGroups(d, a))
	// In the order of their deployment.
	ctx.Export("services", append(d.redis.services, a.services()...))
	if s.topic != nil {
		ctx.Export("alarmTopicArn", s.topic.Arn)
	}
	if w.dashboard != nil {
		ctx.Export("dashboard", w.dashboard.Url)
	}
	ctx.Export("shell", pulumi.Sprintf(
		"aws ecs execute-command --region %[1]s --cluster %[2]s --container %[3]s --interactive --command /bin/bash"+
			" --task $(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s --query 'taskArns[0]' --output text)",
		d.buckets.Region, s.cluster.Name, a.care.ServiceName))
	if c.Schedule != nil {
		ctx.Export("wake", wake(ctx, c, s, d, a))
	}
}

// services gives what the services were deployed as.
func (a application) services() pulumi.Array {
	if a.workers == nil {
		return pulumi.Array{a.celery.Deployed, a.care.Deployed}
	}
	return pulumi.Array{a.celery.Deployed, a.workers.Deployed, a.care.Deployed}
}

// logGroups gives the log groups of all services in one sorted list.
func logGroups(d data, a application) pulumi.StringArrayOutput {
	groups := append(pulumi.StringArray{a.care.LogGroupName}, d.redis.logGroups...)
	if a.workers != nil {
		groups = append(groups, a.workers.LogGroupName)
	}
	return pulumi.All(groups, a.celery.LogGroupNames).ApplyT(namesOf).(pulumi.StringArrayOutput)
}
