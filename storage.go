package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// storage is the buckets and the ways to them.
type storage struct {
	buckets *components.Buckets
	// user owns the static key that Care of 2024 uses for S3 and, if it sends SMS itself, for SNS. It is nil if Care signs
	// in with its tasks' roles.
	user *components.AccessKeyUser
	// logs is nil if the stack keeps no access logs.
	logs *components.LogBucket
}

func deployStorage(ctx *pulumi.Context, c config.Config, e encryption) (s storage, err error) {
	if !c.BucketsUseKey() {
		e.key = nil
	}
	var origins []pulumi.StringInput
	for _, origin := range c.Settings.FrontendOrigins {
		origins = append(origins, pulumi.String(origin))
	}
	s.buckets, err = components.NewBuckets(ctx, "care", &components.BucketsArgs{
		AllowedOrigins:         origins,
		PrivateFacilityImages:  c.Storage.PrivateFacilityImages,
		ExistingPatientBucket:  given(c.Storage.PatientBucket),
		ExistingFacilityBucket: given(c.Storage.FacilityBucket),
		KmsKeyArn:              e.key,
		FormerKmsKeyArns:       e.formerKeys,
		ProtectData:            c.ProtectData,
	})
	if err != nil {
		return s, err
	}
	if s.logs, err = deployLogBucket(ctx, c, s.buckets); err != nil || c.Image.SignsInByRole() {
		return s, err
	}
	s.user, err = components.NewAccessKeyUser(ctx, "care-app", &components.AccessKeyUserArgs{
		Statements: s.buckets.ObjectStatements, Sms: c.Settings.Sms,
		PermissionsBoundaryArn: boundary(c),
	})
	return s, err
}

// deployLogBucket creates the bucket of the access logs: those of the load balancer, unless it has another bucket, and
// those of the patient bucket, unless it exists already. It returns nil if there is nothing to log.
func deployLogBucket(ctx *pulumi.Context, c config.Config, buckets *components.Buckets) (*components.LogBucket, error) {
	args := &components.LogBucketArgs{RetentionDays: c.Watching.LogRetentionDays, ProtectData: c.ProtectData}
	if c.Network.AccessLogsBucket == "" {
		args.LoadBalancers = []string{albName}
	}
	if c.Storage.PatientBucket == "" {
		args.Buckets = map[string]components.LoggedBucket{
			"patient": {Bucket: buckets.PatientBucket, Arn: buckets.PatientBucketArn},
		}
	}
	if !c.Watching.AccessLogs || len(args.LoadBalancers)+len(args.Buckets) == 0 {
		return nil, nil
	}
	return components.NewLogBucket(ctx, "care", args)
}

// accessLogsBucket returns the bucket of the load balancer's access logs; nil for no logs.
func (s storage) accessLogsBucket(c config.Config) pulumi.StringInput {
	switch {
	case c.Network.AccessLogsBucket != "":
		return pulumi.String(c.Network.AccessLogsBucket)
	case s.logs != nil:
		return s.logs.Bucket
	}
	return nil
}

// access returns the buckets and, if there is one, the key to them.
func (s storage) access() components.CareStorage {
	access := components.CareStorage{
		PatientBucket: s.buckets.PatientBucket, FacilityBucket: s.buckets.FacilityBucket,
		Region: s.buckets.Region, Endpoint: s.buckets.Endpoint,
	}
	if s.user != nil {
		access.AccessKeyId, access.SecretAccessKey = s.user.AccessKeyId, s.user.SecretAccessKey
	}
	return access
}

// apiPolicies returns the policies of the API's task role; nil if Care has a static key.
func (s storage) apiPolicies() map[string]components.PolicyStatementArrayInput {
	return s.policies(s.buckets.ObjectStatements)
}

// workerPolicies returns the policies of the workers' task roles; nil if Care has a static key.
func (s storage) workerPolicies() map[string]components.PolicyStatementArrayInput {
	return s.policies(s.buckets.WorkerStatements)
}

func (s storage) policies(
	statements components.PolicyStatementArrayInput,
) map[string]components.PolicyStatementArrayInput {
	if s.user != nil {
		return nil
	}
	return map[string]components.PolicyStatementArrayInput{"storage": statements}
}

// deployBackups creates the plan of AWS Backup for exactly the data that the stack has itself; nil if it has no plan.
func deployBackups(ctx *pulumi.Context, c config.Config, s stack) (*components.BackupPlan, error) {
	if !c.Backup.Plan {
		return nil, nil
	}
	args := &components.BackupPlanArgs{
		Time: c.Backup.Time, RetentionDays: c.Backup.RetentionDays, KmsKeyArn: s.key,
		FormerKmsKeyArns: s.formerKeys, ProtectData: c.ProtectData, PermissionsBoundaryArn: boundary(c),
	}
	if c.Backup.CopyVaultArn != "" {
		args.CopyVaultArn = pulumi.String(c.Backup.CopyVaultArn)
	}
	if s.database.arn != nil {
		args.Database = &components.BackedUpDatabase{
			Arn: s.database.arn, BackupWindow: c.Database.BackupWindow, MaintenanceWindow: c.Database.MaintenanceWindow,
		}
	}
	if s.redis.stack != nil {
		args.FileSystemArn = s.redis.stack.FileSystemArn()
	}
	if c.Storage.PatientBucket == "" {
		args.BucketArn = s.storage.buckets.VersionedPatientBucketArn()
	}
	return components.NewBackupPlan(ctx, "care", args)
}

