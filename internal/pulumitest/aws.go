package pulumitest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// answer is what a provider adds to the inputs of a resource.
type answer struct {
	id       string
	computed map[string]any
}

// create fills in what a provider answers when it has created the resource. What the SDK says is secret is marked, as
// the engine does.
func (r *Resource) create() error {
	form, ok := forms[r.Type]
	if !ok {
		return fmt.Errorf("pulumitest does not know the type %s", r.Type)
	}
	given := form(r)
	state := r.Inputs.Copy()
	for key, value := range given.computed {
		state[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
	}
	for _, name := range r.Options.GetAdditionalSecretOutputs() {
		key := resource.PropertyKey(name)
		if value, ok := state[key]; ok && !value.IsSecret() {
			state[key] = resource.MakeSecret(value)
		}
	}
	r.Id, r.State = given.id, state
	return nil
}

// digits gives n hexadecimal digits that belong to a resource alone.
func digits(r *Resource, n int) string {
	var text strings.Builder
	for round := 0; text.Len() < n; round++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", round, r.Path()))
		text.WriteString(hex.EncodeToString(sum[:]))
	}
	return text.String()[:n]
}

// named is the physical name: the one asked for, or the logical one with a suffix, as Pulumi makes it.
func named(r *Resource) string {
	if name := r.PhysicalName(); name != "" {
		return name
	}
	return r.Name + "-" + digits(r, 7)
}

func arn(service, rest string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, Region, Account, rest)
}

// prefixed is the form of EC2 and its like: an id of a prefix and 17 digits.
func prefixed(prefix string) func(*Resource) answer {
	return func(r *Resource) answer {
		id := prefix + "-" + digits(r, 17)
		return answer{id, map[string]any{"arn": arn("ec2", prefix+"/"+id)}}
	}
}

// elastic is the form of EFS.
func elastic(prefix, kind string) func(*Resource) answer {
	return func(r *Resource) answer {
		id := prefix + "-" + digits(r, 17)
		return answer{id, map[string]any{"arn": arn("elasticfilesystem", kind+"/"+id)}}
	}
}

// settings is the form of what has no identity of its own: the settings of a bucket, a policy of a role.
func settings(input string) func(*Resource) answer {
	return func(r *Resource) answer { return answer{id: r.Text(input) + ":" + r.Name} }
}

// byArn is the form of load balancers, listeners and target groups, which have their ARN as their id.
func byArn(kind string) func(*Resource) answer {
	return func(r *Resource) answer {
		name := named(r)
		full := arn("elasticloadbalancing", kind+name+"/"+digits(r, 16))
		return answer{full, map[string]any{"arn": full, "name": name}}
	}
}

// byName is the form of what has its name as its id.
func byName(service, kind string) func(*Resource) answer {
	return func(r *Resource) answer {
		name := named(r)
		return answer{name, map[string]any{"name": name, "arn": arn(service, kind+name)}}
	}
}

// global is byName for IAM, which has no region.
func global(kind string) func(*Resource) answer {
	return func(r *Resource) answer {
		name := named(r)
		return answer{name, map[string]any{"name": name, "arn": fmt.Sprintf("arn:aws:iam::%s:%s/%s", Account, kind, name)}}
	}
}

