package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(securityGroupKind, defaultSecurityGroupKind, ingressRuleKind, egressRuleKind)

func securityGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2SecurityGroup, Args: ec2.SecurityGroupArgs{}, State: ec2.SecurityGroupState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"description": managedByPulumi, "revokeRulesOnDelete": false},
		Computed: []string{"egress", "ingress", "vpcId"},
		Replaces: []string{"name", "namePrefix", "description", "vpcId"},
		Sets:     []string{"egress", "ingress"},
		Refs: []standin.Ref{
			toVpc("vpcId"),
			toSecurityGroup("ingress.securityGroups"),
			toSecurityGroup("egress.securityGroups"),
		},
		Unique: []standin.Unique{{
			By: []string{"name", "vpcId"}, Code: "InvalidGroup.Duplicate", Rule: "a security group's name is unique in its VPC",
		}},
		HeldBy: append(networkInterfacesIn("group"),
			standin.Hold{Token: token.VpcSecurityGroupIngressRule, Path: "referencedSecurityGroupId", When: ofAnotherGroup},
			standin.Hold{Token: token.VpcSecurityGroupEgressRule, Path: "referencedSecurityGroupId", When: ofAnotherGroup},
			standin.Hold{Token: token.Ec2SecurityGroupRule, Path: "sourceSecurityGroupId", When: ofAnotherGroup},
			standin.Hold{Token: token.Ec2SecurityGroup, Path: "ingress.securityGroups"},
			standin.Hold{Token: token.Ec2SecurityGroup, Path: "egress.securityGroups"},
		),
		InUse:  "DependencyViolation",
		Checks: []standin.CheckRule{ec2SecurityGroupName, ec2SecurityGroupDescription, ec2InlineRule},
		Id:     minted("sg"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "security-group/"+o.Id), "ownerId": ident.Account,
				// The provider takes away the egress rule to everywhere that EC2 makes.
				"ingress": []any{}, "egress": []any{},
			}
		},
	}
}

// ofAnotherGroup: a group's own rules go with it, those of others keep it.
func ofAnotherGroup(_ *standin.View, rule, group *standin.Resource) bool {
	return rule.Out("securityGroupId").Text() != group.Id
}

func defaultSecurityGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2DefaultSecurityGroup, Args: ec2.DefaultSecurityGroupArgs{}, State: ec2.DefaultSecurityGroupState{},
		Facts:    setting,
		Defaults: standin.Props{"revokeRulesOnDelete": false},
		Computed: []string{"egress", "ingress", "vpcId"},
		Replaces: []string{"vpcId"},
		Sets:     []string{"egress", "ingress"},
		Refs:     []standin.Ref{toVpc("vpcId")},
		Checks:   []standin.CheckRule{ec2InlineRule},
		Id: func(o *standin.Op) string {
			if vpc := o.World.Get(token.Ec2Vpc, o.In("vpcId").Text()); vpc != nil {
				return vpc.Out("defaultSecurityGroupId").Text()
			}
			return ec2Id("sg")
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "security-group/"+o.Id), "ownerId": ident.Account,
				"name": "default", "namePrefix": "", "description": "default VPC security group",
				"ingress": []any{}, "egress": []any{},
			}
		},
	}
}

func ingressRuleKind() standin.Kind {
	return groupRuleKind(token.VpcSecurityGroupIngressRule, vpc.SecurityGroupIngressRuleArgs{},
		vpc.SecurityGroupIngressRuleState{})
}

func egressRuleKind() standin.Kind {
	return groupRuleKind(token.VpcSecurityGroupEgressRule, vpc.SecurityGroupEgressRuleArgs{},
		vpc.SecurityGroupEgressRuleState{})
}

// groupRuleKind returns the kind of a rule of either direction; everything but its group can be modified
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html).
func groupRuleKind(typ string, args, state any) standin.Kind {
	return standin.Kind{
		Token: typ, Args: args, State: state,
		Facts:    setting,
		Replaces: []string{"securityGroupId"},
		Diff:     anotherKindOfSource,
		Refs:     []standin.Ref{toSecurityGroup("securityGroupId"), toSecurityGroup("referencedSecurityGroupId")},
		Unique: []standin.Unique{{
			By: []string{
				"securityGroupId", "ipProtocol", "fromPort", "toPort",
				"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId",
			},
			Code: "InvalidPermission.Duplicate", Rule: "a security group has each rule once",
			Fix: "remove one of the two rules",
		}},
		Checks: []standin.CheckRule{ec2SecurityGroupRuleSource, ec2SecurityGroupRule},
		Rules:  []standin.Rule{ec2ReferencedGroupVpc},
		Id:     minted("sgr"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "ec2", "security-group-rule/"+o.Id), "securityGroupRuleId": o.Id}
		},
	}
}

// ruleSources are the inputs of a rule of which exactly one is given.
var ruleSources = []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}

// anotherKindOfSource: a rule keeps its kind of source, so that another kind needs a new rule (the provider's
// internal/service/ec2/vpc_security_group_ingress_rule.go).
func anotherKindOfSource(d *standin.Delta) {
	for _, source := range ruleSources {
		if isGiven(d.Old.At(source)) != isGiven(d.In(source)) {
			d.Replace(source, true)
		}
	}
}
