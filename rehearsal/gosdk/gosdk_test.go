package gosdk_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
)

// root is the directory of this module, whose own SDKs are read here.
const root = "../.."

// tags returns the names and kinds of the properties of a struct.
func tags(value any) map[string]string {
	found := map[string]string{}
	for field := range reflect.TypeOf(value).Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		t := field.Type
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		found[name] = t.Kind().String()
	}
	return found
}

func TestAResourceHasThePropertiesOfItsSdk(t *testing.T) {
	t.Parallel()
	args, state, found := gosdk.Open(root).Resource("aws:ecr/repository:Repository")
	require.True(t, found)
	inputs, outputs := tags(args), tags(state)
	assert.Equal(t, "string", inputs["name"])
	assert.Equal(t, "bool", inputs["forceDelete"])
	assert.Equal(t, "map", inputs["tags"])
	assert.Equal(t, "struct", inputs["imageScanningConfiguration"])
	assert.NotContains(t, inputs, "repositoryUrl")
	assert.Equal(t, "string", outputs["repositoryUrl"])
	field, ok := reflect.TypeOf(args).FieldByName("EncryptionConfigurations")
	require.True(t, ok)
	assert.Equal(t, map[string]string{"encryptionType": "string", "kmsKey": "string"},
		tags(reflect.Zero(field.Type.Elem()).Interface()), "the type of its own file")
}

func TestATypeThatContainsItselfEnds(t *testing.T) {
	t.Parallel()
	args, _, found := gosdk.Open(root).Resource("aws:wafv2/webAcl:WebAcl")
	require.True(t, found)
	assert.Equal(t, "slice", tags(args)["rules"])
}

func TestAFunctionHasTheResultsOfItsSdk(t *testing.T) {
	t.Parallel()
	source := gosdk.Open(root)
	result, found := source.Function("aws:ec2/getVpc:getVpc")
	require.True(t, found)
	assert.Equal(t, "string", tags(result)["cidrBlock"])
	result, found = source.Function("aws:index/getRegion:getRegion")
	require.True(t, found)
	assert.Equal(t, "string", tags(result)["endpoint"])
}

func TestWhatNoSdkHasIsNotFound(t *testing.T) {
	t.Parallel()
	source := gosdk.Open(root)
	for _, token := range []string{"aws:ecr/nosuch:Nosuch", "docker:index/image:Image", "aws", ""} {
		_, _, found := source.Resource(token)
		assert.False(t, found, token)
		_, found = source.Function(token)
		assert.False(t, found, token)
	}
	_, _, found := gosdk.Open(t.TempDir()).Resource("aws:ecr/repository:Repository")
	assert.False(t, found, "no go.mod")
}

func TestTheRequirementsOfAModuleNameItsPackages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(`module example.org/web

require github.com/pulumi/pulumi-aws/sdk/v7 v7.8.0
require (
	github.com/pulumi/pulumi-awsx/sdk/v2 v2.21.0 // indirect
	github.com/pulumiverse/pulumi-time/sdk v0.1.1
	github.com/pulumi/pulumi/sdk/v3 v3.190.0
)
`), 0o600))
	inner := filepath.Join(dir, "infra")
	require.NoError(t, os.Mkdir(inner, 0o700))
	packages, err := gosdk.Packages(inner)
	require.NoError(t, err)
	assert.Equal(t, []gosdk.Package{
		{Name: "aws", Module: "github.com/pulumi/pulumi-aws/sdk/v7", Version: "v7.8.0"},
		{Name: "awsx", Module: "github.com/pulumi/pulumi-awsx/sdk/v2", Version: "v2.21.0", Indirect: true},
		{Name: "time", Module: "github.com/pulumiverse/pulumi-time/sdk", Version: "v0.1.1"},
	}, packages)
	assert.Equal(t, "7", packages[0].Major())
}

func TestVendoredSourceIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := filepath.Join(dir, "vendor/github.com/pulumiverse/pulumi-time/sdk/go/time")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"),
		[]byte("module example.org/web\n\nrequire github.com/pulumiverse/pulumi-time/sdk v0.1.1\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "sleeper.go"), []byte("package time\n\n"+
		"type sleepArgs struct {\n\tCreateDuration *string `pulumi:\"createDuration\"`\n}\n\n"+
		"type sleepState struct {\n\tCreateDuration *string `pulumi:\"createDuration\"`\n\tId int `pulumi:\"id\"`\n}\n\n"+
		"const token = \"time:index/sleep:Sleep\"\n"), 0o600))
	args, state, found := gosdk.Open(dir).Resource("time:index/sleep:Sleep")
	require.True(t, found)
	assert.Equal(t, map[string]string{"createDuration": "string"}, tags(args))
	assert.Equal(t, map[string]string{"createDuration": "string", "id": "float64"}, tags(state))
}
