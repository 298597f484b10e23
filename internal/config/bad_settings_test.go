package config

import (
	"encoding/json"
	"fmt"
	"strings"
)

// hexDigest is a digest without its algorithm.
const hexDigest = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

func badImages() []badInput {
	return []badInput{
		{key: "care:image", value: "-", shows: "null", rule: "is required"},
		{key: "care:image", value: "", rule: "must not be empty"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care", rule: "must have a tag or a digest"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:latest", rule: "must not have a tag that moves"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:production-latest", rule: "must not have a tag that moves"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:", rule: "full image reference"},
		{key: "care:image", value: "ohcnetwork/care:24.43.0", rule: "must name its registry"},
		{key: "care:image", value: "ghcr.io/OHCNetwork/care:24.43.0", rule: "full image reference"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@sha256:1234", rule: "full image reference"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@sha512:" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:redisImage", value: "docker.io/library/redis@" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:24 43", rule: "full image reference"},
		{key: "care:redisImage", value: "docker.io/redis/redis-stack-server:latest", rule: "must not have a tag that moves"},
		{key: "care:redisImage", value: "redis/redis-stack-server:6.2.6-v10", rule: "must name its registry"},
		{key: "care:redisImage", value: "redis:8-alpine", rule: "must name its registry and repository"},
		{key: "care:redisImage", value: "", rule: "must not be empty"},
		{key: "care:allowMovingImageTag", value: "yes", rule: "must be true or false"},
		{key: "care:imageCredentialsSecretArn", value: "/github/pat", rule: "must be an ARN"},
		{
			key: "care:imageCredentialsSecretArn", value: "arn:aws:ssm:ap-south-1:123456789012:parameter/github/pat",
			rule: "must be an ARN of secretsmanager",
		},
		{key: "care:architecture", value: "arm64", rule: "must be one of X86_64, ARM64"},
		{key: "care:architecture", value: "", rule: "must not be empty"},
		{key: "care:settingsModule", value: "config.settings.local", rule: "must be one of config.settings.production"},
		{key: "care:settingsModule", value: "", rule: "must not be empty"},
		{
			key: "care:frontendOrigins", value: `["https://care.example.org/"]`, shows: "https://care.example.org/",
			rule: "must be an origin",
		},
		{key: "care:frontendOrigins", value: `["care.example.org"]`, shows: "care.example.org", rule: "must be an origin"},
		{
			key: "care:frontendOrigins", value: `["https://*.example.org"]`, shows: "https://*.example.org",
			rule: "must be an origin",
		},
		{key: "care:frontendOrigins", value: `["https://a:b@example.org"]`, shows: "example.org", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://care.example.org#top"]`, shows: "#top", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://a.example.org","https://a.example.org"]`, rule: "twice"},
		{key: "care:frontendOrigins", value: "https://care.example.org", rule: "must be a list of strings"},
		{key: "care:frontendOrigins", value: "[1]", rule: "must be a list of strings"},
		{key: "care:frontendOrigins", value: `[""]`, shows: `""`, rule: "must be an origin"},
		{key: "care:sms", value: `"true"`, rule: "must be true or false"},
	}
}

// variable is a bad value of care:environment.
func variable(name, value, words string) badInput {
	encoded, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		panic(err)
	}
	return badInput{
		key: "care:environment", value: string(encoded), names: "care:environment." + name, shows: value, rule: words,
	}
}

// variableOf is a value of care:environment that has more than one spelling.
func variableOf(name, raw string) badInput {
	return badInput{
		key: "care:environment", value: fmt.Sprintf(`{%q:%s}`, name, raw), names: "care:environment." + name, shows: raw,
		rule: "must be a string, a whole number, true or false",
	}
}

func badVariables() []badInput {
	secret := variable("EMAIL_PASSWORD", "a-password-of-mail", "must not be stored as plain text")
	secret.shows, secret.hides = "…", "a-password-of-mail"
	address := variable("PROXY", "https://user:a-password-of-a-proxy@example.org", "must not contain a password")
	address.shows, address.hides = "…", "a-password"
	taken := variable("REDIS_URL", "redis://redis:6379", "is set by the program")
	taken.shows = "REDIS_URL"
	unread := variable("USE_S3", "1", "is not read by Care")
	unread.shows = "USE_S3"
	name := variable("MY-NAME", "1", "name of an environment variable")
	name.shows = "MY-NAME"
	return []badInput{
		{key: "care:environment", value: "EMAIL_HOST=mail.example.org", rule: "must be an object"},
		{
			key: "care:environment", value: `{"EMAIL_HOST":"mail.example.org","EMAIL_PORT":[587]}`,
			names: "care:environment.EMAIL_PORT", shows: "[587]", rule: "must be a string, a whole number, true or false",
		},
		variableOf("EMAIL_TIMEOUT", `1.5`), variableOf("EMAIL_TIMEOUT", `null`), variableOf("ACCOUNT", `1234567890123456`),
		variableOf("A", `{"B":1}`),
		{key: "care:environment", value: `["EMAIL_HOST"]`, rule: "must be an object"},
		{
			key: "care:environment", value: `{"MY_PIN":"1234-5678"}`, encrypted: true, shows: "…", hides: "1234",
			rule: "holds an encrypted value, which would be stored as plain text",
		},
		secret, address, taken, unread, name,
		variable("EMAIL_HOST", "$HOST", "must not begin with $"),
		variable("EMAIL_PORT", "70000", "must be 1 to 65535"),
		variable("EMAIL_PORT", "", "must be a whole number"),
		variable("CONN_MAX_AGE", "a minute", "must be a whole number"),
		variable("MAINTENANCE_MODE", "1", "must be 0"),
		variable("DJANGO_DEBUG", "True", "must be False"),
		variable("DJANGO_SECURE_SSL_REDIRECT", "True", "must be False"),
		variable("DJANGO_ALLOWED_HOSTS", `["api.example.org"]`, `must contain "*"`),
		variable("DJANGO_ALLOWED_HOSTS", "*", "must be a JSON list"),
		variable("CSRF_TRUSTED_ORIGINS", "https://a.example.org", "must be a JSON list"),
		variable("CURRENT_DOMAIN", "care.example.org", "begins with https://"),
		variable("BACKEND_DOMAIN", "http://care.example.org", "begins with https://"),
		variable("HCX_USERNAME", "", "must not be empty"),
	}
}

