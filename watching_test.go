package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
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
	require.NoError(tb,
		json.Unmarshal([]byte(d.Only(tb, "aws:cloudwatch/dashboard:Dashboard").Text("dashboardBody")), &body))
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
		all[lookedAt(fmt.Sprint(fields["namespace"]), fmt.Sprint(fields["metricName"]),
			slices.Collect(maps.Keys(dimensions)))] = true
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

// made reports whether a filter on a log group of the stack publishes the metric.
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
			assert.True(t, sources[metric] != "" || d.made(metric),
				"%s looks at %v, which AWS does not send and no filter makes", by, metric)
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
		"LoadBalancer": {
			suffix("aws:lb/loadBalancer:LoadBalancer"),
		}, "TargetGroup": {suffix("aws:lb/targetGroup:TargetGroup")},
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
		if strings.HasPrefix(alarm.Name, "care-backup-") {
			continue // There is no backup before the first night.
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
		"one worker":    {},
		"another Redis": {"care:redisBackend": "external", "care:redisUrl": "redis://redis.example.org:6379"},
		"task on":       {"care:environment": `{"` + setting + `":"True"}`},
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
	assert.False(t, beatIsWatched(t, deployment{scheduled(t, settings{"care:alarms": "true"})}), "it sleeps")
}

func TestAStackThatSleepsIsNotWatchedForSilence(t *testing.T) {
	t.Parallel()
	d := scheduled(t, settings{"care:alarms": "true"})
	alarms := d.OfType(metricAlarmType)
	require.NotEmpty(t, alarms)
	for _, alarm := range alarms {
		assert.Equal(t, "notBreaching", alarm.Text("treatMissingData"), "%s would ring each night", alarm.Name)
	}
}

// signalsPage has a table for each kind of signal, with its metric or log line and the source for that.
const signalsPage = "docs/signals.md"

var (
	inCode     = regexp.MustCompile("`([^`]+)`")
	sourceLink = regexp.MustCompile(`\]\((https://[^)\s]+|\.\./[^)\s]+)\)`)
	codeFence  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// tableRows returns the cells of the table under a heading of a page. It fails if a row has no source in its last cell.
func tableRows(t *testing.T, heading string) [][]string {
	t.Helper()
	content, err := os.ReadFile(signalsPage)
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "\n## "+heading+"\n")
	require.True(t, found, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][]string
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	require.Greater(t, len(rows), 2, "%s has a heading, a line and rows", heading)
	for _, row := range rows[2:] {
		require.Len(t, row, len(rows[0]), "%v", row)
		assert.Regexp(t, sourceLink, row[len(row)-1], "the row of %s has no source", row[0])
	}
	return rows[2:]
}

