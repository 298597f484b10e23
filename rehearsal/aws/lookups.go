package aws

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// lookup describes a function that finds one live resource of a type.
type lookup struct {
	token string
	kind  string
	// args are the arguments that a resource must agree with, with the properties that they mean. An argument that is not
	// among them selects nothing.
	args map[string]string
	// filters are the names of EC2's filters, with the properties that they mean.
	filters map[string]string
	// furnish adds the resources that each account has from the beginning to the world.
	furnish func(*standin.View, standin.Scope)
	// result adds results to the properties of the resource.
	result func(*standin.Question, *standin.Resource) standin.Props
}

func withDefaultVpc(world *standin.View, scope standin.Scope) { defaultVpc(world, scope) }

// id is the property of the identifier in args and filters.
const idProperty = "id"

var vpcFilters = map[string]string{
	"vpc-id": idProperty, "cidr": "cidrBlock", "cidr-block-association.cidr-block": "cidrBlock", "owner-id": "ownerId",
	"isDefault": "isDefault", "is-default": "isDefault", "state": "state",
}

var subnetFilters = map[string]string{
	"vpc-id":                  "vpcId",
	"subnet-id":               idProperty,
	"availability-zone":       "availabilityZone",
	"availabilityZone":        "availabilityZone",
	"availability-zone-id":    "availabilityZoneId",
	"cidr-block":              "cidrBlock",
	"cidr":                    "cidrBlock",
	"default-for-az":          "isDefault",
	"defaultForAz":            "isDefault",
	"map-public-ip-on-launch": "mapPublicIpOnLaunch",
	"owner-id":                "ownerId",
	"state":                   "state",
}

var groupFilters = map[string]string{
	"vpc-id":     "vpcId",
	"group-id":   idProperty,
	"group-name": "name",
	"owner-id":   "ownerId",
}

// lookups are the functions that this world answers from its resources.
func lookups() []lookup { return slices.Concat(networkLookups(), serviceLookups(), dataLookups()) }

func networkLookups() []lookup {
	return []lookup{
		{
			token: "aws:ec2/getVpc:getVpc", kind: token.Ec2Vpc, filters: vpcFilters, furnish: withDefaultVpc, result: vpcResult,
			args: map[string]string{
				"id":            idProperty,
				"cidrBlock":     "cidrBlock",
				"default":       "isDefault",
				"dhcpOptionsId": "dhcpOptionsId",
				"state":         "state",
			},
		},
		{
			token:   "aws:ec2/getSubnet:getSubnet",
			kind:    token.Ec2Subnet,
			filters: subnetFilters,
			furnish: withDefaultVpc,
			result:  subnetResult,
			args: map[string]string{
				"id": idProperty, "vpcId": "vpcId", "cidrBlock": "cidrBlock", "availabilityZone": "availabilityZone",
				"availabilityZoneId": "availabilityZoneId", "defaultForAz": "isDefault", "state": "state",
			},
		},
		{
			token:   "aws:ec2/getSecurityGroup:getSecurityGroup",
			kind:    token.Ec2SecurityGroup,
			filters: groupFilters,
			furnish: withDefaultVpc,
			args:    map[string]string{"id": idProperty, "name": "name", "vpcId": "vpcId"},
		},
		{
			token: "aws:ec2/getRouteTable:getRouteTable", kind: token.Ec2RouteTable, furnish: withDefaultVpc,
			filters: map[string]string{"vpc-id": "vpcId", "route-table-id": idProperty},
			args:    map[string]string{"routeTableId": idProperty, "vpcId": "vpcId"},
			result: func(_ *standin.Question, r *standin.Resource) standin.Props {
				return standin.Props{"routeTableId": r.Id}
			},
		},
		{
			token: "aws:ec2/getInternetGateway:getInternetGateway", kind: token.Ec2InternetGateway, furnish: withDefaultVpc,
			filters: map[string]string{"attachment.vpc-id": "vpcId", "internet-gateway-id": idProperty},
			args:    map[string]string{"internetGatewayId": idProperty},
			result: func(_ *standin.Question, r *standin.Resource) standin.Props {
				return standin.Props{
					"internetGatewayId": r.Id, "attachments": []standin.Props{{"state": "available", "vpcId": r.Out("vpcId").Text()}},
				}
			},
		},
	}
}

