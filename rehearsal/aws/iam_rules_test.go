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
	c.refuses(t, token, sound,
		but("no JSON", bad(`{"Version":`), code, "Syntax errors in policy"),
		but("a list", bad(`[]`), code, "Syntax errors in policy"),
		but("no statement", bad(`{"Version":"2012-10-17","Statement":[]}`), code, "Statement"),
		but("version", bad(strings.Replace(document(allow), "2012-10-17", "2024-01-01", 1)), code, `"2024-01-01"`),
		but("element of a policy", bad(`{"version":"2012-10-17","Statement":[{`+allow+`}]}`), code,
			"no policy has an element version"),
		but("element of a statement", of(strings.Replace(allow, "Action", "Actions", 1)), code,
			"no statement has an element Actions", "Missing required field Action"),
		but("effect", of(strings.Replace(allow, `"Allow"`, `"allow"`, 1)), code, `Effect is "allow"`),
		but("no effect", of(`"Action":"s3:*","Resource":"*"`), code, "Effect is missing"),
		but("no resource", of(`"Effect":"Allow","Action":"s3:*"`), code, "Missing required field Resource"),
		but("principal", of(allow+`,"Principal":"*"`), code, "Has prohibited field Principal"),
		but("action and its opposite", of(allow+`,"NotAction":"s3:*"`), code, "both Action and NotAction"),
		but("actions no list", of(strings.Replace(allow, `["s3:GetObject"]`, `{"s3":"GetObject"}`, 1)), code,
			"must contain actions"),
		but("condition no object", of(allow+`,"Condition":["aws:SourceAccount"]`), code,
			"Condition is no object of operators"),
		but("action without service", of(strings.Replace(allow, "s3:GetObject", "GetObject", 1)), code,
			"prefaced by a vendor", "GetObject"),
		but("no resource's ARN", of(strings.Replace(allow, "arn:aws:s3:::demo/*", "demo/*", 1)), code,
			"Resource demo/* must be in ARN format"),
		but("empty resources", of(`"Effect":"Allow","Action":"s3:*","Resource":[]`), code, "must contain resources"),
		but("name of a statement", of(`"Sid":"read-it",`+allow), code, "must be alpha-numeric"),
		but("name used twice", bad(`{"Version":"2012-10-17","Statement":[{"Sid":"A",`+allow+`},{"Sid":"A",`+allow+`}]}`),
			code, "must be unique"),
		but("operator", of(allow+`,"Condition":{"Equals":{"aws:SourceAccount":"1"}}`), code,
			"Invalid Condition type : Equals"),
		but("condition key", of(allow+`,"Condition":{"StringEquals":{"SourceAccount":"1"}}`), code,
			"condition key SourceAccount"),
		but("letter", of(`"Sid":"A",`+strings.Replace(allow, "demo", "demo→", 1)), "ValidationError", "Latin-1"),
		but("size", of(strings.Replace(allow, "demo", strings.Repeat("a", 6200), 1)),
			"LimitExceeded: Cannot exceed quota for PolicySize: 6144"),
	)
	c.up(token, "operators", in{"policy": document(
		allow +
			`,"Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a"]},"Null":{"aws:x":"true"}}`,
	)})
	c.up(token, "everything", in{"policy": `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`})
}

func TestRolesAndUsersAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	role := in{
		"name": "task", "assumeRolePolicy": trust, "description": "Runs tasks", "maxSessionDuration": 3600,
		"path": "/service/",
	}
	trusting := func(old, now string) in { return in{"assumeRolePolicy": strings.Replace(trust, old, now, 1)} }
	const roles, users = "iam/role:Role", "iam/user:User"
	const code = "MalformedPolicyDocument"
	c.refuses(t, roles, role,
		but("name", in{"name": "task role"}, "ValidationError", `name = "task role"`),
		but("long name", in{"name": strings.Repeat("a", 65)}, "ValidationError", "at most 64"),
		but("path", in{"path": "service"}, "ValidationError", `path = "service"`),
		but("dash beyond Latin-1", in{"description": "Tasks – all"}, "ValidationError", "Latin-1", "description"),
		but("session", in{"maxSessionDuration": 60}, "maxSessionDuration = 60"),
		but("nobody trusted", trusting(`"Principal":{"Service":"ecs-tasks.amazonaws.com"},`, ""), code,
			"Missing required field Principal"),
		but("resource", trusting(`"Effect"`, `"Resource":"*","Effect"`), code, "Has prohibited field Resource"),
		but("other action", trusting("sts:AssumeRole", "s3:GetObject"), code,
			"AssumeRole policy may only specify STS AssumeRole actions"),
		but("no such service", trusting("ecs-tasks", "ecs-task"), code, "Invalid principal in policy",
			"ecs-tasks.amazonaws.com"),
		but("service by its name", trusting("ecs-tasks.amazonaws.com", "ecs-tasks"), code, "Invalid principal in policy"),
		but("kind of principal", trusting("Service", "Services"), code, "Invalid principal in policy: Services"),
		but("principal no object", trusting(`{"Service":"ecs-tasks.amazonaws.com"}`, `"ecs-tasks.amazonaws.com"`), code,
			"Invalid principal in policy", "ecs-tasks"),
		but("account", trusting(`"Service":"ecs-tasks.amazonaws.com"`, `"AWS":"admin"`), code, "AWS admin"),
		but("large trust", trusting(`"Effect"`, `"Sid":"`+strings.Repeat("a", 2048)+`","Effect"`),
			"LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"),
	)
	c.refuses(t, users, in{"name": "files"}, but("user's name", in{"name": "files/app"}, "ValidationError", "name"))
	c.refuses(t, "iam/accessKey:AccessKey", in{"user": "outside"}, but("key's status", in{"status": "active"}, "status"))
	c.refuses(t, "iam/openIdConnectProvider:OpenIdConnectProvider",
		in{"url": "https://a.example.org", "clientIdLists": []any{"x"}},
		but("URL", in{"url": "a.example.org"}, "InvalidInput", "url"),
		but("thumbprint", in{"thumbprintLists": []any{"ab"}}, "thumbprintLists[0]"),
	)
	c.refuses(t, "iam/rolePolicyAttachment:RolePolicyAttachment",
		in{"role": "outside", "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
		but("policy at the top", in{"policyArn": "arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"},
			"NoSuchEntity", "policy/service-role/AmazonECSTaskExecutionRolePolicy"),
	)
	c.refuses(t, "iam/rolePolicyAttachment:RolePolicyAttachment",
		in{"role": "outside", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
		but("policy by its name", in{"policyArn": "ReadOnlyAccess"}, "InvalidInput", "policyArn"),
	)
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
	c.refuses(t, "iam/rolePolicy:RolePolicy", second, but("role", in{"policy": allowing(4200)},
		"LimitExceeded: Maximum policy size of 10240 bytes exceeded for role "+role, "policy ="))
	two := c.up("iam/rolePolicy:RolePolicy", "two", second)
	require.NoError(t, c.update(two, in{"policy": allowing(3800)}), "its old self does not count")
	c.up("iam/rolePolicy:RolePolicy", "spaced", in{
		"role": role,
		"policy": strings.ReplaceAll(document(`"Effect":"Allow","Action":"a:b","Resource":"*"`), ",",
			",\n"+strings.Repeat(" ", 500)),
	})

	user := c.up("iam/user:User", "u", in{}).out("name")
	c.refuses(t, "iam/userPolicy:UserPolicy", in{"user": user, "policy": allowing(1900)}, but("user",
		in{"policy": allowing(2048)}, "LimitExceeded: Maximum policy size of 2048 bytes exceeded for user "+user))
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