// codes returns the parts of a cell that are in backticks, sorted.
func codes(cell string) []string {
	names := []string{}
	for _, match := range inCode.FindAllStringSubmatch(cell, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return names
}

// onThePage returns how the page writes a metric: one of AWS's with its namespace, one of the stack's own without.
func onThePage(metric looked) string {
	if strings.HasPrefix(metric.namespace, "AWS/") {
		return metric.namespace + " " + metric.name
	}
	return metric.name
}

// signals are the metrics of each alarm or graph, in the order of their names.
type signals map[string][]string

func (s signals) add(signal string, metric looked) {
	if name := onThePage(metric); !slices.Contains(s[signal], name) {
		s[signal] = append(s[signal], name)
		slices.Sort(s[signal])
	}
}

func (d deployment) alarmSignals(tb testing.TB) signals {
	tb.Helper()
	found := signals{}
	for _, alarm := range d.OfType(metricAlarmType) {
		name := alarm.Name[strings.Index(alarm.Name, "care-")+len("care-"):]
		name = strings.TrimPrefix(name, "backend-")
		for metric := range alarmMetrics(alarm) {
			found.add(name, metric)
		}
	}
	return found
}

func (d deployment) graphSignals(tb testing.TB) signals {
	tb.Helper()
	found := signals{}
	for _, widget := range d.dashboard(tb).Widgets {
		for _, row := range widget.Properties.Metrics {
			metric, _ := widget.metric(row)
			found.add(widget.Properties.Title, metric)
		}
	}
	return found
}

func TestEveryAlarmAndGraphIsOnThePageOfSignals(t *testing.T) {
	t.Parallel()
	d, patterns := deployments[production](t), eventPatterns(t)
	alarms, graphs := signals{}, signals{}
	for _, row := range tableRows(t, "Alarms") {
		name := strings.Trim(row[0], "`")
		if pattern := patterns[name]; pattern != "" {
			delete(patterns, name)
			for _, event := range codes(row[1]) {
				assert.Contains(t, pattern, event)
			}
			continue
		}
		alarms[name] = codes(row[1])
	}
	for _, row := range tableRows(t, "Graphs") {
		graphs[row[0]] = codes(row[1])
	}
	assert.Equal(t, d.alarmSignals(t), alarms, "production has every alarm")
	assert.Equal(t, d.graphSignals(t), graphs, "production has every graph")
	assert.Empty(t, patterns, "each rule for events has a row")
}

// eventPatterns returns the patterns of all rules for events, by their names in messages. A stack that copies no
// backups has fewer.
func eventPatterns(t *testing.T) map[string]string {
	t.Helper()
	d := deployVariant(t, map[string]string{
		"care:alarms": "true", "care:backupPlan": "true", "care:databaseBackupWindow": "20:00-20:30",
		"care:databaseMaintenanceWindow": "sat:21:00-sat:21:30",
		"care:backupCopyVaultArn":        "arn:aws:backup:eu-west-1:123456789012:backup-vault:far",
	})
	patterns := map[string]string{}
	for _, rule := range d.OfType("aws:cloudwatch/eventRule:EventRule") {
		patterns[strings.TrimPrefix(rule.Name, "care-")] = rule.Text("eventPattern")
	}
	require.Len(t, patterns, 2)
	return patterns
}

// logLine is a line of running software, and the metrics in which filters have to count it.
type logLine struct {
	containers, metrics []string
	text                string
}

func logLines(t *testing.T) []logLine {
	t.Helper()
	var lines []logLine
	for _, row := range tableRows(t, "Log lines that are counted") {
		text := codes(row[1])
		require.Len(t, text, 1, row[1])
		lines = append(lines, logLine{codes(row[0]), codes(row[2]), text[0]})
	}
	return lines
}

func TestEveryFilterCountsTheLinesOfRunningSoftwareAndNoOthers(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	lines, metrics := logLines(t), map[string]bool{}
	for _, filter := range d.OfType(filterType) {
		pattern, err := logfilter.Parse(filter.Text("pattern"))
		require.NoError(t, err, "%s: only patterns that can be tried on a line are used", filter.Name)
		group := filter.Text("logGroupName")
		container, metric := group[strings.LastIndex(group, "/")+1:], filter.Text("metricTransformation.name")
		metrics[metric] = true
		matched := 0
		for _, line := range lines {
			if !slices.Contains(line.containers, container) {
				continue
			}
			counts := slices.Contains(line.metrics, metric)
			assert.Equal(t, counts, pattern.Matches(line.text), "%s and %s", filter.Name, line.text)
			if value := filter.Text("metricTransformation.value"); counts && strings.HasPrefix(value, "$") {
				_, ok := logfilter.Value(value, line.text)
				assert.True(t, ok, "%s takes no number from %s", filter.Name, line.text)
			}
			if counts {
				matched++
			}
		}
		assert.Positive(t, matched, "%s matches no line that anything is known to write", filter.Name)
	}
	for _, line := range lines {
		for _, metric := range line.metrics {
			assert.True(t, metrics[metric], "no filter counts in %s", metric)
		}
	}
}

// aboutSignals finds the words of a promise about a visible signal.
var aboutSignals = regexp.MustCompile(`(?i)\b(logs?|logged|lines?|metrics?|traceback|events?|measures|graph|row)\b`)

// paragraphs returns the paragraphs and list items of a page without its commands and headings.
func paragraphs(content string) []string {
	var found []string
	for paragraph := range strings.SplitSeq(codeFence.ReplaceAllString(content, "\n"), "\n\n") {
		text := strings.Join(strings.Fields(paragraph), " ")
		if text != "" && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "|") {
			found = append(found, text)
		}
	}
	return found
}

func TestEverySentenceAboutASignalHasItsSource(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("docs/operations.md")
	require.NoError(t, err)
	quoted := map[string]bool{}
	for _, row := range tableRows(t, "Sentences of the operations page") {
		quoted[row[0]] = false
	}
	for _, paragraph := range paragraphs(string(content)) {
		sourced := false
		for quote := range maps.Keys(quoted) {
			if strings.Contains(paragraph, quote) {
				sourced, quoted[quote] = true, true
			}
		}
		assert.True(t, sourced || !aboutSignals.MatchString(paragraph), "%s has no row for: %s", signalsPage, paragraph)
	}
	for quote, found := range quoted {
		assert.True(t, found, "the page no longer has: %s", quote)
	}
}

