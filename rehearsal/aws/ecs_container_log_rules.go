package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// fargateDrivers: API_LogConfiguration, logDriver.
var fargateDrivers = []string{"awsfirelens", "awslogs", "splunk"}

var bufferForm = regexp.MustCompile(`^(?i)\d+[kmg]?b?$`)

var ecsContainerLogConfiguration = rule("ecs/container-log-configuration").onContainer(func(t *task, c standin.Value) {
	logs := c.At("logConfiguration")
	if logs.Missing() {
		return
	}
	checkLogging(t.Draft, ecsClient, logs, t.fargate())
	router := func(c standin.Value) bool { return c.At("firelensConfiguration").Known() }
	if driver := logs.At("logDriver"); driver.Text() == "awsfirelens" && !slices.ContainsFunc(t.containers, router) {
		t.refuse(driver, "the awsfirelens log driver needs a container with a firelensConfiguration in the task definition",
			"add the log router, or use awslogs")
	}
})

// checkLogging judges a log configuration, of a container or of the Service Connect proxy, as
// API_LogConfiguration describes it.
func checkLogging(d *standin.Draft, code string, logs standin.Value, fargate bool) {
	driver, options := logs.At("logDriver"), logs.At("options")
	if fargate && driver.Known() && !slices.Contains(fargateDrivers, driver.Text()) {
		d.Refuse(driver, code, "For tasks on Fargate, the supported log drivers are awslogs, splunk, and awsfirelens",
			"use awslogs")
		return
	}
	if options.Unknown() {
		return
	}
	switch driver.Text() {
	case "awslogs":
		checkAwslogs(d, code, options, fargate)
	case "splunk":
		demandOptions(d, code, logs, "splunk-token", "splunk-url")
	}
}

// checkAwslogs: the stream prefix is optional on EC2 alone.
func checkAwslogs(d *standin.Draft, code string, options standin.Value, fargate bool) {
	needed := []string{"awslogs-group", "awslogs-region"}
	if fargate {
		needed = append(needed, "awslogs-stream-prefix")
	}
	for _, name := range needed {
		if option := options.Key(name); option.Missing() || option.Known() && option.Text() == "" {
			d.Refuse(option, code, "Log driver awslogs requires options: "+name, "set "+name)
		}
	}
	for _, name := range options.Keys() {
		if !slices.Contains(awslogsOptions, name) {
			d.Refuse(options.Key(name), code, "unknown log opt '"+name+"' for awslogs log driver",
				standin.Nearest(name, awslogsOptions))
		}
	}
	if mode := options.Key("mode"); mode.Known() && mode.Text() != "blocking" && mode.Text() != "non-blocking" {
		d.Refuse(mode, code, "the mode of delivery is blocking or non-blocking", `set it to "non-blocking", or leave it out`)
	}
	if buffer := options.Key("max-buffer-size"); buffer.Known() && !bufferForm.MatchString(buffer.Text()) {
		d.Refuse(buffer, code, "a buffer's size is a number with k, m or g", `write it as "10m"`)
	}
	if create := options.Key("awslogs-create-group"); create.Known() && create.Text() != "true" &&
		create.Text() != "false" {
		d.Refuse(create, code, "awslogs-create-group is true or false", `set it to "true", or leave it out`)
	}
	format, pattern := options.Key("awslogs-datetime-format"), options.Key("awslogs-multiline-pattern")
	if format.Known() && pattern.Known() {
		d.Refuse(pattern, code, "You cannot configure both the awslogs-datetime-format and awslogs-multiline-pattern options",
			"remove one of the two")
	}
}

// demandOptions: an option may come from a secret as well.
func demandOptions(d *standin.Draft, code string, logs standin.Value, names ...string) {
	for _, name := range names {
		secret := func(v standin.Value) bool { return strings.EqualFold(v.Text(), name) || v.Unknown() }
		if option := logs.At("options").Key(name); option.Missing() &&
			!slices.ContainsFunc(logs.All("secretOptions.name"), secret) {
			d.Refuse(option, code, fmt.Sprintf("Log driver %s requires options: %s", logs.At("logDriver").Text(), name),
				"set "+name)
		}
	}
}
