package aws

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
		want       verdict
	}{
		"nothing":                     {``, denied},
		"allowed":                     {allowRead, allowed},
		"action in other letters":     {`{"Effect":"Allow","Action":"SSM:getparameters","Resource":"*"}`, allowed},
		"another action":              {`{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*"}`, denied},
		"any action of a service":     {`{"Effect":"Allow","Action":["s3:*","ssm:Get?arameters"],"Resource":"*"}`, allowed},
		"another resource":            {`{"Effect":"Allow","Action":"ssm:*","Resource":"arn:aws:ssm:*:*:parameter/cared/*"}`, denied},
		"resource in other letters":   {`{"Effect":"Allow","Action":"ssm:*","Resource":"ARN:aws:ssm:*"}`, denied},
		"denied all the same":         {allowRead + `,{"Effect":"Deny","Action":"*","Resource":"*/KEY"}`, denied},
		"denied by all but":           {allowRead + `,{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`, denied},
		"allowed by all but":          {`{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}`, allowed},
		"all but this resource":       {`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:ssm:*"}`, denied},
		"condition holds":             {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"AWS:SourceAccount":["1","123456789012"]}}}`, allowed},
		"condition does not":          {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}`, denied},
		"negated":                     {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotLike":{"aws:SourceAccount":"1234*"}}}`, denied},
		"boolean":                     {`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}},` + allowRead, allowed},
		"one of two conditions":       {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceAccount":"12*"},"ArnLike":{"aws:SourceArn":"arn:aws:ecs:eu-west-1:*"}}}`, denied},
		"source of a call to come":    {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:ecs:ap-south-1:123456789012:*"}}}`, allowed},
		"source that cannot be told":  {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:ecs:ap-south-1:123456789012:task/x"}}}`, undecided},
		"key that is not known":       {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}}`, undecided},
		"operator that is not known":  {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceAccount":"a"}}}`, undecided},
		"deny that cannot be judged":  {allowRead + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, undecided},
		"allow that need not be":      {`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},` + allowRead, allowed},
		"policy variable":             {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/team}"}`, undecided},
		"explicit deny beats a doubt": {`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},{"Effect":"Deny","Action":"*","Resource":"*"}`, denied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy, err := readPolicy("p", `{"Statement":[`+row.statements+`]}`)
			require.NoError(t, err)
			got, why := decide([]policyDocument{policy}, request{
				action: "ssm:GetParameters", resource: "arn:aws:ssm:ap-south-1:123456789012:parameter/care/KEY", context: map[string]string{
					"aws:sourceaccount": "123456789012", "aws:securetransport": "true", "aws:sourcearn": "arn:aws:ecs:ap-south-1:123456789012:*",
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
	for principal, want := range map[string]verdict{
		`"*"`:                      allowed,
		`{"AWS":"*"}`:              allowed,
		`{"AWS":["` + role + `"]}`: allowed,
		`{"AWS":"arn:aws:iam::123456789012:root"}`: allowed,
		`{"AWS":"arn:aws:iam::210987654321:root"}`: denied,
		`{"Service":"ec2.amazonaws.com"}`:          denied,
	} {
		policy, err := readPolicy("p", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":`+principal+`}}`)
		require.NoError(t, err)
		got, _ := decide([]policyDocument{policy}, request{action: "s3:GetObject", resource: "x", principal: role})
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

func TestHostsAreFoundInWhatVariablesHold(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		"redis://:p%40ss@redis.ns:6379/0":                    {"redis.ns:6379"},
		"redis://redis.ns":                                   {"redis.ns:6379"},
		"rediss+sentinel://a.ns:1,b.ns:2/x":                  {"a.ns:1", "b.ns:2"},
		"redis://a:1,redis://b:2":                            {"a:1", "b:2"},
		"postgres://user:p@ss@db.example.org/db?sslmode=off": {"db.example.org:5432"},
		"b-1.kafka:9092, b-2.kafka:9092":                     {"b-1.kafka:9092", "b-2.kafka:9092"},
		"host=db.example.org port=5432 dbname=x":             {"db.example.org"},
		"user:pw@tcp(db:3306)/x":                             {"db:3306"},
		`["https://a.example.org"]`:                          {"a.example.org:443"},
		"REDIS.NS.":                                          {"redis.ns"},
		"plain":                                              nil,
		"a:b":                                                nil,
		"x:99999":                                            nil,
		"custom://thing":                                     {"thing"},
		"":                                                   nil,
	} {
		var got []string
		for _, a := range addressesIn("ANY", value) {
			got = append(got, a.String())
		}
		assert.Equal(t, want, got, value)
	}
	assert.Len(t, addressesIn("REDIS_HOST", "redis"), 1)
}

func TestImagesAreReadAsDockerDoes(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]imageName{
		"redis":                         {"registry-1.docker.io", "library/redis", "latest"},
		"redis:7":                       {"registry-1.docker.io", "library/redis", "7"},
		"docker.io/redis/redis-stack:7": {"registry-1.docker.io", "redis/redis-stack", "7"},
		"ghcr.io/a/b@sha256:00":         {"ghcr.io", "a/b", "sha256:00"},
		"localhost:5000/a":              {"localhost:5000", "a", "latest"},
	} {
		assert.Equal(t, want, parseImage(image), image)
	}
}