func serviceLookups() []lookup {
	return []lookup{
		{
			token: "aws:lb/getLoadBalancer:getLoadBalancer",
			kind:  token.LbLoadBalancer,
			args:  map[string]string{"arn": "arn", "name": "name"},
		},
		{
			token: "aws:lb/getTargetGroup:getTargetGroup",
			kind:  token.LbTargetGroup,
			args:  map[string]string{"arn": "arn", "name": "name"},
		},
		{
			token: "aws:lb/getListener:getListener", kind: token.LbListener,
			args: map[string]string{"arn": "arn", "loadBalancerArn": "loadBalancerArn", "port": "port"},
		},
		{
			token:  "aws:ecs/getCluster:getCluster",
			kind:   token.EcsCluster,
			args:   map[string]string{"clusterName": "name"},
			result: clusterResult,
		},
		{
			token: "aws:ecs/getTaskDefinition:getTaskDefinition",
			kind:  token.EcsTaskDefinition,
			args:  map[string]string{"taskDefinition": "family"},
			result: func(q *standin.Question, _ *standin.Resource) standin.Props {
				return standin.Props{"status": "ACTIVE", "taskDefinition": q.Args.At("taskDefinition").Text()}
			},
		},
		{token: "aws:iam/getRole:getRole", kind: token.IamRole, args: map[string]string{"name": "name"}},
		{token: "aws:iam/getUser:getUser", kind: token.IamUser, args: map[string]string{"userName": "name"}},
		{
			token: "aws:servicediscovery/getHttpNamespace:getHttpNamespace", kind: token.ServicediscoveryHttpNamespace,
			args: map[string]string{"name": "name"},
		},
		{
			token: "aws:servicediscovery/getDnsNamespace:getDnsNamespace", kind: token.ServicediscoveryHttpNamespace,
			args: map[string]string{"name": "name"},
		},
		{
			token: "aws:servicediscovery/getService:getService", kind: token.ServicediscoveryService,
			args: map[string]string{"name": "name", "namespaceId": "namespaceId"},
		},
	}
}

func dataLookups() []lookup {
	return []lookup{
		{token: "aws:s3/getBucket:getBucket", kind: token.S3BucketV2, args: map[string]string{"bucket": "bucket"}},
		{
			token: "aws:rds/getInstance:getInstance",
			kind:  token.RdsInstance,
			args:  map[string]string{"dbInstanceIdentifier": "identifier"},
		},
		{
			token: "aws:rds/getCluster:getCluster",
			kind:  token.RdsCluster,
			args:  map[string]string{"clusterIdentifier": "clusterIdentifier"},
		},
		{
			token: "aws:elasticache/getCluster:getCluster",
			kind:  token.ElasticacheCluster,
			args:  map[string]string{"clusterId": "clusterId"},
		},
		{
			token: "aws:elasticache/getReplicationGroup:getReplicationGroup", kind: token.ElasticacheReplicationGroup,
			args: map[string]string{"replicationGroupId": "replicationGroupId"},
		},
		{
			token: "aws:secretsmanager/getSecret:getSecret", kind: token.SecretsmanagerSecret,
			args: map[string]string{"arn": "arn", "name": "name"},
		},
		{token: "aws:ecr/getRepository:getRepository", kind: token.EcrRepository, args: map[string]string{"name": "name"}},
		{token: "aws:sns/getTopic:getTopic", kind: token.SnsTopic, args: map[string]string{"name": "name"}},
		{token: "aws:kms/getKey:getKey", kind: token.KmsKey, args: map[string]string{"keyId": idProperty}},
		{
			token: "aws:acm/getCertificate:getCertificate",
			kind:  token.AcmCertificate,
			args:  map[string]string{"domain": "domainName"},
			result: func(q *standin.Question, _ *standin.Resource) standin.Props {
				return standin.Props{"domain": q.Args.At("domain").Text(), "status": "ISSUED"}
			},
		},
		{
			token: "aws:cloudwatch/getLogGroup:getLogGroup",
			kind:  token.CloudwatchLogGroup,
			args:  map[string]string{"name": "name"},
		},
	}
}

