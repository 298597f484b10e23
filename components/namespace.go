package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Namespace is a Cloud Map namespace for Service Connect. It is of type HTTP: Service Connect writes names into the
// tasks themselves, so that no DNS zone is needed or paid for
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
type Namespace struct {
	pulumi.ResourceState

	// Arn is what services take to join the namespace.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Name is the namespace's name, the end of its endpoints' DNS names.
	Name pulumi.StringOutput `pulumi:"name"`
}

// NamespaceArgs are the inputs of NewNamespace.
type NamespaceArgs struct {
	// Name is unique in the account and region. Changing it replaces the namespace and every service in it. Required.
	Name string `pulumi:"name"`
	// ProtectData has Pulumi refuse to delete or replace the namespace. There is no data in it, but every service goes by its
	// names. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// Tags are given to the namespace. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and gives all problems at once.
func (args *NamespaceArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *NamespaceArgs")
	}
	return rule.Namespace("name", args.Name)
}

// NewNamespace checks args and creates the namespace. It gives an error, and registers nothing, when args are nil or a
// value breaks a rule.
func NewNamespace(ctx *pulumi.Context, name string, args *NamespaceArgs, opts ...pulumi.ResourceOption) (*Namespace, error) {
	var a NamespaceArgs
	if args != nil {
		a = *args
	}
	n := &Namespace{}
	c, err := register(ctx, "Namespace", name, n, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return n, c.build(func() error {
		namespace, err := servicediscovery.NewHttpNamespace(ctx, name, &servicediscovery.HttpNamespaceArgs{
			Name: pulumi.String(a.Name),
			Tags: c.tagged(),
			// A new name needs a new namespace, which is made first: the old one cannot go while services are in it.
		}, c.guarded(a.ProtectData)...)
		if err != nil {
			return fmt.Errorf("create namespace: %w", err)
		}
		n.Arn, n.Name = namespace.Arn, namespace.Name
		return nil
	})
}
