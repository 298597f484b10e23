package rule

import (
	"fmt"
	"regexp"
	"strings"
)

// Arn checks an ARN, of the given service unless that is empty.
func Arn(name, value, service string) error {
	fix := fmt.Sprintf(`it begins with "arn:aws:%s:"`, service)
	if err := Match(name, value, arnPattern, "must be an ARN", fix); err != nil {
		return err
	}
	if service != "" && strings.Split(value, ":")[2] != service {
		return Broken(name, value, "must be an ARN of "+service, fix)
	}
	return arnPlace(name, value)
}

// noAccount is a number that AWS gives to no account, and test tools use.
const noAccount = "000000000000"

// arnPlace checks the region and the account of an ARN, if it has them.
func arnPlace(name, value string) error {
	fields := strings.SplitN(value, ":", 6)
	switch {
	case fields[3] != "" && Region("", fields[3]) != nil:
		return Broken(name, value, "must name a region of AWS, and "+fields[3]+" is none", `for example "ap-south-1"`)
	case fields[4] == noAccount:
		return Broken(name, value, "must name an account of AWS, and "+noAccount+" is none",
			"aws sts get-caller-identity shows the number of yours")
	}
	return nil
}

var certificateArnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+$`)

// CertificateArn checks the ARN of an ACM certificate
// (https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html).
func CertificateArn(name, value string) error {
	if err := Arn(name, value, "acm"); err != nil {
		return err
	}
	return Match(name, value, certificateArnPattern, "must be the ARN of a certificate",
		`for example "arn:aws:acm:ap-south-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"`)
}

var secretArnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,519}$`)

// SecretArn checks the ARN of a secret in Secrets Manager
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html).
func SecretArn(name, value string) error {
	if err := Arn(name, value, "secretsmanager"); err != nil {
		return err
	}
	return Match(name, value, secretArnPattern, "must be the ARN of a whole secret",
		`for example "arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf"`)
}

// partitions are the partitions of AWS besides aws, by the prefix of their regions
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
var partitions = map[string]string{"cn-": "aws-cn", "us-gov-": "aws-us-gov"}

// Partition checks that an ARN is in the partition of a region, unless region is empty: nothing in one partition
// reaches the resources of another.
func Partition(name, arn, region string) error {
	if region == "" || !strings.HasPrefix(arn, "arn:") {
		return nil
	}
	want := "aws"
	for prefix, partition := range partitions {
		if strings.HasPrefix(region, prefix) {
			want = partition
		}
	}
	if strings.Split(arn, ":")[1] == want {
		return nil
	}
	return Broken(name, arn, "must be in the partition "+want+", which has the region "+region,
		`it begins with "arn:`+want+`:"`)
}

var policyArnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}|aws):policy/([\x21-\x7E]+/)?[\w+=,.@-]{1,128}$`)

// PolicyArn checks the ARN of a managed policy of IAM
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func PolicyArn(name, value string) error {
	if err := Match(name, value, policyArnPattern, "must be the ARN of a managed policy of IAM",
		`for example "arn:aws:iam::123456789012:policy/care-boundary"`); err != nil {
		return err
	}
	return arnPlace(name, value)
}

var keyArnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/` +
	`([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$`)

// KeyArn checks the ARN of a KMS key. The ARN of an alias is refused: a policy of IAM that names one allows nothing
// (https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html).
func KeyArn(name, value string) error {
	const fix = `for example "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"`
	if strings.HasPrefix(value, "alias/") || strings.Contains(value, ":alias/") {
		return Broken(name, value, "must be the ARN of a key, and not of an alias",
			"aws kms describe-key --key-id alias/NAME shows it")
	}
	if err := Arn(name, value, "kms"); err != nil {
		return err
	}
	return Match(name, value, keyArnPattern, "must be the ARN of a KMS key", fix)
}

// SecretLocation checks the name of an SSM parameter, or the ARN of an SSM parameter or of a Secrets Manager secret.
// The ARN of a secret may be followed by the key, stage and version of ECS, each with its colon
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html).
func SecretLocation(name, value string) error {
	const fix = `for example "/care/backend/SENTRY_DSN"`
	if !strings.HasPrefix(value, "arn:") {
		return Match(name, value, secretNameRule, "must be the name of an SSM parameter or an ARN", fix)
	}
	if err := Match(name, value, arnPattern, "must be a full ARN", fix); err != nil {
		return err
	}
	if err := arnPlace(name, value); err != nil {
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
