package components

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// The statements of this file allow the actions that the AWS provider calls for the types of the components: to create,
// read, change and delete them. AWS publishes the actions of each type with its CloudFormation schema
// (https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html, handlers), and the
// rehearsal holds the roles against these. Where Pulumi names the resources, the statements are limited to the names
// that begin with NamePrefixes; AWS names the resources of the other services, or the stack's configuration does.

// networkStatements allow the VPC and its resources.
func (b *githubRolesBuilder) networkStatements() []githubStatement {
	return []githubStatement{
		{sid: "ReadNetwork", resources: everywhere(), actions: actionsOf("ec2", "Describe*")},
		{sid: "Network", resources: everywhere(), actions: actionsOf("ec2",
			"CreateTags", "DeleteTags",
			"CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "ModifyVpcTenancy",
			"CreateSubnet", "DeleteSubnet", "ModifySubnetAttribute",
			"AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway",
			"AllocateAddress", "AssociateAddress", "DisassociateAddress", "ReleaseAddress",
			"CreateNatGateway", "DeleteNatGateway",
			"AssociateRouteTable", "CreateRouteTable", "DeleteRouteTable", "DisassociateRouteTable",
			"ReplaceRouteTableAssociation", "CreateRoute", "DeleteRoute", "ReplaceRoute",
			"CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpoint",
			"CreateFlowLogs", "DeleteFlowLogs",
			"CreateNetworkInterface", "DeleteNetworkInterface", "ModifyNetworkInterfaceAttribute",
		)},
		{sid: "SecurityGroups", resources: everywhere(), actions: actionsOf("ec2",
			"CreateSecurityGroup", "DeleteSecurityGroup", "ModifySecurityGroupRules",
			"AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress",
			"RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress",
			"UpdateSecurityGroupRuleDescriptionsEgress", "UpdateSecurityGroupRuleDescriptionsIngress",
		)},
	}
}

// containerStatements allow the services, their names for each other, and their hours and numbers.
func (b *githubRolesBuilder) containerStatements() []githubStatement {
	return []githubStatement{
		{sid: "Containers", resources: everywhere(), actions: actionsOf("ecs",
			"Describe*", "List*", "TagResource", "UntagResource",
			"CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings",
			"DeregisterTaskDefinition", "RegisterTaskDefinition",
			"CreateService", "DeleteService", "StopServiceDeployment", "UpdateService",
		)},
		{sid: "Namespaces", resources: everywhere(), actions: actionsOf("servicediscovery",
			"CreateHttpNamespace", "DeleteNamespace", "GetNamespace", "GetOperation", "ListTagsForResource", "TagResource",
			"UntagResource", "UpdateHttpNamespace",
		)},
		{sid: "Scaling", resources: everywhere(), actions: actionsOf("application-autoscaling",
			"DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "DescribeScalableTargets",
			"DescribeScalingPolicies", "DescribeScheduledActions", "ListTagsForResource", "PutScalingPolicy",
			"PutScheduledAction", "RegisterScalableTarget", "TagResource", "UntagResource",
		)},
		{
			sid:       "Hours",
			resources: append(b.regional("scheduler", "schedule/"), b.regional("scheduler", "schedule-group/")...),
			actions: actionsOf("scheduler",
				"CreateSchedule", "CreateScheduleGroup", "DeleteSchedule", "DeleteScheduleGroup", "GetSchedule",
				"GetScheduleGroup", "ListTagsForResource", "TagResource", "UntagResource", "UpdateSchedule",
			),
		},
	}
}

// entranceStatements allow the load balancer, and its certificate, addresses and firewall. A deployment associates a
// firewall that exists; it changes none.
func (b *githubRolesBuilder) entranceStatements() []githubStatement {
	return []githubStatement{
		{sid: "LoadBalancers", resources: everywhere(), actions: actionsOf("elasticloadbalancing",
			"Describe*", "AddTags", "RemoveTags",
			"CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "SetIpAddressType",
			"SetSecurityGroups", "SetSubnets",
			"CreateTargetGroup", "DeleteTargetGroup", "DeregisterTargets", "ModifyTargetGroup",
			"ModifyTargetGroupAttributes", "RegisterTargets",
			"CreateListener", "DeleteListener", "ModifyListener", "ModifyListenerAttributes",
			"CreateRule", "DeleteRule", "ModifyRule", "SetRulePriorities",
		)},
		{sid: "Certificates", resources: everywhere(), actions: actionsOf("acm",
			"AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListTagsForCertificate",
			"RemoveTagsFromCertificate", "RequestCertificate", "UpdateCertificateOptions",
		)},
		{sid: "Addresses", resources: everywhere(), actions: actionsOf("route53",
			"ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListHostedZones", "ListResourceRecordSets",
			"ListTagsForResource",
		)},
		{sid: "Firewall", resources: everywhere(), actions: append(
			actionsOf("wafv2", "AssociateWebACL", "DisassociateWebACL", "GetWebACL", "GetWebACLForResource"),
			"elasticloadbalancing:SetWebACL",
		)},
	}
}