// encryption is the KMS keys of the data of a stack.
type encryption struct {
	// key is the ARN of the key of new data; nil if AWS's own keys encrypt it.
	key pulumi.StringInput
	// formerKeys are the ARNs of keys that older data has.
	formerKeys []pulumi.StringInput
	// ownKey is nil unless one of them is created by the stack.
	ownKey *components.EncryptionKey
}

// deployKeys creates the key of the stack if new or older data has it. With it, it registers a resource without
// anything in AWS for each kind of data that the key encrypts: Pulumi lists them when it asks for the confirmation
// of a destroy.
func deployKeys(ctx *pulumi.Context, c config.Config) (e encryption, err error) {
	arns := map[string]pulumi.StringInput{}
	for _, key := range c.Encryption.Keys() {
		arns[key] = pulumi.String(key)
		if key != config.OwnKey {
			continue
		}
		args := &components.EncryptionKeyArgs{ProtectData: c.ProtectData, CopyAccount: c.CopyAccount()}
		if e.ownKey, err = components.NewEncryptionKey(ctx, "care-data", args); err != nil {
			return e, err
		}
		arns[key] = e.ownKey.Arn
		for _, data := range encryptedData(c) {
			err := ctx.RegisterComponentResourceV2("care:index:UnreadableWithoutKey", data, pulumi.Map{},
				&pulumi.ResourceState{}, pulumi.Parent(e.ownKey), pulumi.Protect(c.ProtectData))
			if err != nil {
				return e, fmt.Errorf("record the data of the key: %w", err)
			}
		}
	}
	e.key = arns[c.Encryption.Key]
	for _, key := range c.Encryption.FormerEncryptionKeys {
		e.formerKeys = append(e.formerKeys, arns[key])
	}
	return e, nil
}

// encryptedData lists the data of the stack that nobody can read any more when its key is deleted.
func encryptedData(c config.Config) []string {
	data := []string{"log groups and parameters"}
	if c.Database.Address == "" {
		data = append(data, "database care-db with its automated backups, snapshots and recovery points")
	}
	switch {
	case c.Redis.Backend == config.ElastiCache:
		data = append(data, "cache care-cache with its snapshots")
	case c.Redis.Persistence == config.PersistenceEfs:
		data = append(data, "file system of redis with recovery points under the key")
	}
	if c.BucketsHaveKeys() && c.Storage.PatientBucket == "" {
		data = append(data, "objects in the bucket care-patient")
	}
	if c.BucketsHaveKeys() && c.Storage.FacilityBucket == "" && c.Storage.PrivateFacilityImages {
		data = append(data, "objects in the bucket care-facility")
	}
	if c.Backup.Plan {
		data = append(data, "backups in the vault of the stack")
	}
	return data
}

// keys are the KMS keys that data of a stack may have, and that data.
type keys struct {
	Keys []string `pulumi:"keys"`
	Data []string `pulumi:"data"`
}

// checkKeys refuses a change that no longer names one of the keys: it would be deleted, or Care would lose the
// permission to decrypt with it.
func (r records) checkKeys(c config.Config) error {
	last, kept := r.keys.Value(), c.Encryption.Keys()
	for _, key := range last.Keys {
		if slices.Contains(kept, key) {
			continue
		}
		loss := "Care could no longer decrypt the files that have it"
		if key == config.OwnKey {
			loss = "the key of the stack would be deleted, and nobody could read what it encrypted: " +
				strings.Join(last.Data, "; ")
		}
		return fmt.Errorf("care:encryptionKey and care:formerEncryptionKeys no longer name %s: %s. Add %[1]s to "+
			"care:formerEncryptionKeys, or set care:encryptionKey back to it", key, loss)
	}
	return nil
}

// writeKeys records the keys after the first use of each, so that a key that AWS refuses can be corrected.
func (r records) writeKeys(ctx *pulumi.Context, c config.Config, s stack) {
	var used any = s.storage.buckets.PatientBucketArn
	if c.Encryption.Key == config.OwnKey {
		used = s.ownKey.Arn
	}
	data := encryptedData(c)
	if s.ownKey != nil && !c.ProtectData {
		warn(ctx, "care:protectData is false: pulumi destroy deletes the key of the stack. 30 days later nobody can read "+
			"what it encrypted: "+strings.Join(data, "; ")+". Before a destroy, copy each snapshot that you keep under "+
			"another key: docs/operations.md#encrypt-with-a-key-of-your-own")
	}
	r.keys.WriteAfter(ctx, []any{used}, func([]any) (keys, bool) {
		return keys{Keys: c.Encryption.Keys(), Data: data}, true
	})
}
