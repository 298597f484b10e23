package live

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// FindKey returns the live KMS key with that ARN or id, or nil.
func FindKey(world *standin.View, text string) *standin.Resource {
	if found := world.Find(token.KmsKey, "arn", text); found != nil {
		return found
	}
	return world.Find(token.KmsKey, "id", text)
}

// unreadableObjects compares who may read or write the objects of a bucket with who may use the bucket's key
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, permissions).
var unreadableObjects = warnsOf("s3/key-permission").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, encryption := range world.Live(token.S3BucketServerSideEncryptionConfigurationV2) {
		for _, named := range encryption.All("rules.applyServerSideEncryptionByDefault.kmsMasterKeyId") {
			key := FindKey(world, named.Text())
			bucket := world.Get(token.S3BucketV2, encryption.Out("bucket").Text())
			if key == nil || bucket == nil {
				continue
			}
			for _, identity := range identities(world) {
				all = append(all, identity.locked(bucket, key)...)
			}
		}
	}
	return all
})

// identity is a role or user that a world has, with the verdict of its policies.
type identity struct {
	*standin.Resource

	may func(policy.Request) policy.Verdict
}

func identities(world *standin.View) []identity {
	var all []identity
	for _, role := range world.Live(token.IamRole) {
		all = append(all, identity{role, func(q policy.Request) policy.Verdict {
			verdict, _ := policy.RoleMay(world, role.Out("arn").Text(), q)
			return verdict
		}})
	}
	for _, user := range world.Live(token.IamUser) {
		var documents []policy.Document
		for _, each := range world.Where(token.IamUserPolicy, "user", user.Out("name").Text()) {
			if document, err := policy.Read(each.Label(), each.Out("policy").Text()); err == nil {
				documents = append(documents, document)
			}
		}
		all = append(all, identity{user, func(q policy.Request) policy.Verdict {
			verdict, _ := policy.Decide(documents, q)
			return verdict
		}})
	}
	return all
}

// locked returns a warning for each action on objects that the identity may call and that fails for lack of the key.
func (i identity) locked(bucket, key *standin.Resource) []Warning {
	var all []Warning
	for _, each := range []struct{ object, use string }{
		{"s3:GetObject", "kms:Decrypt"}, {"s3:PutObject", "kms:GenerateDataKey"},
	} {
		object := policy.Request{Action: each.object, Resource: bucket.Out("arn").Text() + "/any-object"}
		use := policy.Request{Action: each.use, Resource: key.Out("arn").Text(), Context: map[string]string{
			"kms:viaservice": "s3." + key.Region + ".amazonaws.com", "kms:calleraccount": key.Account,
		}}
		if i.may(object) == policy.Allowed && i.may(use) == policy.Denied {
			all = append(all, warn(i.Resource, "may %s in %s and not %s with %s, which encrypts it: S3 refuses each request "+
				"with AccessDenied; allow %s on the key", each.object, bucket.Label(), each.use, key.Label(), each.use))
		}
	}
	return all
}

// MarkSnapshotKey marks a database that was restored from one with the key of a snapshot.
const MarkSnapshotKey = "snapshotKey"

// HasSnapshotKey reports whether a resource is a database that has the key of a snapshot, which is not known: RDS keeps
// the key when it restores (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html).
func HasSnapshotKey(r *standin.Resource) bool {
	return r.Token == token.RdsInstance && r.Out("kmsKeyId").Text() == "" &&
		(r.In("snapshotIdentifier").Text() != "" || r.Marks[MarkSnapshotKey] != 0)
}

// keptKeys finds data that has another key than the rest. RDS, EFS and ElastiCache take the key when they create
// something, and cannot change it.
var keptKeys = warnsOf("kms/kept-key").in(func(world *standin.View) []Warning {
	keys := map[string]bool{}
	for kind, property := range map[string]string{token.SsmParameter: "keyId", token.CloudwatchLogGroup: "kmsKeyId"} {
		for _, each := range world.Live(kind) {
			if key := each.Out(property).Text(); strings.HasPrefix(key, "arn:") {
				keys[key] = true
			}
		}
	}
	var all []Warning
	for _, kind := range []string{token.RdsInstance, token.EfsFileSystem, token.ElasticacheReplicationGroup} {
		for _, store := range world.Live(kind) {
			if len(keys) > 0 && !keys[store.Out("kmsKeyId").Text()] && !HasSnapshotKey(store) {
				all = append(all, warn(store, "keeps the key that it was created with, and the parameters and log groups beside "+
					"it have another: AWS cannot change it; copy a snapshot or backup under the new key, and restore the copy"))
			}
		}
	}
	return all
})
