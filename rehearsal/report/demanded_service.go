package report

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// service waits for everything without which its tasks do not start, or it does not become steady.
func (d *demand) service(s *standin.Resource) {
	d.after(s, d.view.Where(capacityProvidersType, "clusterName", lastPart(s.Out("cluster").Text()))...)
	d.forwarding(s)
	d.rules(s)
	d.wayOut(s)
	if task := taskOf(d.view, s); task != nil {
		d.task(s, task)
	}
}

func taskOf(view *standin.View, service *standin.Resource) *standin.Resource {
	return view.Find(taskDefinitionType, "arn", service.Out("taskDefinition").Text())
}

// forwarding: CreateService refuses a target group that no listener forwards to
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html).
func (d *demand) forwarding(s *standin.Resource) {
	for _, group := range s.All("loadBalancers.targetGroupArn") {
		for _, path := range []string{"targetGroupArn", "forward.targetGroups.arn"} {
			d.after(s, d.view.Where(listenerRuleType, "actions."+path, group.Text())...)
			d.after(s, d.view.Where(listenerType, "defaultActions."+path, group.Text())...)
		}
	}
}

// rules: the ways out of the service's groups, and the ways into others that are for it. What lets others in is theirs to
// wait for, apart from a load balancer, whose health checks the steady state needs.
func (d *demand) rules(s *standin.Resource) {
	balancers := d.balancerGroups(s)
	for _, group := range s.Out("networkConfiguration.securityGroups").Texts() {
		d.after(s, d.view.Where(egressRuleType, "securityGroupId", group)...)
		d.after(s, d.view.Where(ingressRuleType, "referencedSecurityGroupId", group)...)
		for _, rule := range d.view.Where(ingressRuleType, "securityGroupId", group) {
			if slices.Contains(balancers, rule.Out("referencedSecurityGroupId").Text()) {
				d.after(s, rule)
			}
		}
		for _, rule := range d.view.Where(egressRuleType, "referencedSecurityGroupId", group) {
			if slices.Contains(balancers, rule.Out("securityGroupId").Text()) {
				d.after(s, rule)
			}
		}
	}
}

// balancerGroups are the security groups of the load balancers that forward to the service.
func (d *demand) balancerGroups(s *standin.Resource) []string {
	if len(s.Out("loadBalancers").Items()) == 0 {
		return nil
	}
	var groups []string
	for _, balancer := range d.view.Live(loadBalancerType) {
		groups = append(groups, balancer.Out("securityGroups").Texts()...)
	}
	return groups
}

// wayOut: images, secrets and logs are beyond the routes of the subnets, or behind endpoints where no route goes out.
func (d *demand) wayOut(s *standin.Resource) {
	open := false
	vpc := ""
	for _, id := range s.Out("networkConfiguration.subnets").Texts() {
		if subnet := d.view.Get(subnetType, id); subnet != nil {
			vpc = subnet.Out("vpcId").Text()
		}
		for _, association := range d.view.Where(tableAssociationType, "subnetId", id) {
			routes := d.view.Where(routeType, "routeTableId", association.Out("routeTableId").Text())
			d.after(s, association)
			d.after(s, routes...)
			open = open || len(routes) > 0
			if table := d.view.Get(routeTableType, association.Out("routeTableId").Text()); table != nil {
				open = open || len(table.Out("routes").Items()) > 0
			}
		}
	}
	if !open && vpc != "" {
		d.after(s, d.view.Where(endpointType, "vpcId", vpc)...)
	}
}

// task: what is behind the task definition.
func (d *demand) task(s, task *standin.Resource) {
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		role := lastPart(task.Out(property).Text())
		d.after(s, d.view.Where(rolePolicyType, "role", role)...)
		d.after(s, d.view.Where(roleAttachmentType, "role", role)...)
	}
	for _, id := range task.All("volumes.efsVolumeConfiguration.fileSystemId") {
		d.after(s, d.view.Where(mountTargetType, "fileSystemId", id.Text())...)
	}
	for _, container := range containersOf(task) {
		if group := container.LogConfiguration.Options["awslogs-group"]; group != "" {
			d.after(s, d.view.Where(logGroupType, "name", group)...)
		}
	}
	d.endpoints(s, task)
}

// endpoints: a task resolves the names of Service Connect that were there when its deployment began
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
func (d *demand) endpoints(s, task *standin.Resource) {
	namespace := s.Out("serviceConnectConfiguration.namespace").Text()
	if namespace == "" || !s.Out("serviceConnectConfiguration.enabled").Bool() {
		return
	}
	servers := d.publishers(namespace)
	if len(servers) == 0 {
		return
	}
	for host := range hostsIn(d.environment(task)) {
		for _, server := range servers[host] {
			d.after(s, server)
		}
	}
}

// publishers returns the services of the namespace by the hosts that they publish.
func (d *demand) publishers(namespace string) map[string][]*standin.Resource {
	if known, ok := d.servers[namespace]; ok {
		return known
	}
	servers := map[string][]*standin.Resource{}
	for _, server := range d.view.Where(serviceType, "serviceConnectConfiguration.namespace", namespace) {
		for _, name := range endpointsOf(d.view, server) {
			servers[name.Host] = append(servers[name.Host], server)
		}
	}
	d.servers[namespace] = servers
	return servers
}

// environment is the text of the containers, and of the secrets that they name as far as they live in this world.
func (d *demand) environment(task *standin.Resource) string {
	var text strings.Builder
	text.WriteString(inputText(task))
	for _, container := range containersOf(task) {
		for _, secret := range container.Secrets {
			if holder := d.view.ByArn(secret.ValueFrom); holder != nil {
				text.WriteString("\n" + holder.Out("value").Text())
			}
		}
	}
	return text.String()
}

// endpoint is a name at which a service is found within its namespace.
type endpoint struct {
	Host string
	Port int
}

// endpointsOf are the client aliases of a service. Without one the discovery name, and without that the port name, is
// followed by the namespace's (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html).
func endpointsOf(view *standin.View, service *standin.Resource) []endpoint {
	var found []endpoint
	namespace := service.Out("serviceConnectConfiguration.namespace").Text()
	if r := view.ByArn(namespace); r != nil {
		namespace = r.Out("name").Text()
	}
	for _, published := range service.Out("serviceConnectConfiguration.services").Items() {
		name := published.At("discoveryName").Text()
		if name == "" {
			name = published.At("portName").Text()
		}
		for _, alias := range published.At("clientAlias").Items() {
			host := alias.At("dnsName").Text()
			if host == "" {
				host = name + "." + namespace
			}
			found = append(found, endpoint{Host: host, Port: alias.At("port").Int()})
		}
	}
	return found
}

// hostsIn yields every name in the text as a whole: "redis" is not in "redis.example.org" nor in "my-redis". A full stop
// at the end of a sentence, or of an absolute name, may end a name.
func hostsIn(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r > unicode.MaxASCII || !isNameByte(byte(r)) }) {
			sentence, ended := strings.CutSuffix(name, ".")
			if !yield(name) || ended && sentence != "" && !yield(sentence) {
				return
			}
		}
	}
}

func isNameByte(b byte) bool {
	return b == '-' || b == '.' || b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// container is what a report reads of a container definition.
type container struct {
	Name             string
	Secrets          []struct{ ValueFrom string }
	LogConfiguration struct{ Options map[string]string }
}

func containersOf(task *standin.Resource) []container {
	var containers []container
	// What does not parse was refused already, or is not this package's to judge.
	_ = json.Unmarshal([]byte(task.Out("containerDefinitions").Text()), &containers)
	return containers
}

// lastPart is the name at the end of an ARN, or a name itself.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
