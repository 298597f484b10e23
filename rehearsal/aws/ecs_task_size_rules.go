package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// A vCPU is 1024 units and a GB 1024 MiB (API_RegisterTaskDefinition, cpu and memory).
const perUnit = 1024

var (
	wholeNumber = regexp.MustCompile(`^\d+$`)
	inVcpu      = regexp.MustCompile(`^(?i)(\d+|\d*\.\d+)\s*vcpu$`)
	inGigabytes = regexp.MustCompile(`^(?i)(\d+|\d*\.\d+)\s*gb$`)
)

// cpuUnits reads a task's cpu, given in units or as "1 vCPU"; false when there is none to be read.
func cpuUnits(v standin.Value) (int, bool) { return amount(v, inVcpu) }

// mebibytes reads a task's memory, given in MiB or as "2 GB"; false when there is none to be read.
func mebibytes(v standin.Value) (int, bool) { return amount(v, inGigabytes) }

func amount(v standin.Value, form *regexp.Regexp) (int, bool) {
	text := strings.TrimSpace(v.Text())
	if v.Raw().IsNumber() {
		return v.Int(), true
	}
	if wholeNumber.MatchString(text) {
		n, err := strconv.Atoi(text)
		return n, err == nil
	}
	match := form.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(match[1], 64)
	return int(n * perUnit), err == nil
}

// sizeIsReadable: RegisterTaskDefinition in its own words.
func sizeIsReadable(t *task) {
	if v := t.In("cpu"); v.Known() {
		if _, ok := cpuUnits(v); !ok {
			t.refuse(v, "Invalid 'cpu' setting for task", `write it in CPU units, as "512", or in vCPUs, as "0.5 vCPU"`)
		}
	}
	if v := t.In("memory"); v.Known() {
		if _, ok := mebibytes(v); !ok {
			t.refuse(v, "Invalid 'memory' setting for task", `write it in MiB, as "1024", or in GB, as "1 GB"`)
		}
	}
}

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

// fargateHasTheSize: RegisterTaskDefinition in its own words (aws/amazon-ecs-cli#463).
func fargateHasTheSize(t *task) {
	if !t.fargate() {
		return
	}
	for _, name := range []string{"cpu", "memory"} {
		if v := t.In(name); v.Missing() {
			t.refuse(v, fmt.Sprintf("Fargate requires that '%s' be defined at the task level", name), "set "+name)
		}
	}
	cpu, cpuKnown := cpuUnits(t.In("cpu"))
	memory, memoryKnown := mebibytes(t.In("memory"))
	if cpuKnown && memoryKnown && !fargateHas(cpu, memory) {
		t.refuse(t.In("cpu"), fmt.Sprintf("No Fargate configuration exists for given values: %d CPU, %d memory", cpu, memory), nearestSizes(cpu))
	}
}

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

// ephemeralStorageIsLegal: API_EphemeralStorage.
func ephemeralStorageIsLegal(t *task) {
	const least, most = 21, 200
	if size := t.In("ephemeralStorage.sizeInGib"); size.Known() && (size.Int() < least || size.Int() > most) {
		t.refuse(size, "ephemeral storage is 21 to 200 GiB; 20 is what tasks have without it", "choose 21 to 200, or leave it out")
	}
}
