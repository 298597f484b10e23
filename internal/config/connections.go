package config

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rdsclass"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// connections are what Care opens to its database at once.
type connections struct {
	// limit is what the database accepts.
	limit int
	// api and worker are those of a task, and celery those of Celery's task, which is never there twice.
	api, worker, celery int
}

// deploying is the factor by which the tasks of a service multiply during a deployment, when old and new ones run at
// once.
const deploying = 2

// connections returns false if the database is not managed, if its class has no limit that is known, or if other rules
// refuse the numbers.
func (c Config) connections() (connections, bool) {
	d, s := c.Database, c.Services
	limit, known := rdsclass.PostgresConnections(d.InstanceClass)
	valid := true
	for _, number := range []int{s.CareGunicornWorkers, s.CeleryConcurrency} {
		valid = valid && number >= 0 && number <= rule.MaxCareProcesses
	}
	if !known || !valid || d.Address != "" || d.SecurityGroupId != "" {
		return connections{}, false
	}
	settings := maps.Clone(c.Settings.Environment)
	if settings == nil {
		settings = map[string]string{}
	}
	for name, count := range map[string]int{
		"GUNICORN_WORKERS": s.CareGunicornWorkers, "CELERY_WORKER_CONCURRENCY": s.CeleryConcurrency,
	} {
		if count != 0 {
			settings[name] = strconv.Itoa(count)
		}
	}
	worker := components.WorkerDatabaseConnections(c.Image.Generation, s.CeleryCpu, settings)
	return connections{
		limit:  limit - rdsclass.SuperuserReserved - rdsclass.RdsSuperuserReserved,
		api:    components.CareDatabaseConnections(c.Image.Generation, settings),
		worker: worker,
		celery: worker + components.MigrateDatabaseConnections + components.BeatDatabaseConnections,
	}, true
}

// during returns how many connections are open during a deployment of so many API tasks and workers.
func (n connections) during(care, workers int) int {
	return n.celery + deploying*(care*n.api+(workers-1)*n.worker)
}

// fitting describes how many API tasks fit beside the workers or, if none does, how many workers beside the API tasks.
func (n connections) fitting(careKey string, care int, workersKey string, workers int) string {
	if fits := (n.limit - n.during(0, workers)) / (deploying * n.api); fits >= 1 {
		return fmt.Sprintf("lower %s to %d", careKey, fits)
	}
	if fits := 1 + (n.limit-n.during(care, 1))/(deploying*n.worker); n.during(care, 1) <= n.limit {
		return fmt.Sprintf("lower %s to %d", workersKey, fits)
	}
	return fmt.Sprintf("lower %s and %s", careKey, workersKey)
}

// connectionProblems checks that the database accepts what Care opens with its desired numbers of tasks, also during a
// deployment of them.
func (c Config) connectionProblems() []error {
	n, known := c.connections()
	s := c.Scaling
	opened := n.during(s.CareDesiredCount, s.CeleryWorkers)
	if !known || opened <= n.limit || s.CareDesiredCount > maxTasks || s.CeleryWorkers > maxTasks {
		return nil
	}
	return []error{rule.Broken(
		"care:databaseInstanceClass",
		c.Database.InstanceClass,
		fmt.Sprintf("accepts %d connections of applications, and a deployment of care:careDesiredCount %d and "+
			"care:celeryWorkers %d opens %d", n.limit, s.CareDesiredCount, s.CeleryWorkers, opened),
		"choose a larger class, or "+n.fitting("care:careDesiredCount", s.CareDesiredCount, "care:celeryWorkers",
			s.CeleryWorkers),
	)}
}

// connectionWarnings describes maximum numbers of tasks that open more connections than the database accepts.
func (c Config) connectionWarnings() []string {
	n, known := c.connections()
	s := c.Scaling
	care, workers := max(s.CareDesiredCount, s.CareMaxCount), max(1, s.CeleryWorkers, s.CeleryMaxWorkers)
	opened := n.during(care, workers)
	if !known || opened <= n.limit {
		return nil
	}
	return []string{
		fmt.Sprintf(
			"care:databaseInstanceClass %s accepts %d connections of applications. With %d API tasks and %d workers, "+
				"to which care:careMaxCount and care:celeryMaxWorkers let them grow, a deployment opens %d, and requests and "+
				"tasks fail: "+
				"choose a larger class, or %s.",
			c.Database.InstanceClass,
			n.limit,
			care,
			workers,
			opened,
			n.fitting("care:careMaxCount", care, "care:celeryMaxWorkers", workers),
		),
	}
}
