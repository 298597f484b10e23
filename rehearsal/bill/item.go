package bill

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// item is something that AWS charges for. Its name says in what unit; what tells its prices apart follows after slashes,
// in AWS's own words: fargate-vcpu-hour/ARM64/spot, rds-instance-hour/postgres/db.t4g.micro.
type item struct {
	name string
	// kinds is what may follow.
	kinds *regexp.Regexp
	// example is a whole name, for whoever has mistyped one.
	example string
}

func plain(name string) item { return item{name, regexp.MustCompile(`^$`), name} }

func kinded(name, kinds, example string) item {
	return item{name, regexp.MustCompile("^/" + kinds + "$"), name + "/" + example}
}

const architecture = `(X86_64|ARM64)(/spot)?`

// items are all there are, in the order in which a bill lists them: machines, then networks, then data, then the rest.
var items = []item{
	kinded("fargate-vcpu-hour", architecture, "X86_64"),
	kinded("fargate-gb-hour", architecture, "X86_64"),
	plain("fargate-storage-gb-hour"),
	kinded("rds-instance-hour", `[a-z-]+/db\.[a-z0-9]+\.[a-z0-9]+`, "postgres/db.t4g.micro"),
	kinded("elasticache-node-hour", `[a-z]+/cache\.[a-z0-9]+\.[a-z0-9]+`, "valkey/cache.t4g.micro"),
	kinded("load-balancer-hour", `(application|network|gateway)`, "application"),
	plain("nat-gateway-hour"),
	plain("interface-endpoint-hour"),
	plain("public-ipv4-hour"),
	kinded("rds-storage-gb-month", `(standard|gp2|gp3|io1|io2)`, "gp3"),
	kinded("rds-iops-month", `(io1|io2)`, "io1"),
	plain("cloudwatch-alarm-month"),
	plain("cloudwatch-metric-month"),
	plain("cloudwatch-dashboard-month"),
	plain("secretsmanager-secret-month"),
	plain("ssm-advanced-parameter-month"),
	plain("kms-key-month"),
	plain("hosted-zone-month"),
	plain("wafv2-web-acl-month"),
	plain("wafv2-rule-month"),
}

// place is where an item stands in a bill; false when there is none of that name.
func place(name string) (int, bool) {
	base, _, _ := strings.Cut(name, "/")
	for i, each := range items {
		if each.name == base && each.kinds.MatchString(strings.TrimPrefix(name, base)) {
			return i, true
		}
	}
	return 0, false
}

// unknown says what may have been meant instead.
func unknown(name string) error {
	base, _, _ := strings.Cut(name, "/")
	bases := make([]string, 0, len(items))
	for _, each := range items {
		if each.name == base {
			return fmt.Errorf("prices.%s: what follows %s tells no price; write it as in %s", name, base, each.example)
		}
		bases = append(bases, each.name)
	}
	return fmt.Errorf("prices.%s: is nothing that is counted; %s", name, standin.Nearest(base, bases))
}
