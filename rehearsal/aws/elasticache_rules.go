package aws

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var (
	cacheNode  = regexp.MustCompile(`^cache\.[a-z][a-z0-9]*\.(micro|small|medium|x?large|\d+xlarge)$`)
	cacheGroup = regexp.MustCompile(`^[a-z0-9-]{1,255}$`)
	cacheToken = regexp.MustCompile(`^[A-Za-z0-9!&#$^<>-]{16,128}$`)
)

var elasticacheReplicationGroup = rule("elasticache/replication-group").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "replicationGroupId", rdsInvalidValue, 40)
	like(d, "replicationGroupId", form{
		rdsInvalidValue, rdsIdentifier,
		"an identifier has letters, digits and hyphens, " + hyphensApart,
		"choose such an identifier",
	})
	like(d, "nodeType",
		form{rdsInvalidValue, cacheNode, "there is no such cache node type", `use one such as "cache.t4g.micro"`})
	among(d, "engine", rdsInvalidValue, "redis", "valkey")
	within(d, "snapshotRetentionLimit", rdsInvalidValue, 0, 35)
})

var elasticacheFailover = rule("elasticache/failover").OnInputs(func(d *standin.Draft) {
	failover, nodes := d.In("automaticFailoverEnabled"), d.In("numCacheClusters")
	if failover.Bool() && nodes.Known() && nodes.Int() < 2 {
		d.Refuse(nodes, rdsInvalidCombination, "automatic failover needs at least two cache clusters",
			"give 2, or set automaticFailoverEnabled to false")
	}
	if zones := d.In("multiAzEnabled"); zones.Bool() && failover.Known() && !failover.Bool() {
		d.Refuse(zones, rdsInvalidCombination, "Must enable automatic failover to enable Multi-AZ",
			"set automaticFailoverEnabled to true")
	}
})

var elasticacheAuthToken = rule("elasticache/auth-token").OnInputs(func(d *standin.Draft) {
	v, transit := d.In("authToken"), d.In("transitEncryptionEnabled")
	like(d, "authToken", form{
		rdsInvalidValue, cacheToken, "the AUTH token has 16 to 128 letters, digits and !&#$^<>-",
		"choose such a token",
	})
	if isGiven(v) && v.Known() && !transit.Bool() && !transit.Unknown() {
		d.Refuse(v, rdsInvalidCombination, "an AUTH token needs encryption in transit",
			"set transitEncryptionEnabled to true")
	}
})

var elasticacheTransitEncryption = rule("elasticache/transit-encryption").OnInputs(func(d *standin.Draft) {
	users, transit := d.In("userGroupIds"), d.In("transitEncryptionEnabled")
	if len(users.Items()) > 0 && !transit.Bool() && !transit.Unknown() {
		d.Refuse(users, rdsInvalidCombination,
			"User group based access control requires encryption-in-transit to be enabled on the replication group",
			"set transitEncryptionEnabled to true")
	}
	const first = 7
	number, _, _ := strings.Cut(d.In("engineVersion").Text(), ".")
	mode := d.In("transitEncryptionMode")
	if major, err := strconv.Atoi(number); err == nil && major < first && mode.Text() == "preferred" &&
		d.In("engine").Text() == "redis" {
		d.Refuse(mode, rdsInvalidCombination, "the mode preferred needs Redis 7 or later",
			"use engineVersion 7.1, or the mode required")
	}
})

var elasticacheVpc = rule("elasticache/vpc").OnOperation(func(o *standin.Op) {
	if group := o.World.Find(token.ElasticacheSubnetGroup, "name", o.In("subnetGroupName").Text()); group != nil {
		groupsInVpc(o, "securityGroupIds", group.Out("vpcId").Text(), rdsInvalidValue)
	}
})

var elasticacheSubnetGroupName = rule("elasticache/subnet-group-name").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		rdsInvalidValue, cacheGroup, "a cache subnet group's name has at most 255 lower-case letters, digits and hyphens",
		"choose such a name",
	})
	if name := d.In("name"); name.Text() == "default" {
		d.Refuse(name, rdsInvalidValue, "the name default is reserved", "choose another name")
	}
})

var elasticacheSubnetGroupVpc = rule("elasticache/subnet-group-vpc").OnOperation(func(o *standin.Op) {
	subnetsInOneVpc(o, "subnetIds", "InvalidSubnet")
})
