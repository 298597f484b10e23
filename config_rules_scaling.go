package main

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// scalesCare says whether the number of API tasks follows their load.
func (c Config) scalesCare() bool { return c.CareMaxCount > c.CareDesiredCount }

// scalesWorkers says whether the number of workers follows the queue.
func (c Config) scalesWorkers() bool { return c.CeleryMaxWorkers > c.CeleryWorkers }

// scalingProblems checks the numbers of tasks, and what they scale by.
func (c Config) scalingProblems() []error {
	problems := []error{
		rule.Between("care:careCpuPercent", c.CareCpuPercent, 0, 100),
		rule.Between("care:careRequestsPerTarget", c.CareRequestsPerTarget, 0, 1000000),
		rule.Between("care:celeryWorkers", c.CeleryWorkers, 1, 5000),
		rule.Between("care:celeryQueuePerWorker", c.CeleryQueuePerWorker, 1, 1000000),
		atLeast("care:careMaxCount", c.CareMaxCount, "care:careDesiredCount", c.CareDesiredCount),
		atLeast("care:celeryMaxWorkers", c.CeleryMaxWorkers, "care:celeryWorkers", c.CeleryWorkers),
	}
	if c.scalesCare() && c.CareDesiredCount == 0 {
		problems = append(problems, rule.Broken("care:careMaxCount", c.CareMaxCount,
			"scaling measures running tasks, and care:careDesiredCount is 0", "set that to 1 or more, or remove care:careMaxCount"))
	}
	if c.scalesCare() && c.CareCpuPercent == 0 && c.CareRequestsPerTarget == 0 {
		problems = append(problems, rule.Broken("care:careMaxCount", c.CareMaxCount,
			"needs something to scale by: care:careCpuPercent and care:careRequestsPerTarget are both 0", "set one of them"))
	}
	return append(problems, c.workerProblems()...)
}

// workerProblems checks that beat and the worker in its task neither scale nor run on Spot.
func (c Config) workerProblems() []error {
	var problems []error
	if c.CeleryWorkersOnSpot && c.CeleryWorkers == 1 {
		problems = append(problems, rule.Broken("care:celeryWorkersOnSpot", true,
			"the only worker is in beat's task, which must not run on Spot", "set care:celeryWorkers to 2 or more"))
	}
	if !c.scalesWorkers() {
		return problems
	}
	if c.CeleryWorkers == 1 {
		problems = append(problems, rule.Broken("care:celeryMaxWorkers", c.CeleryMaxWorkers,
			"the only worker is in beat's task, which must not scale",
			"set care:celeryWorkers to 2 or more"))
	}
	if c.RedisBackend != backendRedisStack {
		problems = append(problems, rule.Broken("care:celeryMaxWorkers", c.CeleryMaxWorkers,
			"workers scale with the queue, which is measured only with care:redisBackend redis-stack",
			"remove it, and set care:celeryWorkers to the number that you need"))
	}
	return problems
}

// maxTasks is how many tasks one ECS service may have
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
const maxTasks = 5000

// atLeast checks that a maximum, unless it is 0 for none, is no less than the minimum. A minimum that is wrong itself has
// an error of its own.
func atLeast(name string, maximum int, minName string, minimum int) error {
	if maximum == 0 || minimum < 0 || minimum > maxTasks || maximum >= minimum && maximum <= maxTasks {
		return nil
	}
	return rule.Broken(name, maximum, fmt.Sprintf("must be %d to %d, and no less than %s", max(minimum, 1), maxTasks, minName),
		"give such a number, or remove it")
}
