package aws

import (
	"slices"
	"strings"
)

// containersStart: the containers can come up in the order they ask for
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html).
func (d *deployment) containersStart() {
	byName := map[string]runContainer{}
	for _, container := range d.containers {
		byName[container.Name] = container
	}
	if !slices.ContainsFunc(d.containers, runContainer.essential) {
		d.fail(d.In("taskDefinition"), "ClientException: a task definition must have an essential container", obstacle{
			cause: "no container is essential, so that nothing keeps a task running", fix: "make one container essential",
		})
	}
	for _, container := range d.containers {
		for _, needs := range container.DependsOn {
			target, found := byName[needs.ContainerName]
			property := at(container.Name, "dependsOn", needs.ContainerName+" "+needs.Condition)
			switch {
			case !found:
				d.fail(property, "ClientException: unknown container in dependsOn", obstacle{
					cause: "the task has no container " + needs.ContainerName, fix: "correct the name",
				})
			case needs.Condition == "HEALTHY" && target.unchecked():
				d.fail(property, "Task failed to start: container "+container.Name+" waits for "+target.Name+" to be HEALTHY", obstacle{
					cause: "container " + target.Name + " has no healthCheck (ECS ignores the image's own), so that it never gets healthy",
					fix:   "give container " + target.Name + " a healthCheck",
				})
			case (needs.Condition == "COMPLETE" || needs.Condition == "SUCCESS") && target.essential():
				d.fail(property, "Task stopped: essential container "+target.Name+" in task exited", obstacle{
					cause: "container " + target.Name + " is essential: the task ends with it, before " + container.Name + " starts",
					fix:   "set essential of container " + target.Name + " to false",
				})
			}
		}
		if chain := circle(byName, container.Name, nil); chain != nil {
			d.fail(at(container.Name, "dependsOn", strings.Join(chain, " → ")), "Task failed to start: containers wait for each other", obstacle{
				cause: "containers wait for each other in a circle, so that none starts", fix: "take one of these dependencies away",
			})
			return
		}
	}
}

// unchecked: NONE switches a check off, as in a Dockerfile.
func (c runContainer) unchecked() bool {
	return c.HealthCheck == nil || len(c.HealthCheck.Command) == 0 || c.HealthCheck.Command[0] == "NONE"
}

// circle follows dependsOn until a name comes again.
func circle(byName map[string]runContainer, name string, path []string) []string {
	path = append(slices.Clone(path), name)
	if slices.Contains(path[:len(path)-1], name) {
		return path
	}
	for _, needs := range byName[name].DependsOn {
		if found := circle(byName, needs.ContainerName, path); found != nil {
			return found
		}
	}
	return nil
}
