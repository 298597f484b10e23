package main

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
)

// Data that cannot be recovered is protected, and so is the guard.
func TestDataIsProtectedWhereTheStackSaysSo(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string][]string{
		"staging": nil,
		"production": {
			"aws:efs/accessPoint:AccessPoint redis", "aws:efs/fileSystem:FileSystem redis", "aws:rds/instance:Instance care-db",
			"aws:s3/bucketV2:BucketV2 care-facility", "aws:s3/bucketV2:BucketV2 care-patient",
			"aws:servicediscovery/httpNamespace:HttpNamespace care-ns",
			"aws:ssm/parameter:Parameter care-DJANGO_SECRET_KEY", "aws:ssm/parameter:Parameter care-JWKS_BASE64",
			"aws:ssm/parameter:Parameter care-VAPID_PRIVATE_KEY", "aws:ssm/parameter:Parameter care-VAPID_PUBLIC_KEY",
			"care:index:Generation care:generation", "care:index:Guard care:protectData",
			"random:index/randomPassword:RandomPassword care-django",
			"tls:index/privateKey:PrivateKey care-jwks", "tls:index/privateKey:PrivateKey care-vapid",
		},
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			var protected []string
			for _, resource := range deployments[stack](t).Resources {
				if resource.Options.GetProtect() {
					protected = append(protected, resource.Type+" "+resource.Name)
				}
			}
			slices.Sort(protected)
			assert.Equal(t, want, protected)
		})
	}
}

func TestAChangeOfGenerationIsWarnedOf(t *testing.T) {
	t.Parallel()
	of := func(generation string) resource.PropertyMap {
		return resource.PropertyMap{"generation": resource.NewProperty(generation)}
	}
	for _, row := range []struct {
		from, to resource.PropertyMap
		want     string
	}{
		{of("2024"), of("2024"), ""},
		{of("3"), of("3"), ""},
		{resource.PropertyMap{}, of("3"), ""},
		{of("2024"), of("3"), "nothing migrates it back"},
		{of("3"), of("2024"), "the data does not"},
	} {
		warning := moveWarning(recordedGeneration(row.from), recordedGeneration(row.to))
		if row.want == "" {
			assert.Empty(t, warning)
		} else {
			assert.Contains(t, warning, row.want)
		}
	}
}
