package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// deployed describes a service in the stack's outputs, as written by components.FargateService.
type deployed struct {
	Name              string `json:"name"`
	Arn               string `json:"arn"`
	ClusterArn        string `json:"clusterArn"`
	TaskDefinitionArn string `json:"taskDefinitionArn"`
	// DesiredCount is nil if the service scales automatically.
	DesiredCount   *int32         `json:"desiredCount"`
	ServiceConnect serviceConnect `json:"serviceConnect"`
}

type serviceConnect struct {
	Mode         mode       `json:"mode"`
	NamespaceArn string     `json:"namespaceArn"`
	Endpoints    []endpoint `json:"endpoints"`
	// LogOptions are the options of the proxy's awslogs driver, or nil if it does not log.
	LogOptions map[string]string `json:"logOptions"`
}

// mode is the role of a service in Service Connect.
type mode string

const (
	modeOff          mode = "Off"
	modeClient       mode = "Client"
	modeClientServer mode = "ClientServer"
)

type endpoint struct {
	PortName      string `json:"portName"`
	DiscoveryName string `json:"discoveryName"`
	DnsName       string `json:"dnsName"`
	Port          int32  `json:"port"`
}

func (e endpoint) String() string {
	return fmt.Sprintf("%s:%d (port name %s, discovery name %s)", e.DnsName, e.Port, e.PortName, e.DiscoveryName)
}

// readOutputs refuses unknown fields, because a later version may export more settings that must be verified.
func readOutputs(content []byte) ([]deployed, error) {
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, errors.New("the outputs are empty: does the stack exist? pulumi stack ls lists them")
	}
	var outputs map[string]json.RawMessage
	if err := json.Unmarshal(content, &outputs); err != nil {
		return nil, fmt.Errorf("the outputs do not have the form of pulumi stack output --json: %w", err)
	}
	written, ok := outputs["services"]
	if !ok {
		return nil, errors.New("the stack has no output services: deploy it with this version of the program first")
	}
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.DisallowUnknownFields()
	var services []deployed
	if err := decoder.Decode(&services); err != nil {
		return nil, fmt.Errorf(
			"the output services is not as this version writes it: %w; deploy and verify with the same version",
			err,
		)
	}
	if len(services) == 0 {
		return nil, errors.New("the output services is empty: there is nothing to verify")
	}
	for i, service := range services {
		if err := service.check(services[0]); err != nil {
			return nil, fmt.Errorf("services[%d] of the outputs: %w", i, err)
		}
	}
	return services, nil
}

// check returns an error if a value is missing or the service is in another region than the first.
func (d deployed) check(first deployed) error {
	if d.Name == "" {
		return errors.New("has no name")
	}
	for _, value := range []string{d.Arn, d.ClusterArn, d.TaskDefinitionArn} {
		if parsed, err := arn.Parse(value); err != nil || parsed.Service != "ecs" {
			return fmt.Errorf("%q is not an ARN of ECS", value)
		}
	}
	if !slices.Contains([]mode{modeOff, modeClient, modeClientServer}, d.ServiceConnect.Mode) {
		return fmt.Errorf("serviceConnect.mode %q is not one of Off, Client and ClientServer", d.ServiceConnect.Mode)
	}
	if d.region() != first.region() {
		return fmt.Errorf("is in %s, and %s in %s: a stack is in one region", d.region(), first.Name, first.region())
	}
	return nil
}

func (d deployed) region() string {
	parsed, err := arn.Parse(d.Arn)
	if err != nil {
		return ""
	}
	return parsed.Region
}

// short returns the last part of an ARN, such as family:revision or a cluster's name.
func short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
