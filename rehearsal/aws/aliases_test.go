package aws_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
)

var (
	registered = regexp.MustCompile(`ctx\.RegisterResource\("(aws:[^"]+)"`)
	aliased    = regexp.MustCompile(`Type:\s+pulumi\.String\("(aws:[^"]+)"\)`)
	identical  = regexp.MustCompile("`(\\w+\\.\\w+)` is known as `(\\w+\\.\\w+)`. The functionality is identical")
)

// TestATypeIsKnownUnderEveryTokenOfTheSdk reads the SDK's source, which has some types twice: each registers an older
// token as an alias, and the second package names the one that it repeats.
func TestATypeIsKnownUnderEveryTokenOfTheSdk(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, kind := range aws.Package().Kinds {
		for _, token := range append([]string{kind.Token}, kind.Aliases...) {
			known[token] = true
			assert.Equal(t, kind.Token, aws.Canonical(token))
		}
	}
	found := 0
	for _, file := range sdkFiles(t) {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		made := registered.FindSubmatch(content)
		if made == nil {
			continue
		}
		token := string(made[1])
		same := []string{token}
		for _, alias := range aliased.FindAllSubmatch(content, -1) {
			same = append(same, string(alias[1]))
		}
		if twin := identical.FindSubmatch(content); twin != nil {
			module, _, _ := strings.Cut(string(twin[2]), ".")
			own, _, _ := strings.Cut(string(twin[1]), ".")
			same = append(same, strings.Replace(token, "aws:"+own+"/", "aws:"+module+"/", 1))
		}
		if len(same) == 1 {
			continue
		}
		for _, other := range same[1:] {
			if known[token] || known[other] {
				found++
				assert.True(t, known[token], "%s is %s", token, other)
				assert.True(t, known[other], "%s is %s", other, token)
			}
		}
	}
	assert.GreaterOrEqual(t, found, 10, "the source was read")
}

func sdkFiles(t *testing.T) []string {
	t.Helper()
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(output)), "go", "aws", "*", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}
