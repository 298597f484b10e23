package components

import (
	"fmt"
	"slices"

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
	// ObjectStatements are the permissions of Care's API and of all containers of generation 2024. They read and write in
	// the patient bucket, write and delete in the facility bucket, and never list. With a KMS key they may use it for
	// objects in S3.
	ObjectStatements PolicyStatementArrayOutput `pulumi:"objectStatements"`
	// WorkerStatements are the permissions of workers of generation 3. They write reports to the patient bucket, read
	// there, and delete files whose upload was never completed (care/emr/tasks/cleanup_incomplete_file_uploads.py of
	// Care). With a KMS key they may use it for objects in S3.
	WorkerStatements PolicyStatementArrayOutput `pulumi:"workerStatements"`

	// versionedArn is nil for an existing patient bucket.
	versionedArn pulumi.StringInput
}

// BucketsArgs are the inputs of NewBuckets.
type BucketsArgs struct {
	// AllowedOrigins are the sites whose pages may upload files to the patient bucket and download them, such as
	// https://care.example.org. Default: none, browsers can neither upload nor download.
	AllowedOrigins []pulumi.StringInput `pulumi:"allowedOrigins,optional"`
	// PrivateFacilityImages keeps the facility bucket private, for a CDN in front of it. Default: false.
	PrivateFacilityImages bool `pulumi:"privateFacilityImages,optional"`
	// ExistingPatientBucket is used instead of a new patient bucket. Its settings do not change. Default: none.
	ExistingPatientBucket pulumi.StringInput `pulumi:"existingPatientBucket,optional"`
	// ExistingFacilityBucket is used instead of a new facility bucket. Its settings do not change. Default: none.
	ExistingFacilityBucket pulumi.StringInput `pulumi:"existingFacilityBucket,optional"`
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
	known := []string{}
	for _, origin := range args.AllowedOrigins {
		if text, ok := origin.(pulumi.String); ok {
			known = append(known, string(text))
		}
	}
	return rule.All(rule.Unique("allowedOrigins", known), validateArguments(args.arguments()))
}

func (args *BucketsArgs) arguments() []argument {
	arguments := []argument{
		{"existingPatientBucket", &args.ExistingPatientBucket, rule.BucketName, false},
		{"existingFacilityBucket", &args.ExistingFacilityBucket, rule.BucketName, false},
		{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false},
	}
	for i := range args.AllowedOrigins {
		arguments = append(arguments, argument{"allowedOrigins", &args.AllowedOrigins[i], rule.Origin, true})
	}
	for i := range args.FormerKmsKeyArns {
		arguments = append(arguments, argument{"formerKmsKeyArns", &args.FormerKmsKeyArns[i], rule.KeyArn, true})
	}
	return arguments
}

// NewBuckets checks args and creates the buckets. It returns an error and registers nothing if args is nil or invalid.
func NewBuckets(ctx *pulumi.Context, name string, args *BucketsArgs, opts ...pulumi.ResourceOption) (*Buckets, error) {
	var a BucketsArgs
	if args != nil {
		a = *args
	}
	a.AllowedOrigins = slices.Clone(a.AllowedOrigins)
	a.FormerKmsKeyArns = slices.Clone(a.FormerKmsKeyArns)
	buckets := &Buckets{}
	c, err := register(ctx, "Buckets", name, buckets, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &bucketsBuilder{component: c, args: a, buckets: buckets}
	return buckets, b.build(b.createPatient, b.createFacility, b.setOutputs)
}

// VersionedPatientBucketArn returns the ARN of the patient bucket, known once the bucket keeps versions, which AWS
// Backup requires; nil for an existing bucket.
func (b *Buckets) VersionedPatientBucketArn() pulumi.StringInput { return b.versionedArn }

func objects(sid string, bucketArn pulumi.StringInput, actions ...string) PolicyStatement {
	return PolicyStatement{Sid: sid, Actions: actions, Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", bucketArn)}}
}

type bucketsBuilder struct {
	*component
	args    BucketsArgs
	buckets *Buckets
}

func (b *bucketsBuilder) maker() *bucketMaker {
	return &bucketMaker{
		component: b.component, protectData: b.args.ProtectData, lifecycle: leftovers(), kmsKeyArn: b.args.KmsKeyArn,
	}
}

func (b *bucketsBuilder) createPatient() error {
	o := b.buckets
	if existing := b.args.ExistingPatientBucket; existing != nil {
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
			AllowedOrigins: pulumi.StringArray(b.args.AllowedOrigins),
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
	if existing := b.args.ExistingFacilityBucket; existing != nil {
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
func (b *bucketsBuilder) existing(name pulumi.StringInput) (bucket, arn pulumi.StringOutput) {
	return name.ToStringOutput(), pulumi.Sprintf("arn:%s:s3:::%s", b.partition(), name)
}

// useKeys returns the statements that allow the use of the KMS keys for objects in S3, and for nothing else
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
func (b *bucketsBuilder) useKeys() (statements PolicyStatementArray) {
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

func (b *bucketsBuilder) setOutputs() error {
	o := b.buckets
	o.Region = b.region()
	o.ObjectStatements = joined(PolicyStatementArray{
		objects("PatientObjects", o.PatientBucketArn, "s3:GetObject", "s3:PutObject"),
		objects("FacilityObjects", o.FacilityBucketArn, "s3:DeleteObject", "s3:PutObject"),
	}, b.useKeys())
	o.WorkerStatements = joined(PolicyStatementArray{
		objects("PatientObjects", o.PatientBucketArn, "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
	}, b.useKeys())
	o.Endpoint = pulumi.Sprintf("https://s3.%s.amazonaws.com", o.Region)
	return nil
}

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
