package standin_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestAPreviewKnowsTheInputsAndThatTheRestComesLater(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	got, err := c.Create(context.Background(),
		&pulumirpc.CreateRequest{Urn: urn(gardenToken, "main"), Preview: true, Properties: c.wire(sound(nil))})
	require.NoError(t, err)
	outputs := c.unwire(got.Properties)
	assert.Empty(t, got.Id)
	assert.True(t, outputs["arn"].IsComputed())
	assert.True(t, outputs["fence"].IsComputed())
	assert.InDelta(t, 5, outputs["size"].NumberValue(), 0)
	assert.Equal(t, "all", outputs["tagsAll"].ObjectValue()["owner"].StringValue())
	assert.Empty(t, c.world.Live())
	assert.Empty(t, c.world.History())
}

func TestSecretsStaySecretOnTheWire(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, outputs, err := c.up(gardenToken, "main",
		sound(props{"name": resource.MakeSecret(text("eden")), "code": text("plain1")}))
	require.NoError(t, err)
	assert.True(t, outputs["name"].IsSecret(), "a secret input")
	assert.True(t, outputs["code"].IsSecret(), "secret by its kind")
	assert.True(t, outputs["arn"].IsSecret(), "made of a secret")
	assert.False(t, outputs["fence"].IsSecret())
}

func TestAnUpdateKeepsWhatTheCloudComputedButForWhatMoves(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id, outputs, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	inputs := c.world.Live()[0].Inputs
	for _, preview := range []bool{true, false} {
		news := inputs.Copy()
		news["size"] = number(9)
		got, err := c.Update(context.Background(),
			&pulumirpc.UpdateRequest{Urn: urn(gardenToken, "main"), Id: id, News: c.wire(news), Preview: preview})
		require.NoError(t, err)
		updated := c.unwire(got.Properties)
		assert.Equal(t, outputs["arn"], updated["arn"])
		assert.Equal(t, preview, updated["version"].IsComputed())
		if !preview {
			assert.InDelta(t, 2, updated["version"].NumberValue(), 0)
		}
	}
}

func TestAnInputThatIsTakenAwayGoesUnlessTheCloudFillsItIn(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id, _, err := c.up(gardenToken, "main", sound(props{"code": text("abcdef"), "fence": text("iron")}))
	require.NoError(t, err)
	news := c.world.Live()[0].Inputs.Copy()
	delete(news, "code")
	delete(news, "fence")
	got, err := c.Update(context.Background(),
		&pulumirpc.UpdateRequest{Urn: urn(gardenToken, "main"), Id: id, News: c.wire(news)})
	require.NoError(t, err)
	updated := c.unwire(got.Properties)
	assert.NotContains(t, updated, resource.PropertyKey("code"))
	assert.Equal(t, "iron", updated["fence"].StringValue())
}

func TestAReferenceMustBeToSomethingLive(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, _, err := c.up(plantToken, "rose", props{"gardenId": text("garden-none")})
	require.ErrorContains(t, err,
		"GardenNotFound: no such land.Garden exists (land.Plant 'rose' gardenId = \"garden-none\")")
	id, outputs, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	_, _, err = c.up(plantToken, "rose", props{"gardenId": text(id)})
	require.NoError(t, err)
	history := c.world.History()
	assert.Equal(t, []string{urn(gardenToken, "main")}, history[len(history)-1].Refs)

	_, _, err = c.up(plantToken, "elm", props{"gardenId": text(id), "neighbor": text("arn:land:elsewhere")})
	require.NoError(t, err)
	require.Len(t, c.world.Assumptions(), 1)
	assert.Equal(t, `"arn:land:elsewhere"`, c.world.Assumptions()[0].Value)

	arn := outputs["arn"].StringValue()
	require.NoError(t, c.remove(plantToken, "rose", "plant-rose"))
	require.NoError(t, c.remove(plantToken, "elm", "plant-elm"))
	require.NoError(t, c.remove(gardenToken, "main", id))
	other, _, err := c.up(gardenToken, "other", sound(nil))
	require.NoError(t, err)
	_, _, err = c.up(plantToken, "ivy", props{"gardenId": text(other), "neighbor": text(arn)})
	require.ErrorContains(t, err, "NeighborNotFound: no such land.Garden exists any more")
}

