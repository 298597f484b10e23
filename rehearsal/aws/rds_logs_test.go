package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADatabaseExportsTheLogsOfItsEngine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		engine, version, log string
		refused              bool
	}{
		{engine: "postgres", version: "16.13", log: "postgresql"},
		{engine: "postgres", version: "16.13", log: "upgrade"},
		{engine: "postgres", version: "16.13", log: "postgres", refused: true},
		{engine: "postgres", version: "16.13", log: "error", refused: true},
		{engine: "mysql", version: "8.0.46", log: "slowquery"},
		{engine: "mysql", version: "8.0.46", log: "postgresql", refused: true},
		{engine: "mariadb", version: "11.4.9", log: "trace", refused: true},
		{engine: "oracle-se2", version: "19", log: "listener"},
		{engine: "sqlserver-ex", version: "16.00", log: "slowquery", refused: true},
	} {
		t.Run(row.engine+" "+row.log, func(t *testing.T) {
			t.Parallel()
			_, reasons := newCloud(t).check("rds/instance:Instance", "db", nil, with(anyDatabase, in{
				"engine": row.engine, "engineVersion": row.version, "identifier": "care-db",
				"enabledCloudwatchLogsExports": []any{row.log},
			}))
			if row.refused {
				require.Len(t, reasons, 1)
				require.Contains(t, reasons[0], "InvalidParameterCombination")
				require.Contains(t, reasons[0], "[rds/combinations]")
				return
			}
			require.Empty(t, reasons)
		})
	}
}

func TestTheLogGroupOfADatabaseExistsBeforeIt(t *testing.T) {
	t.Parallel()
	const groups, instances = "cloudwatch/logGroup:LogGroup", "rds/instance:Instance"
	group := in{"name": "/aws/rds/instance/care-db/postgresql", "retentionInDays": 365}
	database := with(anyDatabase,
		in{"identifier": "care-db", "skipFinalSnapshot": true, "enabledCloudwatchLogsExports": []any{"postgresql"}})

	c := newCloud(t)
	c.up(groups, "logs", group)
	made := c.up(instances, "db", database)
	require.NoError(t, c.remove(made))

	c = newCloud(t)
	made = c.up(instances, "db", with(database, in{"enabledCloudwatchLogsExports": nil}))
	c.up(groups, "quiet", with(group, in{"name": "/aws/rds/instance/care-db/upgrade"}))
	require.NoError(t, c.update(made, in{"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}}))
	_, err := c.try(groups, "logs", group)
	require.ErrorContains(t, err, "ResourceAlreadyExistsException: The specified log group already exists: RDS created "+
		"/aws/rds/instance/care-db/postgresql when the database began to export its logs")
	require.ErrorContains(t, err, "[logs/group-of-database]")
}
