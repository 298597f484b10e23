package standin_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEverythingWrongWithTheInputsIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "main", nil, props{
		"siez": number(3),
		"beds": list(object(props{"soil": number(1), "rows": text("many")}), object(props{"rows": number(2)})),
		"name": list(),
	}, "seed")
	require.Len(t, reasons, 5)
	for i, want := range []string{
		`Invalid type: expected number type, got string type (land.Garden`,
		`Missing required argument: the argument "soil" is required`,
		`Invalid type: expected string type, got []`,
		`did you mean "size"?`,
		`Missing required argument: the argument "size" is required`,
	} {
		assert.Contains(t, reasons[i], want)
	}
	assert.Contains(t, reasons[0], `beds[0].rows = "many"`)
	assert.Contains(t, reasons[1], `beds[1].soil = (absent)`)
}

func TestARequiredListIsDemanded(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "main", nil, props{"size": number(3)}, "seed")
	require.Len(t, reasons, 1)
	assert.Contains(t, reasons[0], `the argument "beds" is required`)
}

func TestUnknownValuesAreLeftAlone(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "main", nil, props{"size": unknown(), "beds": unknown()}, "seed")
	assert.Empty(t, reasons)
}

func TestARuleNamesResourcePropertyValueAndRule(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "main", nil, sound(props{"size": number(101)}), "seed")
	assert.Equal(t, []string{
		"GardenTooBig: a garden is at most 100 large (land.Garden 'main' size = 101); fix: make it smaller " +
			"[land/garden-size]",
	}, reasons)
}

func TestASecretIsNeverInAReason(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "main", nil,
		sound(props{"size": resource.MakeSecret(number(101)), "code": resource.MakeSecret(list(text("hunter22")))}), "seed")
	require.Len(t, reasons, 2)
	for _, reason := range reasons {
		assert.Contains(t, reason, "= [secret]")
		assert.NotContains(t, reason, "hunter22")
	}
}

func TestATypeNobodyKnowsIsAnError(t *testing.T) {
	t.Parallel()
	_, err := newClient(t).Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn("land:foo/bar:Bar", "x")})
	assert.ErrorContains(t, err, "the stand-in land does not know the resource type land:foo/bar:Bar")
}

func TestAnAutomaticNameIsTheSameForTheSameSeedAndStays(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first, _ := c.check(gardenToken, "Main", nil, sound(nil), "seed")
	again, _ := c.check(gardenToken, "Main", nil, sound(nil), "seed")
	later, _ := c.check(gardenToken, "Main", first, sound(nil), "other")
	fresh, _ := c.check(gardenToken, "Main", nil, sound(nil), "other")
	assert.Regexp(t, `^main-[0-9a-f]{7}$`, first["name"].StringValue())
	assert.Equal(t, first["name"], again["name"])
	assert.Equal(t, first["name"], later["name"])
	assert.NotEqual(t, first["name"], fresh["name"])
}

func TestANameThatGrowsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	_, reasons := newClient(t).check(gardenToken, "thirteen-long", nil, sound(nil), "seed")
	require.Len(t, reasons, 1)
	assert.Contains(t, reasons[0], "plus 7 random chars is longer than maximum length 20")
}

func TestTheEnginesOwnNamingIsFollowed(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	check := func(mode pulumirpc.CheckRequest_AutonamingOptions_Mode) *pulumirpc.CheckResponse {
		got, err := c.Check(context.Background(), &pulumirpc.CheckRequest{
			Urn: urn(gardenToken, "main"), News: c.wire(sound(nil)),
			Autonaming: &pulumirpc.CheckRequest_AutonamingOptions{Mode: mode, ProposedName: "given"},
		})
		require.NoError(t, err)
		return got
	}
	enforced := check(pulumirpc.CheckRequest_AutonamingOptions_ENFORCE)
	assert.Equal(t, "given", c.unwire(enforced.Inputs)["name"].StringValue())
	disabled := check(pulumirpc.CheckRequest_AutonamingOptions_DISABLE)
	require.Len(t, disabled.Failures, 1)
	assert.Contains(t, disabled.Failures[0].Reason, "automatic naming is disabled")
}

func TestDefaultsAreFilledInAndAnObjectBecomesAJsonDocument(t *testing.T) {
	t.Parallel()
	inputs, reasons := newClient(t).check(gardenToken, "main", nil,
		sound(props{"policy": object(props{"allow": text("all")})}), "seed")
	require.Empty(t, reasons)
	assert.Equal(t, "mild", inputs["climate"].StringValue())
	assert.JSONEq(t, `{"allow":"all"}`, inputs["policy"].StringValue())
}
