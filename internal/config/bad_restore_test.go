package config

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func badRestore() []badInput {
	const name, at, snapshot = "care:databaseRestoreName", "care:databaseRestoreTime", "care:databaseRestoreSnapshot"
	const previous, from = "care:databaseRestorePrevious", "care:databaseRestoreFrom"
	const discard = "care:databaseRestoreDiscard"
	latest := map[string]string{at: "latest"}
	named := map[string]string{name: "a"}
	bad := []badInput{
		{key: "care:stopped", value: "maybe", rule: "must be true or false"},
		{key: name, value: "a", names: at, shows: "null", rule: "is required"},
		{key: name, value: "A", with: latest, rule: "must be 1 to 20 lower-case letters"},
		{key: name, value: "-a", with: latest, rule: "no hyphen at either end"},
		{key: name, value: "a--b", with: latest, rule: "single hyphens"},
		{key: name, value: strings.Repeat("a", 21), with: latest, rule: "must be 1 to 20"},
		{key: at, value: "yesterday", with: named, rule: "must be a time in UTC"},
		{key: at, value: "2026-01-31T08:45:00+05:30", with: named, rule: "must be a time in UTC"},
		{key: at, value: "2026-01-31 03:15:00", with: named, rule: "must be a time in UTC"},
		{
			key: at, value: time.Now().Add(time.Hour).UTC().Format(time.RFC3339), with: named, rule: "must not be in the future",
		},
		{key: snapshot, value: "care_db", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "rds::::", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "rds:", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "awsbackup:job:1", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "manual:care", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "care--db", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "care-db-", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{key: snapshot, value: "1-care-db", with: named, rule: "must be the identifier or the ARN of a DB snapshot"},
		{
			key: snapshot, value: strings.Repeat("a", 256), with: named,
			rule: "must be the identifier or the ARN of a DB snapshot",
		},
		{
			key: snapshot, value: "arn:aws:rds:ap-south-1:123456789012:snapshot:care--db", with: named,
			rule: "must be the identifier or the ARN of a DB snapshot",
		},
		{
			key: snapshot, value: "arn:aws:rds:ap-south-1:210987654321:snapshot:rds:care-db-2030-01-31-20-05", with: named,
			rule: "must not be an automated snapshot of another account than the stack's, which is 123456789012",
		},
		{
			key: snapshot, with: named,
			value: "arn:aws:rds:ap-south-1:210987654321:snapshot:awsbackup:copyjob-12345678-1234-1234-1234-123456789012",
			rule:  "must not be an automated snapshot of another account",
		},
		{
			key: snapshot, value: "arn:aws:s3:::snapshots", with: named,
			rule: "must be an ARN of rds, and its third part, the service, is s3",
		},
		{
			key: snapshot, value: "arn:aws:rds:eu-west-1:123456789012:snapshot:care", with: named,
			rule: "must be in the stack's region ap-south-1",
		},
		{
			key: snapshot, value: "care", with: map[string]string{name: "a", at: "latest"}, rule: "to a time or from a snapshot",
		},
		{key: from, value: "a", with: map[string]string{name: "a", at: "latest"}, rule: "cannot be restored from itself"},
		{key: from, value: "A", with: map[string]string{name: "a", at: "latest"}, rule: "must be 1 to 20 lower-case letters"},
		{
			key: previous, value: "drop", with: map[string]string{name: "a", at: "latest"},
			rule: "must be one of keep, unprotect, delete",
		},
		{
			key: at, value: "latest", with: map[string]string{name: "a", previous: "delete"},
			rule: "the previous database has the backups",
		},
		{key: discard, value: "true", with: map[string]string{name: "a", previous: "delete"}, rule: "is the only one"},
		{
			key: name, value: "a", rule: "does not manage that database", with: map[string]string{
				at: "latest", "care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567",
				"care:databasePassword": "PasswordOfTheDatabase",
			},
		},
	}
	others := map[string]string{at: "latest", snapshot: "care", from: "a", previous: "unprotect", discard: "true"}
	for key, value := range others {
		bad = append(bad, badInput{key: key, value: value, rule: "has no effect without care:databaseRestoreName"})
	}
	return bad
}

func TestAllProblemsOfARestoreAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := loaded(map[string]string{
		"care:databaseRestoreName": "A", "care:databaseRestoreTime": "now", "care:databaseRestoreSnapshot": "a_b",
		"care:databaseRestorePrevious": "drop", "aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0",
	}, nil)
	require.Error(t, err)
	for _, field := range []string{"Name", "Time", "Snapshot", "Previous"} {
		assert.Contains(t, err.Error(), restoreKey(field)+" = ")
	}
}

func TestEveryKindOfSnapshotIsAccepted(t *testing.T) {
	t.Parallel()
	const own, other = "arn:aws:rds:ap-south-1:123456789012:snapshot:", "arn:aws:rds:ap-south-1:210987654321:snapshot:"
	for _, snapshot := range []string{
		"a", "care-db-before-upgrade", "Care2", "rds:care-db-1a2b3c4-2030-01-31-20-05",
		"awsbackup:job-12345678-1234-1234-1234-123456789012", strings.Repeat("a", 255), own + "care", other + "care",
		own + "rds:care-db-2030-01-31-20-05", own + "awsbackup:copyjob-12345678-1234-1234-1234-123456789012",
	} {
		_, err := loaded(badInput{
			key: "care:databaseRestoreSnapshot", value: snapshot, with: map[string]string{"care:databaseRestoreName": "a"},
		}.config(), nil)
		require.NoError(t, err, snapshot)
	}
}
