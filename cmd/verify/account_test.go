package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// object is a JSON object, with the names of ECS's API.
type object = map[string]any

// account simulates ECS and CloudWatch Logs in one account. Served by HTTP, it speaks AWS's JSON protocol
// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
type account struct {
	t *testing.T

	mu       sync.Mutex
	services map[string]object
	// running and stopped are tasks by the service's name.
	running, stopped map[string][]object
	definitions      map[string]object
	// deployments are service deployments, the newest first, each with the task definition of its revision.
	deployments map[string][]object
	logs        map[string][]string
	// refusals are the errors of an operation's next calls, or of all calls if times is negative.
	refusals map[string]*refusal
	calls    map[string]int
	// each is called with every operation, before it is answered.
	each func(operation string)
}

type refusal struct {
	code, message string
	times         int
}

const (
	stackOutputs = "testdata/outputs.json"
	began        = 1764300000
)

// newAccount returns an account in which every service of the stack runs as deployed.
func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{
		t: t, services: map[string]object{}, running: map[string][]object{}, stopped: map[string][]object{},
		definitions: map[string]object{}, deployments: map[string][]object{}, logs: map[string][]string{},
		refusals: map[string]*refusal{}, calls: map[string]int{}, each: func(string) {},
	}
	for _, d := range outputs(t) {
		family, _, _ := strings.Cut(short(d.TaskDefinitionArn), ":")
		for _, revision := range []string{"1", "0"} {
			a.define(strings.TrimSuffix(d.TaskDefinitionArn, "1")+revision, d.Name, family)
		}
		a.services[d.Name] = object{
			"serviceArn": d.Arn, "serviceName": d.Name, "clusterArn": d.ClusterArn, "status": "ACTIVE",
			"desiredCount": *d.DesiredCount, "runningCount": *d.DesiredCount, "taskDefinition": d.TaskDefinitionArn,
			"deployments": []object{{
				"id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": d.TaskDefinitionArn, "rolloutState": "COMPLETED",
				"rolloutStateReason":          "ECS deployment ecs-svc/1 completed.",
				"serviceConnectConfiguration": connectConfiguration(d),
			}},
			"events": []object{
				{"id": "2", "createdAt": began + 60, "message": fmt.Sprintf("(service %s) has reached a steady state.", d.Name)},
				{"id": "1", "createdAt": began, "message": fmt.Sprintf("(service %s) has started 1 tasks: (task 1).", d.Name)},
			},
		}
		a.run(d.Name, d.TaskDefinitionArn, "aaaa"+d.Name)
	}
	return a
}

func outputs(t *testing.T) []deployed {
	t.Helper()
	content, err := os.ReadFile(stackOutputs)
	require.NoError(t, err)
	services, err := readOutputs(content)
	require.NoError(t, err)
	return services
}

func connectConfiguration(d deployed) object {
	services := []object{}
	for _, e := range d.ServiceConnect.Endpoints {
		services = append(services, object{
			"portName":      e.PortName,
			"discoveryName": e.DiscoveryName,
			"clientAliases": []object{{"dnsName": e.DnsName, "port": e.Port}},
		})
	}
	return object{"enabled": true, "namespace": d.ServiceConnect.NamespaceArn, "services": services}
}

// define registers a task definition with two containers: the main one, which has a health check, and one for the
// setup.
func (a *account) define(arn, service, family string) {
	logging := func(container string) object {
		return object{"logDriver": "awslogs", "options": object{
			"awslogs-group": "/ecs/" + container, "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
		}}
	}
	a.definitions[arn] = object{"taskDefinitionArn": arn, "family": family, "containerDefinitions": []object{
		{"name": service, "essential": true, "logConfiguration": logging(service), "healthCheck": object{
			"command": []string{"CMD-SHELL", "true"},
		}},
		{"name": service + "-setup", "essential": false, "logConfiguration": logging(service + "-setup")},
	}}
}

// run adds a healthy task.
func (a *account) run(service, definition, id string) {
	a.running[service] = append(a.running[service], object{
		"taskArn": "arn:aws:ecs:ap-south-1:123456789012:task/care/" + id, "taskDefinitionArn": definition,
		"lastStatus": "RUNNING", "desiredStatus": "RUNNING", "healthStatus": "HEALTHY",
		"containers": []object{
			{"name": service, "lastStatus": "RUNNING", "healthStatus": "HEALTHY"},
			{"name": service + "-setup", "lastStatus": "STOPPED", "exitCode": 0},
			{"name": "ecs-service-connect-Ab1", "lastStatus": "RUNNING", "healthStatus": "HEALTHY"},
		},
	})
}

