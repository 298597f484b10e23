package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What nothing brings back is protected, and the guard with it.
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
			"care:index:Guard care:protectData",
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
