package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// finding is a difference between a service and its deployed settings.
type finding struct {
	// Code identifies the kind of the finding in the JSON output.
	Code code `json:"code"`
	// Text completes a sentence that begins with the service's name.
	Text string `json:"text"`
	// Remedy is a command that corrects the problem, or empty if there is none.
	Remedy string `json:"remedy,omitempty"`
	// passing reports whether the problem may resolve itself.
	passing bool
}

// code is a kind of finding.
type code string

const (
	noService        code = "no-service"
	otherRevision    code = "other-revision"
	rolloutFailed    code = "deployment-failed"
	rolloutGoingOn   code = "deployment-in-progress"
	otherConnect     code = "service-connect"
	otherCount       code = "desired-count"
	tasksMissing     code = "tasks-missing"
	taskUnhealthy    code = "task-unhealthy"
	otherTask        code = "task-of-other-revision"
	containerStopped code = "container-stopped"
)

// refresh is the command that makes Pulumi detect deleted resources and create them again.
const refresh = "pulumi up --refresh"

// judge compares the running service with the deployed one. It returns no findings for a service that runs as deployed.
func (s state) judge() []finding {
	if s.service == nil {
		return []finding{{Code: noService, Text: "does not exist in ECS", Remedy: refresh}}
	}
	if status := aws.ToString(s.service.Status); status != "ACTIVE" {
		return []finding{{Code: noService, Text: "has been deleted from ECS, where it is " + status, Remedy: refresh}}
	}
	return slices.Concat(s.judgeDeployment(), s.judgeServiceConnect(), s.judgeCount(), s.judgeTasks())
}

func (s state) judgeDeployment() []finding {
	primary := s.primary()
	if primary == nil {
		return []finding{{Code: rolloutFailed, Text: "has no deployment", Remedy: refresh}}
	}
	again := s.updateService("--force-new-deployment --task-definition " + short(s.deployed.TaskDefinitionArn))
	if !s.runsDeployed() {
		return []finding{{
			Code: otherRevision,
			Text: fmt.Sprintf("runs %s, but %s was deployed", short(*primary.TaskDefinition),
				short(s.deployed.TaskDefinitionArn)),
			Remedy: again,
		}}
	}
	reason := aws.ToString(primary.RolloutStateReason)
	if reason != "" {
		reason = ": " + reason
	}
	switch primary.RolloutState {
	case types.DeploymentRolloutStateFailed:
		return []finding{{Code: rolloutFailed, Text: "failed to deploy" + reason, Remedy: again}}
	case types.DeploymentRolloutStateInProgress:
		return []finding{{Code: rolloutGoingOn, Text: "is still being deployed" + reason, passing: true}}
	default:
		return nil
	}
}

func (s state) judgeCount() []finding {
	wanted := s.deployed.DesiredCount
	if wanted == nil || *wanted == s.service.DesiredCount {
		return nil
	}
	return []finding{{
		Code:   otherCount,
		Text:   fmt.Sprintf("has a desired count of %d, but was deployed with %d", s.service.DesiredCount, *wanted),
		Remedy: s.updateService(fmt.Sprintf("--desired-count %d", *wanted)),
	}}
}

func (s state) judgeTasks() []finding {
	var found []finding
	if healthy := s.healthy(); healthy < s.service.DesiredCount {
		found = append(found, finding{
			Code: tasksMissing, Text: fmt.Sprintf("has %d of %s healthy", healthy, tasks(s.service.DesiredCount)), passing: true,
		})
	}
	for _, task := range s.tasks {
		found = append(found, s.judgeTask(task)...)
	}
	return found
}

func (s state) judgeTask(task types.Task) []finding {
	var found []finding
	id, runs := short(aws.ToString(task.TaskArn)), aws.ToString(task.TaskDefinitionArn)
	// After a rollback, tasks of another revision add nothing to the finding about the deployment.
	if s.runsDeployed() && runs != s.deployed.TaskDefinitionArn {
		found = append(found,
			finding{Code: otherTask, Text: fmt.Sprintf("has task %s of %s", id, short(runs)), passing: true})
	}
	if task.HealthStatus == types.HealthStatusUnhealthy {
		found = append(found,
			finding{Code: taskUnhealthy, Text: fmt.Sprintf("has task %s, which is unhealthy", id), passing: true})
	}
	if aws.ToString(task.LastStatus) != "RUNNING" {
		return found
	}
	for _, container := range task.Containers {
		if exit := aws.ToInt32(container.ExitCode); exit != 0 {
			found = append(found, finding{
				Code: containerStopped,
				Text: fmt.Sprintf("has task %s, whose container %s ended with status %d", id, aws.ToString(container.Name), exit),
			})
		}
	}
	return found
}

// healthy counts the running tasks whose essential containers have passed their health checks. Containers without a
// check count as healthy, although ECS then reports the health of the whole task as unknown
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html).
func (s state) healthy() (count int32) {
	for _, task := range s.tasks {
		if aws.ToString(task.LastStatus) == "RUNNING" && task.HealthStatus != types.HealthStatusUnhealthy &&
			!slices.ContainsFunc(task.Containers, s.unproven) {
			count++
		}
	}
	return count
}

func (s state) unproven(container types.Container) bool {
	known := containerOf(s.definition, aws.ToString(container.Name))
	return known != nil && aws.ToBool(known.Essential) && known.HealthCheck != nil &&
		container.HealthStatus != types.HealthStatusHealthy
}

func tasks(count int32) string {
	if count == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", count)
}

// updateService returns the AWS CLI command that changes the service with the options.
func (s state) updateService(options string) string {
	return strings.Join([]string{
		"aws ecs update-service --region",
		s.deployed.region(),
		"--cluster",
		short(s.deployed.ClusterArn),
		"--service",
		s.deployed.Name,
		options,
	}, " ")
}
