package report

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestTheVerdictCountsServicesAndExplainsPulumisNumber(t *testing.T) {
	t.Parallel()
	m := Model{
		Verdict: live.Verdict{Services: 3, Steady: 2, Unwatched: []string{"worker"}},
		Counts: countsOf([]apitype.ResourceV3{
			{Type: "pulumi:pulumi:Stack"},
			{Type: "pulumi:providers:aws", Custom: true},
			{Type: "care:index:Vpc"},
			{Type: "aws:ec2/vpc:Vpc", Custom: true},
			{Type: "aws:ec2/subnet:Subnet", Custom: true},
			{Type: "tls:index/privateKey:PrivateKey", Custom: true},
			{Type: "aws:ec2/vpc:Vpc", Custom: true, Delete: true},
		}),
	}
	s := m.VerdictSection()
	assert.Equal(t, "2 of 3 services steady", s.Gist)
	assert.Contains(t, s.Lead, "Whether the tasks of worker run was not judged: set waitForSteadyState to true")
	assert.Contains(t, s.Lead, "Pulumi counts 5: 2 of aws, 1 of tls, 1 component, the stack itself.")
}

func TestTheVerdictCountsStoppedServicesApart(t *testing.T) {
	t.Parallel()
	stopped := []string{"api", "beat"}
	for gist, verdict := range map[string]live.Verdict{
		"1 of 1 service steady, 2 stopped":             {Services: 3, Steady: 1, Stopped: stopped},
		"0 of 1 service steady, 2 stopped":             {Services: 3, Stopped: stopped},
		"2 services stopped":                           {Services: 2, Stopped: stopped},
		"nothing was refused; there is no ECS service": {},
	} {
		s := Model{Verdict: verdict}.VerdictSection()
		assert.Equal(t, gist, s.Gist)
		assert.Equal(t, len(verdict.Stopped) > 0, strings.Contains(s.Lead, "no task runs: api, beat."), s.Lead)
	}
}

func TestWhatIsNotJudgedIsASectionOfItsOwn(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Model{}.UnjudgedSections())
	sections := Model{
		Unjudged: []standin.Unjudged{{Token: "aws:sqs/queue:Queue", Resources: []string{"jobs"}, Known: []string{"arn"}}},
		Notes:    []string{"A later SDK."},
	}.UnjudgedSections()
	assert.Equal(t, []Item{{Text: "A later SDK."}, {Text: "sqs.Queue (jobs)", Strong: true}}, sections[0].Items)
}
