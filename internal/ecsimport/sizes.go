package ecsimport

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// These are the minimum sizes of beat and the worker in the program. A test compares them with components.CeleryMinCpu
// and CeleryMinMemory, which are not used here because importing them compiles the SDK of AWS.
const (
	celeryLeastCpu  = 512
	workerMinMemory = 1536
)

// size is CPU units and MiB.
type size struct{ cpu, memory int }

func (s size) String() string { return fmt.Sprintf("%d CPU units and %d MiB", s.cpu, s.memory) }

func (s size) plus(other size) size { return size{s.cpu + other.cpu, s.memory + other.memory} }

func larger(a, b size) size { return size{max(a.cpu, b.cpu), max(a.memory, b.memory)} }

var proxy = size{rule.ProxyCpu, rule.ProxyMemory}

// sizes imports each task's size, or the next one in which the proxy of Service Connect fits.
func (i *importer) sizes() {
	i.size("care:careCpu", "care:careMemory", size{1, 1}, api)
	beatMemory := i.facts.beatMemory
	if limit, _ := i.parts[beat].Memory.mebibytes(); limit > beatMemory && len(i.parts[beat].task.Containers) > 1 {
		beatMemory = limit
		i.stack.set("care:beatMemory", limit, "memory", "")
	}
	i.size("care:celeryCpu", "care:celeryMemory", size{celeryLeastCpu, beatMemory + workerMinMemory}, beat, worker)
}

func (i *importer) size(cpuKey, memoryKey string, least size, roles ...role) {
	had, taken := i.measure(roles)
	needed := larger(taken, least).plus(proxy)
	wanted := larger(had, needed)
	cpu, memory, ok := rule.SmallestFargateSize(wanted.cpu, wanted.memory)
	if !ok {
		i.report.breaks(fmt.Sprintf("No size of Fargate holds %s, which %s would need", wanted, roleWords(roles)),
			"The default is taken instead")
		i.report.todo("Choose a size: `%s` and `%s`", cpuKey, memoryKey)
		return
	}
	now := size{cpu, memory}
	comment := ""
	if had != now {
		comment = whyChanged(had, larger(taken, least))
	}
	i.stack.set(cpuKey, now.cpu, "cpu", comment)
	i.stack.set(memoryKey, now.memory, "memory", "")
	if total := taken.plus(proxy); had != (size{}) &&
		(total.cpu > had.cpu || total.memory > had.memory || had.cpu <= proxy.cpu) {
		i.report.breaks(
			fmt.Sprintf("No room for the proxy of Service Connect in the task of %s: it has %s, its containers take %s, "+
				"the proxy takes %s", roleWords(roles), had, taken, proxy),
			fmt.Sprintf("The next size of Fargate is taken: %s", now),
		)
	}
}

func whyChanged(had, taken size) string {
	switch {
	case had == (size{}):
		return "the old task has no size of its own"
	case taken == size{1, 1}:
		return fmt.Sprintf("was %d and %d; Service Connect's proxy takes %d and %d", had.cpu, had.memory, proxy.cpu,
			proxy.memory)
	}
	return fmt.Sprintf("was %d and %d; the containers take %d and %d, Service Connect's proxy %d and %d",
		had.cpu, had.memory, taken.cpu, taken.memory, proxy.cpu, proxy.memory)
}

// measure returns the size of the roles' tasks, and the part of it that their containers reserve. Beat and worker move
// together, so the whole size of a separate task counts.
func (i *importer) measure(roles []role) (had, taken size) {
	counted := map[*taskDefinition]bool{}
	for _, r := range roles {
		p := i.parts[r]
		if !counted[p.task] && !i.shared(p.task, roles) {
			had = had.plus(sizeOf(p.task.Cpu, p.task.Memory))
		}
		counted[p.task] = true
		memory := p.Memory
		if memory == "" {
			memory = p.MemoryReservation
		}
		own := sizeOf(p.Cpu, memory)
		if len(p.task.Containers) == 1 && len(roles) > 1 {
			own = larger(own, sizeOf(p.task.Cpu, p.task.Memory))
		}
		taken = taken.plus(own)
	}
	return had, taken
}

// shared reports whether a task runs other roles as well.
func (i *importer) shared(task *taskDefinition, roles []role) bool {
	for _, r := range allRoles {
		if i.parts[r].task == task && !slices.Contains(roles, r) {
			return true
		}
	}
	return false
}

func sizeOf(cpu, memory amount) size {
	units, _ := cpu.units()
	mebibytes, _ := memory.mebibytes()
	return size{units, mebibytes}
}