func lookupInvokes() map[string]standin.Invoke {
	all := map[string]standin.Invoke{}
	for _, l := range lookups() {
		all[l.token] = l.one
	}
	plural := func(token, singular string) {
		for _, l := range lookups() {
			if l.token == singular {
				all[token] = l.many
			}
		}
	}
	plural("aws:ec2/getVpcs:getVpcs", "aws:ec2/getVpc:getVpc")
	plural("aws:ec2/getSubnets:getSubnets", "aws:ec2/getSubnet:getSubnet")
	plural("aws:ec2/getSecurityGroups:getSecurityGroups", "aws:ec2/getSecurityGroup:getSecurityGroup")
	plural("aws:ec2/getRouteTables:getRouteTables", "aws:ec2/getRouteTable:getRouteTable")
	return all
}

// one answers a function that is about one resource.
func (l lookup) one(q *standin.Question) (standin.Props, error) {
	found, err := l.find(q)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, l.nobody()
	case len(found) > 1:
		return nil, fmt.Errorf("%s: %d resources match; use more arguments, so that one does",
			standin.ShortType(l.token), len(found))
	}
	result := properties(found[0])
	if l.result != nil {
		maps.Copy(result, l.result(q, found[0]))
	}
	return echoed(q, result), nil
}

// many answers a function that lists identifiers. None may be right, but more likely they are in the person's account.
func (l lookup) many(q *standin.Question) (standin.Props, error) {
	found, err := l.find(q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, l.nobody()
	}
	ids, arns, vpcs := []any{}, []any{}, []any{}
	for _, r := range found {
		ids, arns, vpcs = append(ids, r.Id), append(arns, r.Out("arn").Text()), append(vpcs, r.Out("vpcId").Text())
	}
	return echoed(q, standin.Props{"id": q.Scope.Region, "ids": ids, "arns": arns, "vpcIds": vpcs}), nil
}

func (l lookup) nobody() error {
	return fmt.Errorf("no %s of this program or of a new account matches: %w", standin.ShortType(l.kind),
		standin.ErrUnanswered)
}

// find returns the live resources of the region that agree with all arguments.
func (l lookup) find(q *standin.Question) ([]*standin.Resource, error) {
	if l.furnish != nil {
		l.furnish(q.World, q.Scope)
	}
	var found []*standin.Resource
	candidates := q.World.Live(l.kind)
	if l.kind == token.Ec2SecurityGroup {
		candidates = append(candidates, ownGroups(q.World)...)
	}
	for _, r := range candidates {
		if r.Region != "" && r.Region != q.Scope.Region {
			continue
		}
		fits, err := l.fits(q, r)
		if err != nil {
			return nil, err
		}
		if fits {
			found = append(found, r)
		}
	}
	return found, nil
}

func (l lookup) fits(q *standin.Question, r *standin.Resource) (bool, error) {
	for _, key := range q.Args.Keys() {
		property, selects := l.args[key]
		if selects && isGiven(q.Args.Key(key)) && !agrees(q.World, r, property, scalarText(q.Args.Key(key))) {
			return false, nil
		}
	}
	tags := q.Args.At("tags")
	for _, key := range tags.Keys() {
		if r.Out("tags").Key(key).Text() != tags.Key(key).Text() {
			return false, nil
		}
	}
	for _, filter := range q.Args.At("filters").Items() {
		fits, err := l.passes(q.World, r, filter)
		if err != nil || !fits {
			return false, err
		}
	}
	return true, nil
}

// passes judges one of EC2's filters: any of its values will do, and * stands for any text.
func (l lookup) passes(world *standin.View, r *standin.Resource, filter standin.Value) (bool, error) {
	name := filter.At("name").Text()
	tag, tagged := strings.CutPrefix(name, "tag:")
	property, known := l.filters[name]
	if !known && !tagged && name != "tag-key" {
		return false, fmt.Errorf("the filter %q is not known here: %w", name, standin.ErrUnanswered)
	}
	for _, value := range filter.At("values").Texts() {
		var fits bool
		switch {
		case tagged:
			fits = matchesPattern(r.Out("tags").Key(tag).Text(), value)
		case name == "tag-key":
			fits = slices.Contains(r.Out("tags").Keys(), value)
		default:
			fits = agrees(world, r, property, value)
		}
		if fits {
			return true, nil
		}
	}
	return false, nil
}

