package aws

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// portNameForm: API_PortMapping, name. Discovery names have the same form
// (API_ServiceConnectService, discoveryName).
var portNameForm = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,63}$`)

const portNameRule = "has lower-case letters, digits, underscores and hyphens, does not begin with a hyphen, " +
	"and is at most 64 characters long"

const (
	lastPort       = 65535
	lastSystemPort = 1024
)

// Service Connect finds the port by its name.
var ecsPortName = rule("ecs/port-name").onTask(func(t *task) {
	var names []standin.Value
	for _, c := range t.containers {
		names = append(names, c.All("portMappings.name")...)
	}
	for _, name := range names {
		if !portNameForm.MatchString(name.Text()) {
			t.refuse(name, "a port mapping's name "+portNameRule,
				"rename it, for example to "+strconv.Quote(legalPortName(name.Text())))
		}
	}
	for _, name := range twice(names) {
		t.refuse(name, "the name of a port mapping is unique in the task definition", "rename one of the two")
	}
})

func legalPortName(name string) string {
	legal := strings.Trim(regexp.MustCompile(`[^a-z0-9_-]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
	if legal == "" {
		return "http"
	}
	return legal[:min(len(legal), 64)]
}

var ecsContainerPort = rule("ecs/container-port").onContainer(func(t *task, c standin.Value) {
	for _, mapping := range c.At("portMappings").Items() {
		port, span, host := mapping.At("containerPort"), mapping.At("containerPortRange"), mapping.At("hostPort")
		switch {
		case port.Missing() && span.Text() == "":
			t.refuse(port, "Container port should not be null or empty", "set containerPort")
		case port.Known() && span.Text() != "":
			t.refuse(span, "a port mapping has a containerPort or a containerPortRange, not both", "remove one of the two")
		case port.Known() && (port.Int() < 1 || port.Int() > lastPort):
			t.refuse(port, "a container port is between 1 and 65535", "correct the port")
		case span.Text() != "" && !isPortRange(span.Text()):
			t.refuse(span, "a range of ports is written from-to, both between 1 and 65535", `write it as "8000-8010"`)
		}
		if host.Int() != 0 && host.Int() != port.Int() && port.Known() && t.awsvpc() {
			t.refuse(host, "When networkMode=awsvpc, the host ports and container ports in port mappings must match",
				fmt.Sprintf("leave hostPort out, or set it to %d", port.Int()))
		}
	}
})

func isPortRange(text string) bool {
	from, to, _ := strings.Cut(text, "-")
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return err1 == nil && err2 == nil && first >= 1 && first <= last && last <= lastPort
}

// The containers of such a task share one network interface.
var ecsContainerPortConflict = rule("ecs/container-port-conflict").onTask(func(t *task) {
	if !t.awsvpc() {
		return
	}
	seen := map[string]string{}
	for _, c := range t.containers {
		for _, mapping := range c.At("portMappings").Items() {
			port := mapping.At("containerPort")
			key := fmt.Sprintf("%d/%s", port.Int(), protocolOf(mapping))
			if other, used := seen[key]; used && port.Known() {
				t.refuse(port, "When networkMode=awsvpc, a port is mapped once in a task; "+other+" has "+key,
					"choose another port")
			}
			seen[key] = c.At("name").Text()
		}
	}
})

func protocolOf(mapping standin.Value) string {
	if protocol := mapping.At("protocol").Text(); protocol != "" {
		return protocol
	}
	return "tcp"
}
