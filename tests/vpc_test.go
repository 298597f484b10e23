package tests

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	subnetType      = "aws:ec2/subnet:Subnet"
	routeType       = "aws:ec2/route:Route"
	natType         = "aws:ec2/natGateway:NatGateway"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	endpointType    = "aws:ec2/vpcEndpoint:VpcEndpoint"
)

func makeVpc(
	t *testing.T, args *components.VpcArgs, options ...pulumitest.Option,
) (*pulumitest.Result, *components.Vpc) {
	t.Helper()
	return create(t, components.NewVpc, "net", args, options...)
}

func TestVpcHasThreeSubnetsInEachZone(t *testing.T) {
	t.Parallel()
	result, _ := makeVpc(t, vpcArgs(""))
	got := map[string]string{}
	for _, subnet := range result.OfType(subnetType) {
		got[subnet.Name] = subnet.Text("cidrBlock") + " " + subnet.Text("availabilityZone")
		assert.Equal(t, subnet.Name, subnet.Text("tags.Name"))
		assert.Nil(t, subnet.In("mapPublicIpOnLaunch"), "addresses are given to tasks, not by subnets")
	}
	assert.Equal(t, map[string]string{
		"net-application-ap-south-1a": "10.0.0.0/20 ap-south-1a", "net-application-ap-south-1b": "10.0.32.0/20 ap-south-1b",
		"net-public-ap-south-1a": "10.0.16.0/22 ap-south-1a", "net-public-ap-south-1b": "10.0.48.0/22 ap-south-1b",
		"net-data-ap-south-1a": "10.0.20.0/22 ap-south-1a", "net-data-ap-south-1b": "10.0.52.0/22 ap-south-1b",
	}, got)
	network := result.Only(t, "aws:ec2/vpc:Vpc")
	assert.Equal(t, "10.0.0.0/16", network.Text("cidrBlock"))
	assert.Equal(t, true, network.In("enableDnsSupport"))
	assert.Equal(t, true, network.In("enableDnsHostnames"), "EFS and endpoints are found by their host names")
	closed := result.Only(t, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
	assert.Nil(t, closed.In("ingress"))
	assert.Nil(t, closed.In("egress"))
}

// inVirginia is the one region with six zones.
var inVirginia = pulumitest.Config(map[string]string{"aws:region": "us-east-1"})

// placesOf returns the names and blocks of the subnets, and all names, which a change of the zones must not move.
func placesOf(t *testing.T, zones []string) (map[string]string, []string) {
	t.Helper()
	args := vpcArgs("")
	args.AvailabilityZones, args.NatGateways = zones, components.NatOnePerZone
	result, _ := makeVpc(t, args, inVirginia)
	blocks := map[string]string{}
	for _, subnet := range result.OfType(subnetType) {
		blocks[subnet.Name] = subnet.Text("cidrBlock")
	}
	return blocks, result.Paths()
}

func TestAddingOrReorderingZonesMovesNothing(t *testing.T) {
	t.Parallel()
	letters := strings.Split("abcdef", "")
	random := rand.New(rand.NewPCG(1, 2)) // a fixed sequence, so that a failure can be repeated
	for round := range 8 {
		random.Shuffle(len(letters), func(i, j int) { letters[i], letters[j] = letters[j], letters[i] })
		zones := make([]string, 0, 6)
		for _, letter := range letters[:2+round%5] {
			zones = append(zones, "us-east-1"+letter)
		}
		blocks, names := placesOf(t, zones)
		sorted := slices.Sorted(slices.Values(zones))
		again, sameNames := placesOf(t, sorted)
		assert.Equal(t, blocks, again, "the order of %v", zones)
		assert.Equal(t, names, sameNames, "the order of %v", zones)
		if len(zones) < 6 {
			more, moreNames := placesOf(t, append([]string{"us-east-1" + letters[5]}, zones...))
			for name, block := range blocks {
				assert.Equal(t, block, more[name], "%s moves when a zone joins %v", name, zones)
			}
			assert.Subset(t, moreNames, names)
		}
	}
}

func TestOrderOfZonesDoesNotMatter(t *testing.T) {
	t.Parallel()
	inputs := func(zones ...string) map[string]string {
		args := vpcArgs("")
		args.AvailabilityZones, args.NatGateways = zones, components.NatSingle
		result, _ := makeVpc(t, args)
		ids := []string{}
		for _, registered := range result.Resources {
			if registered.Id != "" {
				ids = append(ids, registered.Id, registered.Path())
			}
		}
		all := map[string]string{}
		for _, registered := range result.Resources {
			all[registered.Path()] = strings.NewReplacer(ids...).Replace(fmt.Sprint(registered.Plain))
		}
		return all
	}
	assert.Equal(t, inputs("ap-south-1a", "ap-south-1b", "ap-south-1c"),
		inputs("ap-south-1c", "ap-south-1a", "ap-south-1b"), "the shared NAT gateway stays where it is as well")
}

func TestWaysOutOfTheApplicationSubnets(t *testing.T) {
	t.Parallel()
	for mode, want := range map[components.NatGateways]struct {
		gateways []string
		ways     map[string]string
		public   bool
	}{
		components.NatNone: {[]string{}, map[string]string{"a": "", "b": ""}, true},
		components.NatSingle: {
			[]string{"net-nat-ap-south-1a"}, map[string]string{"a": "net-nat-ap-south-1a", "b": "net-nat-ap-south-1a"}, false,
		},
		components.NatOnePerZone: {
			[]string{"net-nat-ap-south-1a", "net-nat-ap-south-1b"},
			map[string]string{"a": "net-nat-ap-south-1a", "b": "net-nat-ap-south-1b"},
			false,
		},
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			args := vpcArgs("")
			args.NatGateways = mode
			result, network := makeVpc(t, args)
			public, _ := pulumitest.Output(t, network.AssignPublicIp)
			assert.Equal(t, want.public, public)
			mounts, _ := pulumitest.Output(t, network.MountSubnetIds)
			zones, isMap := mounts.(map[string]string)
			assert.True(t, isMap)
			assert.Equal(t, []string{"ap-south-1a", "ap-south-1b"}, slices.Sorted(maps.Keys(zones)))
			assert.Equal(t, want.gateways, result.Names(natType))
			assert.Equal(t, want.gateways, result.Names("aws:ec2/eip:Eip"))
			gateway := result.Only(t, "aws:ec2/internetGateway:InternetGateway")
			for letter, nat := range want.ways {
				route := result.Named(t, routeType, "net-application-ap-south-1"+letter)
				assert.Equal(t, "0.0.0.0/0", route.Text("destinationCidrBlock"))
				if nat == "" {
					assert.Equal(t, gateway.Id, route.Text("gatewayId"))
					continue
				}
				assert.Equal(t, result.Named(t, natType, nat).Id, route.Text("natGatewayId"))
				public := result.Named(t, subnetType, strings.Replace(nat, "nat", "public", 1))
				for _, first := range []*pulumitest.Resource{
					gateway, result.Named(t, routeType, "net-public"), result.Named(t, associationType, public.Name),
				} {
					assert.True(t, result.Named(t, natType, nat).DependsOn(first),
						"a NAT gateway's own way out comes first: %s", first.Name)
				}
				assert.Equal(t, public.Id, result.Named(t, natType, nat).Text("subnetId"))
			}
			assert.Equal(t, gateway.Id, result.Named(t, routeType, "net-public").Text("gatewayId"))
			assert.False(t, result.Has(routeType, "net-data"), "data subnets have no way out")
		})
	}
}

