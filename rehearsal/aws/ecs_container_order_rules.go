package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsContainerDependsOn = rule("ecs/container-depends-on").onContainer(func(t *task, c standin.Value) {
	for _, dependency := range c.At("dependsOn").Items() {
		name := dependency.At("containerName")
		target := t.container(name.Text())
		switch condition := dependency.At("condition"); {
		case target.Missing():
			t.refuse(name, "dependsOn names a container of the same task definition", "correct the name")
		case target.Path() == c.Path():
			t.refuse(name, "a container cannot depend on itself", "remove the dependency")
		case condition.Text() == "HEALTHY" && target.At("healthCheck").Missing():
			t.refuse(condition,
				"HEALTHY requires that the dependent container has health checks configured in the task definition, and "+
					name.Text()+" has none; ECS ignores one that comes with the image", "give "+name.Text()+" a healthCheck")
		case slices.Contains([]string{"COMPLETE", "SUCCESS"}, condition.Text()) && essential(target):
			t.refuse(condition, condition.Text()+" can't be set on an essential container, whose end is the end of the task",
				"set essential to false in "+name.Text())
		}
	}
})

var ecsContainerDependencyCycle = rule("ecs/container-dependency-cycle").onTask(func(t *task) {
	for _, c := range t.containers {
		circle := t.circle(c, nil)
		if circle == nil || slices.Min(circle) != circle[0] || len(circle) == 1 {
			continue // refused once, at the first name; one that waits for itself has been refused
		}
		t.refuse(c.At("dependsOn"), "container dependencies form a circle: "+strings.Join(append(circle, circle[0]), " → "),
			"remove one of them")
	}
})

// circle is the way from a container back to itself.
func (t *task) circle(c standin.Value, way []string) []string {
	name := c.At("name").Text()
	if len(way) > 0 && way[0] == name {
		return way
	}
	if c.Missing() || slices.Contains(way, name) {
		return nil
	}
	way = append(slices.Clone(way), name)
	for _, next := range c.All("dependsOn.containerName") {
		if found := t.circle(t.container(next.Text()), way); found != nil {
			return found
		}
	}
	return nil
}

var ecsContainerSizeTotal = rule("ecs/container-size-total").onTask(func(t *task) {
	cpu, cpuKnown := live.CpuUnits(t.In("cpu"))
	memory, memoryKnown := live.Mebibytes(t.In("memory"))
	used, reserved := 0, 0
	for _, c := range t.containers {
		used += c.At("cpu").Int()
		reserved += reservation(c)
		if own := c.At("memory"); memoryKnown && own.Int() > memory {
			t.refuse(own, fmt.Sprintf("The 'memory' setting for container '%s' is greater than for the task (%d)",
				c.At("name").Text(), memory), "raise the task's memory or lower the container's")
		}
	}
	if cpuKnown && used > cpu {
		t.refuse(t.In("cpu"),
			fmt.Sprintf("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu': it is %d",
				used), "raise the task's cpu or lower the containers'")
	}
	if memoryKnown && reserved > memory {
		t.refuse(
			t.In("memory"),
			fmt.Sprintf("The sum of all container 'memoryReservation' values, or 'memory' where there is none, "+
				"cannot be greater than the value of the task 'memory': it is %d", reserved),
			"raise the task's memory or lower the containers'",
		)
	}
})

// reservation returns the memory reserved for a container: its soft limit or, without one, its hard limit.
func reservation(c standin.Value) int {
	if soft := c.At("memoryReservation"); soft.Known() {
		return soft.Int()
	}
	return c.At("memory").Int()
}

var ecsContainerMemory = rule("ecs/container-memory").onContainer(func(t *task, c standin.Value) {
	hard, soft := c.At("memory"), c.At("memoryReservation")
	const least = 6
	for _, v := range []standin.Value{hard, soft} {
		if v.Known() && v.Int() < least {
			t.refuse(v, fmt.Sprintf("a container has at least %d MiB of memory", least), "give it more, or leave the limit out")
		}
	}
	if hard.Known() && soft.Int() > hard.Int() {
		t.refuse(soft, fmt.Sprintf("memory (%d) must not be less than memoryReservation", hard.Int()),
			"lower the reservation or raise memory")
	}
	if hard.Missing() && soft.Missing() && t.In("memory").Missing() && !t.fargate() {
		t.refuse(
			hard,
			fmt.Sprintf("Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be specified",
				c.At("name").Text()),
			"set memory in the container or in the task definition",
		)
	}
})
