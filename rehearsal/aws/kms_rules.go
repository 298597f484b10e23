package aws

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const kmsInvalid = "ValidationException"

var kmsKey = rule("kms/key").OnInputs(func(d *standin.Draft) {
	among(d, "keyUsage", kmsInvalid, "ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")
	within(d, "deletionWindowInDays", kmsInvalid, 7, 30)
})

var kmsKeyRotation = rule("kms/key-rotation").OnInputs(func(d *standin.Draft) {
	if v := d.In("enableKeyRotation"); v.Bool() && d.In("customerMasterKeySpec").Text() != "SYMMETRIC_DEFAULT" {
		d.Refuse(v, "UnsupportedOperationException", "only symmetric encryption keys can be rotated", "set it to false")
	}
})

var kmsKeyPolicyLockout = rule("kms/key-policy-lockout").OnInputs(func(d *standin.Draft) {
	v := d.In("policy")
	if v.Text() == "" || d.In("bypassPolicyLockoutSafetyCheck").Bool() {
		return
	}
	doc, err := policy.Read("policy", v.Text())
	if err != nil {
		return // iam/policy-document refuses it
	}
	for _, s := range doc.Statements {
		owner := strings.Contains(string(s.Principal), ":root") || strings.Contains(string(s.Principal), d.Scope.Account)
		if s.Effect == "Allow" && owner && policy.MatchesAny(s.Action, "kms:PutKeyPolicy", true) {
			return
		}
	}
	d.Refuse(v, "MalformedPolicyDocumentException",
		"The new key policy will not allow you to update the key policy in the future",
		"allow kms:* to the account's root in it")
})
