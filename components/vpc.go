package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultVpcCidrBlock leaves room for eight zones of 4,091 task addresses each.
const DefaultVpcCidrBlock = "10.0.0.0/16"

// NatGateways is the way in which application subnets reach the internet.
type NatGateways string

// The ways in which application subnets can reach the internet.
const (
	// NatNone uses the internet gateway itself. It is free, but every task needs a public address. Security groups
	// still refuse all traffic from the internet.
	NatNone NatGateways = "none"
	// NatSingle shares one NAT gateway: when its zone fails, tasks of the others lose the internet.
	NatSingle NatGateways = "single"
	// NatOnePerZone keeps the zones independent, at a NAT gateway's price for each.
	NatOnePerZone NatGateways = "onePerZone"
)

// FlowLogTraffic is which connections a flow log records.
type FlowLogTraffic string

const (
	// RejectedTraffic is the connections that security groups or network ACLs reject.
	RejectedTraffic FlowLogTraffic = "REJECT"
	// AllTraffic is every connection.
	AllTraffic FlowLogTraffic = "ALL"
)

// Vpc is an IPv4 network over two to six zones with three subnets in each: public for load balancers and NAT gateways,
// application for tasks, data for databases, which has no way to the internet. S3 is reached through a gateway
// endpoint, which is free. The default security group allows nothing.
type Vpc struct {
	pulumi.ResourceState

	// VpcId is the VPC's id.
	VpcId pulumi.StringOutput `pulumi:"vpcId"`
	// PublicSubnetIds are the subnets for load balancers, one a zone, known once their way to the internet is there.
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// ApplicationSubnetIds are the subnets for tasks, one a zone, known once their way to the internet is there.
	ApplicationSubnetIds pulumi.StringArrayOutput `pulumi:"applicationSubnetIds"`
	// DataSubnetIds are the subnets for databases and file systems, one a zone.
	DataSubnetIds pulumi.StringArrayOutput `pulumi:"dataSubnetIds"`
	// MountSubnetIds are the data subnets by their zones, for the mount targets of file systems.
	MountSubnetIds pulumi.StringMapOutput `pulumi:"mountSubnetIds"`
	// AssignPublicIp is true if tasks need public addresses, because there is no NAT gateway.
	AssignPublicIp pulumi.BoolOutput `pulumi:"assignPublicIp"`

	// Network is all of it, for Go programs that place something in a new or an existing VPC.
	Network Network
}

// Network has the ids of a VPC and its subnets, from a Vpc or of an existing one.
type Network struct {
	// VpcId is the VPC. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// PublicSubnetIds are for load balancers, in two zones or more. Required.
	PublicSubnetIds pulumi.StringArrayInput `pulumi:"publicSubnetIds"`
	// ApplicationSubnetIds are for tasks. Required.
	ApplicationSubnetIds pulumi.StringArrayInput `pulumi:"applicationSubnetIds"`
	// DataSubnetIds are for databases and caches, in two zones or more. Required.
	DataSubnetIds pulumi.StringArrayInput `pulumi:"dataSubnetIds"`
	// MountSubnetIds are the data subnets again, by a key that stays: the zone, or the id of a subnet that was there
	// before. Required for file systems.
	MountSubnetIds map[string]pulumi.StringInput `pulumi:"mountSubnetIds,optional"`
	// AssignPublicIp assigns tasks public addresses, which they need if there is no NAT gateway. Default: false.
	AssignPublicIp pulumi.BoolInput `pulumi:"assignPublicIp,optional"`
}

