package config

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Mail is the server through which Care sends mail. Host is empty if there is none.
type Mail struct {
	Host     string
	Port     int
	Tls      bool
	User     string
	Password string
	Sender   string
}

// defaultMailPort is the port for STARTTLS, which is also Care's own default.
const defaultMailPort = 587

func (r *reader) mail() Mail {
	return Mail{
		Host:     r.optional("mailHost"),
		Port:     r.integer("mailPort", defaultMailPort),
		Tls:      r.boolean("mailTls", true),
		User:     r.optional("mailUser"),
		Password: r.secret("mailPassword"),
		Sender:   r.optional("mailSender"),
	}
}

// mailProblems accepts a complete mail server or none. Care refuses to reset passwords without a user and password, and
// its default sender is an address of its developers.
func (c Config) mailProblems() []error {
	m := c.Mail
	var keys, set, missing []string
	for _, part := range [][2]string{
		{"care:mailHost", m.Host},
		{"care:mailUser", m.User},
		{"care:mailPassword", m.Password},
		{"care:mailSender", m.Sender},
	} {
		keys = append(keys, part[0])
		if part[1] != "" {
			set = append(set, part[0])
		} else {
			missing = append(missing, part[0])
		}
	}
	switch {
	case len(set) == 0 && m.Port != defaultMailPort:
		return []error{rule.Broken("care:mailPort", m.Port, "has no effect without care:mailHost",
			"set "+strings.Join(keys, ", ")+", or remove it")}
	case len(set) == 0:
		return nil
	case len(missing) > 0:
		return []error{rule.Broken(set[0], "…", "is part of a mail server that lacks "+strings.Join(missing, ", "),
			"set all of them, or none")}
	}
	problems := []error{
		rule.Domain("care:mailHost", m.Host),
		rule.MailPort("care:mailPort", m.Port),
		rule.SecretValue("care:mailUser", m.User),
		rule.SecretValue("care:mailPassword", m.Password),
		rule.Sender("care:mailSender", m.Sender),
	}
	if !m.Tls {
		problems = append(problems, rule.Broken("care:mailTls", false,
			"Care's settings for deployments always use STARTTLS, whatever EMAIL_USE_TLS is", "remove it"))
	}
	return problems
}

// variables returns the environment variables that the keys set, with the key of each.
func (m Mail) variables() map[string]string {
	if m.Host == "" {
		return nil
	}
	return map[string]string{
		"EMAIL_HOST": "care:mailHost", "EMAIL_PORT": "care:mailPort", "EMAIL_USE_TLS": "care:mailTls",
		"EMAIL_USER": "care:mailUser", "EMAIL_PASSWORD": "care:mailPassword", "EMAIL_FROM": "care:mailSender",
	}
}

// mailWarnings describes the features that fail without a mail server.
func (c Config) mailWarnings() []string {
	if c.Mail.Host != "" || c.Settings.sets("EMAIL_HOST") {
		return nil
	}
	return []string{"care:mailHost is not set, so Care sends no mail: a request for a new password ends in an error " +
		"(400 or 500), and nobody gets reports by mail. Set care:mailHost, care:mailUser, care:mailPassword and " +
		"care:mailSender."}
}
