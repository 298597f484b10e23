package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// mostRatio is how much longer a first deployment may take than AWS demands.
const mostRatio = 1.05

// migrated is an order that Care requires and AWS does not know: Celery's beat migrates the database.
var migrated = report.Order{First: serviceToken + "::care-celery", Then: serviceToken + "::care-backend"}

func TestADeploymentWaitsForNothingThatIsNotDemanded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"staging", "production"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, rehearsal.Options{Stack: name})
			s.up()
			d := s.deployment(migrated)
			t.Logf("%s: %s as the program orders it, %s as it is demanded, ratio %.3f", name, d.Path.Total(), d.Least, d.Ratio())
			for _, step := range d.Path {
				t.Logf("%8s to %8s %s", step.Start, step.End(), step.Label())
			}
			assert.LessOrEqual(t, d.Ratio(), mostRatio, "only the program asks for %v", d.Own)
			assert.Greater(t, d.Ratio(), 0.999, "the program cannot be quicker than AWS lets it")
			var own []string
			for _, wait := range s.deployment().Own {
				own = append(own, wait.Then.Label()+" after "+wait.First.Label())
			}
			assert.Contains(t, own, "ecs.Service care-backend after ecs.Service care-celery",
				"without that, the wait is seen to be the program's own")
		})
	}
}

// deployment compares the program's order with the one that AWS and the further orders demand.
func (s *stack) deployment(further ...report.Order) report.Deployment {
	s.t.Helper()
	resources, err := s.Resources(true)
	require.NoError(s.t, err)
	built, err := report.Build(s.StackName(), s.cloud.World, resources, further...)
	require.NoError(s.t, err)
	require.Empty(s.t, built.Deployment.Untold)
	require.NotEmpty(s.t, built.Deployment.Path)
	return built.Deployment
}
