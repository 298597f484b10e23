package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// ServiceConnectMode is the role of a service in Service Connect.
type ServiceConnectMode string

// The ways in which a service can take part in Service Connect.
const (
	// ServiceConnectOff leaves it out.
	ServiceConnectOff ServiceConnectMode = "Off"
	// ServiceConnectClient lets the service resolve the endpoints of the namespace and publish none.
	ServiceConnectClient ServiceConnectMode = "Client"
	// ServiceConnectClientServer publishes its endpoints as well.
	ServiceConnectClientServer ServiceConnectMode = "ClientServer"
)

// ServiceConnect is the role of a service in Service Connect and its endpoints.
type ServiceConnect struct {
	// Mode is Off, Client or ClientServer. Required.
	Mode ServiceConnectMode `pulumi:"mode"`
	// NamespaceArn is the Cloud Map namespace; the ARN and not the name, for which AWS may make a second namespace
	// (https://github.com/aws/aws-cdk/issues/25616). Required unless Mode is Off.
	NamespaceArn pulumi.StringInput `pulumi:"namespaceArn,optional"`
	// Endpoints are the endpoints that the service publishes. Required for ClientServer, otherwise none.
	Endpoints []ServiceConnectEndpoint `pulumi:"endpoints,optional"`
}

// ServiceConnectEndpoint is a name and port under which the other services of the namespace reach this one.
type ServiceConnectEndpoint struct {
	// PortName is the name of a container's port mapping. Required.
	PortName string `pulumi:"portName"`
	// DiscoveryName is the endpoint's name in Cloud Map, unique in the namespace. Default: PortName.
	DiscoveryName string `pulumi:"discoveryName,optional"`
	// DnsName is the host name that clients use, and the only one that resolves. Required: AWS's default would move with
	// the namespace's name.
	DnsName pulumi.StringInput `pulumi:"dnsName"`
	// Port is the port that clients use. Required.
	Port int `pulumi:"port"`
}

// discovery returns the discovery name, which AWS takes from the port if it is empty.
func (e ServiceConnectEndpoint) discovery() string { return or(e.DiscoveryName, e.PortName) }

// serviceConnect returns the given settings, or those that the connections need if there are none.
func (args FargateServiceArgs) serviceConnect() *ServiceConnect {
	if args.ServiceConnect != nil {
		given := *args.ServiceConnect
		given.Endpoints = slices.Clone(given.Endpoints)
		return &given
	}
	for _, name := range sortedKeys(args.Connects) {
		if connection, ok := args.Connects[name].(Connection); ok {
			if arn, sure := connection.NamespaceArn.(pulumi.StringInput); sure {
				return &ServiceConnect{Mode: ServiceConnectClient, NamespaceArn: arn}
			}
		}
	}
	return &ServiceConnect{Mode: ServiceConnectOff}
}

func (args FargateServiceArgs) validateServiceConnect() error {
	sc := args.ServiceConnect
	problems := []error{
		rule.OneOf("serviceConnect.mode", sc.Mode, ServiceConnectOff, ServiceConnectClient, ServiceConnectClientServer),
		rule.Given("serviceConnect.namespaceArn", sc.Mode == ServiceConnectOff || sc.NamespaceArn != nil,
			"give the namespace's ARN"),
	}
	if (sc.Mode == ServiceConnectClientServer) != (len(sc.Endpoints) > 0) {
		problems = append(problems, rule.Broken("serviceConnect.endpoints", len(sc.Endpoints),
			"ClientServer publishes at least one endpoint, the other modes none", "add one, or change the mode"))
	}
	for _, name := range sortedKeys(args.Connects) {
		connection, ok := args.Connects[name].(Connection)
		if _, sure := connection.NamespaceArn.(pulumi.StringInput); ok && sure && sc.Mode == ServiceConnectOff {
			problems = append(problems, needsServiceConnect(name))
		}
	}
	discoveries, aliases := []string{}, []string{}
	for _, endpoint := range sc.Endpoints {
		problems = append(problems, args.validateEndpoint(endpoint))
		discoveries = append(discoveries, endpoint.discovery())
		if name, known := endpoint.DnsName.(pulumi.String); known {
			aliases = append(aliases, fmt.Sprintf("%s:%d", string(name), endpoint.Port))
		}
	}
	return rule.All(append(problems,
		rule.Unique("serviceConnect.endpoints[].discoveryName", discoveries),
		rule.Unique("serviceConnect.endpoints[].dnsName", aliases))...)
}

func needsServiceConnect(connection string) error {
	return rule.Broken("serviceConnect.mode", ServiceConnectOff,
		fmt.Sprintf("connection %q is a Service Connect endpoint", connection), "leave serviceConnect out, or choose Client")
}

func (args FargateServiceArgs) validateEndpoint(endpoint ServiceConnectEndpoint) error {
	argument := fmt.Sprintf("serviceConnect.endpoints[%q]", endpoint.PortName)
	problems := []error{
		rule.PortName(argument+".portName", endpoint.PortName),
		rule.PortName(argument+".discoveryName", endpoint.discovery()),
		rule.Port(argument+".port", endpoint.Port),
	}
	if _, ok := args.containerPort(endpoint.PortName); !ok {
		problems = append(problems, rule.Broken(argument+".portName", endpoint.PortName,
			"must be the name of a container's port mapping", "name the port mapping, or correct portName"))
	}
	return rule.All(problems...)
}

