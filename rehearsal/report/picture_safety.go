package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// KeyOwner is the owner of the key that encrypts data. It is empty for what holds none.
type KeyOwner string

// The owners of keys.
const (
	// OwnKey is a key of the stack, or another customer-managed one of the account.
	OwnKey KeyOwner = "own"
	// AwsKey is a key that AWS manages or owns.
	AwsKey KeyOwner = "aws"
	// NoKey is data that is not encrypted.
	NoKey KeyOwner = "open"
	// UnknownKey is data outside of this world, or a restored database whose key is not known.
	UnknownKey KeyOwner = "unknown"
)

// keyProperties are, for types with data, the property that switches encryption on, if there is one, and that of the
// key.
var keyProperties = map[string][2]string{
	databaseType:         {"storageEncrypted", "kmsKeyId"},
	fileSystemType:       {"encrypted", "kmsKeyId"},
	replicationGroupType: {"atRestEncryptionEnabled", "kmsKeyId"},
	vaultType:            {"", "kmsKeyArn"},
}

// keyOf returns the owner of the key of a resource.
func (d *drawing) keyOf(r *standin.Resource) KeyOwner {
	owner, _ := d.key(r)
	return owner
}

// key returns the owner of the key of a resource, and the name of the key if it is one of this world. If the key is
// not known, it returns what else has it instead.
func (d *drawing) key(r *standin.Resource) (KeyOwner, string) {
	if r.Token == bucketType {
		return d.named(d.bucketKey(r))
	}
	properties, has := keyProperties[r.Token]
	switch {
	case !has:
		return "", ""
	case properties[0] != "" && !r.Out(properties[0]).Bool():
		return NoKey, ""
	}
	if key := r.In(properties[1]).Text(); key != "" || r.Token != databaseType {
		return d.named(key)
	}
	return d.restoredKey(r)
}

// restoredKey returns the key of a database whose inputs name none, as key does: AWS's key, or that of the source if
// the database was restored. The ARN of a key does not show whether AWS manages the key.
func (d *drawing) restoredKey(database *standin.Resource) (KeyOwner, string) {
	if live.HasSnapshotKey(database) {
		return UnknownKey, "its snapshot"
	}
	key := database.Out("kmsKeyId").Text()
	restored := database.In("restoreToPointInTime").Known() || database.In("snapshotIdentifier").Text() != ""
	if !restored || key == "" {
		return AwsKey, ""
	}
	owner, name := d.named(key)
	if name == "" && !slices.ContainsFunc(d.view.Mentions(key), func(r *standin.Resource) bool {
		return r.Token != databaseType || r.In("kmsKeyId").Text() == key
	}) {
		return UnknownKey, "its source"
	}
	return owner, name
}

// bucketKey returns the key that a bucket is configured with. S3 encrypts every object, with a key of its own if no
// other is configured (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html).
func (d *drawing) bucketKey(bucket *standin.Resource) string {
	encryption := d.view.Find(token.S3BucketServerSideEncryptionConfigurationV2, "bucket", bucket.Id)
	if encryption == nil {
		return ""
	}
	for _, rule := range encryption.Out("rules").Items() {
		if key := rule.At("applyServerSideEncryptionByDefault.kmsMasterKeyId").Text(); key != "" {
			return key
		}
	}
	return ""
}

// named returns the owner of a key, and its name in the program if it is of this world.
func (d *drawing) named(key string) (KeyOwner, string) {
	if key == "" || strings.Contains(key, "alias/aws/") {
		return AwsKey, ""
	}
	for _, property := range []string{"arn", "id", "keyId"} {
		if live := d.view.Find(token.KmsKey, property, key); live != nil {
			return OwnKey, live.Name
		}
	}
	return OwnKey, ""
}

// safety returns what an auditor asks for first of a resource: its key, who may read it, its standby and its backups.
func (d *drawing) safety(r *standin.Resource) []string {
	var lines []string
	switch owner, name := d.key(r); {
	case owner == OwnKey && name != "":
		lines = append(lines, "key "+name)
	case owner == OwnKey:
		lines = append(lines, "key of the account")
	case owner == AwsKey:
		lines = append(lines, "AWS's key")
	case owner == NoKey:
		lines = append(lines, "not encrypted")
	case owner == UnknownKey:
		lines = append(lines, "the key of "+name)
	}
	if r.Token == bucketType && d.isPublic(r) {
		lines = append(lines, "public: "+strings.Join(d.publicParts(r), ", "))
	}
	if r.Token == databaseType && r.Out("multiAz").Bool() {
		lines = append(lines, "standby in another zone")
	}
	return append(lines, d.kept(r)...)
}

// kept returns the former states of a resource that AWS keeps beside it.
func (d *drawing) kept(r *standin.Resource) []string {
	switch r.Token {
	case databaseType:
		if days := r.Out("backupRetentionPeriod").Int(); days > 0 {
			return []string{"backups of " + counted(days, "day")}
		}
		return []string{"no backups"}
	case fileSystemType:
		if policy := d.view.Find(token.EfsBackupPolicy, "fileSystemId", r.Id); policy != nil &&
			policy.Out("backupPolicy.status").Text() == "ENABLED" {
			return []string{"automatic backups"}
		}
	case bucketType:
		if versions := d.view.Find(token.S3BucketVersioningV2, "bucket", r.Id); versions != nil &&
			versions.Out("versioningConfiguration.status").Text() == "Enabled" {
			return []string{"versions kept"}
		}
	}
	return nil
}

// isPublic reports whether the internet reaches a resource.
func (d *drawing) isPublic(r *standin.Resource) bool {
	return slices.ContainsFunc(live.Public(d.view), func(e live.Exposure) bool { return e.Resource == r.Label() })
}

// publicParts returns the parts of a bucket that everybody may read, as its policy names them.
func (d *drawing) publicParts(bucket *standin.Resource) []string {
	var parts []string
	for _, arn := range live.PublicObjects(d.view, bucket) {
		_, part, _ := strings.Cut(arn, ":::"+bucket.Id+"/")
		parts = append(parts, cmp.Or(part, "the bucket"))
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}

// webAcl names the web firewall of a load balancer.
func (d *drawing) webAcl(balancer *standin.Resource) string {
	association := d.view.Find(token.Wafv2WebAclAssociation, "resourceArn", balancer.Out("arn").Text())
	if association == nil {
		return ""
	}
	const name = 2 // of .../webacl/NAME/ID
	parts := strings.Split(association.Out("webAclArn").Text(), "/")
	if len(parts) <= name {
		return "web ACL"
	}
	return "web ACL " + parts[len(parts)-name]
}
