package live

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The ticks that a service's resource remembers.
const (
	// markDeployment is when its last deployment began.
	markDeployment = "deployment"
	// markPublished is when the Service Connect endpoints that it has were first deployed.
	markPublished = "published"
	// markReady is when the deployment began with which those endpoints were first seen to run.
	markReady = "ready"
	// markSteady is when its last deployment was last seen to run.
	markSteady = "steady"
)

// deployment is a service being rolled out, as the checks of its steady state see it.
type deployment struct {
	*standin.Op

	definition *standin.Resource
	containers []Container
	place      place
	told       map[string]bool
	// again reports whether the service runs already, and the next task of the same deployment is judged.
	again bool
}

// stages are the steps in which a task starts, in the order in which ECS reports failure
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html). After a failure the
// later ones are not tried. The order of containers was checked when the task definition was registered.
var stages = []func(*deployment){
	(*deployment).rolesAssumed,
	(*deployment).imagesPulled,
	(*deployment).secretsRead,
	(*deployment).logsWritten,
	(*deployment).volumesMounted,
	(*deployment).hostsReached,
	(*deployment).targetsHealthy,
}

// BecomesSteady fails a service that waits for its steady state when its tasks could not run.
func BecomesSteady(o *standin.Op) {
	d := newDeployment(o)
	d.mark()
	if !o.In("waitForSteadyState").Bool() {
		d.runTasks()
		return
	}
	if d.start(); o.Refused() && !o.Survey() {
		return
	}
	d.runTasks()
	o.This.Marks[markSteady] = o.World.Now()
	if o.This.Marks[markReady] == 0 {
		o.This.Marks[markReady] = o.Start
	}
}

// start takes a task through the stages, to the first that fails.
func (d *deployment) start() {
	for _, stage := range stages {
		if d.idle() {
			return
		}
		if stage(d); d.Refused() && !d.Survey() {
			return
		}
	}
}

// NotRestartable returns, by URN, why the next task of a service could not start, for the services whose tasks run. ECS
// replaces a task whenever it fails, scales or is moved by AWS, and the last deployment says nothing about a role, key
// or parameter that has changed since.
func NotRestartable(world *standin.View) map[string][]string {
	broken := map[string][]string{}
	for _, service := range world.Live(token.EcsService) {
		if service.Marks[markSteady] == 0 {
			continue
		}
		refusals := world.Again(service, func(o *standin.Op) {
			d := newDeployment(o)
			d.again = true
			d.start()
		})
		for _, refusal := range refusals {
			broken[service.Urn] = append(broken[service.Urn], refusal.Error())
		}
	}
	return broken
}

func newDeployment(o *standin.Op) *deployment {
	d := &deployment{
		Op:         o,
		definition: definitionOf(o.World, o.This),
		place:      servicePlace(o.World, o.This),
		told:       map[string]bool{},
	}
	d.containers = Containers(d.definition)
	return d
}

// idle reports that there is nothing to run, or nothing that can be judged.
func (d *deployment) idle() bool {
	daemon := d.In("schedulingStrategy").Text() == "DAEMON"
	return d.count() == 0 && !daemon || len(d.containers) == 0
}

// count returns the number of tasks of the service. An update that does not change the number keeps the one that a
// scaler or a person has set.
func (d *deployment) count() int {
	if d.Old == nil || d.Changed("desiredCount") {
		return d.In("desiredCount").Int()
	}
	return d.Old.Out("desiredCount").Int()
}

// mark notes when the deployment began, and its endpoints.
func (d *deployment) mark() {
	if d.This.Marks == nil {
		d.This.Marks = map[string]int64{}
	}
	if given := d.In("desiredCount"); given.Known() && d.count() != given.Int() {
		d.This.Outputs["desiredCount"] = resource.NewProperty(float64(d.count()))
	}
	marks := d.This.Marks
	if d.startsDeployment() {
		marks[markDeployment] = d.Start
		delete(marks, markSteady)
	}
	if d.Changed("serviceConnectConfiguration") {
		marks[markPublished] = d.Start
		delete(marks, markReady)
	}
}

// startsDeployment: these parameters of UpdateService start one, the rest do not
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html). A service that is not
// steady yet is still being deployed.
func (d *deployment) startsDeployment() bool {
	if d.Old == nil || d.Old.Marks[markSteady] == 0 && d.In("waitForSteadyState").Bool() {
		return true
	}
	deploying := []string{
		"taskDefinition", "networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries",
		"serviceConnectConfiguration", "volumeConfiguration",
	}
	return slices.ContainsFunc(deploying, d.Changed) || d.In("forceNewDeployment").Bool() && d.changedBesideTags()
}

func (d *deployment) changedBesideTags() bool {
	return slices.ContainsFunc(d.Inputs().Keys(), func(key string) bool { return key != "tags" && d.Changed(key) })
}

// breaker returns the beginning of the provider's error for a deployment that does not come up: at once with the
// circuit breaker, or else when its time is over. The next task of a service that runs belongs to no deployment.
func (d *deployment) breaker() string {
	if d.again {
		return "the running tasks go on, but none could take their place: tasks would fail to start: "
	}
	if d.In("deploymentCircuitBreaker.enable").Bool() {
		return "ECS deployment circuit breaker was triggered: tasks failed to start: "
	}
	return "timeout while waiting for state to become 'tasksStable': tasks failed to start: "
}

// fail refuses the deployment with ECS's own message and, on a line of its own, the cause and the remedy. The same
// refusal is recorded once.
func (d *deployment) fail(at standin.Value, said string, o obstacle) {
	if d.told[said+o.cause] {
		return
	}
	d.told[said+o.cause] = true
	d.RefuseBy(o.by, at, d.breaker()+said+"\ncause", o.cause, o.fix)
}

// judge fails the deployment if a role may not make the request. A request that cannot be decided is assumed to be
// allowed.
func (d *deployment) judge(at standin.Value, roleArn string, q policy.Request, said func(denial string) string,
	fix string,
) bool {
	q.Context = policy.WithKeys(q.Context, map[string]string{"aws:requestedregion": d.Scope.Region})
	result, why := policy.RoleMay(d.World, roleArn, q)
	switch result {
	case policy.Denied:
		d.fail(at, said(denial(d.Scope.Account, roleArn, q, why)), obstacle{
			by: permission,
			cause: "the role " + roleLabel(d.World,
				roleArn) + " may not " + q.Action + " on " + q.Resource + ": " + why, fix: fix,
		})
	case policy.Undecided:
		d.Assume(at, q.Action+" on "+q.Resource+" is allowed: "+why)
	case policy.Allowed:
	}
	return result != policy.Denied
}

// denial returns how AWS words it.
func denial(account, roleArn string, q policy.Request, why string) string {
	return "AccessDeniedException: User: " +
		"arn:aws:sts::" + account + ":assumed-role/" + roleArn[strings.LastIndex(roleArn, "/")+1:] +
		" is not authorized to perform: " + q.Action + " on resource: " + q.Resource + " because " + why
}

func roleLabel(world *standin.View, arn string) string {
	if role := world.Find(token.IamRole, "arn", arn); role != nil {
		return role.Label()
	}
	return arn
}

// at returns a value of a container definition, for a refusal.
func at(container, property, value string) standin.Value {
	return standin.NewValue("containers["+container+"]."+property, resource.NewProperty(value))
}
