package components

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// connectionsLabel begins the Docker label with the number of connections to a port, which ends it. The rehearsal
// counts them (ConnectionsLabel of rehearsal/limits).
const connectionsLabel = "rehearsal.connections."

// maxOpenConnections is more than any server accepts.
const maxOpenConnections = 65535

// OpenConnections is how many connections a container opens at once to a port, wherever that port is: a rehearsal adds
// them up for each database and each Redis that the service reaches, and compares them with what the server accepts.
// ECS gets it as a Docker label, which changes nothing in the container.
type OpenConnections struct {
	// Port is the TCP port of the server. Required.
	Port int `pulumi:"port"`
	// Max is the maximum number of connections at once: 0 to 65535. Required.
	Max int `pulumi:"max"`
}

func (o OpenConnections) validate(argument string) error {
	return rule.All(
		rule.Port(argument+".port", o.Port),
		rule.Between(fmt.Sprintf("%s[%d].max", argument, o.Port), o.Max, 0, maxOpenConnections),
	)
}

func validateOpenConnections(argument string, connections []OpenConnections) error {
	ports := make([]int, 0, len(connections))
	var problems []error
	for _, each := range connections {
		ports = append(ports, each.Port)
		problems = append(problems, each.validate(argument))
	}
	return rule.All(append(problems, rule.Unique(argument+"[].port", ports))...)
}

// labels returns the Docker labels; nil if there are none.
func (a Container) labels() pulumi.StringMap {
	var labels pulumi.StringMap
	for _, each := range a.OpenConnections {
		if labels == nil {
			labels = pulumi.StringMap{}
		}
		labels[connectionsLabel+strconv.Itoa(each.Port)] = pulumi.String(strconv.Itoa(each.Max))
	}
	return labels
}
