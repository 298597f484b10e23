package tests

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	vaultType     = "aws:backup/vault:Vault"
	planType      = "aws:backup/plan:Plan"
	selectionType = "aws:backup/selection:Selection"

	backedUpDatabase = "arn:aws:rds:ap-south-1:123456789012:db:care"
	backedUpFiles    = "arn:aws:elasticfilesystem:ap-south-1:123456789012:file-system/fs-0123456789abcdef0"
	farVault         = "arn:aws:backup:eu-west-1:123456789012:backup-vault:far"
	foreignVault     = "arn:aws:backup:ap-south-1:210987654321:backup-vault:far"
)

var wrongBackupPlans = map[string]func(*components.BackupPlanArgs){
	`database = null`:                   func(a *components.BackupPlanArgs) { a.Database = nil },
	`database.arn = null`:               func(a *components.BackupPlanArgs) { a.Database.Arn = nil },
	`database.backupWindow = null`:      func(a *components.BackupPlanArgs) { a.Database.BackupWindow = "" },
	`database.maintenanceWindow = null`: func(a *components.BackupPlanArgs) { a.Database.MaintenanceWindow = "" },
	`database.backupWindow = "20:00"`:   func(a *components.BackupPlanArgs) { a.Database.BackupWindow = "20:00" },
	`time = "19:00"`:                    func(a *components.BackupPlanArgs) { a.Time = "19:00" },
	`time = "late"`:                     func(a *components.BackupPlanArgs) { a.Time = "late" },
	`retentionDays = -1`:                func(a *components.BackupPlanArgs) { a.RetentionDays = -1 },
	`copyVaultArn = "far"`:              func(a *components.BackupPlanArgs) { a.CopyVaultArn = pulumi.String("far") },
	`kmsKeyArn = "alias/care"`:          func(a *components.BackupPlanArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	`formerKmsKeyArns = "alias/care"`: func(a *components.BackupPlanArgs) {
		a.FormerKmsKeyArns = []pulumi.StringInput{pulumi.String("alias/care")}
	},
	`permissionsBoundaryArn = "b"`: func(a *components.BackupPlanArgs) { a.PermissionsBoundaryArn = pulumi.String("b") },
}

func makeBackupPlan(
	t *testing.T, change func(*components.BackupPlanArgs),
) (*pulumitest.Result, *components.BackupPlan) {
	t.Helper()
	return create(t, components.NewBackupPlan, "care", changed(backupPlanArgs(""), change))
}

func TestABackupPlanTakesSnapshotsOfExactlyWhatItIsGiven(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change    func(*components.BackupPlanArgs)
		resources []any
		types     []string
		actions   map[string]bool
	}{
		"database": {
			func(*components.BackupPlanArgs) {},
			[]any{backedUpDatabase},
			[]string{"RDS"},
			map[string]bool{"rds:CreateDBSnapshot": true, "elasticfilesystem:Backup": false, "s3:GetObject": false},
		},
		"files": {
			func(a *components.BackupPlanArgs) { a.Database, a.FileSystemArn = nil, pulumi.String(backedUpFiles) },
			[]any{backedUpFiles},
			[]string{"EFS"},
			map[string]bool{"rds:CreateDBSnapshot": false, "elasticfilesystem:Backup": true, "s3:GetObject": false},
		},
	} {
		result, plan := makeBackupPlan(t, row.change)
		assert.Equal(t, row.resources, result.Only(t, selectionType).In("resources"), name)
		assert.Equal(t, row.types, plan.Watched().ResourceTypes, name)
		policy := result.Only(t, "aws:iam/rolePolicy:RolePolicy").Text("policy")
		for action, allowed := range row.actions {
			assert.Equal(t, allowed, strings.Contains(policy, strconv.Quote(action)), "%s %s", name, action)
		}
		made := result.Only(t, planType)
		assert.Equal(t, "cron(30 22 * * ? *)", made.Text("rules[0].schedule"))
		assert.NotEqual(t, true, made.In("rules[0].enableContinuousBackup"),
			"it would take over the retention of the database")
		assert.Nil(t, made.In("rules[0].copyActions"))
	}
}

