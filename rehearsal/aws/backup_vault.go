package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(backupVaultKind)

// backupInvalid is the code of requests that AWS Backup refuses
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html, Errors).
const backupInvalid = "InvalidParameterValueException"

func backupVaultKind() standin.Kind {
	return standin.Kind{
		Token: token.BackupVault, Args: backup.VaultArgs{}, State: backup.VaultState{},
		// What is stored costs; the selections of the plans that store it have the charge.
		Facts:    standin.Facts{Takes: quick, Charge: standin.Free, Loss: vaultLoss},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"forceDestroy": false},
		Computed: []string{"kmsKeyArn"},
		Replaces: []string{"kmsKeyArn", "name"},
		Refs:     []standin.Ref{ofData(token.BackupVault)},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "AlreadyExistsException", Rule: "a vault's name is unique in the account and region",
		}},
		Rules: keyRules(),
		Id:    by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":       arn(o, "backup", "backup-vault:"+o.Has("name").Text()),
				"kmsKeyArn": arn(o, "kms", "key/"+standin.Uuid()), "recoveryPoints": 0,
			}
		},
	}
}

// vaultLoss: only an empty vault can be deleted, and forceDestroy has the provider delete its recovery points
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVault.html).
func vaultLoss(property standin.Properties) string {
	if property("forceDestroy") == true {
		return "every backup in it"
	}
	return "every backup in it; AWS refuses while there are any"
}
