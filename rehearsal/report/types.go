package report

import "strings"

// The types that a report has something to say about.
const (
	subnetType                = "aws:ec2/subnet:Subnet"
	vpcType                   = "aws:ec2/vpc:Vpc"
	routeType                 = "aws:ec2/route:Route"
	routeTableType            = "aws:ec2/routeTable:RouteTable"
	tableAssociationType      = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	natGatewayType            = "aws:ec2/natGateway:NatGateway"
	endpointType              = "aws:ec2/vpcEndpoint:VpcEndpoint"
	ingressRuleType           = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleType            = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	loadBalancerType          = "aws:lb/loadBalancer:LoadBalancer"
	listenerType              = "aws:lb/listener:Listener"
	listenerRuleType          = "aws:lb/listenerRule:ListenerRule"
	listenerCertificateType   = "aws:lb/listenerCertificate:ListenerCertificate"
	certificateValidationType = "aws:acm/certificateValidation:CertificateValidation"
	recordType                = "aws:route53/record:Record"
	capacityProvidersType     = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	taskDefinitionType        = "aws:ecs/taskDefinition:TaskDefinition"
	serviceType               = "aws:ecs/service:Service"
	namespaceType             = "aws:servicediscovery/httpNamespace:HttpNamespace"
	rolePolicyType            = "aws:iam/rolePolicy:RolePolicy"
	roleAttachmentType        = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	databaseType              = "aws:rds/instance:Instance"
	dbSubnetGroupType         = "aws:rds/subnetGroup:SubnetGroup"
	replicationGroupType      = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheSubnetGroupType      = "aws:elasticache/subnetGroup:SubnetGroup"
	bucketType                = "aws:s3/bucketV2:BucketV2"
	fileSystemType            = "aws:efs/fileSystem:FileSystem"
	mountTargetType           = "aws:efs/mountTarget:MountTarget"
	logGroupType              = "aws:cloudwatch/logGroup:LogGroup"
	privateKeyType            = "tls:index/privateKey:PrivateKey"
)

func isProvider(token string) bool { return strings.HasPrefix(token, "pulumi:providers:") }

func isAws(token string) bool { return strings.HasPrefix(token, "aws:") }

// A URN is urn:pulumi:<stack>::<project>::<types of parents>$<type>::<name>; a name may hold "::" itself.
func urnParts(urn string) (token, name string) {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return "", urn
	}
	return parts[2][strings.LastIndex(parts[2], "$")+1:], parts[3]
}
