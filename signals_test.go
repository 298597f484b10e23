package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
)

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
	d := deployments[production](t)
	alarms, graphs := signals{}, signals{}
	for _, row := range tableRows(t, "Alarms") {
		name := strings.Trim(row[0], "`")
		if name == "deployment-failed" {
			pattern := d.Only(t, "aws:cloudwatch/eventRule:EventRule").Text("eventPattern")
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
	assert.Contains(t, d.Names("aws:cloudwatch/eventRule:EventRule"), "care-deployment-failed")
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
