// Command care-ecs is the Pulumi program that deploys Care on AWS ECS.
package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

func main() {
	pulumi.Run(deploy)
}

// stack is everything that is deployed, in the order of its deployment.
type stack struct {
	encryption

	storage storage
	network network
	// topic is nil if there are no alarms.
	topic       *components.AlarmTopic
	database    database
	redis       redis
	application application
	// backups is nil if AWS Backup takes none.
	backups  *components.BackupPlan
	watching watching
}

// deploy composes the stack: configuration, components in the order in which they need each other, outputs.
func deploy(ctx *pulumi.Context) error {
	c, err := config.Load(ctx)
	if err != nil {
		return err
	}
	guard, err := newGuard(ctx)
	if err != nil {
		return err
	}
	records, err := readRecords(ctx, c)
	if err != nil {
		return err
	}
	var s stack
	if s.encryption, err = deployKeys(ctx, c); err != nil {
		return err
	}
	if s.storage, err = deployStorage(ctx, c, s.encryption); err != nil {
		return err
	}
	records.writeKeys(ctx, c, s)
	if s.network, err = deployNetwork(ctx, c, s); err != nil {
		return err
	}
	if s.topic, err = deployAlarmTopic(ctx, c.Watching); err != nil {
		return err
	}
	if s.database, err = deployDatabase(ctx, c, s); err != nil {
		return err
	}
	records.writeDatabase(ctx, s.database, guard)
	if s.redis, err = deployRedis(ctx, c, s); err != nil {
		return err
	}
	if s.application, err = deployCare(ctx, c, s); err != nil {
		return err
	}
	if s.backups, err = deployBackups(ctx, c, s); err != nil {
		return err
	}
	if s.watching, err = deployWatching(ctx, c, s); err != nil {
		return err
	}
	records.writeApplication(ctx, c, guard, s)
	s.export(ctx, c)
	return guard.register(ctx, c.ProtectData)
}

func (s stack) export(ctx *pulumi.Context, c config.Config) {
	cluster, buckets := s.network.cluster.Name, s.storage.buckets
	ctx.Export("url", s.network.alb.Url)
	ctx.Export("image", pulumi.String(c.Image.Name))
	ctx.Export("loadBalancerArn", s.network.alb.Arn)
	ctx.Export("loadBalancerDnsName", s.network.alb.DnsName)
	ctx.Export("redisEndpoint", s.redis.endpoint)
	ctx.Export("namespace", s.network.namespace.Name)
	ctx.Export("clusterName", cluster)
	ctx.Export("databaseAddress", s.database.access.Address)
	ctx.Export("patientBucket", buckets.PatientBucket)
	ctx.Export("facilityBucket", buckets.FacilityBucket)
	ctx.Export("logGroups", s.logGroups())
	ctx.Export("services", s.services())
	if s.key != nil {
		ctx.Export("encryptionKeyArn", s.key)
	}
	if s.backups != nil {
		ctx.Export("backupVault", s.backups.VaultName)
	}
	if s.topic != nil {
		ctx.Export("alarmTopicArn", s.topic.Arn)
	}
	if s.watching.dashboard != nil {
		ctx.Export("dashboard", s.watching.dashboard.Url)
	}
	ctx.Export("shell", pulumi.Sprintf(
		"aws ecs execute-command --region %[1]s --cluster %[2]s --container %[3]s --interactive --command /bin/bash"+
			" --task $(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s"+
			" --query 'taskArns[0]' --output text)",
		buckets.Region, cluster, s.application.care.ServiceName))
	if c.Schedule != nil && !c.Stopped {
		ctx.Export("wake", s.wake(ctx, c))
	}
}

// services returns the services as they were deployed, in the order of their deployment, for cmd/verify.
func (s stack) services() pulumi.Array {
	var services pulumi.Array
	if s.redis.stack != nil {
		services = append(services, s.redis.stack.Deployed)
	}
	services = append(services, s.application.celery.Deployed)
	if s.application.workers != nil {
		services = append(services, s.application.workers.Deployed)
	}
	return append(services, s.application.care.Deployed)
}