// The picture of the dashboard, in pixels.
const (
	pictureColumn = 50
	pictureRow    = 26
	pictureGap    = 5
	pictureWidth  = 24*pictureColumn + 2*pictureGap
)

// pictureColors are CloudWatch's colors for curves, in its order.
var pictureColors = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"}

func TestThePictureOfTheDashboardShowsItsLayout(t *testing.T) {
	t.Parallel()
	const path = "docs/dashboard.svg"
	got := deployments[production](t).dashboard(t).picture()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "go test -run %s . -update draws it again", t.Name())
}

// picture draws every widget at its place in the body, with its title, its curves' names, and the line of its alarm.
// The curves themselves are invented.
func (b dashboardBody) picture() string {
	var out strings.Builder
	bottom := 0
	for _, widget := range b.Widgets {
		bottom = max(bottom, widget.Y+widget.Height)
	}
	height := bottom*pictureRow + 2*pictureGap
	fmt.Fprintf(&out,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif">`+"\n",
		pictureWidth, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#f2f3f3"/>`+"\n", pictureWidth, height)
	for _, widget := range b.Widgets {
		widget.draw(&out)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// box is the area of a widget.
type box struct{ x, y, width, height float64 }

func (w dashboardWidget) draw(out *strings.Builder) {
	at := box{
		float64(w.X*pictureColumn + 2*pictureGap), float64(w.Y*pictureRow + 2*pictureGap),
		float64(w.Width*pictureColumn - 2*pictureGap), float64(w.Height*pictureRow - 2*pictureGap),
	}
	if w.Type == "text" {
		write(out, at.x+2, at.y+at.height/2+6, 15, "bold", "#16191f", strings.TrimPrefix(w.Properties.Markdown, "## "))
		return
	}
	fmt.Fprintf(out, `<rect x="%g" y="%g" width="%g" height="%g" rx="4" fill="#fff" stroke="#d5dbdb"/>`+"\n", at.x,
		at.y, at.width, at.height)
	write(out, at.x+10, at.y+17, 11, "bold", "#16191f", w.Properties.Title)
	if w.Type == "alarm" {
		w.drawAlarms(out, at)
		return
	}
	w.drawGraph(out, box{at.x + 12, at.y + 28, at.width - 24, at.height - 28 - 14*float64(w.legendLines(at)) - 8})
	w.drawLegend(out, at)
}

func write(out *strings.Builder, x, y float64, size int, weight, color, text string) {
	fmt.Fprintf(out, `<text x="%g" y="%g" font-size="%d" font-weight="%s" fill="%s">%s</text>`+"\n", x, y, size, weight,
		color, html.EscapeString(text))
}

// drawAlarms draws a box for each alarm, with the name that it has in the program.
func (w dashboardWidget) drawAlarms(out *strings.Builder, at box) {
	const gap = 6.0
	width := (at.width-20+gap)/float64(len(w.Properties.Alarms)) - gap
	for i, arn := range w.Properties.Alarms {
		name := arn[strings.LastIndex(arn, ":")+1:]
		name = name[:strings.LastIndex(name, "-")]
		x := at.x + 10 + float64(i)*(width+gap)
		fmt.Fprintf(out, `<rect x="%g" y="%g" width="%g" height="28" rx="3" fill="#f2f8f0" stroke="#1d8102"/>`+"\n", x,
			at.y+28, width)
		write(out, x+7, at.y+46, 10, "normal", "#16191f", name)
	}
}

// drawGraph draws axes, the alarm's line, and a curve for each metric, which its label alone decides.
func (w dashboardWidget) drawGraph(out *strings.Builder, at box) {
	for i := range 4 {
		y := at.y + at.height*float64(i)/3
		fmt.Fprintf(out, `<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="#eaeded"/>`+"\n", at.x, y, at.x+at.width, y)
	}
	for _, line := range w.Properties.Annotations.Horizontal {
		share := 0.18
		if strings.HasPrefix(w.Properties.Title, "Free") {
			share = 0.88 // this alarm goes off below its line
		}
		y := at.y + at.height*share
		fmt.Fprintf(out, `<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="#d13212" stroke-dasharray="4 3"/>`+"\n",
			at.x, y, at.x+at.width, y)
		write(out, at.x+at.width-30, y-3, 9, "normal", "#d13212", line.Label)
	}
	for i, row := range w.Properties.Metrics {
		_, label := w.metric(row)
		fmt.Fprintf(out, `<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>`+"\n",
			pictureColors[i%len(pictureColors)], curve(w.Properties.Title+label, at))
	}
}

// curve returns the points of an invented curve.
func curve(seed string, at box) string {
	hash := fnv.New32a()
	hash.Write([]byte(seed))
	phase, base := float64(hash.Sum32()%628)/100, 0.35+float64(hash.Sum32()/628%45)/100
	const steps = 48
	points := make([]string, 0, steps+1)
	for i := range steps + 1 {
		t := float64(i) / steps
		value := base + 0.1*math.Sin(2*math.Pi*t+phase) + 0.035*math.Sin(11*t+3*phase) + 0.02*math.Sin(37*t+phase)
		points = append(points, fmt.Sprintf("%.1f,%.1f", at.x+at.width*t, at.y+at.height*(1-value)))
	}
	return strings.Join(points, " ")
}

// legend returns the labels in lines that fit the widget.
func (w dashboardWidget) legend(width float64) [][]int {
	const character, between = 5.6, 26.0
	lines, used := [][]int{nil}, 0.0
	for i, row := range w.Properties.Metrics {
		_, label := w.metric(row)
		needed := float64(len(label))*character + between
		if used > 0 && used+needed > width {
			lines, used = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], i)
		used += needed
	}
	return lines
}

func (w dashboardWidget) legendLines(at box) int { return len(w.legend(at.width - 24)) }

func (w dashboardWidget) drawLegend(out *strings.Builder, at box) {
	lines := w.legend(at.width - 24)
	for n, line := range lines {
		x, y := at.x+12, at.y+at.height-8-14*float64(len(lines)-1-n)
		for _, i := range line {
			_, label := w.metric(w.Properties.Metrics[i])
			fmt.Fprintf(out, `<circle cx="%g" cy="%g" r="3.5" fill="%s"/>`+"\n", x+3, y-3.5, pictureColors[i%len(pictureColors)])
			write(out, x+11, y, 10, "normal", "#545b64", label)
			x += float64(len(label))*5.6 + 26
		}
	}
}

// controls returns which controls hold for a variant, with the keys and reasons of this project.
func (v variant) controls(t *testing.T) controls.Result {
	t.Helper()
	var result controls.Result
	v.world(t).Look(func(view *standin.View) { result = controls.Of(view) })
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	result.Apply(v.stack, project.Controls)
	return result
}

func TestEachControlHoldsOrHasAReason(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		result := variant{stack: stack}.controls(t)
		assert.Empty(t, result.Idle, stack)
		for _, f := range result.Findings {
			assert.Empty(t, f.Unexplained(), f.ID)
		}
	}
}

// Each key changes whether its control holds.
func TestKeysChangeTheirControls(t *testing.T) {
	t.Parallel()
	for id, config := range map[string]map[string]string{
		"CloudWatch.16": {"care:logRetentionDays": "30"},
		"EC2.6":         {"care:flowLogs": "false"},
		"ECS.2":         {"care:natGateways": "none"},
		"ECS.12":        {"care:containerInsights": "false"},
		"ELB.1":         {"care:domain": "", "care:hostedZoneId": ""},
		"ELB.6":         {"care:protectData": "false"},
		"RDS.5":         {"care:databaseMultiAz": "false"},
		"RDS.8":         {"care:protectData": "false"},
		"S3.17":         {"care:encryptionKey": "aws"},
		"RDS.11":        {"care:databaseBackupDays": "6"},
		"RDS.26":        {"care:backupPlan": "false"},
	} {
		result := variant{stack: production, config: config}.controls(t)
		for _, f := range result.Findings {
			if f.ID == id {
				assert.NotEmpty(t, f.Unexplained(), id)
				assert.True(t, slices.ContainsFunc(ownKey.FindAllString(f.Key, -1), func(key string) bool {
					_, ok := config[key]
					return ok
				}), "%s: %s", id, f.Key)
			}
		}
	}
	private := variant{stack: production, config: settings{"care:privateFacilityImages": "true"}}.controls(t)
	for _, f := range private.Findings {
		if f.ID == "S3.2" || f.ID == "S3.8" {
			assert.True(t, f.Holds(), f.ID)
		}
	}
}

func TestTheKeysOfControlsAreDeclared(t *testing.T) {
	t.Parallel()
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for id, keys := range project.Controls.Keys {
		for _, key := range ownKey.FindAllString(keys, -1) {
			assert.Contains(t, declared.Config, key, id)
		}
		assert.Empty(t, strings.Trim(ownKey.ReplaceAllString(keys, ""), ", "), id)
	}
}
