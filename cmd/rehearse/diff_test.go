package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestADiffSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arguments []string
		status    int
		want      string
	}{
		"no base":      {[]string{"diff"}, exitUsage, "diff needs --base: the commit to compare with"},
		"a kept state": {[]string{"diff", "--base", "HEAD", "--state", "x"}, exitUsage, "--state is not allowed with diff"},
		"faults":       {[]string{"diff", "--base", "HEAD", "--throttle", "5"}, exitUsage, "are not allowed with diff"},
		"another command": {
			[]string{"up", "--base", "HEAD"},
			exitUsage,
			"--base and --allow-stateful are not allowed with up",
		},
		"several stacks": {[]string{"up", "--stack", "a", "--stack", "b"}, exitUsage, "up takes one --stack"},
		"no such commit": {
			[]string{"diff", "--base", "no-such-commit"},
			exitFailed,
			"--base no-such-commit is not a commit in this repository",
		},
		"an option as ref": {
			[]string{"diff", "--base", "--all"},
			exitFailed,
			"--base --all is not a commit in this repository",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, _, log := rehearseToy(row.arguments...)
			assert.Equal(t, row.status, status)
			assert.Contains(t, log, row.want)
		})
	}
}

func TestOnlyWhatIsNoPartOfAProgramSavesBuildingIt(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]bool{
		"main.go": true, "go.sum": true, "components/policy.json": true, "main_test.go": false,
		"Pulumi.staging.yaml": false, "docs/deploy.md": false, ".github/workflows/ci.yml": false,
	} {
		assert.Equal(t, want, isSource(file), file)
	}
}
