package aws

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var bucketNamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

var s3BucketName = rule("s3/bucket-name").OnInputs(func(d *standin.Draft) {
	const code = "InvalidBucketName"
	v := d.In("bucket")
	like(d, "bucket", form{
		code, bucketNamePattern,
		"a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a " +
			"letter or digit",
		"choose such a name",
	})
	if _, err := netip.ParseAddr(v.Text()); err == nil || strings.Contains(v.Text(), "..") {
		d.Refuse(v, code, "a bucket's name is no IP address and has no two dots together", "choose another name")
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(v.Text(), prefix) {
			d.Refuse(v, code, "a bucket's name must not begin with "+prefix, "choose another name")
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(v.Text(), suffix) {
			d.Refuse(v, code, "a bucket's name must not end with "+suffix, "choose another name")
		}
	}
	shortEnough(d, "bucketPrefix", code, 37)
})

var s3VersioningDisabled = rule("s3/versioning-disabled").OnOperation(func(o *standin.Op) {
	now, old := o.In("versioningConfiguration.status"), o.Was("versioningConfiguration.status").Text()
	if now.Text() == "Disabled" && (old == "Enabled" || old == "Suspended") {
		o.Refuse(now, "MalformedXML", "versioning that was on once cannot be disabled any more", `set it to "Suspended"`)
	}
})

var s3Encryption = rule("s3/encryption").OnInputs(func(d *standin.Draft) {
	among(d, "rules.applyServerSideEncryptionByDefault.sseAlgorithm", "MalformedXML", "AES256", "aws:kms", "aws:kms:dsse")
	for _, rule := range d.In("rules").Items() {
		key := rule.At("applyServerSideEncryptionByDefault.kmsMasterKeyId")
		if isGiven(key) && rule.At("applyServerSideEncryptionByDefault.sseAlgorithm").Text() == "AES256" {
			d.Refuse(key, "InvalidArgument", "a KMS key is not applicable if the default sse algorithm is not aws:kms "+
				"or aws:kms:dsse", `set sseAlgorithm to "aws:kms"`)
		}
	}
})

var s3Cors = rule("s3/cors").OnInputs(func(d *standin.Draft) {
	const most = 100
	if rules := d.In("corsRules"); len(rules.Items()) > most {
		d.Refuse(rules, "InvalidRequest", "a CORS configuration has at most 100 rules", "merge rules")
	}
	shortEnough(d, "corsRules.id", "InvalidArgument", 255)
	among(d, "corsRules.allowedMethods", "InvalidRequest", "GET", "PUT", "POST", "DELETE", "HEAD")
	for _, path := range []string{"corsRules.allowedOrigins", "corsRules.allowedHeaders"} {
		for _, v := range d.All(path) {
			if strings.Count(v.Text(), "*") > 1 {
				d.Refuse(v, "InvalidRequest", "the value can not have more than one wildcard", "keep one *")
			}
		}
	}
	for _, header := range d.All("corsRules.exposeHeaders") {
		if strings.Contains(header.Text(), "*") {
			d.Refuse(header, "InvalidRequest", "ExposeHeader contains a wildcard, which is not allowed", "name each header")
		}
	}
})
