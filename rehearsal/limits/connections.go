package limits

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rdsclass"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	postgresPort = 5432
	redisPort    = 6379
)

// databases compares what services open with max_connections of PostgreSQL.
func (s *survey) databases() {
	for _, r := range s.world.Live(token.RdsInstance) {
		if r.Out("engine").Text() != "postgres" {
			continue
		}
		limit, known := s.maxConnections(r)
		if !known {
			s.note(r.Label() + ": max_connections of " + r.Out("instanceClass").Text() + " is not known")
			continue
		}
		s.has(databaseConnections, r, limit, s.clients(r, cmp.Or(r.Out("port").Int(), postgresPort)))
	}
}

// clients adds up the connections of the services that reach a place.
func (s *survey) clients(to *standin.Resource, port int) *tally {
	var t tally
	silent := 0
	for _, label := range s.from[to.Label()] {
		client := s.byLabel[label]
		connections, stated := client.opens(port)
		if !stated {
			silent++
			continue
		}
		t.add(client, connections)
	}
	if silent > 0 {
		s.note(
			fmt.Sprintf("%s: services that may connect to it and do not state their connections in a label %s%d, so that these "+
				"are not counted: %d", to.Label(), ConnectionsLabel, port, silent),
		)
	}
	return &t
}

// maxConnections returns how many connections are left to applications, by RDS's formula or the parameter group.
func (s *survey) maxConnections(r *standin.Resource) (limit float64, known bool) {
	settings := map[string]string{}
	if group := s.world.Find(token.RdsParameterGroup, "name", r.Out("parameterGroupName").Text()); group != nil {
		for _, parameter := range group.Out("parameters").Items() {
			settings[parameter.At("name").Text()] = parameter.At("value").Scalar()
		}
	}
	setting := func(name string, otherwise int) int {
		if value, err := strconv.Atoi(settings[name]); err == nil {
			return value
		}
		return otherwise
	}
	class := r.Out("instanceClass").Text()
	connections, known := rdsclass.PostgresConnections(class)
	if own, given := settings["max_connections"]; given {
		connections, known = rdsclass.Evaluate(own, class)
	}
	reserved := setting("superuser_reserved_connections", rdsclass.SuperuserReserved) +
		setting("rds.rds_superuser_reserved_connections", rdsclass.RdsSuperuserReserved) + setting("reserved_connections", 0)
	return float64(max(0, connections-reserved)), known
}

// redis compares the clients of each Redis on ECS with its maxclients, and its maxmemory with its container's memory.
func (s *survey) redis() {
	for _, server := range s.services {
		i := slices.IndexFunc(server.containers, container.serves)
		if i < 0 {
			continue
		}
		c := server.containers[i]
		words := c.words(s.world)
		// Redis's default (https://redis.io/docs/latest/develop/reference/clients/#maximum-concurrent-connected-clients).
		most := 10000.0
		if text, given := option(words, "--maxclients"); given {
			if value, err := strconv.ParseFloat(text, 64); err == nil {
				most = value
			}
		}
		s.has(redisClients, server.Resource, most, s.clients(server.Resource, c.PortMappings[0].ContainerPort))
		s.memory(server, c, words)
	}
}

// memory compares maxmemory with the memory at which the container is killed.
func (s *survey) memory(server *service, c container, words []string) {
	text, given := option(words, "--maxmemory")
	bytes, ok := bytesOf(text)
	limit := c.Memory
	if task := s.world.Find(token.EcsTaskDefinition, "arn", server.Out("taskDefinition").Text()); limit == 0 &&
		task != nil {
		limit, _ = strconv.Atoi(task.Out("memory").Scalar())
	}
	switch {
	case !given || ok && bytes == 0:
		s.note(server.Label() +
			": Redis has no maxmemory: when its data outgrows the container's memory, the container is killed")
	case ok && limit > 0:
		const mebibyte = 1 << 20
		s.has(redisMemory, server.Resource, float64(limit), &tally{fixed: bytes / mebibyte})
	}
}

// bytesOf reads an amount as redis.conf has it: 1k is 1000 bytes, 1kb is 1024.
func bytesOf(text string) (float64, bool) {
	text = strings.ToLower(text)
	for _, unit := range []struct {
		suffix string
		bytes  float64
	}{{"kb", 1 << 10}, {"mb", 1 << 20}, {"gb", 1 << 30}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"b", 1}} {
		if number, found := strings.CutSuffix(text, unit.suffix); found {
			value, err := strconv.ParseFloat(number, 64)
			return value * unit.bytes, err == nil
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}

// caches compares the clients of ElastiCache with maxclients, which depends on the node type alone
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html).
func (s *survey) caches() {
	const common, micro, small = 65000, 20000, 46000
	fewer := map[string]float64{
		"cache.t2.micro": micro, "cache.t2.small": micro, "cache.t2.medium": micro, "cache.t3.micro": micro,
		"cache.t4g.micro":  micro,
		"cache.t3.small":   small,
		"cache.t3.medium":  small,
		"cache.t4g.small":  small,
		"cache.t4g.medium": small,
	}
	for _, kind := range []string{token.ElasticacheReplicationGroup, token.ElasticacheCluster} {
		for _, r := range s.world.Live(kind) {
			if r.Out("engine").Text() == "memcached" {
				continue
			}
			most, found := fewer[r.Out("nodeType").Text()]
			if !found {
				most = common
			}
			s.has(redisClients, r, most, s.clients(r, cmp.Or(r.Out("port").Int(), redisPort)))
		}
	}
}
