package aws

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	connectEnabled  = "serviceConnectConfiguration.enabled"
	connectSpace    = "serviceConnectConfiguration.namespace"
	connectServices = "serviceConnectConfiguration.services"
)

// aliasForm: API_ServiceConnectClientAlias, dnsName.
var aliasForm = regexp.MustCompile(`^[a-z0-9_.][a-z0-9_.-]{0,126}$`)

var ecsServiceConnectName = rule("ecs/service-connect-name").OnInputs(func(d *standin.Draft) {
	for _, service := range d.In(connectServices).Items() {
		for _, key := range []string{"portName", "discoveryName"} {
			if v := service.At(key); v.Known() && v.Text() != "" && !portNameForm.MatchString(v.Text()) {
				d.Refuse(v, ecsInvalid, "a "+key+" "+portNameRule,
					"rename it, for example to "+strconv.Quote(legalPortName(v.Text())))
			}
		}
		if v := service.At("portName"); v.Known() && v.Text() == "" {
			d.Refuse(v, ecsInvalid, "a Service Connect service has a portName", "name a port mapping of the task definition")
		}
		if v := service.At("ingressPortOverride"); v.Known() && v.Int() != 0 &&
			(v.Int() <= lastSystemPort || v.Int() > lastPort) {
			d.Refuse(v, ecsInvalid, "IngressPortOverride cannot use ports <= 1024",
				"choose a port from 1025 to 65535, or leave it out")
		}
	}
})

var ecsServiceConnectAlias = rule("ecs/service-connect-alias").OnInputs(func(d *standin.Draft) {
	for _, service := range d.In(connectServices).Items() {
		aliases := service.At("clientAlias")
		switch count := len(aliases.Items()); {
		case aliases.Unknown() || service.Unknown():
		case count == 0:
			d.Refuse(
				aliases,
				ecsInvalid,
				"for each ServiceConnectService, you must provide at least one clientAlias with one port: clients resolve "+
					"nothing else",
				"add a clientAlias with a port, and with a dnsName",
			)
		case count > 1:
			d.Refuse(aliases, ecsInvalid, "The maximum number of client aliases that you can have in this list is 1",
				"keep one of them")
		}
		for _, alias := range aliases.Items() {
			if name := alias.At("dnsName"); name.Known() && name.Text() != "" && !aliasForm.MatchString(name.Text()) {
				d.Refuse(
					name,
					ecsInvalid,
					"the dnsName of a client alias has up to 127 lower-case letters, digits, underscores, hyphens and periods, "+
						"and doesn't start with a hyphen",
					"write it as redis.example",
				)
			}
			if port := alias.At("port"); port.Known() && (port.Int() < 1 || port.Int() > lastPort) {
				d.Refuse(port, ecsInvalid, "the port of a client alias is between 1 and 65535", "choose the port that clients use")
			}
		}
	}
})

var ecsServiceConnectDuplicate = rule("ecs/service-connect-duplicate").OnInputs(func(d *standin.Draft) {
	var ports, names []standin.Value
	for _, service := range d.In(connectServices).Items() {
		ports = append(ports, service.At("portName"))
		names = append(names, discoveryOf(service))
	}
	for _, again := range append(twice(ports), twice(names)...) {
		d.Refuse(again, ecsInvalid, "the name is used once in the Service Connect configuration of a service",
			"rename it, or remove one of the two")
	}
	seen := map[string]bool{}
	for _, alias := range d.All(connectServices + ".clientAlias") {
		key := fmt.Sprintf("%s:%d", alias.At("dnsName").Text(), alias.At("port").Int())
		if alias.At("dnsName").Text() != "" && alias.At("port").Known() && seen[key] {
			d.Refuse(alias, ecsInvalid, "a client alias is used once, and "+key+" is there already",
				"choose another name or port")
		}
		seen[key] = true
	}
})

// discoveryOf is the discovery name, by default the port's.
func discoveryOf(service standin.Value) standin.Value {
	if name := service.At("discoveryName"); name.Unknown() || name.Text() != "" {
		return name
	}
	return service.At("portName")
}

var authorityForm = regexp.MustCompile(`^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/`)

var ecsServiceConnectTls = rule("ecs/service-connect-tls").OnInputs(func(d *standin.Draft) {
	for _, v := range d.All(connectServices + ".tls.issuerCertAuthority.awsPcaAuthorityArn") {
		if v.Known() && !authorityForm.MatchString(v.Text()) {
			d.Refuse(v, ecsInvalid, "Service Connect encrypts with certificates of AWS Private Certificate Authority only",
				"give the ARN of a private CA")
		}
	}
})

var ecsServiceConnectDeployment = rule("ecs/service-connect-deployment").OnInputs(func(d *standin.Draft) {
	enabled := d.In(connectEnabled)
	if !enabled.Bool() {
		return
	}
	if !rolling(d) {
		d.Refuse(enabled, ecsInvalid, "Service Connect is supported with the rolling update (ECS) deployment type only",
			"use the ECS deployment controller")
	}
	if d.In("launchType").Text() == "EXTERNAL" {
		d.Refuse(enabled, ecsInvalid, "Service Connect is not supported for the EXTERNAL launch type",
			"leave Service Connect out")
	}
})

var namespaceArn = regexp.MustCompile(`^arn:aws[a-z-]*:servicediscovery:([a-z0-9-]+):\d{12}:namespace/ns-[a-z0-9]+$`)

