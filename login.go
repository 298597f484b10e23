package main

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// loginConfig says how often one user may log in, and what happens above that.
type loginConfig struct {
	LoginRateLimit   string
	CaptchaSiteKey   string
	CaptchaSecretKey string
}

// defaultRateLimit is the rate limit without a captcha. Care counts every login, good ones too, and above its own limit of
// 5/10m a user is locked out until the ten minutes are over: fewer logins than a ward has at a change of shift on a shared
// account. A stranger gets 30 guesses at one user's password in ten minutes.
const defaultRateLimit = "30/10m"

func (r *reader) readLogin(c *Config) {
	c.LoginRateLimit = r.optional("loginRateLimit")
	c.CaptchaSiteKey = r.optional("captchaSiteKey")
	c.CaptchaSecretKey = r.secret("captchaSecretKey")
}

func (c Config) loginProblems() []error {
	var problems []error
	if c.LoginRateLimit != "" {
		problems = append(problems, rule.RateLimit("care:loginRateLimit", c.LoginRateLimit))
	}
	if (c.CaptchaSiteKey == "") != (c.CaptchaSecretKey == "") {
		problems = append(problems, rule.Broken("care:captchaSiteKey", c.CaptchaSiteKey,
			"and care:captchaSecretKey are a pair", "set both or none"))
	}
	if c.CaptchaSecretKey != "" {
		problems = append(problems, rule.SecretValue("care:captchaSecretKey", c.CaptchaSecretKey))
	}
	return problems
}

// loginNames returns the variables that the keys of this file set, with the key for each.
func (c Config) loginNames() map[string]string {
	names := map[string]string{}
	if c.LoginRateLimit != "" {
		names["RATE_LIMIT"] = "care:loginRateLimit"
	}
	if c.CaptchaSiteKey != "" {
		names["GOOGLE_RECAPTCHA_SITE_KEY"], names["GOOGLE_RECAPTCHA_SECRET_KEY"] = "care:captchaSiteKey", "care:captchaSecretKey"
	}
	return names
}

// rateLimit returns the limit that was chosen. With a captcha, Care's own limit needs no change.
func (c Config) rateLimit() string {
	switch {
	case c.LoginRateLimit != "":
		return c.LoginRateLimit
	case c.CaptchaSiteKey != "" || c.gives("GOOGLE_RECAPTCHA_SECRET_KEY") || c.gives("RATE_LIMIT"):
		return ""
	}
	return defaultRateLimit
}

func (c Config) captcha() *components.CareCaptcha {
	if c.CaptchaSiteKey == "" {
		return nil
	}
	return &components.CareCaptcha{SiteKey: c.CaptchaSiteKey, SecretKey: secret(c.CaptchaSecretKey)}
}
