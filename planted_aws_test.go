package main

import "github.com/ohcnetwork/care-ecs/rehearsal/inprocess"

// plantedAws are the mistakes with databases, buckets and the provider.
func plantedAws() []planted {
	const database = "rds.Instance 'care-db'"
	return []planted{
		{
			number: 58, mistake: "the database cannot be destroyed", plants: []inprocess.Plant{
				{At: database, Edit: set("skipFinalSnapshot", false)},
				{At: database, Edit: set("finalSnapshotIdentifier", nil), Destroyed: true},
			},
			says: "final_snapshot_identifier is required", names: []string{database, "finalSnapshotIdentifier"},
		},
		{
			number: 59, mistake: "host and port where the host belongs",
			plants: []inprocess.Plant{{At: "ecs.TaskDefinition 'care-celery'", Edit: container("care-celery-beat",
				environment("POSTGRES_HOST", func(host string) string { return host + ":5432" }))}},
			says: "holds a host with a port", names: []string{celeryService, "containers[care-celery-beat].environment.POSTGRES_HOST", `:5432"`, "POSTGRES_PORT"},
		},
		{
			number: 60, mistake: "a password that breaks addresses", config: map[string]string{"care:databasePassword": "p@ss/w:rd?"},
			secretKeys: []string{"care:databasePassword"},
			says:       "must be 8 to 128 letters and digits", names: []string{"care:databasePassword"},
		},
		{
			number: 61, mistake: "the database is public", absent: `(?i)^(PostgresArgs\.|Config\.Database).*(public|cidr|ingress)`,
			says: "Postgres is private, and lets in clients only",
		},
		{
			number: 62, mistake: "a bucket's policy comes before its access block",
			plants: []inprocess.Plant{{At: "s3.BucketPublicAccessBlock 'care-facility'", Absent: true}},
			says:   "public policies are blocked", names: []string{"AccessDenied", "s3.BucketPolicy 'care-facility'", "policy"},
		},
		{
			number: 63, mistake: "the old kind of bucket, or settings in it", absent: `^BucketsArgs\..*(Acl|Versioning|Policy|Lifecycle)`,
			says: "Buckets makes BucketV2 and its settings apart",
		},
		{
			number: 65, mistake: "a secret's name is taken after a destroy", absent: `(?i)recovery`,
			says: "secrets are SSM parameters, whose names are free",
		},
		{
			number: 66, mistake: "autoscaling fights over the count", absent: `(?i)ignorechanges`,
			says: "a service with Scaling ignores desiredCount, and no other does",
		},
		{
			number: 67, mistake: "no count, and so no task", absent: `^(RedisStackArgs|CeleryArgs)\..*Count`,
			says: "where none is given, the count is 1",
		},
		{
			number: 68, mistake: "fields that the next provider has not",
			absent: `\.(Vpc|ManagedPolicyArns|InlinePolicies|InferenceAccelerators)$`,
			says:   "no component sets any of them",
		},
	}
}
