package aws_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// graph is a small deployment as a program would write it: a web service behind a load balancer, a store
// that it finds by Service Connect, a database, a file system and secrets. A test changes one resource's
// inputs, or leaves the resource out, before it is built.
type graph struct {
	*cloud
	changes map[string]in
	things  map[string]*thing
	// shape is how tasks reach AWS: "public", "nat" or "endpoints".
	shape string
}

// omit leaves a resource out.
var omit = in{"omit": true}

func newGraph(t *testing.T, changes map[string]in) *graph {
	t.Helper()
	return &graph{cloud: newCloud(t), changes: changes, things: map[string]*thing{}, shape: "nat"}
}

// add makes a resource with its change; the name is unique in the graph.
func (g *graph) add(token, name string, given in) {
	g.t.Helper()
	if th, err := g.put(token, name, given); th != nil || err != nil {
		require.NoError(g.t, err, "%s", name)
	}
}

func (g *graph) put(token, name string, given in) (*thing, error) {
	change := g.changes[name]
	if change["omit"] == true {
		return nil, nil
	}
	if edit, ok := change["edit"].(func(in) in); ok {
		given = edit(maps.Clone(given))
	} else {
		given = with(given, change)
	}
	th, err := g.attempt(token, name, given)
	if th != nil {
		g.things[name] = th
	}
	return th, err
}

// id and out return "" for a resource that was left out.
func (g *graph) id(name string) string {
	if th := g.things[name]; th != nil {
		return th.id
	}
	return ""
}

func (g *graph) of(name, key string) string {
	if th := g.things[name]; th != nil {
		return th.out(key)
	}
	return ""
}

