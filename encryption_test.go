package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"

// Everything in production that can have the stack's key has it.
func TestProductionIsEncryptedWithTheKeyOfTheStack(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	key := d.Named(t, "aws:kms/key:Key", "care-data").State["arn"].StringValue()
	require.NotEmpty(t, key)
	for token, input := range map[string]string{
		"aws:rds/instance:Instance": "kmsKeyId", "aws:efs/fileSystem:FileSystem": "kmsKeyId",
		"aws:cloudwatch/logGroup:LogGroup": "kmsKeyId", "aws:ssm/parameter:Parameter": "keyId",
	} {
		all := d.OfType(token)
		require.NotEmpty(t, all, token)
		for _, each := range all {
			assert.Equal(t, key, each.Text(input), each.Path())
		}
	}
	assert.Equal(t, key,
		d.Named(t, encryptionType, "care-patient").Text("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"))
}

func TestAnExistingKeyEncryptsInPlaceOfANewOne(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	result := scheduled(t, map[string]string{"care:encryptionKey": key})
	assert.Empty(t, result.OfType("aws:kms/key:Key"))
	assert.Equal(t, key, result.Only(t, "aws:rds/instance:Instance").Text("kmsKeyId"))
}

// In some regions Care signs addresses for browsers in a way that S3 refuses for objects under a KMS key.
func TestBucketsKeepTheKeysOfS3WhereCareSignsInTheOldWay(t *testing.T) {
	t.Parallel()
	for region, algorithm := range map[string]string{"ap-south-1": "aws:kms", "us-east-1": "AES256"} {
		config := cliConfig(t, staging)
		delete(config, "care:availabilityZones")
		config["aws:region"], config["care:encryptionKey"] = region, "own"
		result := pulumitest.MustRun(t, deploy, pulumitest.Config(config))
		patient := result.Named(t, encryptionType, "care-patient")
		assert.Equal(t, algorithm, patient.Text("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"), region)
		assert.Equal(t, algorithm == "AES256", slices.ContainsFunc(result.Warnings, func(warning string) bool {
			return strings.HasPrefix(warning, "care:encryptionKey does not encrypt the buckets in us-east-1")
		}), region)
		user := result.Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy")
		key := result.Only(t, "aws:kms/key:Key").State["arn"].StringValue()
		assert.Equal(t, algorithm == "aws:kms", user.Allows("kms:Decrypt", key), region)
	}
}
