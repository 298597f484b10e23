package aws_test

import (
	"strings"
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
		"cidrBlock": "10.9.0.0/16", "enableDnsSupport": true, "enableDnsHostnames": true, "instanceTenancy": "default",
	}
	subnet := in{"vpcId": s.vpc.id, "cidrBlock": "10.0.9.0/24", "availabilityZone": "ap-south-1c"}
	const vpcs, subnets = "ec2/vpc:Vpc", "ec2/subnet:Subnet"
	s.refuses(t, vpcs, vpc,
		but("no range", in{"cidrBlock": nil}, "MissingParameter", "cidrBlock"),
		but("not a range", in{"cidrBlock": "10.9.0.0"}, "InvalidVpc.Range", `cidrBlock = "10.9.0.0"`),
		but("host bits", in{"cidrBlock": "10.9.0.1/16"}, "InvalidVpc.Range", "did you mean 10.9.0.0/16?"),
		but("too large", in{"cidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range", "between /16 and /28"),
		but("too small", in{"cidrBlock": "10.0.0.0/29"}, "InvalidVpc.Range", "between /16 and /28"),
		but("reserved", in{"cidrBlock": "127.0.0.0/16"}, "InvalidVpc.Range", "reserved"),
		but("tenancy", in{"instanceTenancy": "host"}, "InvalidParameterValue", `instanceTenancy = "host"`),
		but("host names without DNS", in{"enableDnsSupport": false}, "InvalidParameterCombination",
			"enableDnsHostnames = true"),
	)
	s.refuses(t, subnets, subnet,
		but("no range", in{"cidrBlock": nil}, "MissingParameter", "cidrBlock"),
		but("too small", in{"cidrBlock": "10.0.9.0/30"}, "InvalidSubnet.Range", `cidrBlock = "10.0.9.0/30"`),
		but("outside of the VPC", in{"cidrBlock": "10.5.0.0/24"}, "InvalidSubnet.Range", "ec2.Vpc 'main', 10.0.0.0/16"),
		but("overlapping", in{"cidrBlock": "10.0.1.128/25"}, "InvalidSubnet.Conflict", "ec2.Subnet 'b', 10.0.1.0/24"),
		but("zone of another region", in{"availabilityZone": "us-east-1a"}, "InvalidParameterValue",
			"ap-south-1a, ap-south-1b, ap-south-1c"),
		but("no such zone", in{"availabilityZone": "ap-south-1d"}, "InvalidParameterValue",
			`availabilityZone = "ap-south-1d"`),
	)
	s.up(subnets, "local", with(subnet, in{"availabilityZone": "ap-south-1-del-1a"}))
	s.up(subnets, "elsewhere", in{"vpcId": s.other.id, "cidrBlock": "10.1.9.0/24"})
}

