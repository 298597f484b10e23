package programs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal/schema"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestAProgramInYamlIsJudgedAsOneInGo(t *testing.T) {
	t.Parallel()
	testProgram(t, "testdata/yaml")
}

// copyYaml returns a copy of the project in YAML with a change of its program.
func copyYaml(t *testing.T, old, text string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/yaml")))
	enginetest.Replace(t, filepath.Join(dir, "Pulumi.yaml"), old, text)
	return dir
}

func TestAYamlProgramMayUseTypesThatAreNotJudged(t *testing.T) {
	t.Parallel()
	dir := copyYaml(t, "resources:\n", `resources:
  queue:
    type: aws:sqs:Queue
  further:
    type: aws:sqs:Queue
    properties:
      tags:
        of: ${queue.arn}
`)
	p := open(t, dir, nil, standin.GoOn(&schema.Types{}))
	_, err := p.Up(t.Context())
	require.NoError(t, err)
	assert.Len(t, p.Unjudged(), 1)
}

func TestTheOrderThatAProgramInYamlDeclaresIsKnown(t *testing.T) {
	t.Parallel()
	p := open(t, "testdata/yaml", nil)
	_, err := p.Up(t.Context())
	require.NoError(t, err)
	const prefix = "urn:pulumi:staging::shop::aws:"
	assert.Contains(t, p.declared[prefix+"ecs/service:Service::service"],
		prefix+"ec2/routeTableAssociation:RouteTableAssociation::association", "declared by dependsOn alone")
}

func TestYamlsOwnErrorsAreShown(t *testing.T) {
	t.Parallel()
	misspelled := open(t, copyYaml(t, "aws:ssm:Parameter", "aws:ssm:Parametr"), nil)
	result, err := misspelled.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, result.Stdout, `unable to find resource type "aws:ssm:Parametr" in resource provider "aws"`)
	assert.NotContains(t, result.Stdout, "\x1b", "without colours")

	unknown := open(t, copyYaml(t, "cidrBlock: 10.0.0.0/24", "cidrBlok: 10.0.0.0/24"), nil)
	result, err = unknown.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, result.Stdout, "cidrBlok")
}
