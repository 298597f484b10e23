package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(cacheSubnetGroupKind)

func cacheSubnetGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.ElasticacheSubnetGroup, Args: elasticache.SubnetGroupArgs{}, State: elasticache.SubnetGroupState{},
		Facts:    setting,
		Required: []string{"subnetIds"},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"description": managedByPulumi},
		Replaces: []string{"name"},
		Sets:     []string{"subnetIds"},
		Refs:     []standin.Ref{toSubnet("subnetIds")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "CacheSubnetGroupAlreadyExists",
			Rule: "a cache subnet group's name is unique in the account and region",
		}},
		HeldBy: []standin.Hold{
			{
				Token: token.ElasticacheReplicationGroup,
				Path:  "subnetGroupName",
			},
			{Token: token.ElasticacheCluster, Path: "subnetGroupName"},
		},
		InUse:  "CacheSubnetGroupInUse",
		Checks: []standin.CheckRule{elasticacheSubnetGroupName},
		Rules:  []standin.Rule{elasticacheSubnetGroupVpc},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "elasticache", "subnetgroup:"+o.In("name").Text()), "vpcId": vpcOf(o, o.In("subnetIds")),
			}
		},
	}
}
