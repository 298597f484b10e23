package aws

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const eventsInvalid = "ValidationException"

var (
	eventRuleName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)
	// rates and crons: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html.
	schedule = regexp.MustCompile(
		`^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$`,
	)
)

var eventbridgeRule = rule("eventbridge/rule").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		eventsInvalid, eventRuleName, "a rule's name has at most 64 letters, digits and .-_",
		"choose such a name",
	})
	like(d, "scheduleExpression", form{
		eventsInvalid, schedule,
		"Parameter ScheduleExpression is not valid: it is rate(value unit) or cron with six fields, and 1 has a unit in " +
			"the singular",
		`write it as in "rate(5 minutes)" or "cron(0 20 * * ? *)"`,
	})
	if !isGiven(d.In("eventPattern")) && !isGiven(d.In("scheduleExpression")) {
		d.Refuse(d.In("eventPattern"), eventsInvalid, "a rule has an event pattern or a schedule", "give eventPattern")
	}
})

var eventbridgeEventPattern = rule("eventbridge/event-pattern").OnInputs(func(d *standin.Draft) {
	v := d.In("eventPattern")
	if v.Text() == "" {
		return
	}
	var pattern map[string]any
	if err := json.Unmarshal([]byte(v.Text()), &pattern); err != nil {
		d.Refuse(v, "InvalidEventPatternException", "Event pattern is not valid. Reason: "+err.Error(), "write a JSON object")
		return
	}
	if where := flatValue(pattern); where != "" {
		d.Refuse(v, "InvalidEventPatternException",
			`Event pattern is not valid. Reason: "`+where+`" must be an object or an array`,
			"put the values into a list, even a single one")
	}
})

// flatValue is the name of a field whose value is no list, looked for in depth.
func flatValue(pattern map[string]any) string {
	names := make([]string, 0, len(pattern))
	for name := range pattern {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch value := pattern[name].(type) {
		case []any:
		case map[string]any:
			if where := flatValue(value); where != "" {
				return where
			}
		default:
			return name
		}
	}
	return ""
}

var eventbridgeTarget = rule("eventbridge/target").OnInputs(func(d *standin.Draft) {
	if arn := d.In("arn"); arn.Text() != "" && !strings.HasPrefix(arn.Text(), "arn:") {
		d.Refuse(arn, eventsInvalid, "Parameter is not valid. Reason: Provided Arn is not in correct format",
			"give the target's ARN")
	}
	var inputs []standin.Value
	for _, path := range []string{"input", "inputPath", "inputTransformer"} {
		if v := d.In(path); isGiven(v) && v.Known() {
			inputs = append(inputs, v)
		}
	}
	if len(inputs) > 1 {
		d.Refuse(inputs[1], eventsInvalid, "Only one of Input, InputPath, or InputTransformer must be provided",
			"keep one of them")
	}
	if role := d.In("roleArn"); d.In("ecsTarget").Known() && !isGiven(role) {
		d.Refuse(role, eventsInvalid, "RoleArn is required for target "+d.In("arn").Show(),
			"give a role that may run the task")
	}
})

var placeholder = regexp.MustCompile(`<([A-Za-z0-9_-]+|aws\.events\.[a-z.-]+)>`)

var eventbridgeInputTransformer = rule("eventbridge/input-transformer").OnInputs(func(d *standin.Draft) {
	template, paths := d.In("inputTransformer.inputTemplate"), d.In("inputTransformer.inputPaths")
	if !template.Known() || paths.Unknown() {
		return
	}
	for _, match := range placeholder.FindAllStringSubmatch(template.Text(), -1) {
		if !strings.HasPrefix(match[1], "aws.events.") && paths.Key(match[1]).Missing() {
			d.Refuse(template, eventsInvalid,
				"Invalid InputTemplate: Input template should contain only placeholders of InputPathsMap, and "+match[1]+
					" is none", "add it to inputPaths, or correct the name")
		}
	}
	shortEnough(d, "inputTransformer.inputTemplate", eventsInvalid, 8192)
	if count := len(paths.Keys()); count > 100 {
		d.Refuse(paths, eventsInvalid, "a transformer has at most 100 input paths, and there are "+strconv.Itoa(count),
			"remove some")
	}
	for _, name := range paths.Keys() {
		if strings.HasPrefix(name, "AWS") {
			d.Refuse(paths.Key(name), eventsInvalid, "a name that begins with AWS is reserved", "choose another name")
		}
		if path := paths.Key(name); path.Known() && !strings.HasPrefix(path.Text(), "$.") && path.Text() != "$" {
			d.Refuse(path, eventsInvalid, "Invalid JSON path for InputPathsMap: it begins with $",
				`write it as in "$.detail.reason"`)
		}
	}
})

var eventbridgeTargetCount = rule("eventbridge/target-count").OnOperation(func(o *standin.Op) {
	const most = 5
	rule := o.In("rule")
	if o.Verb == standin.Create && rule.Text() != "" &&
		len(o.World.Where(token.CloudwatchEventTarget, "rule", rule.Text())) >= most {
		o.Refuse(rule, "LimitExceededException",
			"The requested resource exceeds the maximum number allowed: a rule has 5 targets", "make a second rule")
	}
})
