package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(versioningKind, encryptionKind, lifecycleKind, corsKind, publicAccessBlockKind, ownershipKind,
	bucketPolicyKind, bucketLoggingKind)

// ofBucket completes a setting: it has the bucket's name for its identifier and stays with its bucket.
func ofBucket(kind standin.Kind) standin.Kind {
	kind.Global = true
	if strings.HasSuffix(kind.Token, "V2") {
		kind.Aliases = withoutV2(kind.Token)
	}
	kind.Replaces = append(kind.Replaces, "bucket")
	kind.Refs = append(kind.Refs, toBucket("bucket"))
	kind.Id = by("bucket")
	return kind
}

func versioningKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketVersioningV2,
		Args:  s3.BucketVersioningV2Args{}, State: s3.BucketVersioningV2State{},
		Facts:    setting,
		Computed: []string{"versioningConfiguration.mfaDelete"},
		Rules:    []standin.Rule{s3VersioningDisabled},
		Replaces: []string{"expectedBucketOwner"},
	})
}

func encryptionKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketServerSideEncryptionConfigurationV2,
		Args:  s3.BucketServerSideEncryptionConfigurationV2Args{}, State: s3.BucketServerSideEncryptionConfigurationV2State{},
		Facts:    setting,
		Required: []string{"rules"},
		Checks:   []standin.CheckRule{s3Encryption},
		Refs:     []standin.Ref{ofData(token.S3BucketServerSideEncryptionConfigurationV2)},
		Rules:    keyRules(),
		Replaces: []string{"expectedBucketOwner"},
		Sets:     []string{"rules"},
	})
}

func lifecycleKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketLifecycleConfigurationV2,
		Args:  s3.BucketLifecycleConfigurationV2Args{}, State: s3.BucketLifecycleConfigurationV2State{},
		Facts:    setting,
		Computed: []string{"transitionDefaultMinimumObjectSize"},
		Checks:   []standin.CheckRule{s3LifecycleRule, s3LifecycleDays},
		Replaces: []string{"expectedBucketOwner"},
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"}
		},
	})
}

func corsKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketCorsConfigurationV2,
		Args:  s3.BucketCorsConfigurationV2Args{}, State: s3.BucketCorsConfigurationV2State{},
		Facts:    setting,
		Required: []string{"corsRules", "corsRules.allowedMethods", "corsRules.allowedOrigins"},
		Replaces: []string{"expectedBucketOwner"},
		Sets: []string{
			"corsRules", "corsRules.allowedHeaders", "corsRules.allowedMethods", "corsRules.allowedOrigins",
			"corsRules.exposeHeaders",
		},
		Checks: []standin.CheckRule{s3Cors},
	})
}

func publicAccessBlockKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketPublicAccessBlock,
		Args:  s3.BucketPublicAccessBlockArgs{}, State: s3.BucketPublicAccessBlockState{},
		Facts: setting,
		Defaults: standin.Props{
			"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false,
		},
	})
}

func ownershipKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketOwnershipControls,
		Args:  s3.BucketOwnershipControlsArgs{}, State: s3.BucketOwnershipControlsState{},
		Facts: setting,
	})
}

func bucketPolicyKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketPolicy, Args: s3.BucketPolicyArgs{}, State: s3.BucketPolicyState{},
		Facts:    setting,
		Required: []string{"policy"},
		Json:     []string{"policy"},
		Checks:   []standin.CheckRule{policy.CheckDocument("policy", policy.BucketGrammar), s3BucketPolicyResource},
		Rules:    []standin.Rule{s3PublicPolicyBlocked},
	})
}

func bucketLoggingKind() standin.Kind {
	return ofBucket(standin.Kind{
		Token: token.S3BucketLoggingV2, Args: s3.BucketLoggingV2Args{}, State: s3.BucketLoggingV2State{},
		Facts:    charged(standin.ByUse("access logs of buckets", "s3-storage-gb-month", "s3-request/write")),
		Replaces: []string{"expectedBucketOwner"},
		Sets:     []string{"targetGrants"},
		Refs:     []standin.Ref{toBucket("targetBucket")},
		Rules:    []standin.Rule{s3LoggingRegion, s3LoggingPermission},
	})
}
