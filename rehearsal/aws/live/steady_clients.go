package live

import (
	"slices"
	"strconv"
	"strings"
)

// complaint is the error of a client that a server does not accept, with the cause.
type complaint struct {
	said string
	obstacle
}

// judgements compare a client's address with the server behind it, in the order in which a connection fails.
var judgements = []func(address, server) *complaint{speaks, encrypts, logsIn, selects, writes}

// use fails the deployment if the server would not take the client as its address has it.
func (d *deployment) use(a address, s server) {
	if s.family == "" {
		return
	}
	for _, judge := range judgements {
		if c := judge(a, s); c != nil {
			d.fail(a.at, exited(a, c.said), c.obstacle)
			return
		}
	}
	if unborn(a, s) {
		d.Assume(a.at, "the database "+strconv.Quote(a.database)+" exists in "+s.label+", which this program does not create")
	}
}

// speaks: the client and the server have one protocol.
func speaks(a address, s server) *complaint {
	p, known := schemeProtocol(a.scheme)
	if !known || p.family == s.family {
		return nil
	}
	return &complaint{"Protocol error", obstacle{
		by:    clientProtocol,
		cause: s.label + " speaks " + s.family + ", and the address has the scheme " + a.scheme + "://",
		fix:   "use a scheme of " + s.family + ", or the address of the server that is meant",
	}}
}

// encrypts: both sides use TLS, or neither does.
func encrypts(a address, s server) *complaint {
	if s.family == familyPostgres {
		return encryptsPostgres(a, s)
	}
	if a.tls == nil || s.family == familyMysql {
		return nil
	}
	switch {
	case s.tls == tlsAlways && !*a.tls:
		return &complaint{"Connection closed by server", obstacle{
			by:    clientTls,
			cause: s.label + " takes connections with TLS only, and the client uses none", fix: withScheme(a, s, true),
		}}
	case s.tls == tlsNever && *a.tls:
		return &complaint{"SSL: WRONG_VERSION_NUMBER", obstacle{
			by:    clientTls,
			cause: s.label + " has no TLS, and the client begins with it", fix: withScheme(a, s, false),
		}}
	}
	return nil
}

// withScheme names the scheme that fits.
func withScheme(a address, s server, tls bool) string {
	scheme := map[string][2]string{
		familyRedis: {"redis", "rediss"}, familyAmqp: {"amqp", "amqps"}, familyHttp: {"http", "https"},
	}[s.family]
	if !a.isUrl() {
		return "correct the client's variable for TLS"
	}
	if tls {
		return "use " + scheme[1] + "://"
	}
	return "use " + scheme[0] + "://, or switch on encryption in transit"
}

// postgresModes are libpq's values of sslmode, and one more of node-postgres
// (https://www.postgresql.org/docs/current/libpq-ssl.html). They are set to whether they need TLS.
var postgresModes = map[string]bool{
	"disable":     false,
	"allow":       false,
	"prefer":      false,
	"require":     true,
	"verify-ca":   true,
	"verify-full": true,
	"no-verify":   true,
}

func encryptsPostgres(a address, s server) *complaint {
	needs, known := postgresModes[a.sslMode]
	switch {
	case a.sslMode != "" && !known:
		return &complaint{"invalid sslmode value: " + strconv.Quote(a.sslMode), obstacle{
			by:    clientSslMode,
			cause: "PostgreSQL's clients know no sslmode " + strconv.Quote(a.sslMode),
			fix:   "use disable, allow, prefer, require, verify-ca or verify-full",
		}}
	case s.tls == tlsAlways && a.sslMode == "disable":
		return &complaint{"FATAL: no pg_hba.conf entry for the host, no encryption", obstacle{
			by:    clientSslMode,
			cause: s.label + " takes connections with TLS only (rds.force_ssl is 1), and sslmode is disable",
			fix:   "use sslmode=require, or leave sslmode out",
		}}
	case s.tls == tlsNever && needs:
		return &complaint{"server does not support SSL, but SSL was required", obstacle{
			by:    clientSslMode,
			cause: s.label + " has no TLS, and sslmode is " + a.sslMode, fix: "leave sslmode out",
		}}
	}
	return nil
}

