package random_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/ohcnetwork/care-ecs/rehearsal/random"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

type in = map[string]any

// provider calls the simulated provider as the engine does.
type provider struct {
	*standin.Server
	t *testing.T
}

func newProvider(t *testing.T) provider {
	t.Helper()
	server, err := random.New(standin.NewWorld())
	require.NoError(t, err)
	return provider{Server: server, t: t}
}

var keep = plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true}

func urn(kind string) string {
	return "urn:pulumi:dev::demo::random:index/random" + kind + ":Random" + kind + "::x"
}

func (p provider) check(kind string, given in) *pulumirpc.CheckResponse {
	news, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(given), keep)
	require.NoError(p.t, err)
	got, err := p.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn(kind), News: news})
	require.NoError(p.t, err)
	return got
}

func (p provider) make(kind string, given in) (string, resource.PropertyMap) {
	checked := p.check(kind, given)
	require.Empty(p.t, checked.Failures)
	got, err := p.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn(kind), Properties: checked.Inputs})
	require.NoError(p.t, err)
	out, err := plugin.UnmarshalProperties(got.Properties, keep)
	require.NoError(p.t, err)
	return got.Id, out
}

func TestAPasswordIsSecretAndAsAskedFor(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for want, given := range map[string]in{
		`^[A-Za-z0-9]{32}$`:         {"length": 32, "special": false},
		`^[0-9]{8}$`:                {"length": 8, "special": false, "upper": false, "lower": false},
		`^[a-z_~]{40}$`:             {"length": 40, "upper": false, "numeric": false, "overrideSpecial": "_~"},
		`^[^0-9]{30}$`:              {"length": 30, "number": false},
		`^[0-9]{6}$`:                {"length": 6, "minNumeric": 6},
		`^[A-Za-z0-9!-@\[\]{}_]{9}`: {"length": 9},
	} {
		id, out := p.make("Password", given)
		require.True(t, out["result"].IsSecret())
		require.True(t, out["bcryptHash"].IsSecret())
		result := out["result"].SecretValue().Element.StringValue()
		assert.Regexp(t, want, result)
		assert.Equal(t, "none", id)
		require.NoError(t, bcrypt.CompareHashAndPassword([]byte(out["bcryptHash"].SecretValue().Element.StringValue()),
			[]byte(result)))
		_, again := p.make("Password", given)
		assert.NotEqual(t, out["result"], again["result"])
	}
}

func TestAPasswordThatCannotBeMadeIsRefused(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	for want, given := range map[string]in{
		"the length is at least 1":                          {"length": 0},
		"the length is at least the sum of the minimums, 9": {"length": 8, "minLower": 9},
		"no characters are allowed at all": {
			"length":  8,
			"lower":   false,
			"upper":   false,
			"numeric": false,
			"special": false,
		},
		`did you mean "length"?`: {"length": 8, "lengthy": 9},
		`"length" is required`:   {},
	} {
		failures := p.check("Password", given).Failures
		require.Len(t, failures, 1)
		assert.Contains(t, failures[0].Reason, want)
	}
}

func TestOtherFormsOfChance(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	id, out := p.make("String", in{"length": 12, "special": false})
	assert.Regexp(t, `^[A-Za-z0-9]{12}$`, out["result"].StringValue())
	assert.Equal(t, id, out["result"].StringValue())

	id, out = p.make("Id", in{"byteLength": 8, "prefix": "x-"})
	assert.Regexp(t, `^[A-Za-z0-9_-]{11}$`, id)
	assert.Equal(t, "x-"+id, out["b64Url"].StringValue())
	assert.Regexp(t, `^x-[0-9a-f]{16}$`, out["hex"].StringValue())
	assert.Regexp(t, `^x-\d+$`, out["dec"].StringValue())
	assert.Regexp(t, `^x-[A-Za-z0-9+/]{11}=$`, out["b64Std"].StringValue())

	_, out = p.make("Uuid", in{})
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, out["result"].StringValue())

	id, _ = p.make("Pet", in{})
	assert.Regexp(t, `^[a-z]+-[a-z]+$`, id)
	id, _ = p.make("Pet", in{"length": 3, "separator": "_", "prefix": "my"})
	assert.Regexp(t, `^my_[a-z]+ly_[a-z]+_[a-z]+$`, id)
}

func TestAChangedKeeperMakesANewOne(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	old := p.check("Password", in{"length": 8, "keepers": in{"rotation": "1"}}).Inputs
	now := p.check("Password", in{"length": 8, "keepers": in{"rotation": "2"}}).Inputs
	got, err := p.Diff(context.Background(), &pulumirpc.DiffRequest{Urn: urn("Password"), OldInputs: old, News: now})
	require.NoError(t, err)
	assert.Equal(t, []string{"keepers"}, got.Replaces)
}
