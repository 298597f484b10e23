package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// vpcStack is a network of two VPCs, each with resources of its own.
type vpcStack struct {
	*cloud

	vpc, other, subnetA, subnetB, subnetA2, stray, sg, strayGroup, igw, table, strayTable *thing
}

func newVpcStack(t *testing.T) *vpcStack {
	t.Helper()
	s := &vpcStack{cloud: newCloud(t)}
	dns := in{"enableDnsSupport": true, "enableDnsHostnames": true}
	s.vpc = s.up("ec2/vpc:Vpc", "main", with(dns, in{"cidrBlock": "10.0.0.0/16"}))
	s.other = s.up("ec2/vpc:Vpc", "other", in{"cidrBlock": "10.1.0.0/16"})
	subnet := func(name string, vpc *thing, cidr, zone string) *thing {
		return s.up("ec2/subnet:Subnet", name, in{"vpcId": vpc.id, "cidrBlock": cidr, "availabilityZone": zone})
	}
	s.subnetA, s.subnetB = subnet("a", s.vpc, "10.0.0.0/24", "ap-south-1a"), subnet("b", s.vpc, "10.0.1.0/24",
		"ap-south-1b")
	s.subnetA2, s.stray = subnet("a2", s.vpc, "10.0.2.0/24", "ap-south-1a"), subnet("stray", s.other, "10.1.0.0/24",
		"ap-south-1b")
	s.sg = s.up("ec2/securityGroup:SecurityGroup", "app", in{"vpcId": s.vpc.id})
	s.strayGroup = s.up("ec2/securityGroup:SecurityGroup", "stray", in{"vpcId": s.other.id})
	s.igw = s.up("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": s.vpc.id})
	s.table = s.up("ec2/routeTable:RouteTable", "table", in{"vpcId": s.vpc.id})
	s.strayTable = s.up("ec2/routeTable:RouteTable", "stray", in{"vpcId": s.other.id})
	return s
}

func TestVpcsAndSubnetsHaveRangesThatFit(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	vpc := in{
		"cidrBlock":          "10.9.0.0/16",
		"enableDnsSupport":   true,
		"enableDnsHostnames": true,
		"instanceTenancy":    "default",
	}
	subnet := in{"vpcId": s.vpc.id, "cidrBlock": "10.0.9.0/24", "availabilityZone": "ap-south-1c"}
	const vpcs, subnets = "ec2/vpc:Vpc", "ec2/subnet:Subnet"
	s.refuses(t, []mistake{
		{"no range", vpcs, vpc, in{"cidrBlock": nil}, []string{"MissingParameter", "cidrBlock"}},
		{"not a range", vpcs, vpc, in{"cidrBlock": "10.9.0.0"}, []string{"InvalidVpc.Range", `cidrBlock = "10.9.0.0"`}},
		{"host bits", vpcs, vpc, in{"cidrBlock": "10.9.0.1/16"}, []string{"InvalidVpc.Range", "did you mean 10.9.0.0/16?"}},
		{"too large", vpcs, vpc, in{"cidrBlock": "10.0.0.0/8"}, []string{"InvalidVpc.Range", "between /16 and /28"}},
		{"too small", vpcs, vpc, in{"cidrBlock": "10.0.0.0/29"}, []string{"InvalidVpc.Range", "between /16 and /28"}},
		{"reserved", vpcs, vpc, in{"cidrBlock": "127.0.0.0/16"}, []string{"InvalidVpc.Range", "reserved"}},
		{"tenancy", vpcs, vpc, in{"instanceTenancy": "host"}, []string{"InvalidParameterValue", `instanceTenancy = "host"`}},
		{
			"host names without DNS",
			vpcs,
			vpc,
			in{"enableDnsSupport": false},
			[]string{"InvalidParameterCombination", "enableDnsHostnames = true"},
		},
		{"no range", subnets, subnet, in{"cidrBlock": nil}, []string{"MissingParameter", "cidrBlock"}},
		{
			"too small",
			subnets,
			subnet,
			in{"cidrBlock": "10.0.9.0/30"},
			[]string{"InvalidSubnet.Range", `cidrBlock = "10.0.9.0/30"`},
		},
		{
			"outside of the VPC",
			subnets,
			subnet,
			in{"cidrBlock": "10.5.0.0/24"},
			[]string{"InvalidSubnet.Range", "ec2.Vpc 'main', 10.0.0.0/16"},
		},
		{
			"overlapping",
			subnets,
			subnet,
			in{"cidrBlock": "10.0.1.128/25"},
			[]string{"InvalidSubnet.Conflict", "ec2.Subnet 'b', 10.0.1.0/24"},
		},
		{
			"zone of another region",
			subnets,
			subnet,
			in{"availabilityZone": "us-east-1a"},
			[]string{"InvalidParameterValue", "ap-south-1a, ap-south-1b, ap-south-1c"},
		},
		{
			"no such zone",
			subnets,
			subnet,
			in{"availabilityZone": "ap-south-1d"},
			[]string{"InvalidParameterValue", `availabilityZone = "ap-south-1d"`},
		},
	})
	s.up(subnets, "local", with(subnet, in{"availabilityZone": "ap-south-1-del-1a"}))
	s.up(subnets, "elsewhere", in{"vpcId": s.other.id, "cidrBlock": "10.1.9.0/24"})
}

