package aws

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// address is a host that a container is told to connect to.
type address struct {
	// at is the variable, for a refusal; a secret one does not show its value.
	at   standin.Value
	host string
	// scheme is that of the URL, if it is one.
	scheme string
	// port is 0 when only the host is told.
	port int
	// doubled names a variable that tells the port once more.
	doubled string
}

func (a address) String() string {
	if a.port == 0 {
		return a.host
	}
	return a.host + ":" + strconv.Itoa(a.port)
}

// variable is an environment variable with its value.
type variable struct {
	name, value string
	at          standin.Value
}

// addressesOf are all hosts that a container's environment and secrets name.
func addressesOf(world *standin.View, scope standin.Scope, container runContainer) []address {
	variables := variablesOf(world, scope, container)
	byName := map[string]string{}
	for _, v := range variables {
		byName[v.name] = v.value
	}
	var found []address
	for _, v := range variables {
		for _, a := range addressesIn(v.name, v.value) {
			a.at = v.at
			sibling := portVariable(v.name)
			if port, err := strconv.Atoi(byName[sibling]); err == nil && sibling != "" {
				if a.port == 0 {
					a.port = port
				} else if !strings.Contains(v.value, "://") {
					a.doubled = sibling
				}
			}
			found = append(found, a)
		}
	}
	return found
}

func variablesOf(world *standin.View, scope standin.Scope, container runContainer) []variable {
	var variables []variable
	for _, e := range container.Environment {
		variables = append(variables, variable{e.Name, e.Value, at(container.Name, "environment."+e.Name, e.Value)})
	}
	for _, s := range container.Secrets {
		value := valueOfSecret(world, locateSecret(world, scope, s.ValueFrom))
		path := "containers[" + container.Name + "].secrets." + s.Name
		variables = append(variables, variable{s.Name, value, standin.NewValue(path, resource.MakeSecret(resource.NewProperty(value)))})
	}
	return variables
}

var (
	hostForm   = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$`)
	schemeForm = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*$`)
	// hostVariable is how variables are called that hold a host without saying so by a URL.
	hostVariable = regexp.MustCompile(`(?i)(HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|BROKER|BROKERS|URL|URI)$`)
)

// addressesIn finds hosts in URLs, in lists of host:port, in connection strings and alone. A word without a
// dot is a host only in a URL, with a port, or in a variable that is called so.
func addressesIn(name, value string) []address {
	if strings.Contains(value, "://") {
		return urlAddresses(value)
	}
	var found []address
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;=\"'[]()@/", r) }) {
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
		authority := rest
		if end := strings.IndexAny(authority, "/?# \t\r\n\"'<>"); end >= 0 {
			authority = authority[:end]
		}
		authority = authority[strings.LastIndex(authority, "@")+1:]
		for item := range strings.SplitSeq(authority, ",") {
			host, port, hasPort := hostAndPort(item)
			if host == "" {
				continue
			}
			if !hasPort {
				port = schemePort(scheme)
			}
			found = append(found, address{host: host, port: port, scheme: scheme})
		}
	}
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

// schemePort is the port that clients take for a URL without one; 0 when that is not known here.
func schemePort(scheme string) int {
	scheme, _, _ = strings.Cut(scheme, "+")
	ports := map[string]int{
		"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "valkey": 6379, "postgres": 5432, "postgresql": 5432,
		"postgis": 5432, "mysql": 3306, "mysql2": 3306, "mariadb": 3306, "amqp": 5672, "amqps": 5671, "pyamqp": 5672,
		"mongodb": 27017, "nats": 4222, "kafka": 9092, "memcached": 11211, "smtp": 25, "ws": 80, "wss": 443,
	}
	return ports[scheme]
}

// portVariable is the name of the variable that goes with one that holds a host.
func portVariable(name string) string {
	for _, suffix := range []string{"HOST", "HOSTNAME", "ADDRESS", "ADDR", "SERVER", "host", "hostname", "address", "addr", "server"} {
		if prefix, ok := strings.CutSuffix(name, suffix); ok {
			if suffix == strings.ToLower(suffix) {
				return prefix + "port"
			}
			return prefix + "PORT"
		}
	}
	return ""
}

// valueOfSecret is what a container sees of a secret, "" when the world does not know it.
func valueOfSecret(world *standin.View, place secretPlace) string {
	switch {
	case place.live == nil:
		return ""
	case place.live.Token == parameterToken:
		return place.live.Out("value").Text()
	case place.live.Token != secretToken:
		return ""
	}
	value, _ := currentSecret(world, place.live)
	if place.jsonKey != "" {
		return jsonText(value, place.jsonKey)
	}
	return value
}
