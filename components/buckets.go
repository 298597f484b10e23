package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The parts of the facility bucket that hold pictures for everyone (care/utils/file_uploads/cover_image.py of Care).
var publicPrefixes = []string{"cover_images", "avatars"}

// Buckets are Care's two S3 buckets: patient, which is private and takes files straight from browsers by signed
// addresses, and facility, whose pictures anyone may read. Both are encrypted, keep old versions, and answer over TLS
// only.
type Buckets struct {
	pulumi.ResourceState

	// PatientBucket is the name of the patient bucket.
	PatientBucket pulumi.StringOutput `pulumi:"patientBucket"`
	// PatientBucketArn is its ARN.
	PatientBucketArn pulumi.StringOutput `pulumi:"patientBucketArn"`
	// FacilityBucket is the name of the facility bucket.
	FacilityBucket pulumi.StringOutput `pulumi:"facilityBucket"`
	// FacilityBucketArn is its ARN.
	FacilityBucketArn pulumi.StringOutput `pulumi:"facilityBucketArn"`
	// Endpoint is the address of S3 in the buckets' region, https://s3.<region>.amazonaws.com.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// Region is the buckets' region.
	Region pulumi.StringOutput `pulumi:"region"`

	keyStatements []PolicyStatement
	// versionedArn is nil for an existing patient bucket.
	versionedArn pulumi.StringInput
}

