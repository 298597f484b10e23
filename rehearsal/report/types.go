package report

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
)

// The types that a report is about.
const (
	subnetType                = token.Ec2Subnet
	vpcType                   = token.Ec2Vpc
	routeType                 = token.Ec2Route
	routeTableType            = token.Ec2RouteTable
	tableAssociationType      = token.Ec2RouteTableAssociation
	natGatewayType            = token.Ec2NatGateway
	endpointType              = token.Ec2VpcEndpoint
	ingressRuleType           = token.VpcSecurityGroupIngressRule
	egressRuleType            = token.VpcSecurityGroupEgressRule
	loadBalancerType          = token.LbLoadBalancer
	listenerType              = token.LbListener
	listenerRuleType          = token.LbListenerRule
	listenerCertificateType   = token.LbListenerCertificate
	certificateValidationType = token.AcmCertificateValidation
	recordType                = token.Route53Record
	capacityProvidersType     = token.EcsClusterCapacityProviders
	taskDefinitionType        = token.EcsTaskDefinition
	serviceType               = token.EcsService
	namespaceType             = token.ServicediscoveryHttpNamespace
	rolePolicyType            = token.IamRolePolicy
	roleAttachmentType        = token.IamRolePolicyAttachment
	databaseType              = token.RdsInstance
	dbSubnetGroupType         = token.RdsSubnetGroup
	replicationGroupType      = token.ElasticacheReplicationGroup
	cacheSubnetGroupType      = token.ElasticacheSubnetGroup
	bucketType                = token.S3BucketV2
	vaultType                 = token.BackupVault
	fileSystemType            = token.EfsFileSystem
	mountTargetType           = token.EfsMountTarget
	logGroupType              = token.CloudwatchLogGroup
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
