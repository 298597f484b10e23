package tests

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const instanceType = "aws:rds/instance:Instance"

func makePostgres(t *testing.T, changes ...func(*components.PostgresArgs)) (*pulumitest.Result, *components.Postgres) {
	t.Helper()
	return create(t, components.NewPostgres, "db", changed(postgresArgs(""), changes...))
}

func TestPostgresIsPrivateEncryptedAndBackedUp(t *testing.T) {
	t.Parallel()
	result, postgres := makePostgres(t)
	database := result.Only(t, instanceType)
	for input, want := range map[string]any{
		"engine": "postgres", "engineVersion": "16", "instanceClass": "db.t4g.micro", "allocatedStorage": 20.0,
		"maxAllocatedStorage": 100.0, "storageType": "gp3", "storageEncrypted": true, "publiclyAccessible": false,
		"multiAz": false, "backupRetentionPeriod": 7.0, "dbName": "care", "username": "care", "port": 5432.0,
		"copyTagsToSnapshot": true, "autoMinorVersionUpgrade": true, "deletionProtection": false, "skipFinalSnapshot": true,
		"applyImmediately": true,
	} {
		assert.Equal(t, want, database.In(input), input)
	}
	assert.True(t, database.IsSecret("password"))
	assert.Equal(t, result.Only(t, securityGroupType).Id, database.List("vpcSecurityGroupIds")[0])
	assert.Empty(t, result.OfType(ingressType), "clients open the way themselves")
	parameters := result.Only(t, "aws:rds/parameterGroup:ParameterGroup")
	assert.Equal(t, "db-postgres16", parameters.Name, "another major version is another group")
	assert.Equal(t, "postgres16", parameters.Text("family"))
	assert.Equal(t, []any{map[string]any{"name": "rds.force_ssl", "value": "1"}}, parameters.In("parameters"))
	assert.Equal(t, []string{subnetA, subnetB}, result.Only(t, "aws:rds/subnetGroup:SubnetGroup").List("subnetIds"))
	connection := postgres.Connection
	assert.Equal(t, pulumi.Int(5432), connection.Port)
	assert.Nil(t, connection.NamespaceArn)
	fingerprint, _ := pulumitest.Output(t, pulumi.ToOutput(connection.Fingerprint))
	assert.Equal(t, database.State["address"].StringValue()+":5432", fingerprint)
}

func TestPostgresGivesOneUrlWithTheGeneratedPassword(t *testing.T) {
	t.Parallel()
	result, postgres := makePostgres(t)
	password := result.Only(t, "random:index/randomPassword:RandomPassword")
	assert.Equal(t, false, password.In("special"))
	assert.Equal(t, 32, password.Number("length"))
	value, secret := pulumitest.Output(t, postgres.Password)
	assert.True(t, secret)
	url, secret := pulumitest.Output(t, postgres.DatabaseUrl)
	assert.True(t, secret)
	address := result.Only(t, instanceType).State["address"].StringValue()
	assert.Equal(t, fmt.Sprintf("postgres://care:%s@%s:5432/care?sslmode=require", value, address), url)
}

func TestPostgresTakesAGivenPassword(t *testing.T) {
	t.Parallel()
	result, postgres := makePostgres(t, func(a *components.PostgresArgs) { a.Password = pulumi.String("AGivenPassword") })
	assert.Empty(t, result.OfType("random:index/randomPassword:RandomPassword"))
	assert.True(t, result.Only(t, instanceType).IsSecret("password"), "though it was given in clear")
	value, secret := pulumitest.Output(t, postgres.Password)
	assert.Equal(t, "AGivenPassword", value)
	assert.True(t, secret)
}

