package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go/logging"
)

const (
	// attempts is the maximum number of attempts for a throttled call.
	attempts = 8
	// servicesAtOnce and tasksAtOnce are the maximums of DescribeServices and DescribeTasks.
	servicesAtOnce = 10
	tasksAtOnce    = 100
)

// ecsApi has the operations of ECS that the command uses.
type ecsApi interface {
	DescribeServices(context.Context, *ecs.DescribeServicesInput,
		...func(*ecs.Options)) (*ecs.DescribeServicesOutput, error)
	DescribeTaskDefinition(
		context.Context, *ecs.DescribeTaskDefinitionInput, ...func(*ecs.Options),
	) (*ecs.DescribeTaskDefinitionOutput, error)
	ListTasks(context.Context, *ecs.ListTasksInput, ...func(*ecs.Options)) (*ecs.ListTasksOutput, error)
	DescribeTasks(context.Context, *ecs.DescribeTasksInput, ...func(*ecs.Options)) (*ecs.DescribeTasksOutput, error)
	ListServiceDeployments(
		context.Context, *ecs.ListServiceDeploymentsInput, ...func(*ecs.Options),
	) (*ecs.ListServiceDeploymentsOutput, error)
	DescribeServiceRevisions(
		context.Context, *ecs.DescribeServiceRevisionsInput, ...func(*ecs.Options),
	) (*ecs.DescribeServiceRevisionsOutput, error)
}

// logsApi has the operations of CloudWatch Logs that the command uses.
type logsApi interface {
	GetLogEvents(
		context.Context, *cloudwatchlogs.GetLogEventsInput, ...func(*cloudwatchlogs.Options),
	) (*cloudwatchlogs.GetLogEventsOutput, error)
}

// asker calls AWS.
type asker struct {
	ecs  ecsApi
	logs logsApi
	// definitions is a cache of task definitions, which never change.
	definitions map[string]*types.TaskDefinition
}

// state is a deployed service and its state in ECS.
type state struct {
	deployed deployed
	// service is nil if ECS does not know it.
	service *types.Service
	// tasks are the tasks whose desired status is RUNNING.
	tasks []types.Task
	// definition is the deployed task definition.
	definition *types.TaskDefinition
}

// connect returns an asker, or an error if there are no credentials. It calls no operation of ECS.
func connect(ctx context.Context, services []deployed, s surroundings) (*asker, error) {
	options := append([]func(*config.LoadOptions) error{
		config.WithRegion(services[0].region()),
		// Without this the SDK logs each source of credentials that has none.
		config.WithLogger(logging.Nop{}),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, s.pace.backoff })
		}),
	}, s.aws...)
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS settings: %w", err)
	}
	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("no AWS credentials: sign in as for the AWS command line (%v)",
			err) //nolint:errorlint // words alone
	}
	return &asker{
		ecs:  ecs.NewFromConfig(loaded),
		logs: cloudwatchlogs.NewFromConfig(loaded), definitions: map[string]*types.TaskDefinition{},
	}, nil
}

// states returns the state of each service in ECS.
func (a *asker) states(ctx context.Context, services []deployed) ([]state, error) {
	found, err := a.services(ctx, services)
	if err != nil {
		return nil, err
	}
	var states []state
	for _, service := range services {
		current := state{deployed: service, service: found[service.Arn]}
		if current.service != nil {
			if current.tasks, err = a.tasks(ctx, service, types.DesiredStatusRunning); err != nil {
				return nil, err
			}
			if current.definition, err = a.definition(ctx, service.TaskDefinitionArn); err != nil {
				return nil, err
			}
		}
		states = append(states, current)
	}
	return states, nil
}

// services returns the services that ECS knows, by their ARNs.
func (a *asker) services(ctx context.Context, services []deployed) (map[string]*types.Service, error) {
	byCluster := map[string][]string{}
	for _, service := range services {
		byCluster[service.ClusterArn] = append(byCluster[service.ClusterArn], service.Arn)
	}
	found := map[string]*types.Service{}
	for cluster, arns := range byCluster {
		for some := range slices.Chunk(arns, servicesAtOnce) {
			answer, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: some})
			if _, gone := errors.AsType[*types.ClusterNotFoundException](err); gone {
				break
			}
			if err != nil {
				return nil, err
			}
			for _, service := range answer.Services {
				found[aws.ToString(service.ServiceArn)] = &service
			}
		}
	}
	return found, nil
}

func (a *asker) tasks(ctx context.Context, service deployed, desired types.DesiredStatus) ([]types.Task, error) {
	pages := ecs.NewListTasksPaginator(a.ecs, &ecs.ListTasksInput{
		Cluster: &service.ClusterArn, ServiceName: &service.Name, DesiredStatus: desired,
	})
	var arns []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		arns = append(arns, page.TaskArns...)
	}
	var tasks []types.Task
	for some := range slices.Chunk(arns, tasksAtOnce) {
		answer, err := a.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &service.ClusterArn, Tasks: some})
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, answer.Tasks...)
	}
	return tasks, nil
}

func (a *asker) definition(ctx context.Context, arn string) (*types.TaskDefinition, error) {
	if known, ok := a.definitions[arn]; ok {
		return known, nil
	}
	answer, err := a.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &arn})
	if err != nil {
		return nil, err
	}
	a.definitions[arn] = answer.TaskDefinition
	return answer.TaskDefinition, nil
}

// primary returns the current deployment, whether in progress or completed, or nil if there is none.
func (s state) primary() *types.Deployment {
	if s.service == nil {
		return nil
	}
	for i, deployment := range s.service.Deployments {
		if aws.ToString(deployment.Status) == "PRIMARY" {
			return &s.service.Deployments[i]
		}
	}
	return nil
}

// runsDeployed reports whether the current deployment is that of the deployed revision.
func (s state) runsDeployed() bool {
	primary := s.primary()
	return primary != nil && aws.ToString(primary.TaskDefinition) == s.deployed.TaskDefinitionArn
}

// containerOf returns a container of the deployed task definition, or nil for a container that ECS adds, such as the
// proxy of Service Connect.
func containerOf(definition *types.TaskDefinition, name string) *types.ContainerDefinition {
	if definition == nil {
		return nil
	}
	for i, container := range definition.ContainerDefinitions {
		if aws.ToString(container.Name) == name {
			return &definition.ContainerDefinitions[i]
		}
	}
	return nil
}