// dataStatements allow the database, the file system, the cache and their backups.
func (b *githubRolesBuilder) dataStatements() []githubStatement {
	return []githubStatement{
		{sid: "Databases", resources: everywhere(), actions: actionsOf("rds",
			"Describe*", "ListTagsForResource", "AddTagsToResource", "RemoveTagsFromResource",
			"CreateDBInstance", "DeleteDBInstance", "ModifyDBInstance", "RebootDBInstance",
			"CreateDBSnapshot", "RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime",
			"CreateDBParameterGroup", "DeleteDBParameterGroup", "ModifyDBParameterGroup", "ResetDBParameterGroup",
			"CreateDBSubnetGroup", "DeleteDBSubnetGroup", "ModifyDBSubnetGroup",
		)},
		{sid: "Files", resources: everywhere(), actions: actionsOf("elasticfilesystem",
			"Describe*", "ListTagsForResource", "TagResource", "UntagResource",
			"CreateFileSystem", "DeleteFileSystem", "UpdateFileSystem", "UpdateFileSystemProtection",
			"CreateAccessPoint", "DeleteAccessPoint",
			"CreateMountTarget", "DeleteMountTarget", "ModifyMountTargetSecurityGroups",
			"DeleteFileSystemPolicy", "PutBackupPolicy", "PutFileSystemPolicy", "PutLifecycleConfiguration",
		)},
		{sid: "Backups", resources: everywhere(), actions: append(
			actionsOf("backup",
				"CreateBackupPlan", "CreateBackupSelection", "CreateBackupVault", "DeleteBackupPlan", "DeleteBackupSelection",
				"DeleteBackupVault", "DeleteRecoveryPoint", "DescribeBackupVault", "DescribeRecoveryPoint", "GetBackupPlan",
				"GetBackupSelection", "ListRecoveryPointsByBackupVault", "ListTags", "TagResource", "UntagResource",
				"UpdateBackupPlan",
			),
			"backup-storage:MountCapsule",
		)},
		{sid: "Caches", resources: everywhere(), actions: actionsOf("elasticache",
			"Describe*", "ListTagsForResource", "AddTagsToResource", "RemoveTagsFromResource",
			"CreateReplicationGroup", "CreateSnapshot", "DecreaseReplicaCount", "DeleteReplicationGroup",
			"IncreaseReplicaCount", "ModifyReplicationGroup", "ModifyReplicationGroupShardConfiguration",
			"CreateCacheSubnetGroup", "DeleteCacheSubnetGroup", "ModifyCacheSubnetGroup",
		)},
	}
}

