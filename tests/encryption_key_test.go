package tests

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	keyType = "aws:kms/key:Key"
	dataKey = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
)

func TestEncryptionKeyServesTheAccountAndItsLogGroups(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewEncryptionKey, "data", &components.EncryptionKeyArgs{ProtectData: true})
	key := result.Only(t, keyType)
	assert.Equal(t, true, key.In("enableKeyRotation"))
	assert.Equal(t, 30, key.Number("deletionWindowInDays"))
	assert.True(t, key.Options.GetProtect())
	for _, statement := range key.Policy(t, "policy").Statement {
		switch statement.Sid {
		case "Owner":
			assert.Equal(t, []string{"kms:*"}, []string(statement.Action))
			assert.Nil(t, statement.Condition)
		case "LogGroups":
			assert.Equal(t, map[string]any{"ArnLike": map[string]any{
				"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-south-1:123456789012:log-group:*",
			}}, statement.Condition)
		default:
			assert.Fail(t, "nobody else may use the key", statement.Sid)
		}
	}
	assert.Contains(t, key.Text("policy"), `"Service":"logs.ap-south-1.amazonaws.com"`)
	assert.Contains(t, key.Text("policy"), `"AWS":"arn:aws:iam::123456789012:root"`)
}

// AWS cannot change the key of these three, so a key must not replace one that exists.
func TestDataStoresThatExistKeepTheirKey(t *testing.T) {
	t.Parallel()
	key := pulumi.String(dataKey)
	database, _ := makePostgres(t, func(a *components.PostgresArgs) { a.KmsKeyArn = key })
	files, _ := create(t, components.NewFileSystem, "files",
		changed(fileSystemArgs(""), func(a *components.FileSystemArgs) { a.KmsKeyArn = key }))
	cache, _ := create(t, components.NewElastiCache, "cache",
		changed(cacheArgs(""), func(a *components.ElastiCacheArgs) { a.KmsKeyArn = key }))
	for _, store := range []*pulumitest.Resource{
		database.Only(t, instanceType), files.Only(t, "aws:efs/fileSystem:FileSystem"),
		cache.Only(t, "aws:elasticache/replicationGroup:ReplicationGroup"),
	} {
		assert.Equal(t, dataKey, store.Text("kmsKeyId"), store.Type)
		assert.Contains(t, store.Options.GetIgnoreChanges(), "kmsKeyId", store.Type)
	}
	assert.Equal(t, dataKey, database.Only(t, instanceType).Text("performanceInsightsKmsKeyId"))
	assert.Contains(t, database.Only(t, instanceType).Options.GetIgnoreChanges(), "performanceInsightsKmsKeyId")
}

func TestBucketsUseTheKeyUnlessEveryoneMayRead(t *testing.T) {
	t.Parallel()
	for private, facility := range map[bool]string{false: "AES256", true: "aws:kms"} {
		result, buckets := create(t, components.NewBuckets, "care",
			&components.BucketsArgs{KmsKeyArn: pulumi.String(dataKey), PrivateFacilityImages: private})
		for name, algorithm := range map[string]string{"care-patient": "aws:kms", "care-facility": facility} {
			encryption := result.Named(t,
				"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", name)
			assert.Equal(t, algorithm, encryption.Text("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"), name)
			if algorithm == "aws:kms" {
				assert.Equal(t, dataKey, encryption.Text("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"), name)
				assert.Equal(t, true, encryption.In("rules[0].bucketKeyEnabled"), "each object would ask KMS otherwise")
			}
		}
		permissions := []components.PolicyStatementArrayOutput{buckets.ObjectStatements, buckets.WorkerStatements}
		for _, statements := range permissions {
			list := known(t, statements)
			last := list[len(list)-1]
			assert.Equal(t, []string{"kms:Decrypt", "kms:GenerateDataKey"}, last.Actions)
			assert.Equal(t, []string{dataKey}, last.Resources)
			assert.Equal(t, "s3.ap-south-1.amazonaws.com", last.Condition.Value)
		}
	}
}

