package aws

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

var ecsTaskSize = rule("ecs/task-size").onTask(func(t *task) {
	if v := t.In("cpu"); v.Known() {
		if _, ok := live.CpuUnits(v); !ok {
			t.refuse(v, "Invalid 'cpu' setting for task", `write it in CPU units, as "512", or in vCPUs, as "0.5 vCPU"`)
		}
	}
	if v := t.In("memory"); v.Known() {
		if _, ok := live.Mebibytes(v); !ok {
			t.refuse(v, "Invalid 'memory' setting for task", `write it in MiB, as "1024", or in GB, as "1 GB"`)
		}
	}
})

// fargateSize is a row of the table of API_RegisterTaskDefinition, memory.
type fargateSize struct{ cpu, least, most, step int }

var fargateSizes = []fargateSize{
	{256, 1024, 2048, 1024}, // and 512
	{512, 1024, 4096, 1024},
	{1024, 2048, 8192, 1024},
	{2048, 4096, 16384, 1024},
	{4096, 8192, 30720, 1024},
	{8192, 16384, 61440, 4096},
	{16384, 32768, 122880, 8192},
}

func fargateHas(cpu, memory int) bool {
	return cpu == 256 && memory == 512 || slices.ContainsFunc(fargateSizes, func(s fargateSize) bool {
		return s.cpu == cpu && memory >= s.least && memory <= s.most && (memory-s.least)%s.step == 0
	})
}

var ecsFargateSize = rule("ecs/fargate-size").onTask(func(t *task) {
	if !t.fargate() {
		return
	}
	for _, name := range []string{"cpu", "memory"} {
		if v := t.In(name); v.Missing() {
			t.refuse(v, fmt.Sprintf("Fargate requires that '%s' be defined at the task level", name), "set "+name)
		}
	}
	cpu, cpuKnown := live.CpuUnits(t.In("cpu"))
	memory, memoryKnown := live.Mebibytes(t.In("memory"))
	if cpuKnown && memoryKnown && !fargateHas(cpu, memory) {
		t.refuse(t.In("cpu"),
			fmt.Sprintf("No Fargate configuration exists for given values: %d CPU, %d memory", cpu, memory),
			nearestSizes(cpu))
	}
})

func nearestSizes(cpu int) string {
	for _, s := range fargateSizes {
		if s.cpu == cpu {
			less := ""
			if cpu == 256 {
				less = "512, or "
			}
			return fmt.Sprintf("with cpu %d, memory is %s%d to %d in steps of %d", cpu, less, s.least, s.most, s.step)
		}
	}
	return "cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384"
}

var ecsEphemeralStorage = rule("ecs/ephemeral-storage").onTask(func(t *task) {
	const least, most = 21, 200
	if size := t.In("ephemeralStorage.sizeInGib"); size.Known() && (size.Int() < least || size.Int() > most) {
		t.refuse(size, "ephemeral storage is 21 to 200 GiB; without it, tasks have 20", "choose 21 to 200, or leave it out")
	}
})
