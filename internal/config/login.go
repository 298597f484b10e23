package config

import "github.com/ohcnetwork/care-ecs/internal/rule"

// Login limits how often one user may log in, and has the keys of the captcha that Care asks for above the limit.
type Login struct {
	RateLimit        string
	CaptchaSiteKey   string
	CaptchaSecretKey string
}

// defaultRateLimit is the rate limit without a captcha. Care counts every login, including successful ones. Above its
// own limit of 5/10m, a user is locked out until the ten minutes are over; a ward with a shared account has more logins
// at a change of shift. With 30/10m, an attacker has 30 guesses at one user's password in ten minutes.
const defaultRateLimit = "30/10m"

func (r *reader) login() Login {
	return Login{
		RateLimit:        r.optional("loginRateLimit"),
		CaptchaSiteKey:   r.optional("captchaSiteKey"),
		CaptchaSecretKey: r.secret("captchaSecretKey"),
	}
}

func (c Config) loginProblems() []error {
	l := c.Login
	var problems []error
	if l.RateLimit != "" {
		problems = append(problems, rule.RateLimit("care:loginRateLimit", l.RateLimit))
	}
	if (l.CaptchaSiteKey == "") != (l.CaptchaSecretKey == "") {
		problems = append(problems, rule.Broken("care:captchaSiteKey", l.CaptchaSiteKey,
			"must be set together with care:captchaSecretKey", "set both or none"))
	}
	if l.CaptchaSecretKey != "" {
		problems = append(problems, rule.SecretValue("care:captchaSecretKey", l.CaptchaSecretKey))
	}
	return problems
}

// variables returns the environment variables that the keys set, with the key of each.
func (l Login) variables() map[string]string {
	names := map[string]string{}
	if l.RateLimit != "" {
		names["RATE_LIMIT"] = "care:loginRateLimit"
	}
	if l.CaptchaSiteKey != "" {
		names["GOOGLE_RECAPTCHA_SITE_KEY"] = "care:captchaSiteKey"
		names["GOOGLE_RECAPTCHA_SECRET_KEY"] = "care:captchaSecretKey"
	}
	return names
}

// RateLimit returns the rate limit to set; it is empty if Care's own default applies, as it does with a captcha.
func (c Config) RateLimit() string {
	switch {
	case c.Login.RateLimit != "":
		return c.Login.RateLimit
	case c.Login.CaptchaSiteKey != "" || c.Settings.sets("GOOGLE_RECAPTCHA_SECRET_KEY") || c.Settings.sets("RATE_LIMIT"):
		return ""
	}
	return defaultRateLimit
}
