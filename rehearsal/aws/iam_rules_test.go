package aws_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// document is a policy with one statement.
func document(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{` + elements + `}]}`
}

func TestPoliciesKeepToTheirGrammar(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "iam/policy:Policy"
	const allow = `"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::demo/*"`
	sound := in{
		"policy": document(`"Sid":"Read",` + allow + `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`),
	}
	bad := func(text string) in { return in{"policy": text} }
	of := func(elements string) in { return bad(document(elements)) }
	const code = "MalformedPolicyDocument"
	c.refuses(t, []mistake{
		{"no JSON", token, sound, bad(`{"Version":`), []string{code, "Syntax errors in policy"}},
		{"a list", token, sound, bad(`[]`), []string{code, "Syntax errors in policy"}},
		{"no statement", token, sound, bad(`{"Version":"2012-10-17","Statement":[]}`), []string{code, "Statement"}},
		{
			"version",
			token,
			sound,
			bad(strings.Replace(document(allow), "2012-10-17", "2024-01-01", 1)),
			[]string{code, `"2024-01-01"`},
		},
		{
			"element of a policy",
			token,
			sound,
			bad(`{"version":"2012-10-17","Statement":[{` + allow + `}]}`),
			[]string{code, "no policy has an element version"},
		},
		{
			"element of a statement",
			token,
			sound,
			of(strings.Replace(allow, "Action", "Actions", 1)),
			[]string{code, "no statement has an element Actions", "Missing required field Action"},
		},
		{"effect", token, sound, of(strings.Replace(allow, `"Allow"`, `"allow"`, 1)), []string{code, `Effect is "allow"`}},
		{"no effect", token, sound, of(`"Action":"s3:*","Resource":"*"`), []string{code, "Effect is missing"}},
		{
			"no resource",
			token,
			sound,
			of(`"Effect":"Allow","Action":"s3:*"`),
			[]string{code, "Missing required field Resource"},
		},
		{"principal", token, sound, of(allow + `,"Principal":"*"`), []string{code, "Has prohibited field Principal"}},
		{
			"action and its opposite",
			token,
			sound,
			of(allow + `,"NotAction":"s3:*"`),
			[]string{code, "both Action and NotAction"},
		},
		{
			"actions no list",
			token,
			sound,
			of(strings.Replace(allow, `["s3:GetObject"]`, `{"s3":"GetObject"}`, 1)),
			[]string{code, "must contain actions"},
		},
		{
			"condition no object",
			token,
			sound,
			of(allow + `,"Condition":["aws:SourceAccount"]`),
			[]string{code, "Condition is no object of operators"},
		},
		{
			"action without service",
			token,
			sound,
			of(strings.Replace(allow, "s3:GetObject", "GetObject", 1)),
			[]string{code, "prefaced by a vendor", "GetObject"},
		},
		{
			"no resource's ARN",
			token,
			sound,
			of(strings.Replace(allow, "arn:aws:s3:::demo/*", "demo/*", 1)),
			[]string{code, "Resource demo/* must be in ARN format"},
		},
		{
			"empty resources",
			token,
			sound,
			of(`"Effect":"Allow","Action":"s3:*","Resource":[]`),
			[]string{code, "must contain resources"},
		},
		{"name of a statement", token, sound, of(`"Sid":"read-it",` + allow), []string{code, "must be alpha-numeric"}},
		{
			"name used twice",
			token,
			sound,
			bad(`{"Version":"2012-10-17","Statement":[{"Sid":"A",` + allow + `},{"Sid":"A",` + allow + `}]}`),
			[]string{code, "must be unique"},
		},
		{
			"operator",
			token,
			sound,
			of(allow + `,"Condition":{"Equals":{"aws:SourceAccount":"1"}}`),
			[]string{code, "Invalid Condition type : Equals"},
		},
		{
			"condition key",
			token,
			sound,
			of(allow + `,"Condition":{"StringEquals":{"SourceAccount":"1"}}`),
			[]string{code, "condition key SourceAccount"},
		},
		{
			"letter",
			token,
			sound,
			of(`"Sid":"A",` + strings.Replace(allow, "demo", "demo→", 1)),
			[]string{"ValidationError", "Latin-1"},
		},
		{
			"size",
			token,
			sound,
			of(strings.Replace(allow, "demo", strings.Repeat("a", 6200), 1)),
			[]string{"LimitExceeded: Cannot exceed quota for PolicySize: 6144"},
		},
	})
	c.up(
		token,
		"operators",
		in{
			"policy": document(allow +
				`,"Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a"]},"Null":{"aws:x":"true"}}`),
		},
	)
	c.up(token, "everything", in{"policy": `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`})
}

func TestRolesAndUsersAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	role := in{
		"name":               "task",
		"assumeRolePolicy":   trust,
		"description":        "Runs tasks",
		"maxSessionDuration": 3600,
		"path":               "/service/",
	}
	trusting := func(old, now string) in { return in{"assumeRolePolicy": strings.Replace(trust, old, now, 1)} }
	const roles, users = "iam/role:Role", "iam/user:User"
	const code = "MalformedPolicyDocument"
	c.refuses(t, []mistake{
		{"name", roles, role, in{"name": "task role"}, []string{"ValidationError", `name = "task role"`}},
		{"long name", roles, role, in{"name": strings.Repeat("a", 65)}, []string{"ValidationError", "at most 64"}},
		{"path", roles, role, in{"path": "service"}, []string{"ValidationError", `path = "service"`}},
		{
			"dash beyond Latin-1",
			roles,
			role,
			in{"description": "Tasks – all"},
			[]string{"ValidationError", "Latin-1", "description"},
		},
		{"session", roles, role, in{"maxSessionDuration": 60}, []string{"maxSessionDuration = 60"}},
		{
			"nobody trusted",
			roles,
			role,
			trusting(`"Principal":{"Service":"ecs-tasks.amazonaws.com"},`, ""),
			[]string{code, "Missing required field Principal"},
		},
		{
			"resource",
			roles,
			role,
			trusting(`"Effect"`, `"Resource":"*","Effect"`),
			[]string{code, "Has prohibited field Resource"},
		},
		{
			"other action",
			roles,
			role,
			trusting("sts:AssumeRole", "s3:GetObject"),
			[]string{code, "AssumeRole policy may only specify STS AssumeRole actions"},
		},
		{
			"no such service",
			roles,
			role,
			trusting("ecs-tasks", "ecs-task"),
			[]string{code, "Invalid principal in policy", "ecs-tasks.amazonaws.com"},
		},
		{
			"service by its name",
			roles,
			role,
			trusting("ecs-tasks.amazonaws.com", "ecs-tasks"),
			[]string{code, "Invalid principal in policy"},
		},
		{
			"kind of principal",
			roles,
			role,
			trusting("Service", "Services"),
			[]string{code, "Invalid principal in policy: Services"},
		},
		{
			"principal no object",
			roles,
			role,
			trusting(`{"Service":"ecs-tasks.amazonaws.com"}`, `"ecs-tasks.amazonaws.com"`),
			[]string{code, "Invalid principal in policy", "ecs-tasks"},
		},
		{
			"account",
			roles,
			role,
			trusting(`"Service":"ecs-tasks.amazonaws.com"`, `"AWS":"admin"`),
			[]string{code, "AWS admin"},
		},
		{
			"large trust",
			roles,
			role,
			trusting(`"Effect"`, `"Sid":"`+strings.Repeat("a", 2048)+`","Effect"`),
			[]string{"LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"},
		},
		{"user's name", users, in{"name": "files"}, in{"name": "files/app"}, []string{"ValidationError", "name"}},
		{"key's status", "iam/accessKey:AccessKey", in{"user": "outside"}, in{"status": "active"}, []string{"status"}},
		{
			"URL",
			"iam/openIdConnectProvider:OpenIdConnectProvider",
			in{"url": "https://a.example.org", "clientIdLists": []any{"x"}},
			in{"url": "a.example.org"},
			[]string{"InvalidInput", "url"},
		},
		{
			"thumbprint",
			"iam/openIdConnectProvider:OpenIdConnectProvider",
			in{"url": "https://a.example.org", "clientIdLists": []any{"x"}},
			in{"thumbprintLists": []any{"ab"}},
			[]string{"thumbprintLists[0]"},
		},
		{
			"policy at the top", "iam/rolePolicyAttachment:RolePolicyAttachment",
			in{"role": "outside", "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
			in{"policyArn": "arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"},
			[]string{"NoSuchEntity", "policy/service-role/AmazonECSTaskExecutionRolePolicy"},
		},
		{
			"policy by its name", "iam/rolePolicyAttachment:RolePolicyAttachment",
			in{"role": "outside", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			in{"policyArn": "ReadOnlyAccess"},
			[]string{"InvalidInput", "policyArn"},
		},
	})
}

// allowing is a policy of about that many characters.
func allowing(size int) string {
	return document(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + strings.Repeat("a", size) + `"`)
}

