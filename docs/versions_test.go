package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
)

// versionRange matches a range of the major versions of PostgreSQL.
var versionRange = regexp.MustCompile(`\b1\d to 1\d\b`)

func TestEachPageHasTheRangeOfPostgresVersionsThatTheProgramAccepts(t *testing.T) {
	t.Parallel()
	ranges := []string{
		fmt.Sprintf("%d to %d", rule.MinPostgres, rule.MaxPostgres),
		fmt.Sprintf("%d to %d", rule.MinCare3Postgres, rule.MaxPostgres),
	}
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	paths := append(pages, "../README.md", "../Pulumi.yaml", "../components/postgres_args.go", "../plugin/schema.json")
	var found []string
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, match := range versionRange.FindAllString(string(content), -1) {
			assert.Contains(t, ranges, match, path)
			found = append(found, path)
		}
	}
	for _, path := range []string{
		"configuration.md", "deploy.md", "adopt.md", "reference.md", "../Pulumi.yaml", "../components/postgres_args.go",
		"../plugin/schema.json",
	} {
		assert.True(t, slices.Contains(found, path), path)
	}
}

// RDS creates each major version that the program accepts, and no newer one.
func TestRdsOffersThePostgresVersionsThatTheProgramAccepts(t *testing.T) {
	t.Parallel()
	for major := rule.MinPostgres; major <= rule.MaxPostgres; major++ {
		version := strconv.Itoa(major)
		require.NoError(t, rule.PostgresVersion("version", version))
		assert.Equal(t, model.Offered, model.EngineVersion("postgres", version), version)
	}
	newer := strconv.Itoa(rule.MaxPostgres + 1)
	require.Error(t, rule.PostgresVersion("version", newer))
	assert.Equal(t, model.Unheard, model.EngineVersion("postgres", newer), newer)
}