func TestRoutesLeadSomewhereWithinTheirVpc(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	strayGateway := s.up("ec2/internetGateway:InternetGateway", "stray", in{"vpcId": s.other.id})
	strayNat := s.up("ec2/natGateway:NatGateway", "stray", in{"subnetId": s.stray.id, "connectivityType": "private"})
	strayEndpoint := s.up("ec2/vpcEndpoint:VpcEndpoint", "stray", in{
		"vpcId": s.other.id, "serviceName": "com.amazonaws.vpce.ap-south-1.vpce-svc-0a",
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
	s.refuses(t, routes, route,
		but("no target", in{"gatewayId": nil}, "exactly one of", "none is"),
		but("two targets", in{"natGatewayId": "nat-0a"}, "exactly one of", "natGatewayId"),
		but("no destination", in{"destinationCidrBlock": nil}, "exactly one of destinationCidrBlock"),
		but("destination no network", in{"destinationCidrBlock": "0.0.0.0"}, "InvalidParameterValue",
			`destinationCidrBlock = "0.0.0.0"`),
		but("gateway of another VPC", in{"gatewayId": strayGateway.id}, "InvalidParameterValue",
			"belong to different networks", "gatewayId"),
		but("NAT gateway of another VPC", in{"gatewayId": nil, "natGatewayId": strayNat.id}, "belong to different networks",
			"natGatewayId"),
		but("endpoint of another VPC", in{"gatewayId": nil, "vpcEndpointId": strayEndpoint.id},
			"belong to different networks", "vpcEndpointId"),
		but("within the VPC", in{"destinationCidrBlock": "10.0.7.0/24"}, "InvalidParameterValue", "10.0.0.0/16"),
	)
	s.refuses(t, tables, table,
		but("inline without target", in{"routes": inline(in{"cidrBlock": "10.8.0.0/16"})}, "exactly one of", "routes[1]"),
		but("inline twice", in{"routes": inline(in{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0a"})},
			"RouteAlreadyExists", "routes[1].cidrBlock"),
		but("inline to another VPC", in{"routes": inline(in{"cidrBlock": "10.8.0.0/16", "gatewayId": strayGateway.id})},
			"different networks", "routes[1].gatewayId"),
	)
	s.refuses(t, associations, association,
		but("subnet of another VPC", in{"subnetId": s.stray.id}, "InvalidParameterValue", "different networks", "subnetId"),
		but("nothing associated", in{"subnetId": nil}, "exactly one of subnetId, gatewayId"),
	)
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
	s.refuses(t, nats, nat,
		but("no address", in{"allocationId": nil}, "MissingParameter", "allocationId"),
		but("private with address", in{"connectivityType": "private"}, "InvalidParameterCombination", "allocationId"),
		but("no internet gateway", in{"subnetId": s.stray.id}, "Gateway.NotAttached",
			"ec2.Vpc 'other' has no internet gateway"),
	)
	s.refuses(t, "ec2/eip:Eip", in{"domain": "vpc"}, but("domain", in{"domain": "standard"}, "InvalidParameterValue",
		`domain = "standard"`))
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
		"securityGroupId": s.sg.id, "ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIpv4": "10.0.0.0/16",
		"description": "web",
	}
	byGroup := with(rule, in{"cidrIpv4": nil, "referencedSecurityGroupId": s.sg.id})
	inline := in{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": []any{"0.0.0.0/0"}}
	brought := with(group, in{"ingress": []any{inline}})
	const (
		groups = "ec2/securityGroup:SecurityGroup"
		in1    = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		out1   = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	)
	s.refuses(t, groups, group,
		but("name like an identifier", in{"name": "sg-web"},
			"InvalidParameterValue: the name of a security group must not start with sg-", `name = "sg-web"`),
		but("long name", in{"name": strings.Repeat("a", 256)},
			"it has 256 characters of at most 255", "fix: shorten it [ec2/security-group-name]"),
		but("reserved name", in{"name": "default"}, "InvalidGroup.Reserved"),
		but("character in the name", in{"name": "web|x|"},
			"InvalidParameterValue: the characters allowed in names", `name = "web|x|"`, `fix: remove "|" [ec2/`),
		but("character in the description", in{"description": "Front door – public?"}, "InvalidParameterValue",
			"description", `fix: remove "?" "–"`),
	)
	s.refuses(t, in1, rule,
		but("no such protocol", in{"ipProtocol": "http"}, "InvalidParameterValue", `ipProtocol = "http"`),
		but("port range", in{"fromPort": 443}, "InvalidParameterValue", "Invalid TCP/UDP port range", "toPort = 80"),
		but("port too high", in{"toPort": 70000}, "InvalidParameterValue", "toPort = 70000"),
		but("no port", in{"toPort": nil}, "MissingParameter", "toPort"),
		but("no source", in{"cidrIpv4": nil}, "Invalid Attribute Combination", "none is"),
		but("address instead of a network", in{"cidrIpv4": "10.0.0.1"}, "InvalidParameterValue", `cidrIpv4 = "10.0.0.1"`),
		but("host bits", in{"cidrIpv4": "10.0.0.1/16"}, "did you mean 10.0.0.0/16?"),
		but("character in a rule's description", in{"description": "80 → 443"}, "InvalidParameterValue", "description"),
	)
	s.refuses(t, out1, byGroup, but("two sources", in{"cidrIpv4": "0.0.0.0/0"}, "Invalid Attribute Combination",
		"referencedSecurityGroupId"))
	s.refuses(t, in1, byGroup,
		but("group of another VPC", in{"referencedSecurityGroupId": s.strayGroup.id}, "InvalidGroup.NotFound",
			"different networks", "referencedSecurityGroupId"),
		but("default group of another VPC", in{"referencedSecurityGroupId": s.other.out("defaultSecurityGroupId")},
			"InvalidGroup.NotFound", "ec2.Vpc 'other'"),
	)
	s.refuses(t, groups, brought,
		but("inline without source", in{"ingress": []any{with(inline, in{"cidrBlocks": nil})}}, "MissingParameter",
			"ingress[0]"),
		but("inline port range", in{"ingress": []any{with(inline, in{"fromPort": 90})}}, "ingress[0].toPort"),
	)
	s.up(groups, "inner", in{"vpcId": s.vpc.id, "ingress": []any{with(inline, in{"cidrBlocks": nil, "self": true})}})
	s.up(out1, "all", in{"securityGroupId": s.sg.id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"})
	s.up(out1, "icmp",
		in{"securityGroupId": s.sg.id, "ipProtocol": "icmp", "fromPort": 8, "toPort": -1, "cidrIpv4": "0.0.0.0/0"})
}

func TestEndpointsFitTheirServiceAndVpc(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	gateway := in{
		"vpcId": s.vpc.id, "serviceName": "com.amazonaws.ap-south-1.s3", "vpcEndpointType": "Gateway",
		"routeTableIds": []any{s.table.id},
	}
	face := in{
		"vpcId": s.vpc.id, "serviceName": "com.amazonaws.ap-south-1.logs", "vpcEndpointType": "Interface",
		"privateDnsEnabled": true, "subnetIds": []any{s.subnetA.id, s.subnetB.id}, "securityGroupIds": []any{s.sg.id},
	}
	const token = "ec2/vpcEndpoint:VpcEndpoint"
	s.refuses(t, token, gateway,
		but("service of another region", in{"serviceName": "com.amazonaws.us-east-1.s3"}, "InvalidServiceName",
			"serviceName"),
		but("no gateway for the service", in{"serviceName": "com.amazonaws.ap-south-1.logs"},
			"InvalidParameter: Endpoint type (Gateway)"),
		but("gateway with subnets", in{"subnetIds": []any{s.subnetA.id}}, "InvalidParameter", "subnetIds"),
		but("gateway with a name", in{"privateDnsEnabled": true}, "InvalidParameter", "privateDnsEnabled"),
		but("route table of another VPC", in{"routeTableIds": []any{s.strayTable.id}}, "InvalidParameter",
			"ec2.Vpc 'other'", "routeTableIds[0]"),
	)
	s.refuses(t, token, face,
		but("no such service", in{"serviceName": "com.amazonaws.ap-south-1.ecr"}, "InvalidServiceName",
			"ecr.api and ecr.dkr"),
		but("interface with route tables", in{"routeTableIds": []any{s.table.id}}, "InvalidParameter", "routeTableIds"),
		but("subnet of another VPC", in{"subnetIds": []any{s.stray.id}}, "InvalidParameter", "subnetIds[0]"),
		but("group of another VPC", in{"securityGroupIds": []any{s.strayGroup.id}}, "InvalidParameter",
			"securityGroupIds[0]"),
		but("two subnets of a zone", in{"subnetIds": []any{s.subnetA.id, s.subnetA2.id}}, "DuplicateSubnetsInSameZone",
			"ap-south-1a"),
		but("VPC without DNS",
			in{"vpcId": s.other.id, "subnetIds": []any{s.stray.id}, "securityGroupIds": []any{s.strayGroup.id}},
			"InvalidParameter: Enabling private DNS requires both"),
		but("no such type", in{"vpcEndpointType": "interface"}, "InvalidParameter", "vpcEndpointType"),
	)
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
		"vpcId": s.vpc.id, "logDestination": logs.out("arn"), "iamRoleArn": role.out("arn"), "trafficType": "REJECT",
	}
	const token = "ec2/flowLog:FlowLog"
	s.refuses(t, token, flow,
		but("no source", in{"vpcId": nil}, "exactly one of vpcId"),
		but("two sources", in{"subnetId": s.subnetA.id}, "exactly one of vpcId", "subnetId"),
		but("no role", in{"iamRoleArn": nil}, "MissingParameter: DeliverLogsPermissionArn", "iamRoleArn"),
		but("no destination", in{"logDestination": nil}, "exactly one of logDestination, logGroupName"),
		but("destination of another kind", in{"logDestination": "arn:aws:s3:::flow"}, "InvalidParameter", "an ARN of logs"),
		but("traffic", in{"trafficType": "DENY"}, "InvalidParameter", `trafficType = "DENY"`),
		but("interval", in{"maxAggregationInterval": 300}, "InvalidParameter", "maxAggregationInterval = 300"),
	)
	s.up(token, "s3",
		in{"vpcId": s.vpc.id, "logDestination": "arn:aws:s3:::flow", "logDestinationType": "s3", "trafficType": "ALL"})
}
