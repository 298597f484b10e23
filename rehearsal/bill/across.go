package bill

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
)

const (
	unitsPerVcpu = 1024
	mibPerGb     = 1024
	// freeStorage is the ephemeral storage of a task, in GB, that is free (https://aws.amazon.com/fargate/pricing/).
	freeStorage = 20
)

// tasks counts the tasks of services. Fargate charges for the size of the task, not of its containers, from the image
// pull to the end.
func (c *count) tasks() {
	for _, t := range live.FargateTasks(c.world) {
		running := c.Running(t.Service, float64(t.Count))
		for _, part := range []struct {
			share float64
			kinds []string
		}{
			{1 - t.Spot, []string{t.Architecture}},
			{t.Spot, []string{t.Architecture, "spot"}},
		} {
			c.AddHours(t.Service, part.share*running*float64(t.Cpu)/unitsPerVcpu, "fargate-vcpu-hour", part.kinds...)
			c.AddHours(t.Service, part.share*running*float64(t.Memory)/mibPerGb, "fargate-gb-hour", part.kinds...)
		}
		c.AddHours(t.Service, running*float64(t.Storage-freeStorage), "fargate-storage-gb-hour")
		if t.PublicIp {
			c.AddHours(t.Service, running, "public-ipv4-hour")
		}
		if t.Most > t.Count {
			c.Grow(fmt.Sprintf("%s may have up to %d tasks, and %d are counted", t.Service.Name, t.Most, t.Count))
		}
	}
}

// metrics counts custom metrics. AWS charges once for each metric, even if several filters write to it, and again for
// each combination of its dimensions, which is known only from the logs (https://aws.amazon.com/cloudwatch/pricing/).
func (c *count) metrics() {
	counted := map[string]bool{}
	for _, filter := range c.world.Live(token.CloudwatchLogMetricFilter) {
		metric := filter.Out("metricTransformation")
		name := metric.At("namespace").Text() + " " + metric.At("name").Text()
		switch {
		case len(metric.At("dimensions").Keys()) > 0:
			c.Use("metrics of log filters with dimensions", "cloudwatch-metric-month")
		case !counted[name]:
			counted[name] = true
			c.Add(filter, 1, "cloudwatch-metric-month")
		}
	}
}
