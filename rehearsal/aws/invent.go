package aws

import (
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// invent makes up an output of a type that the catalogue does not have, in the form of such outputs of AWS.
func invent(scope standin.Scope, token, name, property string) string {
	module := strings.Split(token, ":")[1]
	service, _, _ := strings.Cut(module, "/")
	kind := strings.ToLower(token[strings.LastIndex(token, ":")+1:])
	lower := strings.ToLower(property)
	ends := func(suffixes ...string) bool {
		for _, suffix := range suffixes {
			if strings.HasSuffix(lower, suffix) {
				return true
			}
		}
		return false
	}
	number := crc32.ChecksumIEEE([]byte(token + name + property))
	switch {
	case ends("arn", "arns"):
		return fmt.Sprintf("arn:%s:%s:%s:%s:%s/%s", ident.Partition(scope.Region), service, scope.Region, scope.Account,
			kind, name)
	case ends("ipaddress", "privateip", "publicip"):
		return fmt.Sprintf("198.51.100.%d", number%254+1)
	case ends("url", "uri"):
		return fmt.Sprintf("https://%s-%08x.%s.%s.amazonaws.com", name, number, service, scope.Region)
	case ends("endpoint", "address", "dnsname", "domainname", "domain", "host", "hostname", "cname"):
		return fmt.Sprintf("%s-%08x.%s.%s.amazonaws.com", name, number, service, scope.Region)
	case ends("zoneid"):
		return fmt.Sprintf("Z%08XINVENTED", number)
	case ends("accountid", "ownerid", "registryid", "owner"):
		return ident.Account
	case lower == "region":
		return scope.Region
	case ends("availabilityzone"):
		return zonesOf(scope.Region)[0]
	case ends("id") && prefixOf(service, kind, lower) != "":
		return fmt.Sprintf("%s-%017x", prefixOf(service, kind, lower), number)
	case ends("cidrblock"):
		return "10.0.0.0/16"
	}
	return ""
}

// ec2Prefixes begin the identifiers of EC2's things, by their names in Pulumi.
var ec2Prefixes = map[string]string{
	"vpc":                  "vpc",
	"subnet":               "subnet",
	"securitygroup":        "sg",
	"routetable":           "rtb",
	"instance":             "i",
	"internetgateway":      "igw",
	"natgateway":           "nat",
	"networkinterface":     "eni",
	"volume":               "vol",
	"ami":                  "ami",
	"image":                "ami",
	"launchtemplate":       "lt",
	"vpcendpoint":          "vpce",
	"eip":                  "eipalloc",
	"networkacl":           "acl",
	"dhcpoptions":          "dopt",
	"vpcpeeringconnection": "pcx",
	"transitgateway":       "tgw", "ebsvolume": "vol",
}

// prefixOf returns how an identifier begins: that of the thing itself, or that of another which the property names.
func prefixOf(service, kind, property string) string {
	thing := strings.TrimSuffix(property, "id")
	if thing == "" && service == "ec2" {
		thing = strings.TrimSuffix(strings.TrimPrefix(kind, "get"), "s")
	}
	for _, plain := range []string{thing, strings.TrimPrefix(thing, "default")} {
		if prefix := ec2Prefixes[plain]; prefix != "" {
			return prefix
		}
	}
	return ""
}
