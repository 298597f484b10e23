package model_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// catalogue returns the properties of each type of the catalogue, the type without its package.
func catalogue(t *testing.T) map[string][]standin.Property {
	t.Helper()
	all := map[string][]standin.Property{}
	for _, kind := range aws.Package().Kinds {
		properties, err := kind.Properties()
		require.NoError(t, err)
		all[strings.TrimPrefix(kind.Token, "aws:")] = properties
	}
	return all
}

func TestEveryPropertyIsMappedOrExcused(t *testing.T) {
	t.Parallel()
	mapped := map[[2]string]model.Mapping{}
	for _, m := range model.Mappings() {
		key := [2]string{m.Type, m.Path}
		assert.NotContains(t, mapped, key, "twice in properties.tsv")
		mapped[key] = m
		if len(m.Members) == 0 {
			assert.Greater(t, len(m.Excuse), 10, "%s %s is excused without a reason", m.Type, m.Path)
		}
	}
	for token, properties := range catalogue(t) {
		for _, property := range properties {
			key := [2]string{token, property.Path}
			m, ok := mapped[key]
			delete(mapped, key)
			if property.Kind == "object" {
				assert.False(t, ok, "%s %s: an object is mapped by its properties", token, property.Path)
				continue
			}
			if assert.True(t, ok, "properties.tsv has no row for %s %s (%s)", token, property.Path, property.Kind) {
				assert.Equal(t, property.Kind, m.Kind, "%s %s", token, property.Path)
			}
		}
	}
	for key := range mapped {
		assert.Fail(t, "no such property", "properties.tsv, %s %s", key[0], key[1])
	}
}

func TestTheTablesAreSorted(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"properties.tsv", "written.tsv", "forms.tsv"} {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		rows := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(content)), "\n"), func(line string) bool {
			return strings.HasPrefix(line, "#")
		})
		assert.True(t, slices.IsSorted(rows), "%s is not sorted", name)
	}
}

func TestTheConstraintsComeFromThePinnedModels(t *testing.T) {
	t.Parallel()
	pinned, err := os.ReadFile("../../../tools/models/requirements.txt")
	require.NoError(t, err)
	versions := model.Sources()
	assert.Contains(t, string(pinned), "\nbotocore=="+versions.Botocore+"\n")
	assert.Contains(t, string(pinned), "\ncfn-lint=="+versions.CfnLint+"\n")
}

func TestEveryConstraintIsOfAPropertyThatIsThere(t *testing.T) {
	t.Parallel()
	properties := catalogue(t)
	for _, c := range model.Constraints() {
		path := c.Path
		if at := strings.IndexAny(path, "[{"); at >= 0 {
			path = path[:at]
		}
		assert.True(t, slices.ContainsFunc(properties[c.Type], func(p standin.Property) bool { return p.Path == path }),
			"%s has no %s (%s)", c.Type, path, c.Shape)
		assert.NotEmpty(t, c.Shape, "%s %s names no source", c.Type, c.Path)
	}
}

func TestEveryPatternCompiles(t *testing.T) {
	t.Parallel()
	for _, c := range model.Constraints() {
		for _, pattern := range []string{c.Pattern, c.NotPattern} {
			_, err := regexp.Compile(pattern)
			require.NoError(t, err, "%s %s", c.Type, c.Path)
		}
	}
	for _, left := range model.PatternsNotCompiled() {
		_, err := regexp.Compile(left.Pattern)
		assert.Error(t, err, "%s compiles: the generator need not leave it out", left.Pattern)
	}
}