func TestInlinePoliciesOfAnIdentityHaveOneLimitTogether(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	role := c.up("iam/role:Role", "r", in{"assumeRolePolicy": trust}).out("name")
	c.up("iam/rolePolicy:RolePolicy", "one", in{"role": role, "policy": allowing(6000)})
	second := in{"role": role, "policy": allowing(3900)}
	c.refuses(t, []mistake{{
		"role", "iam/rolePolicy:RolePolicy", second,
		in{"policy": allowing(4200)},
		[]string{"LimitExceeded: Maximum policy size of 10240 bytes exceeded for role " + role, "policy ="},
	}})
	two := c.up("iam/rolePolicy:RolePolicy", "two", second)
	require.NoError(t, c.update(two, in{"policy": allowing(3800)}), "its old self does not count")
	c.up(
		"iam/rolePolicy:RolePolicy",
		"spaced",
		in{
			"role": role,
			"policy": strings.ReplaceAll(document(`"Effect":"Allow","Action":"a:b","Resource":"*"`), ",",
				",\n"+strings.Repeat(" ", 500)),
		},
	)

	user := c.up("iam/user:User", "u", in{}).out("name")
	c.refuses(t, []mistake{{
		"user", "iam/userPolicy:UserPolicy",
		in{"user": user, "policy": allowing(1900)},
		in{"policy": allowing(2048)},
		[]string{"LimitExceeded: Maximum policy size of 2048 bytes exceeded for user " + user},
	}})
}

func TestARoleHasTenManagedPoliciesAtMost(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	attachment := func(i int) in {
		return in{"role": "outside", "policyArn": fmt.Sprintf("arn:aws:iam::aws:policy/Policy%d", i)}
	}
	const token = "iam/rolePolicyAttachment:RolePolicyAttachment"
	for i := range 10 {
		c.up(token, strconv.Itoa(i), attachment(i))
	}
	c.up(token, "again", attachment(0))
	_, err := c.attempt(token, "eleventh", attachment(10))
	require.ErrorContains(t, err, "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10")
}
