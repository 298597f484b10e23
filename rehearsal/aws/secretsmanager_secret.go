package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(secretKind)

func secretKind() standin.Kind {
	return standin.Kind{
		Token: token.SecretsmanagerSecret, Args: secretsmanager.SecretArgs{}, State: secretsmanager.SecretState{},
		Facts: standin.Facts{
			Takes: quick, Charge: standin.Monthly("secretsmanager-secret-month"),
			Loss: standin.Always("the secret and its versions"),
		},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"forceOverwriteReplicaSecret": false, "recoveryWindowInDays": 30},
		Computed: []string{"policy", "replicas"},
		Replaces: []string{"name", "namePrefix"},
		Json:     []string{"policy"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "ResourceExistsException", Rule: "a secret's name is unique in the account and region",
		}},
		Checks: []standin.CheckRule{
			secretsmanagerName, secretsmanagerRecoveryWindow, policy.CheckDocument("policy", policy.SecretGrammar),
		},
		Rules:    []standin.Rule{secretsmanagerNameScheduled},
		OnDelete: []standin.Rule{standin.Effect(secretScheduled)},
		Id: func(o *standin.Op) string {
			return arn(o, "secretsmanager", "secret:"+o.Has("name").Text()+"-"+standin.Draw(letterDigits, 6))
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": o.Id, "policy": "", "replicas": []any{}}
		},
	}
}

// scheduledSecret returns the fact by which the world remembers a secret that is scheduled for deletion.
func scheduledSecret(o *standin.Op, name string) string {
	return "scheduled for deletion: " + arn(o, "secretsmanager", "secret:"+name)
}

var secretsmanagerNameScheduled = rule("secretsmanager/name-scheduled").OnOperation(func(o *standin.Op) {
	name := o.Has("name")
	if o.Verb == standin.Create && o.World.Minted(scheduledSecret(o, name.Text())) {
		o.Refuse(name, "InvalidRequestException",
			"You can't create this secret because a secret with this name is already scheduled for deletion",
			"set recoveryWindowInDays to 0 before deleting, or leave the name to Pulumi")
	}
})

func secretScheduled(o *standin.Op) {
	if o.Was("recoveryWindowInDays").Int() > 0 && !o.Refused() {
		o.World.Remember(scheduledSecret(o, o.Old.Out("name").Text()))
	}
}
