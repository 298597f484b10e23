package live

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// encryption is how a server accepts TLS.
type encryption int

const (
	tlsUnknown encryption = iota
	tlsNever
	tlsOptional
	tlsAlways
)

// login is whether a server asks for a password.
type login int

const (
	loginUnknown login = iota
	loginNone
	loginPassword
	// loginUsers: each user has a password of its own, and the users are not known here.
	loginUsers
)

// server is a server of this world as its clients see it.
type server struct {
	label string
	// family is its protocol; empty if it is not known, and then nothing else is judged.
	family string
	tls    encryption
	login  login
	// user and password are those that it accepts, empty if they are not known.
	user, password string
	// databases is how many numbered databases there are; 0 if that is not known.
	databases int
	// clustered is set if the keys are spread over shards, with one database.
	clustered bool
	// names are the databases that exist from the start; empty if they are not known.
	names []string
	// readOnly is set for an endpoint of replicas.
	readOnly bool
}

// usualDatabases is the parameter databases of Redis and of ElastiCache's default parameter groups
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html).
const usualDatabases = 16

// cacheServer: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html,
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html.
func cacheServer(cache *standin.Resource, host string) server {
	s := server{label: cache.Label(), family: familyRedis, tls: tlsNever, login: loginNone, databases: usualDatabases}
	switch {
	case cache.Out("transitEncryptionEnabled").Bool() && cache.Out("transitEncryptionMode").Text() == "preferred":
		s.tls = tlsOptional
	case cache.Out("transitEncryptionEnabled").Bool():
		s.tls = tlsAlways
	}
	switch {
	case len(cache.Out("userGroupIds").Items()) > 0:
		s.login = loginUsers
	case cache.Out("authToken").Text() != "":
		s.login, s.user, s.password = loginPassword, "default", cache.Out("authToken").Text()
	}
	s.clustered = ClusterMode(cache.Out)
	if s.clustered && cache.Out("engine").Text() == "valkey" {
		s.clustered = MajorVersion(cache.Out("engineVersion").Text()) < 9 // 9 has several databases in a cluster
	}
	s.readOnly = host == cache.Out("readerEndpointAddress").Text()
	return s
}

// ClusterMode reports whether a replication group has cluster mode enabled
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Redis-RedisCluster.html).
func ClusterMode(property func(string) standin.Value) bool {
	return property("clusterMode").Text() == "enabled" || property("numNodeGroups").Int() > 1 ||
		strings.HasSuffix(property("parameterGroupName").Text(), ".cluster.on")
}

// databaseServer: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html.
func databaseServer(world *standin.View, database *standin.Resource) server {
	engine := database.Out("engine").Text()
	s := server{label: database.Label(), tls: tlsOptional, login: loginPassword, user: database.Out("username").Text()}
	switch engine {
	case "postgres":
		s.family = familyPostgres
		s.names = []string{"postgres", "template1", "rdsadmin"}
		if forcesTls(world, database) {
			s.tls = tlsAlways
		}
	case "mysql", "mariadb":
		s.family = familyMysql
		s.names = []string{"mysql", "information_schema", "performance_schema", "sys"}
	}
	if name := database.Out("dbName").Text(); name != "" {
		s.names = append(s.names, name)
	}
	if database.Out("replicateSourceDb").Text() != "" || database.Out("snapshotIdentifier").Text() != "" {
		s.names, s.user = nil, ""
	}
	s.password = database.Out("password").Text()
	return s
}

// forcesTls reports whether PostgreSQL refuses a connection without TLS: rds.force_ssl is 1 from version 15 on, unless
// the parameter group changes it.
func forcesTls(world *standin.View, database *standin.Resource) bool {
	const since = 15
	name := database.Out("parameterGroupName").Text()
	group := world.Find(token.RdsParameterGroup, "name", name)
	if group != nil {
		for _, parameter := range group.Out("parameters").Items() {
			if parameter.At("name").Text() == "rds.force_ssl" {
				return parameter.At("value").Text() == "1"
			}
		}
	}
	ours := group != nil || name == "" || strings.HasPrefix(name, "default.")
	return ours && MajorVersion(database.Out("engineVersion").Text()) >= since
}

var (
	imageLast   = regexp.MustCompile(`([^/:@]+)(:[^/@]*)?(@.*)?$`)
	redisImages = []string{"redis", "redis-stack", "redis-stack-server", "valkey", "valkey-bundle"}
)

