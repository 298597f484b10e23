package live

import (
	"encoding/json"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Container is a container definition, as far as the start of a task depends on it. Whether the definition is
// one that ECS takes is judged when it is registered.
type Container struct {
	Name, Image           string
	Essential             *bool
	Environment           []struct{ Name, Value string }
	Secrets               []runSecret
	PortMappings          []runPort
	Command, EntryPoint   []string
	MountPoints           []struct{ SourceVolume string }
	RepositoryCredentials struct{ CredentialsParameter string }
	HealthCheck           *struct{ Command []string }
	StopTimeout           int
	LogConfiguration      *runLogging
}

type runSecret struct{ Name, ValueFrom string }

type runPort struct {
	Name          string
	ContainerPort int
	AppProtocol   string
}

type runLogging struct {
	LogDriver     string
	Options       map[string]string
	SecretOptions []runSecret
}

func (c Container) essential() bool { return c.Essential == nil || *c.Essential }

// runContainers returns the containers of a task definition. A document that ECS would refuse has none here.
func (c Container) unchecked() bool {
	return c.HealthCheck == nil || len(c.HealthCheck.Command) == 0 || c.HealthCheck.Command[0] == "NONE"
}

// Containers returns the containers of a task definition, and none for a document that ECS would refuse.
func Containers(definition *standin.Resource) []Container {
	var containers []Container
	if definition == nil || json.Unmarshal([]byte(definition.Out("containerDefinitions").Text()), &containers) != nil {
		return nil
	}
	return containers
}

// definitionOf returns the task definition of a service, nil for one that is not of this world.
func definitionOf(world *standin.View, service *standin.Resource) *standin.Resource {
	return FindTaskDefinition(world, service.Out("taskDefinition").Text())
}

// portCalled returns the port mapping of that name.
func portCalled(containers []Container, name string) runPort {
	for _, container := range containers {
		for _, port := range container.PortMappings {
			if port.Name == name && name != "" {
				return port
			}
		}
	}
	return runPort{}
}
