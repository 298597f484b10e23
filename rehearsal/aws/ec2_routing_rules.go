package aws

import (
	"net/netip"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const invalidCombination = "Invalid combination of arguments" // the provider's own code, before it calls EC2

var (
	routeTargets = []string{
		"carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
		"networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
	}
	inlineDestinations = []string{"cidrBlock", "ipv6CidrBlock", "destinationPrefixListId"}
)

var ec2RouteTarget = rule("ec2/route-target").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), invalidCombination, routeDestinations...)
	exactlyOne(d, d.Inputs(), invalidCombination, routeTargets...)
	destinationIsNetwork(d, d.In("destinationCidrBlock"))
})

var ec2InlineRouteTarget = rule("ec2/inline-route-target").OnInputs(func(d *standin.Draft) {
	seen := map[string]bool{}
	for _, route := range d.In("routes").Items() {
		exactlyOne(d, route, invalidCombination, inlineDestinations...)
		exactlyOne(d, route, invalidCombination, routeTargets...)
		destinationIsNetwork(d, route.At("cidrBlock"))
		if to := route.At("cidrBlock"); to.Text() != "" && seen[to.Text()] {
			d.Refuse(to, "RouteAlreadyExists", "a route table has one route to a destination", "remove one of the two routes")
		}
		seen[route.At("cidrBlock").Text()] = true
	}
})

// destinationIsNetwork: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html,
// DestinationCidrBlock; the provider asks for the network's own address.
func destinationIsNetwork(d *standin.Draft, v standin.Value) {
	if v.Text() == "" {
		return
	}
	if block, err := netip.ParsePrefix(v.Text()); err != nil || !block.Addr().Is4() || block.Masked() != block {
		d.Refuse(v, "InvalidParameterValue", "the destination is not an IPv4 network in CIDR form",
			"write it as in 0.0.0.0/0")
	}
}

// vpcOfTable is "" for a route table that is not known here.
func vpcOfTable(world *standin.View, table string) string {
	if r := world.Get(token.Ec2RouteTable, table); r != nil {
		return r.Out("vpcId").Text()
	}
	if vpc := world.Find(token.Ec2Vpc, "mainRouteTableId", table); vpc != nil {
		return vpc.Id
	}
	return ""
}

var ec2RouteVpc = rule("ec2/route-vpc").OnOperation(func(o *standin.Op) {
	targetInVpc(o, o.Inputs(), vpcOfTable(o.World, o.In("routeTableId").Text()))
})

var ec2InlineRouteVpc = rule("ec2/inline-route-vpc").OnOperation(func(o *standin.Op) {
	for _, route := range o.In("routes").Items() {
		targetInVpc(o, route, o.In("vpcId").Text())
	}
})

func targetInVpc(o *standin.Op, route standin.Value, vpc string) {
	if vpc == "" {
		return
	}
	gateway, nat, endpoint := route.At("gatewayId"), route.At("natGatewayId"), route.At("vpcEndpointId")
	if r := o.World.Get(token.Ec2InternetGateway, gateway.Text()); r != nil && r.Out("vpcId").Text() != vpc {
		differentNetworks(o, gateway, r, vpc)
	}
	if r := o.World.Get(token.Ec2NatGateway, nat.Text()); r != nil {
		if theirs := vpcOfSubnet(o.World, r.Out("subnetId").Text()); theirs != "" && theirs != vpc {
			differentNetworks(o, nat, r, vpc)
		}
	}
	if r := o.World.Get(token.Ec2VpcEndpoint, endpoint.Text()); r != nil && r.Out("vpcId").Text() != vpc {
		differentNetworks(o, endpoint, r, vpc)
	}
}

func differentNetworks(o *standin.Op, at standin.Value, target *standin.Resource, vpc string) {
	o.Refuse(at, "InvalidParameterValue", "the route table and "+target.Label()+" belong to different networks",
		"route to something that is attached to "+vpcLabel(o, vpc))
}

var ec2RouteLocal = rule("ec2/route-local").OnOperation(func(o *standin.Op) {
	v := o.In("destinationCidrBlock")
	vpc := o.World.Get(token.Ec2Vpc, vpcOfTable(o.World, o.In("routeTableId").Text()))
	if vpc == nil || !isGiven(o.In("gatewayId")) && !isGiven(o.In("natGatewayId")) {
		return
	}
	to, err := netip.ParsePrefix(v.Text())
	whole, wholeErr := netip.ParsePrefix(vpc.Out("cidrBlock").Text())
	if err == nil && wholeErr == nil && to.Bits() >= whole.Bits() && whole.Contains(to.Addr()) {
		o.Refuse(v, "InvalidParameterValue",
			"the destination is equal to or more specific than the VPC's own block, "+whole.String()+", which is routed locally",
			"use a destination outside the VPC, such as 0.0.0.0/0")
	}
})

