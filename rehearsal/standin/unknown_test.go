package standin_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const shedToken = "land:shed/shed:Shed"

// sheds are types that the little cloud does not have and that an SDK knows.
type sheds struct{}

type shedArgs struct {
	Name   *string           `pulumi:"name"`
	Garden string            `pulumi:"garden"`
	Tags   map[string]string `pulumi:"tags"`
	Port   *int              `pulumi:"port"`
}

type shedState struct {
	Name   *string           `pulumi:"name"`
	Garden *string           `pulumi:"garden"`
	Tags   map[string]string `pulumi:"tags"`
	Port   *int              `pulumi:"port"`
	Key    *string           `pulumi:"key"`
	Shelf  *int              `pulumi:"shelf"`
	Open   *bool             `pulumi:"open"`
	Tools  []shedTool        `pulumi:"tools"`
}

type shedTool struct {
	Brand *string `pulumi:"brand"`
}

type findShedResult struct {
	Garden *string  `pulumi:"garden"`
	Id     string   `pulumi:"id"`
	Sizes  []string `pulumi:"sizes"`
}

func (sheds) Resource(token string) (args, state any, found bool) {
	return shedArgs{}, shedState{}, token == shedToken
}

func (sheds) Function(token string) (result any, found bool) {
	return findShedResult{}, token == "land:shed/findShed:findShed"
}

func (c *client) findShed(args props) (props, error) {
	got, err := c.Invoke(context.Background(),
		&pulumirpc.InvokeRequest{Tok: "land:shed/findShed:findShed", Args: c.wire(args)})
	if err != nil {
		return nil, err
	}
	return c.unwire(got.GetReturn()), nil
}

func TestAnUnknownTypeHasThePropertiesOfItsSdkAndIsListed(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.GoOn(sheds{}))
	id, outputs, err := c.up(shedToken, "tools", props{"garden": text("garden-1")})
	require.NoError(t, err)
	assert.Regexp(t, `^shed-[0-9a-f]{17}$`, id)
	assert.Regexp(t, `^tools-[0-9a-f]{7}$`, outputs["name"].StringValue())
	assert.Equal(t, "tools-key", outputs["key"].StringValue())
	assert.Equal(t, "garden-1", outputs["garden"].StringValue())
	assert.InDelta(t, 1.0, outputs["shelf"].NumberValue(), 0)
	assert.InDelta(t, 1.0, outputs["port"].NumberValue(), 0, "an input that a cloud often chooses")
	assert.False(t, outputs["open"].BoolValue())
	assert.Equal(t, "tools-brand", outputs["tools"].ArrayValue()[0].ObjectValue()["brand"].StringValue())
	assert.NotContains(t, outputs, resource.PropertyKey("tags"))

	_, wrong := c.check(shedToken, "odd", nil, props{"gardn": text("x")}, "seed")
	assert.Len(t, wrong, 2, "an unknown key and a missing one: %v", wrong)

	unjudged := c.world.Unjudged()
	require.Len(t, unjudged, 1)
	assert.Equal(t, "shed.Shed (odd, tools)", unjudged[0].String())
	assert.Contains(t, unjudged[0].Known, "shelf")
	c.world.Begin()
	assert.Empty(t, c.world.Unjudged(), "another run has none yet")
}

func TestAnUnknownTypeWithoutAnSdkTakesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.GoOn(nil))
	_, outputs, err := c.up("land:pond/pond:Pond", "pond", props{"depth": number(3)})
	require.NoError(t, err)
	assert.Equal(t, props{"depth": number(3)}, outputs)
	assert.Equal(t, "pond.Pond (pond): its SDK was not found, so that its outputs are empty",
		c.world.Unjudged()[0].String())
}

func TestAnUnknownResourceIsThereForThoseThatNameIt(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.GoOn(sheds{}))
	id, outputs, err := c.up(shedToken, "tools", props{"garden": text("garden-9")})
	require.NoError(t, err)
	for _, name := range []string{id, outputs["key"].StringValue()} {
		_, _, err := c.up(plantToken, "rose", props{"gardenId": text(name)})
		require.NoError(t, err, name)
	}
	_, _, err = c.up(plantToken, "lily", props{"gardenId": text("garden-9")})
	require.ErrorContains(t, err, "GardenNotFound", "what it was only given does not come from it")

	saved, err := c.world.Save()
	require.NoError(t, err)
	require.NoError(t, c.world.Load(saved))
	_, _, err = c.up(plantToken, "iris", props{"gardenId": text(id)})
	require.NoError(t, err, "a kept world remembers that it is opaque")
	require.NoError(t, c.remove(shedToken, "tools", id))
}

func TestAnUnknownFunctionHasAnInventedResultAndAnEntryToWrite(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.GoOn(sheds{}))
	result, err := c.findShed(props{"garden": text("garden-1")})
	require.NoError(t, err)
	assert.Equal(t, props{
		"garden": text("garden-1"), "id": text("findshed-id"), "sizes": list(text("findshed-size"), text("findshed-2-size")),
	}, result)
	unjudged := c.world.Unjudged()
	require.Len(t, unjudged, 1)
	assert.Equal(t, "function shed.findShed", unjudged[0].String())
	assert.Equal(t, "- function: shed.findShed\n  args: {\"garden\":\"garden-1\"}\n"+
		"  result: {\"id\":\"findshed-id\",\"sizes\":[\"findshed-size\",\"findshed-2-size\"]}", unjudged[0].Entry)

	file := filepath.Join(t.TempDir(), "answers.yaml")
	require.NoError(t, os.WriteFile(file, []byte(unjudged[0].Entry), 0o600))
	answers, err := standin.ReadAnswers(file)
	require.NoError(t, err)
	again := newClient(t, standin.GoOn(sheds{}), standin.WithAnswers(answers))
	answered, err := again.findShed(props{"garden": text("garden-1")})
	require.NoError(t, err)
	assert.Equal(t, result, answered)
	assert.Empty(t, again.world.Unjudged())
	_, err = again.findShed(props{"garden": text("garden-2")})
	require.NoError(t, err)
	assert.Len(t, again.world.Unjudged(), 1, "other arguments are another call")
}

