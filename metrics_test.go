package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// The types of the resources that watch the others.
const (
	metricAlarmType = "aws:cloudwatch/metricAlarm:MetricAlarm"
	filterType      = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
)

// documented has the names of some metrics in AWS's documentation, and a set of dimensions under which AWS sends them.
type documented struct {
	Namespace  string   `json:"namespace"`
	Names      []string `json:"names"`
	Dimensions []string `json:"dimensions"`
	Source     string   `json:"source"`
}

// looked is a metric that an alarm or a dashboard looks at, without the values of its dimensions.
type looked struct {
	namespace, name, dimensions string
}

func lookedAt(namespace, name string, dimensions []string) looked {
	return looked{namespace, name, strings.Join(slices.Sorted(slices.Values(dimensions)), ", ")}
}

// dashboardBody is the body of a dashboard in the CloudWatch API.
type dashboardBody struct {
	Widgets []dashboardWidget `json:"widgets"`
}

type dashboardWidget struct {
	Type                string `json:"type"`
	X, Y, Width, Height int
	Properties          struct {
		Title       string   `json:"title"`
		Markdown    string   `json:"markdown"`
		Region      string   `json:"region"`
		Period      int      `json:"period"`
		Alarms      []string `json:"alarms"`
		Metrics     [][]any  `json:"metrics"`
		Annotations struct {
			Horizontal []struct {
				Label string  `json:"label"`
				Value float64 `json:"value"`
			} `json:"horizontal"`
		} `json:"annotations"`
	} `json:"properties"`
}

func (d deployment) dashboard(tb testing.TB) dashboardBody {
	tb.Helper()
	var body dashboardBody
	require.NoError(tb, json.Unmarshal([]byte(d.Only(tb, "aws:cloudwatch/dashboard:Dashboard").Text("dashboardBody")), &body))
	return body
}

// metric splits a row of a graph into namespace, name, dimensions, and the options of the graph.
func (w dashboardWidget) metric(row []any) (metric looked, label string) {
	words, dimensions := []string{}, []string{}
	for _, word := range row {
		if drawn, last := word.(map[string]any); last {
			label = fmt.Sprint(drawn["label"])
			continue
		}
		words = append(words, fmt.Sprint(word))
	}
	for i := 2; i < len(words); i += 2 {
		dimensions = append(dimensions, words[i])
	}
	return lookedAt(words[0], words[1], dimensions), label
}

// alarmMetrics returns the metrics that an alarm looks at.
func alarmMetrics(alarm *pulumitest.Resource) map[looked]bool {
	all := map[looked]bool{}
	read := func(metric any) {
		fields, _ := metric.(map[string]any)
		dimensions, _ := fields["dimensions"].(map[string]any)
		all[lookedAt(fmt.Sprint(fields["namespace"]), fmt.Sprint(fields["metricName"]), slices.Collect(maps.Keys(dimensions)))] = true
	}
	queries, several := alarm.In("metricQueries").([]any)
	if !several {
		read(alarm.Plain)
	}
	for _, query := range queries {
		if fields, _ := query.(map[string]any); fields["metric"] != nil {
			read(fields["metric"])
		}
	}
	return all
}

// metricsOf returns all metrics that the alarms and the dashboard look at, with the alarm or the graph that does.
func (d deployment) metricsOf(tb testing.TB) map[looked]string {
	tb.Helper()
	all := map[looked]string{}
	for _, alarm := range d.OfType(metricAlarmType) {
		for metric := range alarmMetrics(alarm) {
			all[metric] = alarm.Name
		}
	}
	for _, widget := range d.dashboard(tb).Widgets {
		for _, row := range widget.Properties.Metrics {
			metric, _ := widget.metric(row)
			all[metric] = widget.Properties.Title
		}
	}
	return all
}

