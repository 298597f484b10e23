package main

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// deployChanged deploys the staging with changes.
func deployChanged(t *testing.T, changes map[string]string, secretKeys ...string) deployment {
	t.Helper()
	config := cliConfig(t, staging)
	maps.Copy(config, changes)
	d := deployOnMocks(config, pulumitest.Config(config, secretKeys...), pulumitest.Stack(staging))
	require.NoError(t, d.Err)
	return d
}

// mailServer is a complete mail server.
var mailServer = map[string]string{
	"care:mailHost": "email-smtp.ap-south-1.amazonaws.com", "care:mailUser": "a-user-of-mail",
	"care:mailPassword": "a-password-of-mail", "care:mailSender": "Care <care@example.org>",
}

func TestMailReachesEveryContainerOfCareWithItsPasswordAsASecret(t *testing.T) {
	t.Parallel()
	for _, image := range []map[string]string{nil, care3} {
		changes := map[string]string{"care:mailPort": "2587"}
		maps.Copy(changes, mailServer)
		maps.Copy(changes, image)
		d := deployChanged(t, changes, "care:mailPassword")
		for role, container := range d.careContainers(t) {
			values := d.values(t, container)
			for name, want := range map[string]string{
				"EMAIL_HOST": "email-smtp.ap-south-1.amazonaws.com", "EMAIL_PORT": "2587", "EMAIL_USE_TLS": "True",
				"EMAIL_USER": "a-user-of-mail", "EMAIL_PASSWORD": "a-password-of-mail", "EMAIL_FROM": "Care <care@example.org>",
			} {
				assert.Equal(t, want, values[name], "%s of %s", name, role)
			}
			for _, name := range []string{"EMAIL_USER", "EMAIL_PASSWORD"} {
				assert.Contains(t, container.References(), name, role)
			}
		}
		for _, service := range d.clients(t) {
			assert.Equal(t, "0.0.0.0/0", d.egress(t, service.Name)[2587], service.Name)
		}
		assertNothingInClear(t, d)
	}
}

func TestAMissingMailServerIsWarnedOf(t *testing.T) {
	t.Parallel()
	const words = "care:mailHost is not set"
	assert.Contains(t, joined(deployments[staging](t).Warnings), words)
	for _, changes := range []map[string]string{
		mailServer,
		{"care:environment": `{"EMAIL_HOST":"mail.example.org"}`},
		{"care:secretParameters": `{"EMAIL_HOST":"/care/EMAIL_HOST"}`},
	} {
		assert.NotContains(t, joined(deployChanged(t, changes, "care:mailPassword").Warnings), words)
	}
}

func joined(lines []string) (all string) {
	var allSb70 strings.Builder
	for _, line := range lines {
		allSb70.WriteString(line + "\n")
	}
	all += allSb70.String()
	return all
}

func TestAWardCanLogIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		changes map[string]string
		want    string
	}{
		{nil, "30/10m"},
		{map[string]string{"care:loginRateLimit": "200/h"}, "200/h"},
		{map[string]string{"care:environment": `{"RATE_LIMIT":"7/10m"}`}, "7/10m"},
		{map[string]string{"care:captchaSiteKey": "a-site-key", "care:captchaSecretKey": "a-secret-of-captcha"}, ""},
		{map[string]string{"care:secrets": `{"GOOGLE_RECAPTCHA_SECRET_KEY":"a-secret-of-captcha"}`}, ""},
	} {
		d := deployChanged(t, row.changes, "care:captchaSecretKey", "care:secrets")
		api := d.careContainers(t)["api"]
		assert.Equal(t, row.want, d.values(t, api)["RATE_LIMIT"], row.changes)
		if row.changes["care:captchaSiteKey"] != "" {
			assert.Equal(t, "a-site-key", api.Variables()["GOOGLE_RECAPTCHA_SITE_KEY"])
			assert.Equal(t, "a-secret-of-captcha", d.values(t, api)["GOOGLE_RECAPTCHA_SECRET_KEY"])
			assert.Contains(t, api.References(), "GOOGLE_RECAPTCHA_SECRET_KEY")
			assertNothingInClear(t, d)
		}
	}
}

func TestAddressesHaveTheSchemeOfTheLoadBalancer(t *testing.T) {
	t.Parallel()
	for stack, scheme := range map[string]string{staging: "http://care-alb-", production: "https://api.care.example.org"} {
		d := deployments[stack](t)
		values := d.careContainers(t)["worker"].Variables()
		assert.Contains(t, values["BACKEND_DOMAIN"], scheme)
		assert.Equal(t, d.export(t, "url"), values["BACKEND_DOMAIN"])
		assert.JSONEq(t, `["`+values["BACKEND_DOMAIN"]+`"]`, values["CSRF_TRUSTED_ORIGINS"])
	}
}

func TestAReleaseOfTheOtherGenerationIsWarnedOf(t *testing.T) {
	t.Parallel()
	const words = "is that of a release of generation "
	assert.Contains(t, joined(deployChanged(t, map[string]string{"care:generation": "3"}).Warnings), words+"2024")
	assert.Contains(t, joined(deployChanged(t, map[string]string{"care:image": "ghcr.io/ohcnetwork/care:v3.1.0"}).Warnings), words+"3")
	assert.NotContains(t, joined(deployments[staging](t).Warnings), words)
	assert.NotContains(t, joined(care3Deployments[staging](t).Warnings), words)
}

