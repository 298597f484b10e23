package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// report is the output of --json.
type report struct {
	Sound    bool            `json:"sound"`
	Services []serviceReport `json:"services"`
}

type serviceReport struct {
	Name  string `json:"name"`
	Sound bool   `json:"sound"`
	// TaskDefinition is the deployed revision, and Runs the revision that runs in ECS.
	TaskDefinition string    `json:"taskDefinition"`
	Runs           string    `json:"runs"`
	DesiredCount   int32     `json:"desiredCount"`
	HealthyCount   int32     `json:"healthyCount"`
	Findings       []finding `json:"findings"`
	Why            *why      `json:"why,omitempty"`

	connect serviceConnect
}

func (s state) report() serviceReport {
	result := serviceReport{
		Name: s.deployed.Name, TaskDefinition: short(s.deployed.TaskDefinitionArn), connect: s.deployed.ServiceConnect,
		HealthyCount: s.healthy(), Findings: s.judge(),
	}
	if s.service != nil {
		result.DesiredCount = s.service.DesiredCount
	}
	if primary := s.primary(); primary != nil {
		result.Runs = short(aws.ToString(primary.TaskDefinition))
	}
	if result.Sound = len(result.Findings) == 0; result.Sound {
		result.Findings = []finding{}
	}
	return result
}

func printJson(out io.Writer, value any) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		fmt.Fprintln(out, err)
	}
}

func printFailure(out io.Writer, err error) {
	printJson(out, struct {
		Sound bool   `json:"sound"`
		Error string `json:"error"`
	}{false, err.Error()})
}

func printText(out io.Writer, r report) {
	unsound := 0
	for _, service := range r.Services {
		if service.Sound {
			printLine(out, 0, "%s is as deployed: %s", service.Name, service.summary())
			continue
		}
		unsound++
		printUnsound(out, service)
	}
	if unsound > 0 {
		printLine(out, 0, "%d of %d services do not run as deployed", unsound, len(r.Services))
		return
	}
	printLine(out, 0, "all %d services run as deployed", len(r.Services))
}

func (s serviceReport) summary() string {
	parts := []string{s.Runs, fmt.Sprintf("%d of %s healthy", s.HealthyCount, tasks(s.DesiredCount))}
	if s.DesiredCount == 0 {
		parts[1] = "0 of 0 tasks, because it is scaled to zero"
	}
	if s.connect.Mode != modeOff {
		parts = append(parts, "Service Connect "+s.connect.String())
	}
	return strings.Join(parts, ", ")
}

func printUnsound(out io.Writer, s serviceReport) {
	printLine(out, 0, "%s IS NOT AS DEPLOYED", s.Name)
	for _, f := range s.Findings {
		printLine(out, 1, "- it %s", f.Text)
	}
	if s.Why != nil {
		printWhy(out, *s.Why)
	}
	for _, f := range s.Findings {
		if f.Remedy != "" {
			printLine(out, 1, "after fixing the cause, run: %s", f.Remedy)
		}
	}
}

func printWhy(out io.Writer, w why) {
	if w.Deployment != "" {
		printLine(out, 1, "%s", w.Deployment)
	}
	for _, task := range w.Tasks {
		state := "has a problem"
		if task.StoppedAt != nil {
			state = "stopped at " + stamp(*task.StoppedAt)
		}
		if task.Reason != "" {
			state += ": " + task.Reason
		}
		printLine(out, 1, "task %s of %s %s", task.Id, task.TaskDefinition, state)
		for _, container := range task.Containers {
			printContainer(out, container)
		}
	}
	if len(w.Events) > 0 {
		printLine(out, 1, "last events:")
	}
	for _, e := range w.Events {
		printLine(out, 2, "%s %s", stamp(e.At), e.Text)
	}
	for _, text := range w.Untold {
		printLine(out, 1, "not available: %s", text)
	}
}

func printContainer(out io.Writer, c containerStory) {
	var parts []string
	if c.ExitCode != nil {
		parts = append(parts, fmt.Sprintf("ended with status %d", *c.ExitCode))
	}
	if c.Health != "" {
		parts = append(parts, "unhealthy")
	}
	if c.Reason != "" {
		parts = append(parts, c.Reason)
	}
	if len(parts) == 0 {
		parts = []string{"did not start"}
	}
	printLine(out, 2, "container %s: %s", c.Name, strings.Join(parts, "; "))
	for _, line := range c.Log {
		printLine(out, 3, "| %s", line)
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// printLine prints one line. It removes control characters from text of AWS, which could affect the terminal or the CI
// runner.
func printLine(out io.Writer, level int, format string, values ...any) {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return ' '
		}
		return r
	}, fmt.Sprintf(format, values...))
	fmt.Fprintf(out, "%s%s\n", strings.Repeat("  ", level), text)
}
