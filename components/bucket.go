package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// bucketMaker creates buckets of a component with the settings that all buckets have.
type bucketMaker struct {
	*component
	protectData bool
	lifecycle   s3.BucketLifecycleConfigurationV2RuleArray
	// kmsKeyArn is nil for the encryption of S3 itself.
	kmsKeyArn pulumi.StringInput

	// versions is that of the bucket that was created last.
	versions *s3.BucketVersioningV2
}

// createBucket creates a bucket with its encryption, versioning, lifecycle and policy. The policy has the statements
// that allowed returns. They may allow the public something only if the bucket is not private.
func (b *bucketMaker) createBucket(
	role string, private bool, allowed func(bucketArn pulumi.StringOutput) pulumi.Array,
) (*s3.BucketV2, *s3.BucketPolicy, error) {
	bucket, err := s3.NewBucketV2(b.ctx, b.child(role), &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(!b.protectData), Tags: b.tagged(),
	}, b.guarded(b.protectData)...)
	if err != nil {
		return nil, nil, fmt.Errorf("create %s bucket: %w", role, err)
	}
	if err := b.createSettings(role, bucket, private); err != nil {
		return nil, nil, err
	}
	block, err := s3.NewBucketPublicAccessBlock(b.ctx, b.child(role), &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(private),
		RestrictPublicBuckets: pulumi.Bool(private),
	}, b.options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("block public access to %s bucket: %w", role, err)
	}
	policy, err := s3.NewBucketPolicy(b.ctx, b.child(role), &s3.BucketPolicyArgs{
		Bucket: bucket.ID(), Policy: bucketPolicy(bucket.Arn, allowed),
		// S3 refuses two changes of a bucket's access at once (https://github.com/pulumi/pulumi-aws/issues/1570).
	}, b.options(pulumi.DependsOn([]pulumi.Resource{block}))...)
	if err != nil {
		return nil, nil, fmt.Errorf("create policy of %s bucket: %w", role, err)
	}
	return bucket, policy, nil
}

// createSettings sets ownership by the bucket, encryption, versions and the removal of leftovers.
func (b *bucketMaker) createSettings(role string, bucket *s3.BucketV2, private bool) error {
	_, err := s3.NewBucketOwnershipControls(b.ctx, b.child(role), &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule:   &s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("own objects of %s bucket: %w", role, err)
	}
	if err := b.encrypt(role, bucket, private); err != nil {
		return err
	}
	versions, err := s3.NewBucketVersioningV2(b.ctx, b.child(role), &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("keep versions of %s bucket: %w", role, err)
	}
	b.versions = versions
	_, err = s3.NewBucketLifecycleConfigurationV2(b.ctx, b.child(role), &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(), Rules: b.lifecycle,
		// Old versions can be cleared away only once there are any.
	}, b.options(pulumi.DependsOn([]pulumi.Resource{versions}))...)
	if err != nil {
		return fmt.Errorf("clear leftovers of %s bucket: %w", role, err)
	}
	return nil
}

type defaultEncryption = s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs

// encrypt sets the encryption of new objects: with the KMS key, if there is one and the bucket is private, and
// otherwise with S3's own keys. A key for the whole bucket saves most requests to KMS
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
func (b *bucketMaker) encrypt(role string, bucket *s3.BucketV2, private bool) error {
	encryption := &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: &defaultEncryption{SseAlgorithm: pulumi.String("AES256")},
	}
	if b.kmsKeyArn != nil && private {
		encryption = &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			BucketKeyEnabled: pulumi.Bool(true),
			ApplyServerSideEncryptionByDefault: &defaultEncryption{
				SseAlgorithm: pulumi.String("aws:kms"), KmsMasterKeyId: pointer(b.kmsKeyArn),
			},
		}
	}
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.ctx, b.child(role),
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{encryption},
		}, b.options()...)
	if err != nil {
		return fmt.Errorf("encrypt %s bucket: %w", role, err)
	}
	return nil
}

// leftovers returns the lifecycle rule that removes overwritten and deleted objects after 90 days, and incomplete
// uploads after 7 days. It never removes a current object.
func leftovers() s3.BucketLifecycleConfigurationV2RuleArray {
	return s3.BucketLifecycleConfigurationV2RuleArray{&s3.BucketLifecycleConfigurationV2RuleArgs{
		Id:     pulumi.String("leftovers"),
		Status: pulumi.String("Enabled"),
		Filter: &s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
		NoncurrentVersionExpiration: &s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(90),
		},
		AbortIncompleteMultipartUpload: &s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(7),
		},
	}}
}

// bucketPolicy returns a policy that refuses requests without TLS and has the statements that allowed returns.
func bucketPolicy(bucketArn pulumi.StringOutput, allowed func(pulumi.StringOutput) pulumi.Array) pulumi.StringOutput {
	statements := pulumi.Array{pulumi.Map{
		"Sid":       pulumi.String("TlsOnly"),
		"Effect":    pulumi.String("Deny"),
		"Principal": pulumi.String("*"),
		"Action":    pulumi.String("s3:*"),
		"Resource":  pulumi.StringArray{bucketArn, pulumi.Sprintf("%s/*", bucketArn)},
		"Condition": pulumi.Map{"Bool": pulumi.Map{"aws:SecureTransport": pulumi.String("false")}},
	}}
	return pulumi.JSONMarshal(pulumi.Map{
		"Version": pulumi.String("2012-10-17"), "Statement": append(statements, allowed(bucketArn)...),
	})
}

func noStatements(pulumi.StringOutput) pulumi.Array { return nil }
