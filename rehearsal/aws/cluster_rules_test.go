package aws_test

import (
	"context"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestClustersOfCachesAndDatabasesAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const (
		nodes     = "elasticache/cluster:Cluster"
		clusters  = "rds/cluster:Cluster"
		instances = "rds/clusterInstance:ClusterInstance"
	)
	node := in{"clusterId": "care", "engine": "redis", "nodeType": "cache.t4g.micro", "numCacheNodes": 1}
	aurora := in{
		"clusterIdentifier": "care", "engine": "aurora-postgresql", "masterUsername": "care", "masterPassword": "hunter22",
		"skipFinalSnapshot": true,
	}
	cluster := c.up(clusters, "aurora", with(aurora, in{"clusterIdentifier": "main"}))
	instance := in{
		"identifier": "care", "clusterIdentifier": cluster.id, "engine": "aurora-postgresql",
		"instanceClass": "db.serverless",
	}
	c.refuses(t, nodes, node, but("two nodes of Redis", in{"numCacheNodes": 2}, "numCacheNodes = 2",
		"[elasticache/cluster]"))
	c.refuses(t, clusters, aurora,
		but("identifier of a cluster", in{"clusterIdentifier": "care--db"}, "[rds/cluster]"),
		but("no password", in{"masterPassword": nil}, "a new cluster needs a password", "[rds/cluster]"),
	)
	c.refuses(t, instances, instance,
		but("promotion tier", in{"promotionTier": 16}, "promotionTier = 16", "[rds/cluster-instance]"),
		but("class", in{"instanceClass": "serverless"}, "instanceClass", "[rds/instance-class]"),
		but("other engine", in{"engine": "aurora-mysql"}, "'aurora'", "[rds/cluster-instance-engine]"),
	)
	silent := c.up(clusters, "silent", with(aurora, in{"clusterIdentifier": "silent", "skipFinalSnapshot": false}))
	require.ErrorContains(t, c.remove(silent), "[rds/cluster-final-snapshot-identifier]")
}

func TestADatabaseThatIsStoppedIsNotChanged(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	database := c.up("rds/instance:Instance", "db", with(anyDatabase, in{"skipFinalSnapshot": true}))
	c.alter("rds/instance:Instance", database.out("arn"), standin.Props{"status": "stopped"})
	require.NoError(t, c.update(database, in{"tags": in{"project": "demo"}}))
	require.ErrorContains(t, c.update(database, in{"backupRetentionPeriod": 7}), "[rds/instance-state]")
}

func TestAReplicationGroupKeepsItsReplicaAndItsSnapshots(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "elasticache/replicationGroup:ReplicationGroup"
	group := func(name string, more in) in {
		return with(in{
			"replicationGroupId": name, "description": "cache", "nodeType": "cache.t4g.micro", "numCacheClusters": 2,
			"automaticFailoverEnabled": true, "finalSnapshotIdentifier": "last", "engineVersion": "7.1",
		}, more)
	}
	c.refuses(t, token, group("care", in{"finalSnapshotIdentifier": nil}), but("version", in{"engineVersion": "7.1.0"},
		`engineVersion = "7.1.0"`, "[elasticache/engine-version]"))
	first, second := c.up(token, "first", group("first", nil)), c.up(token, "second", group("second", nil))
	one := in{"numCacheClusters": 1, "automaticFailoverEnabled": false}
	require.ErrorContains(t, c.update(first, one), "[elasticache/last-replica]")
	require.NoError(t, c.update(first, with(one, in{"applyImmediately": true})))
	require.NoError(t, c.remove(first))
	require.ErrorContains(t, c.remove(second), "[elasticache/final-snapshot-name]")
}

func TestNamespacesOfDnsAndTheirServicesAreWellFormed(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	const spaces, services = "servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "servicediscovery/service:Service"
	space := in{"name": "inner.local", "vpc": s.vpc.id}
	made := s.up(spaces, "made", with(space, in{"name": "other.local"}))
	service := in{"name": "app", "dnsConfig": in{"namespaceId": made.id, "dnsRecords": []any{in{"ttl": 10, "type": "A"}}}}
	s.refuses(t, spaces, space, but("name", in{"name": "inner local"}, "[servicediscovery/dns-namespace-name]"))
	s.refuses(t, services, service,
		but("no namespace", in{"dnsConfig": nil}, "[servicediscovery/service]"),
		but("record", in{"dnsConfig": in{"namespaceId": made.id, "dnsRecords": []any{in{"ttl": 10, "type": "MX"}}}},
			"dnsConfig.dnsRecords[0].type", "[servicediscovery/service]"),
	)
}

func TestRulesOfListenersHaveTheIdsOfTheirOwnKind(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	listener := f.up("lb/listener:Listener", "web",
		f.http(in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "404"}}))
	forward := in{"type": "forward", "targetGroupArn": f.group.out("arn")}
	_, reasons := f.check("lb/listenerRule:ListenerRule", "rule", nil, in{
		"listenerArn": listener.out("arn"), "actions": []any{forward, forward},
		"conditions": []any{in{"hostHeader": in{"values": []any{"care.example.org"}}}},
	})
	requireReason(t, reasons, "InvalidLoadBalancerAction", "[elb/rule-actions]")
	_, reasons = f.check("lb/listenerCertificate:ListenerCertificate", "more", nil,
		in{"listenerArn": listener.out("arn"), "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"})
	requireReason(t, reasons, "CertificateNotFound", "[elb/further-certificate]")
}

func TestRefusalsOfEveryTypeNameTheirRule(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	vpc := in{"cidrBlock": "10.0.0.0/16"}
	requireReason(t, c.wrong("ec2/vpc:Vpc", "vpc", with(vpc, in{"cidr": "10.0.0.0/16"})), "[provider/argument]")
	requireReason(t, c.wrong("ec2/vpc:Vpc", "vpc", with(vpc, in{"tags": "none"})), "[provider/type]")
	long := "a-resource-whose-name-is-much-too-long-for-a-load-balancer"
	requireReason(t, c.wrong("lb/loadBalancer:LoadBalancer", long, in{"subnets": []any{"subnet-1", "subnet-2"}}),
		"[provider/name]")
	requireReason(t, c.wrong("efs/fileSystem:FileSystem", "files", in{"lifecyclePolicies": []any{in{}}}),
		"[efs/lifecycle-policy]")
	_, err := c.server.Update(context.Background(), &pulumirpc.UpdateRequest{
		Id: "vpc-gone", Urn: urn("ec2/vpc:Vpc", "gone"), OldInputs: c.wire(vpc), News: c.wire(vpc),
	})
	require.ErrorContains(t, err, "[cloud/deleted]")
}
