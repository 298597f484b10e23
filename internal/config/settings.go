package config

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Settings are Care's own settings, most of which its containers receive as environment variables.
type Settings struct {
	Module           string
	Environment      map[string]string
	Secrets          map[string]string
	SecretParameters map[string]string
	FrontendOrigins  []string
	Sms              bool
}

func (r *reader) settings() Settings {
	return Settings{
		Module:           r.text("settingsModule", components.DefaultSettingsModule),
		Environment:      r.clearTable("environment"),
		Secrets:          r.secretTable("secrets"),
		SecretParameters: r.table("secretParameters"),
		FrontendOrigins:  r.list("frontendOrigins"),
		Sms:              r.boolean("sms", false),
	}
}

// sets reports whether one of the three tables has the environment variable.
func (s Settings) sets(name string) bool {
	_, clear := s.Environment[name]
	_, secret := s.Secrets[name]
	_, parameter := s.SecretParameters[name]
	return clear || secret || parameter
}

func (c Config) settingsProblems() []error {
	problems := []error{
		rule.CareSettingsModule("care:settingsModule", c.Settings.Module),
		rule.Unique("care:frontendOrigins", c.Settings.FrontendOrigins),
	}
	for _, origin := range c.Settings.FrontendOrigins {
		problems = append(problems, rule.Origin("care:frontendOrigins", origin))
	}
	return slices.Concat(problems, c.environmentProblems(), c.Settings.secretProblems(c.Region),
		[]error{c.twiceProblem(), c.Settings.vapidProblem()})
}

func (c Config) environmentProblems() []error {
	s := c.Settings
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		key := "care:environment." + name
		problems = append(problems, rule.CareVariable(key, name, s.Environment[name]),
			rule.CareGenerationVariable(key, name, string(c.Image.Generation)))
		for _, other := range []struct {
			key   string
			table map[string]string
		}{{"care:secrets", s.Secrets}, {"care:secretParameters", s.SecretParameters}} {
			if _, twice := other.table[name]; twice {
				problems = append(problems, rule.Broken(other.key+"."+name, name,
					"must not be in care:environment as well", "keep one of them"))
			}
		}
	}
	return problems
}

func (s Settings) secretProblems(region string) []error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
		key := "care:secrets." + name
		problems = append(problems, rule.CareSecretName(key, name), rule.SecretValue(key, s.Secrets[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(s.SecretParameters)) {
		key := "care:secretParameters." + name
		problems = append(problems, rule.CareSecretName(key, name),
			cmp.Or(rule.SecretLocation(key, s.SecretParameters[name]), rule.Partition(key, s.SecretParameters[name], region)))
		if _, twice := s.Secrets[name]; twice {
			problems = append(problems, rule.Broken(key, name, "must not be in care:secrets as well", "keep one of them"))
		}
	}
	return problems
}

// twiceProblem refuses an environment variable that another key sets as well.
func (c Config) twiceProblem() error {
	keys := map[string]string{}
	for _, set := range []map[string]string{c.Mail.variables(), c.Login.variables(), c.Services.variables()} {
		maps.Copy(keys, set)
	}
	return rule.Twice(keys, map[string][]string{
		"care:environment":      slices.Collect(maps.Keys(c.Settings.Environment)),
		"care:secrets":          slices.Collect(maps.Keys(c.Settings.Secrets)),
		"care:secretParameters": slices.Collect(maps.Keys(c.Settings.SecretParameters)),
	})
}

// vapidProblem refuses one half of a pair of keys.
func (s Settings) vapidProblem() error {
	names := slices.Concat(slices.Collect(maps.Keys(s.Secrets)), slices.Collect(maps.Keys(s.SecretParameters)))
	keys := components.CareKeysArgs{Given: names}
	if keys.Validate() == nil {
		return nil
	}
	return rule.Broken("care:secrets", "VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY", "the two keys are a pair",
		"give both or none, in care:secrets or care:secretParameters")
}
