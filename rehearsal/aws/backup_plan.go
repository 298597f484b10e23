package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(backupPlanKind, backupSelectionKind)

func backupPlanKind() standin.Kind {
	return standin.Kind{
		Token: token.BackupPlan, Args: backup.PlanArgs{}, State: backup.PlanState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name"},
		Required: []string{"rules"},
		Absent: standin.Props{
			"rules.startWindow": 60, "rules.completionWindow": 180, "rules.scheduleExpressionTimezone": "Etc/UTC",
		},
		Replaces: []string{"name"},
		Sets:     []string{"advancedBackupSettings", "rules", "rules.copyActions"},
		Refs: []standin.Ref{
			outside("rules.targetVaultName", "ResourceNotFoundException", standin.Target{Token: token.BackupVault, By: "name"}),
			outside("rules.copyActions.destinationVaultArn", "ResourceNotFoundException",
				standin.Target{Token: token.BackupVault, By: "arn"}),
		},
		HeldBy: []standin.Hold{{Token: token.BackupSelection, Path: "planId"}},
		InUse:  "InvalidRequestException",
		Checks: []standin.CheckRule{backupSchedule, backupLifecycle, backupContinuousDays},
		Rules:  []standin.Rule{backupCopyKey},
		Id:     func(*standin.Op) string { return standin.Uuid() },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "backup", "backup-plan:"+o.Id), "version": standin.Draw(letterDigits, 48)}
		},
	}
}

// backupSelectionKind: a selection cannot be changed, only replaced.
func backupSelectionKind() standin.Kind {
	return standin.Kind{
		Token: token.BackupSelection, Args: backup.SelectionArgs{}, State: backup.SelectionState{},
		Facts:    charged(backupCharge),
		Name:     standin.Naming{Property: "name"},
		Computed: []string{"conditions", "notResources", "resources"},
		Replaces: []string{
			"conditions", "iamRoleArn", "name", "notResources", "planId", "resources", "selectionTags",
		},
		Sets: []string{"conditions", "notResources", "resources", "selectionTags"},
		Refs: []standin.Ref{
			outside("planId", "ResourceNotFoundException", standin.Target{Token: token.BackupPlan}), toRole("iamRoleArn"),
		},
		Rules: []standin.Rule{
			backupSelectionResources, backupRoleTrust, backupBucketVersions, backupContinuousDatabase, backupDatabaseWindows,
			backupCopyKey,
		},
		Id: func(*standin.Op) string { return standin.Uuid() },
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{"conditions": []any{}, "notResources": []any{}, "resources": []any{}}
		},
	}
}

// backupCharge: a plan's backups are charged by their size, and each type of resource has a price of its own
// (https://aws.amazon.com/backup/pricing/).
func backupCharge(t standin.Tally, r *standin.Resource) {
	for _, v := range r.All("resources") {
		if named, ok := backedUpBy(v.Text()); ok {
			t.Use(named.charge, named.item)
		}
	}
}
