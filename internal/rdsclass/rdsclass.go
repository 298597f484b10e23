// Package rdsclass has figures about the instance classes of RDS that both the program and the rehearsal need.
package rdsclass

import (
	_ "embed" // for the table
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed memory.json
var document []byte

var memory = sync.OnceValue(func() map[string]int {
	var read struct {
		Mebibytes map[string]int `json:"mebibytes"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		panic(fmt.Sprintf("memory.json: %v", err))
	}
	return read.Mebibytes
})

// Memory returns the memory of an instance class, such as db.t4g.micro, in MiB, and whether it is known.
func Memory(class string) (mebibytes int, known bool) {
	mebibytes, known = memory()[class]
	return mebibytes, known
}

// defaultConnections is the default of max_connections for PostgreSQL
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections).
const defaultConnections = "LEAST({DBInstanceClassMemory/9531392},5000)"

// The defaults of the connections that only administrators get: superuser_reserved_connections and
// rds.rds_superuser_reserved_connections (https://repost.aws/knowledge-center/rds-postgresql-error-connection-slots).
const (
	SuperuserReserved    = 3
	RdsSuperuserReserved = 2
)

// PostgresConnections returns the default of max_connections on an instance class, and whether the class is known. The
// formula's memory is what the operating system and RDS leave, which AWS does not publish: the actual value is somewhat
// lower, by about 30 on small classes.
func PostgresConnections(class string) (connections int, known bool) {
	return Evaluate(defaultConnections, class)
}
