package components

import (
	"context"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Connection is a way to a destination of a service: a Service Connect endpoint, a database or a file system. The
// component that owns the destination has it as an output, and a FargateService takes it among its Connects. The
// service then is a client of Service Connect, has an egress and an ingress rule, is deployed after the destination,
// and is deployed again if the destination changes.
type Connection struct {
	// SecurityGroupId is the security group of the destination. Required.
	SecurityGroupId pulumi.StringInput `pulumi:"securityGroupId"`
	// Port is the TCP port on which the destination listens. Required.
	Port pulumi.IntInput `pulumi:"port"`
	// NamespaceArn is the Cloud Map namespace of a Service Connect endpoint. Default: none, the destination is none.
	NamespaceArn pulumi.StringPtrInput `pulumi:"namespaceArn,optional"`
	// Fingerprint changes whenever clients must be deployed again to reach the destination, and is known only once the
	// destination is ready. A task resolves only the endpoints that were there when its deployment began
	// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html). Required.
	Fingerprint pulumi.StringInput `pulumi:"fingerprint"`
}

// Destination is a Connection whose values are known.
type Destination struct {
	// SecurityGroupId is the security group of the destination.
	SecurityGroupId string `pulumi:"securityGroupId"`
	// Port is the TCP port on which the destination listens.
	Port int `pulumi:"port"`
	// NamespaceArn is the Cloud Map namespace of a Service Connect endpoint.
	NamespaceArn *string `pulumi:"namespaceArn,optional"`
	// Fingerprint changes whenever clients must be deployed again to reach the destination.
	Fingerprint string `pulumi:"fingerprint"`
}

// ConnectionInput is a Connection, or the output of a component.
type ConnectionInput interface {
	pulumi.Input

	ToConnectionOutput() ConnectionOutput
	ToConnectionOutputWithContext(ctx context.Context) ConnectionOutput
}

// ConnectionOutput is a Connection that is known later.
type ConnectionOutput struct{ *pulumi.OutputState }

// ConnectionMap has Connections by name.
type ConnectionMap map[string]ConnectionInput

// ConnectionMapOutput has Connections by name, once they are known.
type ConnectionMapOutput struct{ *pulumi.OutputState }

func init() {
	pulumi.RegisterInputType(reflect.TypeFor[ConnectionInput](), Connection{})
	pulumi.RegisterOutputType(ConnectionOutput{})
	pulumi.RegisterOutputType(ConnectionMapOutput{})
}

// ElementType implements pulumi.Input.
func (Connection) ElementType() reflect.Type { return reflect.TypeFor[Destination]() }

// ElementType implements pulumi.Output.
func (ConnectionOutput) ElementType() reflect.Type { return reflect.TypeFor[Destination]() }

// ElementType implements pulumi.Input.
func (ConnectionMap) ElementType() reflect.Type { return reflect.TypeFor[map[string]Destination]() }

// ElementType implements pulumi.Output.
func (ConnectionMapOutput) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]Destination]()
}

// ToConnectionOutput implements ConnectionInput.
func (c Connection) ToConnectionOutput() ConnectionOutput {
	return c.ToConnectionOutputWithContext(context.Background())
}

// ToConnectionOutputWithContext implements ConnectionInput.
func (c Connection) ToConnectionOutputWithContext(ctx context.Context) ConnectionOutput {
	return pulumi.ToOutputWithContext(ctx, c).(ConnectionOutput)
}

// ToConnectionOutput implements ConnectionInput.
func (o ConnectionOutput) ToConnectionOutput() ConnectionOutput { return o }

// ToConnectionOutputWithContext implements ConnectionInput.
func (o ConnectionOutput) ToConnectionOutputWithContext(context.Context) ConnectionOutput { return o }

// ToConnectionMapOutput returns the map as an output.
func (m ConnectionMap) ToConnectionMapOutput() ConnectionMapOutput {
	return pulumi.ToOutput(m).(ConnectionMapOutput)
}

// MapIndex returns the Connection with a name. A service that takes one that does not exist is refused.
func (o ConnectionMapOutput) MapIndex(name pulumi.StringInput) ConnectionOutput {
	return pulumi.All(o, name).ApplyT(func(all []any) Destination {
		connections, _ := all[0].(map[string]Destination)
		key, _ := all[1].(string)
		return connections[key]
	}).(ConnectionOutput)
}
