package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const officeHours = `{"days":"MON-FRI","start":"08:00","stop":"20:00","timeZone":"Asia/Kolkata"}`

// scheduled is the staging stack with hours, and further settings.
func scheduled(t *testing.T, settings map[string]string) *pulumitest.Result {
	t.Helper()
	config := cliConfig(t, staging)
	config["care:schedule"] = officeHours
	maps.Copy(config, settings)
	return pulumitest.MustRun(t, deploy, pulumitest.Config(config, "care:databasePassword"))
}

// woken runs the command in a stack's output with a fake aws that records its calls and fails if the test wants that.
func woken(t *testing.T, result *pulumitest.Result, failing string) (calls []string, err error) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	script := "#!/bin/sh\necho \"$AWS_REGION $*\" >>" + log + "\ncase \"$*\" in " + failing + "*) exit 1;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "aws"), []byte(script), 0o700))
	command := exec.CommandContext(t.Context(), "sh", "-c", exported(t, result, "wake"))
	command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	err = command.Run()
	written, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return strings.Split(strings.TrimSpace(string(written)), "\n"), err
}

func exported(t *testing.T, result *pulumitest.Result, name string) string {
	t.Helper()
	value, there := result.Exports[resource.PropertyKey(name)]
	require.True(t, there, name)
	return value.StringValue()
}

func TestTheCommandThatWakesAStackStartsItInTheOrderOfAMorning(t *testing.T) {
	t.Parallel()
	result := scheduled(t, map[string]string{"care:careDesiredCount": "2"})
	calls, err := woken(t, result, "nothing")
	require.NoError(t, err)
	want := []string{"rds start-db-instance", "rds wait db-instance-available"}
	for _, service := range []string{"redis", "care-celery", "care-backend"} {
		want = append(want, "application-autoscaling register-scalable-target", "ecs update-service", "ecs wait services-stable "+service)
	}
	require.Len(t, calls, len(want))
	for i, call := range calls {
		for word := range strings.FieldsSeq(want[i]) {
			assert.Contains(t, call, word)
		}
		assert.True(t, strings.HasPrefix(call, "ap-south-1 "), call)
	}
	assert.Contains(t, calls[8], "--min-capacity 2 --max-capacity 2")
	assert.Contains(t, calls[9], "--desired-count 2")
}

func TestWhatFollowsItsLoadIsWokenWithBothBounds(t *testing.T) {
	t.Parallel()
	calls, err := woken(t, scheduled(t, map[string]string{
		"care:careDesiredCount": "2", "care:careMaxCount": "6", "care:celeryWorkers": "3", "care:celeryMaxWorkers": "5",
	}), "nothing")
	require.NoError(t, err)
	require.Len(t, calls, 14)
	for i, words := range map[int][]string{
		8: {"/care-celery-worker", "--min-capacity 2 --max-capacity 4"}, 9: {"--service care-celery-worker", "--desired-count 2"},
		11: {"/care-backend", "--min-capacity 2 --max-capacity 6"}, 12: {"--service care-backend", "--desired-count 2"},
	} {
		for _, word := range words {
			assert.Contains(t, calls[i], word)
		}
	}
}

func TestAScheduleBoundsWhatFollowsItsLoad(t *testing.T) {
	t.Parallel()
	result := scheduled(t, map[string]string{"care:careMaxCount": "6", "care:celeryWorkers": "2", "care:celeryMaxWorkers": "4"})
	for name, most := range map[string]int{"care-backend": 6, "care-celery-worker": 3} {
		start := result.Named(t, "aws:appautoscaling/scheduledAction:ScheduledAction", name+"-start")
		assert.Equal(t, []int{1, most}, []int{start.Number("scalableTargetAction.minCapacity"), start.Number("scalableTargetAction.maxCapacity")})
		stop := result.Named(t, "aws:appautoscaling/scheduledAction:ScheduledAction", name+"-stop")
		assert.Equal(t, []int{0, 0}, []int{stop.Number("scalableTargetAction.minCapacity"), stop.Number("scalableTargetAction.maxCapacity")})
	}
	assert.Len(t, result.OfType("aws:appautoscaling/policy:Policy"), 3)
}

func TestAStackThatIsHalfAwakeIsWokenAllTheSame(t *testing.T) {
	t.Parallel()
	calls, err := woken(t, scheduled(t, nil), "'rds start-db-instance'")
	require.NoError(t, err, "RDS refuses to start what runs")
	assert.Len(t, calls, 11)
	calls, err = woken(t, scheduled(t, nil), "'rds wait'")
	require.Error(t, err, "without a database nothing is started")
	assert.Len(t, calls, 2)
}

func TestASleepingDatabaseHasItsWindowsByDay(t *testing.T) {
	t.Parallel()
	database := scheduled(t, nil).Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, "03:00-03:30", database.Text("backupWindow"))
	assert.Equal(t, "mon:03:30-mon:04:00", database.Text("maintenanceWindow"))
	database = scheduled(t, map[string]string{"care:databaseBackupWindow": "05:00-06:00"}).Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, "05:00-06:00", database.Text("backupWindow"))
	assert.Nil(t, database.In("maintenanceWindow"), "AWS chooses one that does not overlap")
}

func TestOnlyWhatAStackHasIsWoken(t *testing.T) {
	t.Parallel()
	result := scheduled(t, map[string]string{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-0123456789abcdef0", "care:databasePassword": "PasswordOfTheDatabase",
		"care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true",
	})
	calls, err := woken(t, result, "nothing")
	require.NoError(t, err)
	assert.Len(t, calls, 6)
	assert.Empty(t, result.OfType("aws:scheduler/schedule:Schedule"), "a database that was there before is not stopped")
	assert.Len(t, result.OfType("aws:appautoscaling/scheduledAction:ScheduledAction"), 4)
}
