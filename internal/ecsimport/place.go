package ecsimport

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const regionKey = "aws:region"

// region imports the region: that of the task definitions, otherwise that of their logs, otherwise that of the ARNs in
// them.
func (i *importer) region() error {
	var own, logs, named []string
	for _, p := range i.parts {
		own = append(own, arnRegion(p.task.Arn))
		logs = append(logs, p.LogConfiguration.Options["awslogs-region"])
		named = append(named, arnRegion(p.RepositoryCredentials.Parameter))
		for _, s := range p.Secrets {
			named = append(named, arnRegion(s.ValueFrom))
		}
	}
	if i.options.Region != "" {
		i.stack.set(regionKey, i.options.Region, "--region", "")
		return nil
	}
	for _, source := range []struct {
		name    string
		regions []string
	}{{"taskDefinitionArn", own}, {"awslogs-region", logs}, {"the ARNs of secrets", named}} {
		switch regions := sound(source.regions); len(regions) {
		case 0:
		case 1:
			i.stack.set(regionKey, regions[0], source.name, "")
			return nil
		default:
			return fmt.Errorf("the task definitions are for several regions (%s, by %s); choose one with --region",
				strings.Join(regions, ", "), source.name)
		}
	}
	return errors.New("the task definitions name no region; set it with --region")
}

// sound returns the different values that are regions.
func sound(regions []string) []string {
	regions = slices.DeleteFunc(slices.Clone(regions), func(r string) bool { return rule.Region(regionKey, r) != nil })
	slices.Sort(regions)
	return slices.Compact(regions)
}

func arnRegion(arn string) string {
	if fields := strings.Split(arn, ":"); fields[0] == "arn" && len(fields) > 3 {
		return fields[3]
	}
	return ""
}

// surroundings imports the settings that are not variables.
func (i *importer) surroundings() {
	i.credentials()
	i.architecture()
	i.settings()
	i.logs()
	i.sizes()
}

func (i *importer) credentials() {
	const key = "care:imageCredentialsSecretArn"
	for _, r := range precedence {
		arn := i.parts[r].RepositoryCredentials.Parameter
		switch {
		case arn == "":
			continue
		case isPlaceholder(arn) || rule.Arn(key, arn, "secretsmanager") != nil:
			i.report.todo(
				"Set the ARN of the secret for the private registry, %s in the task definition: `pulumi config set %s ARN`. "+
					"Care's own images can be pulled without one",
				code(arn),
				key,
			)
		default:
			i.stack.set(key, arn, "repositoryCredentials", "")
		}
		return
	}
}

func (i *importer) architecture() {
	if i.parts[api].task.RuntimePlatform.CpuArchitecture == "ARM64" {
		i.stack.set("care:architecture", "ARM64", "runtimePlatform", "")
	}
}

func (i *importer) settings() {
	const key = "care:settingsModule"
	taken, _ := i.entry(settingsVariable).taken()
	if taken.there && !taken.secret && rule.CareSettingsModule(key, taken.text) == nil {
		i.stack.set(key, taken.text, settingsVariable, "")
		return
	}
	i.stack.set(key, defaultSettings, "", settingsVariable+" was none of Care's settings for deployments")
}

const (
	defaultSettings = "config.settings.production"
	stagingSettings = "config.settings.staging"
)

// ownGroups are the suffixes of the names of the program's log groups.
var ownGroups = []string{
	"/care-backend", "/care-celery-migrate", "/care-celery-beat", "/care-celery-worker", "/care-celery-worker-more",
	"/care-exec",
	"/redis-stack", "/redis-meter",
}

// logs imports the common prefix of the log groups' names. It extends the prefix if an existing group has a name that
// the program would use, because CloudWatch accepts no name twice.
func (i *importer) logs() {
	const key, usual = "care:logGroupPrefix", "/ecs"
	var groups, parents []string
	for _, p := range i.parts {
		group := p.LogConfiguration.Options["awslogs-group"]
		groups, parents = append(groups, group), append(parents, path.Dir(group))
	}
	prefix := usual
	common := len(distinct(parents)) == 1 && rule.LogGroupPrefix(key, parents[0]) == nil
	if common {
		prefix = parents[0]
	}
	for _, own := range ownGroups {
		if slices.Contains(groups, prefix+own) {
			i.stack.set(key, prefix+"/"+i.options.Stack, "awslogs-group",
				"was "+prefix+", but the old log groups have the names of the new ones")
			return
		}
	}
	if common {
		i.stack.set(key, prefix, "awslogs-group", "")
	}
}

// checkOwnParameters refuses a stack whose own parameters would have the names of existing ones.
func (i *importer) checkOwnParameters() error {
	own := "/care/" + i.options.Stack + "/"
	for _, e := range i.entries {
		taken, _ := e.taken()
		if taken.secret && (strings.HasPrefix(taken.text, own) || strings.Contains(taken.text, ":parameter"+own)) {
			return fmt.Errorf("stack %s: its own parameters would be at %s, and %s exists; choose another name with --stack",
				i.options.Stack, own, taken.text)
		}
	}
	return nil
}
