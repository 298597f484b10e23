package config

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Services are the sizes of Care's tasks, and how their containers run. 0 stands for the default of the image's
// generation.
type Services struct {
	CareCpu             int
	CareMemory          int
	CareOnSpot          bool
	CareGunicornWorkers int

	CeleryCpu         int
	CeleryMemory      int
	CeleryConcurrency int
	BeatMemory        int

	EnableExecuteCommand bool
}

func (r *reader) services() Services {
	return Services{
		CareCpu:              r.integer("careCpu", components.DefaultCareCpu),
		CareMemory:           r.integer("careMemory", components.DefaultCareMemory),
		CareOnSpot:           r.boolean("careOnSpot", false),
		CareGunicornWorkers:  r.integer("careGunicornWorkers", 0),
		CeleryCpu:            r.integer("celeryCpu", components.DefaultCeleryCpu),
		CeleryMemory:         r.integer("celeryMemory", components.DefaultCeleryMemory),
		CeleryConcurrency:    r.integer("celeryConcurrency", 0),
		BeatMemory:           r.integer("beatMemory", 0),
		EnableExecuteCommand: r.boolean("enableExecuteCommand", true),
	}
}

// BeatMemory returns the memory of beat's container in MiB.
func (c Config) BeatMemory() int {
	if c.Services.BeatMemory != 0 {
		return c.Services.BeatMemory
	}
	return c.Image.Generation.BeatMemory()
}

func (c Config) serviceProblems() []error {
	s := c.Services
	problems := []error{
		rule.FargateSize("care:careCpu", s.CareCpu, "care:careMemory", s.CareMemory),
		rule.ProxyRoom("care:careCpu", s.CareCpu, 1),
		rule.FargateSize("care:celeryCpu", s.CeleryCpu, "care:celeryMemory", s.CeleryMemory),
		rule.ProxyRoom("care:celeryCpu", s.CeleryCpu, components.CeleryMinCpu),
		rule.MemoryRoom("care:celeryMemory", s.CeleryMemory, components.CeleryMinMemory(c.BeatMemory())),
	}
	if s.BeatMemory != 0 {
		problems = append(problems,
			rule.Between("care:beatMemory", s.BeatMemory, components.MinBeatMemory, components.MaxBeatMemory))
	}
	return problems
}

// variables returns the environment variables that the keys set, with the key of each.
func (s Services) variables() map[string]string {
	names := map[string]string{}
	if s.CareGunicornWorkers != 0 {
		names["GUNICORN_WORKERS"] = "care:careGunicornWorkers"
	}
	if s.CeleryConcurrency != 0 {
		names["CELERY_WORKER_CONCURRENCY"] = "care:celeryConcurrency"
	}
	return names
}
