package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPoliciesAreEvaluatedAsIamDoes(t *testing.T) {
	t.Parallel()
	const allowRead = `{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"arn:aws:ssm:*:123456789012:parameter/care/*"}`
	for name, row := range map[string]struct {
		statements string
		want       Verdict
	}{
		"nothing":                 {``, Denied},
		"allowed":                 {allowRead, Allowed},
		"action in other letters": {`{"Effect":"Allow","Action":"SSM:getparameters","Resource":"*"}`, Allowed},
		"another action":          {`{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*"}`, Denied},
		"any action of a service": {`{"Effect":"Allow","Action":["s3:*","ssm:Get?arameters"],"Resource":"*"}`, Allowed},
		"another resource": {
			`{"Effect":"Allow","Action":"ssm:*","Resource":"arn:aws:ssm:*:*:parameter/cared/*"}`, Denied,
		},
		"resource in other letters": {`{"Effect":"Allow","Action":"ssm:*","Resource":"ARN:aws:ssm:*"}`, Denied},
		"denied all the same":       {allowRead + `,{"Effect":"Deny","Action":"*","Resource":"*/KEY"}`, Denied},
		"denied by all but":         {allowRead + `,{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`, Denied},
		"allowed by all but":        {`{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}`, Allowed},
		"all but this resource":     {`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:ssm:*"}`, Denied},
		"condition holds": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"AWS:SourceAccount":["1","123456789012"]}}}`,
			Allowed,
		},
		"condition does not": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}`, Denied,
		},
		"negated": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotLike":{"aws:SourceAccount":"1234*"}}}`,
			Denied,
		},
		"boolean": {
			`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}},` + allowRead,
			Allowed,
		},
		"one of two conditions": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceAccount":"12*"},"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:*"}}}`,
			Denied,
		},
		"source of a call to come": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:ap-south-1:123456789012:*"}}}`,
			Allowed,
		},
		"source that cannot be told": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:ecs:ap-south-1:123456789012:task/x"}}}`,
			Undecided,
		},
		"key that is not known": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}}`,
			Undecided,
		},
		"operator that is not known": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceAccount":"a"}}}`, Undecided,
		},
		"deny that cannot be judged": {
			allowRead + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`,
			Undecided,
		},
		"allow that need not be": {
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},` + allowRead,
			Allowed,
		},
		"policy variable": {
			`{"Effect":"Allow","Action":"*","Resource":"arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/team}"}`, Undecided,
		},
		"explicit deny beats a doubt": {
			`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},{"Effect":"Deny","Action":"*","Resource":"*"}`,
			Denied,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy, err := Read("p", `{"Statement":[`+row.statements+`]}`)
			require.NoError(t, err)
			got, why := Decide([]Document{policy}, Request{
				Action: "ssm:GetParameters", Resource: "arn:aws:ssm:ap-south-1:123456789012:parameter/care/KEY",
				Context: map[string]string{
					"aws:sourceaccount":   "123456789012",
					"aws:securetransport": "true",
					"aws:sourcearn":       "arn:aws:ecs:ap-south-1:123456789012:*",
				},
			})
			assert.Equal(t, row.want, got, why)
			assert.NotEmpty(t, why)
		})
	}
}

func TestAResourcesPolicyAsksForThePrincipal(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/web"
	for principal, want := range map[string]Verdict{
		`"*"`:                      Allowed,
		`{"AWS":"*"}`:              Allowed,
		`{"AWS":["` + role + `"]}`: Allowed,
		`{"AWS":"arn:aws:iam::123456789012:root"}`: Allowed,
		`{"AWS":"arn:aws:iam::210987654321:root"}`: Denied,
		`{"Service":"ec2.amazonaws.com"}`:          Denied,
	} {
		policy, err := Read("p", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":`+principal+`}}`)
		require.NoError(t, err)
		got, _ := Decide([]Document{policy}, Request{Action: "s3:GetObject", Resource: "x", Principal: role})
		assert.Equal(t, want, got, principal)
	}
}

func TestWildcardsMatchAsInIam(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true},
		{"a*c", "abbc", true},
		{"a*c", "abcd", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"*a*b", "xaxbxab", true},
		{"", "a", false},
		{"a**", "a", true},
	} {
		assert.Equal(t, row.want, wildcard(row.pattern, row.text), "%s %s", row.pattern, row.text)
	}
}
