package live

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// rolesAssumed: ECS must be able to take the roles of a task
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html).
func (d *deployment) rolesAssumed() {
	for _, input := range []string{"executionRoleArn", "taskRoleArn"} {
		arn := d.definition.Out(input)
		role := d.World.Find(token.IamRole, "arn", arn.Text())
		if role == nil {
			continue
		}
		trust, err := policy.Read(role.Label()+" assumeRolePolicy", role.Out("assumeRolePolicy").Text())
		if err != nil {
			continue // refused when the role was made
		}
		const tasks = "ecs-tasks.amazonaws.com"
		result, why := policy.Decide([]policy.Document{trust}, policy.Request{
			Action: "sts:AssumeRole", Principal: tasks, Context: map[string]string{
				"aws:sourceaccount": d.Scope.Account,
				"aws:sourcearn":     ident.Arn(d.Scope, "ecs", "*"),
			},
		})
		switch result {
		case policy.Denied:
			d.fail(
				arn,
				"ECS was unable to assume the role '"+arn.Text()+"' that was provided for this task. Please verify that the role "+
					"being passed has the proper trust relationship and permissions and that your IAM user has permissions to "+
					"pass this role.",
				obstacle{
					by:    roleTrust,
					cause: "the trust policy of " + role.Label() + " does not let " + tasks + " assume it",
					fix: "allow sts:AssumeRole to the service principal " + tasks + " in its assumeRolePolicy, for this " +
						"account and region",
				},
			)
		case policy.Undecided:
			d.Assume(arn, tasks+" may assume the role: "+why)
		case policy.Allowed:
		}
	}
}

var ecrHost = regexp.MustCompile(`^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$`)

// imageName is an image reference in its parts.
type imageName struct{ host, repository, reference string }

// parseImage follows the convention that a first part without a dot, colon or "localhost" is no host, and
// that Docker Hub is meant then (https://github.com/distribution/reference).
func parseImage(image string) imageName {
	var name imageName
	first, rest, more := strings.Cut(image, "/")
	if more && (strings.ContainsAny(first, ".:") || first == "localhost") {
		name.host = first
	} else {
		rest = image
	}
	name.repository, name.reference = rest, "latest"
	if repository, digest, ok := strings.Cut(rest, "@"); ok {
		name.repository, name.reference = repository, digest
	} else if at := strings.LastIndex(rest, ":"); at >= 0 {
		name.repository, name.reference = rest[:at], rest[at+1:]
	}
	switch name.host {
	case "", "docker.io", "index.docker.io":
		name.host = "registry-1.docker.io"
		if !strings.Contains(name.repository, "/") {
			name.repository = "library/" + name.repository
		}
	}
	return name
}

// imagesPulled: the registry can be reached and lets the execution role in
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html).
func (d *deployment) imagesPulled() {
	for _, container := range d.containers {
		image := parseImage(container.Image)
		if ecr := ecrHost.FindStringSubmatch(image.host); ecr != nil {
			d.pullFromEcr(container, image, ecr[1], ecr[2])
		} else if hindered := reachInternet(d.World, d.place, httpsPort); hindered != nil {
			d.fail(at(container.Name, "image", container.Image),
				unresolved(container.Image, image)+"dial tcp: i/o timeout", *hindered)
		}
		d.registryLogin(container)
	}
}

func unresolved(reference string, image imageName) string {
	return "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref " + reference +
		`: failed to do request: Head "https://` + image.host + "/v2/" + image.repository + "/manifests/" +
		image.reference + `": `
}

// pullFromEcr: an image comes from three places, the two APIs of ECR and S3, where its layers are
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html).
func (d *deployment) pullFromEcr(container Container, image imageName, account, region string) {
	property := at(container.Name, "image", container.Image)
	from := d.place
	from.region = region
	login := initialization + "unable to retrieve ecr registry auth: service call has been retried 3 time(s): "
	if hindered := reachService(d.World, from, "ecr.api"); hindered != nil {
		d.fail(property, login+`RequestError: send request failed caused by: Post "https://api.ecr.`+region+
			`.amazonaws.com/": dial tcp: i/o timeout. `+checkNetwork, *hindered)
		return
	}
	for _, name := range []string{"ecr.dkr", "s3"} {
		if hindered := reachService(d.World, from, name); hindered != nil {
			d.fail(property, unresolved(container.Image, image)+"dial tcp: i/o timeout", *hindered)
			return
		}
	}
	role := d.executionRole(property, login)
	if role == "" {
		return
	}
	const fix = "allow it in a policy of the execution role, for example with AmazonECSTaskExecutionRolePolicy"
	if !d.judge(property, role, policy.Request{Action: "ecr:GetAuthorizationToken", Resource: "*"},
		func(denial string) string { return login + denial }, fix) {
		return
	}
	repository := ident.Arn(standin.Scope{Region: region, Account: account}, "ecr", "repository/"+image.repository)
	for _, action := range []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
		d.judge(property, role, policy.Request{Action: action, Resource: repository}, func(denial string) string {
			return "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to " +
				"resolve ref " + container.Image +
				": unexpected status code [manifests " + image.reference + "] 403 Forbidden: " + denial
		}, fix)
	}
}

// registryLogin: the secret with a private registry's user is read like any other.
func (d *deployment) registryLogin(container Container) {
	if arn := container.RepositoryCredentials.CredentialsParameter; arn != "" {
		d.readSecret(secretUse{container: container.Name, property: "repositoryCredentials.credentialsParameter", from: arn})
	}
}
