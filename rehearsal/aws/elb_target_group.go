package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(targetGroupKind)

func targetGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.LbTargetGroup, Aliases: balancingAliases(token.LbTargetGroup),
		Args: lb.TargetGroupArgs{}, State: lb.TargetGroupState{},
		Facts: setting,
		Name:  standin.Naming{Property: "name", Max: 32, Unless: "namePrefix"},
		Defaults: standin.Props{
			"deregistrationDelay": 300, "lambdaMultiValueHeadersEnabled": false, "proxyProtocolV2": false, "slowStart": 0,
			"targetType": "instance",
		},
		Computed: []string{
			"connectionTermination", "healthCheck", "ipAddressType", "loadBalancingAlgorithmType",
			"loadBalancingAnomalyMitigation",
			"loadBalancingCrossZoneEnabled", "preserveClientIp", "protocolVersion", "stickiness", "targetFailovers",
			"targetGroupHealth", "targetHealthStates",
		},
		Replaces: []string{
			"ipAddressType",
			"name",
			"namePrefix",
			"port",
			"protocol",
			"protocolVersion",
			"targetType",
			"vpcId",
		},
		Refs: []standin.Ref{toVpc("vpcId")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "DuplicateTargetGroupName", Rule: "a target group's name is unique in the region",
		}},
		HeldBy: []standin.Hold{
			{Token: token.LbListener, Path: "defaultActions.targetGroupArn", By: "arn"},
			{Token: token.LbListener, Path: "defaultActions.forward.targetGroups.arn", By: "arn"},
			{Token: token.LbListenerRule, Path: "actions.targetGroupArn", By: "arn"},
			{Token: token.LbListenerRule, Path: "actions.forward.targetGroups.arn", By: "arn"},
		},
		InUse: "ResourceInUse",
		Checks: []standin.CheckRule{
			elbName, elbTargetGroup, elbTargetGroupAttributes, elbHealthCheckInterval, elbHealthCheckAddress,
			elbHealthCheckMatcher,
		},
		Id: func(o *standin.Op) string {
			return arn(o, "elasticloadbalancing", "targetgroup/"+o.Has("name").Text()+"/"+standin.Draw(ident.HexDigits, 16))
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": o.Id, "arnSuffix": "targetgroup/" + afterFirst(o.Id, "targetgroup/"), "loadBalancerArns": []any{},
				"healthCheck": standin.Props{
					"enabled": true, "healthyThreshold": 3, "interval": 30, "matcher": "200", "path": "/",
					"port": "traffic-port", "protocol": "HTTP", "timeout": 5, "unhealthyThreshold": 3,
				},
				"ipAddressType": "ipv4", "protocolVersion": "HTTP1", "loadBalancingAlgorithmType": "round_robin",
				"loadBalancingAnomalyMitigation": "off", "loadBalancingCrossZoneEnabled": "use_load_balancer_configuration",
				"stickiness": standin.Props{"enabled": false, "type": "lb_cookie", "cookieDuration": 86400},
			}
		},
	}
}
