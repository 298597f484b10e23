package aws

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(cacheClusterKind)

// maxCacheNodes is the most nodes that a cluster of Memcached has
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html).
const maxCacheNodes = 40

// cacheClusterKind is a cache without replication: one node of Redis or Valkey, or several of Memcached.
func cacheClusterKind() standin.Kind {
	return standin.Kind{
		Token: token.ElasticacheCluster, Args: elasticache.ClusterArgs{}, State: elasticache.ClusterState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual:  10 * time.Minute,
				Why:    "the nodes boot",
				Source: applyLogs + "as the replication group",
			},
			Charge: cacheClusterCharge, Loss: standin.Always(cacheLoss),
		},
		Name: standin.Naming{Property: "clusterId", Max: 50, Lower: true},
		Computed: []string{
			"applyImmediately", "availabilityZone", "azMode", "engine", "engineVersion", "ipDiscovery", "maintenanceWindow",
			"networkType",
			"nodeType", "numCacheNodes", "parameterGroupName", "port", "preferredOutpostArn", "replicationGroupId",
			"securityGroupIds",
			"snapshotWindow", "subnetGroupName", "transitEncryptionEnabled",
		},
		Replaces: []string{
			"availabilityZone", "clusterId", "engine", "networkType", "outpostMode", "port", "preferredOutpostArn",
			"replicationGroupId",
			"snapshotArns", "snapshotName", "subnetGroupName", "transitEncryptionEnabled",
		},
		Sets:   []string{"logDeliveryConfigurations", "securityGroupIds"},
		Checks: []standin.CheckRule{elasticacheCluster},
		Rules:  []standin.Rule{elasticacheVpc},
		Refs: []standin.Ref{
			toSecurityGroup("securityGroupIds"), toTopic("notificationTopicArn"),
			inside("subnetGroupName", "CacheSubnetGroupNotFoundFault", standin.Target{Token: token.ElasticacheSubnetGroup}),
			outside("replicationGroupId", "ReplicationGroupNotFoundFault",
				standin.Target{Token: token.ElasticacheReplicationGroup}),
		},
		Unique: []standin.Unique{{
			By: []string{"clusterId"}, Code: "CacheClusterAlreadyExists",
			Rule: "a cache cluster's identifier is unique in the account and region",
		}},
		Id:      by("clusterId"),
		Outputs: cacheClusterOutputs,
	}
}

func cacheClusterOutputs(o *standin.Op) standin.Props {
	id, engine := o.In("clusterId").Text(), o.In("engine").Text()
	const memcached, redis = 11211, 6379
	port := o.In("port").Int()
	if port == 0 {
		port = redis
		if engine == "memcached" {
			port = memcached
		}
	}
	domain := standin.Draw(lowerDigits, 6) + ".%s." + shortRegion(o.Scope.Region) + ".cache.amazonaws.com"
	nodes := []standin.Props{}
	// A count that is refused may come here all the same, in a run that looks for further refusals.
	for i := range min(max(1, o.In("numCacheNodes").Int()), maxCacheNodes) {
		number := fmt.Sprintf("%04d", i+1)
		nodes = append(nodes, standin.Props{
			"address": id + "." + fmt.Sprintf(domain, number), "id": number, "port": port, "outpostArn": "",
			"availabilityZone": zonesOf(o.Scope.Region)[0],
		})
	}
	outputs := standin.Props{
		"arn": arn(o, "elasticache", "cluster:"+id), "cacheNodes": nodes, "engineVersionActual": o.In("engineVersion").Text(),
		"port":             port,
		"securityGroupIds": []any{},
		"numCacheNodes":    len(nodes),
		"availabilityZone": zonesOf(o.Scope.Region)[0],
	}
	if engine == "memcached" {
		address := id + "." + fmt.Sprintf(domain, "cfg")
		outputs["clusterAddress"], outputs["configurationEndpoint"] = address, fmt.Sprintf("%s:%d", address, port)
	}
	return outputs
}

var elasticacheCluster = rule("elasticache/cluster").OnInputs(func(d *standin.Draft) {
	like(d, "clusterId", form{
		rdsInvalidValue,
		rdsIdentifier,
		"an identifier has letters, digits and hyphens, " + hyphensApart,
		"choose such an identifier",
	})
	shortEnough(d, "clusterId", rdsInvalidValue, 50)
	like(d, "nodeType",
		form{rdsInvalidValue, cacheNode, "there is no such cache node type", `use one such as "cache.t4g.micro"`})
	among(d, "engine", rdsInvalidValue, "memcached", "redis", "valkey")
	within(d, "numCacheNodes", rdsInvalidValue, 1, maxCacheNodes)
	if nodes, engine := d.In("numCacheNodes"), d.In("engine").Text(); nodes.Int() > 1 &&
		(engine == "redis" || engine == "valkey") {
		d.Refuse(nodes, rdsInvalidValue, "a cluster of "+engine+" has one node", "use a ReplicationGroup for several")
	}
	if d.In("replicationGroupId").Missing() {
		required(d, rdsInvalidValue, "engine", "nodeType", "numCacheNodes")
	}
})

func cacheClusterCharge(t standin.Tally, r *standin.Resource) {
	nodes := max(1, r.Out("numCacheNodes").Int())
	t.AddHours(r, float64(nodes), "elasticache-node-hour", r.Out("engine").Text(), r.Out("nodeType").Text())
}
