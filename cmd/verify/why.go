package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const (
	// lastEvents and lastTasks limit the output, because crashing tasks resemble each other.
	lastEvents = 8
	lastTasks  = 3
	// lastDeployments is the number of deployments among which the one of the deployed revision is searched. It is the
	// maximum of DescribeServiceRevisions.
	lastDeployments = 20
	// logPages is the maximum number of empty pages to read from GetLogEvents.
	logPages = 5
)

// why has the reasons, from ECS and the logs, why a service is not as deployed. If one call fails, the others are still
// made.
type why struct {
	// Deployment describes the end of the revision's deployment.
	Deployment string      `json:"deployment,omitempty"`
	Events     []event     `json:"events"`
	Tasks      []taskStory `json:"tasks"`
	// Untold lists the failed calls with their errors.
	Untold []string `json:"untold,omitempty"`
}

type event struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// taskStory is the end of a task or its current problem.
type taskStory struct {
	Id             string           `json:"id"`
	TaskDefinition string           `json:"taskDefinition"`
	StoppedAt      *time.Time       `json:"stoppedAt,omitempty"`
	Reason         string           `json:"reason,omitempty"`
	Containers     []containerStory `json:"containers"`
}

type containerStory struct {
	Name     string   `json:"name"`
	ExitCode *int32   `json:"exitCode,omitempty"`
	Health   string   `json:"health,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Log      []string `json:"log,omitempty"`
}

// why collects the reasons.
func (a *asker) why(ctx context.Context, s state, logLines int) *why {
	if s.service == nil {
		return nil
	}
	reasons := &why{Events: eventsOf(s.service), Tasks: []taskStory{}}
	reasons.try(func() (err error) {
		reasons.Deployment, err = a.deploymentOf(ctx, s.deployed)
		return err
	})
	reasons.try(func() error {
		stopped, err := a.tasks(ctx, s.deployed, types.DesiredStatusStopped)
		logged := map[string]bool{}
		for _, task := range relevantTasks(s, stopped) {
			reasons.Tasks = append(reasons.Tasks, a.story(ctx, reasons, s, task, logLines, logged))
		}
		return err
	})
	return reasons
}

func (w *why) try(ask func() error) {
	if err := ask(); err != nil {
		if text := explainError(err).Error(); !slices.Contains(w.Untold, text) {
			w.Untold = append(w.Untold, text)
		}
	}
}

// eventsOf returns the last events in chronological order.
func eventsOf(service *types.Service) []event {
	events := []event{}
	for _, e := range service.Events[:min(lastEvents, len(service.Events))] {
		events = append(events, event{At: aws.ToTime(e.CreatedAt).UTC(), Text: aws.ToString(e.Message)})
	}
	slices.Reverse(events)
	return events
}

// deploymentOf describes the end of the last deployment of the deployed revision, unless it succeeded. A service
// deployment refers to a service revision, which refers to the task definition.
func (a *asker) deploymentOf(ctx context.Context, service deployed) (string, error) {
	answer, err := a.ecs.ListServiceDeployments(ctx, &ecs.ListServiceDeploymentsInput{
		Cluster: &service.ClusterArn, Service: &service.Arn, MaxResults: aws.Int32(lastDeployments),
	})
	if err != nil || len(answer.ServiceDeployments) == 0 {
		return "", err
	}
	revisions := []string{}
	for _, deployment := range answer.ServiceDeployments {
		if revision := aws.ToString(deployment.TargetServiceRevisionArn); !slices.Contains(revisions, revision) {
			revisions = append(revisions, revision)
		}
	}
	described, err := a.ecs.DescribeServiceRevisions(ctx,
		&ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: revisions})
	if err != nil {
		return "", err
	}
	definitions := map[string]string{}
	for _, revision := range described.ServiceRevisions {
		definitions[aws.ToString(revision.ServiceRevisionArn)] = aws.ToString(revision.TaskDefinition)
	}
	for _, deployment := range answer.ServiceDeployments {
		if definitions[aws.ToString(deployment.TargetServiceRevisionArn)] == service.TaskDefinitionArn {
			return ending(service, deployment), nil
		}
	}
	return "", nil
}

func ending(service deployed, deployment types.ServiceDeploymentBrief) string {
	var text string
	switch deployment.Status {
	case types.ServiceDeploymentStatusRollbackSuccessful:
		text = "ECS rolled back the deployment of %s"
	case types.ServiceDeploymentStatusRollbackInProgress, types.ServiceDeploymentStatusRollbackRequested:
		text = "ECS is rolling back the deployment of %s"
	case types.ServiceDeploymentStatusRollbackFailed:
		text = "ECS could not roll back the deployment of %s"
	case types.ServiceDeploymentStatusStopped, types.ServiceDeploymentStatusStopRequested:
		text = "The deployment of %s was stopped"
	default:
		return ""
	}
	text = fmt.Sprintf(text, short(service.TaskDefinitionArn))
	if reason := aws.ToString(deployment.StatusReason); reason != "" {
		text += ": " + reason
	}
	return text
}

// relevantTasks returns the tasks that may show the reason: running tasks with problems, then stopped ones, the newest
// first. Tasks of the deployed revision come before others. It leaves out tasks that ECS stopped to scale or to deploy.
func relevantTasks(s state, stopped []types.Task) []types.Task {
	tasks := slices.DeleteFunc(slices.Clone(s.tasks), func(t types.Task) bool {
		return t.HealthStatus != types.HealthStatusUnhealthy && len(failing(s.definition, t)) == 0
	})
	stopped = slices.DeleteFunc(slices.Clone(stopped), func(t types.Task) bool {
		return strings.HasPrefix(aws.ToString(t.StoppedReason), "Scaling activity initiated by")
	})
	slices.SortStableFunc(stopped, func(a, b types.Task) int {
		return cmp.Or(
			cmp.Compare(rank(s, a), rank(s, b)),
			aws.ToTime(b.StoppedAt).Compare(aws.ToTime(a.StoppedAt)),
		)
	})
	tasks = append(tasks, stopped...)
	return tasks[:min(lastTasks, len(tasks))]
}

func rank(s state, task types.Task) int {
	if aws.ToString(task.TaskDefinitionArn) == s.deployed.TaskDefinitionArn {
		return 0
	}
	return 1
}

// failing returns the containers of a task that failed or are unhealthy.
func failing(definition *types.TaskDefinition, task types.Task) []types.Container {
	var found []types.Container
	for _, container := range task.Containers {
		if aws.ToInt32(container.ExitCode) != 0 || aws.ToString(container.Reason) != "" ||
			container.HealthStatus == types.HealthStatusUnhealthy {
			found = append(found, container)
		}
	}
	if len(found) > 0 || aws.ToString(task.LastStatus) == "RUNNING" {
		return found
	}
	// An external check stopped the task, or it stopped before its containers ran: every essential container may show the
	// reason.
	for _, container := range task.Containers {
		if known := containerOf(definition, aws.ToString(container.Name)); known != nil && aws.ToBool(known.Essential) {
			found = append(found, container)
		}
	}
	return found
}

func (a *asker) story(ctx context.Context, reasons *why, s state, task types.Task, logLines int,
	logged map[string]bool,
) taskStory {
	story := taskStory{
		Id: short(aws.ToString(task.TaskArn)), TaskDefinition: short(aws.ToString(task.TaskDefinitionArn)),
		StoppedAt: task.StoppedAt, Reason: aws.ToString(task.StoppedReason), Containers: []containerStory{},
	}
	for _, container := range failing(s.definition, task) {
		name := aws.ToString(container.Name)
		c := containerStory{Name: name, ExitCode: container.ExitCode, Reason: aws.ToString(container.Reason)}
		if container.HealthStatus == types.HealthStatusUnhealthy {
			c.Health = string(container.HealthStatus)
		}
		if logLines > 0 && !logged[name] {
			reasons.try(func() (err error) {
				c.Log, err = a.log(ctx, aws.ToString(task.TaskDefinitionArn), name, story.Id, logLines)
				return err
			})
			logged[name] = len(c.Log) > 0
		}
		story.Containers = append(story.Containers, c)
	}
	return story
}

// log returns the last lines of a container. There are none if it wrote nothing or does not log to CloudWatch Logs.
func (a *asker) log(ctx context.Context, definitionArn, container, task string, lines int) ([]string, error) {
	definition, err := a.definition(ctx, definitionArn)
	if err != nil {
		return nil, err
	}
	known := containerOf(definition, container)
	if known == nil || known.LogConfiguration == nil || known.LogConfiguration.LogDriver != types.LogDriverAwslogs {
		return nil, nil
	}
	options := known.LogConfiguration.Options
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
	stream := strings.Join([]string{options["awslogs-stream-prefix"], container, task}, "/")
	input := &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: aws.String(options["awslogs-group"]), LogStreamName: &stream, Limit: aws.Int32(int32(lines)),
		StartFromHead: aws.Bool(false),
	}
	for range logPages {
		answer, err := a.logs.GetLogEvents(ctx, input)
		if _, none := errors.AsType[*logtypes.ResourceNotFoundException](err); none {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		// An empty page is the last one only if its token is the same as before.
		if len(answer.Events) > 0 || aws.ToString(answer.NextBackwardToken) == aws.ToString(input.NextToken) {
			return linesOf(answer.Events, lines), nil
		}
		input.NextToken = answer.NextBackwardToken
	}
	return nil, nil
}

func linesOf(events []logtypes.OutputLogEvent, count int) []string {
	var lines []string
	for _, e := range events {
		lines = append(lines, strings.Split(strings.TrimRight(aws.ToString(e.Message), "\r\n"), "\n")...)
	}
	return lines[max(0, len(lines)-count):]
}