func TestProtectedPostgresIsKept(t *testing.T) {
	t.Parallel()
	result, _ := makePostgres(t, func(a *components.PostgresArgs) {
		a.ProtectData, a.MultiAz = true, true
		a.BackupWindow, a.MaintenanceWindow = "20:00-20:30", "sat:21:00-sat:21:30"
	})
	database := result.Only(t, instanceType)
	assert.True(t, database.Options.GetProtect())
	for input, want := range map[string]any{
		"deletionProtection": true, "skipFinalSnapshot": false, "applyImmediately": false, "multiAz": true,
		"backupWindow": "20:00-20:30", "maintenanceWindow": "sat:21:00-sat:21:30",
	} {
		assert.Equal(t, want, database.In(input), input)
	}
	suffix := result.Only(t, "random:index/randomId:RandomId").State["hex"].StringValue()
	assert.Equal(t, "db-final-"+suffix, database.Text("finalSnapshotIdentifier"), "each instance has a name of its own")
}

func TestARestoredPostgresServesBesideTheFirst(t *testing.T) {
	t.Parallel()
	result, postgres := makePostgres(t, func(a *components.PostgresArgs) {
		a.ProtectData, a.ExportLogs = true, true
		a.Restore = &components.PostgresRestore{Name: "monday", Time: "2026-01-31T03:15:00Z"}
	})
	first, restored := result.Named(t, instanceType, "db"), result.Named(t, instanceType, "db-monday")
	assert.Equal(t, "2026-01-31T03:15:00Z", restored.Text("restoreToPointInTime.restoreTime"))
	assert.True(t, restored.DependsThrough("restoreToPointInTime", first), "it is restored from the first")
	for _, input := range []string{"dbName", "username", "allocatedStorage", "kmsKeyId", "snapshotIdentifier"} {
		assert.Nil(t, restored.In(input), "%s is that of the source", input)
	}
	for _, input := range []string{
		"dbSubnetGroupName", "vpcSecurityGroupIds", "parameterGroupName", "password", "deletionProtection",
	} {
		assert.Equal(t, first.In(input), restored.In(input), input)
	}
	assert.Subset(t, restored.Options.GetIgnoreChanges(),
		[]string{"restoreToPointInTime", "snapshotIdentifier", "dbName", "username", "allocatedStorage", "kmsKeyId"})
	for _, database := range []*pulumitest.Resource{first, restored} {
		assert.True(t, database.Options.GetProtect(), database.Name)
	}
	assert.NotEqual(t, first.Text("finalSnapshotIdentifier"), restored.Text("finalSnapshotIdentifier"))
	assert.NotEqual(t, first.Text("identifier"), restored.Text("identifier"))
	identifier, _ := pulumitest.Output(t, postgres.Identifier)
	assert.Equal(t, restored.Text("identifier"), identifier)
	name, _ := pulumitest.Output(t, postgres.DatabaseName)
	assert.Equal(t, first.Text("dbName"), name)
}

func TestAPreviousPostgresIsLetGoInTwoUpdates(t *testing.T) {
	t.Parallel()
	restored := func(previous components.PreviousDatabase, discard bool) *pulumitest.Result {
		result, _ := makePostgres(t, func(a *components.PostgresArgs) {
			a.ProtectData = true
			a.Restore = &components.PostgresRestore{Name: "monday", Snapshot: "db-sunday", Previous: previous, Discard: discard}
		})
		return result
	}
	protected := func(database *pulumitest.Resource) []any {
		return []any{database.Options.GetProtect(), database.In("deletionProtection"), database.In("skipFinalSnapshot")}
	}
	kept, released := []any{true, true, false}, []any{false, false, false}
	result := restored(components.PreviousUnprotect, false)
	assert.Equal(t, released, protected(result.Named(t, instanceType, "db")))
	assert.Equal(t, kept, protected(result.Named(t, instanceType, "db-monday")))
	result = restored(components.PreviousKeep, true)
	assert.Equal(t, kept, protected(result.Named(t, instanceType, "db")))
	assert.Equal(t, released, protected(result.Named(t, instanceType, "db-monday")))
	only := restored(components.PreviousDelete, false).Only(t, instanceType)
	assert.Equal(t, []string{"db-monday", "db-sunday"}, []string{only.Name, only.Text("snapshotIdentifier")})
}

