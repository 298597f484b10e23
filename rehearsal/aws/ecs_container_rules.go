package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// task is a task definition with its document opened. Rules about containers see none when the document
// is not known yet.
type task struct {
	*standin.Draft
	containers []standin.Value
}

// taskRule judges a task definition by itself.
type taskRule = standin.RuleOf[*task]

var ecsContainerDefinitions = rule("ecs/container-definitions")

// taskChecks decodes the containers once for all rules, which then see only values of the API's types.
func taskChecks(rules ...taskRule) standin.CheckRule {
	return ecsContainerDefinitions.OnInputs(func(d *standin.Draft) {
		containers, sound := openContainers(d)
		if !sound {
			return
		}
		t := &task{Draft: d, containers: containers}
		for _, rule := range rules {
			rule.Apply(t)
		}
	})
}

func (t *task) refuse(at standin.Value, rule, fix string) { t.Refuse(at, ecsClient, rule, fix) }

// fargate reports that the definition is to be valid for Fargate.
func (t *task) fargate() bool { return t.In("requiresCompatibilities").Has("FARGATE") }

// awsvpc reports that tasks have a network interface of their own.
func (t *task) awsvpc() bool { return t.In("networkMode").Text() == "awsvpc" }

func (t *task) container(name string) standin.Value { return containerNamed(t.containers, name) }

// containerNamed is the container of that name, or a missing value.
func containerNamed(containers []standin.Value, name string) standin.Value {
	for _, container := range containers {
		if container.At("name").Text() == name {
			return container
		}
	}
	return standin.Value{}
}

// essential reports whether a container is essential, which is the default.
func essential(container standin.Value) bool {
	v := container.At("essential")
	return v.Missing() || v.Bool()
}

// twice are the values whose text an earlier one of the list has already.
func twice(values []standin.Value) []standin.Value {
	var repeated []standin.Value
	seen := map[string]bool{}
	for _, v := range values {
		if v.Text() != "" && seen[v.Text()] {
			repeated = append(repeated, v)
		}
		seen[v.Text()] = true
	}
	return repeated
}

// mostContainers is a quota that cannot be raised
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html, aws/amazon-ecs-cli#184).
const mostContainers = 10

var ecsContainerCount = rule("ecs/container-count").onTask(func(t *task) {
	if len(t.containers) > mostContainers {
		t.refuse(t.In("containerDefinitions"),
			fmt.Sprintf("Too many containers: a task definition has at most %d, this one %d", mostContainers,
				len(t.containers)), "split them over several services")
	}
})

var (
	ecsName   = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,255}$`)
	imageForm = regexp.MustCompile(`^[a-zA-Z0-9_.:/@#-]{1,255}$`)
)

var ecsContainerName = rule("ecs/container-name").onContainer(func(t *task, c standin.Value) {
	if name := c.At("name"); !ecsName.MatchString(name.Text()) {
		t.refuse(
			name,
			"Container.name contains invalid characters: up to 255 letters, digits, hyphens and underscores are allowed",
			"rename the container",
		)
	}
})

var ecsContainerImage = rule("ecs/container-image").onContainer(func(t *task, c standin.Value) {
	if image := c.At("image"); !imageForm.MatchString(image.Text()) {
		t.refuse(image, "Container.image contains invalid characters, or more than 255",
			"write it as registry/repository:tag")
	}
})

var ecsContainerNameDuplicate = rule("ecs/container-name-duplicate").onTask(func(t *task) {
	var names []standin.Value
	for _, c := range t.containers {
		names = append(names, c.At("name"))
	}
	for _, name := range twice(names) {
		t.refuse(name, "Container names must be unique within a Task Definition", "rename one of the two")
	}
})

var ecsEssentialContainer = rule("ecs/essential-container").onTask(func(t *task) {
	if len(t.containers) > 0 && !slices.ContainsFunc(t.containers, essential) {
		t.refuse(t.In("containerDefinitions"), "All tasks must have at least one essential container",
			"set essential to true in one of them")
	}
})