// forms knows every type that the components use. One that is missing here is an error and not an empty answer.
var forms = map[string]func(*Resource) answer{
	"aws:acm/certificate:Certificate":                     certificate,
	"aws:acm/certificateValidation:CertificateValidation": settings("certificateArn"),

	"aws:appautoscaling/policy:Policy":                   scaled,
	"aws:appautoscaling/scheduledAction:ScheduledAction": scaled,
	"aws:appautoscaling/target:Target":                   scaled,

	"aws:cloudwatch/dashboard:Dashboard":             dashboard,
	"aws:cloudwatch/eventRule:EventRule":             byName("events", "rule/"),
	"aws:cloudwatch/eventTarget:EventTarget":         settings("rule"),
	"aws:cloudwatch/logGroup:LogGroup":               byName("logs", "log-group:"),
	"aws:cloudwatch/logMetricFilter:LogMetricFilter": settings("logGroupName"),
	"aws:cloudwatch/metricAlarm:MetricAlarm":         byName("cloudwatch", "alarm:"),

	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": prefixed("sg"),
	"aws:ec2/eip:Eip":                                     prefixed("eipalloc"),
	"aws:ec2/flowLog:FlowLog":                             prefixed("fl"),
	"aws:ec2/internetGateway:InternetGateway":             prefixed("igw"),
	"aws:ec2/natGateway:NatGateway":                       prefixed("nat"),
	"aws:ec2/route:Route":                                 prefixed("r"),
	"aws:ec2/routeTable:RouteTable":                       prefixed("rtb"),
	"aws:ec2/routeTableAssociation:RouteTableAssociation": prefixed("rtbassoc"),
	"aws:ec2/securityGroup:SecurityGroup":                 prefixed("sg"),
	"aws:ec2/subnet:Subnet":                               prefixed("subnet"),
	"aws:ec2/vpc:Vpc":                                     prefixed("vpc"),
	"aws:ec2/vpcEndpoint:VpcEndpoint":                     prefixed("vpce"),

	"aws:ecs/cluster:Cluster":                                   cluster,
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": settings("clusterName"),
	"aws:ecs/service:Service":                                   service,
	"aws:ecs/taskDefinition:TaskDefinition":                     taskDefinition,

	"aws:efs/accessPoint:AccessPoint":           elastic("fsap", "access-point"),
	"aws:efs/backupPolicy:BackupPolicy":         settings("fileSystemId"),
	"aws:efs/fileSystem:FileSystem":             elastic("fs", "file-system"),
	"aws:efs/fileSystemPolicy:FileSystemPolicy": settings("fileSystemId"),
	"aws:efs/mountTarget:MountTarget":           elastic("fsmt", "mount-target"),

	"aws:elasticache/replicationGroup:ReplicationGroup": cache,
	"aws:elasticache/subnetGroup:SubnetGroup":           byName("elasticache", "subnetgroup:"),

	"aws:iam/accessKey:AccessKey":                         accessKey,
	"aws:iam/policy:Policy":                               global("policy"),
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnect,
	"aws:iam/role:Role":                                   global("role"),
	"aws:iam/rolePolicy:RolePolicy":                       settings("role"),
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":   settings("role"),
	"aws:iam/user:User":                                   global("user"),
	"aws:iam/userPolicy:UserPolicy":                       settings("user"),

	"aws:kms/key:Key": key,

	"aws:lb/listener:Listener":         listener,
	"aws:lb/listenerRule:ListenerRule": byArn("listener-rule/app/"),
	"aws:lb/loadBalancer:LoadBalancer": loadBalancer,
	"aws:lb/targetGroup:TargetGroup":   targetGroup,

	"aws:rds/instance:Instance":             database,
	"aws:rds/parameterGroup:ParameterGroup": byName("rds", "pg:"),
	"aws:rds/subnetGroup:SubnetGroup":       byName("rds", "subgrp:"),

	"aws:route53/record:Record": record,

	"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2":                                 settings("bucket"),
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                       settings("bucket"),
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     settings("bucket"),
	"aws:s3/bucketPolicy:BucketPolicy":                                                           settings("bucket"),
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     settings("bucket"),
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": settings("bucket"),
	"aws:s3/bucketV2:BucketV2":                                                                   bucket,
	"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               settings("bucket"),

	"aws:scheduler/schedule:Schedule":           settings("groupName"),
	"aws:scheduler/scheduleGroup:ScheduleGroup": byName("scheduler", "schedule-group/"),

	"aws:servicediscovery/httpNamespace:HttpNamespace": namespace,

	"aws:sns/topic:Topic":                         topic,
	"aws:sns/topicPolicy:TopicPolicy":             settings("arn"),
	"aws:sns/topicSubscription:TopicSubscription": settings("topic"),

	"aws:ssm/parameter:Parameter": parameter,

	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":   prefixed("sgr"),
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": prefixed("sgr"),

	"random:index/randomId:RandomId":             randomId,
	"random:index/randomPassword:RandomPassword": randomPassword,

	"tls:index/privateKey:PrivateKey": privateKey,
}

func cache(r *Resource) answer {
	id := named(r)
	return answer{id, map[string]any{
		"replicationGroupId": id, "arn": arn("elasticache", "replicationgroup:"+id),
		"primaryEndpointAddress": fmt.Sprintf("master.%s.%s.aps1.cache.amazonaws.com", id, digits(r, 6)),
	}}
}

func openIdConnect(r *Resource) answer {
	full := fmt.Sprintf("arn:aws:iam::%s:oidc-provider/%s", Account, strings.TrimPrefix(r.Text("url"), "https://"))
	return answer{full, map[string]any{"arn": full}}
}

