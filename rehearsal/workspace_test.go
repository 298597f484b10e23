package rehearsal_test

import (
	"bytes"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
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
  toy:names: {type: array, items: {type: string}, default: []}
  toy:vault: {secret: true, default: {}}
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
	options.Config = map[string]string{
		"nested.plain": "changed",
		"other:key":    "1",
		"names":        `["b","c"]`,
		"vault":        `{"pin":1234,"token":"t"}`,
	}
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
		"toy:names":    `["b","c"]`,
		"toy:vault":    `{"pin":"1234","token":"t"}`,
		"toy:nested":   `{"deep":"` + rehearsal.PlaceholderSecret + `","plain":"changed"}`,
		"other:key":    "1",
	}, outputs["configuration"])
	assert.Equal(t, []any{"toy:nested", "toy:token", "toy:vault"}, outputs["secretKeys"])
	assert.Contains(t, log.String(), "a rehearsal cannot decrypt toy:nested.deep, toy:token and uses")
	assert.Contains(t, log.String(), "its environments are left out")
	assert.Equal(t, before, readTree(t, dir))
}

func TestARefusedPlaceholderNamesTheOptionThatReplacesIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := maps.Clone(echoProject)
	files["stacks/Pulumi.dev.yaml"] = "config:\n" +
		"  toy:greeting: {secure: v1:nobody:canReadThis}\n  toy:token: {secure: v1:nobody:canReadThis}\n" +
		"  toy:nested: {deep: {secure: v1:nobody:canReadThis}}\n"
	writeFiles(t, dir, files)
	options := toyOptions(t, newFakeCloud())
	options.Dir, options.Stack = dir, "dev"
	r := open(t, options)
	for name, run := range map[string]func() (*rehearsal.Result, error){
		"preview": func() (*rehearsal.Result, error) { return r.Preview(t.Context()) },
		"up":      func() (*rehearsal.Result, error) { return r.Up(t.Context()) },
	} {
		_, err := run()
		var failed *rehearsal.RunError
		require.ErrorAs(t, err, &failed, name)
		assert.Contains(t, failed.Hint, "--config 'toy:greeting=VALUE'", name)
		assert.NotContains(t, failed.Hint, "toy:token", "only the key that the message names")
	}

	require.NoError(t, r.SetConfig("greeting", "hello"))
	_, err := r.Up(t.Context())
	require.NoError(t, err)
	outputs, err := r.Outputs(t.Context(), true)
	require.NoError(t, err)
	assert.Equal(t, []any{"toy:greeting", "toy:nested", "toy:token"}, outputs["secretKeys"],
		"what replaces a placeholder stays secret")
}

func TestATextWhereAListBelongsIsAnsweredWithItsYaml(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir, echoProject)
	options := toyOptions(t, newFakeCloud())
	options.Dir, options.Stack, options.Config = dir, "dev", map[string]string{"names": "a"}
	_, err := open(t, options).Up(t.Context())
	var failed *rehearsal.RunError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, failed.Hint, `toy:names: ["VALUE"], or for the rehearsal only: --config 'toy:names=["VALUE"]'`)
}

func TestAProjectWithItsConfigurationInPulumiYamlNeedsNoStackFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := maps.Clone(echoProject)
	maps.DeleteFunc(files, func(file, _ string) bool { return strings.HasPrefix(file, "stacks/") })
	writeFiles(t, dir, files)
	options := toyOptions(t, newFakeCloud())
	options.Dir, options.Stack = dir, "dev"
	options.Config = map[string]string{"greeting": "hello", "token": "x", "nested": `{"a": "b"}`}
	_, err := open(t, options).Up(t.Context())
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(dir, "stacks", "Pulumi.dev.yaml"))
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
			stack: "prod",
			want: "stacks/Pulumi.prod.yaml does not exist; this project has Pulumi.dev.yaml, Pulumi.production.yaml; " +
				"if the configuration is in Pulumi.yaml, create an empty file",
		},
		"impossible stack name": {stack: "team/dev", want: `stack name "team/dev": `},
		"no project there":      {stack: "dev", dir: "program", want: "no Pulumi.yaml in "},
		"no such directory":     {stack: "dev", dir: "nowhere", want: "is not a directory"},
		"another language": {
			stack: "dev", change: map[string]string{"Pulumi.yaml": "name: toy\nruntime: dotnet\n"},
			want: `has the runtime "dotnet"; a rehearsal runs those of go, nodejs, python, yaml`,
		},
		"damaged project": {stack: "dev", change: map[string]string{"Pulumi.yaml": "name: [\n"}, want: "Pulumi.yaml"},
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
	for _, key := range []string{
		"greeting[", "greeting.", "greeting..a", "greeting[0", "greeting[x]", "list[4000000000]", ".", "toy:", "",
	} {
		err := r.SetConfig(key, "1")
		require.ErrorContains(t, err, "configuration key "+strconv.Quote(key)+": ")
		assert.NotContains(t, err.Error(), "\n", key)
	}
	for _, key := range []string{"nested.a", `nested["a..b"]`, "list[0]", "toy:nested.b.c"} {
		require.NoError(t, r.SetConfig(key, "1"), key)
	}
}
