package aws

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// getAmi takes an image for granted that somebody else publishes. Which one AWS would find is not known here.
func getAmi(q *standin.Question) (standin.Props, error) {
	asked := []string{}
	for _, filter := range q.Args.At("filters").Items() {
		asked = append(asked, filter.At("name").Text()+" "+strings.Join(filter.At("values").Texts(), " or "))
	}
	what := strings.Join(append(asked, "owner "+strings.Join(q.Args.At("owners").Texts(), " or ")), ", ")
	sum := crc32.ChecksumIEEE([]byte(what + q.Scope.Region))
	id := fmt.Sprintf("ami-0%016x", sum)
	q.Assume("filters", id, "an AMI matches: "+what)
	architecture := "x86_64"
	if strings.Contains(what, "arm64") {
		architecture = "arm64"
	}
	return echoed(q, standin.Props{
		"id": id, "imageId": id, "architecture": architecture,
		"arn":  "arn:" + ident.Partition(q.Scope.Region) + ":ec2:" + q.Scope.Region + "::image/" + id,
		"name": "rehearsed", "description": "", "rootDeviceName": "/dev/xvda", "rootDeviceType": "ebs", "state": "available",
		"virtualizationType": "hvm", "hypervisor": "xen", "imageType": "machine", "public": true, "ownerId": "137112412989",
		"creationDate":        "2024-01-01T00:00:00.000Z",
		"blockDeviceMappings": []any{},
		"productCodes":        []any{},
		"tags":                standin.Props{},
	}), nil
}

// getParameter reads a parameter of this program, or takes one of AWS's public parameters for granted.
func getParameter(q *standin.Question) (standin.Props, error) {
	name := q.Args.At("name").Text()
	if r := q.World.Find(token.SsmParameter, "name", name); r != nil && r.Region == q.Scope.Region {
		return echoed(q, standin.Props{
			"id":      name,
			"name":    name,
			"arn":     r.Out("arn").Text(),
			"type":    r.Out("type").Text(),
			"version": r.Out("version").Int(),
			"value":   standin.SecretOf(r.Out("value")), "insecureValue": "",
		}), nil
	}
	if !strings.HasPrefix(name, "/aws/service/") {
		return nil, fmt.Errorf("no parameter %q is of this program: %w", name, standin.ErrUnanswered)
	}
	value := fmt.Sprintf("ami-0%016x", crc32.ChecksumIEEE([]byte(name+q.Scope.Region)))
	if !strings.Contains(name, "ami") && !strings.HasSuffix(name, "image_id") {
		return nil, fmt.Errorf("the value of AWS's parameter %q is not known here: %w", name, standin.ErrUnanswered)
	}
	q.Assume("name", name, "a public parameter with an AMI")
	return echoed(q, standin.Props{
		"id":   name,
		"name": name,
		"arn":  "arn:" + ident.Partition(q.Scope.Region) + ":ssm:" + q.Scope.Region + "::parameter" + name,
		"type": "String", "version": 1, "value": value, "insecureValue": value,
	}), nil
}

// getSecretVersion reads a secret that this program keeps.
func getSecretVersion(q *standin.Question) (standin.Props, error) {
	given := q.Args.At("secretId").Text()
	secret := q.World.Get(token.SecretsmanagerSecret, given)
	if secret == nil {
		secret = q.World.Find(token.SecretsmanagerSecret, "name", given)
	}
	if secret != nil {
		if r := q.World.Find(token.SecretsmanagerSecretVersion, "secretId", secret.Id); r != nil {
			return echoed(q, standin.Props{
				"id":            secret.Id + "|AWSCURRENT",
				"arn":           secret.Id,
				"secretId":      given,
				"secretString":  standin.SecretOf(r.Out("secretString")),
				"secretBinary":  "",
				"versionId":     r.Out("versionId").Text(),
				"versionStages": []any{"AWSCURRENT"},
				"createdDate":   timestamp(),
			}), nil
		}
	}
	return nil, fmt.Errorf("no version of the secret %q is of this program: %w", given, standin.ErrUnanswered)
}

// getAuthorizationToken: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html; it
// is good for nothing, as no registry is there.
func getAuthorizationToken(q *standin.Question) (standin.Props, error) {
	const password = "rehearsed"
	return echoed(q, standin.Props{
		"id": q.Scope.Region, "userName": "AWS", "password": password, "proxyEndpoint": "https://" + registry(q.Scope),
		"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:" + password)), "expiresAt": timestamp(),
	}), nil
}

// getEngineVersion takes the asked or preferred version for one that RDS has.
func getEngineVersion(q *standin.Question) (standin.Props, error) {
	engine, version := q.Args.At("engine").Text(), q.Args.At("version").Text()
	if version == "" {
		if preferred := q.Args.At("preferredVersions").Texts(); len(preferred) > 0 {
			version = preferred[0]
		}
	}
	if version == "" {
		return nil, fmt.Errorf("which versions of %s RDS has today is not known here: %w", engine, standin.ErrUnanswered)
	}
	major, _, _ := strings.Cut(version, ".")
	q.Assume("version", engine+" "+version, "RDS has this engine version")
	return echoed(q, standin.Props{
		"id": version, "engine": engine, "version": version, "versionActual": version, "parameterGroupFamily": engine + major,
		"defaultCharacterSet":            "",
		"engineDescription":              engine,
		"versionDescription":             engine + " " + version,
		"status":                         "available",
		"exportableLogTypes":             []any{},
		"supportedCharacterSets":         []any{},
		"supportedFeatureNames":          []any{},
		"supportedModes":                 []any{},
		"supportedTimezones":             []any{},
		"validUpgradeTargets":            []any{},
		"supportsLogExportsToCloudwatch": true,
		"supportsReadReplica":            true,
	}), nil
}

