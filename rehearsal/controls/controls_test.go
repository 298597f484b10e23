package controls_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
)

func TestEachControlHoldsOrNot(t *testing.T) {
	t.Parallel()
	for _, c := range controls.All {
		w, tested := judged[c.ID]
		if !assert.True(t, tested && len(w.breaches) > 0, "no test breaches %s", c.ID) {
			continue
		}
		sound, found := find(of(w.sound...), c.ID)
		assert.True(t, found && sound.Holds(), "%s: %v", c.ID, sound.Breaches)
		for i, breach := range w.breaches {
			finding, found := find(of(breach...), c.ID)
			if assert.True(t, found, "%s, world %d", c.ID, i) && assert.Len(t, finding.Breaches, 1, "%s, world %d", c.ID, i) {
				assert.NotEmpty(t, finding.Breaches[0].Why, c.ID)
			}
		}
	}
	assert.Len(t, judged, len(controls.All))
}

func TestControlsAreNamedAsInTheGuide(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range controls.All {
		assert.Regexp(t, `^[A-Z][A-Za-z0-9]*\.[1-9][0-9]*$`, c.ID)
		assert.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
		assert.NotEmpty(t, c.Remedy, c.ID)
		assert.NotContains(t, c.Title, "should", c.ID)
	}
	i := slices.IndexFunc(controls.All, func(c controls.Control) bool { return c.ID == "RDS.36" })
	require.GreaterOrEqual(t, i, 0)
	assert.Equal(t, "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-36",
		controls.All[i].Source())
}

func TestReasonsCountForTheirResourceAndStack(t *testing.T) {
	t.Parallel()
	result := func() controls.Result {
		return of(made{token.RdsInstance, props{"pulumiName": "one", "multiAz": false, "deletionProtection": true}},
			made{token.RdsInstance, props{"pulumiName": "two", "multiAz": false, "deletionProtection": true}})
	}
	project := controls.Project{
		Keys: map[string]string{"RDS.5": "app:multiAz"},
		Reasons: controls.Reasons{
			"RDS.5 one": "general", "RDS.8": "not needed", "EFS.8": "no such resource in this stack",
			"RDS.6 three": "no such resource",
		},
		Stacks: map[string]controls.Reasons{"dev": {
			"RDS.5": "cheap", "RDS.8 one": "not needed", "EFS.7": "no such resource",
		}},
	}
	require.NoError(t, project.Check())

	production := result()
	production.Apply("production", project)
	f, _ := find(production, "RDS.5")
	assert.Equal(t, "app:multiAz", f.Key)
	assert.Equal(t, []string{"general", ""}, []string{f.Breaches[0].Reason, f.Breaches[1].Reason})
	assert.Len(t, f.Unexplained(), 1)
	assert.Equal(t, []string{"controls.reasons.RDS.8: the control holds, so the reason can go"}, production.Idle)

	dev := result()
	dev.Apply("dev", project)
	f, _ = find(dev, "RDS.5")
	assert.Equal(t, []string{"cheap", "cheap"}, []string{f.Breaches[0].Reason, f.Breaches[1].Reason})
	assert.Empty(t, f.Unexplained())
	assert.Equal(t, []string{
		"controls.stacks.dev.EFS.7: the stack has no such resource, so the reason can go",
		"controls.stacks.dev.RDS.8 one: the control holds, so the reason can go",
		"controls.reasons.RDS.8: the control holds, so the reason can go",
	}, dev.Idle)
}

func TestAProjectNamesControlsThatAreJudged(t *testing.T) {
	t.Parallel()
	for words, project := range map[string]controls.Project{
		`controls.keys.RDS.55: is no control that is judged`: {Keys: map[string]string{"RDS.55": "k"}},
		`controls.reasons.Rds.5 db: Rds.5 is no control that is judged; did you mean "RDS.5"?`: {
			Reasons: controls.Reasons{"Rds.5 db": "r"},
		},
		`controls.stacks.dev.X.1: X.1 is no control that is judged`: {Stacks: map[string]controls.Reasons{
			"dev": {"X.1": "r"},
		}},
		`controls.reasons.RDS.5: has no reason`: {Reasons: controls.Reasons{"RDS.5": " "}},
	} {
		require.ErrorContains(t, project.Check(), words)
	}
	keys := map[string]string{}
	for _, c := range controls.All {
		keys[c.ID] = "k"
	}
	require.NoError(t, controls.Project{Keys: maps.Clone(keys), Reasons: keys}.Check())
}