func TestEverySubnetIsAssociatedWithItsTable(t *testing.T) {
	t.Parallel()
	result, _ := makeVpc(t, vpcArgs(""))
	for _, subnet := range result.OfType(subnetType) {
		association := result.Named(t, associationType, subnet.Name)
		assert.Equal(t, subnet.Id, association.Text("subnetId"))
		table := "net-" + strings.Split(subnet.Name, "-")[1]
		if strings.Contains(table, "application") {
			table = subnet.Name
		}
		assert.Equal(t, result.Named(t, "aws:ec2/routeTable:RouteTable", table).Id, association.Text("routeTableId"))
	}
}

func TestApplicationSubnetsAreKnownOnceTheirWayOutIsThere(t *testing.T) {
	t.Parallel()
	var ids pulumi.StringArrayOutput
	result, _ := run(t, func(ctx *pulumi.Context) (*components.Namespace, error) {
		network, err := components.NewVpc(ctx, "net", vpcArgs(""))
		if err != nil {
			return nil, err
		}
		ids = network.ApplicationSubnetIds
		_, err = components.NewFargateService(ctx, "app", &components.FargateServiceArgs{
			ClusterArn: pulumi.String(clusterArn), VpcId: network.VpcId, SubnetIds: ids,
			Containers: []components.Container{{Name: "app", Image: pulumi.String(image)}},
		})
		return nil, err
	})
	service := result.Only(t, serviceType)
	for _, zone := range []string{"a", "b"} {
		name := "net-application-ap-south-1" + zone
		assert.True(t, service.DependsOn(result.Named(t, routeType, name)), "a task without a way out cannot pull its image")
		assert.True(t, service.DependsOn(result.Named(t, associationType, name)))
	}
	value, secret := pulumitest.Output(t, ids)
	assert.Len(t, value, 2)
	assert.False(t, secret)
}

