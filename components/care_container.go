package components

import (
	_ "embed"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	careWorkingDirectory = "/app"
	// careStopTimeout is enough for gunicorn, which allows its requests 30 seconds, and for the command that beat runs.
	careStopTimeout = 60
)

//go:embed forward_sigterm.sh
var forwardScript string

// forwarding returns the command that runs command and, on SIGTERM, sends SIGTERM to its main process. The container
// then exits with that process's status: Celery's worker ends the tasks that it runs and exits with 0, gunicorn answers
// the requests that it has.
func forwarding(command ...string) []string {
	return append([]string{"bash", "-c", forwardScript, "bash"}, command...)
}

// CareImage is the image of Care and its environment, the same for the API, beat and the workers.
type CareImage struct {
	// Image is the full image reference, with a tag or digest. Required.
	Image string `pulumi:"image"`
	// Generation is the image's, 2024 or 3; the CareEnvironment must have the same. Default: 2024.
	Generation CareGeneration `pulumi:"generation,optional"`
	// RepositoryCredentialsArn is the ARN of the Secrets Manager secret for a private registry. Default: none.
	RepositoryCredentialsArn pulumi.StringInput `pulumi:"repositoryCredentialsArn,optional"`
	// Variables are the environment variables that are not secret, from a CareEnvironment. Required.
	Variables map[string]pulumi.StringInput `pulumi:"variables"`
	// Secrets are the locations of the secrets, from a CareEnvironment. Required.
	Secrets map[string]SecretReference `pulumi:"secrets"`
}

func (i CareImage) validate() error {
	const fix = "take it from a CareEnvironment"
	return rule.All(
		rule.Image("image.image", i.Image, true),
		validateGeneration("image.generation", i.Generation),
		rule.Given("image.variables", len(i.Variables) > 0, fix),
		rule.Given("image.secrets", len(i.Secrets) > 0, fix),
		validateEnvironment("image.variables", i.Variables, "image.secrets", i.Secrets),
	)
}

// started returns a container of Care that its start script starts, and its check watches.
func (i CareImage) started(name string, command careCommand) Container {
	return i.container(name, forwarding(command.script), &command.check)
}

// container returns a container of Care with the shared environment.
func (i CareImage) container(name string, command []string, check *HealthCheck) Container {
	return Container{
		Name:                     name,
		Image:                    pulumi.String(i.Image),
		RepositoryCredentialsArn: i.RepositoryCredentialsArn,
		WorkingDirectory:         careWorkingDirectory,
		Command:                  pulumi.ToStringArray(command),
		Environment:              i.Variables,
		Secrets:                  i.Secrets,
		HealthCheck:              check,
		StopTimeout:              careStopTimeout,
		InitProcess:              true,
	}
}