func documentedMetrics(tb testing.TB) map[looked]string {
	tb.Helper()
	content, err := os.ReadFile("testdata/metrics.json")
	require.NoError(tb, err)
	var entries []documented
	require.NoError(tb, json.Unmarshal(content, &entries))
	sources := map[looked]string{}
	for _, entry := range entries {
		require.True(tb, strings.HasPrefix(entry.Source, "https://docs.aws.amazon.com/"), entry.Source)
		for _, name := range entry.Names {
			sources[lookedAt(entry.Namespace, name, entry.Dimensions)] = entry.Source
		}
	}
	return sources
}

// made reports whether a filter on a log group of the stack gives the metric.
func (d deployment) made(metric looked) bool {
	return slices.ContainsFunc(d.OfType(filterType), func(filter *pulumitest.Resource) bool {
		dimensions, _ := filter.In("metricTransformation.dimensions").(map[string]any)
		return metric == lookedAt(filter.Text("metricTransformation.namespace"), filter.Text("metricTransformation.name"),
			slices.Collect(maps.Keys(dimensions)))
	})
}

func TestAlarmsAndDashboardsLookAtMetricsThatThereAre(t *testing.T) {
	t.Parallel()
	sources := documentedMetrics(t)
	unused := maps.Clone(sources)
	for _, stack := range stacks {
		d := deployments[stack](t)
		metrics := d.metricsOf(t)
		require.Greater(t, len(metrics), 15)
		for metric, by := range metrics {
			assert.True(t, sources[metric] != "" || d.made(metric), "%s looks at %v, which AWS does not send and no filter makes", by, metric)
			delete(unused, metric)
		}
	}
	assert.Empty(t, unused, "nothing looks at these any more: remove them from testdata/metrics.json")
}

func TestDimensionsAreThoseOfTheStack(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	cluster := d.Only(t, "aws:ecs/cluster:Cluster").State["name"].StringValue()
	suffix := func(token string) string { return d.Only(t, token).State["arnSuffix"].StringValue() }
	want := map[string][]string{
		"ClusterName": {cluster}, "ServiceName": {"care-backend", "care-celery", "redis"}, "DiscoveryName": {"redis"},
		"LoadBalancer": {suffix("aws:lb/loadBalancer:LoadBalancer")}, "TargetGroup": {suffix("aws:lb/targetGroup:TargetGroup")},
		"DBInstanceIdentifier": {d.Only(t, "aws:rds/instance:Instance").State["identifier"].StringValue()},
	}
	seen := map[string]map[string]bool{}
	for _, widget := range d.dashboard(t).Widgets {
		for _, row := range widget.Properties.Metrics {
			for i := 2; i+1 < len(row); i += 2 {
				name, value := fmt.Sprint(row[i]), fmt.Sprint(row[i+1])
				if seen[name] == nil {
					seen[name] = map[string]bool{}
				}
				seen[name][value] = true
			}
		}
	}
	for name, values := range want {
		for _, value := range values {
			assert.True(t, seen[name][value], "%s %s is not on the dashboard", name, value)
		}
	}
}

func TestWidgetsDoNotOverlapAndLeaveNoHoles(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		taken := map[[2]int]string{}
		bottom := 0
		for i, widget := range deployments[stack](t).dashboard(t).Widgets {
			name := fmt.Sprintf("%d %s", i, widget.Properties.Title)
			for x := widget.X; x < widget.X+widget.Width; x++ {
				for y := widget.Y; y < widget.Y+widget.Height; y++ {
					assert.Empty(t, taken[[2]int{x, y}], "%s covers", name)
					taken[[2]int{x, y}] = name
				}
			}
			bottom = max(bottom, widget.Y+widget.Height)
		}
		assert.Len(t, taken, 24*bottom, "every column of every row is used")
	}
}

func TestTheDashboardShowsTheStateOfEveryAlarm(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	var arns []string
	for _, alarm := range d.OfType(metricAlarmType) {
		arns = append(arns, alarm.State["arn"].StringValue())
	}
	first := d.dashboard(t).Widgets[0]
	assert.Equal(t, "alarm", first.Type)
	assert.ElementsMatch(t, arns, first.Properties.Alarms)
	assert.NotEqual(t, "alarm", deployments[staging](t).dashboard(t).Widgets[0].Type, "the staging has no alarms")
}

