package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// attachmentKinds tie parts of a network together that were made apart.
func attachmentKinds() []standin.Kind {
	return []standin.Kind{gatewayAttachmentKind(), mainTableKind()}
}

func gatewayAttachmentKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2InternetGatewayAttachment, Args: ec2.InternetGatewayAttachmentArgs{}, State: ec2.InternetGatewayAttachmentState{},
		Replaces: []string{"internetGatewayId", "vpcId"},
		Refs: []standin.Ref{
			outside("internetGatewayId", "InvalidInternetGatewayID.NotFound", standin.Target{Token: token.Ec2InternetGateway}), toVpc("vpcId"),
		},
		Rules:    []standin.Rule{gatewayIsFree},
		Steady:   []standin.Rule{func(o *standin.Op) { attach(o, o.In("vpcId").Text()) }},
		OnDelete: []standin.Rule{noMappedAddresses, func(o *standin.Op) { attach(o, "") }},
		Id:       joined(":", "internetGatewayId", "vpcId"),
	}
}

// gatewayIsFree: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html: a gateway has one
// VPC, and a VPC one gateway.
func gatewayIsFree(o *standin.Op) {
	if o.Verb != standin.Create || o.Preview {
		return
	}
	given, vpc := o.In("internetGatewayId"), o.In("vpcId")
	if gateway := o.World.Get(token.Ec2InternetGateway, given.Text()); gateway != nil && gateway.Out("vpcId").Text() != "" {
		o.Refuse(given, "Resource.AlreadyAssociated", gateway.Label()+" is attached to "+vpcLabel(o, gateway.Out("vpcId").Text()),
			"leave out vpcId of the gateway, or this attachment")
	}
	if other := o.World.Find(token.Ec2InternetGateway, "vpcId", vpc.Text()); other != nil && other.Id != given.Text() {
		o.Refuse(vpc, "InvalidParameterValue", "a VPC has one internet gateway, and "+other.Label()+" is attached",
			"use the gateway that is there")
	}
}

// attach writes into the gateway which VPC it serves.
func attach(o *standin.Op, vpc string) {
	if gateway := o.World.Get(token.Ec2InternetGateway, o.In("internetGatewayId").Text()); gateway != nil && !o.Refused() {
		o.World.Alter(gateway, standin.Props{"vpcId": vpc})
	}
}

func mainTableKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2MainRouteTableAssociation,
		Args:  ec2.MainRouteTableAssociationArgs{}, State: ec2.MainRouteTableAssociationState{},
		Replaces: []string{"vpcId"},
		Refs:     []standin.Ref{toRouteTable("routeTableId"), toVpc("vpcId")},
		Steady:   []standin.Rule{func(o *standin.Op) { makeMain(o, o.In("routeTableId").Text()) }},
		OnDelete: []standin.Rule{func(o *standin.Op) { makeMain(o, o.Old.Out("originalRouteTableId").Text()) }},
		Id:       minted("rtbassoc"),
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
