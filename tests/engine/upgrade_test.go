package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// These match a version of the changelog, and the resources in an entry: Replaced: `ecs.Service care-celery`,
// `lb.Listener care-alb`.
var (
	versionHeading = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+)$`)
	announcement   = regexp.MustCompile("(Replaced|Deleted):((?:,?\\s+`[^`]+`)+)")
	quoted         = regexp.MustCompile("`([^`]+)`")
)

func TestTheStateOfEachReleasedVersionIsUpgraded(t *testing.T) {
	t.Parallel()
	upgradeEachRelease(t, func(*stack) {}, func(*stack) {})
}

// safety has the keys that protect a hospital's data or record its use, with values that switch them on. Left out is
// the traffic of flow logs: AWS replaces an existing flow log for it, which TestARecordedProductionGainsItsLogs checks.
var safety = map[string]string{
	"encryptionKey":             "own",
	"webAclArn":                 formOf["care:webAclArn"],
	"permissionsBoundaryArn":    formOf["care:permissionsBoundaryArn"],
	"protectData":               "true",
	"accessLogs":                "true",
	"databaseLogs":              "true",
	"flowLogs":                  "true",
	"logRetentionDays":          "365",
	"databaseMonitoringSeconds": "60",
	"databaseBackupDays":        "30",
	"backupPlan":                "true",
	"databaseBackupWindow":      "20:00-20:30",
	"databaseMaintenanceWindow": "sat:21:00-sat:21:30",
	"backupCopyVaultArn":        "arn:aws:backup:ap-southeast-1:123456789012:backup-vault:care-copies",
	"alarms":                    "true",
	"alarmEmail":                "operations@example.com",
	"privateFacilityImages":     "true",
}

func TestAReleasedStackSwitchesOnAllThatIsSafeWithoutLoss(t *testing.T) {
	t.Parallel()
	upgradeEachRelease(t, func(s *stack) {
		// The log group of the database is made before the database, under its identifier.
		identifier := s.live("aws:rds/instance:Instance", "care-db").Out("identifier").Text()
		s.set(safety)
		s.set(map[string]string{"databaseIdentifier": identifier})
	}, func(s *stack) {
		for _, token := range []string{
			"aws:kms/key:Key", "aws:wafv2/webAclAssociation:WebAclAssociation", "aws:backup/selection:Selection",
			"aws:cloudwatch/metricAlarm:MetricAlarm", "aws:ec2/flowLog:FlowLog", "aws:s3/bucketLoggingV2:BucketLoggingV2",
		} {
			made := slices.ContainsFunc(s.cloud.World.Live(), func(r *standin.Resource) bool { return r.Token == token })
			assert.True(s.t, made, token)
		}
	})
}

// upgradeEachRelease upgrades the recorded stacks of each release, after a change of their configuration. It fails if
// data is lost, if a resource goes that the changelog does not name, or if a second update changes anything.
func upgradeEachRelease(t *testing.T, configure, check func(s *stack)) {
	t.Helper()
	for _, version := range releasedVersions(t) {
		announced := announcedSince(changelog(t), version)
		for _, name := range slices.Sorted(maps.Keys(recordedStacks)) {
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				s := openReleased(t, version, name)
				configure(s)
				planned, err := s.Preview(t.Context())
				require.NoError(t, err)
				assertNothingIsLost(t, name, planned, announced)
				assertNothingIsLost(t, name, s.up(), announced)
				assert.Empty(t, s.up().Changed(), "a second up changes nothing")
				check(s)
			})
		}
	}
}

func assertNothingIsLost(t *testing.T, stackName string, result *rehearsal.Result, announced []string) {
	t.Helper()
	found := change.Of(stackName, result)
	for _, lost := range found.Stateful() {
		assert.Fail(t, "data would be lost", "%s: %s. Where its name changed, give it an alias", result.Command,
			changelogText(lost))
	}
	var silent []string
	for _, gone := range found.Gone() {
		if text := changelogText(gone); !slices.Contains(announced, text) {
			silent = append(silent, text)
		}
	}
	assert.Empty(t, silent, "%s: keep these, with an alias where a name changed, or name them in the changelog",
		result.Command)
}

// changelogText returns the text that the changelog must have about a resource.
func changelogText(gone change.Resource) string {
	if gone.Kind == change.Deleted {
		return "Deleted: " + gone.Label()
	}
	return "Replaced: " + gone.Label()
}

// releasedVersions are those of the changelog, newest first. Each has its recorded state, and there are no others.
func releasedVersions(t *testing.T) []string {
	t.Helper()
	var released, recorded []string
	for _, match := range versionHeading.FindAllStringSubmatch(changelog(t), -1) {
		released = append(released, match[1])
	}
	entries, err := os.ReadDir(recordedDir)
	require.NoError(t, err)
	for _, entry := range entries {
		recorded = append(recorded, entry.Name())
	}
	require.NotEmpty(t, released)
	require.ElementsMatch(t, released, recorded,
		"go test ./tests/engine -run 'TestRecord$' -record VERSION records a state")
	return released
}

// announcedSince returns the resources that a changelog announces as replaced or deleted after a version.
func announcedSince(text, version string) (announced []string) {
	since, _, _ := strings.Cut(text, "\n## "+version+"\n")
	for _, found := range announcement.FindAllStringSubmatch(since, -1) {
		for _, name := range quoted.FindAllStringSubmatch(found[2], -1) {
			announced = append(announced, found[1]+": "+name[1])
		}
	}
	return announced
}

func TestAnEntryOfTheChangelogNamesWhatDoesNotOutliveAnUpgrade(t *testing.T) {
	t.Parallel()
	const text = "## Unreleased\n\n- New rules. Replaced: `lb.Listener a`,\n  `lb.Listener b`. Deleted: `ecs.Service " +
		"c`, as said.\n\n" +
		"## 1.1.0\n\n- Replaced: `ec2.Eip d`, but not `ec2.Eip e`\n\n## 1.0.0\n\n- Deleted: `ec2.Vpc f`\n"
	all := []string{"Replaced: lb.Listener a", "Replaced: lb.Listener b", "Deleted: ecs.Service c"}
	assert.Equal(t, all, announcedSince(text, "1.1.0"))
	assert.Equal(t, append(all, "Replaced: ec2.Eip d"), announcedSince(text, "1.0.0"))
}

func changelog(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(projectDir, "CHANGELOG.md"))
	require.NoError(t, err)
	return string(content)
}