// containerPort returns the port of a port mapping by its name.
func (args FargateServiceArgs) containerPort(portName string) (int, bool) {
	for _, container := range args.Containers {
		for _, port := range container.PortMappings {
			if port.Name == portName && portName != "" {
				return port.ContainerPort, true
			}
		}
	}
	return 0, false
}

// serviceConnectConfiguration leaves out timeouts: the provider cannot set them for TCP
// (https://github.com/pulumi/pulumi-aws/issues/4265), and idle connections end after an hour.
func (b *fargateBuilder) serviceConnectConfiguration() ecs.ServiceServiceConnectConfigurationPtrInput {
	sc := b.args.ServiceConnect
	if sc.Mode == ServiceConnectOff {
		return b.clientConfiguration()
	}
	services := ecs.ServiceServiceConnectConfigurationServiceArray{}
	for _, endpoint := range sc.Endpoints {
		services = append(services, &ecs.ServiceServiceConnectConfigurationServiceArgs{
			PortName:      pulumi.String(endpoint.PortName),
			DiscoveryName: pulumi.String(endpoint.discovery()),
			ClientAlias: ecs.ServiceServiceConnectConfigurationServiceClientAliasArray{
				&ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs{
					DnsName: endpoint.DnsName, Port: pulumi.Int(endpoint.Port),
				},
			},
		})
	}
	return &ecs.ServiceServiceConnectConfigurationArgs{
		Enabled: pulumi.Bool(true), Namespace: sc.NamespaceArn, Services: services, LogConfiguration: b.proxyLogs(),
	}
}

// clientConfiguration returns the configuration of a client if one of the Connections turns out to be an endpoint of
// Service Connect. It returns nil if none can.
func (b *fargateBuilder) clientConfiguration() ecs.ServiceServiceConnectConfigurationPtrInput {
	if b.namespace == nil {
		return nil
	}
	inputs := []any{*b.namespace}
	if b.proxyLogGroup != nil {
		inputs = append(inputs, b.proxyLogs().ToServiceServiceConnectConfigurationLogConfigurationPtrOutput())
	}
	return pulumi.All(inputs...).ApplyT(func(all []any) *ecs.ServiceServiceConnectConfiguration {
		namespace, _ := all[0].(*string)
		if namespace == nil {
			return nil
		}
		client := &ecs.ServiceServiceConnectConfiguration{
			Enabled: true, Namespace: namespace, Services: []ecs.ServiceServiceConnectConfigurationService{},
		}
		if len(all) > 1 {
			client.LogConfiguration, _ = all[1].(*ecs.ServiceServiceConnectConfigurationLogConfiguration)
		}
		return client
	}).(ecs.ServiceServiceConnectConfigurationPtrOutput)
}

// findNamespace sets the namespace of the Connections whose kind is known later; nil if there is no such Connection, or
// if the service takes part in Service Connect anyway.
func (b *fargateBuilder) findNamespace() {
	var later []any
	var names []string
	for _, name := range sortedKeys(b.connects) {
		arn := b.connects[name].NamespaceArn
		if _, sure := arn.(pulumi.StringInput); arn != nil && !sure {
			names, later = append(names, name), append(later, arn)
		}
	}
	if later == nil || b.args.ServiceConnect.Mode != ServiceConnectOff {
		return
	}
	namespace := pulumi.All(later...).ApplyT(func(all []any) (*string, error) {
		for i, each := range all {
			arn, _ := each.(*string)
			switch {
			case arn != nil && !b.args.proxied:
				return nil, b.failed(needsServiceConnect(names[i]))
			case arn != nil:
				return arn, nil
			}
		}
		return nil, nil
	}).(pulumi.StringPtrOutput)
	b.namespace = &namespace
}

func (b *fargateBuilder) proxyLogs() ecs.ServiceServiceConnectConfigurationLogConfigurationPtrInput {
	if b.proxyLogGroup == nil {
		return nil
	}
	return &ecs.ServiceServiceConnectConfigurationLogConfigurationArgs{
		LogDriver: pulumi.String("awslogs"), Options: logOptions(b.region(), b.proxyLogGroup.Name),
	}
}

// connections returns the Connection of each endpoint by its discovery name. The fingerprint contains the service's
// ARN, so that clients wait until the service is steady.
func (args FargateServiceArgs) connections(service *FargateService) map[string]Connection {
	connections := map[string]Connection{}
	for _, endpoint := range args.ServiceConnect.Endpoints {
		port, _ := args.containerPort(endpoint.PortName)
		connections[endpoint.discovery()] = Connection{
			SecurityGroupId: service.SecurityGroupId,
			Port:            pulumi.Int(port),
			NamespaceArn:    args.ServiceConnect.NamespaceArn.ToStringOutput(),
			Fingerprint: pulumi.Sprintf("%s:%d %s %s", endpoint.DnsName, endpoint.Port,
				args.ServiceConnect.NamespaceArn, service.Arn),
		}
	}
	return connections
}
