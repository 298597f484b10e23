package aws

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// ecsInvalid is the code of most refusals of CreateService and UpdateService
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, Errors). Where a rule
// quotes no API type, its words are those of the API.
const ecsInvalid = "InvalidParameterException"

var ecsServiceName = rule("ecs/service-name").OnInputs(func(d *standin.Draft) {
	if name := d.In("name"); name.Known() && !ecsName.MatchString(name.Text()) {
		d.Refuse(name, ecsInvalid, "up to 255 letters, digits, underscores and hyphens are allowed in a service's name",
			"rename it")
	}
})

// rolling reports whether ECS itself replaces the tasks, which is the default.
func rolling(d *standin.Draft) bool {
	kind := d.In("deploymentController.type").Text()
	return kind == "" || kind == "ECS"
}

var ecsServiceTaskDefinition = rule("ecs/service-task-definition").OnInputs(func(d *standin.Draft) {
	if v := d.In("taskDefinition"); rolling(d) && !v.Unknown() && v.Text() == "" {
		d.Refuse(v, ecsInvalid, "TaskDefinition can not be blank", "set taskDefinition to the arn of a task definition")
	}
})

var taskDefinitionRevision = regexp.MustCompile(`^[1-9]\d*$`)

var ecsServiceRevision = rule("ecs/service-revision").OnInputs(func(d *standin.Draft) {
	v := d.In("taskDefinition")
	_, revision, given := strings.Cut(v.Text()[strings.LastIndex(v.Text(), "/")+1:], ":")
	if given && !taskDefinitionRevision.MatchString(revision) {
		d.Refuse(v, ecsInvalid, "Invalid revision number",
			"name the family alone, or family:revision, or take the task definition's arn")
	}
})

var ecsDaemonStrategy = rule("ecs/daemon-strategy").OnInputs(func(d *standin.Draft) {
	daemon := d.In("schedulingStrategy")
	if daemon.Text() != "DAEMON" {
		return
	}
	if d.In("launchType").Text() == "FARGATE" {
		d.Refuse(daemon, ecsInvalid, "The daemon scheduling strategy does not support the launch type 'FARGATE'",
			`use "REPLICA"`)
	}
	if count := d.In("desiredCount"); count.Int() > 0 {
		d.Refuse(count, ecsInvalid, "The daemon scheduling strategy does not support a desired count for services",
			"remove desiredCount")
	}
})

var ecsServiceCount = rule("ecs/service-count").OnInputs(func(d *standin.Draft) {
	for _, path := range []string{"desiredCount", "deploymentMinimumHealthyPercent", "deploymentMaximumPercent"} {
		if v := d.In(path); v.Known() && v.Number() < 0 {
			d.Refuse(v, ecsInvalid, path+" is not negative", "choose 0 or more")
		}
	}
})

// A deployment stops tasks down to the minimum, rounded up, or starts tasks up to the maximum, rounded down.
var ecsDeploymentPercent = rule("ecs/deployment-percent").OnInputs(func(d *standin.Draft) {
	least, most, count := d.In("deploymentMinimumHealthyPercent"), d.In("deploymentMaximumPercent"), d.In("desiredCount")
	if !rolling(d) || d.In("schedulingStrategy").Text() == "DAEMON" || !least.Known() || !most.Known() || !count.Known() {
		return
	}
	floor := int(math.Ceil(least.Number() * count.Number() / 100))
	ceiling := int(math.Floor(most.Number() * count.Number() / 100))
	switch {
	case least.Int() == 100 && most.Int() == 100:
		d.Refuse(most, ecsInvalid,
			"Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments",
			"set deploymentMinimumHealthyPercent to 0 to stop first, or deploymentMaximumPercent to 200 to start first")
	case count.Int() > 0 && ceiling <= floor:
		d.Refuse(most, ecsInvalid,
			fmt.Sprintf("of %d tasks at least %d must stay healthy and at most %d may run: no deployment can proceed",
				count.Int(), floor, ceiling), "lower deploymentMinimumHealthyPercent or raise deploymentMaximumPercent")
	}
})

var ecsZoneRebalancing = rule("ecs/zone-rebalancing").OnInputs(func(d *standin.Draft) {
	v, most := d.In("availabilityZoneRebalancing"), d.In("deploymentMaximumPercent")
	if v.Text() != "ENABLED" {
		return
	}
	switch {
	case most.Known() && most.Int() <= 100:
		d.Refuse(v, ecsInvalid,
			fmt.Sprintf("Availability Zone rebalancing does not support a maximumPercent of 100 or less, and it is %d",
				most.Int()), `set availabilityZoneRebalancing to "DISABLED", or raise deploymentMaximumPercent`)
	case d.In("schedulingStrategy").Text() == "DAEMON":
		d.Refuse(v, ecsInvalid, "Availability Zone rebalancing does not support the daemon scheduling strategy",
			`set it to "DISABLED"`)
	case slices.ContainsFunc(d.All("loadBalancers.elbName"), standin.Value.Known):
		d.Refuse(v, ecsInvalid, "Availability Zone rebalancing does not support Classic Load Balancers",
			`set it to "DISABLED"`)
	}
})

