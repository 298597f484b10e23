package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
)

// headings are put in front of the keys with which a subject begins.
var headings = map[string]string{
	"care:image":           "Care",
	"care:namespace":       "Names, logs and protection",
	"care:alarms":          "Alarms, dashboard and proxy logs",
	"care:vpcId":           "An existing VPC",
	"care:vpcCidrBlock":    "A new VPC, and the load balancer",
	"care:careCpu":         "Tasks of Care",
	"care:redisBackend":    "Redis",
	"care:databaseVersion": "Database",
	"care:databaseAddress": "An existing database or buckets",
}

func TestTheConfigurationPageSaysWhatPulumiYamlDeclares(t *testing.T) {
	t.Parallel()
	const file = "../Pulumi.yaml"
	project, err := workspace.LoadProject(file)
	require.NoError(t, err)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var out strings.Builder
	// The project keeps its keys in no order; the file has one.
	keys := regexp.MustCompile(`(?m)^  (care:\w+):$`).FindAllStringSubmatch(string(content), -1)
	require.Len(t, keys, len(project.Config))
	used := 0
	for _, key := range keys {
		if heading, ok := headings[key[1]]; ok {
			used++
			fmt.Fprintf(&out, "\n### %s\n\n", heading)
		}
		declared := project.Config[key[1]]
		out.WriteString(bullet(fmt.Sprintf("`%s` (%s) %s", key[1], kind(t, declared), described(declared.Description))))
	}
	require.Equal(t, len(headings), used, "a heading's key is gone")
	assertGenerated(t, "configuration.md", strings.TrimSpace(out.String())+"\n")
}

var example = regexp.MustCompile(`^(.*) Example: (care:\w+: .*[}\]])\.(.*)$`)

// described writes a description, and the example in it as code.
func described(words string) string {
	if parts := example.FindStringSubmatch(words); parts != nil {
		return plain(parts[1]) + " Example: `" + parts[2] + "`." + strings.TrimRight(" "+plain(parts[3]), " ")
	}
	return plain(words)
}

func kind(t *testing.T, declared workspace.ProjectConfigType) string {
	t.Helper()
	words := "encrypted string"
	switch _, object := declared.Default.(map[string]any); {
	case declared.Type != nil:
		require.False(t, declared.Secret, "Pulumi wants a typed secret key to be set")
		words = *declared.Type
	case object:
		words = "object of encrypted strings"
	}
	if declared.Items != nil {
		words += " of " + declared.Items.Type + "s"
	}
	if declared.Default == nil {
		return words + ", required"
	}
	value, err := json.Marshal(declared.Default)
	require.NoError(t, err)
	return words + ", default `" + string(value) + "`"
}