// crash adds a task that has stopped because its main container ended, with its log.
func (a *account) crash(service, definition, id string, at int, log ...string) object {
	task := object{
		"taskArn": "arn:aws:ecs:ap-south-1:123456789012:task/care/" + id, "taskDefinitionArn": definition,
		"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stopCode": "EssentialContainerExited",
		"stoppedReason": "Essential container in task exited", "stoppedAt": began + at,
		"containers": []object{
			{"name": service, "lastStatus": "STOPPED", "exitCode": 1},
			{"name": service + "-setup", "lastStatus": "STOPPED", "exitCode": 0},
		},
	}
	a.stopped[service] = append(a.stopped[service], task)
	if len(log) > 0 {
		a.logs["/ecs/"+service+" ecs/"+service+"/"+id] = log
	}
	return task
}

// primary returns the deployment of a service.
func (a *account) primary(service string) object {
	deployments, _ := a.services[service]["deployments"].([]object)
	require.NotEmpty(a.t, deployments)
	return deployments[0]
}

// rollBack makes the API run the revision before the deployed one.
func (a *account) rollBack() {
	const service = "care-backend"
	now, _ := a.primary(service)["taskDefinition"].(string)
	before := strings.TrimSuffix(now, "1") + "0"
	a.primary(service)["taskDefinition"] = before
	a.running[service] = nil
	a.run(service, before, "bbbb"+service)
	a.deployments[service] = []object{
		{"status": "SUCCESSFUL", "taskDefinition": before},
		{
			"status": "ROLLBACK_SUCCESSFUL", "taskDefinition": now,
			"statusReason": "Service deployment rolled back because the circuit breaker threshold was exceeded.",
		},
	}
}

// refuse makes an operation fail the given number of times, or always if times is -1.
func (a *account) refuse(operation, code, message string, times int) {
	a.refusals[operation] = &refusal{code: code, message: message, times: times}
}

func (a *account) deny(action string) {
	_, operation, _ := strings.Cut(action, ":")
	a.refuse(operation, "AccessDeniedException",
		"User: arn:aws:iam::123456789012:user/nurse is not authorized to perform: "+action, -1)
}

// outcome is the exit status and the output of the command.
type outcome struct {
	status         int
	stdout, stderr string
	took           time.Duration
}

// verify runs the command on the account.
func (a *account) verify(arguments ...string) outcome {
	a.t.Helper()
	return runAt(a.t, serve(a.t, a), arguments...)
}

func serve(t *testing.T, a *account) string {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return server.URL
}

func runAt(t *testing.T, endpoint string, arguments ...string) outcome {
	t.Helper()
	if !slices.Contains(arguments, "--outputs") {
		arguments = append([]string{"--outputs", stackOutputs}, arguments...)
	}
	var stdout, stderr strings.Builder
	start := time.Now()
	status := run(context.Background(), arguments, surroundings{
		stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, aws: isolated(endpoint),
		pace: pace{poll: 20 * time.Millisecond, backoff: 20 * time.Millisecond},
	})
	return outcome{status, stdout.String(), stderr.String(), time.Since(start)}
}