var ecsCircuitBreakerController = rule("ecs/circuit-breaker-controller").OnInputs(func(d *standin.Draft) {
	if v := d.In("deploymentCircuitBreaker.enable"); v.Bool() && !rolling(d) {
		d.Refuse(
			v,
			ecsInvalid,
			"the deployment circuit breaker can only be used for services using the rolling update (ECS) deployment type",
			"remove deploymentCircuitBreaker",
		)
	}
})

// The provider leaves an empty list out.
var ecsDeploymentAlarms = rule("ecs/deployment-alarms").OnInputs(func(d *standin.Draft) {
	alarms := d.In("alarms")
	if !alarms.Known() {
		return
	}
	if alarms.At("enable").Bool() && !rolling(d) {
		d.Refuse(alarms, ecsInvalid,
			"deployment alarms can only be used for services using the rolling update (ECS) deployment type",
			"remove alarms")
	}
	if names := alarms.At("alarmNames"); !names.Unknown() && len(names.Items()) == 0 {
		d.Refuse(names, ecsInvalid, "alarmNames is required", "name an alarm, or leave alarms out")
	}
})

var ecsHealthCheckGracePeriod = rule("ecs/health-check-grace-period").OnInputs(func(d *standin.Draft) {
	balancers, v := d.In("loadBalancers"), d.In("healthCheckGracePeriodSeconds")
	switch {
	case !v.Known():
	case v.Number() < 0 || v.Number() > math.MaxInt32:
		d.Refuse(v, ecsInvalid, "the grace period is between 0 and 2,147,483,647 seconds",
			"choose a time that tasks need to start")
	case v.Int() > 0 && !balancers.Unknown() && len(balancers.Items()) == 0:
		d.Refuse(v, ecsInvalid, "Health check grace period is only valid for services configured to use load balancers",
			"remove it")
	}
})

var ecsServiceNetworkLimits = rule("ecs/service-network-limits").OnInputs(func(d *standin.Draft) {
	const mostSubnets, mostGroups = 16, 5
	if v := d.In("networkConfiguration.subnets"); len(v.Items()) > mostSubnets {
		d.Refuse(v, ecsInvalid, "there's a limit of 16 subnets that can be specified", "name fewer")
	}
	if v := d.In("networkConfiguration.securityGroups"); len(v.Items()) > mostGroups {
		d.Refuse(v, ecsInvalid, "there's a limit of 5 security groups that can be specified", "name fewer")
	}
	if v := d.In("networkConfiguration.assignPublicIp"); v.Bool() && d.In("launchType").Text() == "EC2" {
		d.Refuse(v, ecsInvalid, "Assign public IP is not supported for this launch type", "remove assignPublicIp")
	}
})

var ecsPlatformVersion = rule("ecs/platform-version").OnInputs(func(d *standin.Draft) {
	v := d.In("platformVersion")
	if !v.Known() || v.Text() == "" {
		return
	}
	if kind := d.In("launchType").Text(); kind == "EC2" || kind == "EXTERNAL" {
		d.Refuse(v, ecsInvalid, "The platform version must be null when specifying an "+kind+" launch type",
			"remove platformVersion")
		return
	}
	switch v.Text() {
	case "LATEST", "1.4.0", "1.3.0", "1.0.0":
	default:
		d.Refuse(v, "PlatformUnknownException", "the platform version does not exist", `use "LATEST" or "1.4.0"`)
	}
	if v.Text() != "LATEST" && v.Text() != "1.4.0" && d.In("serviceConnectConfiguration.enabled").Bool() {
		d.Refuse(v, ecsInvalid, "Service Connect needs platform version 1.4.0 or later", `use "LATEST" or "1.4.0"`)
	}
})

var ecsFargatePlacement = rule("ecs/fargate-placement").OnInputs(func(d *standin.Draft) {
	if d.In("launchType").Text() != "FARGATE" {
		return
	}
	for path, name := range map[string]string{
		"orderedPlacementStrategies": "Placement strategies", "placementConstraints": "Placement constraints",
	} {
		if v := d.In(path); len(v.Items()) > 0 {
			d.Refuse(v, ecsInvalid, name+" are not supported with FARGATE launch type", "remove them")
		}
	}
})

var ecsExternalDeploymentUpdate = rule("ecs/external-deployment-update").OnOperation(func(o *standin.Op) {
	kind := o.In("deploymentController.type").Text()
	if o.Old == nil || kind != "CODE_DEPLOY" && kind != "EXTERNAL" {
		return
	}
	for _, path := range []string{"taskDefinition", "loadBalancers", "networkConfiguration", "platformVersion"} {
		if o.Changed(path) {
			o.Refuse(o.In(path), ecsInvalid, fmt.Sprintf("Unable to update %s on services with a %s deployment controller",
				strings.ToLower(path), kind), "deploy the change with that controller, and ignore changes of "+path)
		}
	}
})

var ecsServiceVpc = rule("ecs/service-vpc").OnOperation(func(o *standin.Op) {
	vpc := subnetsInOneVpc(o, "networkConfiguration.subnets", ecsInvalid)
	groupsInVpc(o, "networkConfiguration.securityGroups", vpc, ecsInvalid)
})