// balancerAccounts write the access logs of load balancers in the older regions
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
var balancerAccounts = map[string]string{
	"us-east-1": "127311923021", "us-east-2": "033677994240", "us-west-1": "027434742980", "us-west-2": "797873946194",
	"af-south-1":     "098369216593",
	"ap-east-1":      "754344448648",
	"ap-southeast-3": "589379963580",
	"ap-south-1":     "718504428378",
	"ap-northeast-3": "383597477331", "ap-northeast-2": "600734575887", "ap-southeast-1": "114774131450",
	"ap-southeast-2": "783225319266",
	"ap-northeast-1": "582318560864",
	"ca-central-1":   "985666609251",
	"eu-central-1":   "054676820928",
	"eu-west-1":      "156460612806",
	"eu-west-2":      "652711504416",
	"eu-south-1":     "635631232127",
	"eu-west-3":      "009996457667",
	"eu-north-1":     "897822967062", "me-south-1": "076674570225", "sa-east-1": "507241528517",
}

func getServiceAccount(q *standin.Question) (standin.Props, error) {
	region := q.Args.At("region").Text()
	if region == "" {
		region = q.Scope.Region
	}
	account := balancerAccounts[region]
	if account == "" {
		return nil, fmt.Errorf("%s has no account for the logs of load balancers: the bucket's policy names the service "+
			"logdelivery.elasticloadbalancing.amazonaws.com there", region)
	}
	return echoed(q,
		standin.Props{"id": account, "arn": "arn:" + ident.Partition(region) + ":iam::" + account + ":root"}), nil
}

func getHostedZoneId(q *standin.Question) (standin.Props, error) {
	region := q.Args.At("region").Text()
	if region == "" {
		region = q.Scope.Region
	}
	return echoed(q, standin.Props{"id": balancerZone(region)}), nil
}

func getDefaultTags(q *standin.Question) (standin.Props, error) {
	tags := standin.Props{}
	for key, value := range q.Scope.DefaultTags {
		tags[key] = value
	}
	return standin.Props{"id": ident.Partition(q.Scope.Region), "tags": tags}, nil
}

func getAvailabilityZone(q *standin.Question) (standin.Props, error) {
	name, id := q.Args.At("name").Text(), q.Args.At("zoneId").Text()
	for _, zone := range zonesOf(q.Scope.Region) {
		if zone == name || zoneId(zone) == id {
			return echoed(q, standin.Props{
				"id":         zone,
				"name":       zone,
				"zoneId":     zoneId(zone),
				"nameSuffix": zone[len(q.Scope.Region):],
				"region":     q.Scope.Region,
				"groupName":  q.Scope.Region, "networkBorderGroup": q.Scope.Region, "optInStatus": "opt-in-not-required",
				"parentZoneId": "", "parentZoneName": "", "state": "available", "zoneType": "availability-zone",
			}), nil
		}
	}
	return nil, fmt.Errorf("%s has no such availability zone: its zones are %s", q.Scope.Region,
		strings.Join(zonesOf(q.Scope.Region), ", "))
}

// getPolicy finds a policy of this program, or takes one for AWS's own.
func getPolicy(q *standin.Question) (standin.Props, error) {
	name, given := q.Args.At("name").Text(), q.Args.At("arn").Text()
	for _, r := range q.World.Live(token.IamPolicy) {
		if name != "" && r.Out("name").Text() == name || given != "" && r.Out("arn").Text() == given {
			return echoed(q, properties(r)), nil
		}
	}
	owned := "arn:" + ident.Partition(q.Scope.Region) + ":iam::aws:policy/"
	if given == "" && name != "" {
		given = owned + name
	}
	if !strings.HasPrefix(given, owned) {
		return nil, fmt.Errorf("no such policy is of this program: %w", standin.ErrUnanswered)
	}
	q.Assume("arn", given, "a policy that AWS manages")
	return echoed(q, standin.Props{
		"id":          given,
		"arn":         given,
		"name":        given[strings.LastIndex(given, "/")+1:],
		"path":        "/",
		"description": "",
		"policy":      "",
		"policyId":    "", "attachmentCount": 0, "tags": standin.Props{},
	}), nil
}

// getPrefixList takes a list of AWS's for granted.
func getPrefixList(q *standin.Question) (standin.Props, error) {
	name := q.Args.At("name").Text()
	id := q.Args.At("prefixListId").Text() + q.Args.At("id").Text()
	if id == "" {
		var nameSb187 strings.Builder
		for _, filter := range q.Args.At("filters").Items() {
			nameSb187.WriteString(strings.Join(filter.At("values").Texts(), ""))
		}
		name += nameSb187.String()
		if !strings.HasPrefix(name, "com.amazonaws.") {
			return nil, fmt.Errorf("no prefix list %q is known here: %w", name, standin.ErrUnanswered)
		}
		id = fmt.Sprintf("pl-%08x", crc32.ChecksumIEEE([]byte(name)))
	}
	q.Assume("name", id, "the prefix list "+name)
	return echoed(q, standin.Props{
		"id":            id,
		"name":          name,
		"cidrBlocks":    []any{},
		"entries":       []any{},
		"addressFamily": "IPv4",
		"ownerId":       "AWS",
		"version":       1,
		"maxEntries":    0,
		"arn":           "arn:" + ident.Partition(q.Scope.Region) + ":ec2:" + q.Scope.Region + ":aws:prefix-list/" + id,
	}), nil
}

func getSessionContext(q *standin.Question) (standin.Props, error) {
	given := q.Args.At("arn").Text()
	return echoed(q, standin.Props{
		"id": given, "arn": given, "issuerArn": given, "issuerId": "", "issuerName": "",
		"sessionName": "",
	}), nil
}
