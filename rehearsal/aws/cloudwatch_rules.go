package aws

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const logsInvalid = "InvalidParameterException"

var (
	logGroupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)
	filterName   = regexp.MustCompile(`^[^:*]{1,512}$`)
	metricName   = regexp.MustCompile(`^[^:*$]{1,255}$`)
)

var logsLogGroupName = rule("logs/log-group-name").OnInputs(func(d *standin.Draft) {
	f := form{
		logsInvalid,
		logGroupName,
		"a log group's name has at most 512 letters, digits and .-_/#",
		"choose such a name",
	}
	like(d, "name", f)
	like(d, "namePrefix", f)
	among(d, "logGroupClass", logsInvalid, "STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
	if name := d.In("name"); len(name.Text()) > 4 && name.Text()[:4] == "aws/" {
		d.Refuse(name, logsInvalid, "Log groups starting with AWS/ are reserved for AWS", "choose another name")
	}
})

var logsMetricFilter = rule("logs/metric-filter").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		logsInvalid, filterName, "a filter's name has no colon and no asterisk, and at most 512 characters",
		"choose such a name",
	})
	f := form{
		logsInvalid, metricName, "names of metrics and their namespaces have no :, * or $, and at most 255 characters",
		"choose such a name",
	}
	like(d, "metricTransformation.name", f)
	like(d, "metricTransformation.namespace", f)
	fallback, dimensions := d.In("metricTransformation.defaultValue"), d.In("metricTransformation.dimensions")
	if isGiven(fallback) && fallback.Known() && len(dimensions.Keys()) > 0 {
		d.Refuse(fallback, logsInvalid, "dimensions and default value are mutually exclusive properties", "keep one of them")
	}
	if len(dimensions.Keys()) > 3 {
		d.Refuse(dimensions, logsInvalid, "a metric filter has at most 3 dimensions", "leave some out")
	}
})

var logsMetricFilterPattern = rule("logs/metric-filter-pattern").OnInputs(func(d *standin.Draft) {
	pattern, value := d.In("pattern"), d.In("metricTransformation.value")
	if pattern.Known() {
		if _, err := logfilter.Parse(pattern.Text()); err != nil && !errors.Is(err, logfilter.ErrUnknown) {
			d.Refuse(pattern, logsInvalid, "Invalid filter pattern: "+err.Error(), "write it as { $.field >= 0 }, or as terms")
		}
	}
	if !value.Known() {
		return
	}
	_, err := strconv.ParseFloat(value.Text(), 64)
	switch selected := strings.HasPrefix(value.Text(), "$"); {
	case selected && pattern.Known() && !strings.Contains(pattern.Text(), strings.TrimPrefix(value.Text(), "$")):
		d.Refuse(value, logsInvalid,
			"Invalid metric transformation: the pattern does not name the field that the value is taken from",
			"compare the field in the pattern, if only with *")
	case !selected && err != nil:
		d.Refuse(value, logsInvalid,
			"Invalid metric transformation: the value is a number, or a field of the event such as $.size",
			`use "1" to count`)
	}
})

var cloudwatchAlarmActions = rule("cloudwatch/alarm-actions").OnInputs(func(d *standin.Draft) {
	among(d, "evaluateLowSampleCountPercentiles", validationError, "evaluate", "ignore")
	for _, path := range []string{"alarmActions", "okActions", "insufficientDataActions"} {
		if actions := d.In(path); len(actions.Items()) > 5 {
			d.Refuse(actions, validationError, "an alarm has at most 5 actions for a state", "have a topic notify the others")
		}
	}
})

var cloudwatchAlarmMetric = rule("cloudwatch/alarm-metric").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), "InvalidParameterCombination", "metricName", "metricQueries")
	if isGiven(d.In("metricName")) {
		exactlyOne(d, d.Inputs(), "InvalidParameterCombination", "statistic", "extendedStatistic")
		required(d, "MissingParameter", "namespace", "period")
	}
	exactlyOne(d, d.Inputs(), "MissingParameter", "threshold", "thresholdMetricId")
})

var cloudwatchAlarmPeriod = rule("cloudwatch/alarm-period").OnInputs(func(d *standin.Draft) {
	period, count, wanted := d.In("period"), d.In("evaluationPeriods"), d.In("datapointsToAlarm")
	if period.Known() && !aPeriod(period.Int()) {
		d.Refuse(period, validationError, "a period is 10, 20 or 30 seconds, or a multiple of 60", "use 60, for example")
	}
	spanned(d, period, count)
	if wanted.Known() && count.Known() && wanted.Int() > count.Int() {
		d.Refuse(wanted, validationError,
			"DatapointsToAlarm must be less than or equal to EvaluationPeriods, "+count.Show(), "lower it")
	}
})

func aPeriod(seconds int) bool {
	return seconds > 0 && (seconds == 10 || seconds == 20 || seconds == 30 || seconds%60 == 0)
}

// spanned refuses to look back too far.
func spanned(d *standin.Draft, period, count standin.Value) {
	longest, span := 86400, "a day"
	if period.Int() >= 3600 {
		longest, span = 604800, "a week"
	}
	if period.Known() && count.Known() && period.Int()*count.Int() > longest {
		d.Refuse(count, validationError,
			fmt.Sprintf("Metrics cannot be checked across more than %s (EvaluationPeriods * Period must be <= %d)", span,
				longest), "use fewer or shorter periods")
	}
}
