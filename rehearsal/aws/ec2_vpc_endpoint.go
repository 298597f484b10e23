package aws

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(vpcEndpointKind)

func vpcEndpointKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2VpcEndpoint, Args: ec2.VpcEndpointArgs{}, State: ec2.VpcEndpointState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 90 * time.Second, Source: estimate, Adjust: gatewayIsQuick,
				Why: "a network interface in each subnet, and a private name; a gateway endpoint is routes alone",
			},
			Charge: endpointCharge, Loss: standin.Nothing,
		},
		Defaults: standin.Props{"vpcEndpointType": "Gateway"},
		Computed: []string{
			"dnsOptions", "ipAddressType", "policy", "privateDnsEnabled", "routeTableIds", "securityGroupIds",
			"serviceRegion", "subnetConfigurations", "subnetIds",
		},
		Replaces: []string{
			"resourceConfigurationArn", "serviceName", "serviceNetworkArn", "serviceRegion", "vpcEndpointType", "vpcId",
		},
		Sets: []string{"routeTableIds", "securityGroupIds", "subnetConfigurations", "subnetIds"},
		Diff: privateDnsOfInterfaces,
		Json: []string{"policy"},
		Refs: []standin.Ref{
			toVpc("vpcId"), toRouteTable("routeTableIds"), toSubnet("subnetIds"), toSecurityGroup("securityGroupIds"),
		},
		Moves: map[string][]string{"networkInterfaceIds": {"subnetIds"}},
		Checks: []standin.CheckRule{
			ec2VpcEndpointType, ec2VpcEndpointService, ec2GatewayEndpoint, ec2InterfaceEndpoint,
			policy.CheckDocument("policy", policy.EndpointGrammar),
		},
		Rules: []standin.Rule{
			ec2VpcEndpointVpc, ec2VpcEndpointZone, ec2VpcEndpointPrivateDns, ec2VpcEndpointDnsConflict,
			ec2GatewayEndpointRoute,
		},
		Id: minted("vpce"),
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{
				"arn": arn(o, "ec2",
					"vpc-endpoint/"+o.Id), "ownerId": ident.Account, "state": "available", "requesterManaged": false,
				"networkInterfaceIds": interfacesFor(o.In("subnetIds")), "cidrBlocks": []any{},
				"dnsEntries": []any{}, "privateDnsEnabled": false, "routeTableIds": []any{}, "subnetIds": []any{},
				"securityGroupIds": []any{}, "subnetConfigurations": []any{}, "ipAddressType": "ipv4",
				"serviceRegion": o.Scope.Region,
				"policy":        `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`,
			}
			if o.In("vpcEndpointType").Text() == "Interface" {
				out["dnsEntries"] = endpointNames(o)
			} else {
				out["prefixListId"] = "pl-" + standin.Draw(ident.HexDigits, 8)
			}
			return out
		},
	}
}

// privateDnsOfInterfaces: only an interface endpoint changes its private DNS in place (the provider's CustomizeDiff,
// internal/service/ec2/vpc_endpoint.go).
func privateDnsOfInterfaces(d *standin.Delta) {
	if d.In("vpcEndpointType").Text() != "Interface" {
		d.Replace("privateDnsEnabled", true)
	}
}

// interfacesFor makes a network interface for each subnet.
func interfacesFor(subnets standin.Value) []any {
	ids := []any{}
	for range subnets.Items() {
		ids = append(ids, ec2Id("eni"))
	}
	return ids
}

// endpointNames: the service's short name comes last in com.amazonaws.<region>.<name>.
func endpointNames(o *standin.Op) []standin.Props {
	_, service, _ := strings.Cut(o.In("serviceName").Text(), o.Scope.Region+".")
	return []standin.Props{{
		"dnsName": o.Id + "-" + standin.Draw(lowerDigits,
			8) + "." + service + "." + o.Scope.Region + ".vpce.amazonaws.com",
		"hostedZoneId": "Z" + standin.Draw(upperDigits, 13),
	}}
}

// endpointCharge: an interface endpoint is charged for by the zone, and a gateway endpoint is free
// (https://aws.amazon.com/privatelink/pricing/).
func endpointCharge(t standin.Tally, r *standin.Resource) {
	if r.Out("vpcEndpointType").Text() == "Interface" {
		t.AddHours(r, float64(len(r.Out("subnetIds").Items())), "interface-endpoint-hour")
		t.Use("data through interface endpoints", "interface-endpoint-gb")
	}
}

func gatewayIsQuick(usual time.Duration, property standin.Properties) time.Duration {
	if property("vpcEndpointType") == "Interface" {
		return usual
	}
	return 2 * quick.Usual
}
