package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// These are the settings of each generation. They have two workers, so that all services of Care exist.
var (
	generation2024 = map[string]string{
		"generation":    "2024",
		"image":         "ghcr.io/ohcnetwork/care:24.43.0",
		"celeryWorkers": "2",
		"sms":           "true",
	}
	generation3 = map[string]string{"generation": "3", "image": imageByDigest, "celeryWorkers": "2", "sms": "true"}
)

// imageByDigest has no tag.
const imageByDigest = "ghcr.io/ohcnetwork/care@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

const (
	userToken       = "aws:iam/user:User"
	userPolicyToken = "aws:iam/userPolicy:UserPolicy"
	keyToken        = "aws:iam/accessKey:AccessKey"
	rolePolicyToken = "aws:iam/rolePolicy:RolePolicy"
	parameterToken  = "aws:ssm/parameter:Parameter"
)

var servicesOfCare = []string{"care-celery", "care-celery-worker", "care-backend"}

// Each way is one update. The resources of a generation exist before the first of its tasks, and those of the
// other are deleted after the last task that used them: each service is steady when its update ends.
func TestResourcesMoveToTheOtherGenerationAndBackInOneUpEach(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: generation2024})
	s.up()
	done, result := s.moved(generation3)
	assertWarned(t, result, "nothing migrates it back")
	s.assertServicesBetween(done, []keep{
		{standin.Create, rolePolicyToken, "care-celery-storage"},
		{standin.Create, rolePolicyToken, "care-celery-worker-storage"},
		{standin.Create, rolePolicyToken, "care-backend-storage"},
		{standin.Create, rolePolicyToken, "care-backend-sms"},
	}, []keep{
		{standin.Delete, keyToken, "care-app"},
		{standin.Delete, userPolicyToken, "care-app"},
		{standin.Delete, userToken, "care-app"},
		{standin.Delete, parameterToken, "care-BUCKET_KEY"},
		{standin.Delete, parameterToken, "care-SNS_SECRET_KEY"},
	})
	for _, live := range s.cloud.World.Live() {
		assert.NotContains(t, []string{userToken, keyToken, userPolicyToken}, live.Token)
	}

	done, result = s.moved(generation2024)
	assertWarned(t, result, "the data does not")
	s.assertServicesBetween(done, []keep{
		{standin.Create, keyToken, "care-app"},
		{standin.Create, userPolicyToken, "care-app"},
		{standin.Create, parameterToken, "care-BUCKET_KEY"},
	}, []keep{
		{standin.Delete, rolePolicyToken, "care-celery-storage"},
		{standin.Delete, rolePolicyToken, "care-celery-worker-storage"},
		{standin.Delete, rolePolicyToken, "care-backend-storage"},
		{standin.Delete, rolePolicyToken, "care-backend-sms"},
	})
	assert.Empty(t, s.up().Changed())
}

// keep is one operation that a move must have.
type keep struct {
	verb        standin.Verb
	token, name string
}

// moved changes the generation, previews and updates, and returns the operations and the output.
func (s *stack) moved(to map[string]string) ([]standin.Operation, *rehearsal.Result) {
	s.t.Helper()
	before := len(s.cloud.History())
	s.set(to)
	preview, err := s.Preview(s.t.Context())
	require.NoError(s.t, err)
	assert.Contains(s.t, warningsOf(preview), "care:generation goes from")
	result := s.up()
	for _, lost := range change.Of("staging", result).Stateful() {
		assert.Equal(s.t, parameterToken, lost.Type, "data would be lost: %s", lost.Label())
	}
	assert.Empty(s.t, s.up().Changed(), "a second up changes nothing")
	return s.cloud.History()[before:], result
}

func (s *stack) assertServicesBetween(done []standin.Operation, first, last []keep) {
	s.t.Helper()
	for _, name := range servicesOfCare {
		service := only(s.t, done, standin.Update, serviceToken, name)
		for _, op := range first {
			own := op.name == name+"-storage" || op.name == name+"-sms"
			if op.token != rolePolicyToken || own {
				assert.Less(s.t, only(s.t, done, op.verb, op.token, op.name).End, service.Start, "%s before %s", op.name, name)
			}
		}
		for _, op := range last {
			assert.Less(s.t, service.End, only(s.t, done, op.verb, op.token, op.name).Start, "%s after %s", op.name, name)
		}
	}
	for _, op := range done {
		assert.NotContains(s.t, []string{"aws:rds/instance:Instance", "aws:s3/bucketV2:BucketV2"}, op.Token, "%s %s",
			op.Verb, op.Name)
	}
}

func warningsOf(result *rehearsal.Result) string {
	var text strings.Builder
	for _, diagnostic := range result.Diagnostics {
		if diagnostic.Severity == rehearsal.SeverityWarning {
			text.WriteString(diagnostic.Message + "\n")
		}
	}
	return text.String()
}

func assertWarned(t *testing.T, result *rehearsal.Result, words string) {
	t.Helper()
	assert.Contains(t, warningsOf(result), words)
}

func TestADiffOfTheGenerationsNamesTheKeyAndTheStatementsAndNoData(t *testing.T) {
	t.Parallel()
	base := rehearsal.Options{Dir: projectDir, Config: generation2024}
	found := rehearseChange(t, change.Options{Base: &base, Head: rehearsal.Options{Dir: projectDir, Config: generation3}})
	assert.Empty(t, found.Stateful())
	document := found.Document()
	assertGolden(t, "testdata/diff/generation.md", steadyNames(change.Markdown(document, change.Limit)))
	for _, words := range []string{
		"iam.User care-app", "iam.AccessKey care-app", "ssm.Parameter care-BUCKET_KEY", "care-celery-storage",
		"s3:DeleteObject", "care-backend-sms",
	} {
		assert.Contains(t, document.Text(false), words)
	}
	assert.Contains(t, document.Markdown(), "care@sha256:0f1e2d3c4b5a69788796a5b4",
		"a digest is shown far enough to tell it from others")
}
