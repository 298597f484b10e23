package report

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// service waits for everything without which its tasks do not start, or it does not become steady.
func (d *demand) service(s *standin.Resource) {
	d.after(s, d.view.Where(capacityProvidersType, "clusterName", lastPart(s.Out("cluster").Text()))...)
	d.forwarding(s)
	d.rules(s)
	d.wayOut(s)
	if task := live.FindTaskDefinition(d.view, s.Out("taskDefinition").Text()); task != nil {
		d.task(s, task)
	}
}

// forwarding: CreateService refuses a target group that no listener forwards to
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html).
func (d *demand) forwarding(s *standin.Resource) {
	for _, group := range s.All("loadBalancers.targetGroupArn") {
		for typ, paths := range live.ForwardPaths {
			for _, path := range paths {
				d.after(s, d.view.Where(typ, path, group.Text())...)
			}
		}
	}
}

// rules: the ways out of the service's groups, and the ways into others that are for it. Rules that let others in are
// theirs to wait for, apart from a load balancer, whose health checks the steady state needs.
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

// balancerGroups returns the security groups of the load balancers that forward to the service.
func (d *demand) balancerGroups(s *standin.Resource) []string {
	var groups []string
	for _, arn := range s.All("loadBalancers.targetGroupArn") {
		target := d.view.Find(token.LbTargetGroup, "arn", arn.Text())
		if target == nil {
			continue
		}
		for _, balancer := range live.LoadBalancers(d.view, target) {
			groups = append(groups, balancer.Out("securityGroups").Texts()...)
		}
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

// task waits for the resources that the task definition names.
func (d *demand) task(s, task *standin.Resource) {
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		role := lastPart(task.Out(property).Text())
		d.after(s, d.view.Where(rolePolicyType, "role", role)...)
		d.after(s, d.view.Where(roleAttachmentType, "role", role)...)
	}
	for _, id := range task.All("volumes.efsVolumeConfiguration.fileSystemId") {
		d.after(s, d.view.Where(mountTargetType, "fileSystemId", id.Text())...)
	}
	for _, container := range live.Containers(task) {
		if logs := container.LogConfiguration; logs != nil && logs.Options["awslogs-group"] != "" {
			d.after(s, d.view.Where(logGroupType, "name", logs.Options["awslogs-group"])...)
		}
	}
	// A task resolves the names of Service Connect that were there when its deployment began
	// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
	d.after(s, live.ServersOf(d.view, s)...)
}

// lastPart returns the name at the end of an ARN, or a name itself.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
