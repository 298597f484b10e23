package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func makeLogBucket(
	t *testing.T, changes ...func(*components.LogBucketArgs),
) (*pulumitest.Result, *components.LogBucket) {
	t.Helper()
	return create(t, components.NewLogBucket, "care", changed(logBucketArgs("care"), changes...))
}

func TestALogBucketTakesTheLogsOfItsSourcesOnly(t *testing.T) {
	t.Parallel()
	result, logs := makeLogBucket(t)
	bucket := result.Only(t, "aws:s3/bucketV2:BucketV2")
	assert.Equal(t, "care-logs", bucket.Name)
	statements := result.Only(t, "aws:s3/bucketPolicy:BucketPolicy").Policy(t, "policy").Statement
	require.Len(t, statements, 3)
	assert.Equal(t, "Deny", statements[0].Effect, "of requests without TLS")
	arn := bucket.State["arn"].StringValue()
	for i, want := range []struct {
		service, objects string
		condition        map[string]any
	}{
		{
			"logdelivery.elasticloadbalancing.amazonaws.com", arn + "/web/AWSLogs/123456789012/*",
			map[string]any{"ArnLike": map[string]any{
				"aws:SourceArn": "arn:aws:elasticloadbalancing:ap-south-1:123456789012:loadbalancer/*",
			}},
		},
		{"logging.s3.amazonaws.com", arn + "/patient/*", map[string]any{
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:s3:::files-of-care"},
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
		}},
	} {
		statement := statements[i+1]
		assert.Equal(t, "Allow", statement.Effect)
		assert.Equal(t, map[string]any{"Service": want.service}, statement.Principal)
		assert.Equal(t, pulumitest.Strings{"s3:PutObject"}, statement.Action)
		assert.Equal(t, pulumitest.Strings{want.objects}, statement.Resource)
		assert.Equal(t, want.condition, statement.Condition)
	}
	logging := result.Only(t, "aws:s3/bucketLoggingV2:BucketLoggingV2")
	assert.Equal(t, "files-of-care", logging.Text("bucket"))
	assert.Equal(t, bucket.Id, logging.Text("targetBucket"))
	assert.Equal(t, "patient/", logging.Text("targetPrefix"))
	name, _ := pulumitest.Output(t, logs.Bucket)
	assert.Equal(t, bucket.Id, name)
}

func TestALogBucketIsPrivateAndKeepsLogsForAYear(t *testing.T) {
	t.Parallel()
	result, _ := makeLogBucket(t)
	block := result.Only(t, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
	for _, input := range []string{"blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets"} {
		assert.Equal(t, true, block.In(input), input)
	}
	encryption := result.Only(t,
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2")
	assert.Equal(t, "AES256", encryption.In("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"))
	lifecycle := result.Only(t, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2")
	assert.InDelta(t, 90, lifecycle.In("rules[0].noncurrentVersionExpiration.noncurrentDays"), 0)
	assert.Equal(t, "Enabled", lifecycle.In("rules[1].status"))
	assert.InDelta(t, 365, lifecycle.In("rules[1].expiration.days"), 0)
	assert.Equal(t, true, result.Only(t, "aws:s3/bucketV2:BucketV2").In("forceDestroy"))

	result, _ = makeLogBucket(t, func(a *components.LogBucketArgs) { a.RetentionDays, a.ProtectData = 14, true })
	lifecycle = result.Only(t, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2")
	assert.InDelta(t, 14, lifecycle.In("rules[1].expiration.days"), 0)
	bucket := result.Only(t, "aws:s3/bucketV2:BucketV2")
	assert.Equal(t, false, bucket.In("forceDestroy"))
	assert.True(t, bucket.Options.GetProtect())
}

func TestPostgresExportsItsLogsToGroupsThatExistBeforeIt(t *testing.T) {
	t.Parallel()
	result, _ := makePostgres(t, func(a *components.PostgresArgs) { a.ExportLogs = true })
	database := result.Only(t, instanceType)
	suffix := result.Only(t, "random:index/randomId:RandomId").State["hex"].StringValue()
	assert.Equal(t, "db-"+suffix, database.Text("identifier"))
	assert.Equal(t, []string{"postgresql", "upgrade"}, database.List("enabledCloudwatchLogsExports"))
	for _, log := range []string{"postgresql", "upgrade"} {
		group := result.Named(t, logGroupType, "db-"+log)
		assert.Equal(t, "/aws/rds/instance/db-"+suffix+"/"+log, group.Text("name"))
		assert.Equal(t, 365, group.Number("retentionInDays"))
		assert.True(t, database.DependsOn(group))
	}

	result, _ = makePostgres(t, func(a *components.PostgresArgs) {
		a.ExportLogs, a.Identifier, a.LogRetentionDays = true, "care-db-1a2b3c4", 14
	})
	assert.Equal(t, "care-db-1a2b3c4", result.Only(t, instanceType).Text("identifier"))
	group := result.Named(t, logGroupType, "db-postgresql")
	assert.Equal(t, "/aws/rds/instance/care-db-1a2b3c4/postgresql", group.Text("name"))
	assert.Equal(t, 14, group.Number("retentionInDays"))

	result, _ = makePostgres(t)
	assert.Empty(t, result.OfType(logGroupType))
	assert.Nil(t, result.Only(t, instanceType).In("identifier"), "Pulumi chooses it")
	assert.Nil(t, result.Only(t, instanceType).In("enabledCloudwatchLogsExports"))
}

func TestEveryRuleOfASecurityGroupHasADescription(t *testing.T) {
	t.Parallel()
	described := 0
	for _, s := range subjects() {
		result := s.made(t, nil)
		for _, kind := range []string{ingressType, egressType} {
			for _, rule := range result.OfType(kind) {
				assert.Regexp(t, `^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{10,255}$`, rule.Text("description"), rule.Path())
				described++
			}
		}
	}
	assert.Greater(t, described, 20)
}