// known returns the values of statements.
func known(t *testing.T, statements components.PolicyStatementArrayOutput) []components.Permission {
	t.Helper()
	value, _ := pulumitest.Output(t, statements)
	list, ok := value.([]components.Permission)
	require.True(t, ok)
	return list
}

// Objects keep the key that they were written with.
func TestObjectsUnderAFormerKeyCanBeReadAndNoneWritten(t *testing.T) {
	t.Parallel()
	former := pulumi.String(strings.Replace(dataKey, "key/1", "key/2", 1))
	for _, key := range []pulumi.StringInput{nil, pulumi.String(dataKey)} {
		_, buckets := create(t, components.NewBuckets, "care",
			&components.BucketsArgs{KmsKeyArn: key, FormerKmsKeyArns: []pulumi.StringInput{former}})
		statements := known(t, buckets.ObjectStatements)
		last := statements[len(statements)-1]
		assert.Equal(t, []string{"kms:Decrypt"}, last.Actions)
		assert.Equal(t, []string{string(former)}, last.Resources)
		assert.Equal(t, "kms:ViaService", last.Condition.Key)
		assert.Equal(t, key != nil, statements[len(statements)-2].Sid == "UseKey")
	}
}

func TestTheExecutionRoleDecryptsTheParametersOfTheKey(t *testing.T) {
	t.Parallel()
	key := pulumi.String(dataKey)
	for _, with := range []pulumi.StringInput{nil, key} {
		result, _ := run(t, func(ctx *pulumi.Context) (*components.FargateService, error) {
			args := secretsArgs("app")
			args.KmsKeyArn = with
			secrets, err := components.NewSecrets(ctx, "app", args)
			if err != nil {
				return nil, err
			}
			service := serviceArgs("app")
			service.KmsKeyArn = with
			service.Containers[0].Secrets = secrets.References()
			return components.NewFargateService(ctx, "app", service)
		})
		decrypts := result.Named(t, "aws:iam/rolePolicy:RolePolicy", "app-execution").Policy(t,
			"policy").Allows("kms:Decrypt", dataKey)
		assert.Equal(t, with != nil, decrypts)
		for _, encrypted := range result.OfType("aws:ssm/parameter:Parameter") {
			assert.Equal(t, with != nil, encrypted.In("keyId") == dataKey, encrypted.Name)
		}
		for _, group := range result.OfType("aws:cloudwatch/logGroup:LogGroup") {
			assert.Equal(t, with != nil, group.In("kmsKeyId") == dataKey, group.Name)
		}
	}
}

func TestPostgresIsMonitored(t *testing.T) {
	t.Parallel()
	result, _ := makePostgres(t)
	database := result.Only(t, instanceType)
	for input, want := range map[string]any{
		"performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0, "databaseInsightsMode": "standard",
		"performanceInsightsKmsKeyId": nil, "monitoringInterval": 0.0, "monitoringRoleArn": nil,
	} {
		assert.Equal(t, want, database.In(input), input)
	}
	assert.Empty(t, result.OfType("aws:iam/role:Role"))

	result, _ = makePostgres(t, func(a *components.PostgresArgs) { a.MonitoringSeconds = 60 })
	role := result.Only(t, "aws:iam/role:Role")
	assert.Equal(t, 60, result.Only(t, instanceType).Number("monitoringInterval"))
	assert.Equal(t, role.State["arn"].StringValue(), result.Only(t, instanceType).Text("monitoringRoleArn"))
	assert.True(t, result.Only(t, instanceType).DependsThrough("monitoringRoleArn",
		result.Only(t, "aws:iam/rolePolicy:RolePolicy")))
	assert.Contains(t, role.Text("assumeRolePolicy"), "monitoring.rds.amazonaws.com")
	for _, statement := range statementsOf(t, result.Only(t, "aws:iam/rolePolicy:RolePolicy")) {
		for _, resource := range statement.Resource {
			assert.Contains(t, resource, "arn:aws:logs:ap-south-1:123456789012:log-group:RDSOSMetrics")
		}
	}
}