func TestAPreviewDoesNotMissWhatTheProgramWillHaveMadeByThen(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, err := c.Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: urn(plantToken, "rose"), Preview: true, Properties: c.wire(props{"gardenId": text("garden-main")}),
	})
	require.NoError(t, err)
}

func TestManyAtOnceDoNotDisturbOneAnother(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const many = 50
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			_, err := c.Create(context.Background(), &pulumirpc.CreateRequest{
				Urn: urn(gardenToken, strconv.Itoa(i)), Properties: c.wire(sound(props{"name": text(strconv.Itoa(i % 25))})),
			})
			if err == nil {
				_ = c.world.Live()
			}
		})
	}
	all.Wait()
	assert.Len(t, c.world.Live(), many/2, "one of each name")
	assert.Len(t, c.world.History(), many)
	for _, op := range c.world.History() {
		assert.Greater(t, op.End, op.Start)
	}
}

func TestTwoMayNotHaveOneName(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, _, err := c.up(gardenToken, "one", sound(props{"name": text("eden")}))
	require.NoError(t, err)
	_, _, err = c.up(gardenToken, "two", sound(props{"name": text("eden")}))
	require.ErrorContains(t, err, "GardenExists: a garden's name is unique (land.Garden 'one' has it)")
	assert.Len(t, c.world.Live(), 1)
}

func TestWhatIsInUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id, _, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	plantId, _, err := c.up(plantToken, "rose", props{"gardenId": text(id)})
	require.NoError(t, err)
	require.ErrorContains(t, c.remove(gardenToken, "main", id),
		"GardenNotEmpty: it cannot be deleted while land.Plant 'rose' uses it (land.Garden 'main' id =")
	require.NoError(t, c.remove(plantToken, "rose", plantId))
	require.NoError(t, c.remove(gardenToken, "main", id))
	require.NoError(t, c.remove(gardenToken, "main", id), "what is gone is gone")
	assert.Empty(t, c.world.Live())
}

func TestWhatNeverBecomesSteadyStaysAndIsReported(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	_, _, err := c.up(gardenToken, "main", sound(props{"climate": text("arctic")}))
	require.ErrorContains(t, err, "NothingGrows")
	rpc, ok := rpcerror.FromError(err)
	require.True(t, ok)
	var detail *pulumirpc.ErrorResourceInitFailed
	for _, d := range rpc.Details() {
		detail, _ = d.(*pulumirpc.ErrorResourceInitFailed)
	}
	require.NotNil(t, detail)
	assert.NotEmpty(t, detail.Id)
	assert.Len(t, detail.Reasons, 1)
	assert.Len(t, c.world.Live(), 1)
}

func TestAReplacementCreatedFirstLeavesTheNewOne(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	old, _, err := c.up(plantToken, "rose", props{"gardenId": unknown()})
	require.NoError(t, err)
	_, _, err = c.up(plantToken, "rose", props{"gardenId": unknown()})
	require.NoError(t, err)
	newest := c.world.Live()[1].Seq
	require.NoError(t, c.remove(plantToken, "rose", old))
	require.Len(t, c.world.Live(), 1)
	assert.Equal(t, newest, c.world.Live()[0].Seq)
}

func TestReadFindsTheLiveAndMissesTheGone(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id, outputs, err := c.up(gardenToken, "main", sound(nil))
	require.NoError(t, err)
	read := func() *pulumirpc.ReadResponse {
		got, err := c.Read(context.Background(), &pulumirpc.ReadRequest{Urn: urn(gardenToken, "main"), Id: id})
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, outputs, c.unwire(read().Properties))
	require.NoError(t, c.remove(gardenToken, "main", id))
	assert.Empty(t, read().Id)
}