// storageStatements allow the buckets, the keys and the parameters. Objects are deleted with a bucket that is not
// protected; they are never read.
func (b *githubRolesBuilder) storageStatements() []githubStatement {
	bucket := func(end string) []pulumi.StringInput {
		return b.prefixed(func(prefix string) pulumi.StringInput {
			return pulumi.Sprintf("arn:%s:s3:::%s%s", b.partition(), prefix, end)
		})
	}
	keys := pulumi.Sprintf("arn:%s:kms:*:%s:key/*", b.partition(), b.account())
	parameters := pulumi.Sprintf("arn:%s:ssm:*:%s:parameter%s/*", b.partition(), b.account(), b.args.ParameterPath)
	return []githubStatement{
		{sid: "Buckets", resources: bucket("*"), actions: actionsOf("s3",
			"CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "GetAccelerateConfiguration", "GetBucket*",
			"GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket",
			"ListBucketVersions", "PutBucketCORS", "PutBucketLogging", "PutBucketOwnershipControls",
			"PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging", "PutBucketVersioning",
			"PutEncryptionConfiguration", "PutLifecycleConfiguration",
		)},
		{sid: "EmptyBuckets", resources: bucket("*/*"), actions: actionsOf("s3", "DeleteObject", "DeleteObjectVersion")},
		{sid: "NewKeys", resources: everywhere(), actions: actionsOf("kms", "CreateKey")},
		{sid: "Keys", resources: []pulumi.StringInput{keys}, actions: actionsOf("kms",
			"DescribeKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus",
			"ListResourceTags", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource", "UntagResource",
			"UpdateKeyDescription",
		)},
		b.keyUse(keys), b.keyGrants(keys),
		{sid: "ListParameters", resources: everywhere(), actions: actionsOf("ssm", "DescribeParameters")},
		{sid: "Parameters", resources: []pulumi.StringInput{parameters}, actions: actionsOf("ssm",
			"AddTagsToResource", "DeleteParameter", "GetParameter", "GetParameters", "ListTagsForResource", "PutParameter",
			"RemoveTagsFromResource",
		)},
	}
}

// keyServices are the services that use a KMS key of the stack on behalf of the role that deploys.
var keyServices = []string{"backup", "elasticache", "elasticfilesystem", "rds", "ssm"}

// keyUse allows the use of keys in a service's own requests: parameters are encrypted and read, and databases, file
// systems, caches and backup vaults created. The role cannot decrypt anything by itself
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
func (b *githubRolesBuilder) keyUse(keys pulumi.StringInput) githubStatement {
	return githubStatement{
		sid: "UseKeys", resources: []pulumi.StringInput{keys},
		actions: actionsOf("kms", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
			"RetireGrant"),
		conditions: []githubCondition{throughServices()},
	}
}

// keyGrants lets the services keep the use of a key for a database, a file system, a cache or a vault
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource).
func (b *githubRolesBuilder) keyGrants(keys pulumi.StringInput) githubStatement {
	return githubStatement{
		sid: "KeyGrants", resources: []pulumi.StringInput{keys}, actions: actionsOf("kms", "CreateGrant"),
		conditions: []githubCondition{throughServices(), {"Bool", "kms:GrantIsForAWSResource", texts("true")}},
	}
}

func throughServices() githubCondition {
	services := make([]string, len(keyServices))
	for i, service := range keyServices {
		services[i] = service + ".*.amazonaws.com"
	}
	return githubCondition{"StringLike", "kms:ViaService", texts(services...)}
}

// watchingStatements allow logs, alarms, dashboards and the topic of the alarms. Log lines are never read.
func (b *githubRolesBuilder) watchingStatements() []githubStatement {
	return []githubStatement{
		{sid: "Logs", resources: everywhere(), actions: actionsOf("logs",
			"AssociateKmsKey", "CreateLogDelivery", "CreateLogGroup", "DeleteLogDelivery", "DeleteLogGroup",
			"DeleteMetricFilter", "DeleteRetentionPolicy", "DescribeLogGroups", "DescribeMetricFilters",
			"DisassociateKmsKey", "ListTagsForResource", "PutMetricFilter", "PutRetentionPolicy", "TagResource",
			"UntagResource",
		)},
		{sid: "Alarms", resources: everywhere(), actions: actionsOf("cloudwatch",
			"DeleteAlarms", "DeleteDashboards", "DescribeAlarms", "GetDashboard", "ListTagsForResource", "PutDashboard",
			"PutMetricAlarm", "TagResource", "UntagResource",
		)},
		{sid: "Events", resources: b.regional("events", "rule/"), actions: actionsOf("events",
			"DeleteRule", "DescribeRule", "ListTagsForResource", "ListTargetsByRule", "PutRule", "PutTargets",
			"RemoveTargets", "TagResource", "UntagResource",
		)},
		{sid: "Topics", resources: b.regional("sns", ""), actions: actionsOf("sns",
			"CreateTopic", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTagsForResource",
			"SetTopicAttributes", "Subscribe", "TagResource", "UntagResource",
		)},
		// AWS names a subscription by its topic and a suffix, and lets these actions be limited to no resource.
		{sid: "Subscriptions", resources: everywhere(), actions: actionsOf("sns",
			"GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe",
		)},
	}
}
