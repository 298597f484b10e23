package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// snowstormName is the variable with the address of the terminology server of generation 3.
const snowstormName = "SNOWSTORM_DEPLOYMENT_URL"

// generationProblems checks the keys that only images of one generation use.
func (c Config) generationProblems() []error {
	problems := []error{rule.CareGeneration("care:generation", string(c.Image.Generation))}
	if c.Image.Generation == components.Care3 {
		return append(problems, c.care3Problems()...)
	}
	return append(problems, c.care2024Problems()...)
}

// care2024Problems refuses keys that only generation 3 reads.
func (c Config) care2024Problems() []error {
	const words = "has an effect only with images of generation 3"
	const fix = `remove it, or set care:generation to "3" for such an image`
	var problems []error
	if count := c.Services.CareGunicornWorkers; count != 0 {
		problems = append(problems, rule.Broken("care:careGunicornWorkers", count, words, fix))
	}
	if count := c.Services.CeleryConcurrency; count != 0 {
		problems = append(problems, rule.Broken("care:celeryConcurrency", count, words, fix))
	}
	if c.Database.OfUserExists {
		problems = append(problems, rule.Broken("care:databaseOfUserExists", true, words, fix))
	}
	return problems
}

// care3Problems refuses keys that only generation 2024 reads, and values that generation 3 cannot use.
func (c Config) care3Problems() []error {
	problems := []error{
		checkProcesses("care:careGunicornWorkers", c.Services.CareGunicornWorkers),
		checkProcesses("care:celeryConcurrency", c.Services.CeleryConcurrency),
		c.Database.ofUserProblem(),
		rule.Care3PostgresVersion("care:databaseVersion", c.Database.Version),
	}
	if c.Redis.ImageWithoutRediSearch {
		problems = append(problems, rule.Broken("care:imageWithoutRediSearch", true,
			"has an effect only with images of generation 2024: those of generation 3 need no RediSearch", "remove it"))
	}
	for _, name := range []string{"SNS_ACCESS_KEY", "SNS_SECRET_KEY"} {
		if c.Settings.Sms && c.Settings.sets(name) {
			problems = append(problems, rule.Broken("care:sms", true,
				"has generation 3 sign in to SNS with the task's role, which "+name+" contradicts", "remove "+name+", or care:sms"))
		}
	}
	if address, ok := c.Settings.Environment[snowstormName]; ok {
		_, err := rule.Snowstorm("care:environment."+snowstormName, address)
		problems = append(problems, err)
	}
	return problems
}

func checkProcesses(key string, count int) error {
	if count == 0 {
		return nil
	}
	return rule.Between(key, count, 1, rule.MaxCareProcesses)
}

// releaseWarnings describes an image whose tag is that of a release of the other generation.
func (c Config) releaseWarnings() []string {
	release := rule.CareRelease(c.Image.Name)
	if release == "" || release == string(c.Image.Generation) {
		return nil
	}
	return []string{
		fmt.Sprintf("care:generation is %s, but the tag of care:image %s is that of a release of generation %s. "+
			"If it is, its containers may fail to start: set care:generation to %[3]q, or choose another image.",
			c.Image.Generation, c.Image.Name, release),
	}
}

// generationWarnings describes ways to the internet that are closed or not encrypted.
func (c Config) generationWarnings() []string {
	var warnings []string
	if slices.Contains(c.Network.EgressPorts, 80) {
		warnings = append(warnings, "care:egressPorts has 80: plain HTTP can be read and changed on its way. "+
			"Use https addresses where there are any.")
	}
	if c.Image.Generation != components.Care3 {
		return warnings
	}
	const key = "care:environment." + snowstormName
	address, ok := c.Settings.Environment[snowstormName]
	if !ok && c.Settings.sets(snowstormName) {
		return warnings
	}
	if !ok {
		return append(warnings, key+" is not set. Care's default is a plain HTTP address, port 80, which "+
			"belongs to nobody you have a contract with, and which the security groups keep closed unless "+
			"care:egressPorts has 80: searches for codes and terms fail. Set it to the https address of a terminology server.")
	}
	port, err := rule.Snowstorm(snowstormName, address)
	switch {
	case err != nil:
	case port != 443 && !slices.Contains(c.Network.EgressPorts, port):
		warnings = append(warnings, fmt.Sprintf("%s is on port %d, which the security groups keep closed. "+
			"Add %[2]d to care:egressPorts.", key, port))
	case strings.HasPrefix(strings.ToLower(address), "http:"):
		warnings = append(warnings, key+" is plain HTTP, which can be read and changed on its way. Use an https address.")
	}
	return warnings
}