func TestAVaultIsProtectedWithTheData(t *testing.T) {
	t.Parallel()
	for _, protect := range []bool{false, true} {
		result, _ := makeBackupPlan(t, func(a *components.BackupPlanArgs) {
			a.ProtectData, a.KmsKeyArn = protect, pulumi.String(dataKey)
		})
		vault := result.Only(t, vaultType)
		assert.Equal(t, protect, vault.Options.GetProtect())
		assert.Equal(t, !protect, vault.In("forceDestroy"))
		assert.Equal(t, dataKey, vault.Text("kmsKeyArn"))
		assert.Equal(t, []string{"kmsKeyArn"}, vault.Options.GetIgnoreChanges())
	}
}

func TestCopiesGoToAVaultElsewhere(t *testing.T) {
	t.Parallel()
	result, _ := makeBackupPlan(t, func(a *components.BackupPlanArgs) { a.CopyVaultArn = pulumi.String(farVault) })
	made := result.Only(t, planType)
	assert.Equal(t, farVault, made.Text("rules[0].copyActions[0].destinationVaultArn"))
	assert.Equal(t, 35, made.Number("rules[0].copyActions[0].lifecycle.deleteAfter"))
	assert.Equal(t, 35, made.Number("rules[0].lifecycle.deleteAfter"))

	try := func(vault string, key pulumi.StringInput) error {
		return pulumitest.Run(func(ctx *pulumi.Context) error {
			args := backupPlanArgs("")
			args.CopyVaultArn, args.KmsKeyArn = pulumi.String(vault), key
			_, err := components.NewBackupPlan(ctx, "care", args)
			return err
		}).Err
	}
	const beside = "arn:aws:backup:ap-south-1:123456789012:backup-vault:care-1234567"
	require.ErrorContains(t, try(beside, nil), "must be a vault in another region or account")
	require.ErrorContains(t, try(foreignVault, nil), "as long as AWS's own keys encrypt the data")
	require.NoError(t, try(foreignVault, pulumi.String(dataKey)))
}

func TestTheKeyMayBeUsedForCopiesInAnotherAccount(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewEncryptionKey, "data", &components.EncryptionKeyArgs{CopyAccount: "210987654321"})
	grants := 0
	for _, statement := range result.Only(t, keyType).Policy(t, "policy").Statement {
		if statement.Sid == "CopyGrants" {
			grants++
			assert.Equal(t, map[string]any{"Bool": map[string]any{"kms:GrantIsForAWSResource": "true"}}, statement.Condition)
		}
	}
	assert.Equal(t, 1, grants)
	assert.Contains(t, result.Only(t, keyType).Text("policy"), `"AWS":"arn:aws:iam::210987654321:root"`)
}

// CloudWatch takes a period of a day and a half only in parts.
func TestBackupsAndTheCertificateAreWatched(t *testing.T) {
	t.Parallel()
	result := alarmsOf(t, richAlarmsArgs("one"))
	for name, want := range map[string]map[string]any{
		"one-backup-rds": {
			"namespace": "AWS/Backup", "metricName": "NumberOfBackupJobsCompleted", "statistic": "Sum",
			"dimensions": map[string]any{"BackupVaultName": "care", "ResourceType": "RDS"},
			"period":     43200.0, "evaluationPeriods": 3.0, "datapointsToAlarm": 3.0, "comparisonOperator": "LessThanThreshold",
			"threshold": 1.0, "treatMissingData": "breaching",
		},
		"one-certificate": {
			"namespace": "AWS/CertificateManager", "metricName": "DaysToExpiry", "statistic": "Minimum",
			"dimensions": map[string]any{"CertificateArn": watchedCertificate},
			"period":     86400.0, "evaluationPeriods": 1.0, "datapointsToAlarm": 1.0, "comparisonOperator": "LessThanThreshold",
			"threshold": 30.0, "treatMissingData": "notBreaching",
		},
	} {
		assert.Equal(t, want, judged(result.Named(t, alarmType, name)), name)
	}
}
