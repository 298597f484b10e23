package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var (
	iamName = regexp.MustCompile(`^[\w+=,.@-]+$`)
	iamPath = regexp.MustCompile(`^(/|/[\x21-\x7E]+/)$`)
	// iamText matches Latin-1 characters; an en dash, for example, is none.
	iamText   = regexp.MustCompile(`^[\x09\x0A\x0D\x20-\x7E\x{A1}-\x{FF}]*$`)
	iamPolicy = regexp.MustCompile(`^[\x09\x0A\x0D\x20-\x{FF}]+$`)
)

var iamNameRule = rule("iam/name")

func iamNamed(most int) standin.CheckRule {
	return iamNameRule.OnInputs(func(d *standin.Draft) {
		shortEnough(d, "name", validationError, most)
		like(d, "name", form{validationError, iamName, "a name has letters, digits and _+=,.@- only", "choose such a name"})
		like(d, "namePrefix",
			form{validationError, iamName, "a name has letters, digits and _+=,.@- only", "choose such a name"})
		like(d, "path", form{validationError, iamPath, "a path begins and ends with a slash", `write it as in "/service/"`})
	})
}

var iamDescription = rule("iam/description").OnInputs(func(d *standin.Draft) {
	like(d, "description", form{
		validationError, iamText, "a description has characters of Latin-1 only",
		"leave out dashes, quotes and others beyond it",
	})
})

var iamPolicyCharacters = rule("iam/policy-characters")

func policyLetters(path string) standin.CheckRule {
	return iamPolicyCharacters.OnInputs(func(d *standin.Draft) {
		like(d, path,
			form{validationError, iamPolicy, "a policy has characters of Latin-1 only", "leave out other characters"})
	})
}

var iamTrustPolicyAction = rule("iam/trust-policy-action").OnInputs(func(d *standin.Draft) {
	v := d.In("assumeRolePolicy")
	for _, s := range policy.RawStatements(v.Text()) {
		actions, _ := policy.Texts(s["Action"])
		for _, action := range actions {
			if !strings.HasPrefix(strings.ToLower(action), "sts:") {
				d.Refuse(v, policy.TrustGrammar.Code, "AssumeRole policy may only specify STS AssumeRole actions, and not "+action,
					"write sts:AssumeRole")
			}
		}
	}
})

var iamTrustPolicySize = rule("iam/trust-policy-size").OnInputs(func(d *standin.Draft) {
	smallEnough(d, d.In("assumeRolePolicy"), "Cannot exceed quota for ACLSizePerRole", 2048)
})

var iamManagedPolicySize = rule("iam/managed-policy-size").OnInputs(func(d *standin.Draft) {
	smallEnough(d, d.In("policy"), "Cannot exceed quota for PolicySize", 6144)
})

func smallEnough(d *standin.Draft, v standin.Value, quota string, most int) {
	if size := policy.Size(v.Text()); size > most {
		d.Refuse(v, "LimitExceeded",
			fmt.Sprintf("%s: %d (the policy has %d characters without white space)", quota, most, size),
			"allow less, use wildcards, or split the policy")
	}
}

var iamRolePolicySize = rule("iam/role-policy-size").OnOperation(func(o *standin.Op) {
	inlineSize(o, token.IamRolePolicy, "role", 10240)
})

var iamUserPolicySize = rule("iam/user-policy-size").OnOperation(func(o *standin.Op) {
	inlineSize(o, token.IamUserPolicy, "user", 2048)
})

// inlineSize adds up all inline policies of an identity.
func inlineSize(o *standin.Op, token, owner string, most int) {
	doc, identity := o.In("policy"), o.In(owner)
	if doc.Text() == "" || identity.Text() == "" {
		return
	}
	size := policy.Size(doc.Text())
	for _, other := range o.World.Where(token, owner, identity.Text()) {
		if !oldSelf(o, other) {
			size += policy.Size(other.Out("policy").Text())
		}
	}
	if size > most {
		o.Refuse(doc, "LimitExceeded",
			fmt.Sprintf("Maximum policy size of %d bytes exceeded for %s %s: all of its inline policies together have %d",
				most, owner, identity.Text(), size), "allow less, use wildcards, or attach a managed policy")
	}
}

var iamRoleAttachments = rule("iam/role-attachments").OnOperation(func(o *standin.Op) {
	const most = 10
	role := o.In("role")
	if o.Verb != standin.Create || role.Text() == "" {
		return
	}
	attached := map[string]bool{o.In("policyArn").Text(): true}
	for _, other := range o.World.Where(token.IamRolePolicyAttachment, "role", role.Text()) {
		if !oldSelf(o, other) {
			attached[other.Out("policyArn").Text()] = true
		}
	}
	if len(attached) > most {
		o.Refuse(role, "LimitExceeded", fmt.Sprintf("Cannot exceed quota for PoliciesPerRole: %d", most),
			"merge policies, or ask AWS for a higher quota")
	}
})

// servicePolicies are AWS's own that people look for at the top, and that are under service-role/
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
var servicePolicies = []string{
	"AmazonECSTaskExecutionRolePolicy", "AmazonEC2ContainerServiceEventsRole", "AmazonRDSEnhancedMonitoringRole",
	"AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole",
}

var policyArn = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|\d{12}):policy/.+$`)

var iamManagedPolicyArn = rule("iam/managed-policy-arn").OnInputs(func(d *standin.Draft) {
	v := d.In("policyArn")
	like(d, "policyArn", form{
		"InvalidInput", policyArn, "ARN is not valid: it is not that of a managed policy",
		"give an ARN such as arn:aws:iam::aws:policy/ReadOnlyAccess",
	})
	for _, name := range servicePolicies {
		if strings.HasSuffix(v.Text(), ":aws:policy/"+name) {
			d.Refuse(v, "NoSuchEntity", "AWS has no managed policy of that ARN", "it is under policy/service-role/"+name)
		}
	}
})

var iamAccessKeyStatus = rule("iam/access-key-status").OnInputs(func(d *standin.Draft) {
	among(d, "status", validationError, "Active", "Inactive")
})

var thumbprint = regexp.MustCompile(`^[0-9A-Fa-f]{40}$`)

var iamOidcProvider = rule("iam/oidc-provider").OnInputs(func(d *standin.Draft) {
	if url := d.In("url"); url.Text() != "" &&
		(!strings.HasPrefix(url.Text(), "https://") || strings.Contains(url.Text(), "?")) {
		d.Refuse(url, "InvalidInput", "the provider's URL begins with https:// and has no query", "give the issuer's URL")
	}
	shortEnough(d, "url", "InvalidInput", 255)
	shortEnough(d, "clientIdLists", "InvalidInput", 255)
	like(d, "thumbprintLists",
		form{"InvalidInput", thumbprint, "a thumbprint has 40 hexadecimal digits", "give the SHA-1 of the certificate"})
})
