package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
)

const (
	vaults     = "backup/vault:Vault"
	plans      = "backup/plan:Plan"
	selections = "backup/selection:Selection"
)

// backupTrust lets AWS Backup assume a role.
const backupTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
	`"Principal":{"Service":"backup.amazonaws.com"}}]}`

// nightly returns a backup rule with changes.
func nightly(changes in) in {
	return with(in{"ruleName": "daily", "targetVaultName": "care", "schedule": "cron(30 22 * * ? *)"}, changes)
}

func rules(all ...any) in { return in{"name": "daily", "rules": all} }

var _ = addition(func(s *stack) {
	vault := s.up(vaults, "care", in{"name": "care"})
	far := s.up(vaults, "far", in{"name": "far"})
	plan := s.up(plans, "daily", rules(nightly(in{
		"targetVaultName": vault.out("name"), "copyActions": []any{in{"destinationVaultArn": far.out("arn")}},
	})))
	s.up(selections, "data", in{
		"name": "data", "planId": plan.id, "iamRoleArn": "arn:aws:iam::123456789012:role/backup",
		"resources": []any{s.files.out("arn")},
	})
})

func TestPlansAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.up(vaults, "care", in{"name": "care"})
	sound := rules(nightly(nil))
	change := func(changes in) in { return in{"rules": []any{nightly(changes)}} }
	lifecycle := func(cold, end int) in { return in{"coldStorageAfter": cold, "deleteAfter": end} }
	copies := func(lifecycle in) in {
		return change(in{"copyActions": []any{in{
			"destinationVaultArn": "arn:aws:backup:eu-west-1:123456789012:backup-vault:far", "lifecycle": lifecycle,
		}}})
	}
	continuous := func(lifecycle any) in { return change(in{"enableContinuousBackup": true, "lifecycle": lifecycle}) }
	c.refuses(t, vaults, in{}, but("vault name", in{"name": "care vault"}, "InvalidParameterValueException",
		`name = "care vault"`))
	c.refuses(t, plans, sound,
		but("rule name", change(in{"ruleName": "every day"}), "rules[0].ruleName"),
		but("rate", change(in{"schedule": "rate(1 day)"}), "cron expression", "[backup/schedule]"),
		but("crontab", change(in{"schedule": "30 22 * * *"}), "cron expression"),
		but("zone", change(in{"scheduleExpressionTimezone": "IST"}), "no time zone", "[backup/schedule]"),
		but("start window", change(in{"startWindow": 30}), "startWindow = 30", "60"),
		but("copy to a bucket", change(in{"copyActions": []any{in{"destinationVaultArn": "arn:aws:s3:::far"}}}),
			"ARN of a vault of AWS Backup"),
		but("continuous for ever", continuous(nil), "1 to 35 days"),
		but("continuous and cold", continuous(lifecycle(1, 35)), "90 days", "cold storage"),
	)
	c.refuses(t, plans, with(sound, change(in{"lifecycle": lifecycle(30, 120)})), but("cold",
		change(in{"lifecycle": lifecycle(30, 119)}), "90 days", "[backup/lifecycle]"))
	c.refuses(t, plans, with(sound, copies(lifecycle(30, 120))), but("cold copy", copies(lifecycle(30, 90)), "90 days",
		"copyActions[0].lifecycle"))
	c.refuses(t, plans, with(sound, continuous(in{"deleteAfter": 35})), but("continuous for long",
		continuous(in{"deleteAfter": 36}), "1 to 35 days", "[backup/continuous-days]"))
	_, err := c.attempt(plans, "nowhere", rules(nightly(in{"targetVaultName": "other"})))
	require.NoError(t, err, "a vault may be from outside")
}

// backed is a stack with something to back up.
type backed struct {
	*stack
	role, database, versioned *thing
}

