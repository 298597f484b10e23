package components

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// logBufferSize is the amount of a container's output that waits in memory if CloudWatch Logs is slow. Output beyond it
// is dropped, so that the container never blocks
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html).
const logBufferSize = "10m"

// containerDefinitions returns the container definitions as JSON in a canonical form, sorted and with AWS's defaults.
// Otherwise the provider would see a difference at each update and replace the task definition
// (https://github.com/pulumi/pulumi-aws/issues/4576). An entry point or a command that turns out to be none is left to
// the image.
func (c *component) containerDefinitions(containers []Container,
	logGroups map[string]pulumi.StringOutput,
) pulumi.StringOutput {
	sorted := slices.SortedFunc(slices.Values(containers),
		func(a, b Container) int { return cmp.Compare(a.Name, b.Name) })
	definitions := pulumi.Array{}
	for _, container := range sorted {
		definitions = append(definitions, container.definition(c.region(), logGroups[container.Name]))
	}
	return definitions.ToArrayOutput().ApplyT(func(all []any) (string, error) {
		for _, each := range all {
			definition, _ := each.(map[string]any)
			maps.DeleteFunc(definition, func(_ string, value any) bool {
				list, isList := value.([]string)
				return isList && list == nil
			})
		}
		text, err := json.Marshal(all)
		return string(text), err
	}).(pulumi.StringOutput)
}

func (a Container) definition(region, logGroup pulumi.StringInput) pulumi.Map {
	definition := pulumi.Map{
		"name":           pulumi.String(a.Name),
		"image":          a.Image,
		"cpu":            pulumi.Int(a.Cpu),
		"essential":      pulumi.Bool(!a.NonEssential),
		"environment":    namedValues(a.Environment),
		"secrets":        a.secretValues(),
		"portMappings":   a.ports(),
		"stopTimeout":    pulumi.Int(a.StopTimeout),
		"mountPoints":    a.mounts(),
		"systemControls": pulumi.Array{},
		"volumesFrom":    pulumi.Array{},
		"logConfiguration": pulumi.Map{
			"logDriver": pulumi.String("awslogs"),
			"options":   logOptions(region, logGroup),
		},
	}
	if a.Memory > 0 {
		definition["memory"] = pulumi.Int(a.Memory)
	}
	if a.EntryPoint != nil {
		definition["entryPoint"] = a.EntryPoint
	}
	if a.Command != nil {
		definition["command"] = a.Command
	}
	if a.WorkingDirectory != "" {
		definition["workingDirectory"] = pulumi.String(a.WorkingDirectory)
	}
	if a.RepositoryCredentialsArn != nil {
		definition["repositoryCredentials"] = pulumi.Map{"credentialsParameter": a.RepositoryCredentialsArn}
	}
	if a.HealthCheck != nil {
		definition["healthCheck"] = a.HealthCheck.definition()
	}
	if labels := a.labels(); labels != nil {
		definition["dockerLabels"] = labels
	}
	if a.InitProcess {
		definition["linuxParameters"] = pulumi.Map{"initProcessEnabled": pulumi.Bool(true)}
	}
	if len(a.DependsOn) > 0 {
		definition["dependsOn"] = a.dependencies()
	}
	return definition
}

// logOptions returns the options of the awslogs driver.
func logOptions(region, logGroup pulumi.StringInput) pulumi.StringMap {
	return pulumi.StringMap{
		"awslogs-group":         logGroup,
		"awslogs-region":        region,
		"awslogs-stream-prefix": pulumi.String("ecs"),
		"mode":                  pulumi.String("non-blocking"),
		"max-buffer-size":       pulumi.String(logBufferSize),
	}
}

func (h HealthCheck) definition() pulumi.Map {
	return pulumi.Map{
		"command":     pulumi.ToStringArray(h.Command),
		"interval":    pulumi.Int(h.Interval),
		"timeout":     pulumi.Int(h.Timeout),
		"retries":     pulumi.Int(h.Retries),
		"startPeriod": pulumi.Int(h.StartPeriod),
	}
}

func (a Container) dependencies() pulumi.Array {
	list := pulumi.Array{}
	for _, d := range a.DependsOn {
		list = append(list,
			pulumi.Map{"containerName": pulumi.String(d.ContainerName), "condition": pulumi.String(d.Condition)})
	}
	return list
}

func (a Container) ports() pulumi.Array {
	list := pulumi.Array{}
	for _, p := range a.PortMappings {
		mapping := pulumi.Map{
			"containerPort": pulumi.Int(p.ContainerPort),
			"hostPort":      pulumi.Int(p.ContainerPort),
			"protocol":      pulumi.String("tcp"),
		}
		if p.Name != "" {
			mapping["name"] = pulumi.String(p.Name)
		}
		if p.AppProtocol != "" {
			mapping["appProtocol"] = pulumi.String(p.AppProtocol)
		}
		list = append(list, mapping)
	}
	return list
}

func (a Container) mounts() pulumi.Array {
	list := pulumi.Array{}
	for _, m := range a.MountPoints {
		list = append(list, pulumi.Map{
			"sourceVolume":  pulumi.String(m.SourceVolume),
			"containerPath": pulumi.String(m.ContainerPath), "readOnly": pulumi.Bool(false),
		})
	}
	return list
}

func (a Container) secretValues() pulumi.Array {
	list := pulumi.Array{}
	for _, name := range sortedKeys(a.Secrets) {
		list = append(list, pulumi.Map{"name": pulumi.String(name), "valueFrom": a.Secrets[name].ValueFrom})
	}
	return list
}

func namedValues(values map[string]pulumi.StringInput) pulumi.Array {
	list := pulumi.Array{}
	for _, name := range sortedKeys(values) {
		list = append(list, pulumi.Map{"name": pulumi.String(name), "value": values[name]})
	}
	return list
}
