package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// scheduleRetry is how long, in seconds, a start or stop that RDS refuses is tried again: long enough for a backup to
// end, which keeps an instance from being stopped, and short enough that a start which failed in the morning, because
// somebody had started the instance already, does not come back after the evening's stop. EventBridge Scheduler would
// go on for a day (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html).
const scheduleRetry = 3600

// InstanceHours are when an RDS instance is started and stopped.
type InstanceHours struct {
	// Start is when the instance is started, as cron(minutes hours day-of-month month day-of-week year). Required.
	Start string `pulumi:"start"`
	// Stop is when it is stopped. RDS starts an instance that has been stopped for seven days
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html). Required.
	Stop string `pulumi:"stop"`
	// TimeZone is the zone of both, as Asia/Kolkata. Required.
	TimeZone string `pulumi:"timeZone"`
}

// DatabaseSchedule starts and stops an RDS instance by the clock, with EventBridge Scheduler and a role that may do
// that to this instance and nothing else. A stopped instance costs its storage only, and takes no backups. Without this
// component the instance stays as it is: started or stopped.
type DatabaseSchedule struct {
	pulumi.ResourceState

	// GroupName is the schedule group, in which both schedules are.
	GroupName pulumi.StringOutput `pulumi:"groupName"`
}

// DatabaseScheduleArgs are the inputs of NewDatabaseSchedule.
type DatabaseScheduleArgs struct {
	// InstanceIdentifier is the instance's identifier. Required.
	InstanceIdentifier pulumi.StringInput `pulumi:"instanceIdentifier"`
	// InstanceArn is the instance's ARN. Required.
	InstanceArn pulumi.StringInput `pulumi:"instanceArn"`
	// Hours are when it is started and stopped. Required.
	Hours InstanceHours `pulumi:"hours"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the role of the schedules
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *DatabaseScheduleArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *DatabaseScheduleArgs")
	}
	return rule.All(
		rule.Given("instanceIdentifier", args.InstanceIdentifier != nil, "take it from the Postgres"),
		rule.Given("instanceArn", args.InstanceArn != nil, "take it from the Postgres"),
		validateBoundary("permissionsBoundaryArn", args.PermissionsBoundaryArn),
		rule.ScheduleExpression("hours.start", args.Hours.Start),
		rule.ScheduleExpression("hours.stop", args.Hours.Stop),
		rule.TimeZone("hours.timeZone", args.Hours.TimeZone),
	)
}

// NewDatabaseSchedule checks args and creates the schedules. It returns an error and registers nothing if args is nil
// or invalid.
func NewDatabaseSchedule(
	ctx *pulumi.Context, name string, args *DatabaseScheduleArgs, opts ...pulumi.ResourceOption,
) (*DatabaseSchedule, error) {
	var a DatabaseScheduleArgs
	if args != nil {
		a = *args
	}
	schedule := &DatabaseSchedule{}
	c, err := register(ctx, "DatabaseSchedule", name, schedule, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &databaseScheduleBuilder{component: c, args: a, schedule: schedule}
	return schedule, b.build(b.createGroup, b.createRole, b.createSchedules, b.setOutputs)
}

type databaseScheduleBuilder struct {
	*component
	args     DatabaseScheduleArgs
	schedule *DatabaseSchedule

	group  *scheduler.ScheduleGroup
	role   *iam.Role
	policy *iam.RolePolicy
}

func (b *databaseScheduleBuilder) createGroup() error {
	group, err := scheduler.NewScheduleGroup(b.ctx, b.name, &scheduler.ScheduleGroupArgs{Tags: b.tagged()}, b.options()...)
	if err != nil {
		return fmt.Errorf("create schedule group: %w", err)
	}
	b.group = group
	return nil
}

// createRole makes a role that schedules of the group may take, and no others
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
func (b *databaseScheduleBuilder) createRole() error {
	role, err := iam.NewRole(b.ctx, b.name, &iam.RoleArgs{
		AssumeRolePolicy: pulumi.JSONMarshal(pulumi.Map{
			"Version": pulumi.String("2012-10-17"),
			"Statement": pulumi.Array{pulumi.Map{
				"Effect":    pulumi.String("Allow"),
				"Action":    pulumi.String("sts:AssumeRole"),
				"Principal": pulumi.Map{"Service": pulumi.String("scheduler.amazonaws.com")},
				"Condition": pulumi.Map{"StringEquals": pulumi.Map{
					"aws:SourceAccount": b.account(), "aws:SourceArn": b.group.Arn,
				}},
			}},
		}),
		Description:         pulumi.String("Starts and stops a database by the clock"),
		PermissionsBoundary: pointer(b.args.PermissionsBoundaryArn),
		Tags:                b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create role: %w", err)
	}
	policy, err := iam.NewRolePolicy(b.ctx, b.name, &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: policyDocument(PolicyStatementArray{PolicyStatement{
			Sid: "StartAndStop", Actions: []string{"rds:StartDBInstance", "rds:StopDBInstance"},
			Resources: []pulumi.StringInput{b.args.InstanceArn},
		}}),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create policy: %w", err)
	}
	b.role, b.policy = role, policy
	return nil
}

// createSchedules creates schedules that call RDS directly. The parameters have the names of AWS's SDKs, which differ
// from those of RDS's own API (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html).
func (b *databaseScheduleBuilder) createSchedules() error {
	input := pulumi.JSONMarshal(pulumi.Map{"DbInstanceIdentifier": b.args.InstanceIdentifier})
	for _, each := range []struct{ suffix, action, expression string }{
		{"start", "startDBInstance", b.args.Hours.Start},
		{"stop", "stopDBInstance", b.args.Hours.Stop},
	} {
		_, err := scheduler.NewSchedule(b.ctx, b.child(each.suffix), &scheduler.ScheduleArgs{
			GroupName:                  b.group.Name,
			ScheduleExpression:         pulumi.String(each.expression),
			ScheduleExpressionTimezone: pulumi.String(b.args.Hours.TimeZone),
			FlexibleTimeWindow:         &scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
			Target: &scheduler.ScheduleTargetArgs{
				Arn:         pulumi.Sprintf("arn:%s:scheduler:::aws-sdk:rds:%s", b.partition(), each.action),
				RoleArn:     b.role.Arn,
				Input:       input,
				RetryPolicy: &scheduler.ScheduleTargetRetryPolicyArgs{MaximumEventAgeInSeconds: pulumi.Int(scheduleRetry)},
			},
		}, b.options(pulumi.DependsOn([]pulumi.Resource{b.policy}))...)
		if err != nil {
			return fmt.Errorf("create schedule %s: %w", each.suffix, err)
		}
	}
	return nil
}

func (b *databaseScheduleBuilder) setOutputs() error {
	b.schedule.GroupName = b.group.Name
	return nil
}
