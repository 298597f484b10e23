package aws

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(replicationGroupKind)

func replicationGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.ElasticacheReplicationGroup,
		Args:  elasticache.ReplicationGroupArgs{},
		State: elasticache.ReplicationGroupState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual:  10 * time.Minute,
				Why:    "the nodes boot and replicate",
				Source: applyLogs + "6 to 9 minutes",
			},
			Charge: cacheCharge, Loss: standin.Always(cacheLoss),
		},
		Name:     standin.Naming{Property: "replicationGroupId", Max: 40, Lower: true},
		Defaults: standin.Props{"automaticFailoverEnabled": false, "engine": "redis", "multiAzEnabled": false},
		Computed: []string{
			"applyImmediately", "atRestEncryptionEnabled", "autoMinorVersionUpgrade", "clusterMode", "dataTieringEnabled",
			"engineVersion",
			"globalReplicationGroupId", "ipDiscovery", "maintenanceWindow", "networkType", "nodeType", "numCacheClusters",
			"numNodeGroups", "parameterGroupName", "replicasPerNodeGroup", "securityGroupIds", "securityGroupNames",
			"snapshotWindow", "subnetGroupName", "transitEncryptionEnabled", "transitEncryptionMode",
		},
		Replaces: []string{
			"atRestEncryptionEnabled", "dataTieringEnabled", "globalReplicationGroupId", "kmsKeyId", "networkType", "port",
			"replicationGroupId",
			"securityGroupNames", "snapshotArns", "snapshotName", "subnetGroupName",
		},
		Sets:    []string{"logDeliveryConfigurations", "securityGroupIds", "securityGroupNames", "userGroupIds"},
		Secrets: []string{"authToken"},
		Checks: []standin.CheckRule{
			elasticacheReplicationGroup, elasticacheEngineVersion, elasticacheFailover, elasticacheAuthToken,
			elasticacheTransitEncryption,
		},
		Rules:    append(keyRules(), elasticacheVpc, elasticacheLastReplica),
		Diff:     cacheDiff,
		Windowed: cacheWindowed,
		OnDelete: []standin.Rule{elasticacheFinalSnapshotName},
		Moves: map[string][]string{
			"engineVersionActual": {
				"engineVersion",
			}, "memberClusters": {"numCacheClusters", "numNodeGroups", "replicasPerNodeGroup"},
		},
		Refs: []standin.Ref{
			toSecurityGroup("securityGroupIds"), toTopic("notificationTopicArn"), ofData(token.ElasticacheReplicationGroup),
			inside("subnetGroupName", "CacheSubnetGroupNotFoundFault", standin.Target{Token: token.ElasticacheSubnetGroup}),
		},
		Unique: []standin.Unique{{
			By: []string{"replicationGroupId"}, Code: "ReplicationGroupAlreadyExists",
			Rule: "a replication group's identifier is unique in the account and region",
		}},
		Id:      by("replicationGroupId"),
		Outputs: cacheOutputs,
	}
}

func cacheOutputs(o *standin.Op) standin.Props {
	id := o.In("replicationGroupId").Text()
	nodes := max(1, o.In("numCacheClusters").Int(),
		max(1, o.In("numNodeGroups").Int())*(1+o.In("replicasPerNodeGroup").Int()))
	members := []any{}
	for i := range nodes {
		members = append(members, fmt.Sprintf("%s-%03d", id, i+1))
	}
	outputs := standin.Props{
		"arn": arn(o, "elasticache", "replicationgroup:"+id), "clusterEnabled": live.ClusterMode(o.In),
		"engineVersionActual": o.In("engineVersion").Text(), "memberClusters": members,
		"numCacheClusters": len(members), "securityGroupIds": []any{}, "securityGroupNames": []any{},
	}
	maps.Copy(outputs, cacheHosts(o, id))
	return outputs
}

// cacheHosts returns the endpoints of a replication group: with cluster mode one for its configuration, else one of the
// primary and one of the replicas. With encryption in transit their names have another form
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html).
func cacheHosts(o *standin.Op, id string) standin.Props {
	domain := "." + standin.Draw(lowerDigits, 6)
	rest := "." + shortRegion(o.Scope.Region) + ".cache.amazonaws.com"
	hosts := standin.Props{"configurationEndpointAddress": "", "primaryEndpointAddress": "", "readerEndpointAddress": ""}
	encrypted := o.In("transitEncryptionEnabled").Bool()
	switch {
	case live.ClusterMode(o.In) && encrypted:
		hosts["configurationEndpointAddress"] = "clustercfg." + id + domain + rest
	case live.ClusterMode(o.In):
		hosts["configurationEndpointAddress"] = id + domain + ".clustercfg" + rest
	case encrypted:
		hosts["primaryEndpointAddress"], hosts["readerEndpointAddress"] = "master."+id+domain+rest, "replica."+id+domain+rest
	default:
		hosts["primaryEndpointAddress"] = id + domain + ".ng.0001" + rest
		hosts["readerEndpointAddress"] = id + "-ro" + domain + ".ng.0001" + rest
	}
	return hosts
}

// shortRegion abbreviates a region as zone identifiers do.
func shortRegion(region string) string {
	return strings.TrimSuffix(zoneId(region+"a"), "-az1")
}

const cacheLoss = "everything in the cache: queued tasks, sessions and search index"

func cacheCharge(t standin.Tally, r *standin.Resource) {
	nodes := max(1, r.Out("numCacheClusters").Int())
	if groups := r.Out("numNodeGroups").Int(); groups > 0 {
		nodes = groups * (1 + r.Out("replicasPerNodeGroup").Int())
	}
	t.AddHours(r, float64(nodes), "elasticache-node-hour", r.Out("engine").Text(), r.Out("nodeType").Text())
	if r.Out("snapshotRetentionLimit").Int() > 0 {
		t.Use("snapshots of caches")
	}
}
