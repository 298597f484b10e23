package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// share returns Redis's share of the task, without those of the proxy and the meter.
func (args RedisStackArgs) share() (cpu, memory int) {
	meterCpu, meterMemory := args.Meter.size()
	return args.Cpu - rule.ProxyCpu - meterCpu, args.Memory - rule.ProxyMemory - meterMemory
}

// settings returns the settings of Redis. The image's script splits them at spaces and has no quotes. With persistence
// the append-only file has every second's writes, so a snapshot that fails on the network file system must not stop the
// queue.
func (args RedisStackArgs) settings() string {
	_, memory := args.share()
	settings := fmt.Sprintf("--maxmemory %dmb --maxmemory-policy noeviction", memory*maxMemoryShare/100)
	if args.Persistence == nil {
		return settings
	}
	return settings + " --appendonly yes --appendfsync everysec --stop-writes-on-bgsave-error no"
}

// container returns the container of Redis. It does not change the command of Redis Stack's image, a script that loads
// the modules. With persistence another script runs that one and saves the data at a stop.
func (r *RedisStack) container(a RedisStackArgs) (Container, error) {
	cpu, memory := a.share()
	container := Container{
		Name:         redisContainer,
		Image:        a.Image,
		Cpu:          cpu,
		Memory:       memory,
		PortMappings: []PortMapping{{Name: redisPortName, ContainerPort: redisPort}},
		HealthCheck: &HealthCheck{
			Command: []string{
				"CMD-SHELL",
				"redis-cli ping | grep -q PONG",
			}, Interval: 10, Timeout: 5, Retries: 3, StartPeriod: 30,
		},
		StopTimeout: redisStopTimeout,
	}
	container.Command = a.command()
	// The script that saves is no init process, and the dumb-init of Redis Stack's image is one as the first process only.
	container.InitProcess = a.Persistence != nil
	if a.Password == nil {
		container.Environment = map[string]pulumi.StringInput{"REDIS_ARGS": pulumi.String(a.settings())}
		return container, nil
	}
	// ECS does not put one variable into another: the password needs the whole of REDIS_ARGS to be secret.
	secrets, err := NewSecrets(r.base.ctx, r.base.name, &SecretsArgs{
		Path: a.SecretsPath, KmsKeyArn: a.Placement.KmsKeyArn,
		Values: map[string]pulumi.StringInput{
			"REDIS_ARGS":     pulumi.Sprintf("%s --requirepass %s", a.settings(), a.Password),
			redisCliPassword: pulumi.ToSecret(a.Password).(pulumi.StringOutput),
		},
		Tags: a.Tags,
	}, pulumi.Parent(r))
	if err != nil {
		return container, err
	}
	container.Secrets = secrets.References()
	return container, nil
}
