package aws

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/near"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// endpointServices are names that people try and that no service has
// (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html).
var endpointServices = map[string]string{
	"ecr": "ecr.api and ecr.dkr", "cloudwatch": "monitoring", "cloudwatchlogs": "logs", "efs": "elasticfilesystem",
	"elb":             "elasticloadbalancing",
	"secretmanager":   "secretsmanager",
	"secrets-manager": "secretsmanager",
	"parameterstore":  "ssm",
}

var ec2VpcEndpointType = rule("ec2/vpc-endpoint-type").OnInputs(func(d *standin.Draft) {
	among(d, "vpcEndpointType", "InvalidParameter", "Gateway", "Interface", "GatewayLoadBalancer", "Resource",
		"ServiceNetwork")
})

var ec2VpcEndpointService = rule("ec2/vpc-endpoint-service").OnInputs(func(d *standin.Draft) {
	name := d.In("serviceName")
	region, service, ok := awsService(name.Text())
	switch {
	case !ok:
	case region != d.Scope.Region && !isGiven(d.In("serviceRegion")):
		d.Refuse(name, "InvalidServiceName", "the VPC endpoint service does not exist in "+d.Scope.Region,
			"name the service of "+d.Scope.Region)
	case endpointServices[service] != "":
		d.Refuse(name, "InvalidServiceName", "the VPC endpoint service does not exist",
			"its name ends in "+endpointServices[service])
	case !slices.Contains(model.EndpointServices(),
		strings.TrimSuffix(service, "-fips")) && !d.Accepted(name) && !d.Unchanged(name):
		d.Refuse(name, "InvalidServiceName", "the VPC endpoint service does not exist", endpointAdvice(service)+
			fmt.Sprintf("; if AWS has it, pass --accept '%s'", d.Acceptance(name)))
	}
})

func endpointAdvice(service string) string {
	if meant := near.Of(service, model.EndpointServices()); meant != "" {
		return "did you mean " + strconv.Quote(meant) + "?"
	}
	return "name a service of AWS, such as com.amazonaws.<region>.ecr.api"
}

// awsService splits com.amazonaws.<region>.<service>, and reports whether the name is one of that form.
func awsService(name string) (region, service string, ok bool) {
	rest, ours := strings.CutPrefix(name, "com.amazonaws.")
	region, service, cut := strings.Cut(rest, ".")
	return region, service, ours && cut && regionForm.MatchString(region)
}

// gatewayServices are the only ones with gateway endpoints
// (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
var gatewayServices = []string{"s3", "dynamodb", "s3express"}

var ec2GatewayEndpoint = rule("ec2/gateway-endpoint").OnInputs(func(d *standin.Draft) {
	if d.In("vpcEndpointType").Text() != "Gateway" {
		return
	}
	name := d.In("serviceName")
	if _, service, ok := awsService(name.Text()); ok && !slices.Contains(gatewayServices, service) {
		d.Refuse(name, "InvalidParameter", "Endpoint type (Gateway) does not match available service types ([Interface])",
			"set vpcEndpointType to Interface")
	}
	for _, key := range []string{"subnetIds", "securityGroupIds"} {
		if v := d.In(key); v.Known() && len(v.Items()) > 0 {
			d.Refuse(v, "InvalidParameter", "a gateway endpoint has route tables, and neither subnets nor security groups",
				"give routeTableIds instead, or make an interface endpoint")
		}
	}
	if v := d.In("privateDnsEnabled"); v.Bool() {
		d.Refuse(v, "InvalidParameter", "private DNS is not supported for gateway endpoints", "remove privateDnsEnabled")
	}
})

var ec2InterfaceEndpoint = rule("ec2/interface-endpoint").OnInputs(func(d *standin.Draft) {
	if v := d.In("routeTableIds"); d.In("vpcEndpointType").Text() == "Interface" && v.Known() && len(v.Items()) > 0 {
		d.Refuse(v, "InvalidParameter", "an interface endpoint has subnets, and no route tables", "give subnetIds instead")
	}
})

var ec2VpcEndpointVpc = rule("ec2/vpc-endpoint-vpc").OnOperation(func(o *standin.Op) {
	vpc := o.In("vpcId").Text()
	if vpc == "" {
		return
	}
	for _, table := range o.All("routeTableIds") {
		if theirs := vpcOfTable(o.World, table.Text()); theirs != "" && theirs != vpc {
			o.Refuse(table, "InvalidParameter", "the route table belongs to "+vpcLabel(o, theirs),
				"use a route table of "+vpcLabel(o, vpc))
		}
	}
	for _, subnet := range o.All("subnetIds") {
		if theirs := vpcOfSubnet(o.World, subnet.Text()); theirs != "" && theirs != vpc {
			o.Refuse(subnet, "InvalidParameter", "the subnet belongs to "+vpcLabel(o, theirs),
				"use a subnet of "+vpcLabel(o, vpc))
		}
	}
	groupsInVpc(o, "securityGroupIds", vpc, "InvalidParameter")
})

