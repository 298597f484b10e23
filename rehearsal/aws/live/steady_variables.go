package live

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// variable is an environment variable with its value.
type variable struct {
	name, value string
	at          standin.Value
}

// variablesOf returns the environment of a container, with the secrets whose values this world knows.
func variablesOf(world *standin.View, scope standin.Scope, container Container) []variable {
	var variables []variable
	for _, e := range container.Environment {
		variables = append(variables, variable{e.Name, e.Value, at(container.Name, "environment."+e.Name, e.Value)})
	}
	for _, s := range container.Secrets {
		value := valueOfSecret(world, locateSecret(world, scope, s.ValueFrom))
		path := "containers[" + container.Name + "].secrets." + s.Name
		variables = append(variables,
			variable{s.Name, value, standin.NewValue(path, resource.MakeSecret(resource.NewProperty(value)))})
	}
	return variables
}

// valueOfSecret returns the value of a secret as a container sees it, or "" if the world does not know it.
func valueOfSecret(world *standin.View, place secretPlace) string {
	switch {
	case place.live == nil:
		return ""
	case place.live.Token == token.SsmParameter:
		return place.live.Out("value").Text()
	case place.live.Token != token.SecretsmanagerSecret:
		return ""
	}
	value, _ := currentSecret(world, place.live)
	if place.jsonKey != "" {
		return jsonText(value, place.jsonKey)
	}
	return value
}

// hostSuffixes are the endings of variables that hold a host or a URL; the variables that complete it have the same
// beginning, such as DB_HOST, DB_PORT and DB_PASSWORD.
var hostSuffixes = []string{"HOSTNAME", "HOST", "ADDRESS", "ADDR", "SERVER", "ENDPOINT", "URL", "URI"}

// addSiblings completes an address by the variables beside it.
func (a *address) addSiblings(values map[string]string) {
	prefix, lower, found := siblingPrefix(a.variable)
	if !found {
		return
	}
	sibling := func(names ...string) (name, value string) {
		for _, name := range names {
			if lower {
				name = strings.ToLower(name)
			}
			if value := values[prefix+name]; value != "" {
				return prefix + name, value
			}
		}
		return "", ""
	}
	first := func(given string, names ...string) string {
		if given != "" {
			return given
		}
		_, value := sibling(names...)
		return value
	}
	a.addPort(sibling("PORT"))
	a.user = first(a.user, "USER", "USERNAME")
	a.password = first(a.password, "PASSWORD", "PASS", "AUTH_TOKEN")
	if !a.isUrl() {
		a.database = first(a.database, "DB", "DATABASE", "DBNAME", "DB_NAME", "DATABASE_NAME", "NAME")
	}
	a.sslMode = first(a.sslMode, "SSLMODE", "SSL_MODE")
	if _, value := sibling("TLS", "SSL", "USE_TLS", "USE_SSL", "TLS_ENABLED", "SSL_ENABLED"); value != "" {
		if on, err := strconv.ParseBool(value); err == nil && (a.tls == nil || on) {
			a.tls = &on
		}
	}
}

// addPort completes a host by the variable that holds its port, or records that the host has a port already.
func (a *address) addPort(name, value string) {
	port, err := strconv.Atoi(value)
	switch {
	case err != nil || a.isUrl():
	case a.port == 0:
		a.port = port
	default:
		a.doubled = name
	}
}

// siblingPrefix returns the beginning of a variable that holds a host or a URL, and whether it ends in lower case.
func siblingPrefix(name string) (prefix string, lower, found bool) {
	for _, suffix := range hostSuffixes {
		if prefix, ok := strings.CutSuffix(name, suffix); ok {
			return prefix, false, true
		}
		if prefix, ok := strings.CutSuffix(name, strings.ToLower(suffix)); ok {
			return prefix, true, true
		}
	}
	return "", false, false
}

// announced are words in the names of variables that hold addresses for others, such as a browser: a container does not
// connect to them.
var announced = []string{
	"ALLOWED", "ORIGIN", "ORIGINS", "TRUSTED", "CORS", "CSRF", "REDIRECT", "CALLBACK", "DOMAIN", "PUBLIC", "FRONTEND",
	"SITE", "VIRTUAL",
	"BIND", "LISTEN", "ISSUER", "AUDIENCE", "PROXY", "FROM", "EXTERNAL", "BASE", "SELF", "OWN",
}

// dialled reports whether the container itself is taken to connect to the address. A URL of a database or a broker
// always is; the name of the variable decides about the rest.
func (a address) dialled() bool {
	protocol, known := schemeProtocol(a.scheme)
	if known && protocol.family != familyHttp {
		return true
	}
	name := strings.ToUpper(a.variable)
	words := strings.Split(name, "_")
	if slices.ContainsFunc(words, func(word string) bool { return slices.Contains(announced, word) }) {
		return false
	}
	if strings.Contains(name, "MAIL") && strings.HasSuffix(name, "ADDRESS") {
		return false
	}
	prefix, _, found := siblingPrefix(a.variable)
	return known || found && prefix != "" && !a.isUrl()
}
