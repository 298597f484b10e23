package docs_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
)

func TestTheRehearsalsPageNamesTheModelsAndThePatternsThatAreNotChecked(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("rehearse.md")
	require.NoError(t, err)
	versions := model.Sources()
	assert.Contains(t, string(page), "botocore "+versions.Botocore)
	assert.Contains(t, string(page), "cfn-lint "+versions.CfnLint)
	for _, left := range model.PatternsNotCompiled() {
		assert.Contains(t, string(page), left.Shape)
	}
}