var ec2VpcEndpointZone = rule("ec2/vpc-endpoint-zone").OnOperation(func(o *standin.Op) {
	seen := map[string]bool{}
	for _, subnet := range o.All("subnetIds") {
		zone := zoneOfSubnet(o.World, subnet.Text())
		if zone != "" && seen[zone] {
			o.Refuse(subnet, "DuplicateSubnetsInSameZone",
				"an interface endpoint has one subnet in a zone, and another one is in "+zone,
				"give one subnet for each zone")
		}
		seen[zone] = true
	}
})

var ec2VpcEndpointPrivateDns = rule("ec2/vpc-endpoint-private-dns").OnOperation(func(o *standin.Op) {
	v := o.In("privateDnsEnabled")
	vpc := o.World.Get(token.Ec2Vpc, o.In("vpcId").Text())
	if vpc == nil || !v.Bool() || o.Preview {
		return
	}
	if !vpc.Out("enableDnsSupport").Bool() || !vpc.Out("enableDnsHostnames").Bool() {
		o.Refuse(v, "InvalidParameter",
			"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for "+
				vpc.Label(), "set both on the VPC")
	}
})

var ec2VpcEndpointDnsConflict = rule("ec2/vpc-endpoint-dns-conflict").OnOperation(func(o *standin.Op) {
	v := o.In("privateDnsEnabled")
	if !v.Bool() || o.In("vpcId").Text() == "" {
		return
	}
	for _, other := range o.World.Where(token.Ec2VpcEndpoint, "vpcId", o.In("vpcId").Text()) {
		if !oldSelf(o, other) && other.Out("serviceName").Text() == o.In("serviceName").Text() &&
			other.Out("privateDnsEnabled").Bool() {
			o.Refuse(v, "InvalidParameter",
				"private-dns-enabled cannot be set because "+other.Label()+" has the service's DNS name already",
				"use one endpoint for the service")
		}
	}
})

var ec2GatewayEndpointRoute = rule("ec2/gateway-endpoint-route").OnOperation(func(o *standin.Op) {
	for _, table := range o.All("routeTableIds") {
		if table.Text() == "" {
			continue
		}
		for _, other := range o.World.Where(token.Ec2VpcEndpoint, "routeTableIds", table.Text()) {
			if !oldSelf(o, other) && other.Out("serviceName").Text() == o.In("serviceName").Text() {
				o.Refuse(table, "RouteAlreadyExists", "the route table has a route to the service already, by "+other.Label(),
					"use one endpoint for the service")
			}
		}
	}
})

var ec2FlowLogSource = rule("ec2/flow-log-source").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), invalidCombination, "vpcId", "subnetId", "eniId", "transitGatewayId",
		"transitGatewayAttachmentId")
	among(d, "trafficType", "InvalidParameter", "ACCEPT", "REJECT", "ALL")
	oneNumber(d, "maxAggregationInterval", "InvalidParameter", 60, 600)
	if !isGiven(d.In("transitGatewayId")) && !isGiven(d.In("transitGatewayAttachmentId")) {
		required(d, "MissingParameter", "trafficType")
	}
})

var ec2FlowLogDestination = rule("ec2/flow-log-destination").OnInputs(func(d *standin.Draft) {
	among(d, "logDestinationType", "InvalidParameter", "cloud-watch-logs", "s3", "kinesis-data-firehose")
	kind, destination := d.In("logDestinationType").Text(), d.In("logDestination")
	if kind == "cloud-watch-logs" {
		exactlyOne(d, d.Inputs(), "InvalidParameter", "logDestination", "logGroupName")
		if role := d.In("iamRoleArn"); !isGiven(role) {
			d.Refuse(role, "MissingParameter",
				"DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs",
				"give the ARN of a role that vpc-flow-logs.amazonaws.com may assume")
		}
	} else {
		required(d, "MissingParameter", "logDestination")
	}
	service := map[string]string{"cloud-watch-logs": "logs", "s3": "s3", "kinesis-data-firehose": "firehose"}[kind]
	if fields := strings.Split(destination.Text(), ":"); destination.Text() != "" && service != "" &&
		(len(fields) < 6 || fields[2] != service) {
		d.Refuse(destination, "InvalidParameter", "a destination of type "+kind+" is an ARN of "+service,
			"correct logDestination or logDestinationType")
	}
})
