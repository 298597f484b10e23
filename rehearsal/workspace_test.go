package rehearsal_test

import (
	"bytes"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// The echo project has no program of its own: the toy's runs in its place and only its configuration matters.
var echoProject = map[string]string{
	"Pulumi.yaml": `name: toy
runtime:
  name: go
  options:
    buildTarget: elsewhere
main: program
stackConfigDir: stacks
backend:
  url: https://pulumi.example.org
plugins:
  providers:
    - name: fake
      path: ./does/not/exist
config:
  toy:token: {type: string, secret: true}
  toy:nested: {type: object, secret: true}
  toy:count: {type: integer, default: 3}
`,
	"program/README": "the program's directory\n",
	"stacks/Pulumi.dev.yaml": `secretsprovider: awskms://alias/of-somebody-else
encryptedkey: QUJDRA==
environment:
  - shared/secrets
config:
  toy:greeting: hello
  toy:token:
    secure: v1:nobody:canReadThis
  toy:account: "012345678901"
  toy:count: 4
  toy:ratio: 1.5
  toy:flag: true
  toy:list: [a, "1", 2]
  toy:nested:
    plain: text
    deep:
      secure: v1:nobody:canReadThis
`,
	"stacks/Pulumi.production.yaml": "config: {}\n",
}

func TestTheCopyKeepsValuesAndPutsPlaceholdersForSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir, echoProject)
	before := readTree(t, dir)
	var log bytes.Buffer
	options := toyOptions(t, newFakeCloud())
	options.Dir, options.Stack, options.Stderr = dir, "dev", &log
	options.Config = map[string]string{"nested.plain": "changed", "other:key": "1"}
	r := open(t, options)
	_, err := r.Up(t.Context())
	require.NoError(t, err)

	outputs, err := r.Outputs(t.Context(), true)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"toy:greeting": "hello",
		"toy:token":    rehearsal.PlaceholderSecret,
		"toy:account":  "012345678901",
		"toy:count":    "4",
		"toy:ratio":    "1.5",
		"toy:flag":     "true",
		"toy:list":     `["a","1",2]`,
		"toy:nested":   `{"deep":"rehearsal-placeholder","plain":"changed"}`,
		"other:key":    "1",
	}, outputs["configuration"])
	assert.Contains(t, log.String(), "placeholders stand for its encrypted values (toy:nested, toy:token)")
	assert.Contains(t, log.String(), "its environments are left out")
	assert.Equal(t, before, readTree(t, dir))
}

func TestAProjectThatCannotBeRehearsedIsToldWhy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change map[string]string
		dir    string
		stack  string
		want   string
	}{
		"missing stack file": {
			stack: "prod", want: "stacks/Pulumi.prod.yaml does not exist; this project has Pulumi.dev.yaml, Pulumi.production.yaml",
		},
		"impossible stack name": {stack: "team/dev", want: `stack name "team/dev": `},
		"no project there":      {stack: "dev", dir: "program", want: "no Pulumi.yaml in "},
		"no such directory":     {stack: "dev", dir: "nowhere", want: "is not a directory"},
		"another language": {
			stack: "dev", change: map[string]string{"Pulumi.yaml": "name: toy\nruntime: nodejs\n"},
			want: `has the runtime "nodejs": only Go programs can be rehearsed`,
		},
		"damaged project": {
			stack: "dev", change: map[string]string{"Pulumi.yaml": "name: [\n"}, want: "Pulumi.yaml",
		},
		"damaged stack file": {
			stack: "dev", change: map[string]string{"stacks/Pulumi.dev.yaml": "config: 12\n"}, want: "Pulumi.dev.yaml: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			files := maps.Clone(echoProject)
			maps.Copy(files, test.change)
			writeFiles(t, dir, files)
			options := toyOptions(t, newFakeCloud())
			options.Dir, options.Stack = dir+"/"+test.dir, test.stack
			_, err := rehearsal.New(t.Context(), options)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAConfigurationKeyThatIsNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	r := open(t, toyOptions(t, newFakeCloud()))
	require.ErrorContains(t, r.SetConfig("a:b:c:d", "1"), `configuration key "a:b:c:d"`)
	require.ErrorContains(t, r.SetConfig("greeting[", "1"), `configuration key "greeting["`)
}
