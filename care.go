package main

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// application is the services that run Care's image.
type application struct {
	celery *components.Celery
	// workers is nil if the only worker is the one beside beat.
	workers *components.CeleryWorkers
	care    *components.Care
}

// deployCare deploys Celery first, which migrates the database; the API and the additional workers wait for it.
func deployCare(ctx *pulumi.Context, c config.Config, s stack) (a application, err error) {
	environment, err := components.NewCareEnvironment(ctx, "care", environmentArgs(ctx, c, s))
	if err != nil {
		return a, err
	}
	connects := map[string]components.ConnectionInput{"postgres": s.database.connection}
	maps.Copy(connects, s.redis.connections)
	run := serviceArgs{
		image:       careImage(c, environment),
		connects:    connects,
		egressPorts: slices.Concat(environment.EgressPorts(), s.redis.egressPorts, c.Network.EgressPorts),
	}
	slices.Sort(run.egressPorts)
	run.egressPorts = slices.Compact(run.egressPorts)
	if a.celery, err = components.NewCelery(ctx, "care-celery", celeryArgs(c, s, run)); err != nil {
		return a, err
	}
	run.waitFor = map[string]pulumi.StringInput{"celery": a.celery.ServiceArn}
	if c.Scaling.CeleryWorkers > 1 {
		a.workers, err = components.NewCeleryWorkers(ctx, "care-celery-worker", celeryWorkersArgs(ctx, c, s, run))
		if err != nil {
			return a, err
		}
	}
	a.care, err = components.NewCare(ctx, "care-backend", careArgs(c, s, run))
	return a, err
}

// serviceArgs are the arguments that all services of Care have in common.
type serviceArgs struct {
	image       components.CareImage
	connects    map[string]components.ConnectionInput
	egressPorts []int
	waitFor     map[string]pulumi.StringInput
}

func careImage(c config.Config, environment *components.CareEnvironment) components.CareImage {
	image := components.CareImage{
		Image: c.Image.Name, Generation: c.Image.Generation,
		Variables: environment.Variables(), Secrets: environment.Secrets(),
	}
	if c.Image.CredentialsSecretArn != "" {
		image.RepositoryCredentialsArn = pulumi.String(c.Image.CredentialsSecretArn)
	}
	return image
}

func environmentArgs(ctx *pulumi.Context, c config.Config, s stack) *components.CareEnvironmentArgs {
	args := &components.CareEnvironmentArgs{
		Generation:        c.Image.Generation,
		SettingsModule:    c.Settings.Module,
		HostName:          s.network.alb.HostName,
		Url:               s.network.alb.Url,
		FrontendOrigins:   c.Settings.FrontendOrigins,
		Database:          s.database.access,
		Redis:             s.redis.access,
		Storage:           s.storage.access(),
		Sms:               c.Settings.Sms,
		RateLimit:         c.RateLimit(),
		GunicornWorkers:   c.Services.CareGunicornWorkers,
		WorkerConcurrency: c.Services.CeleryConcurrency,
		Variables:         c.Settings.Environment,
		Secrets:           map[string]pulumi.StringInput{},
		ExistingSecrets:   c.Settings.SecretParameters,
		SecretsPath:       secretsPath(ctx),
		KmsKeyArn:         s.key,
		ProtectData:       c.ProtectData,
	}
	for name, value := range c.Settings.Secrets {
		args.Secrets[name] = secret(value)
	}
	if m := c.Mail; m.Host != "" {
		args.Mail = &components.CareMail{
			Host: m.Host, Port: m.Port, Username: m.User, Password: secret(m.Password), Sender: m.Sender,
		}
	}
	if l := c.Login; l.CaptchaSiteKey != "" {
		args.Captcha = &components.CareCaptcha{SiteKey: l.CaptchaSiteKey, SecretKey: secret(l.CaptchaSecretKey)}
	}
	return args
}

func celeryArgs(c config.Config, s stack, run serviceArgs) *components.CeleryArgs {
	args := &components.CeleryArgs{
		Placement:           s.network.placement,
		Image:               run.image,
		Cpu:                 c.Services.CeleryCpu,
		Memory:              c.Services.CeleryMemory,
		BeatMemory:          c.BeatMemory(),
		Connects:            run.connects,
		InternetEgressPorts: run.egressPorts,
		TaskRolePolicies:    s.storage.workerPolicies(),
		Stopped:             c.Stopped,
	}
	if c.Schedule != nil {
		args.Schedule = c.Schedule.Celery()
	}
	return args
}

