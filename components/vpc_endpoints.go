package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createEndpoints makes the gateway endpoint for S3, which costs nothing and keeps that traffic off NAT gateways
// (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html), and the interface endpoints asked for.
func (b *vpcBuilder) createEndpoints() error {
	_, err := ec2.NewVpcEndpoint(b.ctx, b.child("s3"), &ec2.VpcEndpointArgs{
		VpcId:           b.vpc.ID(),
		ServiceName:     pulumi.Sprintf("com.amazonaws.%s.s3", b.region()),
		VpcEndpointType: pulumi.String("Gateway"),
		RouteTableIds:   b.applicationTables,
		Tags:            b.named("s3"),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create S3 endpoint: %w", err)
	}
	if len(b.args.InterfaceEndpoints) == 0 {
		return nil
	}
	group, err := b.createEndpointGroup()
	if err != nil {
		return err
	}
	for _, service := range b.args.InterfaceEndpoints {
		_, err := ec2.NewVpcEndpoint(b.ctx, b.child("endpoint-"+service), &ec2.VpcEndpointArgs{
			VpcId:             b.vpc.ID(),
			ServiceName:       pulumi.Sprintf("com.amazonaws.%s.%s", b.region(), service),
			VpcEndpointType:   pulumi.String("Interface"),
			PrivateDnsEnabled: pulumi.Bool(true),
			SubnetIds:         b.applicationIds,
			SecurityGroupIds:  pulumi.StringArray{group.ID()},
			Tags:              b.named("endpoint-" + service),
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("create endpoint for %s: %w", service, err)
		}
	}
	return nil
}

// createEndpointGroup creates a security group that admits the VPC on port 443 and nothing else.
func (b *vpcBuilder) createEndpointGroup() (*ec2.SecurityGroup, error) {
	group, err := b.securityGroup("endpoints", b.vpc.ID().ToStringOutput(), "Interface endpoints of "+b.name)
	if err != nil {
		return nil, fmt.Errorf("endpoints: %w", err)
	}
	_, err = vpc.NewSecurityGroupIngressRule(b.ctx, b.child("endpoints-ingress"), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: group.ID(),
		Description:     pulumi.String(b.name + " to its interface endpoints"),
		CidrIpv4:        b.vpc.CidrBlock,
		IpProtocol:      pulumi.String("tcp"),
		FromPort:        pulumi.Int(httpsPort),
		ToPort:          pulumi.Int(httpsPort),
		Tags:            b.named("endpoints"),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create ingress rule of endpoints: %w", err)
	}
	return group, nil
}

// createFlowLogs logs the connections that security groups and network ACLs reject, or all connections.
func (b *vpcBuilder) createFlowLogs() error {
	if !b.args.FlowLogs {
		return nil
	}
	logs, err := cloudwatch.NewLogGroup(b.ctx, b.child("flow"), &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays), KmsKeyId: pointer(b.args.KmsKeyArn), Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create log group of flow logs: %w", err)
	}
	role, policy, err := b.createFlowRole(logs)
	if err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(b.ctx, b.child("flow"), &ec2.FlowLogArgs{
		VpcId:          b.vpc.ID(),
		TrafficType:    pulumi.String(b.args.FlowLogTraffic),
		LogDestination: logs.Arn,
		IamRoleArn:     role.Arn,
		Tags:           b.named("flow"),
	}, b.options(pulumi.DependsOn([]pulumi.Resource{policy}))...)
	if err != nil {
		return fmt.Errorf("create flow logs: %w", err)
	}
	return nil
}

// createFlowRole creates the role with which the flow logs service writes to the log group
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html).
func (b *vpcBuilder) createFlowRole(logs *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicy, error) {
	role, err := iam.NewRole(b.ctx, b.child("flow"), &iam.RoleArgs{
		AssumeRolePolicy:    serviceTrust("vpc-flow-logs.amazonaws.com", b.account()),
		PermissionsBoundary: pointer(b.args.PermissionsBoundaryArn),
		Tags:                b.tagged(),
	}, b.options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("create role of flow logs: %w", err)
	}
	policy, err := iam.NewRolePolicy(b.ctx, b.child("flow"), &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: policyDocument(PolicyStatementArray{PolicyStatement{
			Sid:       "WriteLogs",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", logs.Arn)},
		}}),
	}, b.options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("create policy of flow logs: %w", err)
	}
	return role, policy, nil
}
