package config

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Identities limits the IAM roles and users that the stack creates.
type Identities struct {
	PermissionsBoundaryArn string
	// accounts are those in which the stack may be, and accountsFrom is their origin. There are none if the configuration
	// names nothing that depends on the account.
	accounts     []string
	accountsFrom string
}

func (r *reader) identities() Identities {
	i := Identities{PermissionsBoundaryArn: r.optional("permissionsBoundaryArn"), accountsFrom: "aws:allowedAccountIds"}
	if text, ok := r.ctx.GetConfig(i.accountsFrom); ok {
		_ = json.Unmarshal([]byte(text), &i.accounts) // the provider refuses any other form
	}
	return i
}

// findAccount asks AWS for the account of the stack, if a value depends on it and aws:allowedAccountIds does not name
// exactly one. The provider refuses credentials of an account that is not allowed.
func (c *Config) findAccount(ctx *pulumi.Context) error {
	needed := len(c.Identities.accounts) != 1 && slices.ContainsFunc(c.ownArns(), namesAccount)
	if !needed || rule.Region("", c.Region) != nil {
		return nil
	}
	caller, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return fmt.Errorf("look up the account of the stack: %w", err)
	}
	if allowed := c.Identities.accounts; len(allowed) == 0 || slices.Contains(allowed, caller.AccountId) {
		c.Identities.accounts, c.Identities.accountsFrom = []string{caller.AccountId}, "the credentials"
	}
	return nil
}

// ownArns returns the values that may be ARNs and that the stack's account restricts.
func (c Config) ownArns() []string {
	return append(c.Encryption.Keys(), c.Backup.CopyVaultArn, c.Database.RestoreSnapshot,
		c.Identities.PermissionsBoundaryArn, c.Network.CertificateArn, c.Network.WebAclArn)
}

func namesAccount(arn string) bool {
	return rule.Arn("", arn, "") == nil && accountOf(arn) != ""
}

// accountOf returns the account in an ARN.
func accountOf(arn string) string { return strings.Split(arn, ":")[4] }

// identityProblems requires a policy of the stack's account, because IAM accepts a boundary of no other.
func (c Config) identityProblems() []error {
	const key = "care:permissionsBoundaryArn"
	arn := c.Identities.PermissionsBoundaryArn
	if arn == "" {
		return nil
	}
	if err := rule.PolicyArn(key, arn); err != nil {
		return []error{err}
	}
	if err := rule.Partition(key, arn, c.Region); err != nil {
		return []error{err}
	}
	if accountOf(arn) == "aws" || c.inAccount(arn) {
		return nil
	}
	return []error{rule.Broken(key, arn, "must be a policy of the stack's account, which is "+c.account(),
		"take the output permissionsBoundaryArn of the stack of the deploy role in that account")}
}

// webAclProblem requires a web ACL of the stack's region and account: AWS WAF associates no other.
func (c Config) webAclProblem() error {
	const key = "care:webAclArn"
	arn := c.Network.WebAclArn
	err := cmp.Or(rule.WebAcl(key, arn, ""), rule.Partition(key, arn, c.Region), rule.WebAcl(key, arn, c.Region))
	if err != nil {
		return err
	}
	if c.inAccount(arn) {
		return nil
	}
	return rule.Broken(key, arn, "must be a web ACL of the stack's account, which is "+c.account(),
		"create one in that account")
}

const certificateKey = "care:certificateArn"

// certificateProblem requires a certificate of the stack's region and account: a load balancer takes no other. The rule
// about HTTPS reports a value that is no ARN of a certificate.
func (c Config) certificateProblem() error {
	arn := c.Network.CertificateArn
	if rule.CertificateArn(certificateKey, arn) != nil {
		return nil
	}
	err := cmp.Or(rule.Partition(certificateKey, arn, c.Region), rule.CertificateRegion(certificateKey, arn, c.Region))
	if err == nil && !c.inAccount(arn) {
		err = rule.Broken(certificateKey, arn, "must be a certificate of the stack's account, which is "+c.account(),
			"request or import the certificate there")
	}
	return err
}

// snapshotAccountProblem refuses an automated snapshot of another account, because nobody can share one.
func (c Config) snapshotAccountProblem() error {
	snapshot := c.Database.RestoreSnapshot
	if !namesAccount(snapshot) || rule.Snapshot("", snapshot) != nil || !rule.AutomatedSnapshot(snapshot) ||
		c.inAccount(snapshot) {
		return nil
	}
	return rule.Broken(restoreKey("Snapshot"), snapshot, "must not be an automated snapshot of another account than the "+
		"stack's, which is "+c.account()+": AWS shares only manual snapshots",
		"copy it there with aws rds copy-db-snapshot, and share the copy")
}

// inAccount reports whether an ARN is in the stack's account, as far as that is known.
func (c Config) inAccount(arn string) bool {
	known := c.Identities.accounts
	return len(known) == 0 || slices.Contains(known, accountOf(arn))
}

// account describes the stack's account for an error.
func (c Config) account() string {
	return strings.Join(c.Identities.accounts, " or ") + " by " + c.Identities.accountsFrom
}