func TestAnAnswerThatNoCallUsesHasAReason(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "answers.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
- {function: shed.findShed, args: {garden: garden-1}, result: {id: one}}
- {function: shed.findShed, args: {garden: garden-2}, result: {id: two}}
- {function: shed.findShed, args: {garden: garden-1}, result: {id: three}}
- {function: shed.findSheds, result: {id: four}}
`), 0o600))
	answers, err := standin.ReadAnswers(file)
	require.NoError(t, err)
	reasons := func() []string {
		var all []string
		for _, answer := range answers {
			all = append(all, answer.Unused())
		}
		return all
	}
	never, other := "the program does not call this function", "the program calls this function with other arguments only"
	assert.Equal(t, []string{never, never, never, never}, reasons())
	c := newClient(t, standin.GoOn(sheds{}), standin.WithAnswers(answers))
	for _, garden := range []string{"garden-1", "garden-3"} {
		_, err = c.findShed(props{"garden": text(garden)})
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"", other, "an earlier entry matches the same calls", never}, reasons())
	_, err = c.findShed(props{"garden": text("garden-2")})
	require.NoError(t, err)
	assert.Empty(t, reasons()[1])
}

func TestAnswersAreCheckedAgainstTheFunction(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"- function: shed.findShed\n  result: {ids: x}":         `a result "ids", which the function does not have: did you mean "id"?`,
		"- function: shed.findShed\n  result: {sizes: x}":       "expected array type, got string type",
		"- function: shed.findShed":                             "entry 1 (shed.findShed) has no result",
		"-":                                                     "entry 1 names no function",
		"- result: {}":                                          "entry 1 names no function",
		"- function: shed.findShed\n  answer: {}":               "field answer not found",
		"function: shed.findShed":                               "must be a list of entries with function",
		"- function: shed.findShed\n  args: text\n  result: {}": "must be a list of entries with function",
		"- function: shed.findShed\n  args: {garden: 7}\n  result: {id: a}": "",
	} {
		file := filepath.Join(t.TempDir(), "answers.yaml")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		answers, err := standin.ReadAnswers(file)
		if err == nil {
			c := newClient(t, standin.GoOn(sheds{}), standin.WithAnswers(answers))
			_, err = c.findShed(props{"garden": text("7")})
			assert.Empty(t, c.world.Unjudged(), "a number in YAML is the text of the call")
		}
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "standin.Answer")
		}
	}
}

func TestASurveyDoesWhatIsRefusedAndRemembersIt(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.Survey())
	id, _, err := c.up(gardenToken, "big", sound(props{"size": number(101), "climate": text("arctic")}))
	require.NoError(t, err)
	_, _, err = c.up(plantToken, "rose", props{"gardenId": text("garden-none")})
	require.NoError(t, err)
	forgiven := c.world.Forgiven()
	require.Len(t, forgiven, 3)
	for i, code := range []string{"GardenTooBig", "NothingGrows", "GardenNotFound"} {
		assert.Contains(t, forgiven[i].Text, code)
	}
	assert.Len(t, c.world.Live(), 2)
	require.NoError(t, c.remove(gardenToken, "big", id))
}

func TestATypeIsOneUnderAllItsTokens(t *testing.T) {
	t.Parallel()
	kind := garden()
	kind.Aliases = []string{"land:old/garden:Garden"}
	world := standin.NewWorld()
	server, err := standin.NewServer(world, standin.Package{Name: "land", Kinds: []standin.Kind{kind, plant()}})
	require.NoError(t, err)
	c := &client{Server: server, t: t, world: world}
	id, outputs, err := c.up("land:old/garden:Garden", "front", sound(nil))
	require.NoError(t, err)
	assert.Equal(t, gardenToken, world.Live()[0].Token)
	_, _, err = c.up(plantToken, "rose", props{"gardenId": text(id)})
	require.NoError(t, err)
	live, err := c.Read(context.Background(), &pulumirpc.ReadRequest{Id: id, Urn: urn("land:old/garden:Garden", "front")})
	require.NoError(t, err)
	assert.Equal(t, outputs, c.unwire(live.GetProperties()))
	require.ErrorContains(t, c.remove("land:old/garden:Garden", "front", id), "GardenNotEmpty")

	kind.Aliases = []string{plantToken}
	_, err = standin.NewServer(world, standin.Package{Name: "land", Kinds: []standin.Kind{kind, plant()}})
	require.ErrorContains(t, err, "is there twice")
}

func TestInputsOfALaterSdkAreTakenUnjudged(t *testing.T) {
	t.Parallel()
	c := newClient(t, standin.NewerSdk())
	_, _, err := c.up(gardenToken, "front", sound(props{"region": text("south")}))
	require.NoError(t, err)
	_, wrong := c.check(gardenToken, "big", nil, sound(props{"size": number(101), "region": text("south")}), "seed")
	assert.Len(t, wrong, 1, "what is known is judged: %v", wrong)
}
