package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	careWorkingDirectory = "/app"
	// careStopTimeout lets gunicorn end its requests, which it gives 30 seconds, and a worker its task.
	careStopTimeout = 60
)

// forwardScript runs a command in a process group of its own and hands SIGTERM on to that group. Care's start scripts
// neither exec nor trap, so that without it gunicorn and Celery would never hear of a stop, and would be killed. It waits
// for the whole group, because the script dies before its child, and ends with the command's own status: a signal breaks
// off a wait, which then gives 143, so that the status is asked for again once the command is gone. The trap is set
// first, for a stop in the very first moment.
const forwardScript = `set -m; trap '[ -n "$!" ] || exit 143; kill -TERM -- "-$!" 2>/dev/null' TERM; "$@" & p=$!; ` +
	`while kill -0 "$p" 2>/dev/null; do wait "$p"; done; wait "$p"; s=$?; ` +
	`while kill -0 -- "-$p" 2>/dev/null; do sleep 0.1; done; exit "$s"`

// forwarding gives the command that runs command and forwards SIGTERM to it.
func forwarding(command ...string) []string {
	return append([]string{"bash", "-c", forwardScript, "bash"}, command...)
}

// CareImage says what the containers of Care run, and with which environment: the same for API, beat and worker.
type CareImage struct {
	// Image is the full image reference, with a tag or digest. Required.
	Image string `pulumi:"image"`
	// Generation is the image's, 2024 or 3; the CareEnvironment must have the same. Default: 2024.
	Generation CareGeneration `pulumi:"generation,optional"`
	// RepositoryCredentialsArn is the ARN of the Secrets Manager secret for a private registry. Default: none.
	RepositoryCredentialsArn pulumi.StringInput `pulumi:"repositoryCredentialsArn,optional"`
	// Variables are what the containers may know in clear; a CareEnvironment has them. Required.
	Variables map[string]pulumi.StringInput `pulumi:"variables"`
	// Secrets says where the secrets are kept; a CareEnvironment has them. Required.
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
func (i CareImage) started(name string, command careCommand) ContainerArgs {
	return i.container(name, forwarding(command.script), &command.check)
}

// container returns a container of Care with the shared environment.
func (i CareImage) container(name string, command []string, check *HealthCheck) ContainerArgs {
	return ContainerArgs{
		Name:                     name,
		Image:                    i.Image,
		RepositoryCredentialsArn: i.RepositoryCredentialsArn,
		WorkingDirectory:         careWorkingDirectory,
		Command:                  command,
		Environment:              i.Variables,
		Secrets:                  i.Secrets,
		HealthCheck:              check,
		StopTimeout:              careStopTimeout,
		InitProcess:              true,
	}
}
