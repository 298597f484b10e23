package components

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// CareGeneration is a generation of Care's images. Generations differ in their start scripts, in the settings that they
// read, and in how they sign in to AWS. An image's name does not show its generation.
type CareGeneration string

const (
	// Care2024 is the generation of the release tags of 2024, such as 24.43.0. It signs in to S3 and SNS with static keys
	// only, and needs RediSearch.
	Care2024 CareGeneration = rule.Care2024
	// Care3 is Care 3.x, published since 2025. It signs in to S3 and SNS with its task's role, and needs no Redis modules.
	Care3 CareGeneration = rule.Care3
	// DefaultCareGeneration is the generation of a stack that sets none.
	DefaultCareGeneration = Care2024
)

// careCommands are the containers of one generation of Care.
type careCommands struct {
	api, beat, worker careCommand
	// beatMemory is the default of beat's memory, in MiB.
	beatMemory int
	// scheduled is a task that beat sends often enough to show that it works. It is empty if no such task is known.
	scheduled scheduledTask
}

// scheduledTask is a task that beat sends while the setting, an environment variable, is not false.
type scheduledTask struct {
	names   []string
	setting string
}

// careCommand is the image's script that starts a container, and the check of that container.
type careCommand struct {
	script string
	check  HealthCheck
}

// careGenerations has the start scripts of each generation, and checks with the times that each script may take. All
// images check themselves with the same script.
var careGenerations = map[CareGeneration]careCommands{
	Care2024: {
		api:        careCommand{"/app/start-ecs.sh", careCheck(30, 10, 5, 180)},
		beat:       careCommand{"/app/celery_beat-ecs.sh", careCheck(30, 5, 10, 300)},
		worker:     careCommand{"/app/celery_worker-ecs.sh", careCheck(60, 60, 3, 180)},
		beatMemory: 512,
		// Beat sends it every five minutes
		// (https://github.com/ohcnetwork/care/blob/69c2b8314/care/facility/tasks/__init__.py). Later images use the
		// second spelling (https://github.com/ohcnetwork/care/blob/19415d04/care/facility/tasks/__init__.py).
		scheduled: scheduledTask{
			names: []string{
				"care.facility.tasks.summarisation.summarize_facility_capacity",
				"care.facility.tasks.summarisation.summarise_facility_capacity",
			},
			setting: "TASK_SUMMARIZE_FACILITY_CAPACITY",
		},
	},
	Care3: {
		api: careCommand{"/app/start.sh", careCheck(30, 10, 10, 60)},
		// Care's own compose file allows beat 20 minutes to synchronise permissions and value sets. ECS allows 300 seconds
		// and ten failed checks, which are 20 minutes when they are 90 seconds apart.
		beat:   careCommand{"/app/celery_beat.sh", careCheck(90, 10, 10, 300)},
		worker: careCommand{"/app/celery_worker.sh", careCheck(30, 10, 10, 60)},
		// Beat of 3.x uses about 120 MiB when it is idle. The memory of its first synchronisation is not known; another
		// deployment of Care limits beat to 2 GiB (https://github.com/egovhealthcare/gcp_template) without a reason.
		// The migrations need the most, and run before it in a container that may use the whole task.
		beatMemory: 1024,
		// The task of 3.x that is known runs once a day, at midnight in India, and not at all on a day on which beat restarts
		// then (https://github.com/ohcnetwork/care/blob/67abec2c/care/emr/tasks/__init__.py). Its absence shows nothing.
		scheduled: scheduledTask{},
	},
}

// validateGeneration accepts no generation, which is the default one.
func validateGeneration(argument string, generation CareGeneration) error {
	return rule.CareGeneration(argument, string(or(generation, DefaultCareGeneration)))
}

// BeatMemory returns the default of beat's memory, in MiB.
func (g CareGeneration) BeatMemory() int { return g.commands().beatMemory }

// ScheduledTask returns the names of a task that beat sends every few minutes, in images of the generation, for use in
// a WatchedBeat. It returns nil if no such task is known, or if settings, Care's environment variables, switch it off.
func (g CareGeneration) ScheduledTask(settings map[string]string) []string {
	scheduled := g.commands().scheduled
	if value, given := settings[scheduled.setting]; given && !isTrue(value) {
		return nil
	}
	return slices.Clone(scheduled.names)
}

// isTrue reports whether Care takes a setting for true
// (https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py, BOOLEAN_TRUE_STRINGS).
func isTrue(value string) bool {
	return slices.Contains([]string{"true", "on", "ok", "y", "yes", "1"}, strings.ToLower(strings.TrimSpace(value)))
}

// commands returns the containers of the generation, or those of the default generation if g is unknown.
func (g CareGeneration) commands() careCommands {
	if commands, ok := careGenerations[g]; ok {
		return commands
	}
	return careGenerations[DefaultCareGeneration]
}

// careCheck runs the image's own check, which recognises the container by a file that its start script wrote.
func careCheck(interval, timeout, retries, startPeriod int) HealthCheck {
	return HealthCheck{
		Command: []string{
			"CMD",
			"/app/healthcheck.sh",
		}, Interval: interval, Timeout: timeout, Retries: retries, StartPeriod: startPeriod,
	}
}