var ecsServiceConnectNamespaceRegion = rule("ecs/service-connect-namespace-region").OnInputs(func(d *standin.Draft) {
	v := d.In(connectSpace)
	if !strings.HasPrefix(v.Text(), "arn:") {
		return
	}
	switch match := namespaceArn.FindStringSubmatch(v.Text()); {
	case match == nil:
		d.Refuse(v, ecsInvalid, "that is not the ARN of a Cloud Map namespace", "give the arn of the namespace")
	case match[1] != d.Scope.Region:
		d.Refuse(v, ecsInvalid, "The namespace must be in the same Region as the service, "+d.Scope.Region,
			"use a namespace of that region")
	}
})

var ecsServiceConnectNamespace = rule("ecs/service-connect-namespace").OnOperation(func(o *standin.Op) {
	v := o.In(connectSpace)
	if !o.In(connectEnabled).Bool() || v.Unknown() || v.Text() != "" {
		return
	}
	cluster := live.FindCluster(o.World, o.In("cluster").Text())
	if o.In("cluster").Unknown() || cluster == nil || isSet(cluster.Out("serviceConnectDefaults.namespace")) {
		return
	}
	o.Refuse(v, ecsInvalid,
		"a namespace must be specified: neither the service nor the default of "+cluster.Label()+" names one",
		"set serviceConnectConfiguration.namespace to the namespace's arn")
})

var ecsServiceConnectNamespaceName = rule("ecs/service-connect-namespace-name").OnOperation(func(o *standin.Op) {
	v := o.In(connectSpace)
	if o.Preview || !o.In(connectEnabled).Bool() || !o.Changed(connectSpace) || v.Text() == "" ||
		strings.HasPrefix(v.Text(), "arn:") {
		return
	}
	if o.World.Find(token.ServicediscoveryHttpNamespace, "name", v.Text()) == nil {
		o.Refuse(
			v,
			"NamespaceNotFoundException",
			"no namespace of that name is live in Cloud Map; AWS would look for another or make one, "+
				"in which no other service finds this one",
			"give the namespace's arn, from the output of the resource that makes it",
		)
	}
})

// A service that is replaced before the old one is deleted conflicts with itself.
var ecsServiceConnectConflict = rule("ecs/service-connect-conflict").OnOperation(func(o *standin.Op) {
	if o.Preview || !o.In(connectEnabled).Bool() || !o.Changed("serviceConnectConfiguration") {
		return
	}
	if len(o.In(connectServices).Items()) == 0 {
		return // it publishes nothing that could collide
	}
	mine := spaceOf(o.World, o.In(connectSpace).Text(), o.In("cluster").Text())
	if mine == "" {
		return
	}
	for _, other := range o.World.Live(token.EcsService) {
		if other == o.Old || other.Region != o.Scope.Region || !other.Out(connectEnabled).Bool() ||
			spaceOf(o.World, other.Out(connectSpace).Text(), other.Out("cluster").Text()) != mine {
			continue
		}
		for _, taken := range other.Out(connectServices).Items() {
			for _, service := range o.In(connectServices).Items() {
				collide(o, mine, service, taken, other)
			}
		}
	}
})

// collide refuses discovery names and client aliases that two services would publish.
func collide(o *standin.Op, space string, service, taken standin.Value, other *standin.Resource) {
	const rule = "SC service is already used by "
	if name := discoveryOf(service); name.Text() != "" && name.Text() == discoveryOf(taken).Text() {
		o.Refuse(name, ecsInvalid, fmt.Sprintf("%s%s: %s has the discovery name %q in the namespace", rule, space,
			other.Label(), name.Text()), "choose another discoveryName; if "+other.Label()+
			" is being replaced, delete it first (deleteBeforeReplace)")
	}
	for _, alias := range service.At("clientAlias").Items() {
		for _, held := range taken.At("clientAlias").Items() {
			name := aliasName(o.World, space, service, alias)
			if name != "" && name == aliasName(o.World, space, taken, held) && alias.At("port").Int() == held.At("port").Int() {
				o.Refuse(alias, ecsInvalid, fmt.Sprintf("%s%s: %s has the client alias %s:%d", rule, space, other.Label(), name,
					held.At("port").Int()), "choose another dnsName or port; if "+other.Label()+
					" is being replaced, delete it first (deleteBeforeReplace)")
			}
		}
	}
}

// aliasName returns the name that clients resolve: the dnsName, or else discoveryName.namespace
// (API_ServiceConnectClientAlias, dnsName).
func aliasName(world *standin.View, space string, service, alias standin.Value) string {
	if name := alias.At("dnsName").Text(); name != "" {
		return name
	}
	namespace := world.Find(token.ServicediscoveryHttpNamespace, "arn", space)
	if namespace == nil || discoveryOf(service).Text() == "" {
		return ""
	}
	return discoveryOf(service).Text() + "." + namespace.Out("name").Text()
}

// spaceOf returns the ARN of a service's namespace if it is known here, and the input otherwise.
func spaceOf(world *standin.View, given, cluster string) string {
	if given == "" {
		if c := live.FindCluster(world, cluster); c != nil {
			given = c.Out("serviceConnectDefaults.namespace").Text()
		}
	}
	if namespace := world.Find(token.ServicediscoveryHttpNamespace, "name", given); namespace != nil && given != "" {
		return namespace.Out("arn").Text()
	}
	return given
}