func TestRoutesLeadSomewhereWithinTheirVpc(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	strayGateway := s.up("ec2/internetGateway:InternetGateway", "stray", in{"vpcId": s.other.id})
	strayNat := s.up("ec2/natGateway:NatGateway", "stray", in{"subnetId": s.stray.id, "connectivityType": "private"})
	strayEndpoint := s.up("ec2/vpcEndpoint:VpcEndpoint", "stray", in{
		"vpcId":           s.other.id,
		"serviceName":     "com.amazonaws.vpce.ap-south-1.vpce-svc-0a",
		"vpcEndpointType": "GatewayLoadBalancer",
	})
	route := in{"routeTableId": s.table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": s.igw.id}
	inline := func(more ...in) []any {
		routes := []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": s.igw.id}}
		for _, one := range more {
			routes = append(routes, one)
		}
		return routes
	}
	table := in{"vpcId": s.vpc.id, "routes": inline()}
	association := in{"routeTableId": s.table.id, "subnetId": s.subnetA.id}
	const (
		routes       = "ec2/route:Route"
		tables       = "ec2/routeTable:RouteTable"
		associations = "ec2/routeTableAssociation:RouteTableAssociation"
	)
	s.refuses(t, []mistake{
		{"no target", routes, route, in{"gatewayId": nil}, []string{"exactly one of", "none is"}},
		{"two targets", routes, route, in{"natGatewayId": "nat-0a"}, []string{"exactly one of", "natGatewayId"}},
		{"no destination", routes, route, in{"destinationCidrBlock": nil}, []string{"exactly one of destinationCidrBlock"}},
		{
			"destination no network",
			routes,
			route,
			in{"destinationCidrBlock": "0.0.0.0"},
			[]string{"InvalidParameterValue", `destinationCidrBlock = "0.0.0.0"`},
		},
		{
			"gateway of another VPC",
			routes,
			route,
			in{"gatewayId": strayGateway.id},
			[]string{"InvalidParameterValue", "belong to different networks", "gatewayId"},
		},
		{
			"NAT gateway of another VPC",
			routes,
			route,
			in{"gatewayId": nil, "natGatewayId": strayNat.id},
			[]string{"belong to different networks", "natGatewayId"},
		},
		{
			"endpoint of another VPC",
			routes,
			route,
			in{"gatewayId": nil, "vpcEndpointId": strayEndpoint.id},
			[]string{"belong to different networks", "vpcEndpointId"},
		},
		{
			"within the VPC",
			routes,
			route,
			in{"destinationCidrBlock": "10.0.7.0/24"},
			[]string{"InvalidParameterValue", "10.0.0.0/16"},
		},
		{
			"inline without target",
			tables,
			table,
			in{"routes": inline(in{"cidrBlock": "10.8.0.0/16"})},
			[]string{"exactly one of", "routes[1]"},
		},
		{
			"inline twice",
			tables,
			table,
			in{"routes": inline(in{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0a"})},
			[]string{"RouteAlreadyExists", "routes[1].cidrBlock"},
		},
		{
			"inline to another VPC",
			tables,
			table,
			in{"routes": inline(in{"cidrBlock": "10.8.0.0/16", "gatewayId": strayGateway.id})},
			[]string{"different networks", "routes[1].gatewayId"},
		},
		{
			"subnet of another VPC",
			associations,
			association,
			in{"subnetId": s.stray.id},
			[]string{"InvalidParameterValue", "different networks", "subnetId"},
		},
		{
			"nothing associated",
			associations,
			association,
			in{"subnetId": nil},
			[]string{"exactly one of subnetId, gatewayId"},
		},
	})
	s.up(routes, "main", with(route, in{"routeTableId": s.vpc.out("mainRouteTableId")}))
	_, err := s.attempt(routes, "main", with(route, in{"routeTableId": s.other.out("mainRouteTableId")}))
	require.ErrorContains(t, err, "belong to different networks")
	own := s.up(tables, "own", table)
	_, err = s.attempt(routes, "again", with(route, in{"routeTableId": own.id}))
	require.ErrorContains(t, err, "RouteAlreadyExists: ec2.RouteTable 'own' itself lists a route to that destination")
}

func TestANatGatewayIsInAPublicSubnet(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	address := func(name string) string { return s.up("ec2/eip:Eip", name, in{"domain": "vpc"}).id }
	nat := in{"allocationId": address("one"), "subnetId": s.subnetA.id}
	const (
		nats         = "ec2/natGateway:NatGateway"
		routes       = "ec2/route:Route"
		associations = "ec2/routeTableAssociation:RouteTableAssociation"
	)
	s.refuses(t, []mistake{
		{"no address", nats, nat, in{"allocationId": nil}, []string{"MissingParameter", "allocationId"}},
		{
			"private with address",
			nats,
			nat,
			in{"connectivityType": "private"},
			[]string{"InvalidParameterCombination", "allocationId"},
		},
		{
			"no internet gateway",
			nats,
			nat,
			in{"subnetId": s.stray.id},
			[]string{"Gateway.NotAttached", "ec2.Vpc 'other' has no internet gateway"},
		},
		{
			"domain",
			"ec2/eip:Eip",
			in{"domain": "vpc"},
			in{"domain": "standard"},
			[]string{"InvalidParameterValue", `domain = "standard"`},
		},
	})
	first := s.up(nats, "first", nat)
	private := s.up(associations, "private", in{"routeTableId": s.table.id, "subnetId": s.subnetB.id})
	wayOut := in{"routeTableId": s.table.id, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": first.id}
	s.up(routes, "out", wayOut)
	_, err := s.attempt(nats, "second", in{"allocationId": address("two"), "subnetId": s.subnetB.id})
	require.ErrorContains(t, err,
		"Gateway.NotAttached: a public NAT gateway works only in a subnet whose default route leads to an internet gateway")
	_, err = s.attempt(associations, "loop", in{"routeTableId": s.table.id, "subnetId": s.subnetA.id})
	require.ErrorContains(t, err,
		"the route table sends everything to ec2.NatGateway 'first', which is itself in a subnet of that table")
	require.NoError(t, s.remove(private))

	table := s.up("ec2/routeTable:RouteTable", "looped", in{"vpcId": s.vpc.id})
	s.up(associations, "looped", in{"routeTableId": table.id, "subnetId": s.subnetA.id})
	_, err = s.attempt(routes, "looped", with(wayOut, in{"routeTableId": table.id}))
	require.ErrorContains(t, err, "ec2.NatGateway 'first', which is itself in a subnet of that table")
}

func TestSecurityGroupsAndTheirRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	group := in{"vpcId": s.vpc.id, "name": "web", "description": "Front door (public): 80, 443"}
	rule := in{
		"securityGroupId": s.sg.id,
		"ipProtocol":      "tcp",
		"fromPort":        80,
		"toPort":          80,
		"cidrIpv4":        "10.0.0.0/16",
		"description":     "web",
	}
	byGroup := with(rule, in{"cidrIpv4": nil, "referencedSecurityGroupId": s.sg.id})
	inline := in{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": []any{"0.0.0.0/0"}}
	brought := with(group, in{"ingress": []any{inline}})
	const (
		groups = "ec2/securityGroup:SecurityGroup"
		in1    = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		out1   = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	)
	s.refuses(t, []mistake{
		{
			"name like an identifier",
			groups,
			group,
			in{"name": "sg-web"},
			[]string{"InvalidParameterValue", `name = "sg-web"`},
		},
		{"reserved name", groups, group, in{"name": "default"}, []string{"InvalidGroup.Reserved"}},
		{"character in the name", groups, group, in{"name": "web|x"}, []string{"InvalidParameterValue", `name = "web|x"`}},
		{
			"character in the description",
			groups,
			group,
			in{"description": "Front door – public"},
			[]string{"InvalidParameterValue", "description"},
		},
		{"no such protocol", in1, rule, in{"ipProtocol": "http"}, []string{"InvalidParameterValue", `ipProtocol = "http"`}},
		{
			"port range",
			in1,
			rule,
			in{"fromPort": 443},
			[]string{"InvalidParameterValue", "Invalid TCP/UDP port range", "toPort = 80"},
		},
		{"port too high", in1, rule, in{"toPort": 70000}, []string{"InvalidParameterValue", "toPort = 70000"}},
		{"no port", in1, rule, in{"toPort": nil}, []string{"MissingParameter", "toPort"}},
		{"no source", in1, rule, in{"cidrIpv4": nil}, []string{"Invalid Attribute Combination", "none is"}},
		{
			"two sources",
			out1,
			byGroup,
			in{"cidrIpv4": "0.0.0.0/0"},
			[]string{"Invalid Attribute Combination", "referencedSecurityGroupId"},
		},
		{
			"address instead of a network",
			in1,
			rule,
			in{"cidrIpv4": "10.0.0.1"},
			[]string{"InvalidParameterValue", `cidrIpv4 = "10.0.0.1"`},
		},
		{"host bits", in1, rule, in{"cidrIpv4": "10.0.0.1/16"}, []string{"did you mean 10.0.0.0/16?"}},
		{
			"character in a rule's description",
			in1,
			rule,
			in{"description": "80 → 443"},
			[]string{"InvalidParameterValue", "description"},
		},
		{
			"group of another VPC",
			in1,
			byGroup,
			in{"referencedSecurityGroupId": s.strayGroup.id},
			[]string{"InvalidGroup.NotFound", "different networks", "referencedSecurityGroupId"},
		},
		{
			"default group of another VPC",
			in1,
			byGroup,
			in{"referencedSecurityGroupId": s.other.out("defaultSecurityGroupId")},
			[]string{"InvalidGroup.NotFound", "ec2.Vpc 'other'"},
		},
		{
			"inline without source",
			groups,
			brought,
			in{"ingress": []any{with(inline, in{"cidrBlocks": nil})}},
			[]string{"MissingParameter", "ingress[0]"},
		},
		{
			"inline port range",
			groups,
			brought,
			in{"ingress": []any{with(inline, in{"fromPort": 90})}},
			[]string{"ingress[0].toPort"},
		},
	})
	s.up(groups, "inner", in{"vpcId": s.vpc.id, "ingress": []any{with(inline, in{"cidrBlocks": nil, "self": true})}})
	s.up(out1, "all", in{"securityGroupId": s.sg.id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"})
	s.up(out1, "icmp",
		in{"securityGroupId": s.sg.id, "ipProtocol": "icmp", "fromPort": 8, "toPort": -1, "cidrIpv4": "0.0.0.0/0"})
}

func TestEndpointsFitTheirServiceAndVpc(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	gateway := in{
		"vpcId":           s.vpc.id,
		"serviceName":     "com.amazonaws.ap-south-1.s3",
		"vpcEndpointType": "Gateway",
		"routeTableIds":   []any{s.table.id},
	}
	face := in{
		"vpcId":             s.vpc.id,
		"serviceName":       "com.amazonaws.ap-south-1.logs",
		"vpcEndpointType":   "Interface",
		"privateDnsEnabled": true,
		"subnetIds":         []any{s.subnetA.id, s.subnetB.id}, "securityGroupIds": []any{s.sg.id},
	}
	const token = "ec2/vpcEndpoint:VpcEndpoint"
	s.refuses(t, []mistake{
		{
			"service of another region",
			token,
			gateway,
			in{"serviceName": "com.amazonaws.us-east-1.s3"},
			[]string{"InvalidServiceName", "serviceName"},
		},
		{
			"no such service",
			token,
			face,
			in{"serviceName": "com.amazonaws.ap-south-1.ecr"},
			[]string{"InvalidServiceName", "ecr.api and ecr.dkr"},
		},
		{
			"no gateway for the service",
			token,
			gateway,
			in{"serviceName": "com.amazonaws.ap-south-1.logs"},
			[]string{"InvalidParameter: Endpoint type (Gateway)"},
		},
		{
			"gateway with subnets",
			token,
			gateway,
			in{"subnetIds": []any{s.subnetA.id}},
			[]string{"InvalidParameter", "subnetIds"},
		},
		{
			"gateway with a name",
			token,
			gateway,
			in{"privateDnsEnabled": true},
			[]string{"InvalidParameter", "privateDnsEnabled"},
		},
		{
			"interface with route tables",
			token,
			face,
			in{"routeTableIds": []any{s.table.id}},
			[]string{"InvalidParameter", "routeTableIds"},
		},
		{
			"route table of another VPC",
			token,
			gateway,
			in{"routeTableIds": []any{s.strayTable.id}},
			[]string{"InvalidParameter", "ec2.Vpc 'other'", "routeTableIds[0]"},
		},
		{
			"subnet of another VPC",
			token,
			face,
			in{"subnetIds": []any{s.stray.id}},
			[]string{"InvalidParameter", "subnetIds[0]"},
		},
		{
			"group of another VPC",
			token,
			face,
			in{"securityGroupIds": []any{s.strayGroup.id}},
			[]string{"InvalidParameter", "securityGroupIds[0]"},
		},
		{
			"two subnets of a zone",
			token,
			face,
			in{"subnetIds": []any{s.subnetA.id, s.subnetA2.id}},
			[]string{"DuplicateSubnetsInSameZone", "ap-south-1a"},
		},
		{
			"VPC without DNS", token, face,
			in{"vpcId": s.other.id, "subnetIds": []any{s.stray.id}, "securityGroupIds": []any{s.strayGroup.id}},
			[]string{"InvalidParameter: Enabling private DNS requires both"},
		},
		{"no such type", token, face, in{"vpcEndpointType": "interface"}, []string{"InvalidParameter", "vpcEndpointType"}},
	})
	s.up(token, "logs", face)
	s.up(token, "s3", gateway)
	_, err := s.attempt(token, "again", face)
	require.ErrorContains(t, err,
		"private-dns-enabled cannot be set because ec2.VpcEndpoint 'logs' has the service's DNS name")
	_, err = s.attempt(token, "again", gateway)
	require.ErrorContains(t, err,
		"RouteAlreadyExists: the route table has a route to the service already, by ec2.VpcEndpoint 's3'")
}

func TestFlowLogsHaveASourceAndADestination(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	logs := s.up("cloudwatch/logGroup:LogGroup", "flow", in{})
	role := s.up("iam/role:Role", "flow", in{"assumeRolePolicy": trust})
	flow := in{
		"vpcId":          s.vpc.id,
		"logDestination": logs.out("arn"),
		"iamRoleArn":     role.out("arn"),
		"trafficType":    "REJECT",
	}
	const token = "ec2/flowLog:FlowLog"
	s.refuses(t, []mistake{
		{"no source", token, flow, in{"vpcId": nil}, []string{"exactly one of vpcId"}},
		{"two sources", token, flow, in{"subnetId": s.subnetA.id}, []string{"exactly one of vpcId", "subnetId"}},
		{"no role", token, flow, in{"iamRoleArn": nil}, []string{"MissingParameter: DeliverLogsPermissionArn", "iamRoleArn"}},
		{"no destination", token, flow, in{"logDestination": nil}, []string{"exactly one of logDestination, logGroupName"}},
		{
			"destination of another kind",
			token,
			flow,
			in{"logDestination": "arn:aws:s3:::flow"},
			[]string{"InvalidParameter", "an ARN of logs"},
		},
		{"traffic", token, flow, in{"trafficType": "DENY"}, []string{"InvalidParameter", `trafficType = "DENY"`}},
		{
			"interval",
			token,
			flow,
			in{"maxAggregationInterval": 300},
			[]string{"InvalidParameter", "maxAggregationInterval = 300"},
		},
	})
	s.up(token, "s3",
		in{"vpcId": s.vpc.id, "logDestination": "arn:aws:s3:::flow", "logDestinationType": "s3", "trafficType": "ALL"})
}
