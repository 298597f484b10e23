package controls

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var acmControls = []Control{{
	ID: "ACM.2", Title: "RSA keys of certificates have 2,048 bits or more", Remedy: "keyAlgorithm",
	token: token.AcmCertificate,
	breach: func(_ *standin.View, r *standin.Resource) string {
		return with("keyAlgorithm is RSA_1024", r.Out("keyAlgorithm").Text() == "RSA_1024")
	},
}}

var cloudWatchControls = []Control{{
	ID: "CloudWatch.16", Title: "Logs are kept for a year", Remedy: "retentionInDays", Further: true,
	token: token.CloudwatchLogGroup,
	breach: func(_ *standin.View, r *standin.Resource) string {
		const year = 365
		days := r.Out("retentionInDays").Int() // 0 is forever
		return with("retentionInDays is "+strconv.Itoa(days), days > 0 && days < year)
	},
}}

var ec2Controls = []Control{
	{
		ID: "EC2.2", Title: "The default security group of a VPC allows nothing",
		Remedy: "ec2.DefaultSecurityGroup without rules",
		token:  token.Ec2Vpc, breach: defaultGroupOpen,
	},
	{
		ID: "EC2.6", Title: "Rejected connections in a VPC are logged", Remedy: "ec2.FlowLog", token: token.Ec2Vpc,
		breach: func(world *standin.View, r *standin.Resource) string {
			logged := slices.ContainsFunc(world.Where(token.Ec2FlowLog, "vpcId", r.Id), func(log *standin.Resource) bool {
				return log.Out("trafficType").Text() != "ACCEPT"
			})
			return with("has no flow log of rejected connections", !logged)
		},
	},
	endpointControl("EC2.10", "the EC2 API", "ec2"),
	endpointControl("EC2.55", "the ECR API", "ecr.api"),
	endpointControl("EC2.56", "the registry of ECR", "ecr.dkr"),
	endpointControl("EC2.57", "Systems Manager", "ssm"),
	endpointControl("EC2.58", "the contacts of Incident Manager", "ssm-contacts"),
	endpointControl("EC2.60", "Incident Manager", "ssm-incidents"),
	{
		ID: "EC2.15", Title: "Subnets assign no public addresses by themselves", Remedy: "mapPublicIpOnLaunch",
		token: token.Ec2Subnet, breach: isFalse("mapPublicIpOnLaunch"),
	},
	{
		ID: "EC2.18", Title: "Security groups let the internet in to the ports 80 and 443 only",
		Remedy: "cidrIpv4, fromPort, toPort",
		token:  token.Ec2SecurityGroup,
		breach: func(world *standin.View, r *standin.Resource) string {
			for _, open := range openToInternet(world, r) {
				if open.protocol != "tcp" || open.from != open.to || open.from != 80 && open.from != 443 {
					return "lets the internet in to " + open.String()
				}
			}
			return ""
		},
	},
	{
		ID: "EC2.19", Title: "Security groups keep the internet from ports of databases and remote control",
		Remedy: "cidrIpv4, fromPort, toPort",
		token:  token.Ec2SecurityGroup,
		breach: func(world *standin.View, r *standin.Resource) string {
			for _, open := range openToInternet(world, r) {
				if slices.ContainsFunc(riskyPorts, open.has) {
					return "lets the internet in to " + open.String()
				}
			}
			return ""
		},
	},
}

// endpointControl returns the control that each VPC has an interface endpoint for the service of that name.
func endpointControl(id, what, service string) Control {
	return Control{
		ID: id, Title: "A VPC reaches " + what + " through an interface endpoint", Remedy: "ec2.VpcEndpoint",
		token: token.Ec2Vpc,
		breach: func(world *standin.View, r *standin.Resource) string {
			has := slices.ContainsFunc(world.Where(token.Ec2VpcEndpoint, "vpcId", r.Id), func(endpoint *standin.Resource) bool {
				_, name, _ := strings.Cut(strings.TrimPrefix(endpoint.Out("serviceName").Text(), "com.amazonaws."), ".")
				return name == service && endpoint.Out("vpcEndpointType").Text() == "Interface"
			})
			return with("has no interface endpoint for "+service, !has)
		},
	}
}

func defaultGroupOpen(world *standin.View, vpc *standin.Resource) string {
	groups := world.Where(token.Ec2DefaultSecurityGroup, "vpcId", vpc.Id)
	if len(groups) == 0 {
		return "its default security group has the rules that AWS made"
	}
	for _, group := range groups {
		rules := len(group.Out("ingress").Items()) + len(group.Out("egress").Items())
		for _, kind := range []string{
			token.VpcSecurityGroupIngressRule, token.VpcSecurityGroupEgressRule, token.Ec2SecurityGroupRule,
		} {
			rules += len(world.Where(kind, "securityGroupId", group.Id))
		}
		if rules > 0 {
			return "its default security group has rules"
		}
	}
	return ""
}

// riskyPorts are those of
// https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19.
var riskyPorts = []int{
	20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888,
	9200, 9300,
}

// opening is a range of ports that a security group opens.
type opening struct {
	protocol string
	from, to int
}

func (o opening) has(port int) bool {
	return o.protocol == everyProtocol || o.protocol != "icmp" && o.from <= port && port <= o.to
}

const everyProtocol = "-1"

func (o opening) String() string {
	switch {
	case o.protocol == everyProtocol:
		return "every port"
	case o.from == o.to:
		return o.protocol + " port " + strconv.Itoa(o.from)
	}
	return o.protocol + " ports " + strconv.Itoa(o.from) + " to " + strconv.Itoa(o.to)
}

// openToInternet returns the ports to which a group lets every address in.
func openToInternet(world *standin.View, group *standin.Resource) []opening {
	var found []opening
	add := func(at func(string) standin.Value, protocol string) {
		networks := append(at("cidrBlocks").Texts(), at("ipv6CidrBlocks").Texts()...)
		if slices.ContainsFunc(append(networks, at("cidrIpv4").Text(), at("cidrIpv6").Text()), isEverywhere) {
			found = append(found, opening{at(protocol).Scalar(), at("fromPort").Int(), at("toPort").Int()})
		}
	}
	for _, rule := range world.Where(token.VpcSecurityGroupIngressRule, "securityGroupId", group.Id) {
		add(rule.Out, "ipProtocol")
	}
	for _, rule := range world.Where(token.Ec2SecurityGroupRule, "securityGroupId", group.Id) {
		if rule.Out("type").Text() == "ingress" {
			add(rule.Out, "protocol")
		}
	}
	for _, rule := range group.Out("ingress").Items() {
		add(rule.At, "protocol")
	}
	return found
}

func isEverywhere(network string) bool { return network == "0.0.0.0/0" || network == "::/0" }
