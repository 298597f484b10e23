package controls

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var rdsControls = []Control{
	{
		ID: "RDS.2", Title: "Databases have no public address", Remedy: "publiclyAccessible",
		token: token.RdsInstance, breach: isFalse("publiclyAccessible"),
	},
	{
		ID: "RDS.3", Title: "Databases are encrypted", Remedy: "storageEncrypted",
		token: token.RdsInstance, breach: isTrue("storageEncrypted"),
	},
	{
		ID: "RDS.5", Title: "Databases have a standby in a second zone", Remedy: "multiAz",
		token: token.RdsInstance, breach: isTrue("multiAz"),
	},
	{
		ID: "RDS.6", Title: "Databases have enhanced monitoring", Remedy: "monitoringInterval", token: token.RdsInstance,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("monitoringInterval is 0", r.Out("monitoringInterval").Int() == 0)
		},
	},
	{
		ID: "RDS.8", Title: "Databases are protected from deletion", Remedy: "deletionProtection",
		token: token.RdsInstance, breach: isTrue("deletionProtection"),
	},
	{
		ID: "RDS.9", Title: "All logs of databases are in CloudWatch", Remedy: "enabledCloudwatchLogsExports",
		token: token.RdsInstance, applies: isPostgres, breach: exports("postgresql", "upgrade"),
	},
	{
		ID: "RDS.10", Title: "Databases accept identities of IAM", Remedy: "iamDatabaseAuthenticationEnabled",
		token: token.RdsInstance, breach: isTrue("iamDatabaseAuthenticationEnabled"),
	},
	{
		ID: "RDS.11", Title: "Backups of databases are kept for a week", Remedy: "backupRetentionPeriod",
		token: token.RdsInstance,
		breach: func(_ *standin.View, r *standin.Resource) string {
			const week = 7
			days := r.Out("backupRetentionPeriod").Int()
			return with("backupRetentionPeriod is "+strconv.Itoa(days), days < week)
		},
	},
	{
		ID: "RDS.13", Title: "Databases get minor versions by themselves", Remedy: "autoMinorVersionUpgrade",
		token: token.RdsInstance, breach: isTrue("autoMinorVersionUpgrade"),
	},
	{
		ID: "RDS.17", Title: "Snapshots of databases have their tags", Remedy: "copyTagsToSnapshot",
		token: token.RdsInstance, breach: isTrue("copyTagsToSnapshot"),
	},
	{
		ID: "RDS.23", Title: "Databases have another port than their engine's usual one", Remedy: "port",
		token:   token.RdsInstance,
		applies: isPostgres,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("port is 5432", r.Out("port").Int() == 5432)
		},
	},
	{
		ID: "RDS.25", Title: "Administrators of databases have no usual name", Remedy: "username", token: token.RdsInstance,
		breach: func(_ *standin.View, r *standin.Resource) string {
			name := r.Out("username").Text()
			return with("username is "+name, slices.Contains([]string{"postgres", "admin"}, name))
		},
	},
	{
		ID: "RDS.26", Title: "Databases are in a backup plan", Remedy: "backup.Selection", Further: true,
		token: token.RdsInstance,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("is in no backup plan", !inPlan(world, r))
		},
	},
	{
		ID: "RDS.36", Title: "The log of PostgreSQL is in CloudWatch", Remedy: "enabledCloudwatchLogsExports",
		token: token.RdsInstance, applies: isPostgres, breach: exports("postgresql"),
	},
	{
		ID: "RDS.46", Title: "Databases are in no subnet with a route to an internet gateway",
		Remedy: "dbSubnetGroupName", token: token.RdsInstance,
		breach: func(world *standin.View, r *standin.Resource) string {
			group := world.Find(token.RdsSubnetGroup, "name", r.Out("dbSubnetGroupName").Text())
			if group == nil {
				return ""
			}
			for _, id := range group.Out("subnetIds").Texts() {
				if subnet := world.Get(token.Ec2Subnet, id); subnet != nil && live.RoutesToInternetGateway(world, subnet) {
					return "its subnet " + subnet.Name + " has a route to an internet gateway"
				}
			}
			return ""
		},
	},
}

func isPostgres(r *standin.Resource) bool { return r.Out("engine").Text() == "postgres" }

// exports returns a rule that fails unless a database exports those logs.
func exports(logs ...string) func(*standin.View, *standin.Resource) string {
	return func(_ *standin.View, r *standin.Resource) string {
		var missing []string
		for _, log := range logs {
			if !r.Out("enabledCloudwatchLogsExports").Has(log) {
				missing = append(missing, log)
			}
		}
		return with("does not export "+strings.Join(missing, ", "), len(missing) > 0)
	}
}
