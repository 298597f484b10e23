package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(dbSubnetGroupKind)

func dbSubnetGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsSubnetGroup, Args: rds.SubnetGroupArgs{}, State: rds.SubnetGroupState{},
		Facts:    setting,
		Required: []string{"subnetIds"},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"description": managedByPulumi},
		Replaces: []string{"name", "namePrefix"},
		Sets:     []string{"subnetIds"},
		Refs:     []standin.Ref{toSubnet("subnetIds")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "DBSubnetGroupAlreadyExists",
			Rule: "a DB subnet group's name is unique in the account and region",
		}},
		HeldBy: []standin.Hold{{Token: token.RdsInstance, Path: "dbSubnetGroupName"}},
		InUse:  "InvalidDBSubnetGroupStateFault",
		Checks: []standin.CheckRule{rdsSubnetGroupName},
		Rules:  []standin.Rule{rdsSubnetGroupZones, rdsSubnetInUse},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "rds", "subgrp:"+o.Has("name").Text()), "supportedNetworkTypes": []any{"IPV4"},
				"vpcId": vpcOf(o, o.In("subnetIds")),
			}
		},
	}
}
