package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// certificateDays is the number of days before a certificate expires at which its alarm starts. ACM renews its own
// certificates 60 days before (https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html).
const certificateDays = 30

// WatchedBackups is a vault of AWS Backup with daily backups; a BackupPlan has one.
type WatchedBackups struct {
	// VaultName is the vault's name. Required.
	VaultName pulumi.StringInput `pulumi:"vaultName"`
	// ResourceTypes are the types of the resources that are backed up, RDS, EFS or S3. Required.
	ResourceTypes []string `pulumi:"resourceTypes"`
	// CopiedVaultArn is the vault's ARN if its backups are copied to another vault: copies that fail are then reported.
	// Default: none.
	CopiedVaultArn pulumi.StringInput `pulumi:"copiedVaultArn,optional"`
}

// backedUpNames describe a resource of each type in the text of its alarm.
var backedUpNames = map[string]string{
	backupTypeRds: "the database", backupTypeEfs: "Redis's file system", backupTypeS3: "the patient bucket",
}

func (w *WatchedBackups) validate(argument string) error {
	if w == nil {
		return nil
	}
	problems := []error{
		rule.Given(argument+".vaultName", w.VaultName != nil, "take it from the BackupPlan"),
		rule.Given(argument+".resourceTypes", len(w.ResourceTypes) > 0, "take them from the BackupPlan"),
	}
	for _, each := range w.ResourceTypes {
		problems = append(problems, rule.OneOf(argument+".resourceTypes", each, sortedKeys(backedUpNames)...))
	}
	return rule.All(problems...)
}

// watchBackups creates an alarm for each type of resource, because a metric without a type hides one type that fails
// behind another that does not. AWS sends no value at all while no job completes
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html). The alarms are on until the first night is
// over. A day and a half leaves room for a job that starts or ends later than the day before.
func (b *alarmsBuilder) watchBackups() error {
	backups := b.args.Backups
	if backups == nil {
		return nil
	}
	for _, each := range backups.ResourceTypes {
		err := b.add(alarm{
			name: "backup-" + strings.ToLower(each),
			description: fmt.Sprintf("AWS Backup has completed no backup of %s for a day and a half.",
				backedUpNames[each]),
			metric: metric{
				pulumi.String(namespaceBackup), "NumberOfBackupJobsCompleted",
				[]dimension{{"BackupVaultName", backups.VaultName}, {"ResourceType", pulumi.String(each)}},
				"Sum",
			},
			period: 12 * 3600, periods: 3, datapoints: 3,
			comparison: lessThan, threshold: 1, missing: missingIsBad,
		})
		if err != nil {
			return err
		}
	}
	return b.watchCopies(backups)
}

// watchCopies creates an EventBridge rule that reports copies of backups which failed. AWS Backup sends the event in
// the region and account of the backup, wherever the other vault is
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html,
// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CopyJob.html). It sends nothing about a copy that is
// missing because there was no backup, for which the alarms above are.
func (b *alarmsBuilder) watchCopies(backups *WatchedBackups) error {
	if backups.CopiedVaultArn == nil {
		return nil
	}
	return b.report(event{
		name: "backup-copy-failed", description: "A copy of a backup failed",
		pattern: pulumi.Map{
			"source":      pulumi.ToStringArray([]string{"aws.backup"}),
			"detail-type": pulumi.ToStringArray([]string{"Copy Job State Change"}),
			"detail": pulumi.Map{
				"sourceBackupVaultArn": pulumi.StringArray{backups.CopiedVaultArn},
				"state":                pulumi.ToStringArray([]string{"FAILED", "PARTIAL"}),
			},
		},
		paths: pulumi.StringMap{
			"resource": pulumi.String("$.detail.resourceArn"), "vault": pulumi.String("$.detail.destinationBackupVaultArn"),
			"reason": pulumi.String("$.detail.statusMessage"), "time": pulumi.String("$.time"),
		},
		text: "the copy of the backup of <resource> to <vault> failed at <time>: <reason>",
	})
}

// watchCertificate creates an alarm for a certificate that was not renewed. ACM sends its metric twice a day
// (https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html).
func (b *alarmsBuilder) watchCertificate() error {
	if b.args.CertificateArn == nil {
		return nil
	}
	return b.add(alarm{
		name:        "certificate",
		description: fmt.Sprintf("The certificate of the load balancer expires in less than %d days.", certificateDays),
		metric: metric{
			pulumi.String(namespaceCertificates), "DaysToExpiry",
			[]dimension{{"CertificateArn", b.args.CertificateArn}},
			"Minimum",
		},
		period: 24 * 3600, periods: 1, datapoints: 1,
		comparison: lessThan, threshold: certificateDays, missing: missingIsGood,
	})
}
