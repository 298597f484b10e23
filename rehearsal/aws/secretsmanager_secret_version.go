package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(secretVersionKind)

func secretVersionKind() standin.Kind {
	return standin.Kind{
		Token: token.SecretsmanagerSecretVersion,
		Args:  secretsmanager.SecretVersionArgs{}, State: secretsmanager.SecretVersionState{},
		Facts:    setting,
		Computed: []string{"versionStages"},
		Replaces: []string{"secretBinary", "secretId", "secretString"},
		Sets:     []string{"versionStages"},
		Secrets:  []string{"secretBinary", "secretString"},
		Checks:   []standin.CheckRule{secretsmanagerSecretValue},
		Refs: []standin.Ref{outside("secretId", "ResourceNotFoundException",
			standin.Target{Token: token.SecretsmanagerSecret}, standin.Target{Token: token.SecretsmanagerSecret, By: "name"})},
		Id: func(o *standin.Op) string { return o.In("secretId").Text() + "|" + standin.Uuid() },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": o.In("secretId").Text(), "versionId": afterFirst(o.Id, "|"), "versionStages": []any{"AWSCURRENT"},
			}
		},
	}
}
