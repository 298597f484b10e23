package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(routeTableKind, routeTableAssociationKind, mainTableKind)

func routeTableKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2RouteTable, Args: ec2.RouteTableArgs{}, State: ec2.RouteTableState{},
		Facts:    setting,
		Computed: []string{"routes", "propagatingVgws"},
		Replaces: []string{"vpcId"},
		Sets:     []string{"routes", "propagatingVgws"},
		Refs: []standin.Ref{
			toVpc("vpcId"), toGateway("routes.gatewayId"), toNatGateway("routes.natGatewayId"),
			toVpcEndpoint("routes.vpcEndpointId"),
		},
		Checks: []standin.CheckRule{ec2InlineRouteTarget},
		Rules:  []standin.Rule{ec2InlineRouteVpc},
		// No HeldBy: the provider takes the associations off before it deletes the table.
		Id: minted("rtb"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "route-table/"+o.Id), "ownerId": ident.Account,
				"routes": []any{}, "propagatingVgws": []any{},
			}
		},
	}
}

func routeTableAssociationKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2RouteTableAssociation,
		Args:  ec2.RouteTableAssociationArgs{}, State: ec2.RouteTableAssociationState{},
		Facts:    setting,
		Replaces: []string{"subnetId", "gatewayId"},
		Refs:     []standin.Ref{toRouteTable("routeTableId"), toSubnet("subnetId"), toGateway("gatewayId")},
		Unique: []standin.Unique{{
			By: []string{"subnetId"}, Code: "Resource.AlreadyAssociated", Rule: "a subnet has one route table",
			Fix: "associate the subnet once",
		}},
		Checks: []standin.CheckRule{ec2RouteTableAssociation},
		Rules:  []standin.Rule{ec2RouteTableAssociationVpc, ec2RouteTableAssociationNatLoop},
		Id:     minted("rtbassoc"),
	}
}

func mainTableKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2MainRouteTableAssociation,
		Args:  ec2.MainRouteTableAssociationArgs{}, State: ec2.MainRouteTableAssociationState{},
		Facts:    setting,
		Replaces: []string{"vpcId"},
		Refs:     []standin.Ref{toRouteTable("routeTableId"), toVpc("vpcId")},
		Steady:   []standin.Rule{standin.Effect(func(o *standin.Op) { makeMain(o, o.In("routeTableId").Text()) })},
		OnDelete: []standin.Rule{
			standin.Effect(func(o *standin.Op) { makeMain(o, o.Old.Out("originalRouteTableId").Text()) }),
		},
		Id: minted("rtbassoc"),
		Outputs: func(o *standin.Op) standin.Props {
			original := ""
			if vpc := o.World.Get(token.Ec2Vpc, o.In("vpcId").Text()); vpc != nil {
				original = vpc.Out("mainRouteTableId").Text()
			}
			return standin.Props{"originalRouteTableId": original}
		},
	}
}

// makeMain writes into the VPC which table its subnets have that no association names.
func makeMain(o *standin.Op, table string) {
	if vpc := o.World.Get(token.Ec2Vpc, o.In("vpcId").Text()); vpc != nil && !o.Refused() {
		o.World.Alter(vpc, standin.Props{"mainRouteTableId": table})
	}
}