func TestEndpointsSpareTheNatGateway(t *testing.T) {
	t.Parallel()
	result, _ := makeVpc(t, richVpcArgs(""))
	gateway := result.Named(t, endpointType, "net-s3")
	assert.Equal(t, "com.amazonaws.ap-south-1.s3", gateway.Text("serviceName"))
	assert.Equal(t, "Gateway", gateway.Text("vpcEndpointType"))
	assert.Len(t, gateway.List("routeTableIds"), 2)
	group := result.Named(t, securityGroupType, "net-endpoints")
	for _, service := range []string{"logs", "ecr.api"} {
		endpoint := result.Named(t, endpointType, "net-endpoint-"+service)
		assert.Equal(t, "com.amazonaws.ap-south-1."+service, endpoint.Text("serviceName"))
		assert.Equal(t, "Interface", endpoint.Text("vpcEndpointType"))
		assert.Equal(t, true, endpoint.In("privateDnsEnabled"))
		assert.Equal(t, []string{group.Id}, endpoint.List("securityGroupIds"))
		assert.Len(t, endpoint.List("subnetIds"), 2)
	}
	rule := result.Named(t, ingressType, "net-endpoints-ingress")
	assert.Equal(t, "10.0.0.0/16", rule.Text("cidrIpv4"))
	assert.Equal(t, [2]int{443, 443}, [2]int{rule.Number("fromPort"), rule.Number("toPort")})
	least, _ := makeVpc(t, vpcArgs(""))
	assert.Equal(t, []string{"net-s3"}, least.Names(endpointType))
	assert.Empty(t, least.Names(securityGroupType))
}

func TestFlowLogsAreWrittenWithARoleForOneLogGroup(t *testing.T) {
	t.Parallel()
	result, _ := makeVpc(t, richVpcArgs(""))
	logs := result.Only(t, logGroupType)
	assert.Equal(t, 365, logs.Number("retentionInDays"))
	flow := result.Only(t, "aws:ec2/flowLog:FlowLog")
	assert.Equal(t, "REJECT", flow.Text("trafficType"))
	assert.Equal(t, logs.State["arn"].StringValue(), flow.Text("logDestination"))
	policy := result.Only(t, rolePolicyType)
	assert.True(t, flow.DependsOn(policy))
	assert.Equal(t, []pulumitest.Statement{{
		Sid:      "WriteLogs",
		Effect:   "Allow",
		Action:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resource: []string{logs.State["arn"].StringValue() + ":*"},
	}}, policy.Policy(t, "policy").Statement)
	assertTrust(t, result.Only(t, "aws:iam/role:Role"), "vpc-flow-logs.amazonaws.com")
	args := richVpcArgs("")
	args.FlowLogTraffic = components.AllTraffic
	all, _ := makeVpc(t, args)
	assert.Equal(t, "ALL", all.Only(t, "aws:ec2/flowLog:FlowLog").Text("trafficType"))
	least, _ := makeVpc(t, vpcArgs(""))
	assert.Empty(t, least.OfType("aws:ec2/flowLog:FlowLog"))
}

// assertTrust checks that only one AWS service may assume a role, for this account.
func assertTrust(t *testing.T, role *pulumitest.Resource, service string) {
	t.Helper()
	assert.Equal(t, []pulumitest.Statement{{
		Effect: "Allow", Action: []string{"sts:AssumeRole"}, Principal: map[string]any{"Service": service},
		Condition: map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": pulumitest.Account}},
	}}, role.Policy(t, "assumeRolePolicy").Statement)
}

func TestZonesOfTheRegionAreLookedUpInOrder(t *testing.T) {
	t.Parallel()
	zones, _ := lookUp(t, 2)
	assert.Equal(t, []string{"ap-south-1a", "ap-south-1b"}, zones)
	_, err := lookUp(t, 4)
	assert.ErrorContains(t, err, "the region offers fewer than 4")
}

func lookUp(t *testing.T, count int) (zones []string, err error) {
	t.Helper()
	pulumitest.MustRun(t, func(ctx *pulumi.Context) error {
		zones, err = components.AvailabilityZones(ctx, count)
		return nil
	})
	return zones, err
}

func TestVpcGivesItsSubnetsByTierAndZone(t *testing.T) {
	t.Parallel()
	result, network := makeVpc(t, vpcArgs(""))
	for tier, output := range map[string]pulumi.Output{
		"public": network.PublicSubnetIds, "application": network.ApplicationSubnetIds, "data": network.DataSubnetIds,
	} {
		want := []string{}
		for _, zone := range []string{"a", "b"} {
			want = append(want, result.Named(t, subnetType, fmt.Sprintf("net-%s-ap-south-1%s", tier, zone)).Id)
		}
		value, _ := pulumitest.Output(t, output)
		assert.Equal(t, want, value, tier)
	}
	require.Equal(t, []string{"ap-south-1a", "ap-south-1b"}, slices.Sorted(maps.Keys(network.Network.MountSubnetIds)))
	id, _ := pulumitest.Output(t, pulumi.ToOutput(network.Network.MountSubnetIds["ap-south-1b"]))
	assert.Equal(t, result.Named(t, subnetType, "net-data-ap-south-1b").Id, id)
}
