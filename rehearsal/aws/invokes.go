package aws

import (
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func invokes() map[string]standin.Invoke {
	all := lookupInvokes()
	maps.Copy(all, map[string]standin.Invoke{
		"aws:index/getCallerIdentity:getCallerIdentity":       getCallerIdentity,
		"aws:index/getRegion:getRegion":                       getRegion,
		"aws:index/getPartition:getPartition":                 getPartition,
		"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		"aws:route53/getZone:getZone":                         getZone,

		"aws:iam/getPolicyDocument:getPolicyDocument":          getPolicyDocument,
		"aws:ec2/getAmi:getAmi":                                getAmi,
		"aws:ssm/getParameter:getParameter":                    getParameter,
		"aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
		"aws:ecr/getAuthorizationToken:getAuthorizationToken":  getAuthorizationToken,
		"aws:ecr/getCredentials:getCredentials":                getAuthorizationToken,
		"aws:rds/getEngineVersion:getEngineVersion":            getEngineVersion,
		"aws:elb/getServiceAccount:getServiceAccount":          getServiceAccount,
		"aws:lb/getHostedZoneId:getHostedZoneId":               getHostedZoneId,
		"aws:elb/getHostedZoneId:getHostedZoneId":              getHostedZoneId,
		"aws:index/getDefaultTags:getDefaultTags":              getDefaultTags,
		"aws:index/getAvailabilityZone:getAvailabilityZone":    getAvailabilityZone,
		"aws:iam/getPolicy:getPolicy":                          getPolicy,
		"aws:ec2/getPrefixList:getPrefixList":                  getPrefixList,
		"aws:ec2/getManagedPrefixList:getManagedPrefixList":    getPrefixList,
		"aws:iam/getSessionContext:getSessionContext":          getSessionContext,
	})
	for token, invoke := range maps.Clone(all) {
		rest, ok := strings.CutPrefix(token, "aws:lb/")
		if ok && rest != "getHostedZoneId:getHostedZoneId" { // alb is the same package once more, but for this function
			all["aws:alb/"+rest] = invoke
		}
	}
	return all
}

func getCallerIdentity(q *standin.Question) (standin.Props, error) {
	return standin.Props{
		"id": ident.Account, "accountId": ident.Account, "userId": "AIDAREHEARSALUSER0000",
		"arn": "arn:" + ident.Partition(q.Scope.Region) + ":iam::" + ident.Account + ":user/rehearsal",
	}, nil
}

func getRegion(q *standin.Question) (standin.Props, error) {
	name := q.Args.At("name").Text()
	if name == "" {
		name = q.Scope.Region
	}
	return standin.Props{"id": name, "name": name, "description": "Region " + name, "endpoint": "ec2." + name +
		".amazonaws.com"}, nil
}

func getPartition(q *standin.Question) (standin.Props, error) {
	p := ident.Partition(q.Scope.Region)
	suffix, reverse := "amazonaws.com", "com.amazonaws"
	if p == "aws-cn" {
		suffix, reverse = "amazonaws.com.cn", "cn.com.amazonaws"
	}
	return standin.Props{"id": p, "partition": p, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}, nil
}

func getAvailabilityZones(q *standin.Question) (standin.Props, error) {
	names, ids := []any{}, []any{}
	for _, zone := range zonesOf(q.Scope.Region) {
		names = append(names, zone)
		ids = append(ids, zoneId(zone))
	}
	return standin.Props{"id": q.Scope.Region, "names": names, "zoneIds": ids, "groupNames": []any{q.Scope.Region}}, nil
}

// zonesOf returns the zones of a region. Those with other than three are listed; an unknown region has three.
// Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
func zonesOf(region string) []string {
	letters := map[string]string{
		"us-east-1": "abcdef", "us-west-2": "abcd", "us-west-1": "ab", "ap-northeast-1": "acd", "ap-northeast-2": "abcd",
		"ca-central-1": "abd",
	}[region]
	if letters == "" {
		letters = "abc"
	}
	zones := make([]string, 0, len(letters))
	for _, letter := range letters {
		zones = append(zones, region+string(letter))
	}
	return zones
}

// zoneId abbreviates a zone as AWS does: ap-south-1a is aps1-az1. Which zone has which number differs
// between accounts; here they are numbered by letter.
func zoneId(zone string) string {
	parts := strings.Split(zone, "-")
	last := parts[len(parts)-1]
	if len(parts) < 3 || len(last) < 2 {
		return ""
	}
	var short strings.Builder
	short.WriteString(parts[0])
	for _, word := range parts[1 : len(parts)-1] {
		short.WriteString(compass(word))
	}
	return fmt.Sprintf("%s%s-az%d", short.String(), last[:len(last)-1], last[len(last)-1]-'a'+1)
}

// compass is "s" for south and "ne" for northeast.
func compass(word string) string {
	if slices.Contains([]string{"northeast", "northwest", "southeast", "southwest"}, word) {
		return word[:1] + word[len("north"):][:1]
	}
	return word[:min(1, len(word))]
}

// getZone returns a hosted zone of this program, or else assumes that one of that name exists outside it: a domain
// usually exists long before. Resources that use its identifier are listed among the assumptions.
func getZone(q *standin.Question) (standin.Props, error) {
	id, name := q.Args.At("zoneId").Text(), strings.TrimSuffix(q.Args.At("name").Text(), ".")
	if id == "" && name == "" {
		return nil, errors.New("getZone: either the name or the zoneId must be given")
	}
	if zone := q.World.Find(token.Route53Zone, "name", name); zone != nil && id == "" {
		id = zone.Id
	}
	if zone := q.World.Get(token.Route53Zone, id); zone != nil {
		name = zone.Out("name").Text()
	}
	if id == "" {
		id = fmt.Sprintf("Z%08XOUTSIDE%05X", crc32.ChecksumIEEE([]byte(name)), len(name))
	}
	servers := []any{}
	for i := range 4 {
		servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.com", i*512+1, i))
	}
	return standin.Props{
		"id": id, "zoneId": id, "name": name, "arn": "arn:" + ident.Partition(q.Scope.Region) + ":route53:::hostedzone/" + id,
		"nameServers": servers, "primaryNameServer": servers[0], "callerReference": "", "comment": "",
		"linkedServiceDescription": "", "linkedServicePrincipal": "", "privateZone": q.Args.At("privateZone").Bool(),
		"resourceRecordSetCount": 2, "tags": standin.Props{}, "vpcId": "",
	}, nil
}
