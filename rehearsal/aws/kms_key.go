package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(keyKind)

// keyCharge: a key costs by the month, and so does each request that encrypts or decrypts with it
// (https://aws.amazon.com/kms/pricing/).
func keyCharge(t standin.Tally, r *standin.Resource) {
	t.Add(r, 1, "kms-key-month")
	t.Use("requests to encrypt and decrypt with KMS keys", "kms-request")
}

func keyKind() standin.Kind {
	return standin.Kind{
		Token: token.KmsKey, Args: kms.KeyArgs{}, State: kms.KeyState{},
		Facts: standin.Facts{
			Takes: quick, Charge: keyCharge,
			Loss: standin.Always("all that is encrypted with it, backups as well, when its deletion window is over"),
		},
		Defaults: standin.Props{
			"bypassPolicyLockoutSafetyCheck": false,
			"customerMasterKeySpec":          "SYMMETRIC_DEFAULT",
			"enableKeyRotation":              false,
			"isEnabled":                      true,
			"keyUsage":                       "ENCRYPT_DECRYPT",
		},
		Computed: []string{"description", "multiRegion", "policy", "rotationPeriodInDays"},
		Replaces: []string{"customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"},
		Json:     []string{"policy"},
		Checks: []standin.CheckRule{
			kmsKey, kmsKeyRotation, policy.CheckDocument("policy", policy.KeyGrammar), kmsKeyPolicyLockout,
		},
		Rules: []standin.Rule{kmsEventTargetPolicy},
		Id:    func(*standin.Op) string { return standin.Uuid() },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":   arn(o, "kms", "key/"+o.Id),
				"keyId": o.Id, "description": "", "multiRegion": false, "policy": "", "rotationPeriodInDays": 365,
			}
		},
	}
}
