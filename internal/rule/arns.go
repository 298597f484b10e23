package rule

import (
	"fmt"
	"regexp"
	"strings"
)

// Arn checks an ARN, of the given service unless that is empty.
func Arn(name, value, service string) error {
	form := arnForm{what: "an ARN", service: service, example: "arn:aws:SERVICE:ap-south-1:123456789012:RESOURCE"}
	if service != "" {
		form.what += " of " + service
		form.example = strings.Replace(form.example, "SERVICE", service, 1)
	}
	return form.check(name, value)
}

var certificateArn = arnForm{
	what: "the ARN of a certificate", service: "acm", regional: true, owned: true,
	resource: regexp.MustCompile(`^certificate/[\w-]+$`),
	example:  "arn:aws:acm:ap-south-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
}

// CertificateArn checks the ARN of an ACM certificate
// (https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html).
func CertificateArn(name, value string) error { return certificateArn.check(name, value) }

var secretArn = arnForm{
	what: "the ARN of a whole secret", service: "secretsmanager", regional: true, owned: true,
	resource: regexp.MustCompile(`^secret:[\w/+=.@-]{1,519}$`),
	example:  "arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf",
}

// SecretArn checks the ARN of a secret in Secrets Manager
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html).
func SecretArn(name, value string) error { return secretArn.check(name, value) }

var policyArn = arnForm{
	what: "the ARN of a managed policy of IAM", service: "iam", owned: true,
	resource: regexp.MustCompile(`^policy/([\x21-\x7E]+/)?[\w+=,.@-]{1,128}$`),
	example:  "arn:aws:iam::123456789012:policy/care-boundary",
}

// PolicyArn checks the ARN of a managed policy of IAM
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func PolicyArn(name, value string) error { return policyArn.check(name, value) }

var keyArn = arnForm{
	what: "the ARN of a KMS key", service: "kms", regional: true, owned: true,
	resource: regexp.MustCompile(`^key/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$`),
	example:  "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012",
}

// KeyArn checks the ARN of a KMS key. The ARN of an alias is refused: a policy of IAM that names one allows nothing
// (https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html).
func KeyArn(name, value string) error {
	if strings.HasPrefix(value, "alias/") || strings.Contains(value, ":alias/") {
		return Broken(name, value, "must be the ARN of a key, and not of an alias",
			"aws kms describe-key --key-id alias/NAME shows it")
	}
	return keyArn.check(name, value)
}

var fullArn = arnForm{what: "a full ARN", example: "arn:aws:ssm:ap-south-1:123456789012:parameter/care/backend/SENTRY_DSN"}

// SecretLocation checks the name of an SSM parameter, or the ARN of an SSM parameter or of a Secrets Manager secret.
// The ARN of a secret may be followed by the key, stage and version of ECS, each with its colon
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html).
func SecretLocation(name, value string) error {
	const fix = `for example "/care/backend/SENTRY_DSN"`
	if !strings.HasPrefix(value, "arn:") {
		return Match(name, value, secretNameRule, "must be the name of an SSM parameter or an ARN", fix)
	}
	if err := fullArn.check(name, value); err != nil {
		return err
	}
	fields := strings.Split(value, ":")
	stores := fields[2] == "ssm" || fields[2] == "secretsmanager"
	switch {
	case stores && (fields[3] == "" || fields[4] == ""):
		return Broken(name, value, "must be a full ARN, with a region and an account", fix)
	case stores && !secretLocationPattern.MatchString(value):
		return Broken(name, value, "must have only letters, digits and /_+=.@:-", fix)
	case fields[2] == "ssm" && len(fields) == 6 && strings.HasPrefix(fields[5], "parameter/"):
		return nil
	case fields[2] == "secretsmanager" && fields[5] == "secret" && (len(fields) == 7 || len(fields) == 10):
		return nil
	case fields[2] == "secretsmanager":
		return Broken(name, value, "must be a secret's ARN with 7 fields, or 10 with key, stage and version",
			`for one key of a secret end it with ":KEY::"`)
	}
	return Broken(name, value, "must be an SSM parameter or a Secrets Manager secret", fix)
}

// SecretValue checks a value that Care reads unchanged. It must not be empty or begin with a dollar sign, which
// django-environ 0.11 takes for the name of another variable. The error never shows the value.
func SecretValue(name, value string) error {
	switch {
	case value == "":
		return Broken(name, "", "must not be empty, an SSM parameter cannot hold an empty value",
			"give a value or remove the key")
	case strings.HasPrefix(value, "$"):
		return Broken(name, "$…", "must not begin with $, Care would read it as another variable's name",
			"choose a value without it")
	case len(value) > 4096:
		return Broken(name, fmt.Sprintf("%d characters", len(value)),
			"must be at most 4096 characters, the size of a standard SSM parameter",
			"keep it in Secrets Manager and name it in care:secretParameters")
	}
	return nil
}
