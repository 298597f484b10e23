package components

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// deployed returns the settings of the deployed service. Only ECS itself knows the running ones: the provider may
// report success for a deployment that ECS has rolled back
// (https://github.com/hashicorp/terraform-provider-aws/issues/20858), and does not detect a change of Service Connect
// (https://github.com/hashicorp/terraform-provider-aws/issues/42818).
func (b *fargateBuilder) deployed() pulumi.MapOutput {
	sc := b.args.ServiceConnect
	endpoints := pulumi.Array{}
	for _, endpoint := range sc.Endpoints {
		endpoints = append(endpoints, pulumi.Map{
			"portName":      pulumi.String(endpoint.PortName),
			"discoveryName": pulumi.String(endpoint.discovery()),
			"dnsName":       endpoint.DnsName,
			"port":          pulumi.Int(endpoint.Port),
		})
	}
	serviceConnect := pulumi.Map{"mode": pulumi.String(sc.Mode), "endpoints": endpoints}
	if sc.Mode != ServiceConnectOff {
		serviceConnect["namespaceArn"] = sc.NamespaceArn
	}
	if b.proxyLogGroup != nil && (sc.Mode != ServiceConnectOff || b.namespace != nil) {
		serviceConnect["logOptions"] = logOptions(b.region(), b.proxyLogGroup.Name)
	}
	var settings pulumi.Input = serviceConnect
	if b.namespace != nil {
		settings = b.deployedClient(serviceConnect)
	}
	deployed := pulumi.Map{
		"name":              b.ecsService.Name,
		"arn":               b.ecsService.ID().ToStringOutput(),
		"clusterArn":        b.args.ClusterArn,
		"taskDefinitionArn": b.definition.Arn,
		"serviceConnect":    settings,
	}
	if b.args.Scaling == nil {
		deployed["desiredCount"] = pulumi.Int(*b.args.DesiredCount)
	}
	return deployed.ToMapOutput()
}

// deployedClient returns the settings of a service of which only its Connections decide whether it is a client.
func (b *fargateBuilder) deployedClient(settings pulumi.Map) pulumi.MapOutput {
	return pulumi.All(*b.namespace, settings).ApplyT(func(all []any) map[string]any {
		namespace, _ := all[0].(*string)
		deployed, _ := all[1].(map[string]any)
		if namespace == nil {
			return map[string]any{"mode": string(ServiceConnectOff), "endpoints": []any{}}
		}
		client := maps.Clone(deployed)
		client["mode"], client["namespaceArn"] = string(ServiceConnectClient), *namespace
		return client
	}).(pulumi.MapOutput)
}
