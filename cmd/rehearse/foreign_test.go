package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
)

// foreignDir has three projects that share one program.
const foreignDir = "testdata/foreign"

// rehearseForeign runs the command on one of the projects.
func rehearseForeign(t *testing.T, name string, arguments ...string) (output, log string, err error) {
	t.Helper()
	var out, errors bytes.Buffer
	arguments = append(arguments, "--dir", filepath.Join(foreignDir, name), "--stack", "dev")
	chosen, parsed, err := parse(arguments, &out, &errors)
	require.NoError(t, err)
	err = rehearse(context.Background(), chosen, parsed, &watcher{}, &out, &errors, cloud.New)
	return out.String(), errors.String(), err
}

func TestProgramsOfOthersAreRehearsed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		unknown []string
		known   []string
	}{
		"web": {nil, []string{
			"elasticache.Cluster web  6379  task-out, redis", "rds.Instance web         5432  task-out, postgres", "80    http",
		}},
		"fleet": {
			[]string{
				"sqs.Queue (jobs)", "function ec2.getSubnets: no ec2.Subnet of this program or of a new account matches",
				"function ec2.getVpc: no ec2.Vpc of this program or of a new account matches",
				`- function: ec2.getVpc` + "\n" + `  args: {"id":"vpc-0a1b2c3d4e5f60718"}`,
			},
			[]string{"svc-14"},
		},
		"proof": {
			[]string{"ses.EmailIdentity (sender)", "function ses.getActiveReceiptRuleSet"},
			[]string{"internet  web       80", "app       internet  all   web egress[0] through internet gateway default"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, log, err := rehearseForeign(t, name, "up")
			if row.unknown == nil {
				require.NoError(t, err, log)
				assert.NotContains(t, out, "Not judged")
			} else {
				require.ErrorContains(t, err, "rehearse with --unknown accept")
			}
			for _, want := range row.unknown {
				assert.Contains(t, log, want)
			}

			out, log, err = rehearseForeign(t, name, "destroy", "--unknown", "accept")
			require.NoError(t, err, log+out)
			out, log, err = rehearseForeign(t, name, "up", "--unknown", "accept")
			require.NoError(t, err, log+out)
			for _, want := range row.known {
				assert.Contains(t, out, want)
			}
			if row.unknown != nil {
				assert.Contains(t, out, "Not judged")
				assert.Contains(t, out, row.unknown[0])
			}
		})
	}
}

func TestAFileAnswersWhatTheWorldDoesNot(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "answers.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
- function: ec2.getVpc
  args: {id: vpc-0a1b2c3d4e5f60718}
  result: {cidrBlock: 10.7.0.0/16}
- function: ec2.getSubnets
  result: {ids: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719]}
- function: ec2.getVcp
  result: {cidrBlock: 10.8.0.0/16}
`), 0o600))
	out, log, err := rehearseForeign(t, "fleet", "up", "--answers", file)
	require.ErrorContains(t, err, "rehearse with --unknown accept", "the queue is unknown all the same")
	assert.NotContains(t, log, "function ec2.")
	assert.Contains(t, log, file+": entry 3 (ec2.getVcp) was not used: the program does not call this function")
	assert.Equal(t, 1, strings.Count(log, "was not used"), log)
	assert.Contains(t, out, `ec2.Subnet "subnet-0a1b2c3d4e5f60718", named by`)
}

func TestARefusalIsReportedTogetherWithARaceAndWithTheUnknown(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"up", "preview"} {
		out, log, err := rehearseForeign(t, "race", command)
		require.Error(t, err)
		for _, want := range []string{
			"These would have been refused as well",
			"race: ecs.Service 'worker'", "let it depend on ecs.Service 'store'", "sqs.Queue (jobs)",
		} {
			assert.Contains(t, log, want, command)
		}
		assert.Contains(t, out, "ecs.TaskDefinition 'odd' cpu", "the engine has printed it")
	}
}

func TestAProgramOnALaterSdkIsToldWhatIsNotJudged(t *testing.T) {
	t.Parallel()
	for requirements, want := range map[string]string{
		"github.com/pulumi/pulumi-aws/sdk/v7 v7.8.0":                                                                  "v7.8.0",
		"github.com/pulumi/pulumi-aws/sdk/v6 v6.83.4":                                                                 "",
		"github.com/pulumi/pulumi-aws/sdk/v6 v6.83.4\nrequire github.com/pulumi/pulumi-aws/sdk/v7 v7.8.0 // indirect": "",
		"github.com/pulumi/pulumi-random/sdk/v4 v4.18.4":                                                              "",
	} {
		dir := t.TempDir()
		for name, content := range map[string]string{
			"go.mod": "module example.org/web\n\nrequire " + requirements + "\n", "Pulumi.yaml": "name: web\nruntime: go\n",
		} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
		}
		settings := foreignSettings{unknown: unknownRefuse}
		opened, err := settings.open(dir)
		require.NoError(t, err)
		var log bytes.Buffer
		opened.announce(&log)
		if want == "" {
			assert.Empty(t, log.String(), requirements)
		} else {
			assert.Contains(t, log.String(), "The program uses "+want+" of the AWS SDK and is judged by the rules of version 6")
		}
	}
}

func TestAPackageWithoutAStandInIsOpaque(t *testing.T) {
	t.Parallel()
	opened := foreign{packages: []gosdk.Package{{Name: "docker", Version: "v4.5.0"}, {Name: "aws", Version: "v6.83.4"}}}
	made, err := opened.clouds(cloud.New)()
	require.NoError(t, err)
	assert.Contains(t, made.Providers, "docker")
	assert.Contains(t, made.Providers, "random")
}
