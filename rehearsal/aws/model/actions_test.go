package model_test

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
)

// actionTable returns the rows of actions.tsv.
func actionTable(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("actions.tsv")
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return rows
}

// fits compares with * for any text, slashes included.
func fits(t *testing.T, pattern, text string) bool {
	t.Helper()
	found, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(text, "/", "|"))
	require.NoError(t, err)
	return found
}

func TestEveryTypeNeedsActionsToBeCreatedAndDeleted(t *testing.T) {
	t.Parallel()
	waiting := map[string]string{
		"acm/certificateValidation:CertificateValidation": "waits for a certificate",
		"ec2/defaultSecurityGroup:DefaultSecurityGroup":   "takes a group over, and lets go of it",
	}
	for token := range catalogue(t) {
		read, _ := model.Actions(token, "read")
		assert.NotEmpty(t, read, "actions.tsv has nothing to read %s", token)
		for _, verb := range []string{"create", "delete"} {
			actions, service := model.Actions(token, verb)
			assert.NotEmpty(t, service, token)
			if waiting[token] == "" {
				assert.Greater(t, len(actions), len(read), "actions.tsv has nothing to %s %s", verb, token)
			}
		}
	}
}

func TestEveryActionIsOneOfIam(t *testing.T) {
	t.Parallel()
	for token := range catalogue(t) {
		for _, verb := range []string{"create", "read", "update", "delete"} {
			actions, _ := model.Actions(token, verb)
			for _, action := range actions {
				_, known := model.ActionArns(action)
				assert.True(t, known, "%s to %s %s", action, verb, token)
			}
		}
	}
	patterns, known := model.ActionArns("iam:PutRolePolicy")
	assert.True(t, known)
	assert.Equal(t, []string{"arn:${Partition}:iam::${Account}:role/.*"}, patterns)
}

func TestEveryFunctionNeedsActionsOrCallsNothing(t *testing.T) {
	t.Parallel()
	quiet := map[string]bool{}
	for _, row := range actionTable(t) {
		if row[1] == "read" && row[2] == "schema" {
			quiet["aws:"+row[0]] = true
		}
	}
	for token := range aws.Package().Invokes {
		actions, _ := model.Actions(strings.TrimPrefix(token, "aws:"), "read")
		assert.Equal(t, quiet[token], len(actions) == 0, "actions.tsv has no row for %s, or two kinds", token)
	}
}

// A row that changes nothing is left over from another version of the models or of the catalogue.
func TestEveryRowOfActionsHasATypeAndAReason(t *testing.T) {
	t.Parallel()
	var tokens []string
	for token := range catalogue(t) {
		tokens = append(tokens, token)
	}
	for token := range aws.Package().Invokes {
		tokens = append(tokens, strings.TrimPrefix(token, "aws:"))
	}
	for _, row := range actionTable(t) {
		require.Len(t, row, 5, row)
		assert.Greater(t, len(row[4]), 7, "%v has no reason", row)
		assert.True(t, slices.ContainsFunc(tokens, func(token string) bool { return fits(t, row[0], token) }),
			"no type is %s", row[0])
	}
}

func TestARowLeavesOutOnlyActionsThatArePublished(t *testing.T) {
	t.Parallel()
	published := model.PublishedActions()
	for _, row := range actionTable(t) {
		if row[2] != "without" {
			continue
		}
		for pattern := range strings.SplitSeq(row[3], " ") {
			found := false
			for token, actions := range published {
				found = found || fits(t, row[0], token) &&
					slices.ContainsFunc(actions, func(action string) bool { return fits(t, pattern, action) })
			}
			assert.True(t, found, "%s has no %s to leave out", row[0], pattern)
		}
	}
}
