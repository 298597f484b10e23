package report

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

type props = map[string]any

// quick is how long a call of an API takes.
const quick = 2 * time.Second

// made is a resource of a hand-made world: its inputs, and the outputs that the cloud added.
type made struct {
	token, name, id string
	inputs, more    props
	// needs are the resources that the program declares it to depend on.
	needs []string
}

func (m made) urn() string { return urnOf(m.token, m.name) }

func urnOf(token, name string) string { return "urn:pulumi:test::shop::" + token + "::" + name }

func (m made) outputs() props {
	all := props{}
	maps.Copy(all, m.inputs)
	maps.Copy(all, m.more)
	return all
}

func secret(text string) props { return props{sig.Key: sig.Secret, "value": text} }

// worldOf makes a world in which the resources live, and the state that the engine would keep of them.
func worldOf(t *testing.T, all ...made) (*standin.World, []apitype.ResourceV3) {
	t.Helper()
	type saved struct {
		Seq                  int64
		Token, Urn, Name, Id string
		Region, Account      string
		Inputs, Outputs      props
	}
	var document struct {
		Clock     int64
		Resources []saved
	}
	var state []apitype.ResourceV3
	for i, m := range all {
		if isAws(m.token) || m.token == randomType {
			document.Resources = append(document.Resources, saved{
				Seq:   int64(i + 1),
				Token: m.token, Urn: m.urn(), Name: m.name, Id: m.id, Region: "ap-south-1", Account: "123456789012",
				Inputs: made{inputs: m.inputs}.outputs(), Outputs: m.outputs(),
			})
		}
		entry := apitype.ResourceV3{
			URN: resource.URN(m.urn()), Type: tokens.Type(m.token), Custom: true, ID: resource.ID(m.id),
			Inputs: shown(m.inputs), Outputs: shown(m.outputs()),
		}
		for _, urn := range m.needs {
			entry.Dependencies = append(entry.Dependencies, resource.URN(urn))
		}
		state = append(state, entry)
	}
	document.Clock = int64(len(all) + 1)
	data, err := json.Marshal(document)
	require.NoError(t, err)
	world := standin.NewWorld()
	require.NoError(t, world.Load(data))
	return world, state
}

const randomType = "random:index/randomPassword:RandomPassword"

// shown are properties as `pulumi stack export --show-secrets` has them.
func shown(properties props) props {
	all := props{}
	for key, value := range properties {
		if wrapped, ok := value.(props); ok && wrapped[sig.Key] == sig.Secret {
			plain, _ := json.Marshal(wrapped["value"])
			value = props{sig.Key: sig.Secret, "plaintext": string(plain)}
		}
		all[key] = value
	}
	return all
}