// hidden is an invalid secret. Its error may contain only its name.
func hidden(name, value, words, shows string) badInput {
	encoded, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		panic(err)
	}
	return badInput{
		key: "care:secrets", value: string(encoded), names: "care:secrets." + name, shows: shows, rule: words,
		hides: strings.TrimPrefix(value, "$"),
	}
}

func badSecrets() []badInput {
	const parameters = "care:secretParameters"
	dsn := `{"SENTRY_DSN":"https://a-key-of-sentry@sentry.example.org/1"}`
	at := func(location, words string) badInput {
		return badInput{
			key: parameters, value: fmt.Sprintf(`{"SENTRY_DSN":%q}`, location), names: parameters + ".SENTRY_DSN",
			shows: location, rule: words,
		}
	}
	return []badInput{
		hidden("SENTRY_DSN", "$a-value-with-a-dollar", "must not begin with $", "$…"),
		hidden("EMAIL_PASSWORD", "", "must not be empty", `""`),
		hidden("EMAIL_PASSWORD", strings.Repeat("long", 1025), "4096 characters", "4100 characters"),
		hidden("DATABASE_URL", "postgres://a:b@example.org/c", "is set by the program", "DATABASE_URL"),
		hidden("EMAIL PASSWORD", "a-password-of-mail", "name of an environment variable", "EMAIL PASSWORD"),
		{key: "care:secrets", value: dsn, clear: true, shows: "…", hides: "a-key-of-sentry", rule: "must be encrypted"},
		{
			key: "care:secrets", value: `{"PIN":[12345678]}`, names: "care:secrets.PIN", shows: "…", hides: "12345678",
			rule: "must be a string",
		},
		{key: "care:secrets", value: "not-an-object", shows: "…", hides: "not-an-object", rule: "must be an object"},
		{
			key: "care:secrets", value: `{"VAPID_PUBLIC_KEY":"half-of-a-pair"}`, shows: "VAPID_PUBLIC_KEY",
			hides: "half-of-a-pair", rule: "the two keys are a pair",
		},
		{
			key: "care:secrets", value: `{"EMAIL_USER":"a-user-of-mail"}`,
			with:  settings{"care:environment": `{"EMAIL_USER":"a"}`},
			names: "care:secrets.EMAIL_USER", shows: "EMAIL_USER", hides: "a-user-of-mail",
			rule: "must not be in care:environment as well",
		},
		{
			key: parameters, value: `{"SENTRY_DSN":"/care/SENTRY_DSN"}`,
			with:  settings{"care:secrets": dsn},
			names: parameters + ".SENTRY_DSN", shows: "SENTRY_DSN", hides: "a-key-of-sentry",
			rule: "must not be in care:secrets as well",
		},
		{
			key: parameters, value: `{"EMAIL_USER":"/care/EMAIL_USER"}`,
			with: settings{"care:environment": `{"EMAIL_USER":"a"}`}, names: parameters + ".EMAIL_USER", shows: "EMAIL_USER",
			rule: "must not be in care:environment as well",
		},
		at("", "must be the name of an SSM parameter"),
		at("care backend", "must be the name of an SSM parameter"),
		at("arn:aws:secretsmanager:ap-south-1:123456789012:secret:sentry:dsn", "7 fields, or 10"),
		at("arn:aws:s3:::bucket/key", "must be an SSM parameter or a Secrets Manager secret"),
		at("arn:aws:ssm:ap-south-1:parameter/dsn", "must be a full ARN"),
		{
			key: parameters, value: `{"BUCKET_KEY":"/care/key"}`, names: parameters + ".BUCKET_KEY", shows: "BUCKET_KEY",
			rule: "is set by the program",
		},
		{key: parameters, value: `"/care"`, rule: "must be an object"},
	}
}
