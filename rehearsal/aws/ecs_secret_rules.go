package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The forms of valueFrom: the name or ARN of a parameter, with an optional version or label, or the ARN of a secret
// (API_Secret, valueFrom; the forms of names are those of API_PutParameter and API_CreateSecret).
var (
	parameterRef    = regexp.MustCompile(`^[a-zA-Z0-9_./-]+(:[a-zA-Z0-9_.-]+)?$`)
	parameterRefArn = regexp.MustCompile(
		`^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter/[a-zA-Z0-9_./-]+(:[a-zA-Z0-9_.-]+)?$`,
	)
	secretRefArn = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[a-zA-Z0-9/_+=.@!-]+$`)
)

// The colons of a secret's ARN make seven fields; key, stage and version make ten.
const (
	secretFields    = 7
	secretKeyFields = 10
)

var ecsSecretReference = rule("ecs/secret-reference").onContainer(func(t *task, c standin.Value) {
	for _, from := range append(c.All("secrets.valueFrom"), c.All("logConfiguration.secretOptions.valueFrom")...) {
		if rule, fix := secretReference(from.Text()); rule != "" {
			t.refuse(hidden(from), rule, fix)
		}
	}
})

// hidden marks a value as secret unless it is an ARN: it may be the secret itself, in the place of its name.
func hidden(v standin.Value) standin.Value {
	if strings.HasPrefix(v.Text(), "arn:") {
		return v
	}
	return standin.NewValue(v.Path(), resource.MakeSecret(v.Raw()))
}

// secretReference returns the rule that a reference breaks and the remedy, or nothing.
func secretReference(text string) (rule, fix string) {
	switch {
	case strings.Contains(text, ":secretsmanager:"):
		return secretsManagerReference(text)
	case strings.HasPrefix(text, "arn:"):
		if !parameterRefArn.MatchString(text) {
			return "a secret's valueFrom is the ARN of a secret in Secrets Manager or of a parameter in Systems Manager, or " +
					"the parameter's name",
				"take the ARN from the resource's output"
		}
	case !parameterRef.MatchString(text):
		return "a parameter's name has letters, digits and .-_/ only", "give the name or the ARN of the parameter, " +
			"not its value"
	}
	return "", ""
}

// secretsManagerReference: unused fields at the end keep their colons
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html).
func secretsManagerReference(text string) (rule, fix string) {
	fields := strings.Split(text, ":")
	switch {
	case len(fields) != secretFields && len(fields) != secretKeyFields:
		return fmt.Sprintf(
			"the ARN of a secret has 7 fields, or 10 with json-key:version-stage:version-id, and this one has %d; "+
				"unused ones at the end keep their colons",
			len(fields),
		), "write <arn>:<json-key>::"
	case !secretRefArn.MatchString(strings.Join(fields[:secretFields], ":")):
		return "that is not the ARN of a secret in Secrets Manager", "take the ARN from the secret's output"
	case len(fields) == secretKeyFields && fields[8] != "" && fields[9] != "":
		return "a reference has a version stage or a version id, not both", "leave one of the two empty"
	}
	return "", ""
}

var ecsRepositoryCredentials = rule("ecs/repository-credentials").onContainer(func(t *task, c standin.Value) {
	v := c.At("repositoryCredentials.credentialsParameter")
	if strings.HasPrefix(v.Text(), "arn:") && !secretRefArn.MatchString(v.Text()) {
		t.refuse(v, "credentialsParameter is the ARN of a secret in Secrets Manager",
			"take the ARN from the secret's output, without a key")
	}
})
