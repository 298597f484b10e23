package report

import (
	"encoding/base64"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
)

const password = "correct&horse-battery"

func keeper() made {
	return made{token: randomType, name: "db", id: "none", more: props{"result": secret(password)}}
}

func TestASecretInClearIsFoundWhateverItIsWrittenIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inputs props
		place  string
	}{
		"as it is":      {props{"user": password}, "user"},
		"within a text": {props{"command": "login " + password + " now"}, "command"},
		"in a list":     {props{"args": []any{"-p", password}}, "args[1]"},
		"in a URL":      {props{"url": "postgres://u:correct%26horse-battery@db/x"}, "url"},
		"in base64":     {props{"data": base64.StdEncoding.EncodeToString([]byte(password))}, "data"},
		"in a container": {
			props{"containerDefinitions": `[{"name":"web","environment":[{"name":"PW","value":"correct\u0026horse-battery"}]}]`},
			"containerDefinitions[web].environment[PW].value",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world, state := worldOf(t, keeper(), made{bucketType, "bad", "bad-0001", test.inputs, nil, nil})
			assert.Equal(t,
				[]Exposure{{Resource: "s3.BucketV2 bad", Place: test.place, Secret: "random.RandomPassword db result"}},
				Exposures(state, world.Live()))
		})
	}
}

func TestWhatIsNoSecretInClearIsNotReported(t *testing.T) {
	t.Parallel()
	for name, sound := range map[string][]made{
		"a secret kept as one": {keeper(), {bucketType, "b", "b-0001", props{"key": secret(password)}, nil, nil}},
		"a short secret":       {{bucketType, "b", "b-0001", props{"pin": secret("1234567"), "port": "1234567"}, nil, nil}},
		"an identifier": {
			{bucketType, "b", "AKIA000000000001", props{"of": secret("AKIA000000000001"), "is": "AKIA000000000001"}, nil, nil},
		},
		"the public half of a key": {
			keeper(), {privateKeyType, "key", "none", props{"publicKeyOpenssh": "ecdsa " + password}, nil, nil},
		},
		"something else entirely": {keeper(), {bucketType, "b", "b-0001", props{"text": "correct horse battery"}, nil, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world, state := worldOf(t, sound...)
			assert.Empty(t, Exposures(state, world.Live()))
		})
	}
}

func TestASecretThatOnlyTheWorldKnowsIsFoundInTheState(t *testing.T) {
	t.Parallel()
	world, _ := worldOf(t, keeper())
	_, state := worldOf(t, made{bucketType, "bad", "bad-0001", props{"text": password}, nil, nil})
	assert.Len(t, Exposures(state, world.Live()), 1)
	assert.Empty(t, Exposures([]apitype.ResourceV3{}, world.Live()))
}

func TestNoReportHoldsASecret(t *testing.T) {
	t.Parallel()
	all := append(shop(t), made{bucketType, "bad", "bad-0001", props{"text": password}, nil, nil})
	document := modelOf(t, all...).Document()
	for _, text := range []string{document.Text(false), document.Markdown()} {
		assert.Contains(t, text, "what random.RandomPassword db result keeps")
		for _, form := range formsOf(password) {
			assert.NotContains(t, text, form)
		}
	}
}
