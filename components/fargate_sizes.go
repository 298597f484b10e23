package components

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// need returns the minimum CPU units and MiB of a task. The containers' memory must be below the task's, which the
// share of the proxy ensures if there is one.
func (args FargateServiceArgs) need() (cpu, memory int) {
	for _, container := range args.Containers {
		cpu += container.Cpu
		memory += container.Memory
	}
	if args.proxied {
		return cpu + rule.ProxyCpu, memory + rule.ProxyMemory
	}
	return cpu, memory
}

func (args FargateServiceArgs) validateSize() error {
	cpu, memory := args.need()
	if args.Cpu == 0 && args.Memory == 0 {
		return rule.Broken("containers", fmt.Sprintf("%d CPU units, %d MiB", cpu, memory),
			"no size of Fargate holds the containers", "reduce them to 16384 CPU units and 122880 MiB together")
	}
	problems := []error{rule.FargateSize("cpu", args.Cpu, "memory", args.Memory)}
	if cpu > args.Cpu {
		problems = append(problems, rule.Broken("cpu", args.Cpu,
			fmt.Sprintf("must be at least %d: the containers and, with Service Connect, 256 for its proxy", cpu),
			"raise it, or lower the containers'"))
	}
	if memory > args.Memory {
		problems = append(problems, rule.Broken("memory", args.Memory,
			fmt.Sprintf("must be at least %d: the containers and, with Service Connect, 64 for its proxy", memory),
			"raise it, or lower the containers'"))
	}
	return rule.All(problems...)
}

func (args FargateServiceArgs) validateCounts() error {
	count := *args.DesiredCount
	switch {
	case args.Singleton && count > 1:
		return rule.Broken("desiredCount", count, "a singleton has at most one task", "give 1, or 0 to stop it")
	case args.Singleton && args.Spot:
		return rule.Broken("spot", true, "a singleton must not run on Spot, which may leave it without any task",
			"unset spot")
	}
	return rule.Between("desiredCount", count, 0, 5000)
}
