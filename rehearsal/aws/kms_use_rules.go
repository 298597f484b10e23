package aws

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// bucketKey is the input of a bucket's default encryption that names its KMS key.
const bucketKey = "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId"

// keyInputs are the inputs that name the key of the data, with the error of a key that cannot be used. The stand-in
// knows the errors of AWS's APIs for these types.
var keyInputs = map[string]struct{ path, code string }{
	token.BackupVault:                                 {"kmsKeyArn", backupInvalid},
	token.CloudwatchLogGroup:                          {"kmsKeyId", "InvalidParameterException"},
	token.EfsFileSystem:                               {"kmsKeyId", "BadRequest"},
	token.ElasticacheReplicationGroup:                 {"kmsKeyId", "InvalidParameterValue"},
	token.RdsInstance:                                 {"kmsKeyId", "KMSKeyNotAccessibleFault"},
	token.S3BucketServerSideEncryptionConfigurationV2: {bucketKey, "KMS.NotFoundException"},
	token.SsmParameter:                                {"keyId", "InvalidKeyId"},
}

// keyRules returns the rules about the key that encrypts the data of a type.
func keyRules() []standin.Rule { return []standin.Rule{kmsKeyRegion, kmsKeyAlias, kmsKeyState} }

// ofData returns the reference to the key that encrypts the data of a type.
func ofData(token string) standin.Ref { return toKey(keyInputs[token].path, keyInputs[token].code) }

// eachNewKey calls judge with each key that the operation newly names, and with its live resource or nil.
func eachNewKey(o *standin.Op, judge func(v standin.Value, key *standin.Resource)) {
	path := keyInputs[o.Kind.Token].path
	if o.Old != nil && !o.Changed(path) {
		return
	}
	for _, v := range o.All(path) {
		if v.Text() != "" {
			judge(v, live.FindKey(o.World, v.Text()))
		}
	}
}

var kmsKeyRegion = rule("kms/key-region").OnOperation(func(o *standin.Op) {
	eachNewKey(o, func(v standin.Value, _ *standin.Resource) {
		fields := strings.Split(v.Text(), ":")
		if len(fields) > 3 && fields[2] == "kms" && fields[3] != o.Scope.Region {
			o.Refuse(v, keyInputs[o.Kind.Token].code, "the key is in "+fields[3]+", and a key serves the resources "+
				"of its own region alone", "name a key in "+o.Scope.Region)
		}
	})
})

// The provider reads the ARN of the key back, which differs from the alias: each plan changes the resource again, and
// replaces it where the key cannot change. S3 and SSM keep the alias.
var kmsKeyAlias = rule("kms/key-alias").OnOperation(func(o *standin.Op) {
	keeps := []string{token.S3BucketServerSideEncryptionConfigurationV2, token.SsmParameter}
	if slices.Contains(keeps, o.Kind.Token) {
		return
	}
	eachNewKey(o, func(v standin.Value, _ *standin.Resource) {
		if strings.Contains(v.Text(), "alias/") {
			o.Refuse(v, keyInputs[o.Kind.Token].code, "an alias is not the ARN of a key",
				"name the ARN of the key, which aws kms describe-key --key-id ALIAS shows")
		}
	})
})

var kmsKeyState = rule("kms/key-state").OnOperation(func(o *standin.Op) {
	eachNewKey(o, func(v standin.Value, key *standin.Resource) {
		switch {
		case key == nil:
		case key.Out("isEnabled").Known() && !key.Out("isEnabled").Bool():
			o.Refuse(v, keyInputs[o.Kind.Token].code, key.Label()+" is disabled", "set its isEnabled to true")
		case key.Out("customerMasterKeySpec").Text() != "SYMMETRIC_DEFAULT" ||
			key.Out("keyUsage").Text() != "ENCRYPT_DECRYPT":
			o.Refuse(v, keyInputs[o.Kind.Token].code, key.Label()+" is not a symmetric key for encryption",
				`leave out its customerMasterKeySpec and keyUsage`)
		}
	})
})

// logsKeyPolicy: CloudWatch Logs uses the key under its own name, so IAM policies of the account do not help. The
// context has the ARN of the log group
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
var logsKeyPolicy = rule("logs/key-policy").OnOperation(func(o *standin.Op) {
	eachNewKey(o, func(v standin.Value, key *standin.Resource) {
		if key == nil {
			return
		}
		group := arn(o, "logs", "log-group:"+o.Has("name").Text())
		for _, action := range []string{"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"} {
			q := policy.Request{
				Action: action, Resource: key.Out("arn").Text(), Principal: "logs." + o.Scope.Region + ".amazonaws.com",
				Context: map[string]string{
					"kms:encryptioncontext:aws:logs:arn": group, "aws:sourceaccount": o.Scope.Account, "aws:sourcearn": group,
				},
			}
			if !keyPolicyAllows(key, q) {
				o.Refuse(v, "AccessDeniedException", "The specified KMS key does not exist or is not allowed to be used "+
					"with LogGroup '"+group+"': the policy of "+key.Label()+" does not allow "+action+" to "+q.Principal,
					"allow it there, with an ArnLike condition on kms:EncryptionContext:aws:logs:arn that matches the log group")
				return
			}
		}
	})
})

// keyPolicyAllows reports whether the policy of a key allows a request of an AWS service. A key without a policy has
// the default one, which names no service.
func keyPolicyAllows(key *standin.Resource, q policy.Request) bool {
	doc, err := policy.Read(key.Label(), key.Out("policy").Text())
	if err != nil {
		return false
	}
	verdict, _ := policy.Decide([]policy.Document{doc}, q)
	return verdict != policy.Denied
}
