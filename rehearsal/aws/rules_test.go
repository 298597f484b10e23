package aws_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
)

// mistake is a change that makes sound inputs break one rule.
type mistake struct {
	rule   string
	change in
	want   []string
}

// but returns the change that breaks the rule, with parts of its refusal: the code, and the property with its value.
func but(rule string, change in, want ...string) mistake {
	return mistake{rule, change, want}
}

// swap is a mistake in the place of sound inputs.
type swap struct {
	// token is the type of the resource, where a table has several.
	token          string
	planted, sound in
	// at is the place that the refusal names, and want are other parts of it.
	at   string
	want []string
}

// swapped returns the swap of sound for planted, which is refused with the words of want.
func swapped(planted, sound in, want ...string) swap {
	return swap{planted: planted, sound: sound, want: want}
}

// swappedAt is as swapped, for a refusal that names the place at.
func swappedAt(at string, planted, sound in, want ...string) swap {
	return swap{planted: planted, sound: sound, at: at, want: want}
}

// swappedOf is as swapped, for a resource of the token.
func swappedOf(token string, planted, sound in, want ...string) swap {
	return swap{planted: planted, sound: sound, token: token, want: want}
}

// many is a list of the same item.
func many(count int, item any) []any {
	list := make([]any, count)
	for i := range list {
		list[i] = item
	}
	return list
}

// in is the same world seen from another region.
func (c *cloud) in(region string) *cloud {
	server, err := aws.New(c.world)
	require.NoError(c.t, err)
	other := &cloud{t: c.t, server: server, world: c.world}
	_, err = server.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: c.wire(in{"region": region})})
	require.NoError(c.t, err)
	return other
}

// attempt checks and creates, and returns all refusals.
func (c *cloud) attempt(token, name string, given in) (*thing, error) {
	inputs, reasons := c.check(token, name, nil, given)
	if len(reasons) > 0 {
		return nil, errors.New(strings.Join(reasons, "\n"))
	}
	got, err := c.server.Create(context.Background(),
		&pulumirpc.CreateRequest{Urn: urn(token, name), Properties: c.encode(inputs)})
	if err != nil {
		return nil, c.refused(err)
	}
	return &thing{
		token: token, name: name, id: got.Id, given: given, inputs: inputs, outputs: c.decode(got.Properties),
	}, nil
}

// refuses checks that a resource of the token is refused with each mistake, while the sound inputs pass, can be
// previewed with unknown values, and can be deleted again.
func (c *cloud) refuses(t *testing.T, token string, sound in, mistakes ...mistake) {
	t.Helper()
	th, err := c.attempt(token, "sound", sound)
	require.NoError(t, err, "the sound neighbour of: %s", mistakes[0].rule)
	require.NoError(t, c.remove(th), "the sound neighbour of: %s", mistakes[0].rule)
	c.bearsUnknowns(t, token, sound)
	for _, m := range mistakes {
		_, err := c.attempt(token, "wrong", with(sound, m.change))
		require.Error(t, err, m.rule)
		for _, want := range m.want {
			require.ErrorContains(t, err, want, m.rule)
		}
	}
}

// notYet is a value that is unknown until an update.
var notYet = resource.Computed{Element: resource.NewProperty("")}

// bearsUnknowns previews the inputs with one after the other not known yet.
func (c *cloud) bearsUnknowns(t *testing.T, token string, sound in) {
	t.Helper()
	for key := range sound {
		inputs, reasons := c.check(token, "sound", nil, with(sound, in{key: notYet}))
		require.Empty(t, reasons, "%s with %s unknown", token, key)
		_, err := c.server.Create(context.Background(),
			&pulumirpc.CreateRequest{Urn: urn(token, "sound"), Properties: c.encode(inputs), Preview: true})
		require.NoError(t, err, "%s with %s unknown", token, key)
	}
}
