package controls_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

type props = standin.Props

// made is a resource of a world, named by its type if it has no name.
type made struct {
	token   string
	outputs props
}

// of judges a world with those resources. Their IDs are their tokens.
func of(all ...made) controls.Result {
	var result controls.Result
	standin.NewWorld().Look(func(view *standin.View) {
		for _, m := range all {
			name, _ := m.outputs["pulumiName"].(string)
			if name == "" {
				name = "it"
			}
			view.Furnish(standin.Resource{Token: m.token, Name: name, Id: "id-" + m.token, Outputs: standin.Outputs(m.outputs)})
		}
		result = controls.Of(view)
	})
	return result
}

// one is a world with one resource.
func one(token string, outputs props) []made { return []made{{token, outputs}} }

// task is a task definition with one container.
func task(container props) []made {
	document, err := json.Marshal([]props{container})
	if err != nil {
		panic(err)
	}
	return one(token.EcsTaskDefinition, props{"containerDefinitions": string(document)})
}

func volume(transit string) []made {
	all := task(props{"name": "c"})
	all[0].outputs["volumes"] = []any{props{
		"name": "v", "efsVolumeConfiguration": props{"fileSystemId": "fs", "transitEncryption": transit},
	}}
	return all
}

// vpc is a VPC with other resources.
func vpc(more ...made) []made { return append(one(token.Ec2Vpc, props{}), more...) }

func endpoint(service, kind string) made {
	return made{token.Ec2VpcEndpoint, props{
		"vpcId": "id-" + token.Ec2Vpc, "serviceName": "com.amazonaws.ap-south-1." + service, "vpcEndpointType": kind,
	}}
}

// group is a security group with one rule, which lets everybody in.
func group(from, to int) []made {
	return append(one(token.Ec2SecurityGroup, props{}), made{
		token.VpcSecurityGroupIngressRule,
		props{
			"securityGroupId": "id-" + token.Ec2SecurityGroup, "ipProtocol": "tcp", "fromPort": from, "toPort": to,
			"cidrIpv4": "0.0.0.0/0",
		},
	})
}

// bucket is a bucket with the resources that configure it.
func bucket(more ...made) []made {
	for _, each := range more {
		each.outputs["bucket"] = "b"
	}
	return append(one(token.S3BucketV2, props{"bucket": "b", "arn": "arn:aws:s3:::b"}), more...)
}

func policy(statement string) props { return props{"policy": `{"Statement":[` + statement + `]}`} }

func bucketPolicy(statement string) []made {
	return bucket(made{token.S3BucketPolicy, policy(statement)})
}

func files(status string) []made {
	return append(one(token.EfsFileSystem, props{}), made{token.EfsBackupPolicy, props{
		"fileSystemId": "id-" + token.EfsFileSystem, "backupPolicy": props{"status": status},
	}})
}

func balancer(listener props) []made {
	listener["loadBalancerArn"] = "lb"
	return append(one(token.LbLoadBalancer, props{"arn": "lb"}), made{token.LbListener, listener})
}

// database is a database in a subnet with a route.
func database(route props) []made {
	route["routeTableId"], route["destinationCidrBlock"] = "rtb", "0.0.0.0/0"
	return []made{
		{token.RdsInstance, props{"dbSubnetGroupName": "g"}},
		{token.RdsSubnetGroup, props{"name": "g", "subnetIds": []any{"id-" + token.Ec2Subnet}}},
		{token.Ec2Subnet, props{}},
		{token.Ec2RouteTableAssociation, props{"subnetId": "id-" + token.Ec2Subnet, "routeTableId": "rtb"}},
		{token.Ec2Route, route},
	}
}

func mountTarget(public bool) []made {
	return []made{
		{token.EfsMountTarget, props{"subnetId": "id-" + token.Ec2Subnet}},
		{token.Ec2Subnet, props{"mapPublicIpOnLaunch": public}},
	}
}

func blocked(changed string) []made {
	all := props{
		"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
	}
	if changed != "" {
		all[changed] = false
	}
	return bucket(made{token.S3BucketPublicAccessBlock, all})
}

const (
	refusal = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	anyKey = `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:key/*"}`
	oneKey = `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:ap-south-1:123456789012:key/1"}`
	forAll = `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}`
	forOne = `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`
)

// worlds are a world in which a control holds, and worlds in which it does not.
type worlds struct {
	sound    []made
	breaches [][]made
}

// flag has a property that must have a value.
func flag(token, property string, sound any, others ...any) worlds {
	w := worlds{sound: one(token, at(property, sound))}
	for _, other := range others {
		w.breaches = append(w.breaches, one(token, at(property, other)))
	}
	return w
}

