package aws

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// runContainer is what a task's start needs to know of a container definition. Whether the definition is
// one that ECS takes is judged when it is registered.
type runContainer struct {
	Name, Image           string
	Essential             *bool
	Environment           []struct{ Name, Value string }
	Secrets               []runSecret
	PortMappings          []runPort
	RepositoryCredentials struct{ CredentialsParameter string }
	HealthCheck           *struct{ Command []string }
	DependsOn             []struct{ ContainerName, Condition string }
	LogConfiguration      *runLogging
}

type runSecret struct{ Name, ValueFrom string }

type runPort struct {
	Name          string
	ContainerPort int
}

type runLogging struct {
	LogDriver     string
	Options       map[string]string
	SecretOptions []runSecret
}

func (c runContainer) essential() bool { return c.Essential == nil || *c.Essential }

func (c runContainer) listensOn(port int) bool {
	return slices.ContainsFunc(c.PortMappings, func(p runPort) bool { return p.ContainerPort == port })
}

// runContainers reads what it can: a document that ECS would refuse has no containers here.
func runContainers(definition *standin.Resource) []runContainer {
	var containers []runContainer
	if definition == nil || json.Unmarshal([]byte(definition.Out("containerDefinitions").Text()), &containers) != nil {
		return nil
	}
	return containers
}

// definitionOf finds the task definition of a service: a revision, or the latest of a family. It is nil for
// one that is not of this world.
func definitionOf(world *standin.View, service *standin.Resource) *standin.Resource {
	given := service.Out("taskDefinition").Text()
	if exact := world.Find(taskDefinitionToken, "arn", given); exact != nil {
		return exact
	}
	var latest *standin.Resource
	for _, by := range []string{"family", "arnWithoutRevision"} {
		for _, r := range world.Where(taskDefinitionToken, by, given) {
			if latest == nil || r.Out("revision").Int() > latest.Out("revision").Int() {
				latest = r
			}
		}
	}
	if latest == nil && !strings.HasPrefix(given, "arn:") {
		family, revision, _ := strings.Cut(given, ":")
		for _, r := range world.Where(taskDefinitionToken, "family", family) {
			if strings.HasSuffix(r.Out("arn").Text(), ":"+revision) {
				return r
			}
		}
	}
	return latest
}

// portCalled is the container port behind a port mapping's name.
func portCalled(containers []runContainer, name string) int {
	for _, container := range containers {
		for _, port := range container.PortMappings {
			if port.Name == name && name != "" {
				return port.ContainerPort
			}
		}
	}
	return 0
}
