package aws

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

// The types of the catalogue that others name.
const (
	vpcToken              = "aws:ec2/vpc:Vpc"
	subnetToken           = "aws:ec2/subnet:Subnet"
	internetGatewayToken  = "aws:ec2/internetGateway:InternetGateway"
	routeTableToken       = "aws:ec2/routeTable:RouteTable"
	routeToken            = "aws:ec2/route:Route"
	associationToken      = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	eipToken              = "aws:ec2/eip:Eip"
	natGatewayToken       = "aws:ec2/natGateway:NatGateway"
	securityGroupToken    = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroupToken     = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	ingressRuleToken      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleToken       = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	endpointToken         = "aws:ec2/vpcEndpoint:VpcEndpoint"
	loadBalancerToken     = "aws:lb/loadBalancer:LoadBalancer"
	targetGroupToken      = "aws:lb/targetGroup:TargetGroup"
	listenerToken         = "aws:lb/listener:Listener"
	listenerRuleToken     = "aws:lb/listenerRule:ListenerRule"
	listenerCertToken     = "aws:lb/listenerCertificate:ListenerCertificate"
	clusterToken          = "aws:ecs/cluster:Cluster"
	taskDefinitionToken   = "aws:ecs/taskDefinition:TaskDefinition"
	serviceToken          = "aws:ecs/service:Service"
	namespaceToken        = "aws:servicediscovery/httpNamespace:HttpNamespace"
	roleToken             = "aws:iam/role:Role"
	rolePolicyToken       = "aws:iam/rolePolicy:RolePolicy"
	roleAttachmentToken   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	policyToken           = "aws:iam/policy:Policy"
	userToken             = "aws:iam/user:User"
	userPolicyToken       = "aws:iam/userPolicy:UserPolicy"
	accessKeyToken        = "aws:iam/accessKey:AccessKey"
	databaseToken         = "aws:rds/instance:Instance"
	dbSubnetGroupToken    = "aws:rds/subnetGroup:SubnetGroup"
	dbParameterGroupToken = "aws:rds/parameterGroup:ParameterGroup"
	bucketToken           = "aws:s3/bucketV2:BucketV2"
	accessBlockToken      = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	bucketPolicyToken     = "aws:s3/bucketPolicy:BucketPolicy"
	bucketEncryptionToken = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	metricFilterToken     = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	parameterToken        = "aws:ssm/parameter:Parameter"
	secretToken           = "aws:secretsmanager/secret:Secret"
	logGroupToken         = "aws:cloudwatch/logGroup:LogGroup"
	alarmToken            = "aws:cloudwatch/metricAlarm:MetricAlarm"
	eventRuleToken        = "aws:cloudwatch/eventRule:EventRule"
	eventTargetToken      = "aws:cloudwatch/eventTarget:EventTarget"
	certificateToken      = "aws:acm/certificate:Certificate"
	zoneToken             = "aws:route53/zone:Zone"
	recordToken           = "aws:route53/record:Record"
	fileSystemToken       = "aws:efs/fileSystem:FileSystem"
	accessPointToken      = "aws:efs/accessPoint:AccessPoint"
	mountTargetToken      = "aws:efs/mountTarget:MountTarget"
	scalableTargetToken   = "aws:appautoscaling/target:Target"
	topicToken            = "aws:sns/topic:Topic"
	topicPolicyToken      = "aws:sns/topicPolicy:TopicPolicy"
	groupRuleToken        = "aws:ec2/securityGroupRule:SecurityGroupRule"
	attachmentToken       = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
	discoveryToken        = "aws:servicediscovery/service:Service"
	repositoryToken       = "aws:ecr/repository:Repository"
	cacheClusterToken     = "aws:elasticache/cluster:Cluster"
	databaseClusterToken  = "aws:rds/cluster:Cluster"
	keyToken              = "aws:kms/key:Key"
	replicationGroupToken = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheSubnetGroupToken = "aws:elasticache/subnetGroup:SubnetGroup"
	managedByPulumi       = "Managed by Pulumi" // the bridge's default description
)

// What an input may name, with the API's error when it names nothing. Whatever has an identifier of its
// own may exist outside the program.

func toVpc(path string) standin.Ref {
	return outside(path, "InvalidVpcID.NotFound", standin.Target{Token: vpcToken})
}

func toSubnet(path string) standin.Ref {
	return outside(path, "InvalidSubnetID.NotFound", standin.Target{Token: subnetToken})
}

func toSecurityGroup(path string) standin.Ref {
	return outside(path, "InvalidGroup.NotFound",
		standin.Target{Token: securityGroupToken}, standin.Target{Token: defaultGroupToken},
		standin.Target{Token: vpcToken, By: "defaultSecurityGroupId"})
}

func toRouteTable(path string) standin.Ref {
	return outside(path, "InvalidRouteTableID.NotFound",
		standin.Target{Token: routeTableToken},
		standin.Target{Token: vpcToken, By: "mainRouteTableId"})
}

func toRole(path string) standin.Ref {
	return outside(path, "NoSuchEntity", standin.Target{Token: roleToken, By: "arn"})
}

func toTargetGroup(path string) standin.Ref {
	return outside(path, "TargetGroupNotFound", standin.Target{Token: targetGroupToken, By: "arn"})
}

func toCertificate(path string) standin.Ref {
	return outside(path, "CertificateNotFound", standin.Target{Token: certificateToken, By: "arn"})
}

func toBucket(path string) standin.Ref {
	return outside(path, "NoSuchBucket", standin.Target{Token: bucketToken})
}

func toTopic(path string) standin.Ref {
	return outside(path, "NotFound", standin.Target{Token: topicToken, By: "arn"})
}

// toAlarm: a service that watches an alarm names it, and ECS wants it to be there
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html).
func toAlarm(path string) standin.Ref {
	return inside(path, "InvalidParameterException", standin.Target{Token: alarmToken, By: "name"})
}

func toKey(path, code string) standin.Ref {
	return outside(path, code, standin.Target{Token: keyToken, By: "arn"}, standin.Target{Token: keyToken})
}

func toFileSystem(path string) standin.Ref {
	return outside(path, "FileSystemNotFound", standin.Target{Token: fileSystemToken})
}

func outside(path, code string, to ...standin.Target) standin.Ref {
	return standin.Ref{Path: path, To: to, Code: code, Outside: true}
}

// inside is for names that mean nothing to anyone but the program itself.
func inside(path, code string, to ...standin.Target) standin.Ref {
	return standin.Ref{Path: path, To: to, Code: code}
}