func newBacked(t *testing.T) backed {
	t.Helper()
	s := &stack{cloud: newCloud(t)}
	s.network()
	b := backed{stack: s, role: s.up("iam/role:Role", "backup", in{"assumeRolePolicy": backupTrust})}
	group := s.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": []any{s.subnetA.id, s.subnetB.id}})
	b.database = s.up("rds/instance:Instance", "db", in{
		"engine": "postgres", "engineVersion": "16", "instanceClass": "db.t4g.micro", "allocatedStorage": 20,
		"username": "care", "password": "hunter22hunter22",
		"dbSubnetGroupName":     group.out("name"),
		"backupRetentionPeriod": 30, "skipFinalSnapshot": true, "backupWindow": "20:00-20:30",
		"maintenanceWindow": "sat:21:00-sat:21:30",
	})
	b.versioned = s.up("s3/bucketV2:BucketV2", "versioned", in{})
	s.up("s3/bucketVersioningV2:BucketVersioningV2", "versioned",
		in{"bucket": b.versioned.out("bucket"), "versioningConfiguration": in{"status": "Enabled"}})
	s.up(vaults, "care", in{"name": "care"})
	return b
}

// selects tries a selection of the resources by a plan with the rule.
func (b backed) selects(rule, changes in, resources ...any) error {
	plan := b.up(plans, "daily", in{"rules": []any{nightly(rule)}})
	_, err := b.attempt(selections, "data",
		with(in{"planId": plan.id, "iamRoleArn": b.role.out("arn"), "resources": resources}, changes))
	return err
}

func TestASelectionNamesWhatCanBeBackedUp(t *testing.T) {
	t.Parallel()
	b := newBacked(t)
	plain := b.up("s3/bucketV2:BucketV2", "plain", in{})
	suspended := b.up("s3/bucketV2:BucketV2", "suspended", in{})
	b.up("s3/bucketVersioningV2:BucketVersioningV2", "suspended",
		in{"bucket": suspended.out("bucket"), "versioningConfiguration": in{"status": "Suspended"}})
	task := b.up("iam/role:Role", "task", in{"assumeRolePolicy": trust})
	gone := b.up("efs/fileSystem:FileSystem", "gone", in{})
	require.NoError(t, b.remove(gone))
	for name, row := range map[string]struct {
		changes   in
		resources []any
		want      string
	}{
		"database": {resources: []any{b.database.out("arn")}},
		"bucket":   {resources: []any{b.versioned.out("arn")}},
		"outside":  {resources: []any{"arn:aws:rds:ap-south-1:123456789012:db:other"}},
		"pattern":  {resources: []any{"arn:aws:elasticfilesystem:*:*:file-system/*"}},
		"by tag":   {changes: in{"selectionTags": []any{in{"type": "STRINGEQUALS", "key": "a", "value": "b"}}}},
		"nothing":  {want: "[backup/selection-resources]"},
		"gone":     {resources: []any{gone.out("arn")}, want: "[backup/selection-resources]"},
		"task's role": {
			changes: in{"iamRoleArn": task.out("arn")}, resources: []any{b.database.out("arn")}, want: "[backup/role-trust]",
		},
		"no versions":    {resources: []any{plain.out("arn")}, want: "[backup/bucket-versions]"},
		"no new version": {resources: []any{suspended.out("arn")}, want: "[backup/bucket-versions]"},
	} {
		err := b.selects(nil, row.changes, row.resources...)
		if row.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, row.want, name)
	}
}

func TestContinuousBackupsDoNotTakeOverADatabase(t *testing.T) {
	t.Parallel()
	b := newBacked(t)
	continuous := in{"enableContinuousBackup": true, "lifecycle": in{"deleteAfter": 35}}
	require.ErrorContains(t, b.selects(continuous, nil, b.database.out("arn")), "[backup/continuous-database]")
	require.NoError(t, b.selects(continuous, nil, b.versioned.out("arn")))
}

