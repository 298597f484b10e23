package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(gatewayAttachmentKind, internetGatewayKind)

func gatewayAttachmentKind() standin.Kind {
	return standin.Kind{
		Token:    token.Ec2InternetGatewayAttachment,
		Args:     ec2.InternetGatewayAttachmentArgs{},
		State:    ec2.InternetGatewayAttachmentState{},
		Facts:    setting,
		Replaces: []string{"internetGatewayId", "vpcId"},
		Refs: []standin.Ref{
			outside("internetGatewayId", "InvalidInternetGatewayID.NotFound",
				standin.Target{Token: token.Ec2InternetGateway}), toVpc("vpcId"),
		},
		Rules:    []standin.Rule{ec2InternetGatewayAttachment},
		Steady:   []standin.Rule{standin.Effect(func(o *standin.Op) { attach(o, o.In("vpcId").Text()) })},
		OnDelete: []standin.Rule{ec2InternetGatewayInUse, standin.Effect(func(o *standin.Op) { attach(o, "") })},
		Id:       joined(":", "internetGatewayId", "vpcId"),
	}
}

var ec2InternetGatewayAttachment = rule("ec2/internet-gateway-attachment").OnOperation(func(o *standin.Op) {
	if o.Verb != standin.Create || o.Preview {
		return
	}
	given, vpc := o.In("internetGatewayId"), o.In("vpcId")
	if gateway := o.World.Get(token.Ec2InternetGateway, given.Text()); gateway != nil &&
		gateway.Out("vpcId").Text() != "" {
		o.Refuse(given, "Resource.AlreadyAssociated",
			gateway.Label()+" is attached to "+vpcLabel(o, gateway.Out("vpcId").Text()),
			"leave out vpcId of the gateway, or this attachment")
	}
	if other := o.World.Find(token.Ec2InternetGateway, "vpcId", vpc.Text()); other != nil && other.Id != given.Text() {
		o.Refuse(vpc, "InvalidParameterValue", "a VPC has one internet gateway, and "+other.Label()+" is attached",
			"use the gateway that is there")
	}
})

// attach writes into the gateway which VPC it serves.
func attach(o *standin.Op, vpc string) {
	if gateway := o.World.Get(token.Ec2InternetGateway, o.In("internetGatewayId").Text()); gateway != nil && !o.Refused() {
		o.World.Alter(gateway, standin.Props{"vpcId": vpc})
	}
}

// attachmentsOf returns the resources that attach the gateways: those of a type of their own, or else the gateways.
func attachmentsOf(world *standin.View, gateways []*standin.Resource) []*standin.Resource {
	var all []*standin.Resource
	for _, gateway := range gateways {
		if attachment := world.Find(token.Ec2InternetGatewayAttachment, "internetGatewayId", gateway.Id); attachment != nil {
			gateway = attachment
		}
		all = append(all, gateway)
	}
	return all
}

func internetGatewayKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2InternetGateway, Args: ec2.InternetGatewayArgs{}, State: ec2.InternetGatewayState{},
		Facts:    setting,
		Computed: []string{"vpcId"},
		Refs:     []standin.Ref{toVpc("vpcId")},
		Unique: []standin.Unique{{
			By: []string{"vpcId"}, Code: "Resource.AlreadyAssociated", Rule: "a VPC has one internet gateway",
			Fix: "use the gateway that is there",
		}},
		OnDelete: []standin.Rule{ec2InternetGatewayInUse},
		InUse:    "DependencyViolation",
		Id:       minted("igw"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "ec2", "internet-gateway/"+o.Id), "ownerId": ident.Account}
		},
	}
}

var ec2InternetGatewayInUse = rule("ec2/internet-gateway-in-use").OnOperation(func(o *standin.Op) {
	vpc := o.Old.In("vpcId")
	told := map[*standin.Resource]bool{}
	for _, subnet := range o.World.Where(token.Ec2Subnet, "vpcId", vpc.Text()) {
		for _, holder := range publicAddressesIn(o.World, subnet.Id) {
			if told[holder] {
				continue
			}
			told[holder] = true
			o.Refuse(vpc, "DependencyViolation",
				"the network has some mapped public addresses: "+holder.Label()+" has one",
				"delete "+holder.Label()+" first: it must depend on the internet gateway")
		}
	}
})

// publicAddressesIn are the resources with a public address in a subnet.
func publicAddressesIn(world *standin.View, subnet string) []*standin.Resource {
	var found []*standin.Resource
	for _, nat := range world.Where(token.Ec2NatGateway, "subnetId", subnet) {
		if nat.Out("connectivityType").Text() == "public" {
			found = append(found, nat)
		}
	}
	for _, service := range world.Where(token.EcsService, "networkConfiguration.subnets", subnet) {
		if service.Out("networkConfiguration.assignPublicIp").Bool() {
			found = append(found, service)
		}
	}
	for _, balancer := range world.Where(token.LbLoadBalancer, "subnets", subnet) {
		if !balancer.Out("internal").Bool() {
			found = append(found, balancer)
		}
	}
	for _, group := range world.Where(token.RdsSubnetGroup, "subnetIds", subnet) {
		for _, database := range world.Where(token.RdsInstance, "dbSubnetGroupName", group.Id) {
			if database.Out("publiclyAccessible").Bool() {
				found = append(found, database)
			}
		}
	}
	return found
}