// logGroups returns the log groups of all services in one sorted list.
func (s stack) logGroups() pulumi.StringArrayOutput {
	groups := []any{s.application.care.LogGroupName, s.application.celery.LogGroupNames}
	if s.application.workers != nil {
		groups = append(groups, s.application.workers.LogGroupName)
	}
	if s.redis.stack != nil {
		groups = append(groups, s.redis.stack.LogGroupNames)
	}
	return sortedNames(groups...)
}

// Parts of the command that starts a stack outside its hours.
const (
	// wakeDatabase starts the database, unless it is running, and waits for it.
	wakeDatabase = "{ aws rds start-db-instance --db-instance-identifier %[1]s >/dev/null || true; } && " +
		"aws rds wait db-instance-available --db-instance-identifier %[1]s"
	// wakeService starts the tasks of a service and waits for them. It changes the scalable target as well, which would
	// stop them again.
	wakeService = "aws application-autoscaling register-scalable-target --service-namespace ecs" +
		" --scalable-dimension ecs:service:DesiredCount --resource-id service/%[1]s/%[2]s" +
		" --min-capacity %[3]d --max-capacity %[4]d >/dev/null && " +
		"aws ecs update-service --cluster %[1]s --service %[2]s --desired-count %[3]d >/dev/null && " +
		"aws ecs wait services-stable --cluster %[1]s --services %[2]s"
)

// wake returns the command that starts a stack outside its hours, in the order in which the schedule starts it. The
// schedule stops it again at its next times.
func (s stack) wake(ctx *pulumi.Context, c config.Config) pulumi.StringOutput {
	var steps []any
	service := func(name pulumi.StringOutput, minimum, maximum int) {
		steps = append(steps, pulumi.Sprintf(wakeService, s.network.cluster.Name, name, minimum, maximum))
	}
	if s.database.identifier != nil {
		steps = append(steps, pulumi.Sprintf(wakeDatabase, s.database.identifier))
	}
	if s.redis.stack != nil {
		service(s.redis.stack.ServiceName, 1, 1)
	}
	service(s.application.celery.ServiceName, 1, 1)
	if s.application.workers != nil {
		scaling := workerScaling(ctx, c)
		service(s.application.workers.ServiceName, scaling.MinCount, scaling.MaxCount)
	}
	scaling := careScaling(c)
	service(s.application.care.ServiceName, scaling.MinCount, scaling.MaxCount)
	return pulumi.Sprintf("(export AWS_REGION=%s"+strings.Repeat(" && %s", len(steps))+")",
		append([]any{s.storage.buckets.Region}, steps...)...)
}

// secretsPath is the prefix of the names of the stack's SSM parameters.
func secretsPath(ctx *pulumi.Context) string { return "/" + ctx.Project() + "/" + ctx.Stack() }

// metricNamespace is the CloudWatch namespace of the stack's own metrics, such as "care/staging".
func metricNamespace(ctx *pulumi.Context) string { return ctx.Project() + "/" + ctx.Stack() }

// given returns the value, or nil if it is empty.
func given(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// boundary returns the permissions boundary of the stack's roles and users; nil if they have none.
func boundary(c config.Config) pulumi.StringInput {
	return given(c.Identities.PermissionsBoundaryArn)
}

// secret returns the value, marked as secret, or nil if it is empty.
func secret(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
}

// sortedNames returns the names in strings, lists and maps of strings as one sorted list.
func sortedNames(groups ...any) pulumi.StringArrayOutput {
	return pulumi.All(groups...).ApplyT(func(groups []any) []string {
		var names []string
		for _, group := range groups {
			switch g := group.(type) {
			case string:
				names = append(names, g)
			case []string:
				names = append(names, g...)
			case map[string]string:
				names = slices.AppendSeq(names, maps.Values(g))
			}
		}
		return slices.Sorted(slices.Values(names))
	}).(pulumi.StringArrayOutput)
}