// BucketsArgs are the inputs of NewBuckets.
type BucketsArgs struct {
	// AllowedOrigins are the sites whose pages may upload files to the patient bucket and download them, such as
	// https://care.example.org. Default: none, browsers can neither upload nor download.
	AllowedOrigins []string `pulumi:"allowedOrigins,optional"`
	// PrivateFacilityImages keeps the facility bucket private, for a CDN in front of it. Default: false.
	PrivateFacilityImages bool `pulumi:"privateFacilityImages,optional"`
	// ExistingPatientBucket is used instead of a new patient bucket. Its settings do not change. Default: none.
	ExistingPatientBucket string `pulumi:"existingPatientBucket,optional"`
	// ExistingFacilityBucket is used instead of a new facility bucket. Its settings do not change. Default: none.
	ExistingFacilityBucket string `pulumi:"existingFacilityBucket,optional"`
	// ProtectData has Pulumi refuse to delete the buckets. Without it a destroy deletes them with their contents.
	// Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts new objects of the patient bucket and, if it is private, of the facility
	// bucket: a public picture could not be read, because KMS refuses everyone who does not sign a request. Clients must
	// sign with Signature Version 4 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
	// Default: S3's own keys.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// FormerKmsKeyArns are KMS keys that objects still have, which were in the buckets before the key changed. They can be
	// read, and no new object gets these keys. Default: none.
	FormerKmsKeyArns []pulumi.StringInput `pulumi:"formerKmsKeyArns,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *BucketsArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *BucketsArgs, which may be empty")
	}
	problems := []error{rule.Unique("allowedOrigins", args.AllowedOrigins), validateKey("kmsKeyArn", args.KmsKeyArn)}
	for _, origin := range args.AllowedOrigins {
		problems = append(problems, rule.Origin("allowedOrigins", origin))
	}
	for _, key := range args.FormerKmsKeyArns {
		problems = append(problems, validateKey("formerKmsKeyArns", key))
	}
	if args.ExistingPatientBucket != "" {
		problems = append(problems, rule.BucketName("existingPatientBucket", args.ExistingPatientBucket))
	}
	if args.ExistingFacilityBucket != "" {
		problems = append(problems, rule.BucketName("existingFacilityBucket", args.ExistingFacilityBucket))
	}
	return rule.All(problems...)
}

// NewBuckets checks args and creates the buckets. It returns an error and registers nothing if args is nil or invalid.
func NewBuckets(ctx *pulumi.Context, name string, args *BucketsArgs, opts ...pulumi.ResourceOption) (*Buckets, error) {
	var a BucketsArgs
	if args != nil {
		a = *args
	}
	buckets := &Buckets{}
	c, err := register(ctx, "Buckets", name, buckets, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &bucketsBuilder{component: c, args: a, buckets: buckets}
	return buckets, b.build(b.createPatient, b.createFacility, b.setOutputs)
}

// VersionedPatientBucketArn returns the ARN of the patient bucket, known once the bucket keeps versions, which AWS Backup
// requires; nil for an existing bucket.
func (b *Buckets) VersionedPatientBucketArn() pulumi.StringInput { return b.versionedArn }

// ObjectStatements returns the permissions of Care's API and of all containers of generation 2024. They read and write
// in the patient bucket, write and delete in the facility bucket, and never list. With a KMS key they may use it for
// objects in S3.
func (b *Buckets) ObjectStatements() []PolicyStatement {
	return append([]PolicyStatement{
		objects("PatientObjects", b.PatientBucketArn, "s3:GetObject", "s3:PutObject"),
		objects("FacilityObjects", b.FacilityBucketArn, "s3:DeleteObject", "s3:PutObject"),
	}, b.keyStatements...)
}

// WorkerStatements returns the permissions of workers of generation 3. They write reports to the patient bucket, read
// there, and delete files whose upload was never completed (care/emr/tasks/cleanup_incomplete_file_uploads.py of Care).
func (b *Buckets) WorkerStatements() []PolicyStatement {
	return append([]PolicyStatement{
		objects("PatientObjects", b.PatientBucketArn, "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
	}, b.keyStatements...)
}

func objects(sid string, bucketArn pulumi.StringInput, actions ...string) PolicyStatement {
	return PolicyStatement{Sid: sid, Actions: actions, Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", bucketArn)}}
}

type bucketsBuilder struct {
	*component
	args    BucketsArgs
	buckets *Buckets
}

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

func (b *bucketsBuilder) maker() *bucketMaker {
	return &bucketMaker{
		component: b.component, protectData: b.args.ProtectData, lifecycle: leftovers(), kmsKeyArn: b.args.KmsKeyArn,
	}
}

func (b *bucketsBuilder) createPatient() error {
	o := b.buckets
	if existing := b.args.ExistingPatientBucket; existing != "" {
		o.PatientBucket, o.PatientBucketArn = b.existing(existing)
		return nil
	}
	maker := b.maker()
	bucket, _, err := maker.createBucket("patient", true, noStatements)
	if err != nil {
		return err
	}
	o.PatientBucket, o.PatientBucketArn = bucket.Bucket, bucket.Arn
	o.versionedArn = after(bucket.Arn, maker.versions.ID())
	if len(b.args.AllowedOrigins) == 0 {
		return nil
	}
	_, err = s3.NewBucketCorsConfigurationV2(b.ctx, b.child("patient"), &s3.BucketCorsConfigurationV2Args{
		Bucket: bucket.ID(),
		CorsRules: s3.BucketCorsConfigurationV2CorsRuleArray{&s3.BucketCorsConfigurationV2CorsRuleArgs{
			AllowedMethods: pulumi.ToStringArray([]string{"GET", "PUT"}),
			AllowedHeaders: pulumi.ToStringArray([]string{"*"}),
			AllowedOrigins: pulumi.ToStringArray(b.args.AllowedOrigins),
			ExposeHeaders:  pulumi.ToStringArray([]string{"ETag"}),
			MaxAgeSeconds:  pulumi.Int(3600),
		}},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("allow origins of patient bucket: %w", err)
	}
	return nil
}

func (b *bucketsBuilder) createFacility() error {
	o := b.buckets
	if existing := b.args.ExistingFacilityBucket; existing != "" {
		o.FacilityBucket, o.FacilityBucketArn = b.existing(existing)
		return nil
	}
	allowed := publicPictures
	if b.args.PrivateFacilityImages {
		allowed = noStatements
	}
	bucket, _, err := b.maker().createBucket("facility", b.args.PrivateFacilityImages, allowed)
	if err != nil {
		return err
	}
	o.FacilityBucket, o.FacilityBucketArn = bucket.Bucket, bucket.Arn
	return nil
}

// existing returns the name and ARN of a bucket that the program does not manage.
func (b *bucketsBuilder) existing(name string) (bucket, arn pulumi.StringOutput) {
	return pulumi.String(name).ToStringOutput(), pulumi.Sprintf("arn:%s:s3:::%s", b.partition(), name)
}

// createBucket creates a bucket with its encryption, versioning, lifecycle and policy. The policy has the statements that
// allowed returns. They may allow the public something only if the bucket is not private.
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

// encrypt sets the encryption of new objects: with the KMS key, if there is one and the bucket is private, and otherwise
// with S3's own keys. A key for the whole bucket saves most requests to KMS
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
func (b *bucketMaker) encrypt(role string, bucket *s3.BucketV2, private bool) error {
	encryption := &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("AES256"),
		},
	}
	if b.kmsKeyArn != nil && private {
		encryption = &s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			BucketKeyEnabled: pulumi.Bool(true),
			ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("aws:kms"), KmsMasterKeyId: pointer(b.kmsKeyArn),
			},
		}
	}
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.ctx, b.child(role), &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{encryption},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("encrypt %s bucket: %w", role, err)
	}
	return nil
}

// useKeys returns the statements that allow the use of the KMS keys for objects in S3, and for nothing else
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
func (b *bucketsBuilder) useKeys() (statements []PolicyStatement) {
	use := func(sid string, keys []pulumi.StringInput, actions ...string) {
		statements = append(statements, PolicyStatement{
			Sid: sid, Actions: actions, Resources: keys, Condition: &PolicyCondition{
				Operator: "StringEquals", Key: "kms:ViaService", Value: pulumi.Sprintf("s3.%s.amazonaws.com", b.region()),
			},
		})
	}
	if key := b.args.KmsKeyArn; key != nil {
		use("UseKey", []pulumi.StringInput{key}, "kms:Decrypt", "kms:GenerateDataKey")
	}
	if former := b.args.FormerKmsKeyArns; len(former) > 0 {
		use("UseFormerKeys", former, "kms:Decrypt")
	}
	return statements
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
func bucketPolicy(bucketArn pulumi.StringOutput, allowed func(bucketArn pulumi.StringOutput) pulumi.Array) pulumi.StringOutput {
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

// publicPictures returns the statement that lets everyone read the pictures in the facility bucket.
func publicPictures(bucketArn pulumi.StringOutput) pulumi.Array {
	pictures := pulumi.StringArray{}
	for _, prefix := range publicPrefixes {
		pictures = append(pictures, pulumi.Sprintf("%s/%s/*", bucketArn, prefix))
	}
	return pulumi.Array{pulumi.Map{
		"Sid":       pulumi.String("PublicPictures"),
		"Effect":    pulumi.String("Allow"),
		"Principal": pulumi.String("*"),
		"Action":    pulumi.String("s3:GetObject"),
		"Resource":  pictures,
	}}
}

func (b *bucketsBuilder) setOutputs() error {
	o := b.buckets
	o.Region = b.region()
	o.keyStatements = b.useKeys()
	o.Endpoint = pulumi.Sprintf("https://s3.%s.amazonaws.com", o.Region)
	return nil
}
