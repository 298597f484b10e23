package live

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// ClusterName returns the name in a cluster's ARN, or the text itself if it is a name already. ECS uses the cluster
// "default" if a service names none.
func ClusterName(given string) string {
	if given == "" {
		return "default"
	}
	return given[strings.LastIndex(given, "/")+1:]
}

// IsFargate reports whether a capacity provider is one of Fargate's.
func IsFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

// FindCluster returns the live cluster of that name or ARN; nil for one from outside.
func FindCluster(world *standin.View, given string) *standin.Resource {
	if given == "" {
		given = "default"
	}
	if cluster := world.Find(token.EcsCluster, "arn", given); cluster != nil {
		return cluster
	}
	return world.Find(token.EcsCluster, "name", given)
}

// ClusterCapacities returns the associations of capacity providers with a cluster.
func ClusterCapacities(world *standin.View, cluster *standin.Resource) []*standin.Resource {
	return append(world.Where(token.EcsClusterCapacityProviders, "clusterName", cluster.Out("name").Text()),
		world.Where(token.EcsClusterCapacityProviders, "clusterName", cluster.Out("arn").Text())...)
}

// FindTaskDefinition returns the live task definition that a service names: a revision by its ARN or as
// family:revision, or the latest of a family.
func FindTaskDefinition(world *standin.View, text string) *standin.Resource {
	if text == "" {
		return nil
	}
	if exact := world.Find(token.EcsTaskDefinition, "arn", text); exact != nil {
		return exact
	}
	family, revision, one := strings.Cut(text[strings.LastIndex(text, "/")+1:], ":")
	var latest *standin.Resource
	for _, r := range world.Where(token.EcsTaskDefinition, "family", family) {
		if one && strings.HasSuffix(r.Out("arn").Text(), ":"+revision) && !strings.HasPrefix(text, "arn:") {
			return r
		}
		if latest == nil || r.Out("revision").Int() > latest.Out("revision").Int() {
			latest = r
		}
	}
	if one {
		return nil
	}
	return latest
}

// A vCPU is 1024 units and a GB 1024 MiB (API_RegisterTaskDefinition, cpu and memory).
const perUnit = 1024

var wholeNumber = regexp.MustCompile(`^\d+$`)

var inVcpu = regexp.MustCompile(`^(?i)(\d+|\d*\.\d+)\s*vcpu$`)

var inGigabytes = regexp.MustCompile(`^(?i)(\d+|\d*\.\d+)\s*gb$`)

// CpuUnits reads a task's cpu, given in units or as "1 vCPU"; false when there is none to be read.
func CpuUnits(v standin.Value) (int, bool) { return amount(v, inVcpu) }

// Mebibytes reads a task's memory, given in MiB or as "2 GB"; false when there is none to be read.
func Mebibytes(v standin.Value) (int, bool) { return amount(v, inGigabytes) }

func amount(v standin.Value, form *regexp.Regexp) (int, bool) {
	text := strings.TrimSpace(v.Text())
	if v.Raw().IsNumber() {
		return v.Int(), true
	}
	if wholeNumber.MatchString(text) {
		n, err := strconv.Atoi(text)
		return n, err == nil
	}
	match := form.FindStringSubmatch(text)
	if match == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(match[1], 64)
	return int(n * perUnit), err == nil
}
