package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// managedByPulumi is the default description of the bridge.
const managedByPulumi = "Managed by Pulumi"

// The types that an input may name, with the API's error if it names nothing. A resource with an identifier of its own
// may exist outside the program.

func toVpc(path string) standin.Ref {
	return outside(path, "InvalidVpcID.NotFound", standin.Target{Token: token.Ec2Vpc})
}

func toSubnet(path string) standin.Ref {
	return outside(path, "InvalidSubnetID.NotFound", standin.Target{Token: token.Ec2Subnet})
}

func toSecurityGroup(path string) standin.Ref {
	return outside(path, "InvalidGroup.NotFound",
		standin.Target{Token: token.Ec2SecurityGroup}, standin.Target{Token: token.Ec2DefaultSecurityGroup},
		standin.Target{Token: token.Ec2Vpc, By: "defaultSecurityGroupId"})
}

func toRouteTable(path string) standin.Ref {
	return outside(path, "InvalidRouteTableID.NotFound",
		standin.Target{Token: token.Ec2RouteTable},
		standin.Target{Token: token.Ec2Vpc, By: "mainRouteTableId"})
}

func toRole(path string) standin.Ref {
	return outside(path, "NoSuchEntity", standin.Target{Token: token.IamRole, By: "arn"})
}

func toTargetGroup(path string) standin.Ref {
	return outside(path, "TargetGroupNotFound", standin.Target{Token: token.LbTargetGroup, By: "arn"})
}

func toCertificate(path string) standin.Ref {
	return outside(path, "CertificateNotFound", standin.Target{Token: token.AcmCertificate, By: "arn"})
}

func toBucket(path string) standin.Ref {
	return outside(path, "NoSuchBucket", standin.Target{Token: token.S3BucketV2})
}

func toTopic(path string) standin.Ref {
	return outside(path, "NotFound", standin.Target{Token: token.SnsTopic, By: "arn"})
}

// toAlarm: a service that watches an alarm names it, and ECS wants it to be there
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html).
func toAlarm(path string) standin.Ref {
	return inside(path, "InvalidParameterException", standin.Target{Token: token.CloudwatchMetricAlarm, By: "name"})
}

func toKey(path, code string) standin.Ref {
	key := outside(path, code, standin.Target{Token: token.KmsKey, By: "arn"}, standin.Target{Token: token.KmsKey})
	key.Builtin = "alias/aws/"
	return key
}

func toFileSystem(path string) standin.Ref {
	return outside(path, "FileSystemNotFound", standin.Target{Token: token.EfsFileSystem})
}

func outside(path, code string, to ...standin.Target) standin.Ref {
	return standin.Ref{Path: path, To: to, Code: code, Outside: true}
}

// inside is for names that mean nothing to anyone but the program itself.
func inside(path, code string, to ...standin.Target) standin.Ref {
	return standin.Ref{Path: path, To: to, Code: code}
}
