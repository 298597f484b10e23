package main

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// mailConfig describes the server through which Care sends mail.
type mailConfig struct {
	MailHost     string
	MailPort     int
	MailTls      bool
	MailUser     string
	MailPassword string
	MailSender   string
}

// defaultMailPort is the port for STARTTLS, which is Care's own default too.
const defaultMailPort = 587

func (r *reader) readMail(c *Config) {
	c.MailHost = r.optional("mailHost")
	c.MailPort = r.integer("mailPort", defaultMailPort)
	c.MailTls = r.boolean("mailTls", true)
	c.MailUser = r.optional("mailUser")
	c.MailPassword = r.secret("mailPassword")
	c.MailSender = r.optional("mailSender")
}

// mailParts returns the keys that make up a mail server, and those of them that are set.
func (c mailConfig) mailParts() (keys, set []string) {
	values := map[string]string{
		"care:mailHost": c.MailHost, "care:mailUser": c.MailUser, "care:mailPassword": c.MailPassword, "care:mailSender": c.MailSender,
	}
	keys = []string{"care:mailHost", "care:mailUser", "care:mailPassword", "care:mailSender"}
	for _, key := range keys {
		if values[key] != "" {
			set = append(set, key)
		}
	}
	return keys, set
}

// mailProblems accepts a whole mail server or none. Care refuses to reset passwords without a user and password, and its
// default sender is an address of its developers.
func (c Config) mailProblems() []error {
	keys, set := c.mailParts()
	switch {
	case len(set) == 0 && c.MailPort != defaultMailPort:
		return []error{rule.Broken("care:mailPort", c.MailPort, "has no effect without care:mailHost", "set "+strings.Join(keys, ", ")+", or remove it")}
	case len(set) == 0:
		return nil
	case len(set) < len(keys):
		missing := slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(set, key) })
		return []error{rule.Broken(set[0], "…", "is part of a mail server that lacks "+strings.Join(missing, ", "), "set all of them, or none")}
	}
	problems := []error{
		rule.Domain("care:mailHost", c.MailHost),
		rule.MailPort("care:mailPort", c.MailPort),
		rule.SecretValue("care:mailUser", c.MailUser),
		rule.SecretValue("care:mailPassword", c.MailPassword),
		rule.Sender("care:mailSender", c.MailSender),
	}
	if !c.MailTls {
		problems = append(problems, rule.Broken("care:mailTls", false,
			"Care's settings for deployments always use STARTTLS, whatever EMAIL_USE_TLS is", "remove it"))
	}
	return problems
}

// mailNames returns the variables that the mail keys set, with the key for each.
func (c Config) mailNames() map[string]string {
	if c.MailHost == "" {
		return nil
	}
	return map[string]string{
		"EMAIL_HOST": "care:mailHost", "EMAIL_PORT": "care:mailPort", "EMAIL_USE_TLS": "care:mailTls",
		"EMAIL_USER": "care:mailUser", "EMAIL_PASSWORD": "care:mailPassword", "EMAIL_FROM": "care:mailSender",
	}
}

func (c Config) mail() *components.CareMail {
	if c.MailHost == "" {
		return nil
	}
	return &components.CareMail{
		Host: c.MailHost, Port: c.MailPort, Username: c.MailUser, Password: secret(c.MailPassword), Sender: c.MailSender,
	}
}

// mailWarnings describes what does not work without a mail server.
func (c Config) mailWarnings() []string {
	if c.MailHost != "" || c.gives("EMAIL_HOST") {
		return nil
	}
	return []string{"care:mailHost is not set, so Care sends no mail: a request for a new password ends in an error " +
		"(400 or 500), and nobody gets reports by mail. Set care:mailHost, care:mailUser, care:mailPassword and care:mailSender."}
}
