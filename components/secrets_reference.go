package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The stores from which ECS reads secrets.
const (
	// StoreSsm is Systems Manager Parameter Store.
	StoreSsm = "ssm"
	// StoreSecretsManager is Secrets Manager.
	StoreSecretsManager = "secretsmanager"
)

// SecretReference is the location of a secret. It never contains the value.
type SecretReference struct {
	// Store is "ssm", Parameter Store, or "secretsmanager", Secrets Manager. Required.
	Store string `pulumi:"store"`
	// ValueFrom is the value of valueFrom in ECS: an ARN and, for Secrets Manager, an optional key, stage and version.
	// Required.
	ValueFrom pulumi.StringInput `pulumi:"valueFrom"`
	// Arn is the ARN that the execution role may read, without key, stage and version. Required.
	Arn pulumi.StringInput `pulumi:"arn"`
	// Version changes with the value, so that a new value deploys its readers again. Default: unknown.
	Version pulumi.StringInput `pulumi:"version,optional"`
	// KmsKeyArn is the KMS key that the execution role needs to decrypt the secret. Default: none, AWS's own key lets
	// every role of the account that may read the secret decrypt it.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
}

func (r SecretReference) validate(argument string) error {
	const fix = "take it from Secrets"
	return rule.All(
		rule.OneOf(argument+".store", r.Store, StoreSsm, StoreSecretsManager),
		rule.Given(argument+".valueFrom", r.ValueFrom != nil, fix),
		rule.Given(argument+".arn", r.Arn != nil, fix),
	)
}

// readActions are the actions by which the execution role reads from each store
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html).
var readActions = map[string]string{
	StoreSsm:            "ssm:GetParameters",
	StoreSecretsManager: "secretsmanager:GetSecretValue",
}

// secretStatements allows reading exactly the secrets and registry credentials that the containers name, and decrypting
// them with their keys.
func secretStatements(containers []Container) PolicyStatementArray {
	arns := map[string][]pulumi.StringInput{}
	var credentials, keys []pulumi.StringInput
	for _, container := range containers {
		for _, name := range sortedKeys(container.Secrets) {
			reference := container.Secrets[name]
			arns[reference.Store] = append(arns[reference.Store], reference.Arn)
			if reference.KmsKeyArn != nil {
				keys = append(keys, reference.KmsKeyArn)
			}
		}
		if container.RepositoryCredentialsArn != nil {
			credentials = append(credentials, container.RepositoryCredentialsArn)
		}
	}
	return slices.Concat(readStatement("ReadParameters", readActions[StoreSsm], arns[StoreSsm]),
		readStatement("ReadSecrets", readActions[StoreSecretsManager], arns[StoreSecretsManager]),
		readStatement("ReadRegistryCredentials", readActions[StoreSecretsManager], credentials),
		readStatement("DecryptSecrets", "kms:Decrypt", keys))
}

func readStatement(sid, action string, arns []pulumi.StringInput) PolicyStatementArray {
	if arns == nil {
		return nil
	}
	return PolicyStatementArray{PolicyStatement{Sid: sid, Actions: []string{action}, Resources: arns}}
}

// secretVersions returns a line that changes if one of the containers' secrets changes.
func secretVersions(containers []Container) pulumi.StringOutput {
	versions := pulumi.StringArray{}
	for _, container := range containers {
		for _, name := range sortedKeys(container.Secrets) {
			if version := container.Secrets[name].Version; version != nil {
				versions = append(versions, pulumi.Sprintf("%s=%s", name, version))
			}
		}
	}
	return distinct(versions).ApplyT(func(all []string) string { return strings.Join(all, " ") }).(pulumi.StringOutput)
}
