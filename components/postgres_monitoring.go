package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// insightsDays is the retention of Database Insights in its standard mode, in days. RDS stores the statistics of seven
// days without a charge (https://aws.amazon.com/rds/performance-insights/pricing/).
const insightsDays = 7

// monitoringLogGroup is the log group to which enhanced monitoring writes. RDS creates one for all databases of an
// account and region (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html).
const monitoringLogGroup = "RDSOSMetrics"

// createMonitoring creates the role with which RDS writes the measurements of the operating system to CloudWatch Logs.
// Its permissions are those of AWS's policy AmazonRDSEnhancedMonitoringRole, on the one log group that RDS uses
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSEnhancedMonitoringRole.html).
func (b *postgresBuilder) createMonitoring() error {
	if b.args.MonitoringSeconds == 0 {
		return nil
	}
	role, err := iam.NewRole(b.ctx, b.child("monitoring"), &iam.RoleArgs{
		AssumeRolePolicy:    serviceTrust("monitoring.rds.amazonaws.com", b.account()),
		Description:         pulumi.String("enhanced monitoring of the database " + b.name),
		PermissionsBoundary: pointer(b.args.PermissionsBoundaryArn),
		Tags:                b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create monitoring role: %w", err)
	}
	group := pulumi.Sprintf("arn:%s:logs:%s:%s:log-group:%s", b.partition(), b.region(), b.account(), monitoringLogGroup)
	policy, err := b.rolePolicy("monitoring", role, PolicyStatementArray{
		PolicyStatement{
			Sid: "LogGroup", Actions: []string{"logs:CreateLogGroup", "logs:PutRetentionPolicy"},
			Resources: []pulumi.StringInput{group, pulumi.Sprintf("%s:*", group)},
		},
		PolicyStatement{
			Sid:       "LogStreams",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s:log-stream:*", group)},
		},
	})
	if err != nil {
		return err
	}
	b.monitoringRoleArn = after(role.Arn, policy.ID())
	return nil
}
