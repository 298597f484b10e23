package limits

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// QuotasFile is the file of a project in which quotas are stated.
const QuotasFile = "rehearsal.yaml"

// Kind is something that AWS limits.
type Kind struct {
	// Key is its name under quotas and limits in rehearsal.yaml.
	Key string
	// Name is what a report calls it. A rate is that of the second in which all tasks start.
	Name string
	// Default is AWS's default; it is 0 if each resource has a limit of its own.
	Default float64
	// Adjustable reports that AWS raises the limit on request, so that an account may have another one.
	Adjustable bool
	// Grows reports that AWS also raises the limit by itself as an account uses more, so that its value is seldom the
	// default.
	Grows bool
	// Remedy names what changes the limit or the use: an argument of AWS's resources, or a quota.
	Remedy string
	// Source is the page that has the default.
	Source string
}

const (
	ecsQuotas = "https://docs.aws.amazon.com/general/latest/gr/ecs-service.html"
	elbQuotas = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
	vpcQuotas = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
	mapQuotas = "https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html"
)

var (
	databaseConnections = Kind{
		Key: "database-connections", Name: "database connections",
		Remedy: "instanceClass, max_connections",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections",
	}
	redisClients = Kind{
		Key: "redis-clients", Name: "Redis clients", Remedy: "--maxclients",
		Source: "https://redis.io/docs/latest/develop/reference/clients/#maximum-concurrent-connected-clients",
	}
	redisMemory = Kind{
		Key: "redis-memory", Name: "Redis maxmemory, MiB", Remedy: "--maxmemory, memory",
		Source: "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/",
	}
	subnetAddresses = Kind{
		Key: "subnet-addresses", Name: "subnet addresses", Remedy: "cidrBlock",
		Source: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
	}
	groupTargets = Kind{
		Key: "targets-per-target-group", Name: "targets per target group", Default: 1000, Adjustable: true,
		Remedy: "desiredCount", Source: elbQuotas,
	}
	balancerTargets = Kind{
		Key: "targets-per-load-balancer", Name: "targets per balancer", Default: 1000, Adjustable: true,
		Remedy: "another balancer", Source: elbQuotas,
	}
	balancerRules = Kind{
		Key: "rules-per-load-balancer", Name: "rules per balancer", Default: 100, Adjustable: true,
		Remedy: "another balancer", Source: elbQuotas,
	}
	balancerGroups = Kind{
		Key: "target-groups-per-load-balancer", Name: "target groups per balancer", Default: 100,
		Remedy: "another balancer", Source: elbQuotas,
	}
	balancerCertificates = Kind{
		Key: "certificates-per-load-balancer", Name: "certificates per balancer", Default: 25, Adjustable: true,
		Remedy: "shared certificates", Source: elbQuotas,
	}
	fargateVcpus = Kind{
		Key: "fargate-on-demand-vcpus", Name: "Fargate vCPUs", Default: 6, Adjustable: true, Grows: true,
		Remedy: "quota L-3032A538",
		Source: ecsQuotas,
	}
	spotVcpus = Kind{
		Key: "fargate-spot-vcpus", Name: "Fargate Spot vCPUs", Default: 6, Adjustable: true, Grows: true,
		Remedy: "quota L-36FBB829",
		Source: ecsQuotas,
	}
	parameterRate = Kind{
		Key: "parameter-store-rate", Name: "GetParameters per second", Default: 40,
		Adjustable: true, Grows: true, Remedy: "higher throughput",
		Source: "https://docs.aws.amazon.com/general/latest/gr/ssm.html",
	}
	containersPerTask = Kind{
		Key: "containers-per-task-definition", Name: "containers per task", Default: 10,
		Remedy: "another service", Source: ecsQuotas,
	}
	tasksPerService = Kind{
		Key: "tasks-per-service", Name: "tasks per service", Default: 5000, Adjustable: true,
		Remedy: "another service", Source: ecsQuotas,
	}
	servicesPerCluster = Kind{
		Key: "services-per-cluster", Name: "services per cluster", Default: 5000, Adjustable: true,
		Remedy: "another cluster", Source: ecsQuotas,
	}
	connectInstances = Kind{
		Key: "instances-per-cloud-map-service", Name: "tasks per endpoint", Default: 1000,
		Remedy: "desiredCount", Source: mapQuotas,
	}
	namespaceInstances = Kind{
		Key: "instances-per-namespace", Name: "endpoints per namespace", Default: 2000, Adjustable: true,
		Remedy: "another namespace", Source: mapQuotas,
	}
	groupRules = Kind{
		Key: "rules-per-security-group", Name: "rules per security group", Default: 60, Adjustable: true,
		Remedy: "a shared group", Source: vpcQuotas,
	}
	securityGroups = Kind{
		Key: "security-groups", Name: "security groups", Default: 2500, Adjustable: true,
		Remedy: "shared groups", Source: vpcQuotas,
	}
	networkInterfaces = Kind{
		Key: "network-interfaces", Name: "network interfaces", Default: 5000, Adjustable: true,
		Remedy: "desiredCount", Source: vpcQuotas,
	}
	roles = Kind{
		Key: "roles", Name: "IAM roles", Default: 1000, Adjustable: true, Remedy: "shared roles",
		Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
	}
)

// Kinds are all that is computed.
var Kinds = []Kind{
	databaseConnections, redisClients, redisMemory, subnetAddresses, groupTargets, balancerTargets, balancerRules,
	balancerGroups,
	balancerCertificates, fargateVcpus, spotVcpus, parameterRate, containersPerTask, tasksPerService, servicesPerCluster,
	connectInstances, namespaceInstances, groupRules, securityGroups, networkInterfaces, roles,
}

// Quotas are the limits of an account that differ from AWS's defaults, by the keys of their kinds.
type Quotas map[string]float64

// Check returns an error if a key names nothing that can be raised, or a value is no positive number.
func (q Quotas) Check() error {
	var keys []string
	for _, kind := range Kinds {
		if kind.Adjustable {
			keys = append(keys, kind.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(q)) {
		switch {
		case !slices.Contains(keys, key):
			return fmt.Errorf("quotas.%s: is no quota that AWS raises; %s", key, standin.Nearest(key, keys))
		case q[key] <= 0:
			return fmt.Errorf("quotas.%s = %s: must be more than 0; write the value that Service Quotas shows", key,
				Amount(q[key]))
		}
	}
	return nil
}

// CheckKeys returns an error if a key is not that of a kind.
func CheckKeys(remedies map[string]string) error {
	keys := make([]string, 0, len(Kinds))
	for _, kind := range Kinds {
		keys = append(keys, kind.Key)
	}
	for _, key := range slices.Sorted(maps.Keys(remedies)) {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("limits.%s: is no limit that is computed; %s", key, standin.Nearest(key, keys))
		}
	}
	return nil
}