// celeryWorkersArgs describes the workers beside the one in Celery's task. Each has the CPU and memory of a whole task.
func celeryWorkersArgs(ctx *pulumi.Context, c config.Config, s stack, run serviceArgs) *components.CeleryWorkersArgs {
	count := c.Scaling.CeleryWorkers - 1
	return &components.CeleryWorkersArgs{
		Placement:           s.network.placement,
		Image:               run.image,
		Cpu:                 c.Services.CeleryCpu,
		Memory:              c.Services.CeleryMemory,
		DesiredCount:        &count,
		Scaling:             workerScaling(ctx, c),
		Spot:                c.Scaling.CeleryWorkersOnSpot,
		Stopped:             c.Stopped,
		Connects:            run.connects,
		InternetEgressPorts: run.egressPorts,
		TaskRolePolicies:    s.storage.workerPolicies(),
		WaitFor:             run.waitFor,
	}
}

func careArgs(c config.Config, s stack, run serviceArgs) *components.CareArgs {
	alb := s.network.alb
	return &components.CareArgs{
		Placement: s.network.placement,
		Image:     run.image,
		Entrance: components.Entrance{
			ListenerArn: alb.ListenerArn, HostName: alb.HostName, SecurityGroupId: alb.SecurityGroupId,
		},
		Alarms:              careAlarms(c, s),
		Family:              "care",
		Cpu:                 c.Services.CareCpu,
		Memory:              c.Services.CareMemory,
		DesiredCount:        &c.Scaling.CareDesiredCount,
		Scaling:             careScaling(c),
		Spot:                c.Services.CareOnSpot,
		Stopped:             c.Stopped,
		Connects:            run.connects,
		InternetEgressPorts: run.egressPorts,
		TaskRolePolicies:    s.storage.apiPolicies(),
		Sms:                 c.Settings.Sms && c.Image.SignsInByRole(),
		WaitFor:             run.waitFor,
	}
}

// careScaling returns nil if the number of API tasks never changes.
func careScaling(c config.Config) *components.Scaling {
	if !c.Scaling.Care() && c.Schedule == nil {
		return nil
	}
	count := c.Scaling.CareDesiredCount
	scaling := &components.Scaling{MinCount: count, MaxCount: max(c.Scaling.CareMaxCount, count)}
	if c.Scaling.Care() {
		scaling.CpuPercent, scaling.RequestsPerTarget = c.Scaling.CareCpuPercent, c.Scaling.CareRequestsPerTarget
	}
	if c.Schedule != nil {
		scaling.Schedule = c.Schedule.Api(scaling.MinCount, scaling.MaxCount)
	}
	return scaling
}

// workerScaling returns nil if the number of workers never changes. It counts the workers beside the first, which takes
// its share of the queue in beat's task.
func workerScaling(ctx *pulumi.Context, c config.Config) *components.Scaling {
	if !c.Scaling.Workers() && c.Schedule == nil {
		return nil
	}
	count := c.Scaling.CeleryWorkers - 1
	scaling := &components.Scaling{MinCount: count, MaxCount: max(c.Scaling.CeleryMaxWorkers-1, count)}
	if c.Scaling.Workers() {
		scaling.Metric = &components.SharedMetric{
			Namespace: metricNamespace(ctx), Name: components.MetricQueueLength,
			PerTask: c.Scaling.CeleryQueuePerWorker, OtherTasks: 1,
		}
	}
	if c.Schedule != nil {
		scaling.Schedule = c.Schedule.Workers(scaling.MinCount, scaling.MaxCount)
	}
	return scaling
}

// workerLogGroups returns the log groups of all workers, by the names of their containers.
func (a application) workerLogGroups() map[string]pulumi.StringInput {
	groups := map[string]pulumi.StringInput{
		"care-celery-worker": a.celery.LogGroupNames.MapIndex(pulumi.String("care-celery-worker")),
	}
	if a.workers != nil {
		groups["care-celery-worker-more"] = a.workers.LogGroupName
	}
	return groups
}
