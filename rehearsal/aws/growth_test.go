package aws_test

import (
	"strconv"
	"testing"
)

// BenchmarkServices makes clients of one server, each with its group, rules and log group: the time of
// each must not grow with their number.
func BenchmarkServices(b *testing.B) {
	for _, many := range []int{10, 100, 1000} {
		b.Run(strconv.Itoa(many), func(b *testing.B) {
			for b.Loop() {
				clients(b, many)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*many), "µs/service")
		})
	}
}

func clients(b *testing.B, many int) {
	b.Helper()
	c := newCloud(b)
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	subnet := c.up("ec2/subnet:Subnet", "a", in{"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"})
	server := c.up("ec2/securityGroup:SecurityGroup", "server", in{"vpcId": vpc.id})
	cluster := c.up("ecs/cluster:Cluster", "main", in{})
	for i := range many {
		name := "client-" + strconv.Itoa(i)
		group := c.up("ec2/securityGroup:SecurityGroup", name, in{"vpcId": vpc.id})
		edge := in{"ipProtocol": "tcp", "fromPort": 6379, "toPort": 6379}
		c.up("vpc/securityGroupIngressRule:SecurityGroupIngressRule", name,
			with(edge, in{"securityGroupId": server.id, "referencedSecurityGroupId": group.id}))
		c.up("vpc/securityGroupEgressRule:SecurityGroupEgressRule", name,
			with(edge, in{"securityGroupId": group.id, "referencedSecurityGroupId": server.id}))
		c.up("cloudwatch/logGroup:LogGroup", name, in{})
		c.up("ecs/service:Service", name, in{
			"cluster":              cluster.out("arn"),
			"networkConfiguration": in{"subnets": []any{subnet.id}, "securityGroups": []any{group.id}},
		})
	}
}
