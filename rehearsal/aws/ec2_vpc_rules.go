package aws

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The error codes of EC2 are at https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.

// networkBlock refuses a value that is not an IPv4 network of a length that VPCs and subnets may have. The provider
// requires the network's own address; EC2 itself would clear the bits of the host.
func networkBlock(d *standin.Draft, path, code string) {
	v := d.In(path)
	if v.Text() == "" {
		return
	}
	block, err := netip.ParsePrefix(v.Text())
	switch {
	case err != nil || !block.Addr().Is4():
		d.Refuse(v, code, "the value is not an IPv4 network in CIDR form", "write it as in 10.0.0.0/16")
	case block.Masked() != block:
		d.Refuse(v, code, "the value is not the address of a network: it has bits beyond its prefix",
			"did you mean "+block.Masked().String()+"?")
	case block.Bits() < 16 || block.Bits() > 28:
		d.Refuse(v, code, "a block must be between /16 and /28", "choose a prefix length from 16 to 28")
	}
}

var ec2VpcCidr = rule("ec2/vpc-cidr").OnInputs(func(d *standin.Draft) {
	if !isGiven(d.In("ipv4IpamPoolId")) {
		required(d, "MissingParameter", "cidrBlock")
	}
	networkBlock(d, "cidrBlock", "InvalidVpc.Range")
})

// reservedRanges cannot be the network of a VPC
// (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html).
var reservedRanges = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("224.0.0.0/4"),
}

var ec2VpcCidrReserved = rule("ec2/vpc-cidr-reserved").OnInputs(func(d *standin.Draft) {
	v := d.In("cidrBlock")
	block, err := netip.ParsePrefix(v.Text())
	if err == nil && slices.ContainsFunc(reservedRanges, block.Overlaps) {
		d.Refuse(v, "InvalidVpc.Range", "the range is reserved and cannot be the network of a VPC",
			"use a private range of RFC 1918, such as 10.0.0.0/16")
	}
})

var ec2VpcTenancy = rule("ec2/vpc-tenancy").OnInputs(func(d *standin.Draft) {
	among(d, "instanceTenancy", "InvalidParameterValue", "default", "dedicated")
})

var ec2VpcDnsHostnames = rule("ec2/vpc-dns-hostnames").OnInputs(func(d *standin.Draft) {
	names, support := d.In("enableDnsHostnames"), d.In("enableDnsSupport")
	if names.Bool() && support.Known() && !support.Bool() {
		d.Refuse(names, "InvalidParameterCombination", "DNS host names can be enabled only if DNS support is",
			"set enableDnsSupport to true")
	}
})

var ec2SubnetCidr = rule("ec2/subnet-cidr").OnInputs(func(d *standin.Draft) {
	if !isGiven(d.In("ipv6Native")) || !d.In("ipv6Native").Bool() {
		required(d, "MissingParameter", "cidrBlock")
	}
	networkBlock(d, "cidrBlock", "InvalidSubnet.Range")
})

// Names such as us-west-2-lax-1a are local zones, which are not listed here.
var ec2SubnetZone = rule("ec2/subnet-zone").OnInputs(func(d *standin.Draft) {
	zone := d.In("availabilityZone")
	rest, ours := strings.CutPrefix(zone.Text(), d.Scope.Region)
	if zone.Text() == "" || ours && strings.HasPrefix(rest, "-") || slices.Contains(zonesOf(d.Scope.Region), zone.Text()) {
		return
	}
	d.Refuse(zone, "InvalidParameterValue",
		"subnets can be created only in the zones of "+d.Scope.Region+": "+strings.Join(zonesOf(d.Scope.Region), ", "),
		"use one of these zones")
})

var ec2SubnetWithinVpc = rule("ec2/subnet-within-vpc").OnOperation(func(o *standin.Op) {
	v := o.In("cidrBlock")
	vpc := o.World.Get(token.Ec2Vpc, o.In("vpcId").Text())
	if vpc == nil {
		return
	}
	block, err := netip.ParsePrefix(v.Text())
	whole, wholeErr := netip.ParsePrefix(vpc.Out("cidrBlock").Text())
	if err == nil && wholeErr == nil && (block.Bits() < whole.Bits() || !whole.Contains(block.Addr())) {
		o.Refuse(v, "InvalidSubnet.Range", "the range is not within that of "+vpc.Label()+", "+whole.String(),
			"choose a block within "+whole.String())
	}
})

