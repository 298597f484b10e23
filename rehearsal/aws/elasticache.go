package aws

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func cacheKinds() []standin.Kind {
	return []standin.Kind{replicationGroupKind(), cacheSubnetGroupKind()}
}

func replicationGroupKind() standin.Kind {
	return standin.Kind{
		Token: replicationGroupToken, Args: elasticache.ReplicationGroupArgs{}, State: elasticache.ReplicationGroupState{},
		Name:     standin.Naming{Property: "replicationGroupId", Max: 40, Lower: true},
		Defaults: standin.Props{"automaticFailoverEnabled": false, "engine": "redis", "multiAzEnabled": false},
		Computed: []string{
			"applyImmediately", "atRestEncryptionEnabled", "autoMinorVersionUpgrade", "clusterMode", "dataTieringEnabled", "engineVersion",
			"globalReplicationGroupId", "ipDiscovery", "maintenanceWindow", "networkType", "nodeType", "numCacheClusters",
			"numNodeGroups", "parameterGroupName", "replicasPerNodeGroup", "securityGroupIds", "securityGroupNames",
			"snapshotWindow", "subnetGroupName", "transitEncryptionEnabled", "transitEncryptionMode",
		},
		Replaces: []string{
			"atRestEncryptionEnabled", "dataTieringEnabled", "kmsKeyId", "networkType", "port", "replicationGroupId",
			"securityGroupNames", "snapshotArns", "snapshotName", "subnetGroupName",
		},
		Sets:    []string{"logDeliveryConfigurations", "securityGroupIds", "securityGroupNames", "userGroupIds"},
		Secrets: []string{"authToken"},
		Checks:  []standin.CheckRule{cacheFormed, cacheFailover, cacheAuth},
		Rules:   []standin.Rule{cacheInVpc},
		Refs: []standin.Ref{
			toSecurityGroup("securityGroupIds"), toTopic("notificationTopicArn"),
			inside("subnetGroupName", "CacheSubnetGroupNotFoundFault", standin.Target{Token: cacheSubnetGroupToken}),
		},
		Unique: []standin.Unique{{
			By: []string{"replicationGroupId"}, Code: "ReplicationGroupAlreadyExists",
			Rule: "a replication group's identifier is unique in the account and region",
		}},
		Id: by("replicationGroupId"),
		Outputs: func(o *standin.Op) standin.Props {
			id := o.In("replicationGroupId").Text()
			domain := standin.Draw(lowerDigits, 6) + ".ng.0001." + shortRegion(o.Scope.Region) + ".cache.amazonaws.com"
			members := []any{}
			for i := range max(1, o.In("numCacheClusters").Int()) {
				members = append(members, fmt.Sprintf("%s-%03d", id, i+1))
			}
			return standin.Props{
				"arn": arn(o, "elasticache", "replicationgroup:"+id), "clusterEnabled": false, "configurationEndpointAddress": "",
				"primaryEndpointAddress": id + "." + domain, "readerEndpointAddress": id + "-ro." + domain,
				"engineVersionActual": o.In("engineVersion").Text(), "memberClusters": members,
				"numCacheClusters": len(members), "securityGroupIds": []any{}, "securityGroupNames": []any{},
			}
		},
	}
}

// shortRegion abbreviates a region as zone identifiers do.
func shortRegion(region string) string {
	return strings.TrimSuffix(zoneId(region+"a"), "-az1")
}

func cacheSubnetGroupKind() standin.Kind {
	return standin.Kind{
		Token: cacheSubnetGroupToken, Args: elasticache.SubnetGroupArgs{}, State: elasticache.SubnetGroupState{},
		Required: []string{"subnetIds"},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"description": managedByPulumi},
		Replaces: []string{"name"},
		Sets:     []string{"subnetIds"},
		Refs:     []standin.Ref{toSubnet("subnetIds")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "CacheSubnetGroupAlreadyExists", Rule: "a cache subnet group's name is unique in the account and region",
		}},
		HeldBy: []standin.Hold{{Token: replicationGroupToken, Path: "subnetGroupName"}},
		InUse:  "CacheSubnetGroupInUse",
		Checks: []standin.CheckRule{cacheSubnetGroupNamed},
		Rules:  []standin.Rule{cacheSubnetsInOneVpc},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "elasticache", "subnetgroup:"+o.In("name").Text()), "vpcId": vpcOf(o, o.In("subnetIds")),
			}
		},
	}
}
