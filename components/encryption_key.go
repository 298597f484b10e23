package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// encryptionKeyWindow is the number of days in which a deleted key can be recovered, the maximum of KMS: with the key,
// everything that it encrypts becomes unreadable, snapshots and backups included
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
const encryptionKeyWindow = 30

// EncryptionKey is a KMS key that encrypts the data of a stack: its database, file system, cache, SSM parameters, log
// groups and private buckets. KMS rotates it every year and keeps the former key material. The account's IAM policies
// govern the key, and CloudWatch Logs may use it for log groups of the account and region.
type EncryptionKey struct {
	pulumi.ResourceState

	// Arn is the key's ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// EncryptionKeyArgs are the inputs of NewEncryptionKey.
type EncryptionKeyArgs struct {
	// ProtectData has Pulumi refuse to delete the key. A deleted key can be recovered for 30 days. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// CopyAccount is the account to which AWS Backup copies backups that the key encrypts: it may decrypt them. Default:
	// none.
	CopyAccount string `pulumi:"copyAccount,optional"`
	// Tags are added to the key. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate returns an error if args is nil or CopyAccount is no account.
func (args *EncryptionKeyArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *EncryptionKeyArgs, which may be empty")
	}
	if args.CopyAccount == "" {
		return nil
	}
	return rule.Account("copyAccount", args.CopyAccount)
}

// NewEncryptionKey checks args and creates the key. It returns an error and registers nothing if args is
// nil or invalid.
func NewEncryptionKey(
	ctx *pulumi.Context, name string, args *EncryptionKeyArgs, opts ...pulumi.ResourceOption,
) (*EncryptionKey, error) {
	var a EncryptionKeyArgs
	if args != nil {
		a = *args
	}
	key := &EncryptionKey{}
	c, err := register(ctx, "EncryptionKey", name, key, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return key, c.build(func() error { return key.create(c, a) })
}

func (k *EncryptionKey) create(c *component, a EncryptionKeyArgs) error {
	statements := []pulumi.Map{c.keyOwner(), c.logEncryption()}
	if a.CopyAccount != "" {
		statements = append(statements, c.copyDecryption(a.CopyAccount)...)
	}
	key, err := kms.NewKey(c.ctx, c.name, &kms.KeyArgs{
		Description:          pulumi.String("Data of the stack " + c.ctx.Project() + "/" + c.ctx.Stack()),
		EnableKeyRotation:    pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(encryptionKeyWindow),
		Policy:               resourcePolicy(statements...),
		Tags:                 c.tagged(),
	}, c.guarded(a.ProtectData)...)
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	k.Arn = key.Arn
	return nil
}

// keyOwner returns the statement of a key policy that lets the account's IAM policies govern the key
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func (c *component) keyOwner() pulumi.Map {
	return pulumi.Map{
		"Sid":    pulumi.String("Owner"),
		"Effect": pulumi.String("Allow"), "Action": pulumi.String("kms:*"), "Resource": pulumi.String("*"),
		"Principal": pulumi.Map{"AWS": pulumi.Sprintf("arn:%s:iam::%s:root", c.partition(), c.account())},
	}
}

// logEncryption returns the statement of a key policy that lets CloudWatch Logs encrypt the log groups of this account
// and region, and nothing else
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
func (c *component) logEncryption() pulumi.Map {
	return pulumi.Map{
		"Sid": pulumi.String("LogGroups"), "Effect": pulumi.String("Allow"), "Resource": pulumi.String("*"),
		"Action": pulumi.ToStringArray([]string{
			"kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*",
		}),
		"Principal": pulumi.Map{"Service": pulumi.Sprintf("logs.%s.amazonaws.com", c.region())},
		"Condition": pulumi.Map{"ArnLike": pulumi.Map{
			"kms:EncryptionContext:aws:logs:arn": pulumi.Sprintf("arn:%s:logs:%s:%s:log-group:*", c.partition(),
				c.region(), c.account()),
		}},
	}
}

// copyDecryption returns the statements of a key policy that let another account copy snapshots that the key encrypts,
// by grants for AWS's services and for nothing else
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html,
// https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html).
func (c *component) copyDecryption(account string) []pulumi.Map {
	principal := pulumi.Map{"AWS": pulumi.Sprintf("arn:%s:iam::%s:root", c.partition(), account)}
	return []pulumi.Map{
		{
			"Sid": pulumi.String("CopyBackups"), "Effect": pulumi.String("Allow"), "Principal": principal,
			"Action": pulumi.ToStringArray([]string{
				"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
			}),
			"Resource": pulumi.String("*"),
		},
		{
			"Sid": pulumi.String("CopyGrants"), "Effect": pulumi.String("Allow"), "Principal": principal,
			"Action": pulumi.String("kms:CreateGrant"), "Resource": pulumi.String("*"),
			"Condition": pulumi.Map{"Bool": pulumi.Map{"kms:GrantIsForAWSResource": pulumi.String("true")}},
		},
	}
}

// validateKey checks the ARN of a KMS key, unless it is an output or left out.
func validateKey(argument string, arn pulumi.StringInput) error {
	if plain, ok := arn.(pulumi.String); ok {
		return rule.KeyArn(argument, string(plain))
	}
	return nil
}
