package aws

import (
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(combinedRuleKind)

// combinedRuleKind is the older type for rules of both directions. The provider replaces a rule for every change but
// that of its description (terraform-provider-aws internal/service/ec2/vpc_security_group_rule.go).
func combinedRuleKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2SecurityGroupRule, Args: ec2.SecurityGroupRuleArgs{}, State: ec2.SecurityGroupRuleState{},
		Facts:    setting,
		Defaults: standin.Props{"self": false},
		Computed: []string{"sourceSecurityGroupId"},
		Replaces: []string{
			"cidrBlocks", "fromPort", "ipv6CidrBlocks", "prefixListIds", "protocol", "securityGroupId", "self",
			"sourceSecurityGroupId", "toPort", "type",
		},
		Refs: []standin.Ref{toSecurityGroup("securityGroupId"), toSecurityGroup("sourceSecurityGroupId")},
		Unique: []standin.Unique{{
			By: []string{
				"securityGroupId", "type", "protocol", "fromPort", "toPort", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds",
				"self",
				"sourceSecurityGroupId",
			},
			Code: "InvalidPermission.Duplicate", Rule: "a security group has each rule once",
			Fix: "remove one of the two rules",
		}},
		Checks: []standin.CheckRule{ec2SecurityGroupRulePorts, ec2SecurityGroupRulePeer},
		Rules:  []standin.Rule{ec2SourceGroupVpc},
		Id: func(o *standin.Op) string {
			return "sgrule-" + strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(o.Urn+o.In("securityGroupId").Text()))), 10)
		},
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{"securityGroupRuleId": ec2Id("sgr")}
		},
	}
}

var ec2SecurityGroupRulePorts = rule("ec2/security-group-rule-ports").OnInputs(func(d *standin.Draft) {
	among(d, "type", "Invalid Attribute Value", "ingress", "egress")
	portsFormed(d, d.Inputs(), "protocol")
	for _, network := range d.All("cidrBlocks") {
		ipv4Network(d, network)
	}
	groupTextFormed(d, "description")
})

var ec2SecurityGroupRulePeer = rule("ec2/security-group-rule-peer").OnInputs(func(d *standin.Draft) {
	group, self := d.In("sourceSecurityGroupId"), d.In("self")
	lists := []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds"}
	given := isGiven(group) || self.Unknown() || self.Bool()
	for _, path := range lists {
		v := d.In(path)
		given = given || v.Unknown() || len(v.Items()) > 0
	}
	if !given {
		d.Refuse(standin.Value{}, invalidCombination,
			"one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self and sourceSecurityGroupId must be set",
			"name whom the rule is for")
	}
	if !isGiven(group) {
		return
	}
	for _, path := range []string{"cidrBlocks", "ipv6CidrBlocks"} {
		if v := d.In(path); len(v.Items()) > 0 {
			d.Refuse(v, invalidCombination, path+" does not go with sourceSecurityGroupId", "write two rules")
		}
	}
	if self.Bool() {
		d.Refuse(self, invalidCombination, "self does not go with sourceSecurityGroupId", "write two rules")
	}
})

var ec2SourceGroupVpc = rule("ec2/source-group-vpc").OnOperation(func(o *standin.Op) {
	other := o.In("sourceSecurityGroupId")
	ours, theirs := vpcOfGroup(o.World, o.In("securityGroupId").Text()), vpcOfGroup(o.World, other.Text())
	if ours != "" && theirs != "" && ours != theirs {
		o.Refuse(other, "InvalidGroup.NotFound", strings.Join([]string{
			"the two security groups belong to different networks:", vpcLabel(o, ours), "and", vpcLabel(o, theirs),
		}, " "), "refer to a security group of "+vpcLabel(o, ours))
	}
})
