package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What a person types to start a stack outside its hours, in the parts of which the command is made.
const (
	// wakeDatabase starts the database, if it does not run already, and waits for it.
	wakeDatabase = "{ aws rds start-db-instance --db-instance-identifier %[1]s >/dev/null || true; } && " +
		"aws rds wait db-instance-available --db-instance-identifier %[1]s"
	// wakeService gives a service its tasks back, also to the scaler, which would take them away again, and waits for them.
	wakeService = "aws application-autoscaling register-scalable-target --service-namespace ecs" +
		" --scalable-dimension ecs:service:DesiredCount --resource-id service/%[1]s/%[2]s" +
		" --min-capacity %[3]d --max-capacity %[4]d >/dev/null && " +
		"aws ecs update-service --cluster %[1]s --service %[2]s --desired-count %[3]d >/dev/null && " +
		"aws ecs wait services-stable --cluster %[1]s --services %[2]s"
)

// wake gives the command that starts everything outside the hours, in the order of a morning. The schedule's next times
// have the last word again.
func wake(ctx *pulumi.Context, c Config, s surroundings, d data, a application) pulumi.StringOutput {
	var steps []any
	if d.database.identifier != nil {
		steps = append(steps, pulumi.Sprintf(wakeDatabase, d.database.identifier))
	}
	if d.redis.serviceName != nil {
		steps = append(steps, pulumi.Sprintf(wakeService, s.cluster.Name, d.redis.serviceName, 1, 1))
	}
	steps = append(steps, pulumi.Sprintf(wakeService, s.cluster.Name, a.celery.ServiceName, 1, 1))
	if a.workers != nil {
		scaling := c.workerScaling(ctx)
		steps = append(steps, pulumi.Sprintf(wakeService, s.cluster.Name, a.workers.ServiceName, scaling.MinCount, scaling.MaxCount))
	}
	scaling := c.careScaling()
	steps = append(steps, pulumi.Sprintf(wakeService, s.cluster.Name, a.care.ServiceName, scaling.MinCount, scaling.MaxCount))
	return pulumi.Sprintf("(export AWS_REGION=%s"+strings.Repeat(" && %s", len(steps))+")", append([]any{d.buckets.Region}, steps...)...)
}