func TestFurtherPortsAreOpenedAndPlainHttpIsWarnedOf(t *testing.T) {
	t.Parallel()
	with := func(changes map[string]string) map[string]string {
		all := maps.Clone(care3)
		maps.Copy(all, changes)
		return all
	}
	const closed, plain, unset = "which the security groups keep closed. Add 8080", "plain HTTP, which", "SNOWSTORM_DEPLOYMENT_URL is not set"
	for name, row := range map[string]struct {
		changes       map[string]string
		warns, silent []string
		open          []int
	}{
		"2024":               {nil, nil, []string{plain, "SNOWSTORM"}, nil},
		"port 80 with 2024":  {map[string]string{"care:egressPorts": "[80]"}, []string{"care:egressPorts has 80: plain HTTP"}, nil, []int{80}},
		"3 alone":            {with(nil), []string{unset}, []string{closed}, nil},
		"https":              {with(map[string]string{"care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"https://terms.example.org/fhir"}`}), nil, []string{plain, closed, unset}, nil},
		"kept in parameters": {with(map[string]string{"care:secretParameters": `{"SNOWSTORM_DEPLOYMENT_URL":"/care/TERMS"}`}), nil, []string{unset}, nil},
		"closed port": {
			with(map[string]string{"care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"http://terms.example.org:8080/fhir"}`}),
			[]string{closed},
			[]string{unset},
			nil,
		},
		"open port": {
			with(map[string]string{"care:egressPorts": "[8080]", "care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"http://terms.example.org:8080/fhir"}`}),
			[]string{"care:environment.SNOWSTORM_DEPLOYMENT_URL is " + plain},
			[]string{closed, unset},
			[]int{8080},
		},
	} {
		d := deployChanged(t, row.changes)
		for _, words := range row.warns {
			assert.Contains(t, joined(d.Warnings), words, name)
		}
		for _, words := range row.silent {
			assert.NotContains(t, joined(d.Warnings), words, name)
		}
		for _, service := range d.clients(t) {
			for _, port := range row.open {
				assert.Equal(t, "0.0.0.0/0", d.egress(t, service.Name)[port], name)
			}
			for port := range d.egress(t, service.Name) {
				assert.Contains(t, append(row.open, 443, 5432, 6379), port, name)
			}
		}
	}
}

func TestGeneration3TakesItsProcessesAndNamesThatOnlySoundSecret(t *testing.T) {
	t.Parallel()
	changes := maps.Clone(care3)
	changes["care:careGunicornWorkers"], changes["care:celeryConcurrency"] = "4", "3"
	changes["care:databaseUsername"], changes["care:databaseOfUserExists"] = "app", "true"
	changes["care:databaseVersion"] = "18"
	changes["care:environment"] = `{"PASSWORD_RESET_TOKEN_TTL_HOURS":"24","OTP_SMS_RESET_PASSWORD_CONTENT":"{otp} is the code",` +
		`"USER_RESET_PASSWORD_TEMPLATE_PATH":"email/reset.html","USER_CREATE_PASSWORD_TEMPLATE_PATH":"email/create.html"}`
	d := deployChanged(t, changes)
	values := d.careContainers(t)["worker"].Variables()
	for name, want := range map[string]string{
		"GUNICORN_WORKERS": "4", "CELERY_WORKER_CONCURRENCY": "3", "POSTGRES_USER": "app",
		"PASSWORD_RESET_TOKEN_TTL_HOURS": "24", "USER_CREATE_PASSWORD_TEMPLATE_PATH": "email/create.html",
	} {
		assert.Equal(t, want, values[name], name)
	}
	assert.NotContains(t, deployments[staging](t).careContainers(t)["worker"].Variables(), "GUNICORN_WORKERS")
}

func TestOnlyGeneration2024NeedsRediSearch(t *testing.T) {
	t.Parallel()
	const words, plain = "has no RediSearch", "docker.io/library/redis:8-alpine"
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(care3)
		maps.Copy(all, more)
		return all
	}
	d := deployChanged(t, with(map[string]string{"care:redisBackend": "elasticache"}))
	assert.NotEmpty(t, d.OfType("aws:elasticache/replicationGroup:ReplicationGroup"))
	for name, row := range map[string]struct {
		changes map[string]string
		warns   bool
	}{
		"2024":      {map[string]string{"care:redisImage": plain}, true},
		"confirmed": {map[string]string{"care:redisImage": plain, "care:imageWithoutRediSearch": "true"}, false},
		"3":         {with(map[string]string{"care:redisImage": plain}), false},
	} {
		d := deployChanged(t, row.changes)
		assert.Equal(t, row.warns, strings.Contains(joined(d.Warnings), words), name)
		redis := d.service(t, "redis").definition.Container(t, "redis-stack")
		assert.Equal(t, "redis-server", redis.Command[len(redis.Command)-1], name)
	}
}