var ecsEnvironmentDuplicate = rule("ecs/environment-duplicate").onContainer(func(t *task, c standin.Value) {
	variables := c.All("environment.name")
	for _, name := range twice(variables) {
		t.refuse(name, "an environment variable is set once in a container", "remove one of the two")
	}
	for _, name := range twice(append(variables, c.All("secrets.name")...)) {
		if strings.Contains(name.Path(), ".secrets[") {
			t.refuse(
				name,
				"The secret name must be unique and not shared with any new or existing environment variables set on the container",
				"keep it in secrets only, and once",
			)
		}
	}
})

var environmentFile = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::[^/]+/.+\.env$`)

var ecsEnvironmentFile = rule("ecs/environment-file").onContainer(func(t *task, c standin.Value) {
	const most = 10
	if files := c.At("environmentFiles"); len(files.Items()) > most {
		t.refuse(files, "You can specify up to ten environment files", "join some of them")
	}
	for _, file := range c.All("environmentFiles.value") {
		if !environmentFile.MatchString(file.Text()) {
			t.refuse(file, "an environment file is the ARN of an S3 object whose name ends in .env",
				"write arn:aws:s3:::bucket/name.env")
		}
	}
})

var ecsContainerHealthCheck = rule("ecs/container-health-check").onContainer(func(t *task, c standin.Value) {
	check := c.At("healthCheck")
	if check.Missing() {
		return
	}
	t.between(check.At("interval"), 5, 300)
	t.between(check.At("timeout"), 2, 60)
	t.between(check.At("retries"), 1, 10)
	t.between(check.At("startPeriod"), 0, 300)
	command := check.At("command")
	words := command.Items()
	if len(words) < 2 || words[0].Text() != "CMD" && words[0].Text() != "CMD-SHELL" {
		t.refuse(command,
			"a health check's command begins with CMD and its arguments, or with CMD-SHELL and one line for the shell",
			`write ["CMD-SHELL", "<command> || exit 1"]`)
	}
})

func (t *task) between(v standin.Value, least, most int) {
	if v.Known() && (v.Int() < least || v.Int() > most) {
		t.refuse(v, fmt.Sprintf("the value is between %d and %d", least, most), fmt.Sprintf("choose %d to %d", least, most))
	}
}

var ecsContainerTimeout = rule("ecs/container-timeout").onContainer(func(t *task, c standin.Value) {
	if t.fargate() {
		t.between(c.At("startTimeout"), 2, 120)
		t.between(c.At("stopTimeout"), 2, 120)
	}
})

var ecsContainerRestartPolicy = rule("ecs/container-restart-policy").onContainer(func(t *task, c standin.Value) {
	t.between(c.At("restartPolicy.restartAttemptPeriod"), 60, 1800)
})

var ecsUlimitOrder = rule("ecs/ulimit-order").onContainer(func(t *task, c standin.Value) {
	for _, limit := range c.At("ulimits").Items() {
		soft, hard := limit.At("softLimit"), limit.At("hardLimit")
		if soft.Int() > hard.Int() && hard.Int() >= 0 {
			t.refuse(soft, fmt.Sprintf("the soft limit is at most the hard limit, %d", hard.Int()),
				"raise hardLimit or lower softLimit")
		}
	}
})

var ecsMountPoint = rule("ecs/mount-point").onContainer(func(t *task, c standin.Value) {
	volumes := t.All("volumes.name")
	open := t.In("volumes").Unknown() || slices.ContainsFunc(volumes, standin.Value.Unknown)
	for _, mount := range c.All("mountPoints.sourceVolume") {
		named := func(v standin.Value) bool { return v.Text() == mount.Text() }
		if !open && !slices.ContainsFunc(volumes, named) {
			t.refuse(mount, fmt.Sprintf("Unknown volume '%s'", mount.Text()), "add it to volumes, or correct the name")
		}
	}
	for _, path := range c.At("mountPoints").Items() {
		if at := path.At("containerPath"); at.Text() == "" {
			t.refuse(at, "a mount point has a containerPath", "set the path of the volume in the container")
		}
	}
	for _, from := range c.All("volumesFrom.sourceContainer") {
		if source := t.container(from.Text()); source.Missing() || source.Path() == c.Path() {
			t.refuse(from, "volumesFrom names another container of the task definition", "correct the name")
		}
	}
})
