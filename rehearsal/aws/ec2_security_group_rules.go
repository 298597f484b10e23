package aws

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// groupText matches the characters that names and descriptions of security groups may have
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html).
var groupText = regexp.MustCompile(`[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]`)

const (
	maxGroupText = 255
	badGroupText = "InvalidParameterValue"
)

// groupTextFormed checks the name or description of a security group, or the description of a rule.
func groupTextFormed(d *standin.Draft, path string) {
	shortEnough(d, path, badGroupText, maxGroupText)
	for _, v := range d.All(path) {
		others := strings.Split(groupText.ReplaceAllString(v.Text(), ""), "")
		if len(others) == 0 {
			continue
		}
		slices.Sort(others)
		quoted := strings.Trim(fmt.Sprintf("%q", slices.Compact(others)), "[]")
		d.Refuse(v, badGroupText, "the characters allowed in names and descriptions of security groups are letters without "+
			"accents, digits, spaces and ._-:/()#,@[]+=&;{}!$*", "remove "+quoted)
	}
}

var ec2SecurityGroupName = rule("ec2/security-group-name").OnInputs(func(d *standin.Draft) {
	for _, path := range []string{"name", "namePrefix"} {
		groupTextFormed(d, path)
		if name := d.In(path); strings.HasPrefix(strings.ToLower(name.Text()), "sg-") {
			d.Refuse(name, "InvalidParameterValue",
				"the name of a security group must not start with sg-, as identifiers do", "choose another name")
		}
	}
	if name := d.In("name"); name.Text() == "default" {
		d.Refuse(name, "InvalidGroup.Reserved", "the name default is reserved for the security group that each VPC has",
			"choose another name")
	}
})

var ec2SecurityGroupDescription = rule("ec2/security-group-description").OnInputs(func(d *standin.Draft) {
	groupTextFormed(d, "description")
})

var ec2InlineRule = rule("ec2/inline-rule").OnInputs(func(d *standin.Draft) {
	for _, direction := range []string{"ingress", "egress"} {
		for _, rule := range d.In(direction).Items() {
			portsFormed(d, rule, "protocol")
			for _, network := range rule.All("cidrBlocks") {
				ipv4Network(d, network)
			}
			if rule.Known() && !sourced(rule) {
				d.Refuse(rule, "MissingParameter", "a rule must have a source or destination",
					"give cidrBlocks, securityGroups or self")
			}
		}
	}
})

func sourced(rule standin.Value) bool {
	if self := rule.At("self"); self.Unknown() || self.Bool() {
		return true
	}
	for _, key := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"} {
		if v := rule.At(key); v.Unknown() || len(v.Items()) > 0 {
			return true
		}
	}
	return false
}

var ec2SecurityGroupRuleSource = rule("ec2/security-group-rule-source").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), "Invalid Attribute Combination", "cidrIpv4", "cidrIpv6", "prefixListId",
		"referencedSecurityGroupId")
})

var ec2SecurityGroupRule = rule("ec2/security-group-rule").OnInputs(func(d *standin.Draft) {
	portsFormed(d, d.Inputs(), "ipProtocol")
	ipv4Network(d, d.In("cidrIpv4"))
	groupTextFormed(d, "description")
})

// portsFormed checks protocol and ports of a rule.
func portsFormed(d *standin.Draft, rule standin.Value, key string) {
	protocol, from, to := rule.At(key), rule.At("fromPort"), rule.At("toPort")
	number, err := strconv.Atoi(protocol.Text())
	switch name := strings.ToLower(protocol.Text()); {
	case name == "tcp" || name == "udp" || err == nil && (number == 6 || number == 17):
		groupPorts(d, from, to)
	case name == "" || name == "-1" || name == "all" || name == "icmp" || name == "icmpv6" || err == nil &&
		number >= 0 && number <= 255:
	default:
		d.Refuse(protocol, "InvalidParameterValue", "the IP protocol is unknown",
			"use tcp, udp, icmp, icmpv6, -1 for all, or a number to 255")
	}
}

func groupPorts(d *standin.Draft, from, to standin.Value) {
	for _, port := range []standin.Value{from, to} {
		switch {
		case port.Missing():
			d.Refuse(port, "MissingParameter", "a rule for TCP or UDP needs both ends of the port range",
				"give fromPort and toPort")
		case port.Known() && (port.Number() < 0 || port.Number() > 65535):
			d.Refuse(port, "InvalidParameterValue", "a port is from 0 to 65535", "correct the port")
		}
	}
	if from.Known() && to.Known() && from.Number() > to.Number() {
		d.Refuse(to, "InvalidParameterValue", "Invalid TCP/UDP port range: it ends before "+from.Path()+", "+from.Show(),
			"let fromPort be the smaller one")
	}
}

func ipv4Network(d *standin.Draft, v standin.Value) {
	if v.Text() == "" {
		return
	}
	block, err := netip.ParsePrefix(v.Text())
	switch {
	case err != nil || !block.Addr().Is4():
		d.Refuse(v, "InvalidParameterValue", "the value is not an IPv4 network in CIDR form",
			"write it as in 10.0.0.0/16; one address ends in /32")
	case block.Masked() != block:
		d.Refuse(v, "InvalidParameterValue", "the value is not the address of a network: it has bits beyond its prefix",
			"did you mean "+block.Masked().String()+"?")
	}
}

var ec2ReferencedGroupVpc = rule("ec2/referenced-group-vpc").OnOperation(func(o *standin.Op) {
	other := o.In("referencedSecurityGroupId")
	ours, theirs := vpcOfGroup(o.World, o.In("securityGroupId").Text()), vpcOfGroup(o.World, other.Text())
	if ours != "" && theirs != "" && ours != theirs {
		o.Refuse(other, "InvalidGroup.NotFound", "the two security groups belong to different networks: "+vpcLabel(o, ours)+
			" and "+vpcLabel(o, theirs), "refer to a security group of "+vpcLabel(o, ours))
	}
})
