package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// awsMistakes are those with databases, buckets and the provider.
func awsMistakes() []mistake {
	return []mistake{
		{number: 58, name: "the database cannot be destroyed, or its data are lost", check: func(t *testing.T, d deployment) {
			t.Helper()
			database := d.Only(t, "aws:rds/instance:Instance")
			protected := database.In("deletionProtection") == true
			assert.Equal(t, !protected, database.In("skipFinalSnapshot"))
			name := database.Text("finalSnapshotIdentifier")
			assert.Regexp(t, `^[a-z](-?[a-z0-9])*$`, name)
			assert.True(t, strings.HasPrefix(name, "care-db-final-") && len(name) > len("care-db-final-"), "each instance has a name of its own")
		}},
		{number: 59, name: "host and port where the host belongs", check: func(t *testing.T, d deployment) {
			t.Helper()
			for role, container := range d.careContainers(t) {
				assert.NotContains(t, container.Variables()["POSTGRES_HOST"], ":", role)
			}
		}},
		{number: 60, name: "a password that breaks addresses", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, password := range d.OfType("random:index/randomPassword:RandomPassword") {
				assert.Equal(t, false, password.In("special"), password.Name)
			}
		}},
		{number: 61, name: "the database is open", check: func(t *testing.T, d deployment) {
			t.Helper()
			database := d.Only(t, "aws:rds/instance:Instance")
			assert.Equal(t, false, database.In("publiclyAccessible"))
			admitted, clients := []string{}, []string{}
			for _, client := range d.clients(t) {
				clients = append(clients, client.securityGroup())
			}
			for _, rule := range d.rules("Ingress", database.List("vpcSecurityGroupIds")[0]) {
				assert.Equal(t, 5432, rule.Number("fromPort"))
				assert.Equal(t, 5432, rule.Number("toPort"))
				admitted = append(admitted, rule.Text("referencedSecurityGroupId"))
			}
			assert.ElementsMatch(t, clients, admitted)
		}},
		{number: 62, name: "a bucket's policy races with its access block", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, policy := range d.OfType("aws:s3/bucketPolicy:BucketPolicy") {
				block := d.Named(t, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", policy.Name)
				assert.Equal(t, policy.Text("bucket"), block.Text("bucket"))
				assert.True(t, policy.DependsOn(block), policy.Name)
			}
		}},
		{number: 63, name: "the old kind of bucket, or settings within it", check: func(t *testing.T, d deployment) {
			t.Helper()
			assert.Empty(t, d.OfType("aws:s3/bucket:Bucket"))
			for _, bucket := range d.OfType("aws:s3/bucketV2:BucketV2") {
				for key := range bucket.Plain {
					assert.Contains(t, []string{"bucket", "bucketPrefix", "forceDestroy", "objectLockEnabled", "tags"}, key, bucket.Name)
				}
			}
		}},
		{
			number: 65, name: "a secret's name is still taken after a destroy",
			reason: "secrets are SSM parameters, whose names are free at once; nothing makes Secrets Manager secrets",
		},
		{number: 66, name: "autoscaling and the program fight over the count", check: func(t *testing.T, d deployment) {
			t.Helper()
			scaled := map[string]bool{}
			for _, target := range d.OfType("aws:appautoscaling/target:Target") {
				scaled[target.Text("resourceId")[strings.LastIndex(target.Text("resourceId"), "/")+1:]] = true
			}
			for _, s := range d.services(t) {
				assert.Equal(t, scaled[s.Text("name")], slices.Contains(s.Options.GetIgnoreChanges(), "desiredCount"), s.Name)
			}
		}},
		{number: 67, name: "no count, and so no task", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				assert.GreaterOrEqual(t, s.Number("desiredCount"), 1, s.Name)
			}
		}},
		{number: 68, name: "fields that the next provider has not", check: func(t *testing.T, d deployment) {
			t.Helper()
			gone := map[string][]string{
				"aws:ec2/eip:Eip":                       {"vpc"},
				"aws:rds/instance:Instance":             {"name"},
				"aws:ec2/flowLog:FlowLog":               {"logGroupName"},
				"aws:ecs/taskDefinition:TaskDefinition": {"inferenceAccelerators"},
				"aws:iam/role:Role":                     {"managedPolicyArns", "inlinePolicies"},
			}
			for _, registered := range d.Resources {
				for key := range registered.Plain {
					assert.False(t, slices.Contains(gone[registered.Type], key), "%s of %s", key, registered.Path())
				}
			}
		}},
	}
}
