package aws_test

import (
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// in are inputs in plain Go.
type in = map[string]any

// cloud talks to the stand-in as the engine does, and remembers the resources that it created.
type cloud struct {
	t      testing.TB
	server *standin.Server
	world  *standin.World
	made   []*thing
}

// thing is a resource that was made.
type thing struct {
	token, name, id string
	given           in
	inputs, outputs resource.PropertyMap
}

func (th *thing) out(key string) string {
	v := th.outputs[resource.PropertyKey(key)]
	if v.IsSecret() {
		v = v.SecretValue().Element
	}
	if !v.IsString() {
		return ""
	}
	return v.StringValue()
}

func newCloud(tb testing.TB) *cloud {
	tb.Helper()
	world := standin.NewWorld()
	server, err := aws.New(world)
	require.NoError(tb, err)
	c := &cloud{t: tb, server: server, world: world}
	_, err = server.Configure(context.Background(),
		&pulumirpc.ConfigureRequest{Args: c.wire(in{"region": "ap-south-1", "defaultTags": `{"tags":{"project":"demo"}}`})})
	require.NoError(tb, err)
	return c
}

func (c *cloud) wire(plain in) *structpb.Struct {
	return c.encode(resource.NewPropertyMapFromMap(plain))
}

func (c *cloud) encode(m resource.PropertyMap) *structpb.Struct {
	s, err := plugin.MarshalProperties(m, plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
	require.NoError(c.t, err)
	return s
}

func (c *cloud) decode(s *structpb.Struct) resource.PropertyMap {
	m, err := plugin.UnmarshalProperties(s, plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true})
	require.NoError(c.t, err)
	return m
}

// full completes "ec2/vpc:Vpc" to a token.
func full(token string) string {
	if strings.Count(token, ":") == 2 {
		return token
	}
	return "aws:" + token
}

func urn(token, name string) string { return "urn:pulumi:dev::demo::" + full(token) + "::" + name }

// endsWithRule matches a refusal that names its rule.
var endsWithRule = regexp.MustCompile(`\[[a-z0-9]+/[a-z0-9-]+\]$`)

// refused returns the error of an operation, which must name its rule.
func (c *cloud) refused(err error) error {
	require.Regexp(c.t, endsWithRule, err.Error())
	return err
}

// check returns the checked inputs and the reasons for which they are refused.
func (c *cloud) check(token, name string, olds resource.PropertyMap, given in) (resource.PropertyMap, []string) {
	got, err := c.server.Check(context.Background(),
		&pulumirpc.CheckRequest{Urn: urn(token, name), Olds: c.encode(olds), News: c.wire(given), RandomSeed: []byte(name)})
	require.NoError(c.t, err)
	var reasons []string
	for _, failure := range got.Failures {
		reasons = append(reasons, failure.Reason)
		require.Regexp(c.t, endsWithRule, failure.Reason)
	}
	return c.decode(got.Inputs), reasons
}

// try checks and creates.
func (c *cloud) try(token, name string, given in) (*thing, error) {
	inputs, reasons := c.check(token, name, nil, given)
	require.Empty(c.t, reasons, "%s %s", token, name)
	got, err := c.server.Create(context.Background(),
		&pulumirpc.CreateRequest{Urn: urn(token, name), Properties: c.encode(inputs)})
	if err != nil {
		return nil, c.refused(err)
	}
	th := &thing{
		token: token, name: name, id: got.Id, given: maps.Clone(given), inputs: inputs, outputs: c.decode(got.Properties),
	}
	c.made = append(c.made, th)
	return th, nil
}

// up creates a resource, and fails the test if it is refused.
func (c *cloud) up(token, name string, given in) *thing {
	c.t.Helper()
	th, err := c.try(token, name, given)
	require.NoError(c.t, err, "%s %s", token, name)
	return th
}

// diff compares a made thing with other inputs.
func (c *cloud) diff(th *thing, given in) *pulumirpc.DiffResponse {
	news, reasons := c.check(th.token, th.name, th.inputs, given)
	require.Empty(c.t, reasons)
	got, err := c.server.Diff(context.Background(), &pulumirpc.DiffRequest{
		Id: th.id, Urn: urn(th.token, th.name), OldInputs: c.encode(th.inputs), Olds: c.encode(th.outputs),
		News: c.encode(news),
	})
	require.NoError(c.t, err)
	return got
}

// with copies inputs with some changed; nil takes one away.
func with(given in, changes in) in {
	m := maps.Clone(given)
	for key, value := range changes {
		if value == nil {
			delete(m, key)
		} else {
			m[key] = value
		}
	}
	return m
}

func (c *cloud) update(th *thing, changes in) error {
	inputs, reasons := c.check(th.token, th.name, th.inputs, with(th.given, changes))
	require.Empty(c.t, reasons)
	got, err := c.server.Update(context.Background(), &pulumirpc.UpdateRequest{
		Id: th.id, Urn: urn(th.token, th.name), OldInputs: c.encode(th.inputs), News: c.encode(inputs),
	})
	if err != nil {
		return c.refused(err)
	}
	th.inputs, th.outputs, th.given = inputs, c.decode(got.Properties), with(th.given, changes)
	return nil
}

func (c *cloud) remove(th *thing) error {
	_, err := c.server.Delete(context.Background(), &pulumirpc.DeleteRequest{Id: th.id, Urn: urn(th.token, th.name)})
	if err != nil {
		return c.refused(err)
	}
	return nil
}