func TestAnInterceptorCanFailAnOperation(t *testing.T) {
	t.Parallel()
	var seen []standin.Verb
	c := newClient(t, standin.Intercept(func(_ context.Context, op standin.Operation, next func() error) error {
		seen = append(seen, op.Verb)
		if op.Verb == standin.Create && op.Name == "unlucky" {
			return errors.New("ThrottlingException: rate exceeded")
		}
		return next()
	}))
	_, _, err := c.up(gardenToken, "unlucky", sound(nil))
	require.ErrorContains(t, err, "ThrottlingException")
	id, _, err := c.up(gardenToken, "lucky", sound(nil))
	require.NoError(t, err)
	require.NoError(t, c.remove(gardenToken, "lucky", id))
	assert.Equal(t, []standin.Verb{standin.Create, standin.Create, standin.Delete}, seen)
	assert.Equal(t, "ThrottlingException: rate exceeded", c.world.History()[0].Error)
	assert.Empty(t, c.world.Live())
}

func TestAWorldSurvivesBeingSaved(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	id, _, err := c.up(gardenToken, "main", sound(props{"code": resource.MakeSecret(text("abcdef"))}))
	require.NoError(t, err)
	data, err := c.world.Save()
	require.NoError(t, err)
	before := c.world.Live()
	history := c.world.History()

	require.NoError(t, c.world.Load([]byte(`{}`)))
	assert.Empty(t, c.world.Live())
	require.NoError(t, c.world.Load(data))
	assert.Equal(t, before, c.world.Live())
	assert.Equal(t, history, c.world.History())
	_, _, err = c.up(plantToken, "rose", props{"gardenId": text(id)})
	require.NoError(t, err, "the index is there again")
}

func TestAProviderThatAcceptsEverythingGivesBackWhatItGot(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.AcceptEverything())
	_, outputs, err := c.up("land:foo/bar:Bar", "x", props{"anything": number(1)})
	require.NoError(t, err)
	assert.Equal(t, props{"anything": number(1)}, outputs)
}

func TestAProviderThatAcceptsEverythingAnswersAsTheOneBefore(t *testing.T) {
	t.Parallel()
	before := newClient(t)
	id, outputs, err := before.up(gardenToken, "front", sound(nil))
	require.NoError(t, err)
	c := newClient(t, standin.AcceptEverything(before.world.Live()...))
	again, same, err := c.up(gardenToken, "front", props{})
	require.NoError(t, err)
	assert.Equal(t, id, again)
	assert.Equal(t, outputs, same)
}

func TestAnOutputThatTheTypeDoesNotHaveIsAnError(t *testing.T) {
	t.Parallel()
	for want, output := range map[string]standin.Props{
		"(land.Plant 'rose' height = 3)":                          {"height": 3},
		"expected array type, got string type (land.Plant 'rose'": {"friends": "ivy"},
	} {
		wrong := plant()
		wrong.Outputs = func(*standin.Op) standin.Props { return output }
		server, err := standin.NewServer(standin.NewWorld(), standin.Package{Name: "land", Kinds: []standin.Kind{wrong}})
		require.NoError(t, err)
		_, err = server.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn(plantToken, "rose")})
		require.ErrorContains(t, err, want)
	}
}

func TestACatalogueThatContradictsTheSdkIsAnError(t *testing.T) {
	t.Parallel()
	for _, kind := range []func(*standin.Kind){
		func(k *standin.Kind) { k.Replaces = []string{"beds.soul"} },
		func(k *standin.Kind) { k.Refs = []standin.Ref{{Path: "gardenerId"}} },
		func(k *standin.Kind) { k.Moves = map[string][]string{"size": {"name"}} },
		func(k *standin.Kind) { k.Id = nil },
	} {
		wrong := garden()
		kind(&wrong)
		_, err := standin.NewServer(standin.NewWorld(), standin.Package{Name: "land", Kinds: []standin.Kind{wrong}})
		require.ErrorContains(t, err, "catalogue of land: "+gardenToken)
	}
}
