package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// workflow is one of GitHub's files, as far as the checks below look at it.
type workflow struct {
	path, content string
	root          yaml.Node
	On            yaml.Node      `yaml:"on"`
	Permissions   yaml.Node      `yaml:"permissions"`
	Jobs          map[string]job `yaml:"jobs"`
	Concurrency   struct {
		Cancel yaml.Node `yaml:"cancel-in-progress"`
	} `yaml:"concurrency"`
}

type job struct {
	If          string            `yaml:"if"`
	RunsOn      string            `yaml:"runs-on"`
	Environment string            `yaml:"environment"`
	Timeout     int               `yaml:"timeout-minutes"`
	Permissions map[string]string `yaml:"permissions"`
	Steps       []struct {
		Uses string         `yaml:"uses"`
		Run  string         `yaml:"run"`
		With map[string]any `yaml:"with"`
	} `yaml:"steps"`
}

func parseWorkflow(path, content string) (workflow, error) {
	w := workflow{path: path, content: content}
	if err := yaml.Unmarshal([]byte(content), &w.root); err != nil {
		return w, err
	}
	return w, w.root.Decode(&w)
}

// workflows are those of the repository, and the actions that they share, by their paths.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	found := map[string]workflow{}
	for _, pattern := range []string{"../.github/workflows/*.y*ml", "../.github/actions/*/action.y*ml"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			found[filepath.Base(path)], err = parseWorkflow(path, string(content))
			require.NoError(t, err, path)
		}
	}
	require.Len(t, found, 5)
	return found
}

// trigger reports whether an event starts the workflow.
func (w workflow) trigger(event string) bool {
	if w.On.Kind == yaml.ScalarNode {
		return w.On.Value == event
	}
	return slices.ContainsFunc(w.On.Content, func(n *yaml.Node) bool { return n.Value == event })
}

// fromTheRepository is the condition that keeps a job from the code of forks.
const fromTheRepository = "github.event.pull_request.head.repo.full_name == github.repository"

// runsForks reports whether a job can run what somebody without any right in the repository has written.
func (w workflow) runsForks(j job) bool {
	guarded := strings.Contains(j.If, fromTheRepository) && !strings.Contains(j.If, "||")
	return w.trigger("pull_request") && !guarded
}

// Triggers that run in the base repository, with its rights, and can be set off by a fork
// (https://docs.github.com/en/actions/reference/security/secure-use).
var privileged = []string{"pull_request_target", "workflow_run", "issue_comment"}

func privilegedTriggers(w workflow) (problems []string) {
	for _, event := range privileged {
		if w.trigger(event) || strings.Contains(w.content, event) {
			problems = append(problems, "says "+event)
		}
	}
	return problems
}

func forkRights(w workflow) (problems []string) {
	for name, j := range w.Jobs {
		if !w.runsForks(j) {
			continue
		}
		for scope, right := range j.Permissions {
			if right != "read" && right != "none" {
				problems = append(problems, fmt.Sprintf("%s may %s %s", name, right, scope))
			}
		}
		if j.Environment != "" {
			problems = append(problems, name+" has the secrets of an environment")
		}
		for _, step := range j.Steps {
			if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
				problems = append(problems, name+" leaves its token where the fork's code is")
			}
		}
	}
	return problems
}

var secretUse = regexp.MustCompile(`\bsecrets\s*[.\[:]|toJSON\(secrets\)`)

// secretUses finds none anywhere: identities take their place.
func secretUses(w workflow) (problems []string) {
	for _, found := range secretUse.FindAllString(w.content, -1) {
		problems = append(problems, "uses "+found)
	}
	return problems
}

func declaredRights(w workflow) (problems []string) {
	if w.Jobs == nil {
		return nil
	}
	if w.Permissions.Kind != yaml.MappingNode || len(w.Permissions.Content) > 0 {
		problems = append(problems, "its own permissions are not {}")
	}
	for name, j := range w.Jobs {
		if len(j.Permissions) == 0 {
			problems = append(problems, name+" has no permissions of its own")
		}
		if j.Timeout < 1 || j.Timeout > 120 {
			problems = append(problems, fmt.Sprintf("%s has a timeout of %d minutes", name, j.Timeout))
		}
		// A self-hosted runner keeps the traces of a stranger's code.
		if !regexp.MustCompile(`^ubuntu-\d+\.\d+$`).MatchString(j.RunsOn) {
			problems = append(problems, fmt.Sprintf("%s runs on %q", name, j.RunsOn))
		}
	}
	return problems
}

var (
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	version = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)
)

// actions returns every value of uses in the file, wherever it is, with the comment beside it.
func actions(n *yaml.Node) (found []*yaml.Node) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Value == "uses" {
			found = append(found, n.Content[i+1])
		}
		found = append(found, actions(child)...)
	}
	return found
}

func pins(w workflow) (problems []string) {
	for _, uses := range actions(&w.root) {
		if local, ok := strings.CutPrefix(uses.Value, "./"); ok {
			if _, err := os.Stat(filepath.Join("..", local, "action.yml")); err != nil {
				problems = append(problems, uses.Value+" is not there")
			}
			continue
		}
		if !pinned.MatchString(uses.Value) || !version.MatchString(uses.LineComment) {
			problems = append(problems,
				fmt.Sprintf("%s %s is not a whole commit with its version", uses.Value, uses.LineComment))
		}
	}
	return problems
}

// expressions in scripts are put in as text before a shell reads it: a branch's name can be a command.
func expressions(w workflow) (problems []string) {
	for name, j := range w.Jobs {
		for _, step := range j.Steps {
			if strings.Contains(step.Run, "${{") {
				problems = append(problems, name+" puts an expression into a script")
			}
		}
	}
	return problems
}