// The database of this test has its windows at 20:00 and, on Saturday, at 21:00.
func TestSnapshotsKeepAwayFromTheWindowsOfADatabase(t *testing.T) {
	t.Parallel()
	b := newBacked(t)
	for schedule, sound := range map[string]bool{
		"cron(59 18 * * ? *)": true, "cron(0 19 * * ? *)": false, "cron(29 20 ? * MON *)": false,
		"cron(30 20 ? * MON *)": true, "cron(30 20 ? * SAT *)": false, "cron(29 21 ? * SAT *)": false,
		"cron(30 21 ? * SAT *)": true, "cron(0 21 ? * SUN *)": true, "cron(30 21 * * ? *)": true,
	} {
		err := b.selects(in{"schedule": schedule}, nil, b.database.out("arn"))
		if sound {
			require.NoError(t, err, schedule)
			continue
		}
		require.ErrorContains(t, err, "[backup/database-windows]", schedule)
	}
	inIndia := in{"schedule": "cron(30 1 * * ? *)", "scheduleExpressionTimezone": "Asia/Kolkata"}
	require.ErrorContains(t, b.selects(inIndia, nil, b.database.out("arn")), "[backup/database-windows]")
}

func TestAPlanStaysAsLongAsItsSelections(t *testing.T) {
	t.Parallel()
	b := newBacked(t)
	plan := b.up(plans, "daily", in{"rules": []any{nightly(nil)}})
	selection := b.up(selections, "data",
		in{"planId": plan.id, "iamRoleArn": b.role.out("arn"), "resources": []any{b.database.out("arn")}})
	require.ErrorContains(t, b.remove(plan), "InvalidRequestException")
	require.NoError(t, b.remove(selection))
	require.NoError(t, b.remove(plan))
}

func TestAVaultIsLostWithItsBackups(t *testing.T) {
	t.Parallel()
	loss := aws.FactsOf("aws:backup/vault:Vault").Loss
	assert.Contains(t, loss(func(string) any { return nil }), "AWS refuses")
	assert.NotContains(t, loss(func(string) any { return true }), "AWS refuses")
}

// A snapshot of RDS keeps the key of its database. AWS's own key cannot be shared with another account.
func TestADatabaseUnderAwsKeyIsNotCopiedToAnotherAccount(t *testing.T) {
	t.Parallel()
	b := newBacked(t)
	key := b.up("kms/key:Key", "own", in{}).out("arn")
	database := func(name string, changes in) string {
		return b.up("rds/instance:Instance", name,
			with(b.database.given, with(in{"storageEncrypted": true}, changes))).out("arn")
	}
	under, plain := database("under", nil), database("plain", in{"storageEncrypted": false})
	owned := database("owned", in{"kmsKeyId": key})
	restored := database("restored", in{"snapshotIdentifier": "before"})
	files := b.up("efs/fileSystem:FileSystem", "files", in{"encrypted": true}).out("arn")
	copying := func(account string) in {
		vault := "arn:aws:backup:ap-south-1:" + account + ":backup-vault:far"
		return in{"copyActions": []any{in{"destinationVaultArn": vault}}}
	}
	const other = "210987654321"
	require.ErrorContains(t, b.selects(copying(other), nil, files, under), "AWS's own key encrypts rds.Instance 'under'")
	require.ErrorContains(t, b.selects(copying(other), nil, under), "[backup/copy-key]")
	require.NoError(t, b.selects(copying(other), nil, plain, owned, restored, files, b.versioned.out("arn")))
	require.NoError(t, b.selects(copying("123456789012"), nil, under))

	plan := b.up(plans, "later", in{"rules": []any{nightly(nil)}})
	b.up(selections, "later", in{"planId": plan.id, "iamRoleArn": b.role.out("arn"), "resources": []any{under}})
	require.NoError(t, b.update(plan, in{"rules": []any{nightly(copying("123456789012"))}}))
	require.ErrorContains(t, b.update(plan, in{"rules": []any{nightly(copying(other))}}), "[backup/copy-key]",
		"the copies come after the selection")
}
