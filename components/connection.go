package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Connection is a destination of a service: a Service Connect endpoint, a database or a file system. The component that
// owns the destination returns it, and a FargateService lists it. The service then is a client of Service Connect, has
// an egress and an ingress rule, is deployed after the destination, and is deployed again if the destination changes.
type Connection struct {
	// Name identifies the connection within the service, and is the suffix of its rules' names. Required.
	Name string `pulumi:"name"`
	// SecurityGroupId is the group that guards the place. Required.
	SecurityGroupId pulumi.StringInput `pulumi:"securityGroupId"`
	// Port is the TCP port it listens on. Required.
	Port int `pulumi:"port"`
	// NamespaceArn is the Cloud Map namespace in which a Service Connect endpoint lives. Default: none, for other
	// destinations.
	NamespaceArn pulumi.StringInput `pulumi:"namespaceArn,optional"`
	// Fingerprint changes whenever clients must be deployed again to reach the place, and is known only once the place is
	// ready. A task resolves only the endpoints that were there when its deployment began
	// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html). Required.
	Fingerprint pulumi.StringInput `pulumi:"fingerprint"`
}

func (c Connection) validate(argument string) error {
	const fix = "take the Connection that a component hands out"
	return rule.All(
		rule.PortName(argument+".name", c.Name),
		rule.Given(argument+".securityGroupId", c.SecurityGroupId != nil, fix),
		rule.Port(argument+".port", c.Port),
		rule.Given(argument+".fingerprint", c.Fingerprint != nil, fix),
	)
}

// securityGroup creates a security group of the component without rules. The provider removes the rule by which AWS
// allows all outgoing traffic. A change of the description replaces the group.
func (c *component) securityGroup(suffix string, vpcId pulumi.StringInput,
	description string,
) (*ec2.SecurityGroup, error) {
	group, err := ec2.NewSecurityGroup(c.ctx, c.child(suffix), &ec2.SecurityGroupArgs{
		VpcId: vpcId, Description: pulumi.String(description), Tags: c.named(suffix),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create security group: %w", err)
	}
	return group, nil
}

// edge is one permitted way between two security groups.
type edge struct {
	name     string
	from, to pulumi.StringInput
	port     int
}

// ruleText returns the description of a rule. It has characters that EC2 accepts only
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html). A change of it updates the rule in place.
func (c *component) ruleText(edge string, port int) pulumi.String {
	return pulumi.String(fmt.Sprintf("%s: %s, port %d", c.name, edge, port))
}

// allow creates the egress and the ingress rule of an edge. It returns both, so that the service can wait for them.
func (c *component) allow(e edge) ([]pulumi.Resource, error) {
	out, err := vpc.NewSecurityGroupEgressRule(c.ctx, c.child(e.name+"-egress"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           e.from,
		Description:               c.ruleText(e.name, e.port),
		ReferencedSecurityGroupId: e.to,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(e.port),
		ToPort:                    pulumi.Int(e.port),
		Tags:                      c.named(e.name),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create egress rule %s: %w", e.name, err)
	}
	in, err := vpc.NewSecurityGroupIngressRule(c.ctx, c.child(e.name+"-ingress"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           e.to,
		Description:               c.ruleText(e.name, e.port),
		ReferencedSecurityGroupId: e.from,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(e.port),
		ToPort:                    pulumi.Int(e.port),
		Tags:                      c.named(e.name),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create ingress rule %s: %w", e.name, err)
	}
	return []pulumi.Resource{out, in}, nil
}

// allowInternet lets a security group reach one port of every address.
func (c *component) allowInternet(group pulumi.StringInput, port int) ([]pulumi.Resource, error) {
	name := fmt.Sprintf("internet-%d", port)
	out, err := vpc.NewSecurityGroupEgressRule(c.ctx, c.child(name), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group,
		Description:     pulumi.String(fmt.Sprintf("%s to the internet, port %d", c.name, port)),
		CidrIpv4:        pulumi.String("0.0.0.0/0"),
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(port),
		ToPort:          pulumi.Int(port),
		Tags:            c.named(name),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create egress rule %s: %w", name, err)
	}
	return []pulumi.Resource{out}, nil
}
