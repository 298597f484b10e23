package live

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Warnings of settings that work at first, and break or have no effect later.

var mixedRules = warnsOf("ec2/mixed-rules").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, group := range world.Live(token.Ec2SecurityGroup) {
		for path, token := range map[string]string{
			"ingress": token.VpcSecurityGroupIngressRule,
			"egress":  token.VpcSecurityGroupEgressRule,
		} {
			rules := world.Where(token, "securityGroupId", group.Id)
			if len(group.In(path).Items()) > 0 && len(rules) > 0 {
				all = append(
					all,
					warn(group, "has inline %s rules, and %s is a rule of its own: each update of the group removes that one; "+
						"use one of the two kinds", path, rules[0].Label()),
				)
			}
		}
	}
	return all
})

// hostWithPort matches the endpoint of a database: its address and its port.
var hostWithPort = regexp.MustCompile(`^[a-z0-9.-]+\.amazonaws\.com:\d+$`)

var portInHost = warnsOf("host/port-in-host").in(func(world *standin.View) []Warning {
	const fix = "holds a host with a port where a host is meant: use the address output, not endpoint"
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		scope := standin.Scope{Region: service.Region, Account: service.Account}
		for _, container := range Containers(definitionOf(world, service)) {
			for _, v := range variablesOf(world, scope, container) {
				name := strings.ToUpper(v.name)
				if hostWithPort.MatchString(v.value) && (strings.HasSuffix(name, "HOST") || strings.HasSuffix(name, "HOSTNAME")) {
					all = append(all, warn(service, "container %s: the variable %s %s", container.Name, v.name, fix))
				}
			}
		}
	}
	for _, record := range world.Live(token.Route53Record) {
		if slices.ContainsFunc(record.All("records"),
			func(v standin.Value) bool { return hostWithPort.MatchString(v.Text()) }) {
			all = append(all, warn(record, "%s", fix))
		}
	}
	return all
})

// A URL of a web service is left alone: it may be of something that is not used.
var placeholderHosts = warnsOf("host/placeholder").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		scope := standin.Scope{Region: service.Region, Account: service.Account}
		for _, container := range Containers(definitionOf(world, service)) {
			for _, a := range addressesOf(world, scope, container) {
				if !a.dialled() || !neverResolves(a.host) && !isForDocumentation(a.host) || hasHost(world, service.Region, a.host) {
					continue
				}
				if p, known := schemeProtocol(a.scheme); known && p.family == familyHttp {
					continue
				}
				all = append(all, warn(service, "container %s: the variable %s names the host %s, whose domain is reserved for "+
					"documentation: use the host name of the server", container.Name, a.variable, a.host))
			}
		}
	}
	return all
})

// hasHost reports whether this world has a record, an endpoint or a namespace of that name.
func hasHost(world *standin.View, region, host string) bool {
	return world.Find(token.Route53Record, "fqdn", host) != nil || len(endpointsAt(world, host)) > 0 ||
		namespaceWithin(world, region, host) != nil
}

var noTasks = warnsOf("ecs/no-desired-count").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		if !service.In("desiredCount").Missing() || service.Out("schedulingStrategy").Text() == "DAEMON" ||
			scaledUp(world, service) {
			continue
		}
		all = append(all, warn(service, "has no desiredCount, and so no task: give it one"))
	}
	return all
})

func scaledUp(world *standin.View, service *standin.Resource) bool {
	resource := "service/" + ClusterName(service.Out("cluster").Text()) + "/" + service.Out("name").Text()
	target := world.Find(token.AppautoscalingTarget, "resourceId", resource)
	return target != nil && target.Out("minCapacity").Int() > 0
}

var silentAlarms = warnsOf("cloudwatch/silent-alarm").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, alarm := range world.Live(token.CloudwatchMetricAlarm) {
		for _, m := range metricsOf(alarm) {
			if why := unwritten(world, m); why != "" {
				all = append(all, warn(alarm, "%s", why))
			}
		}
	}
	return all
})

// metricsOf returns the metric of an alarm, or those of its queries.
func metricsOf(alarm *standin.Resource) []standin.Value {
	if alarm.Out("metricName").Text() != "" {
		return []standin.Value{standin.NewValue("", resource.NewProperty(alarm.Outputs))}
	}
	return alarm.All("metricQueries.metric")
}

// measured are dimensions of AWS's metrics, with the type and the property that they name.
var measured = map[string]map[string]standin.Target{
	"AWS/ECS": {
		"ClusterName": {Token: token.EcsCluster, By: "name"},
		"ServiceName": {Token: token.EcsService, By: "name"},
	},
	"AWS/RDS": {"DBInstanceIdentifier": {Token: token.RdsInstance, By: "identifier"}},
	"AWS/ApplicationELB": {
		"LoadBalancer": {Token: token.LbLoadBalancer, By: "arnSuffix"},
		"TargetGroup":  {Token: token.LbTargetGroup, By: "arnSuffix"},
	},
	"AWS/NetworkELB": {
		"LoadBalancer": {Token: token.LbLoadBalancer, By: "arnSuffix"},
		"TargetGroup":  {Token: token.LbTargetGroup, By: "arnSuffix"},
	},
	"AWS/ElastiCache": {"ReplicationGroupId": {Token: token.ElasticacheReplicationGroup, By: "replicationGroupId"}},
	"AWS/EFS":         {"FileSystemId": {Token: token.EfsFileSystem, By: "id"}},
	"AWS/Events":      {"RuleName": {Token: token.CloudwatchEventRule, By: "name"}},
}

func unwritten(world *standin.View, metric standin.Value) string {
	namespace, name := metric.At("namespace").Text(), metric.At("metricName").Text()
	if !strings.HasPrefix(namespace, "AWS/") {
		if namespace == "" || strings.HasPrefix(namespace, "ECS/") || writtenByFilter(world, namespace, name) ||
			writtenByRole(world) {
			return ""
		}
		return "watches " + namespace + " " + name + ", which nothing in this program writes: no metric filter makes it, " +
			"and no role may " +
			"cloudwatch:PutMetricData"
	}
	dimensions := metric.At("dimensions")
	for _, key := range dimensions.Keys() {
		target, known := measured[namespace][key]
		value := dimensions.Key(key).Text()
		if !known || value == "" || world.Find(target.Token, target.By, value) != nil || len(world.Live(target.Token)) == 0 {
			continue
		}
		return "watches " + namespace + " " + name + " of " + key + " " + value + ", which is not of this program: " +
			"correct the dimension"
	}
	return ""
}

func writtenByFilter(world *standin.View, namespace, name string) bool {
	filters := world.Where(token.CloudwatchLogMetricFilter, "metricTransformation.namespace", namespace)
	return slices.ContainsFunc(filters, func(r *standin.Resource) bool {
		return r.Out("metricTransformation.name").Text() == name
	})
}

// writtenByRole reports whether a role or a user of this world may write metrics itself.
func writtenByRole(world *standin.View) bool {
	q := policy.Request{Action: "cloudwatch:PutMetricData", Resource: "*"}
	for _, role := range world.Live(token.IamRole) {
		if result, _ := policy.RoleMay(world, role.Out("arn").Text(), q); result != policy.Denied {
			return true
		}
	}
	for _, doc := range world.Live(token.IamUserPolicy) {
		document, err := policy.Read(doc.Label(), doc.Out("policy").Text())
		if err != nil {
			return true
		}
		if result, _ := policy.Decide([]policy.Document{document}, q); result != policy.Denied {
			return true
		}
	}
	return false
}
