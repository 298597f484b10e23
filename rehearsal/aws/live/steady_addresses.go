package live

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// address is a host that a container is configured to connect to, with everything that its client would use there.
type address struct {
	// at is the variable, for a refusal; a secret one does not show its value.
	at standin.Value
	// variable is the variable's name.
	variable string
	host     string
	// scheme is that of the URL, if it is one.
	scheme string
	// port is 0 if the variables have a host alone.
	port int
	// doubled is the name of a variable that holds the port a second time.
	doubled string
	// user and password are the credentials. They are empty if none are given here.
	user, password string
	// database is the path of a URL without its slash, or the variable beside the host.
	database string
	// tls reports whether the client uses TLS: by the scheme, or by a variable beside the host. It is nil if neither
	// decides it.
	tls *bool
	// sslMode is that of a PostgreSQL client; empty if none is given.
	sslMode string
}

func (a address) String() string {
	if a.port == 0 {
		return a.host
	}
	return a.host + ":" + strconv.Itoa(a.port)
}

// isUrl reports whether the address stands in a URL.
func (a address) isUrl() bool { return a.scheme != "" }

// addressesOf returns all hosts that a container's environment and secrets name.
func addressesOf(world *standin.View, scope standin.Scope, container Container) []address {
	variables := variablesOf(world, scope, container)
	byName := map[string]string{}
	for _, v := range variables {
		byName[v.name] = v.value
	}
	var found []address
	for _, v := range variables {
		for _, a := range addressesIn(v.name, v.value) {
			a.at, a.variable = v.at, v.name
			if a.password != "" { // a password in a plain variable is not shown either
				a.at = standin.NewValue(v.at.Path(), resource.MakeSecret(v.at.Raw()))
			}
			a.addSiblings(byName)
			found = append(found, a)
		}
	}
	return found
}

var (
	hostForm   = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$`)
	schemeForm = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*$`)
	// hostVariable matches the names of variables that hold a host without a URL.
	hostVariable = regexp.MustCompile(
		`(?i)(HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|BROKER|BROKERS|URL|URI)$`,
	)
)

// addressesIn finds hosts in URLs, in lists of host:port, in connection strings and alone. A word without a
// dot is a host only in a URL, with a port, or in a variable whose name ends in HOST or the like.
func addressesIn(name, value string) []address {
	if strings.Contains(value, "://") {
		return urlAddresses(value)
	}
	var found []address
	for _, word := range strings.FieldsFunc(value, func(r rune) bool {
		return strings.ContainsRune(" \t\r\n,;=\"'[]()@/", r)
	}) {
		host, port, hasPort := hostAndPort(word)
		if host != "" && (hasPort || strings.Contains(strings.Trim(host, "."), ".") || hostVariable.MatchString(name)) {
			found = append(found, address{host: host, port: port})
		}
	}
	return found
}

func urlAddresses(value string) []address {
	var found []address
	const mark = "://"
	for rest := value; ; {
		at := strings.Index(rest, mark)
		if at < 0 {
			return found
		}
		scheme := strings.ToLower(schemeForm.FindString(rest[:at]))
		rest = rest[at+len(mark):]
		whole := rest
		if end := strings.IndexAny(whole, " \t\r\n\"'<>;"); end >= 0 {
			whole = whole[:end]
		}
		authority, path := whole, ""
		if end := strings.IndexAny(whole, "/?#"); end >= 0 {
			authority, path = whole[:end], whole[end:]
		}
		userInfo := ""
		if end := strings.LastIndex(authority, "@"); end >= 0 {
			userInfo, authority = authority[:end], authority[end+1:]
		}
		for item := range strings.SplitSeq(authority, ",") {
			host, port, hasPort := hostAndPort(item)
			if host == "" {
				continue
			}
			if !hasPort {
				port = schemePort(scheme)
			}
			a := address{host: host, port: port, scheme: scheme}
			a.addLogin(userInfo)
			a.addPath(path)
			found = append(found, a)
		}
	}
}

// addLogin takes the credentials of a URL, in which special characters are percent-encoded.
func (a *address) addLogin(userInfo string) {
	user, password, _ := strings.Cut(userInfo, ":")
	a.user, a.password = unescaped(user), unescaped(password)
	if protocol, known := schemeProtocol(a.scheme); known {
		a.tls = &protocol.tls
	}
}

// addPath takes the database and the query of a URL.
func (a *address) addPath(path string) {
	path, query, _ := strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	a.database = unescaped(strings.Trim(path, "/"))
	query, _, _ = strings.Cut(query, "#")
	values, err := url.ParseQuery(query)
	if err != nil {
		return
	}
	a.sslMode = values.Get("sslmode")
	for key, into := range map[string]*string{
		"password": &a.password,
		"user":     &a.user,
		"username": &a.user,
		"db":       &a.database,
	} {
		if value := values.Get(key); value != "" {
			*into = value
		}
	}
}

func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

func hostAndPort(text string) (host string, port int, hasPort bool) {
	host, given, hasPort := strings.Cut(text, ":")
	if hasPort {
		var err error
		if port, err = strconv.Atoi(given); err != nil || port < 1 || port > 65535 {
			return "", 0, false
		}
	}
	if !hostForm.MatchString(host) {
		return "", 0, false
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), port, hasPort
}