func TestErrorsAreCountedInTheLogsThatHaveSome(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		d := deployments[stack](t)
		var counted, logs []string
		for _, filter := range d.OfType(filterType) {
			d.Holder(t, "aws:cloudwatch/logGroup:LogGroup", "name", filter.Text("logGroupName"))
			if strings.HasPrefix(filter.Text("metricTransformation.name"), "LogErrors/") {
				assert.Equal(t, "?ERROR ?CRITICAL", filter.Text("pattern"))
				counted = append(counted, filter.Text("logGroupName"))
			}
		}
		for role, container := range d.careContainers(t) {
			if role != "beat" && role != "migrate" {
				logs = append(logs, container.LogConfiguration.Options["awslogs-group"])
			}
		}
		assert.ElementsMatch(t, logs, counted, stack)
	}
}

func TestAlarmsThatTakeMissingValuesForBadOnesWaitForTheServices(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	waiting := 0
	for _, alarm := range d.OfType(metricAlarmType) {
		if alarm.Text("treatMissingData") != "breaching" {
			continue
		}
		waiting++
		for _, service := range d.OfType("aws:ecs/service:Service") {
			assert.True(t, alarm.DependsOn(service), "%s would ring before %s gives it a value", alarm.Name, service.Name)
		}
	}
	assert.Equal(t, 2, waiting, "those about Redis and its meter")
}

const beatAlarm = "care-beat-silent"

// beatIsWatched reports whether the stack has the alarm, and fails if the filters and the graph are not there with it.
func beatIsWatched(t *testing.T, d deployment) bool {
	t.Helper()
	watched := slices.Contains(d.Names(metricAlarmType), beatAlarm)
	filters := 0
	for _, filter := range d.OfType(filterType) {
		if filter.Text("metricTransformation.name") == components.MetricScheduledTasks {
			filters++
		}
	}
	assert.Equal(t, watched, filters > 0, "the count is there for the alarm alone")
	shown := slices.ContainsFunc(d.dashboard(t).Widgets, func(w dashboardWidget) bool {
		return strings.HasPrefix(w.Properties.Title, "Scheduled tasks")
	})
	assert.Equal(t, watched, shown, "the graph is there with the count")
	return watched
}

func TestBeatIsWatchedWhereATaskIsKnownThatItSends(t *testing.T) {
	t.Parallel()
	const setting = "TASK_SUMMARIZE_FACILITY_CAPACITY"
	assert.True(t, beatIsWatched(t, deployments[production](t)))
	assert.False(t, beatIsWatched(t, deployments[staging](t)), "there are no alarms")
	assert.False(t, beatIsWatched(t, care3Deployments[production](t)), "3.x has no such task")
	for name, changes := range map[string]map[string]string{
		"one worker": {}, "another Redis": {"care:redisBackend": "external", "care:redisUrl": "redis://redis.example.org:6379"},
		"task on": {"care:environment": `{"` + setting + `":"True"}`},
	} {
		changes["care:alarms"] = "true"
		assert.True(t, beatIsWatched(t, deployVariant(t, changes)), name)
	}
	for name, changes := range map[string]map[string]string{
		"task off":            {"care:environment": `{"` + setting + `":"False"}`},
		"perhaps by a secret": {"care:secrets": `{"` + setting + `":"x"}`},
		"perhaps elsewhere":   {"care:secretParameters": `{"` + setting + `":"/care/setting"}`},
	} {
		changes["care:alarms"] = "true"
		assert.False(t, beatIsWatched(t, deployVariant(t, changes)), name)
	}
	assert.False(t, beatIsWatched(t, deployment{scheduled(t, map[string]string{"care:alarms": "true"})}), "it sleeps")
}

func TestAStackThatSleepsIsNotWatchedForSilence(t *testing.T) {
	t.Parallel()
	d := scheduled(t, map[string]string{"care:alarms": "true"})
	alarms := d.OfType(metricAlarmType)
	require.NotEmpty(t, alarms)
	for _, alarm := range alarms {
		assert.Equal(t, "notBreaching", alarm.Text("treatMissingData"), "%s would ring each night", alarm.Name)
	}
}
