package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

var _ = addition(func(s *stack) {
	cluster := s.up("rds/cluster:Cluster", "aurora", in{
		"engine": "aurora-postgresql", "masterUsername": "care", "masterPassword": "hunter22", "skipFinalSnapshot": true,
	})
	s.up("rds/clusterInstance:ClusterInstance", "aurora",
		in{"clusterIdentifier": cluster.id, "engine": "aurora-postgresql", "instanceClass": "db.serverless"})
})

func TestADatabaseIsCreatedAsRdsStillCreatesIt(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	sound := with(anyDatabase, in{"identifier": "offered", "engineVersion": "16", "skipFinalSnapshot": true})
	c.refuses(t, "rds/instance:Instance", sound,
		but("withdrawn version", in{"engineVersion": "16.1"}, "InvalidParameterCombination: Cannot find version 16.1",
			"no longer creates it", "--accept 'rds.Instance.engineVersion=16.1'"),
		but("version that never was", in{"engineVersion": "16.99"}, "Cannot find version 16.99 for postgres",
			"engineVersion"),
		but("class of an older generation", in{"instanceClass": "db.t2.micro"},
			"DBInstanceClass=db.t2.micro, Engine=postgres, EngineVersion=16",
			"--accept 'rds.Instance.instanceClass=db.t2.micro'"),
	)
}

func TestADatabaseKeepsWhatRdsNoLongerCreates(t *testing.T) {
	t.Parallel()
	old := accepting(t, "rds.Instance.engineVersion=16.1", "rds.Instance.instanceClass")
	db := old.up("rds/instance:Instance", "db",
		with(anyDatabase, in{"engineVersion": "16.1", "instanceClass": "db.t2.micro"}))
	now := old.in("ap-south-1")
	require.NoError(t, now.update(db, in{"backupRetentionPeriod": 7}))
	require.ErrorContains(t, now.update(db, in{"instanceClass": "db.t2.small"}), "DBInstanceClass=db.t2.small")
	require.NoError(t, now.update(db, in{"engineVersion": "16.13", "instanceClass": "db.t4g.micro"}))
}
