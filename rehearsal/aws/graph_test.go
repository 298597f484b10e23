package aws_test

import "github.com/stretchr/testify/require"

// stack is one of everything in the catalogue, wired as a program would.
type stack struct {
	*cloud

	vpc, igw, subnetA, subnetB, sg, role, logs, bucket, topic, namespace, cluster, task, balancer, group, listener,
	service, database, files, certificate, zone *thing
}

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::demo/*"}]}`

// tlsOnly is a policy of a resource.
func tlsOnly(resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"` + resource +
		`","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
}

const containers = `[{"name":"app","image":"example.org/app:1","memory":256,"portMappings":[{"containerPort":8000,"name":"http"}]}]`

// additions are kinds' own parts of the stack.
var additions []func(*stack)

// addition adds a part to the stack. A test file of one kind registers its resources with it.
func addition(part func(*stack)) struct{} { //nolint:unparam // it begins package variables
	additions = append(additions, part)
	return struct{}{}
}

func newStack(c *cloud) *stack {
	s := &stack{cloud: c}
	s.network()
	s.identity()
	s.storage()
	s.frontDoor()
	s.compute()
	s.data()
	s.watching()
	s.alternatives()
	for _, part := range additions {
		part(s)
	}
	return s
}

// alternatives are the types that older and smaller programs have for the same things.
func (s *stack) alternatives() {
	vpc := s.up("ec2/vpc:Vpc", "other", in{"cidrBlock": "10.9.0.0/16"})
	gateway := s.up("ec2/internetGateway:InternetGateway", "other", in{})
	s.up("ec2/internetGatewayAttachment:InternetGatewayAttachment", "other",
		in{"internetGatewayId": gateway.id, "vpcId": vpc.id})
	table := s.up("ec2/routeTable:RouteTable", "other", in{"vpcId": vpc.id})
	s.up("ec2/mainRouteTableAssociation:MainRouteTableAssociation", "other", in{"routeTableId": table.id, "vpcId": vpc.id})
	for _, changed := range []*thing{vpc, gateway} { // the two types have written into their outputs
		require.NoError(s.t, s.update(changed, nil))
	}
	s.up("ec2/defaultRouteTable:DefaultRouteTable", "other", in{"defaultRouteTableId": vpc.out("defaultRouteTableId")})
	s.up("ec2/defaultVpc:DefaultVpc", "default", in{})
	s.up("ec2/defaultSubnet:DefaultSubnet", "default", in{"availabilityZone": "ap-south-1a"})
	s.up("ec2/securityGroupRule:SecurityGroupRule", "ssh",
		in{"type": "ingress", "securityGroupId": s.sg.id, "protocol": "tcp", "fromPort": 22, "toPort": 22, "self": true})
	repository := s.up("ecr/repository:Repository", "app", in{})
	s.up("ecr/lifecyclePolicy:LifecyclePolicy", "app", in{
		"repository": repository.out("name"),
		"policy": `{"rules":[{"rulePriority":1,"selection":{"tagStatus":` +
			`"any","countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}}]}`,
	})
	s.up("ecr/repositoryPolicy:RepositoryPolicy", "app", in{"repository": repository.out("name"), "policy": policy})
	s.up("s3/bucket:Bucket", "old", in{"forceDestroy": true})
	private := s.up("servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "inner",
		in{"name": "inner.local", "vpc": vpc.id})
	s.up("servicediscovery/publicDnsNamespace:PublicDnsNamespace", "outer", in{"name": "outer.example.org"})
	s.up("servicediscovery/service:Service", "app",
		in{"name": "app", "dnsConfig": in{"namespaceId": private.id, "dnsRecords": []any{in{"ttl": 10, "type": "A"}}}})
	s.up("elasticache/cluster:Cluster", "single", in{"engine": "redis", "nodeType": "cache.t4g.micro", "numCacheNodes": 1})
}

func (s *stack) network() {
	s.vpc = s.up("ec2/vpc:Vpc", "vpc",
		in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "tags": in{"Name": "demo"}})
	s.igw = s.up("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": s.vpc.id})
	subnet := func(zone, cidr string) *thing {
		return s.up("ec2/subnet:Subnet", "subnet-"+zone,
			in{"vpcId": s.vpc.id, "cidrBlock": cidr, "availabilityZone": "ap-south-1" + zone})
	}
	s.subnetA, s.subnetB = subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")
	table := s.up("ec2/routeTable:RouteTable", "table", in{"vpcId": s.vpc.id})
	s.up("ec2/route:Route", "default",
		in{"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": s.igw.id})
	s.up("ec2/routeTableAssociation:RouteTableAssociation", "a", in{"routeTableId": table.id, "subnetId": s.subnetA.id})
	eip := s.up("ec2/eip:Eip", "nat", in{"domain": "vpc"})
	s.up("ec2/natGateway:NatGateway", "nat", in{"allocationId": eip.id, "subnetId": s.subnetA.id})
	s.sg = s.up("ec2/securityGroup:SecurityGroup", "app", in{"vpcId": s.vpc.id})
	s.up("ec2/defaultSecurityGroup:DefaultSecurityGroup", "closed", in{"vpcId": s.vpc.id})
	s.up("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "self", in{
		"securityGroupId": s.sg.id, "referencedSecurityGroupId": s.sg.id, "ipProtocol": "tcp", "fromPort": 8000,
		"toPort": 8000,
	})
	s.up("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out",
		in{"securityGroupId": s.sg.id, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443})
	s.up("ec2/vpcEndpoint:VpcEndpoint", "s3",
		in{"vpcId": s.vpc.id, "serviceName": "com.amazonaws.ap-south-1.s3", "routeTableIds": []any{table.id}})
	s.up("ec2/vpcEndpoint:VpcEndpoint", "logs", in{
		"vpcId": s.vpc.id, "serviceName": "com.amazonaws.ap-south-1.logs", "vpcEndpointType": "Interface",
		"subnetIds": []any{s.subnetA.id}, "securityGroupIds": []any{s.sg.id}, "privateDnsEnabled": true,
	})
}

func (s *stack) identity() {
	s.role = s.up("iam/role:Role", "task", in{"assumeRolePolicy": trust})
	s.up("iam/rolePolicy:RolePolicy", "read", in{"role": s.role.out("name"), "policy": policy})
	managed := s.up("iam/policy:Policy", "managed", in{"policy": policy})
	s.up("iam/rolePolicyAttachment:RolePolicyAttachment", "managed",
		in{"role": s.role.out("name"), "policyArn": managed.out("arn")})
	user := s.up("iam/user:User", "files", in{})
	s.up("iam/userPolicy:UserPolicy", "files", in{"user": user.out("name"), "policy": policy})
	s.up("iam/accessKey:AccessKey", "files", in{"user": user.out("name")})
	s.up("iam/openIdConnectProvider:OpenIdConnectProvider", "github",
		in{"url": "https://token.actions.example.org", "clientIdLists": []any{"sts.amazonaws.com"}})
	s.up("ssm/parameter:Parameter", "key", in{"name": "/demo/KEY", "type": "SecureString", "value": "hunter22"})
	secret := s.up("secretsmanager/secret:Secret", "login", in{"recoveryWindowInDays": 0})
	s.up("secretsmanager/secretVersion:SecretVersion", "login", in{"secretId": secret.id, "secretString": "hunter22"})
	s.logs = s.up("cloudwatch/logGroup:LogGroup", "app", in{"name": "/ecs/demo", "retentionInDays": 30})
	s.up("ec2/flowLog:FlowLog", "flows", in{
		"vpcId": s.vpc.id, "logDestination": s.logs.out("arn"), "iamRoleArn": s.role.out("arn"), "trafficType": "REJECT",
	})
}

func (s *stack) storage() {
	logs := s.up("s3/bucketV2:BucketV2", "logs", in{}).id
	s.up("s3/bucketPolicy:BucketPolicy", "logs", in{"bucket": logs, "policy": takesServerLogs(logs, "log/", nil)})
	s.bucket = s.up("s3/bucketV2:BucketV2", "files", in{})
	name := s.bucket.id
	s.up("s3/bucketVersioningV2:BucketVersioningV2", "files",
		in{"bucket": name, "versioningConfiguration": in{"status": "Enabled"}})
	s.up("s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "files",
		in{"bucket": name, "rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "AES256"}}}})
	s.up("s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "files", in{
		"bucket": name,
		"rules":  []any{in{"id": "leftovers", "status": "Enabled", "noncurrentVersionExpiration": in{"noncurrentDays": 90}}},
	})
	s.up("s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2", "files",
		in{"bucket": name, "corsRules": []any{in{"allowedMethods": []any{"GET"}, "allowedOrigins": []any{"*"}}}})
	s.up("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "files", in{"bucket": name, "blockPublicAcls": true})
	s.up("s3/bucketOwnershipControls:BucketOwnershipControls", "files",
		in{"bucket": name, "rule": in{"objectOwnership": "BucketOwnerEnforced"}})
	s.up("s3/bucketPolicy:BucketPolicy", "files", in{"bucket": name, "policy": tlsOnly("arn:aws:s3:::" + name + "/*")})
	s.up("s3/bucketLoggingV2:BucketLoggingV2", "files", in{"bucket": name, "targetBucket": logs, "targetPrefix": "log/"})
	s.files = s.up("efs/fileSystem:FileSystem", "files", in{"encrypted": true})
	s.up("efs/accessPoint:AccessPoint", "files", in{"fileSystemId": s.files.id})
	s.up("efs/mountTarget:MountTarget", "a",
		in{"fileSystemId": s.files.id, "subnetId": s.subnetA.id, "securityGroups": []any{s.sg.id}})
	s.up("efs/fileSystemPolicy:FileSystemPolicy", "files",
		in{"fileSystemId": s.files.id, "policy": tlsOnly(s.files.out("arn"))})
	s.up("efs/backupPolicy:BackupPolicy", "files", in{"fileSystemId": s.files.id, "backupPolicy": in{"status": "ENABLED"}})
}

func (s *stack) frontDoor() {
	s.zone = s.up("route53/zone:Zone", "zone", in{"name": "example.org"})
	s.certificate = s.up("acm/certificate:Certificate", "tls",
		in{"domainName": "care.example.org", "validationMethod": "DNS"})
	proof := s.certificate.outputs["domainValidationOptions"].ArrayValue()[0].ObjectValue()
	record := s.up("route53/record:Record", "proof", in{
		"zoneId": s.zone.id, "name": proof["resourceRecordName"].StringValue(), "type": "CNAME", "ttl": 60,
		"records": []any{proof["resourceRecordValue"].StringValue()},
	})
	valid := s.up("acm/certificateValidation:CertificateValidation", "tls",
		in{"certificateArn": s.certificate.out("arn"), "validationRecordFqdns": []any{record.out("fqdn")}})
	s.balancer = s.up("lb/loadBalancer:LoadBalancer", "web",
		in{"subnets": []any{s.subnetA.id, s.subnetB.id}, "securityGroups": []any{s.sg.id}})
	s.group = s.up("lb/targetGroup:TargetGroup", "app",
		in{"vpcId": s.vpc.id, "port": 8000, "protocol": "HTTP", "targetType": "ip"})
	s.listener = s.up("lb/listener:Listener", "https", in{
		"loadBalancerArn": s.balancer.out("arn"), "port": 443, "protocol": "HTTPS",
		"certificateArn": valid.out("certificateArn"),
		"defaultActions": []any{in{
			"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "404"},
		}},
	})
	s.up("lb/listenerRule:ListenerRule", "app", in{
		"listenerArn": s.listener.out("arn"), "actions": []any{in{"type": "forward", "targetGroupArn": s.group.out("arn")}},
		"conditions": []any{in{"hostHeader": in{"values": []any{"care.example.org"}}}},
	})
	s.up("lb/listenerCertificate:ListenerCertificate", "more",
		in{"listenerArn": s.listener.out("arn"), "certificateArn": s.certificate.out("arn")})
	s.up("wafv2/webAclAssociation:WebAclAssociation", "web",
		in{"resourceArn": s.balancer.out("arn"), "webAclArn": "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/x/1"})
}

func (s *stack) compute() {
	s.namespace = s.up("servicediscovery/httpNamespace:HttpNamespace", "ns", in{"name": "demo"})
	s.cluster = s.up("ecs/cluster:Cluster", "main", in{})
	s.up("ecs/clusterCapacityProviders:ClusterCapacityProviders", "main",
		in{"clusterName": s.cluster.out("name"), "capacityProviders": []any{"FARGATE"}})
	s.task = s.up("ecs/taskDefinition:TaskDefinition", "app", in{
		"family": "app", "containerDefinitions": containers, "networkMode": "awsvpc", "executionRoleArn": s.role.out("arn"),
		"requiresCompatibilities": []any{"FARGATE"}, "cpu": "256", "memory": "512",
	})
	s.service = s.up("ecs/service:Service", "app", in{
		"cluster":        s.cluster.out("arn"),
		"taskDefinition": s.task.out("arn"),
		"desiredCount":   1, "launchType": "FARGATE",
		"networkConfiguration": in{"subnets": []any{s.subnetA.id}, "securityGroups": []any{s.sg.id}},
		"loadBalancers": []any{
			in{"targetGroupArn": s.group.out("arn"), "containerName": "app", "containerPort": 8000},
		},
		"serviceConnectConfiguration": in{"enabled": true, "namespace": s.namespace.out("arn")},
	})
	scaled := in{
		"resourceId": "service/" + s.cluster.out("name") + "/" + s.service.out("name"), "serviceNamespace": "ecs",
		"scalableDimension": "ecs:service:DesiredCount",
	}
	s.up("appautoscaling/target:Target", "app", with(scaled, in{"minCapacity": 1, "maxCapacity": 4}))
	s.up("appautoscaling/policy:Policy", "app", with(scaled, in{
		"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": in{
			"targetValue": 60, "predefinedMetricSpecification": in{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		},
	}))
	s.up("appautoscaling/scheduledAction:ScheduledAction", "night", with(scaled,
		in{"schedule": "cron(0 20 * * ? *)", "scalableTargetAction": in{"minCapacity": 0}}))
}

func (s *stack) data() {
	subnets := []any{s.subnetA.id, s.subnetB.id}
	group := s.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": subnets})
	parameters := s.up("rds/parameterGroup:ParameterGroup", "db", in{"family": "postgres16"})
	s.database = s.up("rds/instance:Instance", "db", in{
		"instanceClass": "db.t4g.micro", "engine": "postgres", "engineVersion": "16.13", "allocatedStorage": 20,
		"username": "care", "password": "hunter22",
		"dbSubnetGroupName":   group.out("name"),
		"parameterGroupName":  parameters.out("name"),
		"vpcSecurityGroupIds": []any{s.sg.id},
		"skipFinalSnapshot":   true,
	})
	s.nights()
	cache := s.up("elasticache/subnetGroup:SubnetGroup", "cache", in{"subnetIds": subnets})
	s.up("elasticache/replicationGroup:ReplicationGroup", "cache", in{
		"description": "cache", "nodeType": "cache.t4g.micro", "subnetGroupName": cache.out("name"),
		"securityGroupIds": []any{s.sg.id},
	})
}

// schedulerTrust lets EventBridge Scheduler take a role.
const schedulerTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
	`"Principal":{"Service":"scheduler.amazonaws.com"}}]}`

// nights stop the database.
func (s *stack) nights() {
	group := s.up("scheduler/scheduleGroup:ScheduleGroup", "nights", in{})
	role := s.up("iam/role:Role", "nights", in{"assumeRolePolicy": schedulerTrust})
	s.up("iam/rolePolicy:RolePolicy", "nights", in{
		"role": role.out("name"),
		"policy": `{"Version":"2012-10-17","Statement":[{` +
			`"Effect":"Allow","Action":["rds:StartDBInstance","rds:StopDBInstance"],"Resource":"` + s.database.out("arn") + `"}]}`,
	})
	s.up("scheduler/schedule:Schedule", "stop", in{
		"groupName": group.out("name"), "scheduleExpression": "cron(15 20 ? * MON-FRI *)",
		"scheduleExpressionTimezone": "Asia/Kolkata", "flexibleTimeWindow": in{"mode": "OFF"},
		"target": in{
			"arn": "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance", "roleArn": role.out("arn"),
			"input":       `{"DbInstanceIdentifier":"` + s.database.out("identifier") + `"}`,
			"retryPolicy": in{"maximumEventAgeInSeconds": 3600},
		},
	})
}

func (s *stack) watching() {
	key := s.up("kms/key:Key", "alarms",
		in{"enableKeyRotation": true, "deletionWindowInDays": 7, "policy": keyPolicy("cloudwatch.amazonaws.com")})
	s.topic = s.up("sns/topic:Topic", "alarms", in{"kmsMasterKeyId": key.out("arn")})
	s.up("sns/topicSubscription:TopicSubscription", "mail",
		in{"topic": s.topic.out("arn"), "protocol": "email", "endpoint": "ops@example.org"})
	s.up("sns/topicPolicy:TopicPolicy", "alarms", in{"arn": s.topic.out("arn"), "policy": tlsOnly(s.topic.out("arn"))})
	s.up("cloudwatch/metricAlarm:MetricAlarm", "cpu", in{
		"metricName": "CPUUtilization", "namespace": "AWS/ECS", "statistic": "Average", "period": 60, "threshold": 80,
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "alarmActions": []any{s.topic.out("arn")},
	})
	s.up("cloudwatch/dashboard:Dashboard", "main", in{"dashboardName": "main", "dashboardBody": `{"widgets":[]}`})
	s.up("cloudwatch/logMetricFilter:LogMetricFilter", "errors", in{
		"logGroupName": s.logs.out("name"), "pattern": "ERROR",
		"metricTransformation": in{"name": "errors", "namespace": "demo", "value": "1"},
	})
	rule := s.up("cloudwatch/eventRule:EventRule", "stopped", in{"eventPattern": `{"source":["aws.ecs"]}`})
	s.up("cloudwatch/eventTarget:EventTarget", "stopped", in{"rule": rule.out("name"), "arn": s.topic.out("arn")})
}
