package rdsclass_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/internal/rdsclass"
)

// The figures are public calculations with AWS's formula
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections).
func TestMaxConnectionsFollowTheMemoryOfTheClass(t *testing.T) {
	t.Parallel()
	for class, want := range map[string]int{
		"db.t4g.micro": 112, "db.t4g.small": 225, "db.t4g.medium": 450, "db.t4g.xlarge": 1802, "db.t4g.2xlarge": 3604,
		"db.m6g.large": 901, "db.r6g.4xlarge": 5000, "db.x2g.large": 3604,
	} {
		got, known := rdsclass.PostgresConnections(class)
		assert.True(t, known, class)
		assert.Equal(t, want, got, class)
	}
	_, known := rdsclass.PostgresConnections("db.serverless")
	assert.False(t, known, "serverless instances have no memory of their own")
}
