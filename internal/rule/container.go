package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Service Connect adds a proxy to every task, which needs 256 CPU units and 64 MiB of the task
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
const (
	ProxyCpu    = 256
	ProxyMemory = 64
)

type fargateMemory struct{ lowest, highest, step int }

// fargateSizes is the table under "memory" of the ECS RegisterTaskDefinition API
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html); CPU units and MiB.
var fargateSizes = map[int]fargateMemory{
	256:   {512, 2048, 1024},
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

var fargateCpus = []int{256, 512, 1024, 2048, 4096, 8192, 16384}

// FargateMemories lists the memory sizes, in MiB, that Fargate offers with cpu units, or nil if it has no such size.
func FargateMemories(cpu int) []int {
	size, ok := fargateSizes[cpu]
	if !ok {
		return nil
	}
	if cpu == 256 {
		return []int{512, 1024, 2048}
	}
	var memories []int
	for m := size.lowest; m <= size.highest; m += size.step {
		memories = append(memories, m)
	}
	return memories
}

// SmallestFargateSize returns the size with the smallest CPU, and the smallest memory for it, that holds both amounts.
// It returns false if there is none.
func SmallestFargateSize(cpu, memory int) (taskCpu, taskMemory int, ok bool) {
	for _, c := range fargateCpus {
		if c < cpu {
			continue
		}
		for _, m := range FargateMemories(c) {
			if m >= memory {
				return c, m, true
			}
		}
	}
	return 0, 0, false
}

// CompleteFargateSize returns a size of Fargate in which a missing half, 0, is the smallest that Fargate offers with
// the other half and that is not below its minimum. If there is none, it returns a pair for which FargateSize,
// ProxyRoom or MemoryRoom return an error about the half that is set.
func CompleteFargateSize(cpu, memory, minCpu, minMemory int) (taskCpu, taskMemory int) {
	switch {
	case cpu != 0 && memory == 0:
		return cpu, smallestMemory(cpu, minMemory)
	case cpu == 0 && memory != 0:
		return smallestCpu(memory, minCpu), memory
	}
	return cpu, memory
}

func smallestMemory(cpu, minMemory int) int {
	memories := FargateMemories(cpu)
	for _, memory := range memories {
		if memory >= minMemory {
			return memory
		}
	}
	if len(memories) > 0 {
		return memories[len(memories)-1]
	}
	return minMemory
}

func smallestCpu(memory, minCpu int) int {
	for _, cpu := range fargateCpus {
		if cpu >= minCpu && slices.Contains(FargateMemories(cpu), memory) {
			return cpu
		}
	}
	if cpu, _, ok := SmallestFargateSize(minCpu, memory); ok {
		return cpu
	}
	return fargateCpus[len(fargateCpus)-1]
}

// FargateSize checks that Fargate offers the CPU with the memory.
func FargateSize(cpuName string, cpu int, memoryName string, memory int) error {
	memories := FargateMemories(cpu)
	if memories == nil {
		return Broken(cpuName, cpu, "Fargate offers 256, 512, 1024, 2048, 4096, 8192 or 16384 CPU units",
			"choose one of these")
	}
	if !slices.Contains(memories, memory) {
		return Broken(memoryName, memory,
			fmt.Sprintf("with %d CPU units Fargate offers %s MiB", cpu, list(memories)), "choose one of these")
	}
	return nil
}

func list(numbers []int) string {
	if len(numbers) > 4 {
		return fmt.Sprintf("%d to %d in steps of %d", numbers[0], numbers[len(numbers)-1], numbers[1]-numbers[0])
	}
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

var environmentPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// EnvironmentName checks the name of an environment variable.
func EnvironmentName(name, value string) error {
	return Match(name, value, environmentPattern, "must be the name of an environment variable",
		"use letters, digits and underscores, with no digit in front")
}

// ProxyRoom checks that a task with Service Connect has the CPU units that the containers need, and 256 for the proxy.
func ProxyRoom(name string, cpu, need int) error {
	if cpu-ProxyCpu >= need {
		return nil
	}
	return Broken(
		name,
		cpu,
		fmt.Sprintf("must be at least %d: Service Connect's proxy takes %d, and the containers need %d",
			ProxyCpu+need, ProxyCpu, need),
		"choose the next size of Fargate",
	)
}

// MemoryRoom is ProxyRoom for MiB of memory.
func MemoryRoom(name string, memory, need int) error {
	if memory-ProxyMemory >= need {
		return nil
	}
	return Broken(
		name,
		memory,
		fmt.Sprintf("must be at least %d: Service Connect's proxy takes %d, and the containers need %d",
			ProxyMemory+need, ProxyMemory, need),
		"choose the next size of Fargate",
	)
}
