package config

import "maps"

// care3With adds more to the settings of a stack with an image of generation 3.
func care3With(more settings) settings {
	all := settings{"care:generation": "3"}
	maps.Copy(all, more)
	return all
}

func badGeneration() []badInput {
	const only3 = "has an effect only with images of generation 3"
	named := func(bad badInput, name, shows string) badInput {
		bad.with, bad.names, bad.shows = care3With(nil), name, shows
		return bad
	}
	return []badInput{
		{key: "care:generation", value: "2025", rule: "must be one of 2024, 3"},
		{key: "care:generation", value: "", rule: "must not be empty"},
		{key: "care:careGunicornWorkers", value: "4", rule: only3},
		{key: "care:celeryConcurrency", value: "2", rule: only3},
		{key: "care:databaseOfUserExists", value: "true", rule: only3},
		{key: "care:careGunicornWorkers", value: "-1", with: care3With(nil), rule: "must be 1 to 1000"},
		{key: "care:celeryConcurrency", value: "1001", with: care3With(nil), rule: "must be 1 to 1000"},
		{
			key: "care:imageWithoutRediSearch", value: "true", with: care3With(nil),
			rule: "has an effect only with images of generation 2024",
		},
		{key: "care:databaseUsername", value: "app", with: care3With(nil), rule: "there must be a database of this name"},
		{key: "care:databaseVersion", value: "13", with: care3With(nil), rule: "14 to 18"},
		{
			key: "care:databaseMajorUpgrade", value: "true", rule: "does not manage that database",
			with: settings{
				"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-0123456789abcdef0",
				"care:databasePassword": "PasswordOfTheDatabase",
			},
		},
		named(variable("BUCKET_PROVIDER", "AWS", "is set by the program"), "care:environment.BUCKET_PROVIDER",
			"BUCKET_PROVIDER"),
		named(variable("SNS_ROLE_BASED_MODE", "True", "is set by the program"), "care:environment.SNS_ROLE_BASED_MODE",
			"SNS_ROLE"),
		named(variable("SNOWSTORM_DEPLOYMENT_URL", "snowstorm:8080", "must be an http or https address"),
			"care:environment.SNOWSTORM_DEPLOYMENT_URL", "snowstorm:8080"),
		named(variable("TAX_CODES", "GST", "must be JSON"), "care:environment.TAX_CODES", "GST"),
		{
			key: "care:sms", value: "true",
			with: care3With(map[string]string{"care:secrets": `{"SNS_ACCESS_KEY":"a-static-key"}`}), hides: "a-static-key",
			rule: "SNS_ACCESS_KEY contradicts",
		},
		{
			key: "care:careGunicornWorkers", value: "4",
			with:  care3With(map[string]string{"care:environment": `{"GUNICORN_WORKERS":"2"}`}),
			names: "care:environment.GUNICORN_WORKERS", shows: "…", rule: "is set by care:careGunicornWorkers as well",
		},
		{key: "care:egressPorts", value: "[0]", names: "care:egressPorts", shows: "0", rule: "must be 1 to 65535"},
		{key: "care:egressPorts", value: "[65536]", names: "care:egressPorts", shows: "65536", rule: "must be 1 to 65535"},
		{key: "care:egressPorts", value: "[80,80]", names: "care:egressPorts", shows: "80", rule: "twice"},
		{key: "care:egressPorts", value: `["http"]`, rule: "must be a list of whole numbers"},
		{key: "care:beatMemory", value: "64", rule: "must be 128 to 122880"},
		{key: "care:beatMemory", value: "2048", names: "care:celeryMemory", shows: "3072", rule: "must be at least 3648"},
	}
}

// mailServer is a complete mail server.
var mailServer = settings{
	"care:mailHost": "email-smtp.ap-south-1.amazonaws.com", "care:mailUser": "a-user-of-mail",
	"care:mailPassword": "a-password-of-mail", "care:mailSender": "Care <care@example.org>",
}

func badMail() []badInput {
	half := func(key string, others ...string) badInput {
		bad := badInput{
			key: key, value: mailServer[key], shows: "…", hides: "a-password-of-mail",
			rule: "is part of a mail server that lacks",
		}
		bad.with = map[string]string{}
		for _, other := range others {
			bad.with[other] = mailServer[other]
		}
		return bad
	}
	whole := func(key, value, words string) badInput {
		return badInput{key: key, value: value, with: mailServer, hides: "a-password-of-mail", rule: words}
	}
	twice := whole("care:environment", `{"EMAIL_HOST":"mail.example.org"}`, "is set by care:mailHost as well")
	twice.names, twice.shows = "care:environment.EMAIL_HOST", "…"
	secret := whole("care:secrets", `{"EMAIL_PASSWORD":"another-password"}`, "is set by care:mailPassword as well")
	secret.names, secret.shows, secret.hides = "care:secrets.EMAIL_PASSWORD", "…", "another-password"
	parameter := whole("care:secretParameters", `{"EMAIL_USER":"/care/EMAIL_USER"}`, "is set by care:mailUser as well")
	parameter.names, parameter.shows = "care:secretParameters.EMAIL_USER", "…"
	dollar := whole("care:mailPassword", "$a-password-of-mail", "must not begin with $")
	dollar.shows = "…"
	clear := whole("care:mailPassword", "a-password-of-mail", "must be encrypted")
	clear.clear, clear.shows = true, "…"
	sender := whole("care:mailSender", "Care", "must be an e-mail address")
	return []badInput{
		half("care:mailHost"), half("care:mailPassword"), half("care:mailSender"),
		half("care:mailHost", "care:mailUser", "care:mailPassword"), half("care:mailHost", "care:mailSender"),
		{key: "care:mailPort", value: "25", rule: "has no effect without care:mailHost"},
		whole("care:mailHost", "mail", "must be a full host name"),
		whole("care:mailPort", "465", "expects TLS from the first byte"),
		whole("care:mailPort", "70000", "must be 1 to 65535"),
		whole("care:mailTls", "false", "always use STARTTLS"),
		sender, dollar, clear, twice, secret, parameter,
	}
}

func badLogin() []badInput {
	return []badInput{
		{key: "care:loginRateLimit", value: "often", rule: "must be a number, a slash and a period"},
		{key: "care:loginRateLimit", value: "0/10m", rule: "must be a number, a slash and a period"},
		{key: "care:loginRateLimit", value: "5/0m", rule: "must be a number, a slash and a period"},
		{key: "care:captchaSiteKey", value: "a-site-key", rule: "must be set together with care:captchaSecretKey"},
		{
			key: "care:captchaSecretKey", value: "a-secret-key", names: "care:captchaSiteKey", hides: "a-secret-key",
			rule: "must be set together with care:captchaSecretKey",
		},
		{
			key: "care:loginRateLimit", value: "100/10m", with: settings{"care:environment": `{"RATE_LIMIT":"5/10m"}`},
			names: "care:environment.RATE_LIMIT", shows: "…", rule: "is set by care:loginRateLimit as well",
		},
	}
}
