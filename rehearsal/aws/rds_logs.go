package aws

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// engineLogs are the logs that RDS exports, by the beginning of the engine's name
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, EnableCloudwatchLogsExports).
var engineLogs = map[string][]string{
	"postgres":   {"postgresql", "upgrade", "iam-db-auth-error"},
	"mysql":      {"audit", "error", "general", "slowquery", "iam-db-auth-error"},
	"mariadb":    {"audit", "error", "general", "slowquery", "iam-db-auth-error"},
	"oracle-":    {"alert", "audit", "listener", "trace", "oemagent"},
	"sqlserver-": {"agent", "error"},
	"db2-":       {"diag.log", "notify.log"},
}

// exportedLogs returns the logs that RDS exports of an engine; nil if they are not known.
func exportedLogs(engine string) []string {
	for family, logs := range engineLogs {
		if engine == family || strings.HasSuffix(family, "-") && strings.HasPrefix(engine, family) {
			return logs
		}
	}
	return nil
}

// createLogGroups notes the log groups that RDS creates because there are none for the exported logs.
func createLogGroups(o *standin.Op) {
	for _, log := range o.In("enabledCloudwatchLogsExports").Texts() {
		name := "/aws/rds/instance/" + o.Has("identifier").Text() + "/" + log
		if o.World.Find(token.CloudwatchLogGroup, "name", name) == nil {
			o.World.Remember(logGroupOfDatabase(name))
		}
	}
}

func logGroupOfDatabase(name string) string { return "log group of a database " + name }

var logsGroupOfDatabase = rule("logs/group-of-database").OnOperation(func(o *standin.Op) {
	if name := o.Has("name"); o.Verb == standin.Create && o.World.Minted(logGroupOfDatabase(name.Text())) {
		o.Refuse(o.In("name"), "ResourceAlreadyExistsException", "The specified log group already exists: RDS created "+
			name.Text()+" when the database began to export its logs",
			"have the database depend on the log group; now delete the group first, or import it")
	}
})
