package aws

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const validationError = "ValidationError" // ELB's, IAM's and CloudWatch's answer to a value that cannot be

// balancerNamePattern is for names of load balancers and target groups
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html).
var balancerNamePattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$`)

var elbName = rule("elb/name").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		validationError, balancerNamePattern,
		"a name has at most 32 characters, letters, digits and hyphens only, with no hyphen at either end",
		"choose such a name",
	})
	shortEnough(d, "namePrefix", validationError, 6)
})

var elbLoadBalancerName = rule("elb/load-balancer-name").OnInputs(func(d *standin.Draft) {
	elbName.Apply(d)
	if name := d.In("name"); strings.HasPrefix(name.Text(), "internal-") {
		d.Refuse(name, validationError, "a load balancer's name cannot begin with internal-", "choose another name")
	}
})

var elbLoadBalancerTimeouts = rule("elb/load-balancer-timeouts").OnInputs(func(d *standin.Draft) {
	within(d, "idleTimeout", "InvalidConfigurationRequest", 1, 4000)
	within(d, "clientKeepAlive", "InvalidConfigurationRequest", 60, 604800)
})

var elbLoadBalancerSubnets = rule("elb/load-balancer-subnets").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), validationError, "subnets", "subnetMappings")
})

// subnetPathsOfBalancer are the inputs that name subnets.
var subnetPathsOfBalancer = []string{"subnets", "subnetMappings.subnetId"}

var elbLoadBalancerZones = rule("elb/load-balancer-zones").OnOperation(func(o *standin.Op) {
	if o.In("loadBalancerType").Text() != "application" || !o.In("customerOwnedIpv4Pool").Missing() {
		return // one subnet is enough on an Outpost
	}
	for _, path := range subnetPathsOfBalancer {
		switch zones := zonesOfSubnets(o, path); {
		case len(sortedSet(zones)) < len(zones):
			o.Refuse(o.In(topOf(path)), "InvalidConfigurationRequest",
				"A load balancer cannot be attached to multiple subnets in the same Availability Zone",
				"give one subnet for each zone")
		case coversOneZone(o, path):
			o.Refuse(o.In(topOf(path)), validationError,
				"At least two subnets in two different Availability Zones must be specified", "add a subnet in another zone")
		}
	}
})

var elbLoadBalancerVpc = rule("elb/load-balancer-vpc").OnOperation(func(o *standin.Op) {
	for _, path := range subnetPathsOfBalancer {
		if vpc := subnetsInOneVpc(o, path, "InvalidConfigurationRequest"); vpc != "" {
			groupsInVpc(o, "securityGroups", vpc, "InvalidConfigurationRequest")
		}
	}
})

var elbLoadBalancerInternet = rule("elb/load-balancer-internet").OnOperation(func(o *standin.Op) {
	if o.Verb != standin.Create || o.In("internal").Bool() {
		return
	}
	for _, path := range subnetPathsOfBalancer {
		for _, subnet := range o.All(path) {
			vpc := vpcOfSubnet(o.World, subnet.Text())
			if without, luck := withoutGateway(o, vpc); without {
				o.Refuse(subnet, "InvalidSubnet", vpcLabel(o, vpc)+" has no internet gateway"+luck,
					"create the internet gateway first and have the load balancer depend on it, or set internal to true")
				return
			}
		}
	}
})

var elbTargetGroup = rule("elb/target-group").OnInputs(func(d *standin.Draft) {
	among(d, "protocol", validationError, "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE")
	among(d, "protocolVersion", validationError, "HTTP1", "HTTP2", "GRPC")
	if kind := d.In("targetType"); kind.Known() && kind.Text() != "lambda" {
		required(d, validationError, "port", "protocol", "vpcId")
	}
})

var elbTargetGroupAttributes = rule("elb/target-group-attributes").OnInputs(func(d *standin.Draft) {
	within(d, "deregistrationDelay", validationError, 0, 3600)
	if slow := d.In("slowStart"); slow.Int() != 0 {
		within(d, "slowStart", validationError, 30, 900)
	}
	within(d, "stickiness.cookieDuration", validationError, 1, 604800)
	among(d, "stickiness.type", validationError, "lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip",
		"source_ip_dest_ip_proto")
	among(d, "loadBalancingAlgorithmType", validationError, "round_robin", "least_outstanding_requests", "weighted_random")
})

var elbHealthCheckInterval = rule("elb/health-check-interval").OnInputs(func(d *standin.Draft) {
	interval, timeout := d.In("healthCheck.interval"), d.In("healthCheck.timeout")
	if interval.Known() && timeout.Known() && interval.Number() <= timeout.Number() {
		d.Refuse(interval, validationError, "Health check interval must be greater than the timeout, "+timeout.Show(),
			"raise the interval or lower the timeout")
	}
})

var elbHealthCheckAddress = rule("elb/health-check-address").OnInputs(func(d *standin.Draft) {
	if path := d.In("healthCheck.path"); path.Text() != "" && !strings.HasPrefix(path.Text(), "/") {
		d.Refuse(path, validationError, "a health check's path must begin with a slash", "write /"+path.Text())
	}
	if port := d.In("healthCheck.port"); port.Text() != "" && port.Text() != "traffic-port" {
		if number, err := strconv.Atoi(port.Text()); err != nil || number < 1 || number > 65535 {
			d.Refuse(port, validationError, "a health check's port is traffic-port or a number from 1 to 65535",
				"use traffic-port")
		}
	}
	if overHttp(d.In("protocol")) {
		among(d, "healthCheck.protocol", validationError, "HTTP", "HTTPS")
	} else {
		among(d, "healthCheck.protocol", validationError, "HTTP", "HTTPS", "TCP")
	}
})

func overHttp(protocol standin.Value) bool {
	return protocol.Text() == "HTTP" || protocol.Text() == "HTTPS"
}

var elbHealthCheckMatcher = rule("elb/health-check-matcher").OnInputs(func(d *standin.Draft) {
	matcher := d.In("healthCheck.matcher")
	least, most := 200, 599
	switch {
	case matcher.Text() == "" || d.In("protocolVersion").Unknown() || d.In("protocol").Unknown():
		return
	case d.In("protocolVersion").Text() == "GRPC":
		least, most = 0, 99
	case overHttp(d.In("protocol")):
		most = 499
	}
	for part := range strings.SplitSeq(matcher.Text(), ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, lastErr := strconv.Atoi(last)
		if err != nil || lastErr != nil || from < least || to > most || from > to {
			d.Refuse(matcher, validationError, "the codes of a health check are from "+strconv.Itoa(least)+" to "+
				strconv.Itoa(most)+", as a list or a range", `write them as in "200", "200,301" or "200-299"`)
			return
		}
	}
})
