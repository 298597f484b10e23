package ecsimport

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// contract finds violations of the rules of Care's image, of ECS and of Service Connect.
func (i *importer) contract() {
	i.taskRoles()
	i.containers()
	i.missing()
	i.values()
	i.settingsHazard()
	i.bucketEndpoints()
	i.terminology()
}

// eachTask runs a check on every task once.
func (i *importer) eachTask(check func(t *taskDefinition, roles []role)) {
	var seen []*taskDefinition
	for _, r := range allRoles {
		if slices.Contains(seen, i.parts[r].task) {
			continue
		}
		seen = append(seen, i.parts[r].task)
		check(i.parts[r].task, i.rolesThat(func(p part) bool { return p.task == i.parts[r].task }))
	}
}

func (i *importer) taskRoles() {
	i.eachContainer(
		func(p part) bool { return p.task.TaskRoleArn != "" && p.task.TaskRoleArn == p.task.ExecutionRoleArn },
		"Task role and execution role of %s are the same one, so an attacker who controls Care can read every secret "+
			"that ECS can",
		"The program makes a role for each task and purpose, with no more than it needs",
	)
	i.eachTask(func(t *taskDefinition, roles []role) {
		if t.NetworkMode != "" && t.NetworkMode != "awsvpc" {
			i.report.breaks(fmt.Sprintf("Network mode %s of %s does not go with Fargate", code(t.NetworkMode), roleWords(roles)),
				"The program's tasks have `awsvpc`, and so an address and a security group each")
		}
	})
}

func (i *importer) containers() {
	i.eachContainer(func(p part) bool { return p.HealthCheck == nil },
		"No health check for %s: ECS does not look at the one in the image",
		"The program uses the image's own check for each, `/app/healthcheck.sh`")
	i.eachContainer(func(p part) bool { return p.ReadonlyRootFilesystem },
		"The root file system of %s is read-only, and Care writes to `/app` and `/tmp`", "The program leaves it writable")
	for _, r := range allRoles {
		p := i.parts[r]
		if !i.facts.starts(r, p.commandLine()) {
			i.report.breaks(fmt.Sprintf("The command of %s is not the image's script for ECS", r),
				fmt.Sprintf("The program runs %s; see that the image has it", code(i.facts.scripts[r])))
		}
		for _, file := range p.EnvironmentFiles {
			i.report.todo("Look into %s, from which the %s reads further variables that this import could not see",
				code(file.Value), r)
		}
	}
}

func (i *importer) eachContainer(broken func(part) bool, what, then string) {
	if roles := i.rolesThat(broken); len(roles) > 0 {
		i.report.breaks(fmt.Sprintf(what, roleWords(roles)), then)
	}
}

// rolesThat returns the roles whose containers satisfy so.
func (i *importer) rolesThat(so func(part) bool) []role {
	return slices.DeleteFunc(slices.Clone(allRoles), func(r role) bool { return !so(i.parts[r]) })
}

// missing reports the variables that a container needs and lacks. Containers that lack the same variables share one
// entry.
func (i *importer) missing() {
	var order []string
	lacking := map[string][]string{}
	for _, r := range i.facts.required {
		without := slices.DeleteFunc(slices.Clone(r.roles),
			func(o role) bool { return i.has(o, r.name) || i.hasInstead(o, r.instead) })
		if len(without) == 0 {
			continue
		}
		who := roleWords(without)
		if lacking[who] == nil {
			order = append(order, who)
		}
		lacking[who] = append(lacking[who], r.name)
	}
	for _, who := range order {
		i.report.breaks(fmt.Sprintf("Required and missing in %s: %s", who, codeWords(lacking[who])),
			"The program sets, generates or stands in for each of them, in all containers alike")
	}
}

// has reports whether a container has a usable value for a variable. Keys for SMS may be empty, and so may DATABASE_URL
// if the parts of the address are set.
func (i *importer) has(r role, name string) bool {
	g := i.entry(name).in[r]
	if !g.there || g.secret || g.text != "" || strings.HasPrefix(name, "SNS_") {
		return g.there
	}
	return name == "DATABASE_URL" && i.hasAll(r, addressParts)
}

// addressParts are the variables from which Care's scripts build DATABASE_URL if it is empty.
var addressParts = []string{"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB"}

func (i *importer) hasInstead(r role, lists [][]string) bool {
	return slices.ContainsFunc(lists, func(names []string) bool { return i.hasAll(r, names) })
}

func (i *importer) hasAll(r role, names []string) bool {
	for _, name := range names {
		if !i.has(r, name) {
			return false
		}
	}
	return len(names) > 0
}

// values checks every value by the rules of the program, once for all containers that share it.
func (i *importer) values() {
	for _, e := range i.entries {
		if i.leftBehind(e.name) != "" || rule.CareWired(e.name) {
			continue
		}
		var told []string
		for _, r := range allRoles {
			g := e.in[r]
			if !g.there || g.secret || slices.Contains(told, g.text) || isSecret(e.name, g.text) || isPlaceholder(g.text) {
				continue
			}
			told = append(told, g.text)
			if broken, ok := errors.AsType[*rule.Error](rule.CareVariable(e.name, e.name, g.text)); ok {
				i.report.breaks(
					fmt.Sprintf("%s of %s is %s: %s", code(e.name), roleWords(e.having(g)), codeOrEmpty(g.text), broken.Rule),
					i.afterValue(e),
				)
			}
		}
	}
}

// having returns the roles that have exactly this value.
func (e entry) having(g given) []role {
	return slices.DeleteFunc(slices.Clone(allRoles), func(r role) bool { return e.in[r] != g })
}

func (i *importer) afterValue(e entry) string {
	switch _, from := e.taken(); {
	case i.facts.setByProgram(e.name) != "" || e.name == currentDomain && i.domainWired:
		return "The program sets it"
	case i.stack.has(environmentKey, e.name), i.stack.has(parametersKey, e.name):
		return "That of " + from.String() + " is taken"
	}
	return fmt.Sprintf("Not imported; set it again with `pulumi config set --path %s.%s VALUE` if it is needed",
		environmentKey, e.name)
}

func (i *importer) settingsHazard() {
	e := i.entry(settingsVariable)
	taken, _ := e.taken()
	switch {
	case taken.text == stagingSettings:
		i.report.breaks(code(stagingSettings)+" signs every patient in with the same code",
			"Taken over: it is for invented patients only")
	case e.there() && rule.CareSettingsModule("", taken.text) != nil:
		i.report.breaks(fmt.Sprintf("%s is %s, which the image cannot run", code(settingsVariable), code(taken.text)),
			code(defaultSettings)+" is taken")
	}
}

// bucketEndpoints finds endpoints that contain the name of the bucket. Care, like boto3 with any custom endpoint, adds
// the bucket to the path, so all files are one level too deep.
func (i *importer) bucketEndpoints() {
	for _, prefix := range []string{"FILE_UPLOAD_BUCKET", "FACILITY_S3_BUCKET"} {
		bucket, _ := i.entry(prefix).taken()
		endpoint, _ := i.entry(prefix + "_ENDPOINT").taken()
		if bucket.secret || endpoint.secret || bucket.text == "" ||
			!strings.HasPrefix(endpoint.text, "https://"+bucket.text+".") {
			continue
		}
		i.report.breaks(fmt.Sprintf("%s names the bucket, so Care's files are below %s in it",
			code(prefix+"_ENDPOINT"), code(bucket.text+"/")),
			fmt.Sprintf("Copy them without that part: `aws s3 sync s3://%s/%s/ s3://NEW/`", bucket.text, bucket.text))
	}
}