func (g *graph) ids(names ...string) []any {
	var ids []any
	for _, name := range names {
		if id := g.id(name); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// build creates everything up to the client service, and returns that service's error.
func (g *graph) build() error {
	g.t.Helper()
	g.network()
	g.groups()
	g.data()
	g.secrets()
	g.door()
	g.role("store", nil)
	g.role("web", g.webStatements())
	g.platform()
	if _, err := g.put("ecs/service:Service", "store", g.storeService()); err != nil {
		return err
	}
	_, err := g.put("ecs/service:Service", "web", g.webService())
	return err
}

// existingNetwork is a VPC with its subnets that nobody here has made.
func (g *graph) existingNetwork() {
	for name, id := range map[string]string{
		"vpc": "vpc-0123456789abcdef0", "public-a": "subnet-01234567", "public-b": "subnet-11234567",
		"app-a": "subnet-21234567", "app-b": "subnet-31234567",
	} {
		g.things[name] = &thing{id: id}
	}
}

func (g *graph) network() {
	if g.shape == "existing" {
		g.existingNetwork()
		return
	}
	g.add("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	g.add("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": g.id("vpc")})
	for i, zone := range []string{"a", "b"} {
		third := string(rune('0' + i))
		place := in{"vpcId": g.id("vpc"), "availabilityZone": "ap-south-1" + zone}
		g.add("ec2/subnet:Subnet", "public-"+zone, with(place, in{"cidrBlock": "10.0." + third + ".0/24"}))
		g.add("ec2/subnet:Subnet", "app-"+zone, with(place, in{"cidrBlock": "10.0.1" + third + ".0/24"}))
	}
	g.table("public", "public-a", "public-b")
	g.add("ec2/route:Route", "public-out",
		in{"routeTableId": g.id("public"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": g.id("igw")})
	g.table("app", "app-a", "app-b")
	out := in{"routeTableId": g.id("app"), "destinationCidrBlock": "0.0.0.0/0"}
	switch g.shape {
	case "nat":
		g.add("ec2/eip:Eip", "nat-address", in{"domain": "vpc"})
		g.add("ec2/natGateway:NatGateway", "nat", in{"allocationId": g.id("nat-address"), "subnetId": g.id("public-a")})
		g.add("ec2/route:Route", "app-out", with(out, in{"natGatewayId": g.id("nat")}))
	case "public":
		g.add("ec2/route:Route", "app-out", with(out, in{"gatewayId": g.id("igw")}))
	case "endpoints":
		g.endpoints()
	}
}

func (g *graph) table(name string, subnets ...string) {
	g.add("ec2/routeTable:RouteTable", name, in{"vpcId": g.id("vpc")})
	for _, subnet := range subnets {
		g.add("ec2/routeTableAssociation:RouteTableAssociation", "table-"+subnet,
			in{"routeTableId": g.id(name), "subnetId": g.id(subnet)})
	}
}

func (g *graph) endpoints() {
	g.add("ec2/securityGroup:SecurityGroup", "endpoints-sg", in{"vpcId": g.id("vpc")})
	g.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "endpoints-in", in{
		"securityGroupId": g.id("endpoints-sg"), "cidrIpv4": "10.0.0.0/16", "ipProtocol": "tcp", "fromPort": 443,
		"toPort": 443,
	})
	g.add("ec2/vpcEndpoint:VpcEndpoint", "endpoint-s3",
		in{"vpcId": g.id("vpc"), "serviceName": "com.amazonaws.ap-south-1.s3", "routeTableIds": g.ids("app")})
	for _, name := range []string{"ecr.api", "ecr.dkr", "logs", "ssm", "secretsmanager"} {
		g.add("ec2/vpcEndpoint:VpcEndpoint", "endpoint-"+name, in{
			"vpcId": g.id("vpc"), "serviceName": "com.amazonaws.ap-south-1." + name, "vpcEndpointType": "Interface",
			"privateDnsEnabled": true, "subnetIds": g.ids("app-a", "app-b"), "securityGroupIds": g.ids("endpoints-sg"),
		})
	}
}

func (g *graph) groups() {
	for _, name := range []string{"alb", "web", "store", "db", "files"} {
		g.add("ec2/securityGroup:SecurityGroup", name+"-sg", in{"vpcId": g.id("vpc")})
	}
	for _, name := range []string{"web", "store"} {
		g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", name+"-out", in{
			"securityGroupId": g.id(name + "-sg"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443,
			"toPort": 443,
		})
	}
	g.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "alb-in",
		in{"securityGroupId": g.id("alb-sg"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80})
	g.edge("alb", "web", 8000)
	g.edge("web", "store", 6379)
	g.edge("web", "db", 5432)
	g.edge("web", "files", 2049)
}

func (g *graph) edge(from, to string, port int) {
	rule := in{"ipProtocol": "tcp", "fromPort": port, "toPort": port}
	g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", from+"-to-"+to,
		with(rule, in{"securityGroupId": g.id(from + "-sg"), "referencedSecurityGroupId": g.id(to + "-sg")}))
	g.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", to+"-from-"+from,
		with(rule, in{"securityGroupId": g.id(to + "-sg"), "referencedSecurityGroupId": g.id(from + "-sg")}))
}

func (g *graph) data() {
	g.add("rds/subnetGroup:SubnetGroup", "db-subnets", in{"subnetIds": g.ids("app-a", "app-b")})
	g.add("rds/instance:Instance", "db", in{
		"instanceClass": "db.t4g.micro", "engine": "postgres", "engineVersion": "16.13", "allocatedStorage": 20,
		"username": "demo", "dbName": "demo", "password": "hunter22hunter22",
		"dbSubnetGroupName":   g.of("db-subnets", "name"),
		"vpcSecurityGroupIds": g.ids("db-sg"),
		"skipFinalSnapshot":   true,
	})
	g.add("efs/fileSystem:FileSystem", "files", in{"encrypted": true})
	g.add("efs/accessPoint:AccessPoint", "files-point", in{
		"fileSystemId": g.id("files"), "posixUser": in{"uid": 1000, "gid": 1000},
		"rootDirectory": in{"path": "/web", "creationInfo": in{"ownerUid": 1000, "ownerGid": 1000, "permissions": "0755"}},
	})
	for _, zone := range []string{"a", "b"} {
		g.add("efs/mountTarget:MountTarget", "files-"+zone,
			in{"fileSystemId": g.id("files"), "subnetId": g.id("app-" + zone), "securityGroups": g.ids("files-sg")})
	}
}

func (g *graph) secrets() {
	for _, name := range []string{"web", "store"} {
		g.add("cloudwatch/logGroup:LogGroup", name+"-logs", in{"name": "/ecs/" + name, "retentionInDays": 30})
	}
	g.add("ssm/parameter:Parameter", "database-url", in{
		"name": "/demo/DATABASE_URL", "type": "SecureString",
		"value": "postgres://demo:hunter22hunter22@" + g.of("db", "address") + ":5432/demo",
	})
	g.add("secretsmanager/secret:Secret", "login", in{"name": "login", "recoveryWindowInDays": 0})
	g.add("secretsmanager/secretVersion:SecretVersion", "login-value",
		in{"secretId": g.id("login"), "secretString": `{"password":"hunter22"}`})
}

func (g *graph) door() {
	g.add("lb/loadBalancer:LoadBalancer", "alb",
		in{"subnets": g.ids("public-a", "public-b"), "securityGroups": g.ids("alb-sg")})
	g.add("lb/targetGroup:TargetGroup", "target",
		in{"vpcId": g.id("vpc"), "port": 8000, "protocol": "HTTP", "targetType": "ip"})
	g.add("lb/listener:Listener", "http", in{
		"loadBalancerArn": g.of("alb", "arn"), "port": 80, "protocol": "HTTP",
		"defaultActions": []any{in{"type": "forward", "targetGroupArn": g.of("target", "arn")}},
	})
}

func allow(resource string, actions ...string) map[string]any {
	return map[string]any{"Effect": "Allow", "Action": actions, "Resource": resource}
}

func policyOf(statements ...map[string]any) string {
	data, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(data)
}

func (g *graph) webStatements() []map[string]any {
	return []map[string]any{
		allow(g.of("database-url", "arn"), "ssm:GetParameters"), allow(g.id("login"), "secretsmanager:GetSecretValue"),
		{"Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": map[string]any{"StringEquals": map[string]any{
			"aws:PrincipalAccount": ident.Account,
		}}},
	}
}

// role makes the execution role of a service, and its task role.
func (g *graph) role(service string, more []map[string]any) {
	g.add("iam/role:Role", service+"-execution", in{"assumeRolePolicy": trust})
	logs := allow("arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/"+service+":*", "logs:CreateLogStream",
		"logs:PutLogEvents")
	g.add("iam/rolePolicy:RolePolicy", service+"-execution-policy",
		in{"role": g.of(service+"-execution", "name"), "policy": policyOf(append(more, logs)...)})
	g.add("iam/role:Role", service+"-task", in{"assumeRolePolicy": trust})
	g.add("iam/rolePolicy:RolePolicy", service+"-task-policy", in{
		"role":   g.of(service+"-task", "name"),
		"policy": policyOf(allow(g.of("files", "arn"), "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")),
	})
}

// look reads the world.
func (g *graph) look(look func(*standin.View)) { g.world.Look(look) }

// environment replaces variables of the web container; nil takes one away.
func environment(changes map[string]any) in {
	return in{"edit": func(container in) in {
		var kept []any
		seen := map[string]bool{}
		for _, v := range listed(container["environment"]) {
			variable := object(v)
			name := fmt.Sprint(variable["name"])
			change, changed := changes[name]
			if seen[name] = true; !changed {
				kept = append(kept, variable)
			} else if change != nil {
				kept = append(kept, in{"name": name, "value": change})
			}
		}
		for name, value := range changes {
			if !seen[name] {
				kept = append(kept, in{"name": name, "value": value})
			}
		}
		return with(container, in{"environment": kept})
	}}
}

// statements changes the text of the web service's execution policy.
func statements(old, now string) in {
	return in{"edit": func(given in) in {
		return with(given, in{"policy": strings.ReplaceAll(fmt.Sprint(given["policy"]), old, now)})
	}}
}

// object and listed return parts of the inputs that the fixture made.
func object(v any) in {
	m, _ := v.(in)
	return m
}

func listed(v any) []any {
	list, _ := v.([]any)
	return list
}
