package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func validateConnection(name string, input ConnectionInput) error {
	argument := fmt.Sprintf("connects[%q]", name)
	problems := []error{
		rule.PortName(argument, name),
		rule.Given(argument, input != nil, "take the output connection of a component"),
	}
	if connection, ok := input.(Connection); ok {
		problems = append(problems, connection.validate(argument))
	}
	return rule.All(problems...)
}

// validate checks the values that are known.
func (c Connection) validate(argument string) error {
	const fix = "take the output connection of a component"
	problems := []error{
		rule.Given(argument+".securityGroupId", c.SecurityGroupId != nil, fix),
		rule.Given(argument+".port", c.Port != nil, fix),
		rule.Given(argument+".fingerprint", c.Fingerprint != nil, fix),
	}
	if port, ok := c.Port.(pulumi.Int); ok {
		problems = append(problems, rule.Port(argument+".port", int(port)))
	}
	return rule.All(problems...)
}

// connection returns the Connection of an input. The values of an output are checked once they are known. In a preview
// a program in another language passes a connection whose unknown values are empty, which is unknown as a whole then.
func (c *component) connection(argument string, input ConnectionInput) Connection {
	if connection, ok := input.(Connection); ok {
		return connection
	}
	known := input.ToConnectionOutput().ApplyT(func(d Destination) (ConnectionOutput, error) {
		const fix = "take the output connection of a component"
		if c.ctx.DryRun() && (d.SecurityGroupId == "" || d.Fingerprint == "") {
			return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) Destination { return d }).(ConnectionOutput), nil
		}
		return pulumi.ToOutput(d).ApplyT(func(any) Destination { return d }).(ConnectionOutput), c.failed(rule.All(
			rule.Given(argument+".securityGroupId", d.SecurityGroupId != "", fix),
			rule.Port(argument+".port", d.Port),
			rule.Given(argument+".fingerprint", d.Fingerprint != "", fix),
		))
	}).(ConnectionOutput)
	text := func(get func(Destination) string) pulumi.StringOutput {
		return known.ApplyT(get).(pulumi.StringOutput)
	}
	return Connection{
		SecurityGroupId: text(func(d Destination) string { return d.SecurityGroupId }),
		Port:            known.ApplyT(func(d Destination) int { return d.Port }).(pulumi.IntOutput),
		NamespaceArn:    known.ApplyT(func(d Destination) *string { return d.NamespaceArn }).(pulumi.StringPtrOutput),
		Fingerprint:     text(func(d Destination) string { return d.Fingerprint }),
	}
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
	port     pulumi.IntInput
}

// ruleText returns the description of a rule. It has characters that EC2 accepts only
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html). A change of it updates the rule in place.
func (c *component) ruleText(edge string, port pulumi.IntInput) pulumi.StringInput {
	if known, ok := port.(pulumi.Int); ok {
		return pulumi.String(fmt.Sprintf("%s: %s, port %d", c.name, edge, int(known)))
	}
	return pulumi.Sprintf("%s: %s, port %d", c.name, edge, port)
}

// allow creates the egress and the ingress rule of an edge. It returns both, so that the service can wait for them.
func (c *component) allow(e edge) ([]pulumi.Resource, error) {
	out, err := vpc.NewSecurityGroupEgressRule(c.ctx, c.child(e.name+"-egress"), &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           e.from,
		Description:               pointer(c.ruleText(e.name, e.port)),
		ReferencedSecurityGroupId: e.to,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  e.port,
		ToPort:                    e.port,
		Tags:                      c.named(e.name),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create egress rule %s: %w", e.name, err)
	}
	in, err := vpc.NewSecurityGroupIngressRule(c.ctx, c.child(e.name+"-ingress"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           e.to,
		Description:               pointer(c.ruleText(e.name, e.port)),
		ReferencedSecurityGroupId: e.from,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  e.port,
		ToPort:                    e.port,
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
