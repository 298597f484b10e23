package aws

import (
	"hash/crc32"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(routeKind)

func toGateway(path string) standin.Ref {
	return outside(path, "InvalidGatewayID.NotFound", standin.Target{Token: token.Ec2InternetGateway})
}

func toNatGateway(path string) standin.Ref {
	return outside(path, "InvalidNatGatewayID.NotFound", standin.Target{Token: token.Ec2NatGateway})
}

func toVpcEndpoint(path string) standin.Ref {
	return outside(path, "InvalidVpcEndpointId.NotFound", standin.Target{Token: token.Ec2VpcEndpoint})
}

var routeDestinations = []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"}

func routeKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Route, Args: ec2.RouteArgs{}, State: ec2.RouteState{},
		Facts:    setting,
		Replaces: append([]string{"routeTableId"}, routeDestinations...),
		Computed: []string{"networkInterfaceId"},
		Refs: []standin.Ref{
			toRouteTable("routeTableId"), toGateway("gatewayId"), toNatGateway("natGatewayId"), toVpcEndpoint("vpcEndpointId"),
		},
		Unique: []standin.Unique{{
			By:   append([]string{"routeTableId"}, routeDestinations...),
			Code: "RouteAlreadyExists", Rule: "a route table has one route to a destination",
		}},
		Checks: []standin.CheckRule{ec2RouteTarget},
		Rules:  []standin.Rule{ec2RouteVpc, ec2RouteLocal, ec2RouteDuplicate, ec2RouteNatLoop},
		Id:     routeId,
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{
				"origin":             "CreateRoute",
				"state":              "active",
				"instanceId":         "",
				"instanceOwnerId":    "",
				"networkInterfaceId": "",
			}
		},
	}
}

// routeId is the provider's own: EC2 has none for a route.
func routeId(o *standin.Op) string {
	for _, destination := range routeDestinations {
		if to := o.In(destination).Text(); to != "" {
			sum := crc32.ChecksumIEEE([]byte(to))
			return "r-" + o.In("routeTableId").Text() + strconv.FormatUint(uint64(sum), 10)
		}
	}
	return "r-" + o.In("routeTableId").Text()
}
