package ecsimport

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// role is the purpose of one of Care's containers.
type role int

const (
	api role = iota
	beat
	worker
	roleCount
)

var allRoles = []role{api, beat, worker}

func (r role) String() string { return [...]string{"API", "beat", "worker"}[r] }

// part is one of Care's containers and its task.
type part struct {
	container

	task *taskDefinition
}

// where describes the container's place for the report.
func (p part) where() string { return fmt.Sprintf("%s, container %s", p.task.file, p.Name) }

// commandLine returns the container's entry point and command.
func (c container) commandLine() string {
	return strings.Join(append(slices.Clone(c.EntryPoint), c.Command...), " ")
}

// parts are Care's three containers.
type parts [roleCount]part

// A worker that also runs beat (celery worker --beat) has both words and is a worker, so beat comes last.
var (
	commandOf = []struct {
		role    role
		pattern *regexp.Regexp
	}{
		{worker, regexp.MustCompile(`celery_worker|\bcelery\b.*\bworker\b`)},
		{beat, regexp.MustCompile(`celery_beat|\bcelery\b.*\bbeat\b`)},
		{api, regexp.MustCompile(`\bstart(-ecs)?\.sh\b|\bgunicorn\b`)},
	}
	nameOf = []struct {
		role    role
		pattern *regexp.Regexp
	}{
		{beat, regexp.MustCompile(`beat`)},
		{worker, regexp.MustCompile(`worker|celery`)},
		{api, regexp.MustCompile(`backend|\bapi\b|\bweb\b|^care$`)},
	}
	careScript = regexp.MustCompile(`/app/(start|celery_beat|celery_worker)(-ecs)?\.sh\b`)
	careWord   = regexp.MustCompile(`(^|[-_/])care([-_:@]|$)`)
)

// recognise returns the role of a container from its command, its name, its port or, if it is the only container, its
// family.
func recognise(t *taskDefinition, c container) (role, bool) {
	command := c.commandLine()
	for _, known := range commandOf {
		if known.pattern.MatchString(command) {
			return known.role, true
		}
	}
	names := []string{c.Name}
	if len(t.Containers) == 1 {
		names = append(names, t.Family)
	}
	for i, name := range names {
		for _, known := range nameOf {
			if known.pattern.MatchString(strings.ToLower(name)) {
				return known.role, true
			}
		}
		if i == 0 && c.listens(carePort) {
			return api, true
		}
	}
	return 0, false
}

// carePort is the port of Care's image (docker/prod.Dockerfile).
const carePort = 9000

func (c container) listens(port int) bool {
	for _, mapping := range c.PortMappings {
		if mapping.ContainerPort == port {
			return true
		}
	}
	return false
}

// isCare reports whether a task definition is Care's and not that of another Django with Celery.
func isCare(t *taskDefinition) bool {
	if careWord.MatchString(t.Family) {
		return true
	}
	for _, c := range t.Containers {
		if careWord.MatchString(c.Name) || careWord.MatchString(c.Image) ||
			careScript.MatchString(strings.Join(c.Command, " ")) {
			return true
		}
	}
	return false
}

// find returns Care's three containers and the other containers of their tasks.
func find(tasks []*taskDefinition) (parts, []part, error) {
	var (
		found    parts
		others   []part
		problems []error
	)
	for _, t := range tasks {
		known := 0
		for _, c := range t.Containers {
			p := part{c, t}
			r, ok := recognise(t, c)
			switch {
			case !ok || !isCare(t):
				others = append(others, p)
				continue
			case found[r].task != nil:
				problems = append(
					problems,
					fmt.Errorf("%s: container %s runs Care's %s, as container %s of %s does; pass only one of them",
						t.file, c.Name, r, found[r].Name, found[r].task.file),
				)
			default:
				found[r] = p
			}
			known++
		}
		if known == 0 {
			problems = append(problems, notCare(t))
		}
	}
	if len(problems) == 0 {
		problems = missing(found, tasks)
	}
	return found, others, errors.Join(problems...)
}

func notCare(t *taskDefinition) error {
	var names []string
	fix := "leave it out"
	for _, c := range t.Containers {
		names = append(names, c.Name)
		for _, part := range []string{"redis", "postgres"} {
			if strings.Contains(c.Image, part) {
				fix = "leave it out, the program has its own " + strings.ToUpper(part[:1]) + part[1:]
			}
		}
	}
	return fmt.Errorf("%s: no task definition of Care: none of its containers (%s) runs Care's API, beat or worker; %s",
		t.file, strings.Join(names, ", "), fix)
}

func missing(found parts, tasks []*taskDefinition) []error {
	var problems []error
	var files []string
	for _, t := range tasks {
		files = append(files, t.file)
	}
	for _, r := range allRoles {
		if found[r].task == nil {
			problems = append(problems, fmt.Errorf("%s: no container runs Care's %s; pass its task definition as well "+
				"(it is known by its command, %s or %s, or "+
				"by its name)", strings.Join(files, ", "), r, facts2024.scripts[r], facts3.scripts[r]))
		}
	}
	return problems
}