func containers(t *testing.T, all ...props) string {
	t.Helper()
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

const (
	storeArn = "arn:aws:ecs:ap-south-1:123456789012:service/main-0001/store"
	webArn   = "arn:aws:ecs:ap-south-1:123456789012:service/main-0001/web"
	groupArn = "arn:aws:elasticloadbalancing:ap-south-1:123456789012:targetgroup/web/0001"
	spaceArn = "arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-0001"
	urlArn   = "arn:aws:ssm:ap-south-1:123456789012:parameter/shop/DATABASE_URL"
)

// shop is a small stack with one of each: a web service behind a load balancer, a store that it finds by Service
// Connect, a database, a bucket, a file system.
func shop(t *testing.T) []made {
	t.Helper()
	return append(shopNetwork(), shopServices(t)...)
}

func shopNetwork() []made {
	subnet := func(name, id, zone, cidr string) made {
		return made{subnetType, name, id, props{"vpcId": "vpc-0001", "availabilityZone": zone, "cidrBlock": cidr}, nil, nil}
	}
	group := func(name, id string) made {
		return made{"aws:ec2/securityGroup:SecurityGroup", name, id, props{"vpcId": "vpc-0001"}, nil, nil}
	}
	rule := func(token, name, own, peer string, port int) made {
		return made{token, name, "sgr-" + name, props{
			"securityGroupId": own, "referencedSecurityGroupId": peer, "ipProtocol": "tcp", "fromPort": port, "toPort": port,
		}, nil, nil}
	}
	all := []made{
		{vpcType, "net", "vpc-0001", props{"cidrBlock": "10.0.0.0/16"}, props{"mainRouteTableId": "rtb-main"}, nil},
		subnet("net-app-ap-south-1a", "subnet-000a", "ap-south-1a", "10.0.0.0/20"),
		subnet("net-app-ap-south-1b", "subnet-000b", "ap-south-1b", "10.0.32.0/20"),
		{"aws:ec2/internetGateway:InternetGateway", "net", "igw-0001", props{"vpcId": "vpc-0001"}, nil, nil},
		{routeTableType, "net-app", "rtb-0001", props{"vpcId": "vpc-0001"}, nil, nil},
		{routeType, "net-app", "r-0001", props{
			"routeTableId": "rtb-0001", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0001",
		}, nil, nil},
		{
			tableAssociationType,
			"net-app-a",
			"rtbassoc-0001",
			props{"routeTableId": "rtb-0001", "subnetId": "subnet-000a"},
			nil,
			nil,
		},
		{
			tableAssociationType,
			"net-app-b",
			"rtbassoc-0002",
			props{"routeTableId": "rtb-0001", "subnetId": "subnet-000b"},
			nil,
			nil,
		},
		group("front", "sg-000f"),
		group("web", "sg-000w"), group("store", "sg-000s"), group("db", "sg-000d"), group("files", "sg-00fs"),
		{ingressRuleType, "front-in", "sgr-in", props{
			"securityGroupId": "sg-000f", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80,
		}, nil, nil},
		{egressRuleType, "web-out", "sgr-out", props{
			"securityGroupId": "sg-000w", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
		}, nil, nil},
	}
	for _, way := range []struct {
		name, from, to string
		port           int
	}{
		{"front-to-web", "sg-000f", "sg-000w", 8000},
		{"web-to-store", "sg-000w", "sg-000s", 6379},
		{"web-to-db", "sg-000w", "sg-000d", 5432},
		{"store-to-files", "sg-000s", "sg-00fs", 2049},
	} {
		all = append(all, rule(egressRuleType, way.name+"-out", way.from, way.to, way.port),
			rule(ingressRuleType, way.name+"-in", way.to, way.from, way.port))
	}
	return all
}

func shopServices(t *testing.T) []made {
	t.Helper()
	network := func(group string) props {
		return props{"subnets": []any{"subnet-000a", "subnet-000b"}, "securityGroups": []any{group}, "assignPublicIp": true}
	}
	storeTask := containers(t, props{
		"name": "store", "image": "redis:7", "portMappings": []any{props{"name": "redis", "containerPort": 6379}},
	})
	webTask := containers(t, props{
		"name": "web", "image": "web:1", "portMappings": []any{props{"containerPort": 8000}},
		"environment": []any{
			props{"name": "STORE", "value": "redis://store.shop:6379"}, props{"name": "BUCKET", "value": "photos-0001"},
		},
		"secrets":          []any{props{"name": "DATABASE_URL", "valueFrom": urlArn}},
		"logConfiguration": props{"logDriver": "awslogs", "options": props{"awslogs-group": "/shop/web"}},
	})
	const address = "db-0001.example.ap-south-1.rds.amazonaws.com"
	return []made{
		{
			loadBalancerType, "front", "lb-front-0001",
			props{"securityGroups": []any{"sg-000f"}, "subnets": []any{"subnet-000a", "subnet-000b"}},
			props{"arn": "lb-front-0001", "internal": false, "loadBalancerType": "application"},
			nil,
		},
		{
			"aws:lb/targetGroup:TargetGroup",
			"web",
			groupArn,
			props{"vpcId": "vpc-0001", "targetType": "ip"},
			props{"arn": groupArn},
			nil,
		},
		{listenerType, "http", "listener-0001", props{
			"loadBalancerArn": "lb-front-0001", "port": 80, "protocol": "HTTP",
			"defaultActions": []any{props{"type": "forward", "targetGroupArn": groupArn}},
		}, nil, nil},
		{namespaceType, "shop", "ns-0001", props{"name": "shop"}, props{"arn": spaceArn}, nil},
		{
			"aws:ecs/cluster:Cluster",
			"main",
			"arn:aws:ecs:ap-south-1:123456789012:cluster/main-0001",
			nil,
			props{"name": "main-0001"},
			nil,
		},
		{bucketType, "photos", "photos-0001", nil, nil, nil},
		{randomType, "db", "none", props{"length": 24}, props{"result": secret("correct&horse-battery")}, nil},
		{
			dbSubnetGroupType,
			"db",
			"db-group-0001",
			props{"subnetIds": []any{"subnet-000a", "subnet-000b"}},
			props{"name": "db-group-0001"},
			nil,
		},
		{databaseType, "db", "db-0001", props{
			"dbSubnetGroupName":     "db-group-0001",
			"vpcSecurityGroupIds":   []any{"sg-000d"},
			"engine":                "postgres",
			"engineVersion":         "16",
			"instanceClass":         "db.t4g.micro",
			"password":              secret("correct&horse-battery"),
			"multiAz":               true,
			"deletionProtection":    true,
			"backupRetentionPeriod": 7, "port": 5432, "allocatedStorage": 20, "storageType": "gp3",
		}, props{"address": address}, nil},
		{"aws:ssm/parameter:Parameter", "url", "/shop/DATABASE_URL", props{
			"name": "/shop/DATABASE_URL", "type": "SecureString",
			"value": secret("postgres://shop:correct%26horse-battery@" + address + "/shop"),
		}, props{"arn": urlArn}, nil},
		{logGroupType, "web", "/shop/web", props{"name": "/shop/web", "retentionInDays": 14}, nil, nil},
		{
			"aws:iam/role:Role",
			"web",
			"web-0001",
			nil,
			props{"arn": "arn:aws:iam::123456789012:role/web-0001", "name": "web-0001"},
			nil,
		},
		{
			rolePolicyType,
			"web",
			"web-0001:secrets",
			props{"role": "web-0001", "policy": `{"Resource":"` + urlArn + `"}`},
			nil,
			nil,
		},
		{fileSystemType, "files", "fs-0001", nil, nil, nil},
		{
			mountTargetType,
			"files",
			"fsmt-0001",
			props{"fileSystemId": "fs-0001", "subnetId": "subnet-000a", "securityGroups": []any{"sg-00fs"}},
			nil,
			nil,
		},
		{taskDefinitionType, "store", "store", props{
			"containerDefinitions": storeTask, "cpu": "512", "memory": "1024",
			"volumes": []any{props{"name": "files", "efsVolumeConfiguration": props{"fileSystemId": "fs-0001"}}},
		}, props{"arn": "store:1"}, nil},
		{taskDefinitionType, "web", "web", props{
			"containerDefinitions": webTask,
			"cpu":                  "256",
			"memory":               "512",
			"executionRoleArn":     "arn:aws:iam::123456789012:role/web-0001",
		}, props{"arn": "web:1"}, nil},
		{serviceType, "store", storeArn, props{
			"cluster":            "arn:aws:ecs:ap-south-1:123456789012:cluster/main-0001",
			"name":               "store",
			"desiredCount":       1,
			"waitForSteadyState": true,
			"launchType":         "FARGATE",
			"taskDefinition":     "store:1", "networkConfiguration": network("sg-000s"),
			"serviceConnectConfiguration": props{"enabled": true, "namespace": spaceArn, "services": []any{props{
				"portName": "redis", "discoveryName": "store", "clientAlias": []any{props{"port": 6379, "dnsName": "store.shop"}},
			}}},
		}, nil, nil},
		{serviceType, "web", webArn, props{
			"cluster":            "arn:aws:ecs:ap-south-1:123456789012:cluster/main-0001",
			"name":               "web",
			"desiredCount":       2,
			"waitForSteadyState": true,
			"launchType":         "FARGATE",
			"taskDefinition":     "web:1", "networkConfiguration": network("sg-000w"),
			"loadBalancers": []any{
				props{"targetGroupArn": groupArn, "containerName": "web", "containerPort": 8000},
			},
			"serviceConnectConfiguration": props{"enabled": true, "namespace": spaceArn},
			"triggers":                    props{"never": "sent to AWS: sg-00fs"},
		}, nil, nil},
	}
}
