package config

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Scaling is the number of API tasks, the number of workers, and the load that they scale with. A maximum of 0 means
// that the number does not change.
type Scaling struct {
	CareDesiredCount      int
	CareMaxCount          int
	CareCpuPercent        int
	CareRequestsPerTarget int
	CeleryWorkers         int
	CeleryMaxWorkers      int
	CeleryWorkersOnSpot   bool
	CeleryQueuePerWorker  int
}

func (r *reader) scaling() Scaling {
	return Scaling{
		CareDesiredCount:      r.integer("careDesiredCount", 1),
		CareMaxCount:          r.integer("careMaxCount", 0),
		CareCpuPercent:        r.integer("careCpuPercent", components.DefaultCareCpuPercent),
		CareRequestsPerTarget: r.integer("careRequestsPerTarget", components.DefaultCareRequestsPerTarget),
		CeleryWorkers:         r.integer("celeryWorkers", 1),
		CeleryMaxWorkers:      r.integer("celeryMaxWorkers", 0),
		CeleryWorkersOnSpot:   r.boolean("celeryWorkersOnSpot", false),
		CeleryQueuePerWorker:  r.integer("celeryQueuePerWorker", components.DefaultCeleryQueuePerWorker),
	}
}

// Care reports whether the number of API tasks follows their load.
func (s Scaling) Care() bool { return s.CareMaxCount > s.CareDesiredCount }

// Workers reports whether the number of workers follows the queue.
func (s Scaling) Workers() bool { return s.CeleryMaxWorkers > s.CeleryWorkers }

func (c Config) scalingProblems() []error {
	s := c.Scaling
	problems := []error{
		rule.Between("care:careDesiredCount", s.CareDesiredCount, 0, maxTasks),
		rule.Between("care:careCpuPercent", s.CareCpuPercent, 0, 100),
		rule.Between("care:careRequestsPerTarget", s.CareRequestsPerTarget, 0, 1000000),
		rule.Between("care:celeryWorkers", s.CeleryWorkers, 1, maxTasks),
		rule.Between("care:celeryQueuePerWorker", s.CeleryQueuePerWorker, 1, 1000000),
		checkMaximum("care:careMaxCount", s.CareMaxCount, "care:careDesiredCount", s.CareDesiredCount),
		checkMaximum("care:celeryMaxWorkers", s.CeleryMaxWorkers, "care:celeryWorkers", s.CeleryWorkers),
	}
	if s.Care() && s.CareDesiredCount == 0 {
		problems = append(problems, rule.Broken("care:careMaxCount", s.CareMaxCount,
			"scaling measures running tasks, and care:careDesiredCount is 0",
			"set that to 1 or more, or remove care:careMaxCount"))
	}
	if s.Care() && s.CareCpuPercent == 0 && s.CareRequestsPerTarget == 0 {
		problems = append(problems, rule.Broken("care:careMaxCount", s.CareMaxCount,
			"needs something to scale by: care:careCpuPercent and care:careRequestsPerTarget are both 0", "set one of them"))
	}
	return append(problems, c.workerProblems()...)
}

// workerProblems checks that beat and the worker in its task neither scale nor run on Spot.
func (c Config) workerProblems() []error {
	s := c.Scaling
	var problems []error
	if s.CeleryWorkersOnSpot && s.CeleryWorkers == 1 {
		problems = append(problems, rule.Broken("care:celeryWorkersOnSpot", true,
			"the only worker is in beat's task, which must not run on Spot", "set care:celeryWorkers to 2 or more"))
	}
	if !s.Workers() {
		return problems
	}
	if s.CeleryWorkers == 1 {
		problems = append(problems, rule.Broken("care:celeryMaxWorkers", s.CeleryMaxWorkers,
			"the only worker is in beat's task, which must not scale", "set care:celeryWorkers to 2 or more"))
	}
	if c.Redis.Backend != RedisStack {
		problems = append(problems, rule.Broken("care:celeryMaxWorkers", s.CeleryMaxWorkers,
			"workers scale with the queue, which is measured only with care:redisBackend redis-stack",
			"remove it, and set care:celeryWorkers to the number that you need"))
	}
	return problems
}

// maxTasks is the maximum number of tasks of one ECS service
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
const maxTasks = 5000

// checkMaximum checks that a maximum, unless it is 0, is not below the minimum. If the minimum is invalid, another rule
// refuses it.
func checkMaximum(name string, maximum int, minName string, minimum int) error {
	if maximum == 0 || minimum < 0 || minimum > maxTasks || maximum >= minimum && maximum <= maxTasks {
		return nil
	}
	words := fmt.Sprintf("must be %d to %d, and no less than %s", max(minimum, 1), maxTasks, minName)
	return rule.Broken(name, maximum, words, "give such a number, or remove it")
}