var ec2SubnetOverlap = rule("ec2/subnet-overlap").OnOperation(func(o *standin.Op) {
	v := o.In("cidrBlock")
	block, err := netip.ParsePrefix(v.Text())
	if err != nil || o.In("vpcId").Text() == "" {
		return
	}
	for _, other := range o.World.Where(token.Ec2Subnet, "vpcId", o.In("vpcId").Text()) {
		theirs, err := netip.ParsePrefix(other.Out("cidrBlock").Text())
		if err == nil && !oldSelf(o, other) && block.Overlaps(theirs) {
			o.Refuse(v, "InvalidSubnet.Conflict", "the range conflicts with that of "+other.Label()+", "+theirs.String(),
				"choose a block that no other subnet of the VPC has")
		}
	}
})

// vpcOfSubnet is "" for a subnet that is not known here.
func vpcOfSubnet(world *standin.View, subnet string) string {
	if r := world.Get(token.Ec2Subnet, subnet); r != nil {
		return r.Out("vpcId").Text()
	}
	return ""
}

// vpcOfGroup is "" for a security group that is not known here.
func vpcOfGroup(world *standin.View, group string) string {
	for _, token := range []string{token.Ec2SecurityGroup, token.Ec2DefaultSecurityGroup} {
		if r := world.Get(token, group); r != nil {
			return r.Out("vpcId").Text()
		}
	}
	if vpc := world.Find(token.Ec2Vpc, "defaultSecurityGroupId", group); vpc != nil {
		return vpc.Id
	}
	return ""
}

// groupsInVpc refuses security groups of another VPC than the one in which they are used.
func groupsInVpc(o *standin.Op, path, vpc, code string) {
	for _, group := range o.All(path) {
		if theirs := vpcOfGroup(o.World, group.Text()); theirs != "" && vpc != "" && theirs != vpc {
			o.Refuse(group, code, "the security group belongs to "+vpcLabel(o, theirs)+", and the subnets to "+vpcLabel(o, vpc),
				"use a security group of "+vpcLabel(o, vpc))
		}
	}
}

// subnetsInOneVpc refuses subnets of other VPCs than the first that is known; it returns that VPC.
func subnetsInOneVpc(o *standin.Op, path, code string) string {
	vpc := ""
	for _, subnet := range o.All(path) {
		theirs := vpcOfSubnet(o.World, subnet.Text())
		switch {
		case theirs == "" || theirs == vpc:
		case vpc == "":
			vpc = theirs
		default:
			o.Refuse(subnet, code, "all subnets must belong to one VPC, and this one belongs to "+vpcLabel(o, theirs)+
				" where others belong to "+vpcLabel(o, vpc), "use subnets of one VPC")
		}
	}
	return vpc
}

// vpcLabel names a VPC for a person.
func vpcLabel(o *standin.Op, id string) string {
	if vpc := o.World.Get(token.Ec2Vpc, id); vpc != nil {
		return vpc.Label()
	}
	return id
}

// zonesOfSubnets returns the zones of the subnets at a path, as far as this world knows them.
func zonesOfSubnets(o *standin.Op, path string) []string {
	var zones []string
	for _, subnet := range o.All(path) {
		if zone := zoneOfSubnet(o.World, subnet.Text()); zone != "" {
			zones = append(zones, zone)
		}
	}
	return zones
}

// coversOneZone reports whether the subnets at a path are certainly in one zone, as a single subnet of any VPC is.
// Of several, one whose zone this world does not know is taken to be in another.
func coversOneZone(o *standin.Op, path string) bool {
	if !o.In(topOf(path)).Complete() {
		return false
	}
	var subnets, zones []string
	for _, subnet := range o.All(path) {
		subnets = append(subnets, subnet.Text())
		zones = append(zones, zoneOfSubnet(o.World, subnet.Text()))
	}
	if subnets, zones = sortedSet(subnets), sortedSet(zones); len(subnets) < 2 || !slices.Contains(zones, "") {
		return len(subnets) > 0 && len(zones) < 2
	}
	for _, subnet := range o.All(path) {
		if zoneOfSubnet(o.World, subnet.Text()) == "" {
			o.Assume(subnet, "is in another Availability Zone than the other subnets")
		}
	}
	return false
}

// sortedSet returns the texts in order, each once.
func sortedSet(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

func topOf(path string) string {
	top, _, _ := strings.Cut(path, ".")
	return top
}

// withoutGateway reports whether a VPC of this world has no internet gateway that the operation waits for, with a
// suffix for the refusal if one exists only because of timing. In a preview the gateway may still be created.
func withoutGateway(o *standin.Op, vpc string) (without bool, luck string) {
	if o.Preview || o.World.Get(token.Ec2Vpc, vpc) == nil {
		return false, ""
	}
	gateways := attachmentsOf(o.World, o.World.Where(token.Ec2InternetGateway, "vpcId", vpc))
	return len(awaited(o, gateways)) == 0, byLuck(gateways)
}
