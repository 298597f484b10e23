package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The structure of a dashboard is at
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html.

const (
	dashboardInvalid = "InvalidParameterInput"
	dashboardColumns = 24
	dashboardRows    = 1000
)

var dashboardName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// dashboardWidget is one rectangle; CloudWatch itself places those without x and y.
type dashboardWidget struct {
	Type                string
	X, Y, Width, Height *int
	Properties          map[string]json.RawMessage
}

// widgetNeeds are the properties that a type of widget must have.
var widgetNeeds = map[string][]string{
	"alarm": {
		"alarms",
	}, "explorer": {"metrics", "labels"}, "log": {"query", "region"}, "metric": {"region"}, "text": {"markdown"},
	"trace": {"region"}, "custom": {"endpoint"},
}

var metricViews = []string{"", "timeSeries", "singleValue", "gauge", "bar", "pie", "table"}

var cloudwatchDashboard = rule("cloudwatch/dashboard").OnInputs(func(d *standin.Draft) {
	like(d, "dashboardName", form{
		"InvalidParameterValue", dashboardName,
		"a dashboard's name has at most 255 letters, digits, hyphens and underscores", "choose such a name",
	})
	v := d.In("dashboardBody")
	if v.Text() == "" {
		return
	}
	var body struct{ Widgets *[]dashboardWidget }
	if err := json.Unmarshal([]byte(v.Text()), &body); err != nil {
		d.Refuse(v, dashboardInvalid, "The field DashboardBody must be a valid JSON object: "+err.Error(), "correct the JSON")
		return
	}
	if body.Widgets == nil {
		d.Refuse(v, dashboardInvalid, "The dashboard body is invalid: it should have required property widgets",
			"give it, even if it is empty")
		return
	}
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
	const mostWidgets, mostMetrics = 500, 2500
	if len(*body.Widgets) > mostWidgets {
		d.Refuse(v, dashboardInvalid, "a dashboard has at most 500 widgets", "make several dashboards")
	}
	metrics := 0
	for i, widget := range *body.Widgets {
		problem, fix := widget.problem()
		if problem != "" {
			d.Refuse(v, dashboardInvalid, fmt.Sprintf("The dashboard body is invalid: /widgets/%d %s", i, problem), fix)
			return
		}
		metrics += len(widget.metrics())
	}
	if metrics > mostMetrics {
		d.Refuse(v, dashboardInvalid, "a dashboard shows at most 2500 metrics", "make several dashboards")
	}
})

// problem returns the first rule that a widget breaks, and the remedy.
func (w dashboardWidget) problem() (rule, fix string) {
	needs, known := widgetNeeds[w.Type]
	switch {
	case w.Type == "" || w.Properties == nil:
		return "should have required properties type and properties", "give both"
	case !known:
		return "has the type " + w.Type + ", which is none of alarm, custom, explorer, log, metric, " +
			"text, trace", "use one of these"
	}
	for _, name := range needs {
		if len(w.Properties[name]) == 0 {
			return "should have required property properties/" + name, "give it"
		}
	}
	if rule, fix = w.placement(); rule != "" {
		return rule, fix
	}
	if w.Type == "metric" {
		return w.metricProblem()
	}
	return "", ""
}

// placement is measured on a grid of 24 columns.
func (w dashboardWidget) placement() (rule, fix string) {
	if (w.X == nil) != (w.Y == nil) {
		return "has only one of x and y", "give both, or none to have CloudWatch place it"
	}
	x, y, width, height := number(w.X, 0), number(w.Y, 0), number(w.Width, 6), number(w.Height, 6)
	switch {
	case x < 0 || x >= dashboardColumns || y < 0:
		return fmt.Sprintf("is at %d, %d: x is from 0 to 23, and y not negative", x, y), "move it"
	case width < 1 || width > dashboardColumns || height < 1 || height > dashboardRows:
		return fmt.Sprintf("is %d by %d: a width is from 1 to 24, a height from 1 to 1000", width,
			height), "choose another size"
	case x+width > dashboardColumns:
		return fmt.Sprintf("ends in column %d of 24", x+width), "move it, or make it narrower"
	}
	return "", ""
}

func number(given *int, fallback int) int {
	if given == nil {
		return fallback
	}
	return *given
}

func (w dashboardWidget) metrics() [][]json.RawMessage {
	var metrics [][]json.RawMessage
	_ = json.Unmarshal(w.Properties["metrics"], &metrics) // metricProblem refuses anything else
	return metrics
}

// metricProblem: a widget shows metrics or, by its annotations, an alarm.
func (w dashboardWidget) metricProblem() (rule, fix string) {
	if len(w.Properties["metrics"]) == 0 && len(w.Properties["annotations"]) == 0 {
		return "should have required property properties/metrics", "name a metric"
	}
	var view string
	if given := w.Properties["view"]; len(given) > 0 &&
		(json.Unmarshal(given, &view) != nil || !slices.Contains(metricViews, view)) {
		return "has the view " + string(given) +
			", which is none of timeSeries, singleValue, gauge, bar, pie, table", "use one of these"
	}
	if given := w.Properties["metrics"]; len(given) > 0 && json.Unmarshal(given, &[][]json.RawMessage{}) != nil {
		return "should have an array of arrays in properties/metrics", "put each metric into an array of its own"
	}
	const most = 500
	metrics := w.metrics()
	if len(metrics) > most {
		return fmt.Sprintf("shows %d metrics of at most 500", len(metrics)), "split it"
	}
	for i, metric := range metrics {
		if rule, fix := metricRow(metric); rule != "" {
			return fmt.Sprintf("/properties/metrics/%d %s", i, rule), fix
		}
	}
	return "", ""
}

// metricRow: namespace, name and pairs of dimensions, then how it is drawn; or an expression.
func metricRow(row []json.RawMessage) (rule, fix string) {
	var drawn struct{ Expression string }
	words := len(row)
	if words > 0 && json.Unmarshal(row[words-1], &drawn) == nil {
		words--
	}
	for _, word := range row[:words] {
		if json.Unmarshal(word, new(string)) != nil {
			return "has " + string(word) + " where a text belongs", "write namespace, name and dimensions as texts"
		}
	}
	const least, mostDimensions = 2, 30
	switch {
	case words == 0 && drawn.Expression != "":
		return "", ""
	case words < least:
		return "names no metric", "give its namespace and name, or an expression"
	case words%2 != 0:
		return "has a dimension without a value", "give each dimension as a name and a value"
	case words > least+2*mostDimensions:
		return "has more than 30 dimensions", "leave some out"
	}
	return "", ""
}
