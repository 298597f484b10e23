package components

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// tier is a kind of subnet and its place within the block of its zone. Application subnets, which have most of the
// tasks, take the first half, public and data subnets an eighth each. Two eighths are spare.
type tier struct {
	name string
	// bits is how much longer the tier's prefix is than the VPC's.
	bits int
	// slot counts blocks of the tier's own size from the start of the zone's.
	slot uint32
}

// zoneBits makes eight blocks of the VPC, one for each letter that a zone can end in.
const zoneBits = 3

var (
	applicationTier = tier{"application", zoneBits + 1, 0}
	publicTier      = tier{"public", zoneBits + 3, 4}
	dataTier        = tier{"data", zoneBits + 3, 5}
)

// subnetCidrBlock returns the block of a tier's subnet in a zone. It depends only on the zone's letter, so a longer or
// reordered list of zones moves no subnet.
func subnetCidrBlock(vpcCidrBlock, zone string, t tier) string {
	network := netip.MustParsePrefix(vpcCidrBlock)
	letter := uint32(zone[len(zone)-1] - 'a')
	base := network.Addr().As4()
	address := binary.BigEndian.Uint32(base[:]) + letter<<(32-network.Bits()-zoneBits) + t.slot<<(32-network.Bits()-t.bits)
	var carved [4]byte
	binary.BigEndian.PutUint32(carved[:], address)
	return netip.PrefixFrom(netip.AddrFrom4(carved), network.Bits()+t.bits).String()
}

// zones returns the zones in the order of their names.
func (b *vpcBuilder) zones() []string { return slices.Sorted(slices.Values(b.args.AvailabilityZones)) }

func (b *vpcBuilder) createSubnet(zone string, t tier) (*ec2.Subnet, error) {
	subnet, err := ec2.NewSubnet(b.ctx, b.child(t.name+"-"+zone), &ec2.SubnetArgs{
		VpcId:            b.vpc.ID(),
		AvailabilityZone: pulumi.String(zone),
		CidrBlock:        pulumi.String(subnetCidrBlock(b.args.CidrBlock, zone, t)),
		Tags:             b.named(t.name + "-" + zone),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create %s subnet in %s: %w", t.name, zone, err)
	}
	return subnet, nil
}

func (b *vpcBuilder) createRouteTable(suffix string) (*ec2.RouteTable, error) {
	table, err := ec2.NewRouteTable(b.ctx, b.child(suffix), &ec2.RouteTableArgs{
		VpcId: b.vpc.ID(), Tags: b.named(suffix),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create route table %s: %w", suffix, err)
	}
	return table, nil
}

func (b *vpcBuilder) associate(suffix string, subnet *ec2.Subnet,
	table *ec2.RouteTable,
) (*ec2.RouteTableAssociation, error) {
	association, err := ec2.NewRouteTableAssociation(b.ctx, b.child(suffix), &ec2.RouteTableAssociationArgs{
		SubnetId: subnet.ID(), RouteTableId: table.ID(),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("associate route table with %s: %w", suffix, err)
	}
	return association, nil
}

// createPublicSubnets creates the public subnets and their route to the internet gateway. Their ids are known only
// after the route exists, because AWS creates no internet-facing load balancer in a VPC without a gateway.
func (b *vpcBuilder) createPublicSubnets() error {
	table, err := b.createRouteTable(publicTier.name)
	if err != nil {
		return err
	}
	route, err := ec2.NewRoute(b.ctx, b.child(publicTier.name), &ec2.RouteArgs{
		RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0"), GatewayId: b.gateway.ID(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create public route: %w", err)
	}
	b.publicSubnets, b.publicWays = map[string]*ec2.Subnet{}, map[string][]pulumi.Resource{}
	for _, zone := range b.zones() {
		subnet, err := b.createSubnet(zone, publicTier)
		if err != nil {
			return err
		}
		association, err := b.associate(publicTier.name+"-"+zone, subnet, table)
		if err != nil {
			return err
		}
		b.publicSubnets[zone], b.publicWays[zone] = subnet, []pulumi.Resource{b.gateway, route, association}
		b.publicIds = append(b.publicIds, after(subnet.ID().ToStringOutput(), association.ID(), route.ID()))
	}
	return nil
}

// createApplicationSubnets creates the application subnets, each zone's with a route table of its own: a change between
// the gateway and NAT is then a change of one route.
func (b *vpcBuilder) createApplicationSubnets() error {
	for _, zone := range b.zones() {
		suffix := applicationTier.name + "-" + zone
		subnet, err := b.createSubnet(zone, applicationTier)
		if err != nil {
			return err
		}
		table, err := b.createRouteTable(suffix)
		if err != nil {
			return err
		}
		association, err := b.associate(suffix, subnet, table)
		if err != nil {
			return err
		}
		route, err := ec2.NewRoute(b.ctx, b.child(suffix), b.wayOut(zone, table), b.options()...)
		if err != nil {
			return fmt.Errorf("create route of %s: %w", suffix, err)
		}
		b.applicationIds = append(b.applicationIds, after(subnet.ID().ToStringOutput(), association.ID(), route.ID()))
		b.applicationTables = append(b.applicationTables, table.ID())
	}
	return nil
}

func (b *vpcBuilder) wayOut(zone string, table *ec2.RouteTable) *ec2.RouteArgs {
	route := &ec2.RouteArgs{RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0")}
	switch b.args.NatGateways {
	case NatNone:
		route.GatewayId = b.gateway.ID()
	case NatSingle:
		route.NatGatewayId = b.natGateways[b.zones()[0]].ID()
	default:
		route.NatGatewayId = b.natGateways[zone].ID()
	}
	return route
}

// createDataSubnets creates the data subnets with one route table that has no route out of the VPC.
func (b *vpcBuilder) createDataSubnets() error {
	table, err := b.createRouteTable(dataTier.name)
	if err != nil {
		return err
	}
	b.dataSubnets = map[string]*ec2.Subnet{}
	for _, zone := range b.zones() {
		subnet, err := b.createSubnet(zone, dataTier)
		if err != nil {
			return err
		}
		if _, err := b.associate(dataTier.name+"-"+zone, subnet, table); err != nil {
			return err
		}
		b.dataSubnets[zone] = subnet
	}
	return nil
}
