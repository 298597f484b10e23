package aws

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(scheduleKind, scheduleGroupKind)

func scheduleKind() standin.Kind {
	return standin.Kind{
		Token: token.SchedulerSchedule, Args: scheduler.ScheduleArgs{}, State: scheduler.ScheduleState{},
		Facts:    charged(standin.ByUse("calls of schedules", "scheduler-invocation")),
		Name:     standin.Naming{Property: "name", Max: 64, Unless: "namePrefix"},
		Defaults: standin.Props{"scheduleExpressionTimezone": "UTC", "state": "ENABLED"},
		Computed: []string{"groupName"},
		Replaces: []string{"groupName", "name", "namePrefix"},
		Refs:     []standin.Ref{toRole("target.roleArn"), toScheduleGroup("groupName")},
		Unique: []standin.Unique{{
			By: []string{"groupName", "name"}, At: "name", Code: "ConflictException",
			Rule: "a schedule's name is unique in its group",
		}},
		Checks: []standin.CheckRule{
			schedulerSchedule, schedulerScheduleExpression, schedulerFlexibleWindow, schedulerUniversalTarget,
		},
		Rules: []standin.Rule{schedulerRoleTrust},
		Id:    scheduleId,
		Outputs: func(o *standin.Op) standin.Props {
			group, _, _ := strings.Cut(o.Id, "/")
			return standin.Props{"groupName": group, "arn": arn(o, "scheduler", "schedule/"+o.Id)}
		},
	}
}

// scheduleId: who names no group gets the one that every account has.
func scheduleId(o *standin.Op) string {
	return cmp.Or(o.In("groupName").Text(), "default") + "/" + o.Has("name").Text()
}

// scheduleGroupKind: a group takes its schedules with it when it goes
// (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html).
func scheduleGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.SchedulerScheduleGroup, Args: scheduler.ScheduleGroupArgs{}, State: scheduler.ScheduleGroupState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name", Max: 64, Unless: "namePrefix"},
		Replaces: []string{"name", "namePrefix"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "ConflictException", Rule: "a schedule group's name is unique in the account and region",
		}},
		Checks: []standin.CheckRule{schedulerScheduleGroup},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "scheduler", "schedule-group/"+o.Has("name").Text()), "state": "ACTIVE",
				"creationDate": "2026-01-01T00:00:00Z", "lastModificationDate": "2026-01-01T00:00:00Z",
			}
		},
	}
}

func toScheduleGroup(path string) standin.Ref {
	return outside(path, "ResourceNotFoundException", standin.Target{Token: token.SchedulerScheduleGroup, By: "name"})
}
