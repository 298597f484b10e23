package main

import "github.com/ohcnetwork/care-ecs/components"

// productionWarnings describe what a production stack lacks, by the keys that add it. Nothing in AWS fails without them.
func (c Config) productionWarnings() []string {
	if c.SettingsModule != components.DefaultSettingsModule {
		return nil
	}
	var warnings []string
	if c.Alarms && c.AlarmEmail == "" {
		warnings = append(warnings, "care:alarmEmail is not set: the alarms send no e-mail. "+
			"Set it, or subscribe to the topic in the output alarmTopicArn.")
	}
	if !c.Alarms {
		warnings = append(warnings, "care:alarms is false: nothing reports that Care is down. Set it to true.")
	}
	if len(c.FrontendOrigins) == 0 {
		warnings = append(warnings, "care:frontendOrigins is empty: browsers refuse to let any web site call the API or upload files. "+
			"List the address of Care's front end.")
	}
	if !c.Sms {
		warnings = append(warnings, "care:sms is false: patients cannot sign in, because Care sends them a code by SMS. "+
			"Set it to true if patients use this stack.")
	}
	return warnings
}
