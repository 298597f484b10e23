package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(bucketKind, legacyBucketKind)

func bucketKind() standin.Kind {
	return standin.Kind{
		// Bucket names are unique over all regions and accounts.
		Token: token.S3BucketV2, Args: s3.BucketV2Args{}, State: s3.BucketV2State{}, Global: true,
		Facts: standin.Facts{
			Takes:  quick,
			Charge: standin.ByUse("S3 storage and requests", "s3-storage-gb-month", "s3-request/write", "s3-request/read"),
			Loss:   bucketLoss,
		},
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
		Checks:   []standin.CheckRule{s3BucketName},
		OnDelete: []standin.Rule{s3BucketNotEmpty},
		Id:       by("bucket"),
		Outputs: func(o *standin.Op) standin.Props {
			name := o.Has("bucket").Text()
			return standin.Props{
				"arn": "arn:" + ident.Partition(o.Scope.Region) + ":s3:::" + name, "region": o.Scope.Region,
				"bucketDomainName":         name + ".s3.amazonaws.com",
				"bucketRegionalDomainName": name + ".s3." + o.Scope.Region + ".amazonaws.com",
				"hostedZoneId":             "Z" + standin.Draw(upperDigits, 13),
				"requestPayer":             "BucketOwner",
				"objectLockEnabled":        false,
				"acl":                      "private",
				"accelerationStatus":       "",
				"policy":                   "",
				"websiteDomain":            "",
				"websiteEndpoint":          "",
			}
		},
	}
}

// legacyBucketKind is the type that sets everything about a bucket in one resource. In version 7 of the SDK its token
// is that of the newer type, which has the same inputs as far as other resources are concerned.
func legacyBucketKind() standin.Kind {
	kind := bucketKind()
	kind.Token, kind.As, kind.Args, kind.State = token.S3Bucket, token.S3BucketV2, s3.BucketArgs{}, s3.BucketState{}
	kind.Computed = []string{
		"accelerationStatus", "acl", "arn", "grants", "hostedZoneId", "lifecycleRules", "requestPayer",
		"serverSideEncryptionConfiguration",
		"versioning", "websiteDomain", "websiteEndpoint", "objectLockConfiguration", "policy",
	}
	kind.Replaces = []string{"bucket", "bucketPrefix", "objectLockConfiguration.objectLockEnabled"}
	kind.Outputs = func(o *standin.Op) standin.Props {
		outputs := bucketKind().Outputs(o)
		delete(outputs, "objectLockEnabled")
		return outputs
	}
	return kind
}

// bucketLoss: only an empty bucket can be deleted, and forceDestroy empties it.
func bucketLoss(property standin.Properties) string {
	if property("forceDestroy") == true {
		return "every object in it, with all versions"
	}
	return "every object in it; AWS refuses while there are any"
}
