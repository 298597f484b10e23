package aws

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsClusterName = rule("ecs/cluster-name").OnInputs(func(d *standin.Draft) {
	if name := d.In("name"); name.Known() && !ecsName.MatchString(name.Text()) {
		d.Refuse(name, ecsInvalid, "up to 255 letters, digits, underscores and hyphens are allowed in a cluster's name",
			"rename it")
	}
})

var ecsClusterExecLogging = rule("ecs/cluster-exec-logging").OnInputs(func(d *standin.Draft) {
	sessions := d.In("configuration.executeCommandConfiguration")
	logging, place := sessions.At("logging"), sessions.At("logConfiguration")
	switch {
	case logging.Text() == "OVERRIDE" && place.Missing():
		d.Refuse(place, ecsInvalid, "If you specify OVERRIDE, you must specify a logConfiguration",
			`add it, or set logging to "DEFAULT"`)
	case logging.Known() && logging.Text() != "OVERRIDE" && place.Known():
		d.Refuse(logging, ecsInvalid, "a logConfiguration is used with OVERRIDE only",
			`set logging to "OVERRIDE", or remove logConfiguration`)
	}
})

var ecsClusterDefaultNamespace = rule("ecs/cluster-default-namespace").OnInputs(func(d *standin.Draft) {
	if v := d.In("serviceConnectDefaults.namespace"); v.Known() && !strings.HasPrefix(v.Text(), "arn:") {
		d.Refuse(v, ecsInvalid, "(serviceConnectDefaults.namespace) is an invalid ARN: arn: invalid prefix",
			"give the namespace's arn, not its name")
	}
})

var ecsNamespaceInUse = rule("ecs/namespace-in-use").OnOperation(func(o *standin.Op) {
	for _, service := range o.World.Live(token.EcsService) {
		if service.Region != o.Scope.Region || !service.Out("serviceConnectConfiguration.enabled").Bool() ||
			isSet(service.Out("serviceConnectConfiguration.namespace")) {
			continue
		}
		cluster := live.FindCluster(o.World, service.Out("cluster").Text())
		if cluster != nil &&
			slices.Contains(cluster.Out("serviceConnectDefaults.namespace").Texts(), o.Old.Out("arn").Text()) {
			o.Refuse(o.Old.Out("id"), "ResourceInUse",
				"it cannot be deleted while "+service.Label()+" uses it as the default of "+cluster.Label(),
				"delete "+service.Label()+" first: give it the namespace itself, so that it depends on it")
		}
	}
})

// connects: a service leaves the namespace when its configuration is turned off.
func connects(_ *standin.View, service, _ *standin.Resource) bool {
	return service.Out("serviceConnectConfiguration.enabled").Bool()
}
