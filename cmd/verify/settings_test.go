package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

func written(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "outputs.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// runOn runs the command on the account with the given standard input and arguments.
func runOn(t *testing.T, a *account, stdin string, arguments ...string) outcome {
	t.Helper()
	return runBeside(t, a, "testdata/pulumi", stdin, arguments...)
}

func runBeside(t *testing.T, a *account, pulumi, stdin string, arguments ...string) outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	start := time.Now()
	status := run(context.Background(), arguments, surroundings{
		stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr, pulumi: pulumi, aws: isolated(serve(t, a)),
	})
	return outcome{status, stdout.String(), stderr.String(), time.Since(start)}
}

func TestOutputsComeFromPulumi(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"--stack", "staging"}, nil} {
		got := runOn(t, newAccount(t), "", arguments...)
		assert.Equal(t, exitSound, got.status, got.stderr)
	}
}

func TestWhatPulumiSaysOfAStackThatIsNotThereIsTold(t *testing.T) {
	t.Parallel()
	got := runOn(t, newAccount(t), "", "--stack", "nope")
	assert.Equal(t, exitNotAsked, got.status)
	assert.Contains(t, got.stderr,
		"stack output --json --non-interactive --stack nope: exit status 255\nerror: no stack named 'nope' found\n")
}

func TestPulumiThatHangsIsEnded(t *testing.T) {
	t.Parallel()
	got := runOn(t, newAccount(t), "", "--stack", "slow", "--timeout", "200ms")
	assert.Equal(t, exitNotAsked, got.status)
	assert.Contains(t, got.stderr, "no answer within 200ms")
	assert.Less(t, got.took, 10*time.Second)
}

func TestPulumiThatIsMissingIsTold(t *testing.T) {
	t.Parallel()
	got := runBeside(t, newAccount(t), "no-such-pulumi", "")
	assert.Equal(t, exitNotAsked, got.status)
	assert.Contains(t, got.stderr, "no-such-pulumi is not on the PATH: install it, or set --outputs")
}

func TestOutputsComeFromStandardInput(t *testing.T) {
	t.Parallel()
	got := runOn(t, newAccount(t), readFile(t, stackOutputs), "--outputs", "-")
	assert.Equal(t, exitSound, got.status, got.stderr)
}

func TestOutputsThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	golden := readFile(t, stackOutputs)
	for content, says := range map[string]string{
		"":                         "the outputs are empty: does the stack exist? pulumi stack ls lists them",
		"oops":                     "the outputs do not have the form of pulumi stack output --json",
		`{"url": "x"}`:             "the stack has no output services: deploy it with this version of the program first",
		`{"services": []}`:         "the output services is empty",
		`{"services": "[secret]"}`: "the output services is not as this version writes it",
		strings.ReplaceAll(golden, `"desiredCount"`,
			`"minimumCount"`): `unknown field "minimumCount"; deploy and verify with the same version`,
		strings.ReplaceAll(golden, `"name": "redis"`, `"name": ""`): "services[0] of the outputs: has no name",
		strings.ReplaceAll(golden, "arn:aws:ecs:ap-south-1:123456789012:task-definition/redis:1",
			"redis:1"): `services[0] of the outputs: "redis:1" is not an ARN of ECS`,
		strings.ReplaceAll(golden, `"mode": "Client"`,
			`"mode": "Sometimes"`): `serviceConnect.mode "Sometimes" is not one of Off, Client and ClientServer`,
		strings.ReplaceAll(
			golden,
			"ecs:ap-south-1:123456789012:service/care-499268c/care-celery",
			"ecs:eu-west-1:123456789012:service/x/care-celery",
		): "is in eu-west-1, and redis in ap-south-1: a stack is in one region",
	} {
		a := newAccount(t)
		got := runOn(t, a, content, "--outputs", "-")
		assert.Equal(t, exitNotAsked, got.status, says)
		assert.Contains(t, got.stderr, says)
		assert.Empty(t, a.calls, "nothing is asked")
	}
}

func TestThePageNamesEveryActionThatIsNeeded(t *testing.T) {
	t.Parallel()
	var needed []string
	for prefix, api := range map[string]reflect.Type{
		"ecs":  reflect.TypeFor[ecsApi](),
		"logs": reflect.TypeFor[logsApi](),
	} {
		for method := range api.Methods() {
			needed = append(needed, prefix+":"+method.Name)
		}
	}
	named := regexp.MustCompile(`"((?:ecs|logs):\w+)"`).FindAllStringSubmatch(readFile(t, "../../docs/verify.md"), -1)
	var allowed []string
	for _, match := range named {
		allowed = append(allowed, match[1])
	}
	assert.ElementsMatch(t, needed, allowed)
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	for arguments, says := range map[string]string{
		"staging":                 `verify: "staging" is not an option; --help lists the options`,
		"--stack a --outputs b":   "--stack and --outputs exclude each other",
		"--timeout 0s":            "--timeout is 0s: set a positive duration, such as 5m",
		"--log-lines -1":          "--log-lines is -1: set 0 to 10000",
		"--log-lines 10001":       "--log-lines is 10001: set 0 to 10000",
		"--nonsense":              "-nonsense",
		"--outputs /nowhere/file": "open /nowhere/file: no such file or directory",
	} {
		got := runOn(t, newAccount(t), "", strings.Fields(arguments)...)
		assert.Equal(t, exitNotAsked, got.status, arguments)
		assert.Contains(t, got.stderr, says)
		assert.Empty(t, got.stdout)
	}
	help := runOn(t, newAccount(t), "", "--help")
	assert.Equal(t, exitSound, help.status)
	assert.Empty(t, help.stderr)
	for _, words := range []string{
		"-stack name", "-outputs file", "-timeout", "-log-lines", "-json", "Exit status: 0 as deployed, 1 not as deployed, 2",
	} {
		assert.Contains(t, help.stdout, words)
	}
}

func TestMissingCredentialsAreTold(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	none := config.WithCredentialsProvider(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, &smithy.OperationError{
			ServiceID:     "ec2imds",
			OperationName: "GetMetadata",
			Err:           errors.New("no profile"),
		}
	}))
	status := run(context.Background(), []string{"--outputs", stackOutputs}, surroundings{
		stdout: &stdout, stderr: &stderr, aws: append(isolated("http://127.0.0.1:1"), none),
	})
	assert.Equal(t, exitNotAsked, status)
	assert.Contains(t, stderr.String(), "verify: no AWS credentials: sign in as for the AWS command line (")
	assert.Contains(t, stderr.String(), "no profile)")
}

func TestAnInterruptIsTold(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr strings.Builder
	status := run(ctx, []string{"--outputs", stackOutputs}, surroundings{
		stdout: &stdout, stderr: &stderr, aws: isolated(serve(t, newAccount(t))),
	})
	assert.Equal(t, exitNotAsked, status)
	assert.Equal(t, "verify: interrupted\n", stderr.String())
}
