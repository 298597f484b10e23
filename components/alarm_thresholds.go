package components

import (
	"fmt"
	"maps"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// AlarmThresholds maps the names below to the values at which alarms go off. A missing name has its default.
type AlarmThresholds map[string]float64

// The names of the thresholds.
const (
	// ThresholdUnhealthyTargets is how many API tasks at once fail the load balancer's checks for five minutes.
	ThresholdUnhealthyTargets = "unhealthyTargets"
	// ThresholdErrorPercent is how many requests of a hundred end in a 5xx status.
	ThresholdErrorPercent = "errorPercent"
	// ThresholdRedisMemoryPercent is how much of its maxmemory Redis uses, in percent.
	ThresholdRedisMemoryPercent = "redisMemoryPercent"
	// ThresholdQueueLength is how many tasks wait in the queue while it does not get shorter.
	ThresholdQueueLength = "queueLength"
	// ThresholdBeatSilentHours is the number of hours, at least 2, in which no worker receives the task that beat
	// schedules.
	ThresholdBeatSilentHours = "beatSilentHours"
	// ThresholdDatabaseFreeStoragePercent is how much of the database's disk, as it was at the start, is left, in percent.
	ThresholdDatabaseFreeStoragePercent = "databaseFreeStoragePercent"
	// ThresholdDatabaseSurplusCredits is how many CPU credits the database has borrowed for an hour.
	ThresholdDatabaseSurplusCredits = "databaseSurplusCredits"
)

// The defaults of the thresholds.
const (
	// DefaultUnhealthyTargets is one: Care has few tasks, and each that fails its checks is missed.
	DefaultUnhealthyTargets = 1
	// DefaultErrorPercent is above the occasional errors of a deployment or a slow query, and below the rate that users
	// report.
	DefaultErrorPercent = 5
	// DefaultRedisMemoryPercent leaves a fifth. With noeviction Redis refuses writes at 100, and with them the queue
	// (https://redis.io/docs/latest/develop/reference/eviction/).
	DefaultRedisMemoryPercent = 80
	// DefaultQueueLength is the length at which Care's own health page starts to warn
	// (https://github.com/ohcnetwork/care/blob/69c2b8314/config/settings/base.py, HEALTHY_DJANGO).
	DefaultQueueLength = 50
	// DefaultBeatSilentHours is two: Care of 2024 schedules a task every five minutes
	// (https://github.com/ohcnetwork/care/blob/69c2b8314/care/facility/tasks/__init__.py), and migrating may keep beat
	// from it for some of them.
	DefaultBeatSilentHours = 2
	// DefaultDatabaseFreeStoragePercent is the share of free space at which RDS enlarges a disk with autoscaling
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html). If less stays free for a
	// while, RDS could not enlarge the disk.
	DefaultDatabaseFreeStoragePercent = 10
	// DefaultDatabaseSurplusCredits is the number of credits that a db.t4g.micro earns in less than two hours. More
	// than that, for an hour, is no short peak
	// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html).
	DefaultDatabaseSurplusCredits = 20
)

// DefaultAlarmThresholds returns every threshold with its default.
func DefaultAlarmThresholds() AlarmThresholds {
	return AlarmThresholds{
		ThresholdUnhealthyTargets:           DefaultUnhealthyTargets,
		ThresholdErrorPercent:               DefaultErrorPercent,
		ThresholdRedisMemoryPercent:         DefaultRedisMemoryPercent,
		ThresholdQueueLength:                DefaultQueueLength,
		ThresholdBeatSilentHours:            DefaultBeatSilentHours,
		ThresholdDatabaseFreeStoragePercent: DefaultDatabaseFreeStoragePercent,
		ThresholdDatabaseSurplusCredits:     DefaultDatabaseSurplusCredits,
	}
}

func (t AlarmThresholds) withDefaults() AlarmThresholds {
	all := DefaultAlarmThresholds()
	maps.Copy(all, t)
	return all
}

// highestThresholds has the maximum of each threshold that has one. Percentages end at 100, and CloudWatch evaluates at
// most a week of hours (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html,
// EvaluationPeriods).
var highestThresholds = map[string]float64{
	ThresholdErrorPercent:               100,
	ThresholdRedisMemoryPercent:         100,
	ThresholdDatabaseFreeStoragePercent: 100,
	ThresholdBeatSilentHours:            168,
}

// Validate checks every name and value and returns all problems at once. Each problem names argument before the
// threshold.
func (t AlarmThresholds) Validate(argument string) error {
	known := sortedKeys(DefaultAlarmThresholds())
	var problems []error
	for _, name := range sortedKeys(t) {
		key, value := argument+"."+name, t[name]
		if rule.OneOf(key, name, known...) != nil {
			problems = append(problems, rule.OneOf(key, name, known...))
			continue
		}
		highest, limited := highestThresholds[name]
		switch {
		case value <= 0:
			problems = append(problems, rule.Broken(key, value, "must be more than 0", "give a larger number, or leave it out"))
		case limited && value > highest:
			problems = append(problems,
				rule.Broken(key, value, fmt.Sprintf("must be at most %g", highest), "give a smaller number"))
		case name == ThresholdBeatSilentHours && value < 2:
			problems = append(
				problems,
				rule.Broken(key, value, "must be at least 2, because the hour in which the stack starts is incomplete",
					"for example 2"),
			)
		case name == ThresholdBeatSilentHours && value != float64(int(value)):
			problems = append(problems, rule.Broken(key, value, "must be a whole number of hours", "for example 2"))
		}
	}
	return rule.All(problems...)
}
