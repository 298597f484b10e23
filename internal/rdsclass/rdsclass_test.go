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

func TestAParameterMayBeAFormula(t *testing.T) {
	t.Parallel()
	const class = "db.t4g.micro"
	for formula, want := range map[string]int{
		"200": 200, "{DBInstanceClassMemory/9531392}": 112, "LEAST({DBInstanceClassMemory/9531392},5000)": 112,
		"GREATEST({DBInstanceClassMemory/9531392}, 300)":           300,
		"LEAST(GREATEST(100,{DBInstanceClassMemory/9531392}),110)": 110, "SUM(10,20,3)": 33,
	} {
		got, known := rdsclass.Evaluate(formula, class)
		assert.True(t, known, formula)
		assert.Equal(t, want, got, formula)
	}
	for _, formula := range []string{
		"", "many", "log(DBInstanceClassMemory/8187281418)*1000", "LEAST(1,x)", "{DBInstanceClassMemory/0}",
	} {
		_, known := rdsclass.Evaluate(formula, class)
		assert.False(t, known, formula)
	}
	_, known := rdsclass.Evaluate("{DBInstanceClassMemory/9531392}", "db.serverless")
	assert.False(t, known)
}
