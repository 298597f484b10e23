package aws

import (
	"net/netip"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const invalidCombination = "Invalid combination of arguments" // what the provider says before it asks EC2

var (
	routeTargets = []string{
		"carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
		"networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
	}
	inlineDestinations = []string{"cidrBlock", "ipv6CidrBlock", "destinationPrefixListId"}
)

// routeIsOne: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html.
func routeIsOne(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), invalidCombination, routeDestinations...)
	exactlyOne(d, d.Inputs(), invalidCombination, routeTargets...)
	destinationIsNetwork(d, d.In("destinationCidrBlock"))
}

// inlineRoutesAreOne: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html.
func inlineRoutesAreOne(d *standin.Draft) {
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
}

// destinationIsNetwork: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html,
// DestinationCidrBlock; the provider asks for the network's own address.
func destinationIsNetwork(d *standin.Draft, v standin.Value) {
	if v.Text() == "" {
		return
	}
	if block, err := netip.ParsePrefix(v.Text()); err != nil || !block.Addr().Is4() || block.Masked() != block {
		d.Refuse(v, "InvalidParameterValue", "the destination is not an IPv4 network in CIDR form", "write it as in 0.0.0.0/0")
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

// routeStaysInVpc: CreateRoute answers that the route table and the gateway belong to different networks
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html).
func routeStaysInVpc(o *standin.Op) {
	targetInVpc(o, o.Inputs(), vpcOfTable(o.World, o.In("routeTableId").Text()))
}

// inlineRoutesStayInVpc is the same for the routes that a table brings along.
func inlineRoutesStayInVpc(o *standin.Op) {
	for _, route := range o.In("routes").Items() {
		targetInVpc(o, route, o.In("vpcId").Text())
	}
}

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

// routeLeavesVpc: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html, on the local route:
// within the VPC only an interface or an endpoint can be a target.
func routeLeavesVpc(o *standin.Op) {
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
			"route what is outside of the VPC, such as 0.0.0.0/0")
	}
}

// routeNotInline: a table that brings its routes along has them already
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html, RouteAlreadyExists).
func routeNotInline(o *standin.Op) {
	v := o.In("destinationCidrBlock")
	table := o.World.Get(token.Ec2RouteTable, o.In("routeTableId").Text())
	if table == nil || v.Text() == "" || o.Verb != standin.Create {
		return
	}
	for _, route := range table.In("routes").Items() {
		if route.At("cidrBlock").Text() == v.Text() {
			o.Refuse(v, "RouteAlreadyExists", table.Label()+" itself lists a route to that destination", "give the route in one place only")
		}
	}
}

// associationIsOne: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html.
func associationIsOne(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), invalidCombination, "subnetId", "gatewayId")
}

// associationInOneVpc: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html.
func associationInOneVpc(o *standin.Op) {
	table, subnet := vpcOfTable(o.World, o.In("routeTableId").Text()), vpcOfSubnet(o.World, o.In("subnetId").Text())
	if table != "" && subnet != "" && table != subnet {
		o.Refuse(o.In("subnetId"), "InvalidParameterValue", "the route table and the subnet belong to different networks: "+
			vpcLabel(o, table)+" and "+vpcLabel(o, subnet), "associate a route table of "+vpcLabel(o, subnet))
	}
}

// eipForVpc: EC2-Classic, the other domain, is gone
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html).
func eipForVpc(d *standin.Draft) {
	among(d, "domain", "InvalidParameterValue", "vpc")
}

// natAddress: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html.
func natAddress(d *standin.Draft) {
	allocation := d.In("allocationId")
	switch d.In("connectivityType").Text() {
	case "public":
		required(d, "MissingParameter", "allocationId")
	case "private":
		if isGiven(allocation) {
			d.Refuse(allocation, "InvalidParameterCombination", "a private NAT gateway has no elastic IP address", "remove allocationId")
		}
	}
}

// natNeedsGateway: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html.
func natNeedsGateway(o *standin.Op) {
	subnet := o.In("subnetId")
	vpc := vpcOfSubnet(o.World, subnet.Text())
	if o.Verb != standin.Create || o.In("connectivityType").Text() != "public" {
		return
	}
	if without, luck := withoutGateway(o, vpc); without {
		o.Refuse(subnet, "Gateway.NotAttached", vpcLabel(o, vpc)+" has no internet gateway attached"+luck,
			"create the internet gateway first and have the NAT gateway depend on it")
	}
}

// natInPublicSubnet: where the subnet's default route is there already, it must not lead to anything but an
// internet gateway (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
func natInPublicSubnet(o *standin.Op) {
	subnet := o.In("subnetId")
	if o.Verb != standin.Create || o.In("connectivityType").Text() != "public" {
		return
	}
	for _, association := range o.World.Where(token.Ec2RouteTableAssociation, "subnetId", subnet.Text()) {
		if nat := natOfTable(o.World, association.Out("routeTableId").Text()); nat != "" {
			o.Refuse(subnet, "Gateway.NotAttached",
				"a public NAT gateway works only in a subnet whose default route leads to an internet gateway, and this one's leads to "+nat,
				"put the NAT gateway into a public subnet")
		}
	}
}

const defaultDestination = "0.0.0.0/0"

// natOfTable is the NAT gateway to which a route table sends what has no other route; "" for none.
func natOfTable(world *standin.View, table string) string {
	for _, route := range world.Where(token.Ec2Route, "routeTableId", table) {
		if route.Out("destinationCidrBlock").Text() == defaultDestination {
			return route.Out("natGatewayId").Text()
		}
	}
	return ""
}

// routeToOtherSubnet: a NAT gateway cannot send through itself, as it would where its own subnet's default
// route led to it (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html).
func routeToOtherSubnet(o *standin.Op) {
	v := o.In("natGatewayId")
	nat := o.World.Get(token.Ec2NatGateway, v.Text())
	if nat == nil || o.In("destinationCidrBlock").Text() != defaultDestination {
		return
	}
	own := o.World.Find(token.Ec2RouteTableAssociation, "subnetId", nat.Out("subnetId").Text())
	if own != nil && own.Out("routeTableId").Text() == o.In("routeTableId").Text() {
		natInItsOwnWay(o, v, nat)
	}
}

// associationPastNat is the same, seen from the association.
func associationPastNat(o *standin.Op) {
	subnet := o.In("subnetId")
	to := natOfTable(o.World, o.In("routeTableId").Text())
	nat := o.World.Get(token.Ec2NatGateway, to)
	if nat != nil && subnet.Text() != "" && nat.Out("subnetId").Text() == subnet.Text() {
		natInItsOwnWay(o, subnet, nat)
	}
}

func natInItsOwnWay(o *standin.Op, at standin.Value, nat *standin.Resource) {
	o.Refuse(at, "Gateway.NotAttached", "the route table sends everything to "+nat.Label()+
		", which is itself in a subnet of that table and so has no way to the internet",
		"put the NAT gateway into a public subnet, whose default route leads to an internet gateway")
}