var ec2RouteDuplicate = rule("ec2/route-duplicate").OnOperation(func(o *standin.Op) {
	v := o.In("destinationCidrBlock")
	table := o.World.Get(token.Ec2RouteTable, o.In("routeTableId").Text())
	if table == nil || v.Text() == "" || o.Verb != standin.Create {
		return
	}
	for _, route := range table.In("routes").Items() {
		if route.At("cidrBlock").Text() == v.Text() {
			o.Refuse(v, "RouteAlreadyExists", table.Label()+" itself lists a route to that destination",
				"give the route in one place only")
		}
	}
})

var ec2RouteTableAssociation = rule("ec2/route-table-association").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), invalidCombination, "subnetId", "gatewayId")
})

var ec2RouteTableAssociationVpc = rule("ec2/route-table-association-vpc").OnOperation(func(o *standin.Op) {
	table, subnet := vpcOfTable(o.World, o.In("routeTableId").Text()), vpcOfSubnet(o.World, o.In("subnetId").Text())
	if table != "" && subnet != "" && table != subnet {
		o.Refuse(o.In("subnetId"), "InvalidParameterValue", "the route table and the subnet belong to different networks: "+
			vpcLabel(o, table)+" and "+vpcLabel(o, subnet), "associate a route table of "+vpcLabel(o, subnet))
	}
})

var ec2ElasticIpDomain = rule("ec2/elastic-ip-domain").OnInputs(func(d *standin.Draft) {
	among(d, "domain", "InvalidParameterValue", "vpc")
})

var ec2NatGatewayAddress = rule("ec2/nat-gateway-address").OnInputs(func(d *standin.Draft) {
	allocation := d.In("allocationId")
	switch d.In("connectivityType").Text() {
	case "public":
		required(d, "MissingParameter", "allocationId")
	case "private":
		if isGiven(allocation) {
			d.Refuse(allocation, "InvalidParameterCombination", "a private NAT gateway has no elastic IP address",
				"remove allocationId")
		}
	}
})

var ec2NatGatewayInternet = rule("ec2/nat-gateway-internet").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	vpc := vpcOfSubnet(o.World, subnet.Text())
	if o.Verb != standin.Create || o.In("connectivityType").Text() != "public" {
		return
	}
	if without, luck := withoutGateway(o, vpc); without {
		o.Refuse(subnet, "Gateway.NotAttached", vpcLabel(o, vpc)+" has no internet gateway attached"+luck,
			"create the internet gateway first and have the NAT gateway depend on it")
	}
})

var ec2NatGatewaySubnet = rule("ec2/nat-gateway-subnet").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	if o.Verb != standin.Create || o.In("connectivityType").Text() != "public" {
		return
	}
	for _, association := range o.World.Where(token.Ec2RouteTableAssociation, "subnetId", subnet.Text()) {
		if nat := natOfTable(o.World, association.Out("routeTableId").Text()); nat != "" {
			o.Refuse(
				subnet,
				"Gateway.NotAttached",
				"a public NAT gateway works only in a subnet whose default route leads to an internet gateway, and this "+
					"one's leads to "+nat,
				"put the NAT gateway into a public subnet",
			)
		}
	}
})

const defaultDestination = "0.0.0.0/0"

// natOfTable returns the NAT gateway of a route table's default route, or "".
func natOfTable(world *standin.View, table string) string {
	for _, route := range world.Where(token.Ec2Route, "routeTableId", table) {
		if route.Out("destinationCidrBlock").Text() == defaultDestination {
			return route.Out("natGatewayId").Text()
		}
	}
	return ""
}

var ec2RouteNatLoop = rule("ec2/route-nat-loop").OnOperation(func(o *standin.Op) {
	v := o.In("natGatewayId")
	nat := o.World.Get(token.Ec2NatGateway, v.Text())
	if nat == nil || o.In("destinationCidrBlock").Text() != defaultDestination {
		return
	}
	own := o.World.Find(token.Ec2RouteTableAssociation, "subnetId", nat.Out("subnetId").Text())
	if own != nil && own.Out("routeTableId").Text() == o.In("routeTableId").Text() {
		natInItsOwnWay(o, v, nat)
	}
})

var ec2RouteTableAssociationNatLoop = rule("ec2/route-table-association-nat-loop").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	to := natOfTable(o.World, o.In("routeTableId").Text())
	nat := o.World.Get(token.Ec2NatGateway, to)
	if nat != nil && subnet.Text() != "" && nat.Out("subnetId").Text() == subnet.Text() {
		natInItsOwnWay(o, subnet, nat)
	}
})

func natInItsOwnWay(o *standin.Op, at standin.Value, nat *standin.Resource) {
	o.Refuse(at, "Gateway.NotAttached", "the route table sends everything to "+nat.Label()+
		", which is itself in a subnet of that table and so has no way to the internet",
		"put the NAT gateway into a public subnet, whose default route leads to an internet gateway")
}
