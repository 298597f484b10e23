package aws

import (
	"net/netip"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// lookupResults return results of a function beside the properties of the resource that it found.
var lookupResults = map[string]func(*standin.Question, *standin.Resource) standin.Props{
	"aws:ec2/getVpc:getVpc":         vpcResult,
	"aws:ec2/getSubnet:getSubnet":   subnetResult,
	"aws:ecs/getCluster:getCluster": clusterResult,
	"aws:ec2/getRouteTable:getRouteTable": func(_ *standin.Question, r *standin.Resource) standin.Props {
		return standin.Props{"routeTableId": r.Id}
	},
	"aws:ec2/getInternetGateway:getInternetGateway": func(_ *standin.Question, r *standin.Resource) standin.Props {
		attachments := []standin.Props{{"state": "available", "vpcId": r.Out("vpcId").Text()}}
		return standin.Props{"internetGatewayId": r.Id, "attachments": attachments}
	},
	"aws:ecs/getTaskDefinition:getTaskDefinition": func(q *standin.Question, _ *standin.Resource) standin.Props {
		return standin.Props{"status": "ACTIVE", "taskDefinition": q.Args.At("taskDefinition").Text()}
	},
	"aws:acm/getCertificate:getCertificate": func(q *standin.Question, _ *standin.Resource) standin.Props {
		return standin.Props{"domain": q.Args.At("domain").Text(), "status": "ISSUED"}
	},
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
