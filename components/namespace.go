package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Namespace is a Cloud Map namespace for Service Connect. Its type is HTTP, because Service Connect writes the names
// into the tasks and needs no DNS zone
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
type Namespace struct {
	pulumi.ResourceState

	// Arn is the ARN with which services join the namespace.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Name is the namespace's name, the end of its endpoints' DNS names.
	Name pulumi.StringOutput `pulumi:"name"`
}

// NamespaceArgs are the inputs of NewNamespace.
type NamespaceArgs struct {
	// Name is unique in the account and region. Changing it replaces the namespace and every service in it. Required.
	Name pulumi.StringInput `pulumi:"name"`
	// ProtectData has Pulumi refuse to delete or replace the namespace. It contains no data, but every service depends
	// on its names. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// Tags are added to the namespace. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *NamespaceArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *NamespaceArgs")
	}
	return validateArguments(args.arguments())
}

func (args *NamespaceArgs) arguments() []argument {
	return []argument{{"name", &args.Name, rule.Namespace, true}}
}

// NewNamespace checks args and creates the namespace. It returns an error and registers nothing if args is nil or
// invalid.
func NewNamespace(ctx *pulumi.Context, name string, args *NamespaceArgs,
	opts ...pulumi.ResourceOption,
) (*Namespace, error) {
	var a NamespaceArgs
	if args != nil {
		a = *args
	}
	n := &Namespace{}
	c, err := register(ctx, "Namespace", name, n, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	return n, c.build(func() error {
		namespace, err := servicediscovery.NewHttpNamespace(ctx, name, &servicediscovery.HttpNamespaceArgs{
			Name: a.Name,
			Tags: c.tagged(),
			// A new name needs a new namespace, which is created first: the old one cannot be deleted while services
			// are in it.
		}, c.guarded(a.ProtectData)...)
		if err != nil {
			return fmt.Errorf("create namespace: %w", err)
		}
		n.Arn, n.Name = namespace.Arn, namespace.Name
		return nil
	})
}
