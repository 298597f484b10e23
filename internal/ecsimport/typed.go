package ecsimport

import (
	"net/url"
	"strconv"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	smsKey         = "care:sms"
	egressPortsKey = "care:egressPorts"
	snowstorm      = "SNOWSTORM_DEPLOYMENT_URL"
)

// processKeys are the keys for the numbers of processes of Care 3.x, by the variables that they set.
var processKeys = map[string]string{
	"GUNICORN_WORKERS": "care:careGunicornWorkers", "CELERY_WORKER_CONCURRENCY": "care:celeryConcurrency",
}

// typed imports a variable as the key that sets it, and reports whether there is a key that accepts its value.
func (i *importer) typed(e entry) bool {
	key, ok := processKeys[e.name]
	taken, from := e.taken()
	if !ok || i.facts != &facts3 || taken.secret {
		return false
	}
	number, err := strconv.Atoi(taken.text)
	if err != nil || rule.Between(key, number, 1, rule.MaxCareProcesses) != nil {
		return false
	}
	i.stack.set(key, number, e.name, comment(e, from))
	i.keyed = append(i.keyed, e.name)
	return true
}

// sms has the program send SMS with the tasks' roles if the old containers could send any.
func (i *importer) sms() {
	if i.facts != &facts3 {
		return
	}
	for _, name := range []string{"SNS_ROLE_BASED_MODE", "SNS_ACCESS_KEY"} {
		taken, _ := i.entry(name).taken()
		if taken.secret || taken.text != "" && taken.text != "False" && taken.text != "false" && taken.text != "0" {
			i.stack.set(smsKey, true, name, "")
			return
		}
	}
}

// terminology opens the port of the terminology server. Without its address Care 3.x uses plain HTTP at an address of
// its developers, which the program's security groups keep closed.
func (i *importer) terminology() {
	if i.facts != &facts3 {
		return
	}
	taken, _ := i.entry(snowstorm).taken()
	switch port, plain := i.portOf(taken); {
	case !taken.there:
		i.report.todo(
			"Set the https address of a terminology server, or searches for codes fail: `pulumi config set --path %s.%s URL`",
			environmentKey,
			snowstorm,
		)
	case taken.secret:
		i.report.todo("Move %s from `%s` to `%s`: it is no secret, and its port has to be known", code(snowstorm),
			parametersKey, environmentKey)
	case port != 0 && port != 443:
		i.stack.set(egressPortsKey, []int{port}, snowstorm, "")
		fallthrough
	case plain:
		if plain {
			i.report.breaks(code(snowstorm)+" is plain HTTP, which can be read and changed on its way", "Taken over")
		}
	}
}

// portOf returns the port of an address, and whether it is plain HTTP.
func (i *importer) portOf(taken given) (port int, plain bool) {
	address, err := url.Parse(taken.text)
	if err != nil || taken.secret || isPlaceholder(taken.text) {
		return 0, false
	}
	plain = address.Scheme == "http"
	if port, err = strconv.Atoi(address.Port()); err == nil {
		return port, plain
	}
	return map[string]int{"http": 80, "https": 443}[address.Scheme], plain
}
