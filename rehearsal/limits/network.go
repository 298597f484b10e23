package limits

import (
	"net/netip"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// subnets compares what has an address in each subnet with the addresses that AWS leaves.
func (s *survey) subnets() {
	used := map[string]*tally{}
	at := func(id string) *tally {
		if used[id] == nil {
			used[id] = &tally{}
		}
		return used[id]
	}
	s.fixedAddresses(func(subnets []string, each float64) {
		for _, id := range subnets {
			at(id).fixed += each
		}
	})
	for _, service := range s.services {
		subnets := service.Out("networkConfiguration.subnets").Texts()
		for _, id := range subnets {
			t := at(id)
			t.shares = append(t.shares, share{service, 1, len(subnets)})
		}
	}
	for _, subnet := range s.world.Live(token.Ec2Subnet) {
		t := used[subnet.Id]
		prefix, err := netip.ParsePrefix(subnet.Out("cidrBlock").Text())
		if t == nil || err != nil || !prefix.Addr().Is4() {
			continue
		}
		// AWS keeps the first four addresses and the last
		// (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
		const reserved, bits = 5, 32
		s.has(subnetAddresses, subnet, float64(int(1)<<(bits-prefix.Bits())-reserved), t)
	}
}

// fixedAddresses calls add for everything but tasks that has addresses in subnets.
func (s *survey) fixedAddresses(add func(subnets []string, each float64)) {
	// A load balancer needs eight free addresses to grow
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer).
	const ofBalancer = 8
	for _, r := range s.world.Live(token.LbLoadBalancer) {
		add(r.Out("subnets").Texts(), ofBalancer)
	}
	for _, r := range s.world.Live(token.Ec2VpcEndpoint) {
		add(r.Out("subnetIds").Texts(), 1)
	}
	for _, kind := range []string{token.Ec2NatGateway, token.EfsMountTarget} {
		for _, r := range s.world.Live(kind) {
			add([]string{r.Out("subnetId").Text()}, 1)
		}
	}
	// Which subnets of its group RDS or ElastiCache chooses is not known: there must be room in each.
	for _, r := range s.world.Live(token.RdsInstance) {
		add(s.groupSubnets(token.RdsSubnetGroup, r.Out("dbSubnetGroupName").Text()), 1)
	}
	for _, r := range s.world.Live(token.ElasticacheReplicationGroup) {
		add(s.groupSubnets(token.ElasticacheSubnetGroup, r.Out("subnetGroupName").Text()),
			float64(max(1, r.Out("numCacheClusters").Int())))
	}
	for _, r := range s.world.Live(token.ElasticacheCluster) {
		add(s.groupSubnets(token.ElasticacheSubnetGroup, r.Out("subnetGroupName").Text()),
			float64(max(1, r.Out("numCacheNodes").Int())))
	}
}

func (s *survey) groupSubnets(kind, name string) []string {
	group := s.world.Find(kind, "name", name)
	if group == nil {
		return nil
	}
	return group.Out("subnetIds").Texts()
}

// balancers counts what application load balancers forward to, and by which rules.
func (s *survey) balancers() {
	targets := s.targets()
	for _, balancer := range s.world.Live(token.LbLoadBalancer) {
		if kind := balancer.Out("token.LbLoadBalancer").Text(); kind != "" && kind != "application" {
			continue
		}
		groups := map[string]bool{}
		var rules, certificates int
		for _, listener := range s.world.Where(token.LbListener, "loadBalancerArn", balancer.Out("arn").Text()) {
			arn := listener.Out("arn").Text()
			forwardsTo(groups, listener, "defaultActions")
			for _, rule := range s.world.Where(token.LbListenerRule, "listenerArn", arn) {
				forwardsTo(groups, rule, "actions")
				rules++
			}
			// The default certificate does not count.
			certificates += len(s.world.Where(token.LbListenerCertificate, "listenerArn", arn))
		}
		var all tally
		for arn := range groups {
			if t := targets[arn]; t != nil {
				all.shares = append(all.shares, t.shares...)
			}
		}
		s.quota(balancerTargets, balancer, &all)
		s.quota(balancerRules, balancer, &tally{fixed: float64(rules)})
		s.quota(balancerGroups, balancer, &tally{fixed: float64(len(groups))})
		s.quota(balancerCertificates, balancer, &tally{fixed: float64(certificates)})
	}
}

// targets counts the tasks in each target group, by its ARN.
func (s *survey) targets() map[string]*tally {
	targets := map[string]*tally{}
	for _, service := range s.services {
		for _, arn := range service.All("loadBalancers.targetGroupArn") {
			t := targets[arn.Text()]
			if t == nil {
				t = &tally{}
				targets[arn.Text()] = t
			}
			t.add(service, 1)
		}
	}
	for _, group := range s.world.Live(token.LbTargetGroup) {
		if t := targets[group.Out("arn").Text()]; t != nil {
			s.quota(groupTargets, group, t)
		}
	}
	return targets
}

func forwardsTo(groups map[string]bool, r *standin.Resource, actions string) {
	for _, path := range []string{".targetGroupArn", ".forward.targetGroups.arn"} {
		for _, arn := range r.All(actions + path) {
			groups[arn.Text()] = true
		}
	}
}

// groups counts the rules of each security group. A rule counts once for each network or group that it names
// (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups).
func (s *survey) groups() {
	counts := map[string]map[string]int{"ingress": {}, "egress": {}}
	for direction, kind := range map[string]string{
		"ingress": token.VpcSecurityGroupIngressRule,
		"egress":  token.VpcSecurityGroupEgressRule,
	} {
		for _, rule := range s.world.Live(kind) {
			counts[direction][rule.Out("securityGroupId").Text()]++
		}
	}
	for _, rule := range s.world.Live(token.Ec2SecurityGroupRule) {
		if of := counts[rule.Out("type").Text()]; of != nil {
			of[rule.Out("securityGroupId").Text()] += max(1, len(rule.Out("cidrBlocks").Texts()))
		}
	}
	live := s.world.Live(token.Ec2SecurityGroup)
	for _, group := range live {
		most := 0
		for direction, of := range counts {
			count := of[group.Id]
			for _, rule := range group.In(direction).Items() {
				count += max(1, len(rule.At("cidrBlocks").Texts())+len(rule.At("securityGroups").Texts()))
			}
			most = max(most, count)
		}
		s.quota(groupRules, group, &tally{fixed: float64(most)})
	}
	s.quota(securityGroups, nil, &tally{fixed: float64(len(live))})
}
