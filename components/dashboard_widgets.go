package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The parts of a dashboard's body
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).

const (
	// dashboardColumns is the width of every dashboard.
	dashboardColumns = 24
	// dashboardPeriod is the period of the metrics in seconds, the "minute" in the titles.
	dashboardPeriod = 60
)

// row is a row of widgets, with a title unless it is empty.
type row struct {
	title   string
	height  int
	widgets []widget
}

// widget is a graph of series or, with alarms, their state.
type widget struct {
	title  string
	series []series
	// line is a value drawn across the graph, or 0 for none.
	line   float64
	alarms pulumi.StringArrayInput
}

// series is one curve.
type series struct {
	metric metric
	label  string
}

// layout returns the body: the rows below each other, without empty ones, and the widgets of a row with equal widths.
func (b *dashboardBuilder) layout(rows []row) pulumi.StringOutput {
	widgets, y := pulumi.Array{}, 0
	for _, r := range rows {
		if len(r.widgets) == 0 {
			continue
		}
		if r.title != "" {
			widgets = append(widgets, placed("text", 0, y, dashboardColumns, 1, pulumi.Map{
				"markdown": pulumi.String("## " + r.title), "background": pulumi.String("transparent"),
			}))
			y++
		}
		width := dashboardColumns / len(r.widgets)
		for i, w := range r.widgets {
			widgets = append(widgets, placed(w.kind(), i*width, y, width, r.height, w.properties(b.region())))
		}
		y += r.height
	}
	return pulumi.JSONMarshal(pulumi.Map{"widgets": widgets})
}

func placed(kind string, x, y, width, height int, properties pulumi.Map) pulumi.Map {
	return pulumi.Map{
		"type": pulumi.String(kind),
		"x":    pulumi.Int(x), "y": pulumi.Int(y), "width": pulumi.Int(width), "height": pulumi.Int(height),
		"properties": properties,
	}
}

func (w widget) kind() string {
	if w.alarms != nil {
		return "alarm"
	}
	return "metric"
}

func (w widget) properties(region pulumi.StringInput) pulumi.Map {
	if w.alarms != nil {
		return pulumi.Map{"title": pulumi.String(w.title), "alarms": w.alarms}
	}
	metrics := pulumi.Array{}
	for _, s := range w.series {
		metrics = append(metrics, s.metric.row(s.label))
	}
	properties := pulumi.Map{
		"title": pulumi.String(w.title), "region": region, "metrics": metrics, "view": pulumi.String("timeSeries"),
		"period": pulumi.Int(dashboardPeriod), "yAxis": pulumi.Map{"left": pulumi.Map{"min": pulumi.Int(0)}},
	}
	if w.line > 0 {
		properties["annotations"] = pulumi.Map{"horizontal": pulumi.Array{pulumi.Map{
			"label": pulumi.String("alarm"), "value": pulumi.Float64(w.line),
		}}}
	}
	return properties
}

// row returns the metric in the form of a dashboard: namespace, name, dimensions by name and value, and the options of
// the graph.
func (m metric) row(label string) pulumi.Array {
	words := pulumi.Array{m.namespace, pulumi.String(m.name)}
	for _, d := range m.dimensions {
		words = append(words, pulumi.String(d.name), d.value)
	}
	return append(words, pulumi.Map{"stat": pulumi.String(m.statistic), "label": pulumi.String(label)})
}
