package bill

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// item is something that AWS charges for. Its name includes the unit. Variants with prices of their own are separated
// by slashes and named as in AWS: fargate-vcpu-hour/ARM64/spot, rds-instance-hour/postgres/db.t4g.micro.
type item struct {
	name string
	// kinds matches the variant after the name.
	kinds *regexp.Regexp
	// example is a complete name.
	example string
	// counts describes the counted usage.
	counts string
}

func plain(name, counts string) item { return item{name, regexp.MustCompile(`^$`), name, counts} }

func kinded(name, kinds, example, counts string) item {
	return item{name, regexp.MustCompile("^/" + kinds + "$"), name + "/" + example, counts}
}

const (
	architecture = `(X86_64|ARM64)(/spot)?`
	standby      = `(/multi-az)?`
	balancers    = `(application|network|gateway)`
)

// items are all items in the order of a bill: compute, networks, data and others, followed by the items that depend on
// use and have no quantity.
var items = []item{
	kinded("fargate-vcpu-hour", architecture, "X86_64", "vCPU of tasks; also `ARM64`, and `/spot` after either"),
	kinded("fargate-gb-hour", architecture, "X86_64", "Memory of tasks; also `ARM64`, and `/spot` after either"),
	plain("fargate-storage-gb-hour", "Ephemeral storage of tasks above 20 GB, which are free"),
	kinded("rds-instance-hour", `[a-z-]+/db\.[a-z0-9]+\.[a-z0-9]+`+standby, "postgres/db.t4g.micro",
		"Databases by engine and class; `/multi-az` after it is one with a standby"),
	plain("database-insights-vcpu-hour",
		"vCPUs of databases in the advanced mode of Database Insights; the standard mode is free"),
	kinded("elasticache-node-hour", `[a-z]+/cache\.[a-z0-9]+\.[a-z0-9]+`, "valkey/cache.t4g.micro",
		"Nodes of caches by engine and type"),
	kinded("load-balancer-hour", balancers, "application", "Load balancers; also `network`, `gateway`"),
	plain("nat-gateway-hour", "NAT gateways"),
	plain("interface-endpoint-hour", "Interface endpoints in each zone"),
	plain("public-ipv4-hour", "Public addresses of tasks, load balancers, databases and NAT gateways"),
	kinded("rds-storage-gb-month", `(standard|gp2|gp3|io1|io2)`+standby, "gp3",
		"Storage of databases by type; also with `/multi-az`"),
	kinded("rds-iops-month", `(io1|io2)`+standby, "io1", "Provisioned IOPS of databases by type; also with `/multi-az`"),
	plain("cloudwatch-alarm-month", "Metrics that alarms watch; the first 10 of an account are free"),
	plain("cloudwatch-metric-month", "Metrics made of logs; the first 10 of an account are free"),
	plain("cloudwatch-dashboard-month", "Dashboards; the first 3 of an account are free"),
	plain("secretsmanager-secret-month", "Secrets"),
	plain("ssm-advanced-parameter-month", "Parameters of the advanced tier; those of the standard tier are free"),
	plain("kms-key-month", "Keys"),
	plain("hosted-zone-month", "Hosted zones that the stack creates"),
	plain("wafv2-web-acl-month", "Web ACLs that the stack creates"),
	plain("wafv2-rule-month", "Rules of these web ACLs"),

	kinded("load-balancer-lcu-hour", balancers, "application", "By use: capacity units of load balancers"),
	plain("nat-gateway-gb", "By use: data through NAT gateways, in either direction"),
	plain("interface-endpoint-gb", "By use: data through interface endpoints"),
	plain("data-transfer-out-gb", "By use: data to the internet; 100 GB of an account are free"),
	plain("data-transfer-zone-gb", "By use: data between zones, in each direction"),
	plain("log-ingestion-gb", "By use: logs written; 5 GB of an account are free"),
	plain("log-storage-gb-month", "By use: logs kept, compressed"),
	plain("flow-log-gb", "By use: flow logs written"),
	plain("efs-storage-gb-month", "By use: files on EFS"),
	plain("efs-read-gb", "By use: data read from EFS with elastic throughput"),
	plain("efs-write-gb", "By use: data written to EFS with elastic throughput"),
	plain("efs-backup-gb-month", "By use: backups of EFS"),
	plain("s3-backup-gb-month", "By use: backups of buckets by AWS Backup"),
	plain("rds-backup-gb-month", "By use: backups of databases; as much as the database's storage is free"),
	plain("aurora-storage-gb-month", "By use: storage of Aurora"),
	plain("aurora-io-request", "By use: input and output of Aurora"),
	plain("aurora-capacity-unit-hour", "By use: capacity units of serverless Aurora"),
	plain("ecr-storage-gb-month", "By use: images in ECR"),
	plain("s3-storage-gb-month", "By use: objects on S3"),
	kinded("s3-request", `(write|read)`, "write",
		"By use: PUT, COPY, POST and LIST requests; `read` is GET and the others"),
	plain("dns-query", "By use: DNS queries"),
	plain("wafv2-request", "By use: requests that a web ACL inspects"),
	plain("sns-email", "By use: e-mails of alarms; 1,000 of an account are free"),
	plain("scheduler-invocation", "By use: calls of schedules; 14 million of an account are free"),
}

// place returns the position of an item in a bill, or false if there is no such item.
func place(name string) (int, bool) {
	base, _, _ := strings.Cut(name, "/")
	for i, each := range items {
		if each.name == base && each.kinds.MatchString(strings.TrimPrefix(name, base)) {
			return i, true
		}
	}
	return 0, false
}

// Compare compares items by their positions in a bill.
func Compare(one, other string) int {
	first, _ := place(one)
	second, _ := place(other)
	return cmp.Or(cmp.Compare(first, second), cmp.Compare(one, other))
}

// unknown returns an error that suggests the most similar item.
func unknown(name string) error {
	base, _, _ := strings.Cut(name, "/")
	bases := make([]string, 0, len(items))
	for _, each := range items {
		if each.name == base {
			return fmt.Errorf("prices.%s: the variant after %s is not known; write it as in %s", name, base, each.example)
		}
		bases = append(bases, each.name)
	}
	return fmt.Errorf("prices.%s: is not a known item; %s", name, standin.Nearest(base, bases))
}
