package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// judgeServiceConnect compares the Service Connect settings. The provider never reads them back
// (https://github.com/hashicorp/terraform-provider-aws/issues/42818), so another pulumi up would not correct them.
func (s state) judgeServiceConnect() []finding {
	primary := s.primary()
	if primary == nil {
		return nil
	}
	wanted, runs := s.deployed.ServiceConnect, primary.ServiceConnectConfiguration
	on := runs != nil && runs.Enabled
	var text string
	switch {
	case wanted.Mode == modeOff && !on:
		return nil
	case wanted.Mode == modeOff:
		text = "has Service Connect on, but was deployed without it"
	case !on:
		text = fmt.Sprintf("has Service Connect off, but was deployed %s", wanted)
	case aws.ToString(runs.Namespace) != wanted.NamespaceArn:
		text = fmt.Sprintf("is in the namespace %s, but was deployed into %s", aws.ToString(runs.Namespace),
			wanted.NamespaceArn)
	default:
		text = otherEndpoints(wanted.Endpoints, endpointsOf(runs))
	}
	if text == "" {
		return nil
	}
	if !s.runsDeployed() {
		// The settings belong to the other revision and will be correct once the deployed one runs.
		return []finding{{Code: otherConnect, Text: text}}
	}
	return []finding{{Code: otherConnect, Text: text, Remedy: s.connectAgain()}}
}

func (c serviceConnect) String() string {
	if c.Mode == modeClient {
		return "as a client"
	}
	names := make([]string, len(c.Endpoints))
	for i, e := range c.Endpoints {
		names[i] = fmt.Sprintf("%s:%d", e.DnsName, e.Port)
	}
	return "with " + strings.Join(names, ", ")
}

// endpointsOf returns the endpoints, with ECS's defaults for missing values.
func endpointsOf(runs *types.ServiceConnectConfiguration) []endpoint {
	var found []endpoint
	for _, service := range runs.Services {
		e := endpoint{PortName: aws.ToString(service.PortName), DiscoveryName: aws.ToString(service.DiscoveryName)}
		if e.DiscoveryName == "" {
			e.DiscoveryName = e.PortName
		}
		if len(service.ClientAliases) == 0 {
			found = append(found, e)
		}
		for _, alias := range service.ClientAliases {
			e.DnsName, e.Port = aws.ToString(alias.DnsName), aws.ToInt32(alias.Port)
			found = append(found, e)
		}
	}
	return found
}

// otherEndpoints describes the differences between the endpoints. It is empty if there are none.
func otherEndpoints(wanted, runs []endpoint) string {
	var differences []string
	for _, e := range runs {
		if !slices.Contains(wanted, e) {
			differences = append(differences, fmt.Sprintf("publishes %s, which was not deployed", e))
		}
	}
	for _, e := range wanted {
		if !slices.Contains(runs, e) {
			differences = append(differences, fmt.Sprintf("does not publish %s", e))
		}
	}
	return strings.Join(differences, ", and ")
}

// connectAgain returns the command that restores Service Connect. The command sets every option, because ECS removes
// missing ones.
func (s state) connectAgain() string {
	wanted := s.deployed.ServiceConnect
	settings := map[string]any{"enabled": wanted.Mode != modeOff}
	if wanted.Mode != modeOff {
		settings["namespace"] = wanted.NamespaceArn
	}
	services := []map[string]any{}
	for _, e := range wanted.Endpoints {
		services = append(services, map[string]any{
			"portName": e.PortName, "discoveryName": e.DiscoveryName,
			"clientAliases": []map[string]any{{"port": e.Port, "dnsName": e.DnsName}},
		})
	}
	if len(services) > 0 {
		settings["services"] = services
	}
	if wanted.LogOptions != nil {
		settings["logConfiguration"] = map[string]any{"logDriver": types.LogDriverAwslogs, "options": wanted.LogOptions}
	}
	encoded, err := json.Marshal(settings)
	if err != nil {
		return ""
	}
	return s.updateService("--service-connect-configuration '" + string(encoded) + "'")
}
