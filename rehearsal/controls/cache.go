package controls

import (
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var elastiCacheControls = []Control{
	{
		ID: "ElastiCache.1", Title: "Caches are backed up every day", Remedy: "snapshotRetentionLimit",
		token: token.ElasticacheReplicationGroup,
		breach: func(_ *standin.View, r *standin.Resource) string {
			days := r.Out("snapshotRetentionLimit").Int()
			return with("snapshotRetentionLimit is "+strconv.Itoa(days), days < 1)
		},
	},
	{
		ID: "ElastiCache.2", Title: "Caches get minor versions by themselves", Remedy: "autoMinorVersionUpgrade",
		token: token.ElasticacheReplicationGroup,
		breach: func(_ *standin.View, r *standin.Resource) string { // true unless set
			on := r.Out("autoMinorVersionUpgrade")
			return with("autoMinorVersionUpgrade is false", on.Known() && !on.Bool() && on.Text() != "true")
		},
	},
	{
		ID: "ElastiCache.3", Title: "Another node takes over from a primary that fails", Remedy: "automaticFailoverEnabled",
		token: token.ElasticacheReplicationGroup, breach: isTrue("automaticFailoverEnabled"),
	},
	{
		ID: "ElastiCache.4", Title: "Caches are encrypted", Remedy: "atRestEncryptionEnabled",
		token: token.ElasticacheReplicationGroup,
		breach: func(_ *standin.View, r *standin.Resource) string {
			on := r.Out("atRestEncryptionEnabled")
			return with("atRestEncryptionEnabled is false", !on.Bool() && on.Text() != "true")
		},
	},
	{
		ID: "ElastiCache.5", Title: "Caches are reached with TLS", Remedy: "transitEncryptionEnabled",
		token: token.ElasticacheReplicationGroup, breach: isTrue("transitEncryptionEnabled"),
	},
	{
		ID: "ElastiCache.6", Title: "Redis before version 6 asks for a password", Remedy: "authToken",
		token: token.ElasticacheReplicationGroup,
		applies: func(r *standin.Resource) bool {
			const withUsers = 6
			version := live.MajorVersion(r.Out("engineVersion").Text())
			return r.Out("engine").Text() != "valkey" && version > 0 && version < withUsers
		},
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("authToken is not set", !r.Out("authToken").Known())
		},
	},
	{
		ID: "ElastiCache.7", Title: "Caches are not in the default subnet group", Remedy: "subnetGroupName",
		token: token.ElasticacheReplicationGroup,
		breach: func(_ *standin.View, r *standin.Resource) string {
			name := r.Out("subnetGroupName").Text()
			return with("is in the default subnet group", name == "" || name == "default")
		},
	},
}
