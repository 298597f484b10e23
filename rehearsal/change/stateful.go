package change

import "github.com/ohcnetwork/care-ecs/rehearsal/aws/token"

// Stateful are the resources whose data, or whose place in the configuration of others, is lost with them.
func (c Change) Stateful() []Resource {
	var lost []Resource
	for _, r := range c.Resources {
		if r.loss() != "" {
			lost = append(lost, r)
		}
	}
	return lost
}

// Gone are the resources that are no longer there afterwards, under their old identifier at least. Revisions of task
// definitions are not among them: each deployment makes another one, and the old one stays.
func (c Change) Gone() []Resource {
	var gone []Resource
	for _, r := range c.Resources {
		if (r.Kind == Replaced || r.Kind == Deleted) && !r.revision() {
			gone = append(gone, r)
		}
	}
	return gone
}

// losses says what goes when a resource of the type does.
var losses = map[string]func(Resource) string{
	databaseType:        databaseLoss,
	token.RdsCluster:    databaseLoss,
	token.S3BucketV2:    bucketLoss,
	token.S3Bucket:      bucketLoss,
	token.EfsFileSystem: always("every file on it"),
	token.EfsAccessPoint: always("the way to the files, which stay where they are: another access point may see " +
		"another directory"),
	token.ServicediscoveryHttpNamespace: always("the names by which services find each other, until all are redeployed"),
	token.ElasticacheReplicationGroup:   always("everything in the cache: queued tasks, sessions and search index"),
	token.ElasticacheCluster:            always("everything in the cache: queued tasks, sessions and search index"),
	parameterType:                       parameterLoss,
	token.SecretsmanagerSecret:          always("the secret and its versions"),
}

// loss is empty for a resource that stays, or whose loss costs nothing but time.
func (r Resource) loss() string {
	if of := losses[r.Type]; of != nil && (r.Kind == Replaced || r.Kind == Deleted) {
		return of(r)
	}
	return ""
}

func always(what string) func(Resource) string {
	return func(Resource) string { return what }
}

// databaseLoss: RDS deletes automated backups with the instance, and takes a last snapshot unless told not to
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html).
func databaseLoss(r Resource) string {
	lost := "all data in it, and its automated backups"
	if r.old["skipFinalSnapshot"] == true {
		lost += "; no final snapshot is taken"
	} else {
		lost += "; a final snapshot is kept, which nothing restores by itself"
	}
	if r.old["deletionProtection"] == true {
		lost += "; AWS refuses while deletionProtection is on"
	}
	return lost
}

// bucketLoss: only an empty bucket can be deleted, and forceDestroy empties it.
func bucketLoss(r Resource) string {
	if r.old["forceDestroy"] == true {
		return "every object in it, with all versions"
	}
	return "every object in it; AWS refuses while there are any"
}

func parameterLoss(r Resource) string {
	if r.old["type"] != "SecureString" || r.copied {
		return ""
	}
	return "the secret value it keeps"
}
