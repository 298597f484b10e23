package controls

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var s3Controls = []Control{
	{
		ID: "S3.2", Title: "Nobody outside reads a bucket", Remedy: "s3.BucketPublicAccessBlock, policy",
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			return publicly(world, r, "public-read",
				"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions")
		},
	},
	{
		ID: "S3.3", Title: "Nobody outside writes to a bucket", Remedy: "s3.BucketPublicAccessBlock, policy",
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			return publicly(world, r, "public-read-write",
				"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl", "s3:PutBucketPolicy",
				"s3:PutBucketAcl", "s3:DeleteBucket")
		},
	},
	{
		ID: "S3.5", Title: "Buckets refuse requests without TLS", Remedy: "policy", token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("its policy does not refuse requests without TLS", !refusesPlain(world, r))
		},
	},
	{
		ID: "S3.6", Title: "No other account may change a bucket or its lists of access", Remedy: "policy",
		token: token.S3BucketV2, breach: foreignChange,
	},
	{
		ID: "S3.8", Title: "Buckets refuse public access", Remedy: "s3.BucketPublicAccessBlock", token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			block := of(world, token.S3BucketPublicAccessBlock, r)
			if block == nil {
				return "" // all four are on in buckets made since April 2023
			}
			for _, setting := range []string{
				"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets",
			} {
				if !block.Out(setting).Bool() {
					return setting + " is false"
				}
			}
			return ""
		},
	},
	{
		ID: "S3.9", Title: "Requests to buckets are logged", Remedy: "s3.BucketLoggingV2", token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("has no access log", of(world, token.S3BucketLoggingV2, r) == nil)
		},
	},
	{
		ID: "S3.12", Title: "Lists of access are off in buckets", Remedy: "s3.BucketOwnershipControls",
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			owner := of(world, token.S3BucketOwnershipControls, r) // without any, AWS sets BucketOwnerEnforced
			return with("objectOwnership is not BucketOwnerEnforced",
				owner != nil && owner.Out("rule.objectOwnership").Text() != "BucketOwnerEnforced")
		},
	},
	{
		ID: "S3.13", Title: "Buckets have a lifecycle", Remedy: "s3.BucketLifecycleConfigurationV2",
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			lifecycle := of(world, token.S3BucketLifecycleConfigurationV2, r)
			on := lifecycle != nil && slices.ContainsFunc(lifecycle.Out("rules").Items(), func(rule standin.Value) bool {
				return rule.At("status").Text() == "Enabled"
			})
			return with("has no lifecycle rule that is enabled", !on)
		},
	},
	{
		ID: "S3.14", Title: "Buckets keep former versions", Remedy: "s3.BucketVersioningV2", Further: true,
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			versioning := of(world, token.S3BucketVersioningV2, r)
			return with("versioning is off",
				versioning == nil || versioning.Out("versioningConfiguration.status").Text() != "Enabled")
		},
	},
	{
		ID: "S3.17", Title: "Buckets are encrypted with a key of KMS",
		Remedy: "s3.BucketServerSideEncryptionConfigurationV2", Further: true,
		token: token.S3BucketV2,
		breach: func(world *standin.View, r *standin.Resource) string {
			encryption := of(world, token.S3BucketServerSideEncryptionConfigurationV2, r)
			byKey := encryption != nil && slices.ContainsFunc(encryption.Out("rules").Items(), func(rule standin.Value) bool {
				return strings.HasPrefix(rule.At("applyServerSideEncryptionByDefault.sseAlgorithm").Text(), "aws:kms")
			})
			return with("has the encryption of S3 (AES256)", !byKey)
		},
	},
}

// of returns the resource of a type that configures a bucket, or nil.
func of(world *standin.View, kind string, bucket *standin.Resource) *standin.Resource {
	return world.Find(kind, "bucket", bucket.Out("bucket").Text())
}

// bucketStatements returns the statements of a bucket's policy.
func bucketStatements(world *standin.View, bucket *standin.Resource) []policy.Statement {
	if found := of(world, token.S3BucketPolicy, bucket); found != nil {
		return statements(found.Out("policy").Text())
	}
	return nil
}

// publicly returns the first of the actions that a bucket allows everyone, and the statement or the list of access.
func publicly(world *standin.View, bucket *standin.Resource, acl string, actions ...string) string {
	block := of(world, token.S3BucketPublicAccessBlock, bucket)
	if block == nil || !block.Out("restrictPublicBuckets").Bool() {
		for _, s := range bucketStatements(world, bucket) {
			if s.Effect != "Allow" || !isPublic(s) {
				continue
			}
			for _, action := range actions {
				if policy.MatchesAny(s.Action, action, true) {
					return "its policy allows everyone " + action
				}
			}
		}
	}
	list := bucket.Out("acl").Text()
	return with("acl is "+list, strings.HasPrefix(list, acl) && block != nil && !block.Out("ignorePublicAcls").Bool())
}

// refusesPlain reports whether a policy refuses every request without TLS, to the bucket and to its objects.
func refusesPlain(world *standin.View, bucket *standin.Resource) bool {
	arn := bucket.Out("arn").Text()
	refuses := func(action, resource string) bool {
		plain := map[string]string{"aws:securetransport": "false"}
		request := policy.Request{Action: action, Resource: resource, Context: plain}
		return slices.ContainsFunc(bucketStatements(world, bucket), func(s policy.Statement) bool {
			fits, _ := s.Fits(request)
			return s.Effect == "Deny" && s.ForEveryone() && fits == policy.Allowed
		})
	}
	return refuses("s3:ListBucket", arn) && refuses("s3:GetObject", arn+"/object") &&
		refuses("s3:PutObject", arn+"/object")
}

// ownActions are those of https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6.
var ownActions = []string{
	"s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutObjectAcl",
}

// foreignChange returns the first action of an owner that the policy of a bucket allows principals of other accounts.
func foreignChange(world *standin.View, bucket *standin.Resource) string {
	for _, s := range bucketStatements(world, bucket) {
		if s.Effect != "Allow" || !isForeign(s) {
			continue
		}
		for _, action := range ownActions {
			if policy.MatchesAny(s.Action, action, true) {
				return "its policy allows another account " + action
			}
		}
	}
	return ""
}
