package config

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Watching is the alarms, the dashboard, the metrics and the logs.
type Watching struct {
	Alarms          bool
	AlarmEmail      string
	AlarmThresholds map[string]float64
	Dashboard       bool

	ContainerInsights  bool
	LogGroupPrefix     string
	LogRetentionDays   int
	AccessLogs         bool
	ServiceConnectLogs bool
}

func (r *reader) watching() Watching {
	return Watching{
		Alarms:             r.boolean("alarms", true),
		AlarmEmail:         r.optional("alarmEmail"),
		AlarmThresholds:    r.numbers("alarmThresholds"),
		Dashboard:          r.boolean("dashboard", true),
		ContainerInsights:  r.boolean("containerInsights", false),
		LogGroupPrefix:     r.text("logGroupPrefix", components.DefaultLogGroupPrefix),
		LogRetentionDays:   r.integer("logRetentionDays", components.DefaultLogRetentionDays),
		AccessLogs:         r.boolean("accessLogs", false),
		ServiceConnectLogs: r.boolean("serviceConnectLogs", false),
	}
}

func (c Config) watchingProblems() []error {
	w := c.Watching
	problems := []error{
		rule.LogGroupPrefix("care:logGroupPrefix", w.LogGroupPrefix),
		rule.LogRetention("care:logRetentionDays", w.LogRetentionDays),
		components.AlarmThresholds(w.AlarmThresholds).Validate("care:alarmThresholds"),
	}
	if w.AlarmEmail == "" {
		return problems
	}
	problems = append(problems, rule.Email("care:alarmEmail", w.AlarmEmail))
	if !w.Alarms {
		problems = append(problems, rule.Broken("care:alarmEmail", w.AlarmEmail, "has no effect without care:alarms",
			"set care:alarms to true"))
	}
	return problems
}

// productionWarnings lists the keys that a production stack needs but does not set. Nothing in AWS fails without them.
func (c Config) productionWarnings() []string {
	if c.Settings.Module != components.DefaultSettingsModule {
		return nil
	}
	var warnings []string
	if c.Watching.Alarms && c.Watching.AlarmEmail == "" {
		warnings = append(warnings, "care:alarmEmail is not set: the alarms send no e-mail. "+
			"Set it, or subscribe to the topic in the output alarmTopicArn.")
	}
	if !c.Watching.Alarms {
		warnings = append(warnings, "care:alarms is false: nothing reports that Care is down. Set it to true.")
	}
	if len(c.Settings.FrontendOrigins) == 0 {
		warnings = append(warnings, "care:frontendOrigins is empty: browsers refuse to let any web site call the API or "+
			"upload files. List the address of Care's front end.")
	}
	if !c.Settings.Sms {
		warnings = append(warnings, "care:sms is false: patients cannot sign in, because Care sends them a code by SMS. "+
			"Set it to true if patients use this stack.")
	}
	return warnings
}
