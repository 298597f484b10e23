package live

import "strings"

// The families of protocols that are judged here.
const (
	familyRedis    = "redis"
	familyPostgres = "postgres"
	familyMysql    = "mysql"
	familyAmqp     = "amqp"
	familyHttp     = "http"
	familySmtp     = "smtp"
)

// protocol is a scheme of a URL as clients read it.
type protocol struct {
	// family is the protocol of the server.
	family string
	tls    bool
	// port is the one that clients use for a URL without one.
	port int
}

// protocols are the schemes that clients of databases, brokers and web services know.
var protocols = map[string]protocol{
	"http": {
		familyHttp,
		false,
		80,
	}, "https": {familyHttp, true, 443}, "ws": {familyHttp, false, 80}, "wss": {familyHttp, true, 443},
	"redis": {familyRedis, false, 6379}, "rediss": {familyRedis, true, 6379},
	"valkey": {familyRedis, false, 6379}, "valkeys": {familyRedis, true, 6379}, "sentinel": {"sentinel", false, 26379},
	"postgres": {
		familyPostgres,
		false,
		5432,
	}, "postgresql": {familyPostgres, false, 5432}, "postgis": {familyPostgres, false, 5432},
	"pgsql": {familyPostgres, false, 5432}, "psql": {familyPostgres, false, 5432},
	"mysql": {familyMysql, false, 3306}, "mysql2": {familyMysql, false, 3306}, "mariadb": {familyMysql, false, 3306},
	"amqp": {familyAmqp, false, 5672}, "amqps": {familyAmqp, true, 5671}, "pyamqp": {familyAmqp, false, 5672},
	"mongodb": {"mongodb", false, 27017}, "nats": {"nats", false, 4222}, "kafka": {"kafka", false, 9092},
	"memcached": {"memcached", false, 11211}, "smtp": {familySmtp, false, 25}, "smtps": {familySmtp, true, 465},
}

// schemeProtocol returns the protocol of a scheme, whose driver follows a plus sign (postgresql+psycopg). For
// PostgreSQL and MySQL the scheme does not decide about TLS.
func schemeProtocol(scheme string) (protocol, bool) {
	scheme, _, _ = strings.Cut(scheme, "+")
	p, known := protocols[scheme]
	return p, known
}

// schemePort returns the port that clients use for a URL without one; 0 if the scheme is not known here.
func schemePort(scheme string) int {
	p, _ := schemeProtocol(scheme)
	return p.port
}
