//go:build unix

package tests

import (
	"fmt"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// cost is the cost of registering a program's resources. On a busy machine processor time is more reliable than elapsed
// time.
type cost struct {
	elapsed, processor time.Duration
	bytes              uint64
}

func (c cost) minus(other cost) cost {
	return cost{c.elapsed - other.elapsed, c.processor - other.processor, c.bytes - other.bytes}
}

func (c cost) plus(other cost) cost {
	return cost{c.elapsed + other.elapsed, c.processor + other.processor, c.bytes + other.bytes}
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// measure returns the cost of the program without that of AWS, whose answers are those of the earlier run.
func measure(b *testing.B, program pulumi.RunFunc, earlier *pulumitest.Result) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin, processor := time.Now(), processorTime(b)
	result := pulumitest.Run(program, pulumitest.Replay(earlier))
	taken := cost{elapsed: time.Since(begin), processor: processorTime(b) - processor}
	runtime.ReadMemStats(&after)
	if result.Err != nil {
		b.Fatal(result.Err)
	}
	taken.bytes = after.TotalAlloc - before.TotalAlloc
	return taken
}

// clients registers Redis and n services that connect to it.
func clients(n int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		redis, err := components.NewRedisStack(ctx, "redis", redisArgs("redis"))
		if err != nil {
			return err
		}
		for i := range n {
			name := fmt.Sprintf("client-%d", i)
			args := serviceArgs(name)
			args.Connects = map[string]components.ConnectionInput{"redis": redis.Connection}
			if _, err := components.NewFargateService(ctx, name, args); err != nil {
				return err
			}
		}
		return nil
	}
}

// ofClients returns the cost of n services without the program's own cost, as the median of the rounds.
func ofClients(b *testing.B, n, rounds int) cost {
	b.Helper()
	var total cost
	for range rounds {
		none := measure(b, clients(0), &pulumitest.Result{})
		total = total.plus(measure(b, clients(n), &pulumitest.Result{}).minus(none))
	}
	return total
}

func BenchmarkClientServices(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			total := ofClients(b, n, b.N)
			services := float64(n * b.N)
			b.ReportMetric(float64(total.elapsed)/services, "ns/service")
			b.ReportMetric(float64(total.processor)/services, "cpu-ns/service")
			b.ReportMetric(float64(total.bytes)/services, "B/service")
		})
	}
}

// BenchmarkGrowth alternates between many small programs and one large program with as many services, so that both see
// the same machine. The cost of a service must not grow: the ratios have to stay near 1.
func BenchmarkGrowth(b *testing.B) {
	var small, large cost
	for range b.N {
		small = small.plus(ofClients(b, 10, 50))
		large = large.plus(ofClients(b, 1000, 1))
		small = small.plus(ofClients(b, 10, 50))
	}
	b.ReportMetric(float64(large.elapsed)/float64(small.elapsed), "time-ratio")
	b.ReportMetric(float64(large.processor)/float64(small.processor), "cpu-ratio")
	b.ReportMetric(float64(large.bytes)/float64(small.bytes), "bytes-ratio")
}

// staging registers a graph like the staging's: network, load balancer, cluster, data, Redis, Celery and Care.
func staging(ctx *pulumi.Context) error {
	network, err := components.NewVpc(ctx, "net", vpcArgs(""))
	if err != nil {
		return err
	}
	entrance := albArgs("")
	entrance.VpcId, entrance.SubnetIds = network.VpcId, network.PublicSubnetIds
	alb, err := components.NewAlb(ctx, "alb", entrance)
	if err != nil {
		return err
	}
	postgres, err := components.NewPostgres(ctx, "db",
		&components.PostgresArgs{VpcId: network.VpcId, SubnetIds: network.DataSubnetIds})
	if err != nil {
		return err
	}
	if _, err := components.NewBuckets(ctx, "files", bucketsArgs("")); err != nil {
		return err
	}
	cache, jobs, web := redisArgs("redis"), celeryArgs("jobs"), careArgs("web")
	for _, placement := range []*components.Placement{&cache.Placement, &jobs.Placement, &web.Placement} {
		placement.VpcId, placement.SubnetIds = network.VpcId, network.ApplicationSubnetIds
		placement.AssignPublicIp = pulumi.Bool(true)
	}
	web.Entrance = components.Entrance{
		ListenerArn: alb.ListenerArn, HostName: alb.HostName, SecurityGroupId: alb.SecurityGroupId,
	}
	redis, err := components.NewRedisStack(ctx, "redis", cache)
	if err != nil {
		return err
	}
	environment, err := components.NewCareEnvironment(ctx, "care", environmentArgs("care"))
	if err != nil {
		return err
	}
	image := components.CareImage{Image: image, Variables: environment.Variables(), Secrets: environment.Secrets()}
	connects := map[string]components.ConnectionInput{"postgres": postgres.Connection, "redis": redis.Connection}
	jobs.Image, jobs.Connects, web.Image, web.Connects = image, connects, image, connects
	celery, err := components.NewCelery(ctx, "jobs", jobs)
	if err != nil {
		return err
	}
	web.WaitFor = map[string]pulumi.StringInput{"celery": celery.ServiceArn}
	_, err = components.NewCare(ctx, "web", web)
	return err
}

func BenchmarkStaging(b *testing.B) {
	earlier := pulumitest.MustRun(b, staging)
	resources := len(earlier.Resources)
	var total uint64
	for range b.N {
		total += measure(b, staging, earlier).bytes
	}
	b.ReportMetric(float64(resources), "resources")
	b.ReportMetric(float64(total)/float64(b.N)/float64(resources), "B/resource")
}