func certificate(r *Resource) answer {
	domain := r.Text("domainName")
	full := arn("acm", "certificate/"+digits(r, 32))
	return answer{full, map[string]any{"arn": full, "domainValidationOptions": []any{map[string]any{
		"domainName": domain, "resourceRecordName": "_" + digits(r, 32) + "." + domain + ".",
		"resourceRecordType": "CNAME", "resourceRecordValue": "_" + digits(r, 30) + ".acm-validations.aws.",
	}}}}
}

func record(r *Resource) answer {
	return answer{r.Text("zoneId") + "_" + r.Text("name") + "_" + r.Text("type"), map[string]any{"fqdn": r.Text("name")}}
}

func cluster(r *Resource) answer {
	name := named(r)
	full := arn("ecs", "cluster/"+name)
	return answer{full, map[string]any{"arn": full, "name": name}}
}

func service(r *Resource) answer {
	_, cluster, _ := strings.Cut(r.Text("cluster"), "/")
	return answer{id: arn("ecs", "service/"+cluster+"/"+named(r))}
}

func taskDefinition(r *Resource) answer {
	family := named(r)
	return answer{family, map[string]any{"arn": arn("ecs", "task-definition/"+family+":1"), "revision": 1}}
}

func accessKey(r *Resource) answer {
	return answer{"AKIA" + strings.ToUpper(digits(r, 16)), map[string]any{"secret": digits(r, 40)}}
}

func loadBalancer(r *Resource) answer {
	given := byArn("loadbalancer/app/")(r)
	name, _ := given.computed["name"].(string)
	given.computed["dnsName"] = fmt.Sprintf("%s-%s.%s.elb.amazonaws.com", name, strings.Repeat("1", 10), Region)
	given.computed["zoneId"] = "ZP97RAFLXTNZK"
	given.computed["arnSuffix"] = given.id[strings.Index(given.id, "app/"):]
	return given
}

// listener is named after its load balancer.
func listener(r *Resource) answer {
	full := strings.Replace(r.Text("loadBalancerArn"), ":loadbalancer/", ":listener/", 1) + "/" + digits(r, 16)
	return answer{full, map[string]any{"arn": full}}
}

func targetGroup(r *Resource) answer {
	given := byArn("targetgroup/")(r)
	given.computed["arnSuffix"] = given.id[strings.LastIndex(given.id, ":")+1:]
	return given
}

// scaled is the form of Application Auto Scaling: everything belongs to the resource that is scaled.
func scaled(r *Resource) answer { return answer{id: r.Text("resourceId") + ":" + r.Name} }

func database(r *Resource) answer {
	identifier := named(r)
	address := fmt.Sprintf("%s.c%s.%s.rds.amazonaws.com", identifier, digits(r, 11), Region)
	return answer{"db-" + strings.ToUpper(digits(r, 26)), map[string]any{
		"arn": arn("rds", "db:"+identifier), "identifier": identifier, "address": address, "endpoint": address + ":5432",
	}}
}

func bucket(r *Resource) answer {
	name := r.Name + "-" + digits(r, 7)
	return answer{name, map[string]any{
		"bucket": name, "arn": "arn:aws:s3:::" + name, "region": Region,
		"bucketRegionalDomainName": fmt.Sprintf("%s.s3.%s.amazonaws.com", name, Region),
	}}
}

func dashboard(r *Resource) answer { return answer{id: r.Text("dashboardName")} }

func key(r *Resource) answer {
	id := digits(r, 32)
	return answer{id, map[string]any{"keyId": id, "arn": arn("kms", "key/"+id)}}
}

func topic(r *Resource) answer {
	full := arn("sns", named(r))
	return answer{full, map[string]any{"arn": full, "name": named(r)}}
}

func namespace(r *Resource) answer {
	id := "ns-" + digits(r, 16)
	return answer{id, map[string]any{"name": named(r), "arn": arn("servicediscovery", "namespace/"+id)}}
}

func parameter(r *Resource) answer {
	name := named(r)
	return answer{name, map[string]any{"name": name, "arn": arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), "version": 1}}
}

func randomId(r *Resource) answer {
	text := digits(r, 2*r.Number("byteLength"))
	return answer{text, map[string]any{"hex": text}}
}

func randomPassword(r *Resource) answer {
	return answer{"none", map[string]any{"result": digits(r, r.Number("length"))}}
}

func privateKey(r *Resource) answer {
	pemKey := rsaKey()
	if r.Text("algorithm") == "ECDSA" {
		pemKey = ecKey()
	}
	return answer{digits(r, 40), map[string]any{"privateKeyPem": pemKey}}
}
