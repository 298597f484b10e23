// Package config reads the configuration of a stack and checks it. It has one file per subject, with the keys of the
// subject, their defaults and their rules. Pulumi.yaml declares and describes the keys.
package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// project is the project's name in Pulumi.yaml, and therefore the namespace of its keys.
const project = "care"

// Config is the configuration of a stack, by subject.
type Config struct {
	// Region is the AWS region, from aws:region.
	Region     string
	Image      Image
	Settings   Settings
	Mail       Mail
	Login      Login
	Network    Network
	Services   Services
	Scaling    Scaling
	Redis      Redis
	Database   Database
	Storage    Storage
	Watching   Watching
	Identities Identities
	Encryption Encryption
	Backup     Backup
	// Schedule is nil if the stack always runs.
	Schedule *components.CareHours
	// Stopped keeps the API and Celery without tasks.
	Stopped bool
	// ProtectData protects the database, the buckets and everything else that cannot be created again.
	ProtectData bool
}

// Load reads and checks the configuration, and logs a warning about each value that is accepted but may surprise. The
// error lists every problem. Pulumi accepts keys that no program reads; Load does not.
func Load(ctx *pulumi.Context) (Config, error) {
	c, err := load(ctx, stackKeys())
	if err != nil {
		return Config{}, err
	}
	for _, warning := range c.warnings() {
		_ = ctx.Log.Warn(warning, nil)
	}
	return c, nil
}

// load is Load without the warnings; keys are all keys that the stack sets.
func load(ctx *pulumi.Context, keys []string) (Config, error) {
	r := &reader{ctx: ctx}
	c := r.config()
	r.report(c.findAccount(ctx))
	problems := slices.Concat(r.problems, r.unknown(keys), c.problems())
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("the configuration of stack %s has problems:\n%w", ctx.Stack(), err)
	}
	return c, nil
}

// config reads every key.
func (r *reader) config() Config {
	c := Config{
		Image: r.image(), Settings: r.settings(), Mail: r.mail(), Login: r.login(), Network: r.network(),
		Services: r.services(), Scaling: r.scaling(), Redis: r.redis(), Database: r.database(), Storage: r.storage(),
		Watching: r.watching(), Identities: r.identities(), Encryption: r.encryption(), Schedule: r.schedule(),
		Backup:      r.backup(),
		Stopped:     r.boolean("stopped", false),
		ProtectData: r.boolean("protectData", true),
	}
	c.Region, _ = r.ctx.GetConfig("aws:region")
	return c
}

// problems checks every value.
func (c Config) problems() []error {
	return slices.Concat(
		c.imageProblems(), c.generationProblems(), c.mailProblems(), c.loginProblems(), c.networkProblems(),
		c.watchingProblems(), c.scheduleProblems(), c.serviceProblems(), c.scalingProblems(), c.redisProblems(),
		c.databaseProblems(), c.connectionProblems(), c.storageProblems(), c.settingsProblems(), c.identityProblems(),
		c.encryptionProblems(), c.backupProblems(), []error{c.snapshotAccountProblem()},
	)
}

// warnings describes accepted values that may surprise, with the keys that change them.
func (c Config) warnings() []string {
	return slices.Concat(c.stoppedWarnings(), c.productionWarnings(), c.releaseWarnings(), c.mailWarnings(),
		c.generationWarnings(), c.databaseWarnings(), c.connectionWarnings(), c.redisWarnings(), c.encryptionWarnings())
}

// stoppedWarnings reminds the reader that nobody can use a stopped stack.
func (c Config) stoppedWarnings() []string {
	if !c.Stopped {
		return nil
	}
	return []string{"care:stopped is true: the API, the workers and beat have no tasks. Remove the key to start them."}
}