// containerServer returns the server in a container, as far as its image, environment and command describe it, for
// images whose entry point is known.
func containerServer(world *standin.View, scope standin.Scope, label string, container Container, port int) server {
	s := server{label: label}
	parts := imageLast.FindStringSubmatch(container.Image)
	if parts == nil {
		return s
	}
	values := map[string]string{}
	for _, v := range variablesOf(world, scope, container) {
		values[v.name] = v.value
	}
	bitnami := strings.Contains(container.Image, "bitnami")
	switch name := parts[1]; {
	case slices.Contains(redisImages, name):
		s.family = familyRedis
		s.readRedis(container, values, port, bitnami)
	case slices.Contains([]string{"postgres", "postgis", "pgvector", "postgresql"}, name):
		s.family, s.tls = familyPostgres, tlsNever
		s.readPostgres(container, values, bitnami)
	case name == "rabbitmq" && !bitnami:
		s.family, s.tls, s.login = familyAmqp, tlsNever, loginPassword
		s.user, s.password = cmp.Or(values["RABBITMQ_DEFAULT_USER"], "guest"), cmp.Or(values["RABBITMQ_DEFAULT_PASS"],
			"guest")
		if len(container.MountPoints) > 0 || container.configured() {
			s.tls, s.login = tlsUnknown, loginUnknown
		}
	}
	return s
}

// configured reports whether the container's command names a configuration file, which is not known here.
func (c Container) configured() bool {
	return slices.ContainsFunc(c.words(),
		func(w string) bool { return strings.HasSuffix(w, ".conf") || strings.HasSuffix(w, ".config") })
}

// words returns those of the entry point and the command, those of a shell's script included.
func (c Container) words() []string {
	var all []string
	for _, part := range slices.Concat(c.EntryPoint, c.Command) {
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// readRedis: https://redis.io/docs/latest/operate/oss_and_stack/management/config/. The images of Redis Stack take
// REDIS_ARGS, and Bitnami's a password of their own.
func (s *server) readRedis(container Container, values map[string]string, port int, bitnami bool) {
	words := container.words()
	for _, name := range []string{"REDIS_ARGS", "REDIS_EXTRA_FLAGS", "VALKEY_ARGS", "VALKEY_EXTRA_FLAGS"} {
		words = append(words, strings.Fields(values[name])...)
	}
	option := func(name string) string {
		at := slices.Index(words, "--"+name)
		if at < 0 || at+1 >= len(words) {
			return ""
		}
		return strings.Trim(words[at+1], `"'`)
	}
	if slices.Contains(words, "redis-sentinel") || slices.Contains(words, "--sentinel") {
		s.family = "sentinel"
		return
	}
	unread := slices.ContainsFunc(container.Secrets, func(r runSecret) bool {
		return values[r.Name] == "" && (strings.HasSuffix(r.Name, "_ARGS") || strings.HasSuffix(r.Name, "_FLAGS"))
	})
	if unread || slices.ContainsFunc(words, func(w string) bool {
		return strings.HasSuffix(w, ".conf") || w == "--aclfile" || w == "--user" || w == "--include"
	}) {
		return
	}
	s.tls, s.login, s.databases = tlsNever, loginNone, usualDatabases
	if option("tls-port") == strconv.Itoa(port) {
		s.tls = tlsAlways
	}
	s.clustered = option("cluster-enabled") == "yes"
	if number, err := strconv.Atoi(option("databases")); err == nil {
		s.databases = number
	}
	password, given := option("requirepass"), slices.Contains(words, "--requirepass")
	if bitnami {
		given = values["ALLOW_EMPTY_PASSWORD"] != "yes"
		password = cmp.Or(values["REDIS_PASSWORD"], values["VALKEY_PASSWORD"])
	}
	if name, ok := strings.CutPrefix(password, "$"); ok {
		password = values[strings.Trim(name, "{}")]
	}
	if given {
		s.login, s.user, s.password = loginPassword, "default", password
	}
}

// readPostgres: https://github.com/docker-library/docs/blob/master/postgres/content.md. The image reads its variables
// only when it creates the data, so that nothing is known where a volume may hold older data.
func (s *server) readPostgres(container Container, values map[string]string, bitnami bool) {
	if bitnami || len(container.MountPoints) > 0 || container.configured() {
		s.tls = tlsUnknown
		return
	}
	if slices.ContainsFunc(container.words(), func(w string) bool { return strings.HasPrefix(w, "ssl=on") }) {
		s.tls = tlsOptional
	}
	s.login, s.user, s.password = loginPassword, cmp.Or(values["POSTGRES_USER"], "postgres"), values["POSTGRES_PASSWORD"]
	if values["POSTGRES_HOST_AUTH_METHOD"] == "trust" {
		s.login = loginUnknown
	}
	s.names = []string{"postgres", "template1", cmp.Or(values["POSTGRES_DB"], s.user)}
}

// MajorVersion returns the number before the first dot; 0 when there is none.
func MajorVersion(version string) int {
	major, _, _ := strings.Cut(version, ".")
	number, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return number
}
