package components

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// CareMail is the server through which Care sends mail. Care signs in to it and uses STARTTLS, which its settings for
// deployments always turn on (config/settings/deployment.py of Care).
type CareMail struct {
	// Host is the server's name. Required.
	Host string `pulumi:"host"`
	// Port is the server's port for STARTTLS; it must not be 465, which expects TLS from the first byte. Default: 587.
	Port int `pulumi:"port,optional"`
	// Username is the name with which Care signs in. Required: without one Care refuses to reset passwords.
	Username string `pulumi:"username"`
	// Password is its password. Secret. Required.
	Password pulumi.StringInput `pulumi:"password"`
	// Sender is the address that Care sends from, either plain or as Name <address>. Required, because Care's default
	// is an address of its developers.
	Sender string `pulumi:"sender"`
}

func (m *CareMail) validate(argument string) error {
	if m == nil {
		return nil
	}
	return rule.All(
		rule.Domain(argument+".host", m.Host),
		rule.MailPort(argument+".port", or(m.Port, smtpPort)),
		rule.Present(argument+".username", m.Username, "give the name with which Care signs in to the mail server"),
		rule.Given(argument+".password", m.Password != nil, "give the password with which Care signs in to the mail server"),
		rule.Sender(argument+".sender", m.Sender),
	)
}

func (m *CareMail) variables() map[string]pulumi.StringInput {
	if m == nil {
		return nil
	}
	return map[string]pulumi.StringInput{
		"EMAIL_HOST":    pulumi.String(m.Host),
		"EMAIL_PORT":    pulumi.String(strconv.Itoa(or(m.Port, smtpPort))),
		"EMAIL_USE_TLS": pulumi.String("True"),
		"EMAIL_FROM":    pulumi.String(m.Sender),
	}
}

func (m *CareMail) secrets() map[string]pulumi.StringInput {
	if m == nil {
		return nil
	}
	return map[string]pulumi.StringInput{"EMAIL_USER": pulumi.String(m.Username), "EMAIL_PASSWORD": m.Password}
}

// CareCaptcha is a key pair of Google's reCAPTCHA. Care asks for it if a user has logged in too often.
type CareCaptcha struct {
	// SiteKey is the key that pages show. Required.
	SiteKey string `pulumi:"siteKey"`
	// SecretKey is the key with which Care asks Google. Secret. Required.
	SecretKey pulumi.StringInput `pulumi:"secretKey"`
}

func (k *CareCaptcha) validate(argument string) error {
	if k == nil {
		return nil
	}
	return rule.All(
		rule.Present(argument+".siteKey", k.SiteKey, "give the site key of reCAPTCHA"),
		rule.Given(argument+".secretKey", k.SecretKey != nil, "give the secret key of reCAPTCHA"),
	)
}

func (k *CareCaptcha) variables() map[string]pulumi.StringInput {
	if k == nil {
		return nil
	}
	return map[string]pulumi.StringInput{"GOOGLE_RECAPTCHA_SITE_KEY": pulumi.String(k.SiteKey)}
}

func (k *CareCaptcha) secrets() map[string]pulumi.StringInput {
	if k == nil {
		return nil
	}
	return map[string]pulumi.StringInput{"GOOGLE_RECAPTCHA_SECRET_KEY": k.SecretKey}
}
