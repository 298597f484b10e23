package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// input is an argument that takes the output of another resource.
type input struct {
	// problem is the error's text about a bad value.
	problem string
	// bad is a value that the argument refuses. It is empty for an argument that has no rule.
	bad string
	// create makes the component with a value of the argument.
	create func(ctx *pulumi.Context, value pulumi.StringInput) error
}

func inputOf[A any, C pulumi.Resource](problem, bad string,
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error), args func(name string) *A,
	set func(args *A, value pulumi.StringInput),
) input {
	return input{problem, bad, func(ctx *pulumi.Context, value pulumi.StringInput) error {
		a := args("one")
		set(a, value)
		_, err := construct(ctx, "one", a)
		return err
	}}
}

const (
	noKey      = `kmsKeyArn = "alias/care"`
	noBoundary = `permissionsBoundaryArn = "boundary"`
)

// inputs are all arguments of the components that stand alone in which a bad text can be recognized.
func inputs() []input {
	return []input{
		inputOf(`name = "a b"`, "a b", components.NewNamespace, namespaceArgs,
			func(a *components.NamespaceArgs, v pulumi.StringInput) { a.Name = v }),
		inputOf(`name = "a b"`, "a b", components.NewCluster, clusterArgs,
			func(a *components.ClusterArgs, v pulumi.StringInput) { a.Name = v }),
		inputOf(noKey, "alias/care", components.NewCluster, clusterArgs,
			func(a *components.ClusterArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noKey, "alias/care", components.NewVpc, richVpcArgs,
			func(a *components.VpcArgs, v pulumi.StringInput) { a.KmsKeyArn = v }),
		inputOf(noBoundary, "boundary", components.NewVpc, richVpcArgs,
			func(a *components.VpcArgs, v pulumi.StringInput) { a.PermissionsBoundaryArn = v }),
	}
}

// unknown is the output of a resource that a preview does not create.
func unknown() pulumi.StringInput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
}

func TestABadInputIsRefusedAsSoonAsItIsKnown(t *testing.T) {
	t.Parallel()
	for _, each := range inputs() {
		t.Run(each.problem, func(t *testing.T) {
			t.Parallel()
			early := pulumitest.Run(func(ctx *pulumi.Context) error { return each.create(ctx, pulumi.String(each.bad)) })
			require.ErrorContains(t, early.Err, each.problem)
			assert.Empty(t, early.Resources)

			output := pulumi.String(each.bad).ToStringOutput()
			late := pulumitest.Run(func(ctx *pulumi.Context) error { return each.create(ctx, output) })
			require.ErrorContains(t, late.Err, each.problem)
			require.ErrorContains(t, late.Err, `"one"`)
		})
	}
}

func TestAPreviewAcceptsInputsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, each := range inputs() {
		t.Run(each.problem, func(t *testing.T) {
			t.Parallel()
			result := pulumitest.Run(func(ctx *pulumi.Context) error { return each.create(ctx, unknown()) }, pulumitest.Preview())
			require.NoError(t, result.Err)
			assert.NotEmpty(t, result.Resources)
		})
	}
}