func TestDatabasesDescribeThemselvesToCare(t *testing.T) {
	t.Parallel()
	_, postgres := makePostgres(t, func(a *components.PostgresArgs) { a.Password = pulumi.String("AGivenPassword") })
	made := postgres.Database()
	found := components.NewCareDatabase(postgres.Address, pulumi.String("care"), pulumi.String("care"),
		pulumi.String("AGivenPassword"))
	for name, pair := range map[string][2]pulumi.StringInput{
		"url": {made.Url, found.Url}, "address": {made.Address, found.Address}, "name": {made.Name, found.Name},
		"username": {made.Username, found.Username}, "password": {made.Password, found.Password},
	} {
		one, _ := pulumitest.Output(t, pulumi.ToOutput(pair[0]))
		other, _ := pulumitest.Output(t, pulumi.ToOutput(pair[1]))
		assert.Equal(t, one, other, name)
		assert.NotEmpty(t, one, name)
	}
	_, secret := pulumitest.Output(t, pulumi.ToOutput(found.Url))
	assert.True(t, secret, "an address with a password is secret, however that was given")
}

func TestProtectedElastiCacheIsKept(t *testing.T) {
	t.Parallel()
	for protect := range map[bool]bool{false: true, true: true} {
		args := cacheArgs("")
		args.ProtectData, args.Replicas = protect, 2
		result, cache := create(t, components.NewElastiCache, "cache", args)
		nodes := result.Only(t, "aws:elasticache/replicationGroup:ReplicationGroup")
		assert.Equal(t, protect, nodes.Options.GetProtect())
		assert.Equal(t, protect, nodes.In("finalSnapshotIdentifier") != nil)
		assert.Equal(t, protect, nodes.Number("snapshotRetentionLimit") > 0)
		assert.Equal(t, 3, nodes.Number("numCacheClusters"))
		assert.True(t, nodes.IsSecret("authToken"))
		_, secret := pulumitest.Output(t, cache.Url)
		assert.True(t, secret)
		connection := cache.Connection
		assert.Equal(t, pulumi.Int(6379), connection.Port)
		assert.Nil(t, connection.NamespaceArn, "it is not reached by Service Connect")
	}
}

func makeBuckets(t *testing.T, args *components.BucketsArgs) (*pulumitest.Result, *components.Buckets) {
	t.Helper()
	return create(t, components.NewBuckets, "files", args)
}

const blockType = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"