// isolated returns options that keep the AWS configuration of this machine out of the tests.
func isolated(endpoint string) []func(*config.LoadOptions) error {
	return []func(*config.LoadOptions) error{
		config.WithBaseEndpoint(endpoint),
		config.WithSharedConfigFiles([]string{}), config.WithSharedCredentialsFiles([]string{}),
		config.WithCredentialsProvider(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}, nil
		})),
	}
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	assert.Contains(a.t, []string{"AmazonEC2ContainerServiceV20141113", "Logs_20140328"}, service)
	assert.Equal(a.t, "application/x-amz-json-1.1", r.Header.Get("Content-Type"))
	assert.Contains(a.t, r.Header.Get("Authorization"), "/ap-south-1/", "the region is that of the stack")
	var input object
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		// The client has cancelled the call at its time limit.
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.calls[operation]++
	a.each(operation)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	answer, refused := a.answer(operation, input)
	if refused != nil {
		w.WriteHeader(http.StatusBadRequest)
		answer = object{"__type": refused.code, "message": refused.message}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (a *account) called(operation string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[operation]
}

func (a *account) answer(operation string, input object) (object, *refusal) {
	if refused := a.refusals[operation]; refused != nil && refused.times != 0 {
		refused.times--
		return nil, refused
	}
	service := short(fmt.Sprint(input["service"]))
	switch operation {
	case "DescribeServices":
		return a.describeServices(input), nil
	case "DescribeTaskDefinition":
		return object{"taskDefinition": a.definitions[fmt.Sprint(input["taskDefinition"])]}, nil
	case "ListTasks":
		return a.listTasks(input), nil
	case "DescribeTasks":
		return a.describeTasks(input), nil
	case "ListServiceDeployments":
		briefs := []object{}
		for i, d := range a.deployments[service] {
			briefs = append(briefs, object{
				"status":                   d["status"],
				"statusReason":             d["statusReason"],
				"targetServiceRevisionArn": fmt.Sprintf("%s/%d", service, i),
			})
		}
		return object{"serviceDeployments": briefs}, nil
	case "DescribeServiceRevisions":
		return a.describeRevisions(input), nil
	case "GetLogEvents":
		return a.logEvents(input)
	}
	return nil, &refusal{code: "UnknownOperationException"}
}

func (a *account) describeServices(input object) object {
	found, failures := []object{}, []object{}
	for _, arn := range texts(input["services"]) {
		if service, ok := a.services[short(arn)]; ok {
			found = append(found, service)
		} else {
			failures = append(failures, object{"arn": arn, "reason": "MISSING"})
		}
	}
	return object{"services": found, "failures": failures}
}

// listTasks returns one task per page.
func (a *account) listTasks(input object) object {
	tasks := a.running[fmt.Sprint(input["serviceName"])]
	if input["desiredStatus"] == "STOPPED" {
		tasks = a.stopped[fmt.Sprint(input["serviceName"])]
	}
	at := 0
	if token, ok := input["nextToken"].(string); ok {
		at, _ = strconv.Atoi(token)
	}
	answer := object{"taskArns": []any{}}
	if at < len(tasks) {
		answer["taskArns"] = []any{tasks[at]["taskArn"]}
	}
	if at+1 < len(tasks) {
		answer["nextToken"] = strconv.Itoa(at + 1)
	}
	return answer
}

func (a *account) describeTasks(input object) object {
	found := []object{}
	for _, known := range []map[string][]object{a.running, a.stopped} {
		for _, tasks := range known {
			for _, task := range tasks {
				if slices.Contains(texts(input["tasks"]), fmt.Sprint(task["taskArn"])) {
					found = append(found, task)
				}
			}
		}
	}
	return object{"tasks": found}
}

func (a *account) describeRevisions(input object) object {
	found := []object{}
	for _, arn := range texts(input["serviceRevisionArns"]) {
		service, index, _ := strings.Cut(arn, "/")
		at, _ := strconv.Atoi(index)
		found = append(found,
			object{"serviceRevisionArn": arn, "taskDefinition": a.deployments[service][at]["taskDefinition"]})
	}
	return object{"serviceRevisions": found}
}

// logEvents returns an empty page first, as CloudWatch Logs may do.
func (a *account) logEvents(input object) (object, *refusal) {
	lines, ok := a.logs[fmt.Sprint(input["logGroupName"])+" "+fmt.Sprint(input["logStreamName"])]
	if !ok {
		return nil, &refusal{code: "ResourceNotFoundException", message: "The specified log stream does not exist."}
	}
	if input["nextToken"] == nil {
		return object{"events": []object{}, "nextBackwardToken": "b/1"}, nil
	}
	limit, _ := input["limit"].(float64)
	lines = lines[max(0, len(lines)-int(limit)):]
	events := []object{}
	for i, line := range lines {
		events = append(events, object{"timestamp": (began + i) * 1000, "message": line})
	}
	return object{"events": events, "nextBackwardToken": "b/2"}, nil
}

func texts(list any) []string {
	values, _ := list.([]any)
	found := make([]string, len(values))
	for i, value := range values {
		found[i] = fmt.Sprint(value)
	}
	return found
}
