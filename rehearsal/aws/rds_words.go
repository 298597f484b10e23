package aws

// Names that RDS and its engines keep for themselves.

// reservedUsers and reservedDatabases:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html.
var (
	reservedUsers = []string{
		"admin", "rdsadmin", "rdsrepladmin", "rdstopmgr", "rds_superuser", "rds_password", "rds_iam",
		"rds_replication", "public",
	}
	reservedDatabases = []string{"rdsadmin", "template0", "template1"}
)

// postgresWords are the reserved key words of PostgreSQL
// (https://www.postgresql.org/docs/current/sql-keywords-appendix.html).
var postgresWords = []string{
	"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check",
	"collate", "column",
	"constraint", "create", "current_catalog", "current_date", "current_role", "current_time", "current_timestamp",
	"current_user",
	"default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from",
	"grant", "group",
	"having", "in", "initially", "intersect", "into", "lateral", "leading", "limit", "localtime", "localtimestamp", "not",
	"null", "offset",
	"on", "only", "or", "order", "placing", "primary", "references", "returning", "select", "session_user", "some",
	"symmetric", "system_user",
	"table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "when", "where", "window",
	"with",
}

// staticParameters of PostgreSQL take effect at a restart only
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html).
var staticParameters = []string{
	"autovacuum_max_workers", "autovacuum_freeze_max_age", "huge_pages", "max_connections", "max_locks_per_transaction",
	"max_prepared_transactions",
	"max_replication_slots", "max_wal_senders", "max_worker_processes", "rds.logical_replication", "shared_buffers",
	"shared_preload_libraries",
	"superuser_reserved_connections", "track_activity_query_size", "wal_buffers",
}