// VpcArgs are the inputs of NewVpc.
type VpcArgs struct {
	// CidrBlock is the VPC's IPv4 network, /16 to /22. Default: 10.0.0.0/16.
	CidrBlock string `pulumi:"cidrBlock,optional"`
	// AvailabilityZones are two to six zones. A zone's addresses depend only on its letter, so an additional zone moves
	// no other. Required.
	AvailabilityZones []string `pulumi:"availabilityZones"`
	// NatGateways is the way in which application subnets reach the internet: none, single or onePerZone. Default: single.
	NatGateways NatGateways `pulumi:"natGateways,optional"`
	// InterfaceEndpoints are AWS services that tasks reach without the internet, such as "logs" or "ecr.api". AWS
	// charges for each by the hour and zone. Default: none.
	InterfaceEndpoints []string `pulumi:"interfaceEndpoints,optional"`
	// FlowLogs logs connections to CloudWatch Logs. Default: false.
	FlowLogs bool `pulumi:"flowLogs,optional"`
	// FlowLogTraffic is which connections FlowLogs logs, REJECT or ALL. CloudWatch charges by the GB of logs. A change
	// replaces the flow log and keeps its log group. Default: REJECT.
	FlowLogTraffic FlowLogTraffic `pulumi:"flowLogTraffic,optional"`
	// LogRetentionDays is the retention of flow logs in days. Default: 365.
	LogRetentionDays int `pulumi:"logRetentionDays,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the role of the flow logs
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// KmsKeyArn is the KMS key that encrypts the log group of the flow logs. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *VpcArgs) withDefaults() VpcArgs {
	var a VpcArgs
	if args != nil {
		a = *args
	}
	a.CidrBlock = or(a.CidrBlock, DefaultVpcCidrBlock)
	a.NatGateways = or(a.NatGateways, NatSingle)
	a.FlowLogTraffic = or(a.FlowLogTraffic, RejectedTraffic)
	a.LogRetentionDays = or(a.LogRetentionDays, DefaultLogRetentionDays)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *VpcArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *VpcArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.VpcCidrBlock("cidrBlock", a.CidrBlock),
		rule.AvailabilityZones("availabilityZones", "", a.AvailabilityZones),
		rule.OneOf("natGateways", a.NatGateways, NatNone, NatSingle, NatOnePerZone),
		rule.OneOf("flowLogTraffic", a.FlowLogTraffic, RejectedTraffic, AllTraffic),
		rule.LogRetention("logRetentionDays", a.LogRetentionDays),
		rule.Unique("interfaceEndpoints", a.InterfaceEndpoints),
		validateArguments(a.arguments()),
	}
	for _, service := range a.InterfaceEndpoints {
		problems = append(problems, rule.EndpointService("interfaceEndpoints", service))
	}
	return rule.All(problems...)
}

func (args *VpcArgs) arguments() []argument {
	return []argument{
		{"permissionsBoundaryArn", &args.PermissionsBoundaryArn, rule.PolicyArn, false},
		{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false},
	}
}

// NewVpc checks args and creates the network. It returns an error and registers nothing if args is nil or invalid.
func NewVpc(ctx *pulumi.Context, name string, args *VpcArgs, opts ...pulumi.ResourceOption) (*Vpc, error) {
	a := args.withDefaults()
	network := &Vpc{}
	c, err := register(ctx, "Vpc", name, network, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &vpcBuilder{component: c, args: a, network: network}
	return network, b.build(b.createVpc, b.createPublicSubnets, b.createNatGateways, b.createApplicationSubnets,
		b.createDataSubnets, b.createEndpoints, b.createFlowLogs, b.setOutputs)
}

// AvailabilityZones returns the first zones, by name, that are open to every account in the provider's region. Zones
// that AWS adds later come after them.
func AvailabilityZones(ctx *pulumi.Context, count int) ([]string, error) {
	zones, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{
		State: new("available"),
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("look up availability zones: %w", err)
	}
	if len(zones.Names) < count {
		return nil, rule.Broken("availability zones", zones.Names,
			fmt.Sprintf("the region offers fewer than %d", count), "choose another region")
	}
	return zones.Names[:count], nil
}

type vpcBuilder struct {
	*component
	args    VpcArgs
	network *Vpc

	vpc               *ec2.Vpc
	gateway           *ec2.InternetGateway
	publicSubnets     map[string]*ec2.Subnet
	publicWays        map[string][]pulumi.Resource
	publicIds         pulumi.StringArray
	natGateways       map[string]*ec2.NatGateway
	applicationIds    pulumi.StringArray
	applicationTables pulumi.StringArray
	dataSubnets       map[string]*ec2.Subnet
}

func (b *vpcBuilder) createVpc() error {
	vpc, err := ec2.NewVpc(b.ctx, b.name, &ec2.VpcArgs{
		CidrBlock:          pulumi.String(b.args.CidrBlock),
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               b.tagsOf(b.name),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create VPC: %w", err)
	}
	gateway, err := ec2.NewInternetGateway(b.ctx, b.name, &ec2.InternetGatewayArgs{
		VpcId: vpc.ID(), Tags: b.tagsOf(b.name),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create internet gateway: %w", err)
	}
	_, err = ec2.NewDefaultSecurityGroup(b.ctx, b.child("default"), &ec2.DefaultSecurityGroupArgs{
		VpcId: vpc.ID(), Tags: b.named("default-unused"),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("close default security group: %w", err)
	}
	b.vpc, b.gateway = vpc, gateway
	return nil
}

// createNatGateways creates none, one in the first zone by name, or one in each zone.
func (b *vpcBuilder) createNatGateways() error {
	b.natGateways = map[string]*ec2.NatGateway{}
	for _, zone := range b.natZones() {
		address, err := ec2.NewEip(b.ctx, b.child("nat-"+zone), &ec2.EipArgs{
			Domain: pulumi.String("vpc"), Tags: b.named("nat-" + zone),
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("create address of NAT gateway in %s: %w", zone, err)
		}
		nat, err := ec2.NewNatGateway(b.ctx, b.child("nat-"+zone), &ec2.NatGatewayArgs{
			AllocationId: address.ID(),
			SubnetId:     b.publicSubnets[zone].ID(),
			Tags:         b.named("nat-" + zone),
			// AWS asks for the internet gateway to be attached first
			// (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html), and without its subnet's way
			// there a NAT gateway leads nowhere.
		}, b.options(pulumi.DependsOn(b.publicWays[zone]))...)
		if err != nil {
			return fmt.Errorf("create NAT gateway in %s: %w", zone, err)
		}
		b.natGateways[zone] = nat
	}
	return nil
}

func (b *vpcBuilder) natZones() []string {
	zones := b.zones()
	switch b.args.NatGateways {
	case NatNone:
		return nil
	case NatSingle:
		return zones[:1]
	default:
		return zones
	}
}

func (b *vpcBuilder) setOutputs() error {
	n := b.network
	n.VpcId = b.vpc.ID().ToStringOutput()
	data := pulumi.StringArray{}
	mounts := pulumi.StringMap{}
	for _, zone := range b.zones() {
		data = append(data, b.dataSubnets[zone].ID())
		mounts[zone] = b.dataSubnets[zone].ID().ToStringOutput()
	}
	n.PublicSubnetIds = b.publicIds.ToStringArrayOutput()
	n.ApplicationSubnetIds = b.applicationIds.ToStringArrayOutput()
	n.DataSubnetIds = data.ToStringArrayOutput()
	n.MountSubnetIds = mounts.ToStringMapOutput()
	n.AssignPublicIp = pulumi.Bool(b.args.NatGateways == NatNone).ToBoolOutput()
	n.Network = Network{
		VpcId: n.VpcId, PublicSubnetIds: n.PublicSubnetIds, ApplicationSubnetIds: n.ApplicationSubnetIds,
		DataSubnetIds: n.DataSubnetIds, MountSubnetIds: mounts, AssignPublicIp: n.AssignPublicIp,
	}
	return nil
}