// logsIn: the credentials are those that the server asks for. A password that the application puts in later, or that is
// not known here, is not judged.
func logsIn(a address, s server) *complaint {
	if strings.Contains(a.password, "$") || strings.Contains(a.user, "$") {
		return nil
	}
	if s.family == familyRedis {
		return logsInRedis(a, s)
	}
	user := a.user
	if s.family == familyAmqp && user == "" && a.isUrl() {
		user, a.password = "guest", "guest"
	}
	if s.login != loginPassword || user == "" || a.password == "" || s.password == "" {
		return nil
	}
	// A user other than the first one may be created later.
	if user == s.user && a.password != s.password {
		return &complaint{"password authentication failed for user " + strconv.Quote(user), obstacle{
			by:    clientLogin,
			cause: "the password of " + user + " is not the one that " + s.label + " was created with",
			fix:   "make the address of the same value as the server's password",
		}}
	}
	return nil
}

func logsInRedis(a address, s server) *complaint {
	// A client whose credentials stand elsewhere is seen only by a URL, which holds all of them.
	told := a.isUrl() || a.password != ""
	switch {
	case s.login == loginUnknown || !told:
		return nil
	case s.login == loginNone && a.password != "":
		return &complaint{"ERR AUTH <password> called without any password configured for the default user", obstacle{
			by:    clientLogin,
			cause: s.label + " has no password, and the client sends one",
			fix:   "take the password out of the address, or give the server one",
		}}
	case s.login != loginNone && a.password == "":
		return &complaint{"NOAUTH Authentication required.", obstacle{
			by:    clientLogin,
			cause: s.label + " asks for a password, and the address has none",
			fix:   "put the password into the address: " + withPassword(a),
		}}
	case s.login == loginPassword && (s.password != "" && a.password != s.password || a.user != "" && a.user != s.user):
		return &complaint{"WRONGPASS invalid username-password pair or user is disabled.", obstacle{
			by:    clientLogin,
			cause: "the credentials are not those of " + s.label,
			fix:   "make the address of the same value as the server's password",
		}}
	}
	return nil
}

func withPassword(a address) string {
	scheme := a.scheme
	if scheme == "" {
		scheme = "rediss"
	}
	return scheme + "://:password@" + a.String()
}

// selects: the numbered database exists.
func selects(a address, s server) *complaint {
	if s.family != familyRedis || a.database == "" {
		return nil
	}
	number, err := strconv.Atoi(a.database)
	switch {
	case err != nil && a.isUrl():
		return &complaint{"invalid database number " + strconv.Quote(a.database), obstacle{
			by:    clientDatabase,
			cause: "the path of a Redis URL is the number of a database",
			fix:   "use a number from 0 to 15, or leave the path out",
		}}
	case err != nil:
		return nil
	case s.clustered && number != 0:
		return &complaint{"ERR SELECT is not allowed in cluster mode", obstacle{
			by:    clientDatabase,
			cause: s.label + " has cluster mode enabled, with the database 0 alone, and the address names " + a.database,
			fix:   "use database 0, with a prefix for the keys",
		}}
	case s.databases > 0 && number >= s.databases:
		return &complaint{"ERR DB index is out of range", obstacle{
			by:    clientDatabase,
			cause: s.label + " has the databases 0 to " + strconv.Itoa(s.databases-1) + ", and the address names " + a.database,
			fix:   "use one of these",
		}}
	}
	return nil
}

// writes: a queue is not kept on a replica.
func writes(a address, s server) *complaint {
	name := strings.ToUpper(a.variable)
	if !s.readOnly ||
		!strings.Contains(name, "BROKER") && !strings.Contains(name, "QUEUE") && !strings.Contains(name, "RESULT_BACKEND") {
		return nil
	}
	return &complaint{"READONLY You can't write against a read only replica.", obstacle{
		by:    clientWrites,
		cause: "that is the reader endpoint of " + s.label, fix: "use its primary endpoint",
	}}
}

// unborn reports whether the address names a database that the server does not have from the start.
func unborn(a address, s server) bool {
	named := s.family == familyPostgres || s.family == familyMysql
	return named && a.isUrl() && a.database != "" && len(s.names) > 0 && !slices.Contains(s.names, a.database)
}
