package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(flowLogKind)

func flowLogKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2FlowLog, Args: ec2.FlowLogArgs{}, State: ec2.FlowLogState{},
		Facts:    charged(standin.ByUse("flow logs", "flow-log-gb", "log-storage-gb-month")),
		Defaults: standin.Props{"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
		Computed: []string{"logDestination", "logFormat", "logGroupName"},
		Replaces: []string{
			"deliverCrossAccountRole", "destinationOptions", "eniId", "iamRoleArn", "logDestination", "logDestinationType",
			"logFormat", "logGroupName", "maxAggregationInterval", "subnetId", "trafficType", "transitGatewayAttachmentId",
			"transitGatewayId", "vpcId",
		},
		Refs: []standin.Ref{
			toVpc("vpcId"), toSubnet("subnetId"), toRole("iamRoleArn"),
			outside("logDestination", "InvalidParameterValue",
				standin.Target{Token: token.CloudwatchLogGroup, By: "arn"}, standin.Target{Token: token.S3BucketV2, By: "arn"}),
		},
		Checks: []standin.CheckRule{ec2FlowLogSource, ec2FlowLogDestination},
		Id:     minted("fl"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "vpc-flow-log/"+o.Id), "logGroupName": "",
				"logFormat": "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} " +
					"${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
			}
		},
	}
}
