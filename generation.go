package main

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// generationConfig is the generation of Care's image, and what only some generations have.
type generationConfig struct {
	Generation           string
	BeatMemory           int
	CareGunicornWorkers  int
	CeleryConcurrency    int
	EgressPorts          []int
	DatabaseOfUserExists bool
}

func (r *reader) readGeneration(c *Config) {
	c.Generation = r.text("generation", string(components.DefaultCareGeneration))
	c.BeatMemory = r.integer("beatMemory", 0)
	c.CareGunicornWorkers = r.integer("careGunicornWorkers", 0)
	c.CeleryConcurrency = r.integer("celeryConcurrency", 0)
	c.EgressPorts = r.integers("egressPorts")
	c.DatabaseOfUserExists = r.boolean("databaseOfUserExists", false)
}

func (c Config) generation() components.CareGeneration {
	return components.CareGeneration(c.Generation)
}

// signsInByRole reports whether Care signs in to S3 and SNS with its tasks' roles, and not with a static key.
func (c Config) signsInByRole() bool { return c.generation() == components.Care3 }

// beatMemory returns the memory of beat's container in MiB.
func (c Config) beatMemory() int {
	if c.BeatMemory != 0 {
		return c.BeatMemory
	}
	return c.generation().BeatMemory()
}

func (c Config) generationProblems() []error {
	problems := []error{
		rule.CareGeneration("care:generation", c.Generation),
		rule.Unique("care:egressPorts", c.EgressPorts),
	}
	for _, port := range c.EgressPorts {
		problems = append(problems, rule.Port("care:egressPorts", port))
	}
	if c.BeatMemory != 0 {
		problems = append(problems,
			rule.Between("care:beatMemory", c.BeatMemory, components.MinBeatMemory, components.MaxBeatMemory))
	}
	if c.generation() == components.Care3 {
		return append(problems, c.care3Problems()...)
	}
	return append(problems, c.care2024Problems()...)
}

// care2024Problems refuses keys that only generation 3 reads.
func (c Config) care2024Problems() []error {
	const fix = `remove it, or set care:generation to "3" for such an image`
	var problems []error
	for _, set := range []struct {
		key   string
		count int
	}{
		{"care:careGunicornWorkers", c.CareGunicornWorkers},
		{"care:celeryConcurrency", c.CeleryConcurrency},
	} {
		if set.count != 0 {
			problems = append(problems, rule.Broken(set.key, set.count, "has an effect only with images of generation 3", fix))
		}
	}
	if c.DatabaseOfUserExists {
		problems = append(problems, rule.Broken("care:databaseOfUserExists", true, "has an effect only with images of generation 3", fix))
	}
	return problems
}

// care3Problems refuses keys that only generation 2024 reads, and values that generation 3 cannot use.
func (c Config) care3Problems() []error {
	problems := []error{
		c.processes("care:careGunicornWorkers", c.CareGunicornWorkers),
		c.processes("care:celeryConcurrency", c.CeleryConcurrency),
		c.databaseOfUserProblem(),
		rule.Care3PostgresVersion("care:databaseVersion", c.DatabaseVersion),
	}
	if c.ImageWithoutRediSearch {
		problems = append(problems, rule.Broken("care:imageWithoutRediSearch", true,
			"has an effect only with images of generation 2024: those of generation 3 need no RediSearch", "remove it"))
	}
	for _, name := range []string{"SNS_ACCESS_KEY", "SNS_SECRET_KEY"} {
		if c.Sms && c.gives(name) {
			problems = append(problems, rule.Broken("care:sms", true,
				"has generation 3 sign in to SNS with the task's role, which "+name+" contradicts", "remove "+name+", or care:sms"))
		}
	}
	if address, given := c.Environment[snowstormName]; given {
		_, err := rule.Snowstorm("care:environment."+snowstormName, address)
		problems = append(problems, err)
	}
	return problems
}

func (c Config) processes(key string, count int) error {
	if count == 0 {
		return nil
	}
	return rule.Between(key, count, 1, rule.MaxCareProcesses)
}

