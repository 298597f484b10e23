package config

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Identities limits the IAM roles and users that the stack creates.
type Identities struct {
	PermissionsBoundaryArn string
	// accounts are those that aws:allowedAccountIds allows, in which the provider may create anything.
	accounts []string
}

func (r *reader) identities() Identities {
	i := Identities{PermissionsBoundaryArn: r.optional("permissionsBoundaryArn")}
	if text, ok := r.ctx.GetConfig("aws:allowedAccountIds"); ok {
		_ = json.Unmarshal([]byte(text), &i.accounts) // the provider refuses any other form
	}
	return i
}

// identityProblems requires a policy of the stack's account, which is known from aws:allowedAccountIds or from the
// certificate: IAM accepts a boundary of no other account.
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
	account := strings.Split(arn, ":")[4]
	known, from := c.knownAccounts()
	if account == "aws" || len(known) == 0 || slices.Contains(known, account) {
		return nil
	}
	return []error{rule.Broken(key, arn, "must be a policy of the stack's account, which is "+strings.Join(known, " or ")+
		" by "+from, "take the output permissionsBoundaryArn of the stack of the deploy role in that account")}
}

// webAclProblem requires a web ACL of the stack's region and account: AWS WAF associates no other.
func (c Config) webAclProblem() error {
	const key = "care:webAclArn"
	arn := c.Network.WebAclArn
	err := cmp.Or(rule.WebAcl(key, arn, ""), rule.Partition(key, arn, c.Region), rule.WebAcl(key, arn, c.Region))
	if err != nil {
		return err
	}
	known, from := c.knownAccounts()
	if len(known) == 0 || slices.Contains(known, strings.Split(arn, ":")[4]) {
		return nil
	}
	return rule.Broken(key, arn, "must be a web ACL of the stack's account, which is "+strings.Join(known, " or ")+
		" by "+from, "create one in that account")
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
	if known := c.Identities.accounts; err == nil && len(known) > 0 && !slices.Contains(known, strings.Split(arn, ":")[4]) {
		err = rule.Broken(certificateKey, arn, "must be a certificate of the stack's account, which is "+
			strings.Join(known, " or ")+" by aws:allowedAccountIds", "request or import the certificate there")
	}
	return err
}

// knownAccounts returns the accounts in which the stack may be, and the key that they are from: aws:allowedAccountIds,
// or the certificate, which is always in the stack's account. It returns none if neither key is set.
func (c Config) knownAccounts() (accounts []string, from string) {
	if len(c.Identities.accounts) > 0 {
		return c.Identities.accounts, "aws:allowedAccountIds"
	}
	if arn := c.Network.CertificateArn; rule.CertificateArn(certificateKey, arn) == nil {
		return strings.Split(arn, ":")[4:5], certificateKey
	}
	return nil, ""
}
