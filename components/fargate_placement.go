package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Placement is the cluster, network and logging that all services of a stack share. A field that is not set has the
// default of a FargateService.
type Placement struct {
	// ClusterArn is the ECS cluster. Required.
	ClusterArn pulumi.StringInput `pulumi:"clusterArn"`
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets of the tasks. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// AssignPublicIp assigns tasks public addresses.
	AssignPublicIp pulumi.BoolInput `pulumi:"assignPublicIp,optional"`
	// CpuArchitecture is X86_64 or ARM64.
	CpuArchitecture string `pulumi:"cpuArchitecture,optional"`
	// EnableExecuteCommand allows a shell in the containers with ECS Exec.
	EnableExecuteCommand bool `pulumi:"enableExecuteCommand,optional"`
	// ExecuteCommandLogGroupArn is the log group to which the cluster writes those shells' sessions.
	ExecuteCommandLogGroupArn pulumi.StringInput `pulumi:"executeCommandLogGroupArn,optional"`
	// ServiceConnectLogs creates log groups for the proxies of Service Connect.
	ServiceConnectLogs bool `pulumi:"serviceConnectLogs,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the roles of the service
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// LogGroupPrefix is the prefix of the log groups' names.
	LogGroupPrefix string `pulumi:"logGroupPrefix,optional"`
	// LogRetentionDays is the retention of logs in days.
	LogRetentionDays int `pulumi:"logRetentionDays,optional"`
	// KmsKeyArn is the KMS key that encrypts the log groups and, of a RedisStack, its file system and its parameters.
	// Default: AWS's own keys.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
}

func (p Placement) validate() error {
	problems := []error{
		rule.Given("placement.clusterArn", p.ClusterArn != nil, "give the cluster's ARN"),
		rule.Given("placement.vpcId", p.VpcId != nil, "give the id of the subnets' VPC"),
		rule.Given("placement.subnetIds", p.SubnetIds != nil, "give the ids of the subnets for tasks"),
		rule.OneOf("placement.cpuArchitecture", p.CpuArchitecture, "", "X86_64", "ARM64"),
		validateArguments(p.arguments()),
	}
	if p.LogGroupPrefix != "" {
		problems = append(problems, rule.LogGroupPrefix("placement.logGroupPrefix", p.LogGroupPrefix))
	}
	if p.LogRetentionDays != 0 {
		problems = append(problems, rule.LogRetention("placement.logRetentionDays", p.LogRetentionDays))
	}
	return rule.All(problems...)
}

func (p *Placement) arguments() []argument {
	return []argument{
		{"placement.permissionsBoundaryArn", &p.PermissionsBoundaryArn, rule.PolicyArn, false},
		{"placement.kmsKeyArn", &p.KmsKeyArn, rule.KeyArn, false},
	}
}

// service returns Args with the fields of the placement set.
func (p Placement) service(tags map[string]string) *FargateServiceArgs {
	return &FargateServiceArgs{
		ClusterArn:                p.ClusterArn,
		VpcId:                     p.VpcId,
		SubnetIds:                 p.SubnetIds,
		AssignPublicIp:            p.AssignPublicIp,
		CpuArchitecture:           p.CpuArchitecture,
		EnableExecuteCommand:      p.EnableExecuteCommand,
		ExecuteCommandLogGroupArn: p.ExecuteCommandLogGroupArn,
		ServiceConnectLogs:        p.ServiceConnectLogs,
		PermissionsBoundaryArn:    p.PermissionsBoundaryArn,
		LogGroupPrefix:            p.LogGroupPrefix,
		LogRetentionDays:          p.LogRetentionDays,
		KmsKeyArn:                 p.KmsKeyArn,
		Tags:                      tags,
	}
}
