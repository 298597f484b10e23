package pulumitest_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// pair registers a generated password and a parameter that keeps it.
func pair(ctx *pulumi.Context) error {
	password, err := random.NewRandomPassword(ctx, "password", &random.RandomPasswordArgs{Length: pulumi.Int(32)})
	if err != nil {
		return err
	}
	_, err = ssm.NewParameter(ctx, "kept", &ssm.ParameterArgs{
		Type: pulumi.String("SecureString"), Value: password.Result, Description: pulumi.String("seen by all"),
	}, pulumi.Protect(true), pulumi.DependsOn([]pulumi.Resource{password}))
	ctx.Export("password", password.Result)
	return err
}

func TestRunRemembersInputsOptionsAndSecrets(t *testing.T) {
	t.Parallel()
	result := pulumitest.MustRun(t, pair)
	require.Len(t, result.Resources, 2)
	password, parameter := result.Resources[0], result.Named(t, "aws:ssm/parameter:Parameter", "kept")
	assert.Equal(t, password.State["result"].SecretValue().Element.StringValue(), parameter.Text("value"))
	assert.True(t, parameter.IsSecret("value"))
	assert.False(t, parameter.IsSecret("description"))
	assert.True(t, parameter.DependsOn(password))
	assert.True(t, parameter.DependsThrough("value", password))
	assert.False(t, parameter.DependsThrough("type", password))
	assert.True(t, parameter.Options.GetProtect())
	assert.Contains(t, result.SecretTexts(), parameter.Text("value"))
	assert.Contains(t, parameter.ClearTexts(), "seen by all")
	assert.NotContains(t, parameter.ClearTexts(), parameter.Text("value"))
	assert.True(t, result.Exports["password"].IsSecret())
	assert.Equal(t,
		[]string{"aws:ssm/parameter:Parameter::kept", "random:index/randomPassword:RandomPassword::password"},
		result.Paths())
}

func TestPreviewsKnowNoIdsAndNoComputedValues(t *testing.T) {
	t.Parallel()
	result := pulumitest.MustRun(t, pair, pulumitest.Preview())
	assert.Empty(t, result.Resources[0].Id)
	assert.Equal(t, pulumitest.Unknown, result.Resources[1].Text("value"))
	assert.True(t, result.Resources[1].IsSecret("value"), "also what is not known yet")
}

func TestOneNameTwiceIsRefused(t *testing.T) {
	t.Parallel()
	result := pulumitest.Run(func(ctx *pulumi.Context) error {
		return errors.Join(pair(ctx), pair(ctx))
	})
	assert.ErrorContains(t, result.Err, "is registered twice")
}

func TestTypesAndFunctionsThatAreNotKnownAreRefused(t *testing.T) {
	t.Parallel()
	result := pulumitest.Run(func(ctx *pulumi.Context) error {
		_, err := iam.NewGroup(ctx, "group", nil)
		return err
	})
	require.ErrorContains(t, result.Err, "does not know the resource type aws:iam/group:Group")
	result = pulumitest.Run(func(ctx *pulumi.Context) error {
		_, err := aws.GetIpRanges(ctx, &aws.GetIpRangesArgs{Services: []string{"ec2"}})
		return err
	})
	assert.ErrorContains(t, result.Err, "aws:index/getIpRanges:getIpRanges")
}

func TestFailuresArePlantedWhereAskedFor(t *testing.T) {
	t.Parallel()
	program := func(ctx *pulumi.Context) error {
		for _, name := range []string{"a", "b"} {
			if _, err := cloudwatch.NewLogGroup(ctx, name, nil); err != nil {
				return err
			}
		}
		return nil
	}
	const token = "aws:cloudwatch/logGroup:LogGroup"
	for _, n := range []int{1, 2} {
		require.ErrorContains(t, pulumitest.Run(program, pulumitest.FailNth(token, n)).Err, pulumitest.Planted)
	}
	require.NoError(t, pulumitest.Run(program, pulumitest.FailNth(token, 3)).Err)
	assert.Empty(t, pulumitest.MustRun(t, program, pulumitest.Replay(&pulumitest.Result{})).Resources)
}

func TestConfigurationWarningsAndStackReachTheProgram(t *testing.T) {
	t.Parallel()
	var value, stack string
	var secret bool
	result := pulumitest.MustRun(t, func(ctx *pulumi.Context) error {
		value, _ = ctx.GetConfig("care:image")
		secret, stack = ctx.IsConfigSecret("care:token"), ctx.Stack()
		return ctx.Log.Warn("look out", nil)
	}, pulumitest.Stack("staging"), pulumitest.Config(map[string]string{"care:image": "x", "care:token": "y"},
		"care:token"))
	assert.Equal(t, []any{"x", "staging", true}, []any{value, stack, secret})
	assert.Equal(t, []string{"look out"}, result.Warnings)
}