// at puts a value at a path.
func at(path string, value any) props {
	first, rest, nested := strings.Cut(path, ".")
	if nested {
		return props{first: at(rest, value)}
	}
	return props{first: value}
}

// container has a container with a property that must have a value.
func container(property string, sound any, others ...any) worlds {
	w := worlds{sound: task(props{"name": "c", property: sound})}
	for _, other := range others {
		w.breaches = append(w.breaches, task(props{"name": "c", property: other}))
	}
	return w
}

func settings(kind, path string, sound, other any) worlds {
	return worlds{bucket(made{kind, at(path, sound)}), [][]made{bucket(made{kind, at(path, other)})}}
}

// judged has worlds for each control.
var judged = map[string]worlds{
	"ACM.2":         flag(token.AcmCertificate, "keyAlgorithm", "RSA_2048", "RSA_1024"),
	"CloudWatch.16": flag(token.CloudwatchLogGroup, "retentionInDays", 365, 364, 1),
	"EC2.2": {
		vpc(made{token.Ec2DefaultSecurityGroup, props{"vpcId": "id-" + token.Ec2Vpc}}),
		[][]made{vpc(), vpc(made{token.Ec2DefaultSecurityGroup, props{
			"vpcId": "id-" + token.Ec2Vpc, "egress": []any{props{"protocol": "-1"}},
		}})},
	},
	"EC2.6": {
		vpc(made{token.Ec2FlowLog, props{"vpcId": "id-" + token.Ec2Vpc, "trafficType": "REJECT"}}),
		[][]made{vpc(), vpc(made{token.Ec2FlowLog, props{"vpcId": "id-" + token.Ec2Vpc, "trafficType": "ACCEPT"}})},
	},
	"EC2.10": {vpc(endpoint("ec2", "Interface")), [][]made{vpc(), vpc(endpoint("s3.ec2", "Interface"))}},
	"EC2.55": {vpc(endpoint("ecr.api", "Interface")), [][]made{vpc(endpoint("ecr.dkr", "Interface"))}},
	"EC2.56": {vpc(endpoint("ecr.dkr", "Interface")), [][]made{vpc(endpoint("ecr.api", "Interface"))}},
	"EC2.57": {vpc(endpoint("ssm", "Interface")), [][]made{vpc(endpoint("ssm", "Gateway"))}},
	"EC2.58": {vpc(endpoint("ssm-contacts", "Interface")), [][]made{vpc(endpoint("ssm", "Interface"))}},
	"EC2.60": {vpc(endpoint("ssm-incidents", "Interface")), [][]made{vpc(endpoint("ssm", "Interface"))}},
	"EC2.15": flag(token.Ec2Subnet, "mapPublicIpOnLaunch", false, true),
	"EC2.18": {group(443, 443), [][]made{
		group(442, 443), group(8000, 8000),
		{{token.Ec2SecurityGroup, props{"ingress": []any{props{"protocol": "-1", "ipv6CidrBlocks": []any{"::/0"}}}}}},
	}},
	"EC2.19": {group(9000, 9000), [][]made{
		group(5432, 5432), group(0, 65535),
		{{token.Ec2SecurityGroup, props{}}, {token.Ec2SecurityGroupRule, props{
			"securityGroupId": "id-" + token.Ec2SecurityGroup, "type": "ingress", "protocol": "tcp", "fromPort": 22,
			"toPort": 22, "cidrBlocks": []any{"10.0.0.0/8", "0.0.0.0/0"},
		}}},
	}},
	"ECS.2":  flag(token.EcsService, "networkConfiguration.assignPublicIp", false, true),
	"ECS.3":  flag(token.EcsTaskDefinition, "pidMode", "task", "host"),
	"ECS.4":  container("privileged", false, true),
	"ECS.5":  container("readonlyRootFilesystem", true, false, nil),
	"ECS.8":  container("environment", []any{props{"name": "BUCKET_KEY"}}, []any{props{"name": "AWS_SECRET_ACCESS_KEY"}}),
	"ECS.9":  container("logConfiguration", props{"logDriver": "awslogs"}, props{}, nil),
	"ECS.10": flag(token.EcsService, "platformVersion", "LATEST", "1.3.0"),
	"ECS.12": flag(token.EcsCluster, "settings", []any{props{"name": "containerInsights", "value": "enhanced"}}, nil,
		[]any{props{"name": "containerInsights", "value": "disabled"}}),
	"ECS.17": flag(token.EcsTaskDefinition, "networkMode", "awsvpc", "host"),
	"ECS.18": {volume("ENABLED"), [][]made{volume("DISABLED"), volume("")}},
	"ECS.20": container("user", "1000:0", "0:0", "root", nil),
	"EFS.1":  flag(token.EfsFileSystem, "encrypted", true, false),
	"EFS.2":  {files("ENABLED"), [][]made{files("DISABLED"), one(token.EfsFileSystem, props{"arn": "fs"})}},
	"EFS.3":  flag(token.EfsAccessPoint, "rootDirectory.path", "/data", "/", ""),
	"EFS.4":  flag(token.EfsAccessPoint, "posixUser.uid", 999, nil),
	"EFS.6":  {mountTarget(false), [][]made{mountTarget(true)}},
	"EFS.7":  {files("ENABLED"), [][]made{files("DISABLED"), one(token.EfsFileSystem, props{})}},
	"EFS.8":  flag(token.EfsFileSystem, "encrypted", true, false),

	"ElastiCache.1": flag(token.ElasticacheReplicationGroup, "snapshotRetentionLimit", 1, 0, nil),
	"ElastiCache.2": flag(token.ElasticacheReplicationGroup, "autoMinorVersionUpgrade", true, false, "false"),
	"ElastiCache.3": flag(token.ElasticacheReplicationGroup, "automaticFailoverEnabled", true, false),
	"ElastiCache.4": flag(token.ElasticacheReplicationGroup, "atRestEncryptionEnabled", "true", "false", nil),
	"ElastiCache.5": flag(token.ElasticacheReplicationGroup, "transitEncryptionEnabled", true, false),
	"ElastiCache.6": {
		one(token.ElasticacheReplicationGroup, props{"engineVersion": "5.0.6", "authToken": "a"}),
		[][]made{one(token.ElasticacheReplicationGroup, props{"engineVersion": "5.0.6"})},
	},
	"ElastiCache.7": flag(token.ElasticacheReplicationGroup, "subnetGroupName", "own", "default", ""),

	"ELB.1": {
		balancer(props{
			"protocol": "HTTP", "defaultActions": []any{props{"type": "redirect", "redirect": props{"protocol": "HTTPS"}}},
		}),
		[][]made{balancer(props{"protocol": "HTTP", "defaultActions": []any{props{"type": "forward"}}})},
	},
	"ELB.4":  flag(token.LbLoadBalancer, "dropInvalidHeaderFields", true, false),
	"ELB.5":  flag(token.LbLoadBalancer, "accessLogs.enabled", true, false),
	"ELB.6":  flag(token.LbLoadBalancer, "enableDeletionProtection", true, false),
	"ELB.12": flag(token.LbLoadBalancer, "desyncMitigationMode", "strictest", "monitor"),
	"ELB.13": flag(token.LbLoadBalancer, "subnets", []any{"a", "b"}, []any{"a"}),
	"ELB.16": {
		append(one(token.LbLoadBalancer, props{"arn": "lb"}),
			made{token.Wafv2WebAclAssociation, props{"resourceArn": "lb"}}),
		[][]made{append(one(token.LbLoadBalancer, props{"arn": "lb"}),
			made{token.Wafv2WebAclAssociation, props{"resourceArn": "other"}})},
	},
	"ELB.17": {
		one(token.LbListener, props{"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"}),
		[][]made{one(token.LbListener, props{"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"})},
	},
	"ELB.18": flag(token.LbListener, "protocol", "HTTPS", "HTTP"),
	"ELB.21": flag(token.LbTargetGroup, "healthCheck.protocol", "HTTPS", "HTTP", nil),
	"ELB.22": flag(token.LbTargetGroup, "protocol", "HTTPS", "HTTP"),

	"IAM.1": {
		one(token.IamPolicy, policy(`{"Effect":"Deny","Action":"*","Resource":"*"}`)),
		[][]made{one(token.IamPolicy, policy(`{"Effect":"Allow","Action":"*","Resource":"*"}`))},
	},
	"IAM.2": {
		append(one(token.IamUser, props{"name": "u"}), made{token.IamUserPolicy, props{"user": "other"}}),
		[][]made{append(one(token.IamUser, props{"name": "u"}), made{token.IamUserPolicy, props{"user": "u"}})},
	},
	"IAM.21": {
		one(token.IamPolicy, policy(`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`)),
		[][]made{
			one(token.IamPolicy, policy(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)),
			one(token.IamPolicy, policy(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)),
		},
	},
	"KMS.1": {one(token.IamPolicy, policy(oneKey)), [][]made{one(token.IamPolicy, policy(anyKey))}},
	"KMS.2": {one(token.IamRolePolicy, policy(oneKey)), [][]made{
		one(token.IamRolePolicy, policy(anyKey)),
		one(token.IamRolePolicy, policy(`{"Effect":"Allow","Action":"kms:*","Resource":"*"}`)),
	}},
	"KMS.4": flag(token.KmsKey, "enableKeyRotation", true, false),
	"KMS.5": {one(token.KmsKey, policy(forOne)), [][]made{one(token.KmsKey, policy(forAll))}},

	"RDS.2":  flag(token.RdsInstance, "publiclyAccessible", false, true),
	"RDS.3":  flag(token.RdsInstance, "storageEncrypted", true, false),
	"RDS.5":  flag(token.RdsInstance, "multiAz", true, false),
	"RDS.6":  flag(token.RdsInstance, "monitoringInterval", 60, 0),
	"RDS.8":  flag(token.RdsInstance, "deletionProtection", true, false),
	"RDS.9":  postgres("enabledCloudwatchLogsExports", []any{"postgresql", "upgrade"}, []any{"postgresql"}),
	"RDS.10": flag(token.RdsInstance, "iamDatabaseAuthenticationEnabled", true, false),
	"RDS.11": flag(token.RdsInstance, "backupRetentionPeriod", 7, 6, nil),
	"RDS.13": flag(token.RdsInstance, "autoMinorVersionUpgrade", true, false),
	"RDS.17": flag(token.RdsInstance, "copyTagsToSnapshot", true, false),
	"RDS.23": postgres("port", 5433, 5432),
	"RDS.25": flag(token.RdsInstance, "username", "care", "postgres", "admin"),
	"RDS.26": {
		append(one(token.RdsInstance, props{"arn": "arn:aws:rds:ap-south-1:123456789012:db:d"}),
			made{"aws:backup/selection:Selection", props{"resources": []any{"arn:aws:rds:ap-south-1:123456789012:db:d"}}}),
		[][]made{one(token.RdsInstance, props{"arn": "arn:aws:rds:ap-south-1:123456789012:db:d"})},
	},
	"RDS.36": postgres("enabledCloudwatchLogsExports", []any{"postgresql"}, []any{"upgrade"}),
	"RDS.46": {database(props{"natGatewayId": "nat-1"}), [][]made{database(props{"gatewayId": "igw-1"})}},

	"S3.2": {bucketPolicy(refusal), [][]made{
		bucketPolicy(`{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::b/pictures/*"}`),
	}},
	"S3.3": {
		bucketPolicy(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`),
		[][]made{
			bucketPolicy(`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"}`),
		},
	},
	"S3.5": {bucketPolicy(refusal), [][]made{
		bucket(), bucketPolicy(strings.Replace(refusal, `"arn:aws:s3:::b",`, "", 1)),
		bucketPolicy(strings.Replace(refusal, "Deny", "Allow", 1)),
		bucketPolicy(strings.Replace(refusal, `"false"`, `"true"`, 1)),
	}},
	"S3.6": {
		bucketPolicy(
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:*","Resource":"*"}`,
		),
		[][]made{
			bucketPolicy(
				`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"s3:*","Resource":"*"}`,
			),
		},
	},
	"S3.8":  {blocked(""), [][]made{blocked("restrictPublicBuckets"), blocked("ignorePublicAcls")}},
	"S3.9":  {bucket(made{token.S3BucketLoggingV2, props{}}), [][]made{bucket()}},
	"S3.12": settings(token.S3BucketOwnershipControls, "rule.objectOwnership", "BucketOwnerEnforced", "ObjectWriter"),
	"S3.13": settings(token.S3BucketLifecycleConfigurationV2, "rules", []any{props{"status": "Enabled"}},
		[]any{props{"status": "Disabled"}}),
	"S3.14": settings(token.S3BucketVersioningV2, "versioningConfiguration.status", "Enabled", "Suspended"),
	"S3.17": settings(token.S3BucketServerSideEncryptionConfigurationV2, "rules",
		[]any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "aws:kms"}}},
		[]any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "AES256"}}}),
	"SNS.4": {one(token.SnsTopic, policy(forOne)), [][]made{one(token.SnsTopic, policy(forAll))}},
}

func postgres(property string, sound, other any) worlds {
	w := worlds{one(token.RdsInstance, at(property, sound)), [][]made{one(token.RdsInstance, at(property, other))}}
	w.sound[0].outputs["engine"], w.breaches[0][0].outputs["engine"] = "postgres", "postgres"
	return w
}

func find(result controls.Result, id string) (controls.Finding, bool) {
	i := slices.IndexFunc(result.Findings, func(f controls.Finding) bool { return f.ID == id })
	if i < 0 {
		return controls.Finding{}, false
	}
	return result.Findings[i], true
}
