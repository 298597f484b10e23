package limits

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const wholePercent = 100

// service is an ECS service with what limits depend on.
type service struct {
	*standin.Resource

	containers []container
	// now is the desired number of tasks, and max the largest that scaling allows.
	now, max int
	// percent is deploymentMaximumPercent: how many tasks may run during a deployment.
	percent int
}

// tasks returns the number of tasks. A deployment rounds down
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
func (s *service) tasks(in scenario) int {
	switch in {
	case desired:
		return s.now
	case deploying:
		return max(s.now, s.now*s.percent/wholePercent)
	case scaled:
		return s.max
	default:
		return max(s.max, s.max*s.percent/wholePercent)
	}
}

// numbered names the argument that the number of tasks comes from.
func (s *service) numbered(in scenario) string {
	if in == scaled || in == deployingScaled {
		return "maxCapacity"
	}
	return "desiredCount"
}

// servicesOf returns the services with a number of tasks. One that is stopped and started by the clock counts as
// started.
func servicesOf(world *standin.View) []*service {
	targets := map[string]*standin.Resource{}
	for _, target := range world.Live(token.AppautoscalingTarget) {
		targets[target.Out("resourceId").Text()] = target
	}
	timed := map[string][]*standin.Resource{}
	for _, action := range world.Live(token.AppautoscalingScheduledAction) {
		id := action.Out("resourceId").Text()
		timed[id] = append(timed[id], action)
	}
	var all []*service
	for _, r := range world.Live(token.EcsService) {
		if r.Out("schedulingStrategy").Text() == "DAEMON" {
			continue // as many tasks as instances, which are not known
		}
		s := &service{Resource: r, now: r.Out("desiredCount").Int(), percent: percentOf(r)}
		id := "service/" + lastPart(r.Out("cluster").Text()) + "/" + r.Out("name").Text()
		if target := targets[id]; target != nil {
			s.now = max(s.now, target.Out("minCapacity").Int())
			s.max = target.Out("maxCapacity").Int()
		}
		for _, action := range timed[id] {
			s.now = max(s.now, action.Out("scalableTargetAction.minCapacity").Int())
			s.max = max(s.max, action.Out("scalableTargetAction.maxCapacity").Int())
		}
		s.max = max(s.max, s.now)
		if task := world.Find(token.EcsTaskDefinition, "arn", r.Out("taskDefinition").Text()); task != nil {
			s.containers = containersOf(task)
		}
		all = append(all, s)
	}
	return all
}

// percentOf returns how many tasks may run during a deployment. A blue/green deployment runs both sets whole
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html).
func percentOf(r *standin.Resource) int {
	const both = 200
	rolling := r.Out("deploymentConfiguration.strategy").Text()
	if r.Out("deploymentController.type").Text() == "CODE_DEPLOY" || rolling != "" && rolling != "ROLLING" {
		return both
	}
	if percent := r.Out("deploymentMaximumPercent"); percent.Known() {
		return max(percent.Int(), wholePercent)
	}
	return both
}

// container is what limits depend on in a container definition.
type container struct {
	Name, Image  string
	Command      []string
	EntryPoint   []string
	Memory       int
	Environment  []struct{ Name, Value string }
	Secrets      []struct{ Name, ValueFrom string }
	PortMappings []struct{ ContainerPort int }
	DockerLabels map[string]string
}

func containersOf(task *standin.Resource) []container {
	var containers []container
	// What does not parse was refused already.
	_ = json.Unmarshal([]byte(task.Out("containerDefinitions").Text()), &containers)
	return containers
}

// ConnectionsLabel begins the Docker label in which a container states how many connections it opens at once to a TCP
// port, which ends the label. A label is part of the task definition, so that each revision has its own.
const ConnectionsLabel = "rehearsal.connections."

// opens returns how many connections each task opens to a port, and whether a container states it.
func (s *service) opens(port int) (connections float64, stated bool) {
	for _, c := range s.containers {
		if count, err := strconv.Atoi(c.DockerLabels[ConnectionsLabel+strconv.Itoa(port)]); err == nil && count >= 0 {
			connections, stated = connections+float64(count), true
		}
	}
	return connections, stated
}

// words returns the words of a container's command and variables. Secrets are opened if they live in this world.
func (c container) words(world *standin.View) []string {
	words := append(append([]string{}, c.EntryPoint...), c.Command...)
	for _, v := range c.Environment {
		words = append(words, strings.Fields(v.Value)...)
	}
	for _, v := range c.Secrets {
		if holder := world.ByArn(v.ValueFrom); holder != nil {
			words = append(words, strings.Fields(holder.Out("value").Text())...)
		}
	}
	return words
}

// option returns the value after a word such as --maxmemory.
func option(words []string, name string) (string, bool) {
	for i, word := range words {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value, true
		}
		if word == name && i+1 < len(words) {
			return words[i+1], true
		}
	}
	return "", false
}

var redisImage = regexp.MustCompile(`(^|/)(redis|valkey|redis-stack|redis-stack-server)(:|@|$)`)

// serves reports whether the container is a server of Redis or Valkey that others reach.
func (c container) serves() bool { return redisImage.MatchString(c.Image) && len(c.PortMappings) > 0 }

// lastPart returns the name at the end of an ARN, or a name itself.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