func TestBothBucketsAreEncryptedVersionedAndTlsOnly(t *testing.T) {
	t.Parallel()
	result, buckets := makeBuckets(t, bucketsArgs(""))
	assert.Equal(t, []string{"files-facility", "files-patient"}, result.Names(bucketType))
	for _, name := range result.Names(bucketType) {
		bucket := result.Named(t, bucketType, name)
		encryption := result.Named(t,
			"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", name)
		assert.Equal(t, "AES256", encryption.Text("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"))
		versions := result.Named(t, "aws:s3/bucketVersioningV2:BucketVersioningV2", name)
		assert.Equal(t, "Enabled", versions.Text("versioningConfiguration.status"))
		ownership := result.Named(t, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", name)
		assert.Equal(t, "BucketOwnerEnforced", ownership.Text("rule.objectOwnership"))
		lifecycle := result.Named(t, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", name)
		assert.Equal(t, 90, lifecycle.Number("rules[0].noncurrentVersionExpiration.noncurrentDays"))
		assert.Equal(t, 7, lifecycle.Number("rules[0].abortIncompleteMultipartUpload.daysAfterInitiation"))
		assert.Nil(t, lifecycle.In("rules[0].expiration"), "what is current is never touched")
		assert.True(t, lifecycle.DependsOn(versions))
		tls := result.Named(t, "aws:s3/bucketPolicy:BucketPolicy", name).Policy(t, "policy").Statement[0]
		assert.Equal(t, "Deny", tls.Effect)
		assert.Equal(t, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}, tls.Condition)
		arn := bucket.State["arn"].StringValue()
		assert.Equal(t, pulumitest.Strings{arn, arn + "/*"}, tls.Resource)
		assert.Equal(t, true, bucket.In("forceDestroy"))
	}
	endpoint, _ := pulumitest.Output(t, buckets.Endpoint)
	assert.Equal(t, "https://s3.ap-south-1.amazonaws.com", endpoint)
}

func TestOnlyPicturesOfTheFacilityBucketArePublic(t *testing.T) {
	t.Parallel()
	for _, private := range []bool{false, true} {
		args := bucketsArgs("")
		args.PrivateFacilityImages = private
		result, _ := makeBuckets(t, args)
		for name, closed := range map[string]bool{"files-patient": true, "files-facility": private} {
			block := result.Named(t, blockType, name)
			assert.Equal(t, map[string]any{
				"blockPublicAcls": true, "ignorePublicAcls": true, "blockPublicPolicy": closed, "restrictPublicBuckets": closed,
				"bucket": result.Named(t, bucketType, name).Id,
			}, block.Plain, name)
			statements := result.Named(t, "aws:s3/bucketPolicy:BucketPolicy", name).Policy(t, "policy").Statement
			if closed {
				assert.Len(t, statements, 1, name)
				continue
			}
			require.Len(t, statements, 2, name)
			arn := result.Named(t, bucketType, name).State["arn"].StringValue()
			assert.Equal(t, pulumitest.Statement{
				Sid: "PublicPictures", Effect: "Allow", Principal: "*", Action: []string{"s3:GetObject"},
				Resource: []string{arn + "/cover_images/*", arn + "/avatars/*"},
			}, statements[1])
		}
	}
}

func TestBrowsersMayUploadFromTheGivenSitesOnly(t *testing.T) {
	t.Parallel()
	const corsType = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
	result, _ := makeBuckets(t, bucketsArgs(""))
	assert.Equal(t, []any{map[string]any{
		"allowedMethods": []any{"GET", "PUT"}, "allowedHeaders": []any{"*"},
		"allowedOrigins": []any{"https://care.example.org"}, "exposeHeaders": []any{"ETag"}, "maxAgeSeconds": 3600.0,
	}}, result.Only(t, corsType).In("corsRules"))
	assert.Equal(t, "files-patient", result.Only(t, corsType).Name)
	none, _ := makeBuckets(t, &components.BucketsArgs{})
	assert.Empty(t, none.OfType(corsType))
}

func TestProtectedBucketsAreKept(t *testing.T) {
	t.Parallel()
	args := bucketsArgs("")
	args.ProtectData = true
	result, _ := makeBuckets(t, args)
	for _, bucket := range result.OfType(bucketType) {
		assert.True(t, bucket.Options.GetProtect())
		assert.Equal(t, false, bucket.In("forceDestroy"))
	}
}

func TestAccessKeyMayDoExactlyWhatWasSaid(t *testing.T) {
	t.Parallel()
	var user *components.AccessKeyUser
	result, buckets := run(t, func(ctx *pulumi.Context) (*components.Buckets, error) {
		buckets, err := components.NewBuckets(ctx, "files", bucketsArgs(""))
		if err != nil {
			return nil, err
		}
		user, err = components.NewAccessKeyUser(ctx, "app",
			&components.AccessKeyUserArgs{Statements: buckets.ObjectStatements})
		return buckets, err
	})
	patient, _ := pulumitest.Output(t, buckets.PatientBucketArn)
	facility, _ := pulumitest.Output(t, buckets.FacilityBucketArn)
	assert.Equal(t, []pulumitest.Statement{
		{
			Sid:      "PatientObjects",
			Effect:   "Allow",
			Action:   []string{"s3:GetObject", "s3:PutObject"},
			Resource: []string{fmt.Sprint(patient, "/*")},
		},
		{
			Sid:      "FacilityObjects",
			Effect:   "Allow",
			Action:   []string{"s3:DeleteObject", "s3:PutObject"},
			Resource: []string{fmt.Sprint(facility, "/*")},
		},
	}, result.Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy").Statement)
	name := result.Only(t, "aws:iam/user:User").State["name"].StringValue()
	assert.Equal(t, name, result.Only(t, "aws:iam/userPolicy:UserPolicy").Text("user"))
	key := result.Only(t, "aws:iam/accessKey:AccessKey")
	assert.Equal(t, name, key.Text("user"))
	id, _ := pulumitest.Output(t, user.AccessKeyId)
	assert.Equal(t, key.Id, id)
	_, secret := pulumitest.Output(t, user.SecretAccessKey)
	assert.True(t, secret)
}

func TestSecretsAreKeptEncryptedAndNamedByTheirPath(t *testing.T) {
	t.Parallel()
	result, secrets := create(t, components.NewSecrets, "app", secretsArgs("app"))
	assert.Equal(t, []string{"app-PIN", "app-TOKEN"}, result.Names(parameterType))
	for _, parameter := range result.OfType(parameterType) {
		assert.Equal(t, "SecureString", parameter.Text("type"))
		assert.True(t, parameter.IsSecret("value"), "also what was given in clear")
		assert.True(t, parameter.Options.GetDeleteBeforeReplace(), "its name cannot exist twice")
	}
	assert.Equal(t, "/care/app/TOKEN", result.Named(t, parameterType, "app-TOKEN").Text("name"))
	references := secrets.References()
	arn, _ := pulumitest.Output(t, pulumi.ToOutput(references["TOKEN"].ValueFrom))
	assert.Equal(t, "arn:aws:ssm:ap-south-1:123456789012:parameter/care/app/TOKEN", arn)
	version, secret := pulumitest.Output(t, pulumi.ToOutput(references["TOKEN"].Version))
	assert.Equal(t, "1", version)
	assert.False(t, secret)
	delete(references, "TOKEN")
	assert.Contains(t, secrets.References(), "TOKEN", "what is handed out is a copy")
}

func TestExistingSecretsAreReadWhereTheyAre(t *testing.T) {
	t.Parallel()
	const whole = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-AbCdEf"
	locations := map[string]string{
		"NAME": "DSN", "PATH": "/care/backend/DSN", "PARAMETER": "arn:aws:ssm:eu-west-1:123456789012:parameter/DSN",
		"SECRET": whole, "KEY": whole + ":dsn::",
	}
	result, secrets := run(t, func(ctx *pulumi.Context) (*components.Secrets, error) {
		secrets, err := components.NewSecrets(ctx, "app", &components.SecretsArgs{Existing: locations})
		if err != nil {
			return nil, err
		}
		for name, reference := range secrets.References() { // no program waits for an unused one
			ctx.Export(name, pulumi.Array{reference.ValueFrom, reference.Arn})
		}
		return secrets, nil
	})
	assert.Empty(t, result.OfType(parameterType))
	const own = "arn:aws:ssm:ap-south-1:123456789012:parameter/"
	for name, want := range map[string][3]string{
		"NAME":      {components.StoreSsm, own + "DSN", own + "DSN"},
		"PATH":      {components.StoreSsm, own + "care/backend/DSN", own + "care/backend/DSN"},
		"PARAMETER": {components.StoreSsm, locations["PARAMETER"], locations["PARAMETER"]},
		"SECRET":    {components.StoreSecretsManager, whole, whole},
		"KEY":       {components.StoreSecretsManager, whole + ":dsn::", whole},
	} {
		reference := secrets.References()[name]
		from, _ := pulumitest.Output(t, pulumi.ToOutput(reference.ValueFrom))
		arn, _ := pulumitest.Output(t, pulumi.ToOutput(reference.Arn))
		assert.Equal(t, []any{want[0], want[1], want[2]}, []any{reference.Store, from, arn}, name)
	}
}
