package live

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// liveRoute is one route of a subnet's table.
type liveRoute struct {
	label string
	// destination is an IPv4 network, or empty for another kind.
	destination  string
	gateway, nat string
	// elsewhere reports that it goes through something that is not modeled, such as a transit gateway.
	elsewhere bool
}

// tableOf returns the route table of a subnet: the associated one, else the VPC's main table.
func tableOf(world *standin.View, subnet *standin.Resource) string {
	if association := world.Find(token.Ec2RouteTableAssociation, "subnetId", subnet.Id); association != nil {
		return association.Out("routeTableId").Text()
	}
	if vpc := world.Get(token.Ec2Vpc, subnet.Out("vpcId").Text()); vpc != nil {
		return vpc.Out("mainRouteTableId").Text()
	}
	return ""
}

// routesOf returns the routes of a subnet, apart from the local one that every table has.
func routesOf(world *standin.View, subnet *standin.Resource) []liveRoute {
	table := tableOf(world, subnet)
	var routes []liveRoute
	for _, r := range world.Where(token.Ec2Route, "routeTableId", table) {
		routes = append(routes, routeOf(r.Label(), r.Out("destinationCidrBlock").Text(), r.Out))
	}
	if r := world.Get(token.Ec2RouteTable, table); r != nil {
		for _, v := range r.Out("routes").Items() {
			routes = append(routes, routeOf(r.Label()+" "+v.Path(), v.At("cidrBlock").Text(), v.At))
		}
	}
	return routes
}

// RoutesToInternetGateway reports whether the table of a subnet has a route for every IPv4 address to
// an internet gateway.
func RoutesToInternetGateway(world *standin.View, subnet *standin.Resource) bool {
	return slices.ContainsFunc(routesOf(world, subnet), func(route liveRoute) bool {
		return route.destination == Everywhere && strings.HasPrefix(route.gateway, "igw-")
	})
}

func routeOf(label, destination string, property func(string) standin.Value) liveRoute {
	route := liveRoute{
		label: label, destination: destination,
		gateway: property("gatewayId").Text(), nat: property("natGatewayId").Text(),
	}
	route.elsewhere = route.gateway == "" && route.nat == "" || strings.HasPrefix(route.gateway, "vgw-")
	return route
}

// outward is how a subnet reaches the internet: through label, and only with a public address if public.
type outward struct {
	label  string
	public bool
}

// wayOut finds the way of a place to the internet, the same for all of its subnets or the first that has
// none. Subnets that are not of this world are taken to have one.
func wayOut(world *standin.View, p place) (string, *obstacle) {
	label := ""
	for _, subnet := range p.subnets {
		way, hindered := subnetWayOut(world, subnet)
		if hindered == nil && way.public && !p.public {
			hindered = &obstacle{
				by: publicAddress,
				cause: p.label + " runs in " + subnet.Label() + ", whose way to the internet is an internet gateway, without " +
					"a public address",
				fix: "set networkConfiguration.assignPublicIp to true, or use subnets with a route to a NAT gateway",
			}
		}
		if hindered != nil {
			return "", hindered
		}
		label = cmp.Or(label, way.label)
	}
	return label, nil
}

func subnetWayOut(world *standin.View, subnet *standin.Resource) (outward, *obstacle) {
	for _, route := range routesOf(world, subnet) {
		switch {
		case route.destination != Everywhere:
		case route.nat != "":
			return natWayOut(world, subnet, route)
		default:
			return outward{label: gatewayLabel(world, route), public: route.gateway != "" && !route.elsewhere}, nil
		}
	}
	if table := tableOf(world, subnet); !knownTable(world, table) {
		return outward{label: table}, nil
	}
	return outward{}, &obstacle{
		by: internetRoute,
		cause: subnet.Label() + " has no route to the internet: its route table " +
			tableLabel(world, tableOf(world, subnet)) + " has no route for " + Everywhere,
		fix: "add a route to a NAT gateway, or one to the internet gateway and public addresses",
	}
}

func gatewayLabel(world *standin.View, route liveRoute) string {
	if gateway := world.Get(token.Ec2InternetGateway, route.gateway); gateway != nil {
		return gateway.Label()
	}
	return route.label
}

// natWayOut: a NAT gateway only helps with a public address and in a subnet that an internet gateway serves
// (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html).
func natWayOut(world *standin.View, subnet *standin.Resource, route liveRoute) (outward, *obstacle) {
	nat := world.Get(token.Ec2NatGateway, route.nat)
	if nat == nil {
		if world.Minted(route.nat) {
			return outward{}, &obstacle{
				by: natGateway, cause: route.label + " goes to a NAT gateway that was deleted", fix: "use one that exists",
			}
		}
		return outward{label: route.nat}, nil
	}
	if nat.Out("connectivityType").Text() == "private" || nat.Out("allocationId").Text() == "" {
		return outward{}, &obstacle{
			by:    natGateway,
			cause: nat.Label() + ", which " + route.label + " sends " + subnet.Label() + " to, has no public address",
			fix:   "give it connectivityType public and the allocationId of an elastic IP address",
		}
	}
	home := world.Get(token.Ec2Subnet, nat.Out("subnetId").Text())
	if home == nil {
		return outward{label: nat.Label()}, nil
	}
	for _, own := range routesOf(world, home) {
		if own.destination == Everywhere && own.nat == "" {
			return outward{label: nat.Label()}, nil
		}
	}
	if !knownTable(world, tableOf(world, home)) {
		return outward{label: nat.Label()}, nil
	}
	return outward{}, &obstacle{
		by:    natGateway,
		cause: nat.Label() + " is in " + home.Label() + ", which has no route to an internet gateway",
		fix:   "move the NAT gateway to a public subnet",
	}
}

func knownTable(world *standin.View, table string) bool {
	return world.Get(token.Ec2RouteTable, table) != nil || world.Find(token.Ec2Vpc, "mainRouteTableId", table) != nil
}

func tableLabel(world *standin.View, table string) string {
	if r := world.Get(token.Ec2RouteTable, table); r != nil {
		return r.Label()
	}
	return table + " (the VPC's main one)"
}
