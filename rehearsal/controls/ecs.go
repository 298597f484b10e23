package controls

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsControls = []Control{
	{
		ID: "ECS.2", Title: "Tasks have no public addresses", Remedy: "assignPublicIp",
		token: token.EcsService, breach: isFalse("networkConfiguration.assignPublicIp"),
	},
	{
		ID: "ECS.3", Title: "Tasks do not share the processes of their host", Remedy: "pidMode",
		token: token.EcsTaskDefinition,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("pidMode is host", r.Out("pidMode").Text() == "host")
		},
	},
	containerControl("ECS.4", "Containers have no privileges of the host", "privileged",
		func(c container) bool { return c.Privileged }, "privileged is true"),
	containerControl("ECS.5", "Containers can't write to their root file system", "readonlyRootFilesystem",
		func(c container) bool { return !c.ReadonlyRootFilesystem }, "readonlyRootFilesystem is not true"),
	containerControl("ECS.8", "No variable of a container has an access key", "secrets", func(c container) bool {
		return slices.ContainsFunc(c.Environment, func(v struct{ Name, Value string }) bool {
			return slices.Contains(keyVariables, v.Name)
		})
	}, "environment has an access key"),
	containerControl("ECS.9", "The output of containers is logged", "logConfiguration",
		func(c container) bool { return c.LogConfiguration == nil || c.LogConfiguration.LogDriver == "" },
		"has no logConfiguration"),
	{
		ID: "ECS.10", Title: "Services run on the latest platform version of Fargate", Remedy: "platformVersion",
		token: token.EcsService,
		breach: func(_ *standin.View, r *standin.Resource) string {
			version := r.Out("platformVersion").Text()
			return with("platformVersion is "+version, version != "" && !slices.Contains([]string{"LATEST", "1.4.0"}, version))
		},
	},
	{
		ID: "ECS.12", Title: "Clusters measure their tasks with Container Insights", Remedy: "settings",
		token: token.EcsCluster,
		breach: func(_ *standin.View, r *standin.Resource) string {
			on := slices.ContainsFunc(r.Out("settings").Items(), func(v standin.Value) bool {
				return v.At("name").Text() == "containerInsights" &&
					slices.Contains([]string{"enabled", "enhanced"}, v.At("value").Text())
			})
			return with("containerInsights is disabled", !on)
		},
	},
	{
		ID: "ECS.17", Title: "Tasks do not use the network of their host", Remedy: "networkMode", Further: true,
		token: token.EcsTaskDefinition,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("networkMode is host", r.Out("networkMode").Text() == "host")
		},
	},
	{
		ID: "ECS.18", Title: "Tasks reach EFS with TLS", Remedy: "transitEncryption", Further: true,
		token:   token.EcsTaskDefinition,
		applies: func(r *standin.Resource) bool { return len(r.All("volumes.efsVolumeConfiguration.fileSystemId")) > 0 },
		breach: func(_ *standin.View, r *standin.Resource) string {
			for _, volume := range r.Out("volumes").Items() {
				if efs := volume.At("efsVolumeConfiguration"); efs.Known() && efs.At("transitEncryption").Text() != "ENABLED" {
					return "transitEncryption of volume " + volume.At("name").Text() + " is not ENABLED"
				}
			}
			return ""
		},
	},
	further(containerControl("ECS.20", "Containers do not run as root", "user",
		container.root, "user is root or not set")),
}

// keyVariables are those of https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8.
var keyVariables = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"}

// container is the part of a container definition that controls judge.
type container struct {
	Name, User                         string
	Privileged, ReadonlyRootFilesystem bool
	Environment                        []struct{ Name, Value string }
	LogConfiguration                   *struct{ LogDriver string }
}

// root reports whether the container runs as root or does not state its user.
func (c container) root() bool {
	user, _, _ := strings.Cut(c.User, ":")
	return slices.Contains([]string{"", "0", "root"}, user)
}

// containerControl judges each container of a task definition, and names those for which it does not hold.
func containerControl(id, title, remedy string, breaks func(container) bool, why string) Control {
	c := Control{ID: id, Title: title, Remedy: remedy, token: token.EcsTaskDefinition}
	c.breach = func(_ *standin.View, r *standin.Resource) string {
		var containers []container
		if err := json.Unmarshal([]byte(r.Out("containerDefinitions").Text()), &containers); err != nil {
			return "containerDefinitions cannot be read"
		}
		var names []string
		for _, c := range containers {
			if breaks(c) {
				names = append(names, c.Name)
			}
		}
		return with(why+" ("+strings.Join(names, ", ")+")", len(names) > 0)
	}
	return c
}

// further marks a control that the standard does not have.
func further(c Control) Control {
	c.Further = true
	return c
}
