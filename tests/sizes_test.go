package tests

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// sized creates the arguments of a component with a task of that size, in which 0 is not set, and validates them.
type sized struct {
	make  func(ctx *pulumi.Context, cpu, memory int) error
	check func(cpu, memory int) error
}

func sizedComponents() map[string]sized {
	service := func(cpu, memory int) *components.FargateServiceArgs {
		args := serviceArgs("app")
		args.Cpu, args.Memory = cpu, memory
		return args
	}
	redis := func(cpu, memory int) *components.RedisStackArgs {
		args := redisArgs("redis")
		args.Cpu, args.Memory = cpu, memory
		return args
	}
	care := func(cpu, memory int) *components.CareArgs {
		args := careArgs("web")
		args.Cpu, args.Memory = cpu, memory
		return args
	}
	celery := func(cpu, memory int) *components.CeleryArgs {
		args := celeryArgs("jobs")
		args.Cpu, args.Memory = cpu, memory
		return args
	}
	workers := func(cpu, memory int) *components.CeleryWorkersArgs {
		args := workersArgs("jobs")
		args.Cpu, args.Memory = cpu, memory
		return args
	}
	return map[string]sized{
		"FargateService": {func(ctx *pulumi.Context, cpu, memory int) error {
			_, err := components.NewFargateService(ctx, "app", service(cpu, memory))
			return err
		}, func(cpu, memory int) error { return service(cpu, memory).Validate() }},
		"RedisStack": {func(ctx *pulumi.Context, cpu, memory int) error {
			_, err := components.NewRedisStack(ctx, "redis", redis(cpu, memory))
			return err
		}, func(cpu, memory int) error { return redis(cpu, memory).Validate() }},
		"Care": {func(ctx *pulumi.Context, cpu, memory int) error {
			_, err := components.NewCare(ctx, "web", care(cpu, memory))
			return err
		}, func(cpu, memory int) error { return care(cpu, memory).Validate() }},
		"Celery": {func(ctx *pulumi.Context, cpu, memory int) error {
			_, err := components.NewCelery(ctx, "jobs", celery(cpu, memory))
			return err
		}, func(cpu, memory int) error { return celery(cpu, memory).Validate() }},
		"CeleryWorkers": {func(ctx *pulumi.Context, cpu, memory int) error {
			_, err := components.NewCeleryWorkers(ctx, "jobs", workers(cpu, memory))
			return err
		}, func(cpu, memory int) error { return workers(cpu, memory).Validate() }},
	}
}

func TestOneHalfOfASizeGetsTheSmallestOtherHalf(t *testing.T) {
	t.Parallel()
	all := sizedComponents()
	for name, sizes := range map[string][][4]int{ // given CPU and memory, then those of the task
		"FargateService": {
			{0, 0, 256, 512},
			{512, 0, 512, 1024},
			{0, 6144, 1024, 6144},
			{0, 512, 256, 512},
			{2048, 4096, 2048, 4096},
		},
		"RedisStack": {
			{0, 0, 1024, 3072},
			{512, 0, 512, 1024},
			{0, 6144, 1024, 6144},
			{0, 1024, 512, 1024},
			{2048, 8192, 2048, 8192},
		},
		"Care": {
			{0, 0, 512, 1024},
			{1024, 0, 1024, 2048},
			{0, 6144, 1024, 6144},
			{0, 2048, 512, 2048},
			{512, 4096, 512, 4096},
		},
		"Celery": {
			{0, 0, 1024, 3072},
			{1024, 0, 1024, 3072},
			{0, 4096, 1024, 4096},
			{0, 16384, 2048, 16384},
			{4096, 0, 4096, 8192},
		},
		"CeleryWorkers": {
			{0, 0, 1024, 3072},
			{1024, 0, 1024, 2048},
			{0, 2048, 1024, 2048},
			{0, 9216, 2048, 9216},
			{8192, 16384, 8192, 16384},
		},
	} {
		for _, size := range sizes {
			require.NoError(t, all[name].check(size[0], size[1]), "%s %v", name, size)
			result := pulumitest.MustRun(t, func(ctx *pulumi.Context) error { return all[name].make(ctx, size[0], size[1]) })
			definition := result.Only(t, taskDefinitionType)
			assert.Equal(t, fmt.Sprint(size[2], size[3]), definition.Text("cpu")+" "+definition.Text("memory"), "%s %v",
				name, size)
		}
	}
}

func TestAHalfThatFargateDoesNotOfferIsTheOneThatIsNamed(t *testing.T) {
	t.Parallel()
	for name, component := range sizedComponents() {
		for _, wrong := range []struct {
			cpu, memory int
			says        string
		}{
			{cpu: 300, says: "cpu = 300"},
			{memory: 6000, says: "memory = 6000: with 1024 CPU units Fargate offers 2048 to 8192"},
			{memory: 1000000, says: "memory = 1000000: with 16384 CPU units"},
		} {
			err := component.check(wrong.cpu, wrong.memory)
			require.ErrorContains(t, err, wrong.says, name)
			assert.NotContains(t, err.Error(), " = 0", name)
		}
	}
}
