package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// careMistakes are those with Care's environment, its secrets and its roles.
func careMistakes() []mistake {
	return []mistake{
		{number: 42, name: "DATABASE_URL is missing", check: func(t *testing.T, d deployment) {
			t.Helper()
			for role, container := range d.careContainers(t) {
				assert.Contains(t, container.References(), "DATABASE_URL", role)
			}
		}},
		{number: 43, name: "environments drift apart", check: func(t *testing.T, d deployment) {
			t.Helper()
			containers := d.careContainers(t)
			for role, container := range containers {
				assert.Equal(t, d.values(t, containers["api"]), d.values(t, container), role)
			}
		}},
		{number: 44, name: "public defaults of secrets", check: func(t *testing.T, d deployment) {
			t.Helper()
			for role, container := range d.careContainers(t) {
				for _, name := range []string{"JWKS_BASE64", "SNS_ACCESS_KEY", "SNS_SECRET_KEY", "DJANGO_SECRET_KEY"} {
					assert.Contains(t, container.References(), name, role)
				}
				assert.GreaterOrEqual(t, len(d.values(t, container)["DJANGO_SECRET_KEY"]), 50, role)
			}
		}},
		{number: 45, name: "secrets in the environment in clear", check: func(t *testing.T, d deployment) {
			t.Helper()
			secret := regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_KEY$`)
			credentials := regexp.MustCompile(`://[^/@]*:[^@]+@`)
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				for name, value := range c.Variables() {
					assert.False(t, secret.MatchString(name), "%s of %s", name, c.Name)
					assert.False(t, credentials.MatchString(value), "%s of %s", name, c.Name)
				}
			})
		}},
		{number: 46, name: "the wrong role reads the secrets", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(s ecsService, c containerDefinition) {
				execution := d.Named(t, "aws:iam/rolePolicy:RolePolicy", s.Name+"-execution").Policy(t, "policy")
				for name, from := range c.References() {
					assert.True(t, execution.Allows("ssm:GetParameters", from), "%s of %s", name, c.Name)
				}
				for _, statement := range d.Named(t, "aws:iam/rolePolicy:RolePolicy", s.Name+"-task").Policy(t, "policy").Statement {
					assert.NotContains(t, statement.Action, "ssm:GetParameters", s.Name)
				}
			})
		}},
		{number: 47, name: "a secret's ARN lacks colons", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				for name, from := range c.References() {
					fields := strings.Split(from, ":")
					if len(fields) > 2 && fields[2] == "secretsmanager" {
						assert.Contains(t, []int{7, 10}, len(fields), "%s of %s", name, c.Name)
					}
				}
			})
		}},
		{number: 48, name: "one role for everything", check: func(t *testing.T, d deployment) {
			t.Helper()
			roles := map[string]bool{}
			for _, s := range d.services(t) {
				roles[s.definition.Text("taskRoleArn")] = true
				roles[s.definition.Text("executionRoleArn")] = true
			}
			assert.Len(t, roles, 2*len(d.services(t)))
		}},
		{number: 49, name: "ECS Exec without its permissions", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				assert.Equal(t, true, s.In("enableExecuteCommand"), s.Name)
				task := d.Named(t, "aws:iam/rolePolicy:RolePolicy", s.Name+"-task").Policy(t, "policy")
				for _, action := range []string{"CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"} {
					assert.True(t, task.Allows("ssmmessages:"+action, "*"), "%s of %s", action, s.Name)
				}
			}
		}},
		{number: 50, name: "logs are lost, or kept for ever", check: func(t *testing.T, d deployment) {
			t.Helper()
			eachContainer(t, d, func(_ ecsService, c containerDefinition) {
				group := d.Holder(t, "aws:cloudwatch/logGroup:LogGroup", "name", c.LogConfiguration.Options["awslogs-group"])
				assert.Positive(t, group.Number("retentionInDays"), c.Name)
				assert.NotEmpty(t, c.LogConfiguration.Options["awslogs-stream-prefix"], c.Name)
			})
		}},
		{number: 64, name: "Care is expected to use the task's role for S3", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, role := range []string{"api", "worker"} {
				references := d.careContainers(t)[role].References()
				assert.Contains(t, references, "BUCKET_KEY", role)
				assert.Contains(t, references, "BUCKET_SECRET", role)
			}
		}},
	}
}
