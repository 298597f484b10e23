package aws_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// TestMain fails if no test of the package makes a rule refuse, or warn of, anything. It knows that only if all tests
// run.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && all("run") && all("skip") && all("list") {
		for _, rule := range standin.Identities() {
			if !rule.Used() {
				fmt.Fprintf(os.Stderr, "no test exercises the rule %s\n", rule.ID)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// all reports whether a flag selects no tests.
func all(name string) bool { return flag.Lookup("test."+name).Value.String() == "" }

var ruleID = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9]+(-[a-z0-9]+)*$`)

func TestEveryRuleHasAnIdASentenceAndASource(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, rule := range standin.Identities() {
		assert.Regexp(t, ruleID, rule.ID)
		assert.False(t, seen[rule.ID], "two rules have the ID %s", rule.ID)
		seen[rule.ID] = true
		assert.Regexp(t, `^[A-Z].*[^.]$`, rule.Refuses, rule.ID)
		assert.GreaterOrEqual(t, len(strings.Fields(rule.Refuses)), 4, "%s has no sentence", rule.ID)
		assert.Regexp(t, `^https://[a-z0-9.-]+/\S+$`, rule.Source, rule.ID)
	}
}