// databaseOfUserProblem: the start scripts of generation 3 wait for the database with a connection that names none, for
// which PostgreSQL takes the database with the user's name (scripts/wait_for_db.sh of Care;
// https://www.postgresql.org/docs/current/libpq-connect.html). Every server has one called postgres.
func (c Config) databaseOfUserProblem() error {
	name := c.DatabaseUsername
	if name == c.DatabaseName || name == "postgres" || c.DatabaseOfUserExists {
		return nil
	}
	return rule.Broken("care:databaseUsername", name,
		"with generation 3 there must be a database of this name as well, or Care's containers end when they start",
		fmt.Sprintf(`give it the value of care:databaseName, or run CREATE DATABASE "%s" and set care:databaseOfUserExists to true`, name))
}

// generationNames returns the variables that the keys of this file set, with the key for each.
func (c Config) generationNames() map[string]string {
	names := map[string]string{}
	if c.CareGunicornWorkers != 0 {
		names["GUNICORN_WORKERS"] = "care:careGunicornWorkers"
	}
	if c.CeleryConcurrency != 0 {
		names["CELERY_WORKER_CONCURRENCY"] = "care:celeryConcurrency"
	}
	return names
}

// storagePolicy is the name of the policy by which a task's role reaches the buckets.
const storagePolicy = "storage"

// apiPolicies returns the statements for the API's role; none where Care has a static key.
func (c Config) apiPolicies(buckets *components.Buckets) map[string][]components.PolicyStatement {
	if !c.signsInByRole() {
		return nil
	}
	return map[string][]components.PolicyStatement{storagePolicy: buckets.ObjectStatements()}
}

// workerPolicies returns the statements for the workers' roles; none where Care has a static key.
func (c Config) workerPolicies(buckets *components.Buckets) map[string][]components.PolicyStatement {
	if !c.signsInByRole() {
		return nil
	}
	return map[string][]components.PolicyStatement{storagePolicy: buckets.WorkerStatements()}
}

// snowstormName is the variable with the address of the terminology server of generation 3.
const snowstormName = "SNOWSTORM_DEPLOYMENT_URL"

// generationWarnings describes ways to the internet that are closed or not encrypted.
func (c Config) generationWarnings() []string {
	var warnings []string
	if slices.Contains(c.EgressPorts, 80) {
		warnings = append(warnings, "care:egressPorts has 80: plain HTTP can be read and changed on its way. Use https addresses where there are any.")
	}
	if c.generation() != components.Care3 {
		return warnings
	}
	address, given := c.Environment[snowstormName]
	if !given {
		if c.gives(snowstormName) {
			return warnings
		}
		return append(warnings, "care:environment."+snowstormName+" is not set. Care's default is a plain HTTP address, port 80, which "+
			"belongs to nobody you have a contract with, and which the security groups keep closed unless care:egressPorts has 80: "+
			"searches for codes and terms fail. Set it to the https address of a terminology server.")
	}
	port, err := rule.Snowstorm(snowstormName, address)
	switch {
	case err != nil:
	case port != 443 && !slices.Contains(c.EgressPorts, port):
		warnings = append(warnings, fmt.Sprintf("care:environment.%s is on port %d, which the security groups keep closed. Add %d to care:egressPorts.",
			snowstormName, port, port))
	case len(address) > 4 && address[4] == ':':
		warnings = append(warnings, "care:environment."+snowstormName+" is plain HTTP, which can be read and changed on its way. Use an https address.")
	}
	return warnings
}

// warn prints what works differently from what one may expect, with the keys that change it.
func (c Config) warn(ctx *pulumi.Context) {
	for _, warning := range slices.Concat(c.productionWarnings(), c.mailWarnings(), c.generationWarnings(), c.databaseWarnings(),
		c.redisWarnings()) {
		_ = ctx.Log.Warn(warning, nil)
	}
}

// databaseWarnings reminds of what is to be allowed for one update only.
func (c Config) databaseWarnings() []string {
	if !c.DatabaseMajorUpgrade {
		return nil
	}
	return []string{"care:databaseMajorUpgrade is set: a change of care:databaseVersion to a later major version stops the database for " +
		"some minutes at once, and cannot be undone. Remove the key after the upgrade."}
}

// redisWarnings describes a Redis that lacks what Care of 2024 needs.
func (c Config) redisWarnings() []string {
	plain := c.RedisBackend == backendRedisStack && rule.PlainRedisServer(c.RedisImage) != ""
	if !plain || c.signsInByRole() || c.ImageWithoutRediSearch {
		return nil
	}
	return []string{"care:redisImage " + c.RedisImage + " has no RediSearch, without which Care's images of 2024 and early 2025 cannot search. " +
		"Use Redis Stack or, for an image that needs none, set care:imageWithoutRediSearch to true."}
}
