package pulumitest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Container is a container definition in the terms of the ECS API
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html); only the fields that the
// components use, so that a new one is noticed.
type Container struct {
	Name                  string              `json:"name"`
	Image                 string              `json:"image"`
	Cpu                   int                 `json:"cpu"`
	Memory                int                 `json:"memory"`
	Essential             bool                `json:"essential"`
	EntryPoint            []string            `json:"entryPoint"`
	Command               []string            `json:"command"`
	WorkingDirectory      string              `json:"workingDirectory"`
	Environment           []NamedValue        `json:"environment"`
	Secrets               []NamedSecret       `json:"secrets"`
	PortMappings          []PortMapping       `json:"portMappings"`
	HealthCheck           *HealthCheck        `json:"healthCheck"`
	DependsOn             []ContainerOrder    `json:"dependsOn"`
	StopTimeout           int                 `json:"stopTimeout"`
	MountPoints           []map[string]any    `json:"mountPoints"`
	SystemControls        []map[string]string `json:"systemControls"`
	VolumesFrom           []map[string]any    `json:"volumesFrom"`
	LogConfiguration      LogConfiguration    `json:"logConfiguration"`
	LinuxParameters       *LinuxParameters    `json:"linuxParameters"`
	RepositoryCredentials *Credentials        `json:"repositoryCredentials"`
	DockerLabels          map[string]string   `json:"dockerLabels"`
}

// NamedValue is an environment variable in clear.
type NamedValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// NamedSecret is an environment variable whose value ECS reads from elsewhere.
type NamedSecret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// PortMapping is a port that a container listens on.
type PortMapping struct {
	Name          string `json:"name"`
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
	AppProtocol   string `json:"appProtocol"`
}

// HealthCheck is how ECS sees that a container works.
type HealthCheck struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Timeout     int      `json:"timeout"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
}

// ContainerOrder is one thing that a container waits for.
type ContainerOrder struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

// LogConfiguration is where a container logs.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// LinuxParameters are settings of the kernel.
type LinuxParameters struct {
	InitProcessEnabled bool `json:"initProcessEnabled"`
}

// Credentials say where the user of a registry is kept.
type Credentials struct {
	CredentialsParameter string `json:"credentialsParameter"`
}

// Containers decodes the container definitions of a task definition, in their order, and refuses unknown fields.
func (r *Resource) Containers(tb testing.TB) []Container {
	tb.Helper()
	var containers []Container
	decode(tb, r.Text("containerDefinitions"), &containers)
	return containers
}

// Container decodes the container definition with a name.
func (r *Resource) Container(tb testing.TB, name string) Container {
	tb.Helper()
	for _, container := range r.Containers(tb) {
		if container.Name == name {
			return container
		}
	}
	tb.Fatalf("%s has no container %q", r.Path(), name)
	return Container{}
}

// Variables returns the environment in clear by name.
func (c Container) Variables() map[string]string {
	values := map[string]string{}
	for _, variable := range c.Environment {
		values[variable.Name] = variable.Value
	}
	return values
}

// References returns where the secrets are kept, by name.
func (c Container) References() map[string]string {
	references := map[string]string{}
	for _, secret := range c.Secrets {
		references[secret.Name] = secret.ValueFrom
	}
	return references
}

// Policy is an IAM policy.
type Policy struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement is one statement of a policy. Principal and Condition stay as they are.
type Statement struct {
	Sid       string  `json:"Sid"`
	Effect    string  `json:"Effect"`
	Action    Strings `json:"Action"`
	Resource  Strings `json:"Resource"`
	Principal any     `json:"Principal"`
	Condition any     `json:"Condition"`
}

// Strings is one text or a list of them, as IAM takes both.
type Strings []string

// UnmarshalJSON implements json.Unmarshaler.
func (s *Strings) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(data), "[") {
		return json.Unmarshal(data, (*[]string)(s))
	}
	*s = make([]string, 1)
	return json.Unmarshal(data, &(*s)[0])
}

// Policy decodes the policy in an input.
func (r *Resource) Policy(tb testing.TB, input string) Policy {
	tb.Helper()
	var policy Policy
	decode(tb, r.Text(input), &policy)
	return policy
}

// Allows reports whether a statement allows the action on exactly this resource.
func (p Policy) Allows(action, resource string) bool {
	return slices.ContainsFunc(p.Statement, func(s Statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Action, action) && slices.Contains(s.Resource, resource)
	})
}

func decode(tb testing.TB, text string, into any) {
	tb.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		tb.Fatalf("decode %q: %v", text, err)
	}
}
