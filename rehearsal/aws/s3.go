package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func bucketKinds() []standin.Kind { return []standin.Kind{bucketKind()} }

func bucketKind() standin.Kind {
	return standin.Kind{
		// Bucket names are unique over all regions and accounts.
		Token: bucketToken, Args: s3.BucketV2Args{}, State: s3.BucketV2State{}, Global: true,
		Name:     standin.Naming{Property: "bucket", Max: 63, Lower: true, Unless: "bucketPrefix"},
		Defaults: standin.Props{"forceDestroy": false},
		Computed: []string{
			"accelerationStatus", "acl", "corsRules", "grants", "lifecycleRules", "loggings", "objectLockConfiguration",
			"objectLockEnabled", "policy", "replicationConfigurations", "requestPayer", "serverSideEncryptionConfigurations",
			"versionings", "websites",
		},
		Replaces: []string{"bucket", "bucketPrefix", "objectLockEnabled"},
		Json:     []string{"policy"},
		Unique: []standin.Unique{{
			By: []string{"bucket"}, Code: "BucketAlreadyOwnedByYou", Rule: "a bucket's name is unique in all of AWS",
		}},
		Checks: []standin.CheckRule{bucketNamed},
		Id:     by("bucket"),
		Outputs: func(o *standin.Op) standin.Props {
			name := o.Has("bucket").Text()
			return standin.Props{
				"arn": "arn:" + partition(o.Scope.Region) + ":s3:::" + name, "region": o.Scope.Region,
				"bucketDomainName": name + ".s3.amazonaws.com", "bucketRegionalDomainName": name + ".s3." + o.Scope.Region + ".amazonaws.com",
				"hostedZoneId": "Z" + standin.Draw(upperDigits, 13), "requestPayer": "BucketOwner", "objectLockEnabled": false,
				"acl": "private", "accelerationStatus": "", "policy": "", "websiteDomain": "", "websiteEndpoint": "",
			}
		},
	}
}