// matchesPattern compares a text with a pattern in which * stands for any text.
func matchesPattern(text, pattern string) bool {
	before, rest, more := strings.Cut(pattern, "*")
	if !more {
		return text == pattern
	}
	if !strings.HasPrefix(text, before) {
		return false
	}
	text = text[len(before):]
	for i := range len(text) + 1 {
		if matchesPattern(text[i:], rest) {
			return true
		}
	}
	return false
}

func agrees(world *standin.View, r *standin.Resource, property, want string) bool {
	switch property {
	case "isDefault":
		return want == strconv.FormatBool(isDefault(world, r))
	case "state":
		return want == "available"
	case idProperty:
		return r.Id == want || r.Out("arn").Text() == want
	}
	return matchesPattern(scalarText(r.Out(property)), want)
}

func scalarText(v standin.Value) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprint(v.Raw().Mappable())
}

// properties are the known outputs of a resource with its identifier.
func properties(r *standin.Resource) standin.Props {
	result := standin.Props{"id": r.Id, "tags": standin.Props{}}
	for key, value := range r.Outputs {
		result[string(key)] = value
	}
	return result
}

// echoed adds arguments that are results as well.
func echoed(q *standin.Question, result standin.Props) standin.Props {
	for _, key := range q.Args.Keys() {
		if _, made := result[key]; !made {
			result[key] = q.Args.Key(key).Raw()
		}
	}
	return result
}

// ownGroups are the groups that VPCs have from the beginning, as resources.
func ownGroups(world *standin.View) []*standin.Resource {
	var groups []*standin.Resource
	for _, vpc := range world.Live(token.Ec2Vpc) {
		id := vpc.Out("defaultSecurityGroupId").Text()
		if id == "" || world.Get(token.Ec2DefaultSecurityGroup, id) != nil {
			continue
		}
		groups = append(groups, &standin.Resource{
			Token: token.Ec2SecurityGroup, Name: "default", Id: id, Region: vpc.Region, Account: vpc.Account,
			Outputs: standin.Outputs(standin.Props{
				"name": "default", "vpcId": vpc.Id, "description": "default VPC security group", "ownerId": ident.Account,
				"arn": ident.Arn(standin.Scope{Region: vpc.Region, Account: vpc.Account}, "ec2", "security-group/"+id),
			}),
		})
	}
	return groups
}

func vpcResult(q *standin.Question, vpc *standin.Resource) standin.Props {
	return standin.Props{
		"default": isDefault(q.World, vpc), "state": "available", "ipv6AssociationId": "", "ipv6CidrBlock": "",
		"cidrBlockAssociations": []standin.Props{{
			"associationId": "vpc-cidr-assoc-" + strings.TrimPrefix(vpc.Id, "vpc-"),
			"cidrBlock":     vpc.Out("cidrBlock").Text(), "state": "associated",
		}},
	}
}

func subnetResult(q *standin.Question, subnet *standin.Resource) standin.Props {
	const reserved = 5 // addresses of each subnet
	count := 0
	if block, err := netip.ParsePrefix(subnet.Out("cidrBlock").Text()); err == nil && block.Addr().Is4() {
		count = 1<<(block.Addr().BitLen()-block.Bits()) - reserved
	}
	return standin.Props{
		"defaultForAz":            isDefault(q.World, subnet),
		"state":                   "available",
		"availableIpAddressCount": count,
	}
}

func clusterResult(q *standin.Question, _ *standin.Resource) standin.Props {
	return standin.Props{
		"clusterName": q.Args.At("clusterName").Text(), "status": "ACTIVE", "pendingTasksCount": 0, "runningTasksCount": 0,
		"registeredContainerInstancesCount": 0,
	}
}