func halfDeployments(w workflow) (problems []string) {
	if !strings.Contains(w.content, "pulumi up") {
		return nil
	}
	if w.Concurrency.Cancel.Value != "false" {
		problems = append(problems, "can be cancelled midway")
	}
	for name, j := range w.Jobs {
		if j.Environment == "" {
			problems = append(problems, name+" deploys without an environment")
		}
	}
	if w.trigger("pull_request") {
		problems = append(problems, "deploys pull requests")
	}
	return problems
}

// unverified finds deployments that are not verified with ECS, and logs of Care that people other than its operators
// can read.
func unverified(w workflow) (problems []string) {
	for name, j := range w.Jobs {
		deployed := false
		for _, step := range j.Steps {
			verifies := strings.Contains(step.Run, "cmd/verify")
			if verifies && !strings.Contains(step.Run, "--log-lines 0") {
				problems = append(problems, name+" prints Care's logs")
			}
			deployed = (deployed || strings.Contains(step.Run, "pulumi up")) && !verifies
		}
		if deployed {
			problems = append(problems, name+" does not verify what it deployed")
		}
	}
	return problems
}

// workflowChecks return the problems of a workflow.
var workflowChecks = map[string]func(workflow) []string{
	"no trigger lends a fork the repository's rights": privilegedTriggers,
	"a fork's code gets nothing":                      forkRights,
	"no secret is used":                               secretUses,
	"every job declares its rights and its time":      declaredRights,
	"every action is pinned":                          pins,
	"no expression is run":                            expressions,
	"no deployment is cut off":                        halfDeployments,
	"every deployment is verified, and no log told":   unverified,
}

func TestWorkflowsAreSafe(t *testing.T) {
	t.Parallel()
	for name, w := range workflows(t) {
		for rule, check := range workflowChecks {
			assert.Empty(t, check(w), "%s: %s", name, rule)
		}
	}
}

func TestTheSameActionHasTheSameCommitEverywhere(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, w := range workflows(t) {
		for _, uses := range actions(&w.root) {
			action, _, _ := strings.Cut(uses.Value, "@")
			if first, known := seen[action]; known {
				assert.Equal(t, first, uses.Value+" "+uses.LineComment, name)
			}
			seen[action] = uses.Value + " " + uses.LineComment
		}
	}
}

// Each line spoils a sound workflow in one place, and the check that is named must see it.
func TestUnsafeWorkflowsAreFound(t *testing.T) {
	t.Parallel()
	sound := workflows(t)
	for _, c := range []struct{ rule, file, old, spoiled string }{
		{"no trigger lends a fork the repository's rights", "preview.yml", "  pull_request:\n", "  pull_request_target:\n"},
		{
			"no trigger lends a fork the repository's rights",
			"ci.yml",
			"  pull_request:\n",
			"  workflow_run:\n    workflows: [Preview]\n",
		},
		{"a fork's code gets nothing", "ci.yml", "contents: read", "contents: write"},
		{
			"a fork's code gets nothing",
			"preview.yml",
			"    if: >-\n      github.event.pull_request.head.repo.full_name == github.repository &&\n",
			"    if: >-\n",
		},
		{
			"a fork's code gets nothing",
			"preview.yml",
			"github.repository &&\n      github.event.pull_request.user",
			"github.repository ||\n      github.event.pull_request.user",
		},
		{"a fork's code gets nothing", "preview.yml", "persist-credentials: false", "persist-credentials: true"},
		{
			"a fork's code gets nothing",
			"ci.yml",
			"    permissions:\n      contents: read",
			"    environment: production\n    permissions:\n      contents: read",
		},
		{"no secret is used", "preview.yml", "${{ github.token }}", "${{ secrets.GITHUB_TOKEN }}"},
		{"no secret is used", "deploy.yml", "${{ inputs.image }}", "${{ toJSON(secrets) }}"},
		{"every job declares its rights and its time", "drift.yml", "permissions: {}", "permissions: read-all"},
		{"every job declares its rights and its time", "drift.yml", "    timeout-minutes: 45\n", ""},
		{"every job declares its rights and its time", "ci.yml", "    permissions:\n      contents: read\n", ""},
		{"every job declares its rights and its time", "ci.yml", "ubuntu-24.04", "self-hosted"},
		{"every action is pinned", "ci.yml", "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6"},
		{"every action is pinned", "ci.yml", " # v6.0.2", ""},
		{"every action is pinned", "action.yml", "@8e5e406f4007fca908480587cb9893c07090f58d", "@8e5e406"},
		{"every action is pinned", "drift.yml", "./.github/actions/pulumi", "./.github/actions/other"},
		{"no expression is run", "preview.yml", "gh api --paginate", "echo ${{ github.head_ref }}; gh api --paginate"},
		{
			"every deployment is verified, and no log told",
			"deploy.yml",
			"go run -C cmd/verify . --stack \"$STACK\" --log-lines 0",
			"true",
		},
		{"every deployment is verified, and no log told", "drift.yml", " --log-lines 0", ""},
		{"no deployment is cut off", "deploy.yml", "cancel-in-progress: false", "cancel-in-progress: true"},
		{"no deployment is cut off", "deploy.yml", "    environment: production\n", ""},
		{"no deployment is cut off", "deploy.yml", "  workflow_dispatch:\n", "  pull_request:\n  workflow_dispatch:\n"},
	} {
		w := sound[c.file]
		require.Contains(t, w.content, c.old, "%s: nothing to spoil", c.rule)
		spoiled, err := parseWorkflow(w.path, strings.Replace(w.content, c.old, c.spoiled, 1))
		require.NoError(t, err, c.spoiled)
		assert.NotEmpty(t, workflowChecks[c.rule](spoiled), "%s: %s with %q", c.rule, c.file, c.spoiled)
	}
}
