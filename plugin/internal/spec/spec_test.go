package spec

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/plugin/internal/care"
)

// root is the directory of the repository.
const root = "../../.."

// derive returns the schema of the components as they are now.
func derive(t *testing.T) *schema.PackageSpec {
	t.Helper()
	spec, err := Schema(t.Context(), filepath.Join(root, "components"))
	require.NoError(t, err)
	return spec
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	files, err := Files(derive(t))
	require.NoError(t, err)
	for path, content := range files {
		committed, err := os.ReadFile(filepath.Join(root, path))
		require.NoError(t, err, "run: go generate -C plugin .")
		require.Equal(t, string(content), string(committed), "%s: run go generate -C plugin .", path)
	}
	for _, language := range []string{"nodejs", "python"} {
		directory := filepath.Join(root, "sdk", language)
		require.NoError(t, filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
			if entry != nil && entry.IsDir() && slices.Contains([]string{"bin", "node_modules"}, entry.Name()) {
				return filepath.SkipDir
			}
			relative, _ := filepath.Rel(root, path)
			if err == nil && !entry.IsDir() && !ignored.MatchString(relative) {
				require.Contains(t, files, filepath.ToSlash(relative), "is no longer generated: delete it")
			}
			return err
		}))
	}
}

// ignored are files that a build of an SDK leaves behind, which git ignores.
var ignored = regexp.MustCompile(`package-lock\.json$|__pycache__|\.egg-info|/build/`)

func TestEveryPropertyIsDescribedInTheTermsOfEveryLanguage(t *testing.T) {
	t.Parallel()
	spec := derive(t)
	goTerms := regexp.MustCompile("\\bnil\\b|\\bNew[A-Z]\\w+|[A-Za-z]Args\\b|\\*[A-Z]|pulumi\\.[A-Z]|https\\S*`")
	check := func(owner, description string) {
		require.NotEmpty(t, description, owner)
		require.NotRegexp(t, goTerms, description, owner)
	}
	properties := func(owner string, all map[string]schema.PropertySpec) {
		for name, property := range all {
			check(owner+"."+name, property.Description)
		}
	}
	for token, resource := range spec.Resources {
		check(token, resource.Description)
		properties(token, resource.Properties)
		properties(token, resource.InputProperties)
	}
	for token, typ := range spec.Types {
		check(token, typ.Description)
		properties(token, typ.Properties)
		for _, value := range typ.Enum {
			check(token, value.Description)
		}
	}
}

func TestTypesHaveTheirTokensAndNamesDoNotStutter(t *testing.T) {
	t.Parallel()
	spec := derive(t)
	tokens := []string{}
	for _, component := range care.Components() {
		tokens = append(tokens, component.Token)
	}
	require.ElementsMatch(t, tokens, slices.Collect(maps.Keys(spec.Resources)))
	for token, typ := range spec.Types {
		require.False(t, strings.HasSuffix(token, "Args"), token)
		require.True(t, strings.HasPrefix(token, "care:index:"), token)
		require.Equal(t, typ.Type == "string", len(typ.Enum) > 0, token)
	}
	natGateways := spec.Resources["care:index:Vpc"].InputProperties["natGateways"]
	require.Equal(t, "#/types/care:index:NatGateways", natGateways.Ref)
	require.Len(t, spec.Types["care:index:NatGateways"].Enum, 3)
}

func TestValuesThatMustBeKnownArePlain(t *testing.T) {
	t.Parallel()
	inputs := derive(t).Resources["care:index:Vpc"].InputProperties
	require.True(t, inputs["availabilityZones"].Plain)
	require.True(t, inputs["flowLogs"].Plain)
	require.False(t, inputs["kmsKeyArn"].Plain)
}

func TestDescriptionsUseTheNamesOfProperties(t *testing.T) {
	t.Parallel()
	names := map[string]string{"Memory": "memory", "MinCount": "minCount", "Secrets": "secrets"}
	for comment, want := range map[string]string{
		"Cpu is the units.\nDefault: chosen like Memory.":     "The units. Default: chosen like `memory`.",
		"Cpu bounds MinCount. Memory is another.":             "Bounds `minCount`. Memory is another.",
		"Cpu is for Secrets Manager (https://x/MinCount).":    "For Secrets Manager (https://x/MinCount).",
		"Cpu lets Application Auto Memory, the Memory of it.": "Lets Application Auto Memory, the `memory` of it.",
		"Cpu is the units. The Memory of it.":                 "The units. The `memory` of it.",
		"Cpu is MinCount, or Scaling's MinCount. Required.":   "`minCount`, or Scaling's `minCount`. Required.",
	} {
		require.Equal(t, want, describe(comment, "Cpu", names))
	}
}
