package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBucketsAreNamedByTheRules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "s3/bucketV2:BucketV2"
	sound := in{"bucket": "care-patient.files-1"}
	c.refuses(t, []mistake{
		{"capitals", token, sound, in{"bucket": "Care"}, []string{"InvalidBucketName", `bucket = "Care"`}},
		{"underscore", token, sound, in{"bucket": "care_files"}, []string{"InvalidBucketName"}},
		{"short", token, sound, in{"bucket": "ab"}, []string{"InvalidBucketName"}},
		{"long", token, sound, in{"bucket": strings.Repeat("a", 64)}, []string{"InvalidBucketName"}},
		{"hyphen at the end", token, sound, in{"bucket": "care-"}, []string{"InvalidBucketName"}},
		{"two dots", token, sound, in{"bucket": "care..files"}, []string{"no two dots"}},
		{"address", token, sound, in{"bucket": "192.168.5.4"}, []string{"no IP address"}},
		{"reserved beginning", token, sound, in{"bucket": "xn--care"}, []string{"must not begin with xn--"}},
		{"reserved end", token, sound, in{"bucket": "care-s3alias"}, []string{"must not end with -s3alias"}},
	})
}

func TestSettingsOfABucketAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{}).id
	cors := in{"allowedMethods": []any{"GET", "PUT"}, "allowedOrigins": []any{"https://*.example.org"}, "allowedHeaders": []any{"*"}, "exposeHeaders": []any{"ETag"}}
	sharing := in{"bucket": bucket, "corsRules": []any{cors}}
	share := func(changes in) in { return in{"corsRules": []any{with(cors, changes)}} }
	encryption := in{"bucket": bucket, "rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "AES256"}}}}
	encrypt := func(by in) in { return in{"rules": []any{in{"applyServerSideEncryptionByDefault": by}}} }
	versioning := in{"bucket": bucket, "versioningConfiguration": in{"status": "Enabled"}}
	ownership := in{"bucket": bucket, "rule": in{"objectOwnership": "BucketOwnerEnforced"}}
	const (
		versionings = "s3/bucketVersioningV2:BucketVersioningV2"
		corses      = "s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
		encryptions = "s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	)
	c.refuses(t, []mistake{
		{"method", corses, sharing, share(in{"allowedMethods": []any{"PATCH"}}), []string{"InvalidRequest", "corsRules[0].allowedMethods[0]"}},
		{"origin", corses, sharing, share(in{"allowedOrigins": []any{"https://*.*.org"}}), []string{"InvalidRequest", "more than one wildcard"}},
		{"header", corses, sharing, share(in{"exposeHeaders": []any{"*"}}), []string{"ExposeHeader"}},
		{"rules", corses, sharing, in{"corsRules": many(101, cors)}, []string{"at most 100 rules"}},
		{"algorithm", encryptions, encryption, encrypt(in{"sseAlgorithm": "aes256"}), []string{"MalformedXML", "sseAlgorithm"}},
		{"key without KMS", encryptions, encryption, encrypt(in{"sseAlgorithm": "AES256", "kmsMasterKeyId": "alias/x"}), []string{"InvalidArgument", "kmsMasterKeyId"}},
		{"versioning", versionings, versioning, in{"versioningConfiguration": in{"status": "On"}}, []string{"MalformedXML", `versioningConfiguration.status = "On"`}},
		{"ownership", "s3/bucketOwnershipControls:BucketOwnershipControls", ownership, in{"rule": in{"objectOwnership": "Enforced"}}, []string{"rule.objectOwnership"}},
	})
	on := c.up(versionings, "on", versioning)
	require.ErrorContains(t, c.update(on, in{"versioningConfiguration": in{"status": "Disabled"}}), "cannot be disabled any more")
	require.NoError(t, c.update(on, in{"versioningConfiguration": in{"status": "Suspended"}}))
}

func TestALifecycleSaysWhatHappensToWhat(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{}).id
	rule := in{
		"id": "old", "status": "Enabled", "filter": in{"prefix": "logs/"}, "expiration": in{"days": 90},
		"transitions": []any{in{"days": 30, "storageClass": "STANDARD_IA"}}, "abortIncompleteMultipartUpload": in{"daysAfterInitiation": 7},
		"noncurrentVersionExpiration": in{"noncurrentDays": 30},
	}
	const token = "s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	sound := in{"bucket": bucket, "rules": []any{rule}}
	rules := func(changes in) in { return in{"rules": []any{with(rule, changes)}} }
	c.refuses(t, []mistake{
		{"status", token, sound, rules(in{"status": "On"}), []string{"MalformedXML", "rules[0].status"}},
		{"nothing happens", token, sound, in{"rules": []any{in{"id": "x", "status": "Enabled"}}}, []string{"At least one action"}},
		{"many rules", token, sound, in{"rules": many(1001, rule)}, []string{"at most 1000 rules"}},
		{"same id", token, sound, in{"rules": []any{rule, rule}}, []string{"Rule ID must be unique", "rules[1].id"}},
		{"long id", token, sound, rules(in{"id": strings.Repeat("a", 256)}), []string{"rules[0].id", "255"}},
		{"no days", token, sound, rules(in{"expiration": in{"days": 0}, "transitions": nil}), []string{"rules[0].expiration.days = 0"}},
		{"no days after versions", token, sound, rules(in{"noncurrentVersionExpiration": in{"noncurrentDays": 0}}), []string{"noncurrentDays = 0"}},
		{"days and a date", token, sound, rules(in{"expiration": in{"days": 90, "date": "2030-01-01T00:00:00Z"}}), []string{"only one of these"}},
		{"too early", token, sound, rules(in{"transitions": []any{in{"days": 7, "storageClass": "STANDARD_IA"}}}), []string{"'Days' in Transition action"}},
		{"expires before it moves", token, sound, rules(in{"expiration": in{"days": 20}}), []string{"'Days' in the Expiration action"}},
		{"class", token, sound, rules(in{"transitions": []any{in{"days": 30, "storageClass": "COLD"}}}), []string{"storageClass"}},
		{"filter and prefix", token, sound, rules(in{"prefix": "logs/"}), []string{"MalformedXML", "rules[0].prefix"}},
		{"two conditions", token, sound, rules(in{"filter": in{"prefix": "a/", "objectSizeGreaterThan": 5}}), []string{"filter.and"}},
		{"uploads by tag", token, sound, rules(in{"filter": in{"tag": in{"key": "a", "value": "b"}}}), []string{"AbortIncompleteMultipartUpload cannot be specified with Tags"}},
	})
	c.up(token, "whole", with(sound, rules(in{"filter": in{"prefix": ""}})))
}

func TestABucketsPolicyIsAboutTheBucket(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{})
	const token = "s3/bucketPolicy:BucketPolicy"
	of := func(action, resource string) in {
		return in{"policy": document(`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"` + action + `","Resource":"` + resource + `"`)}
	}
	arn := bucket.out("arn")
	sound := with(in{"bucket": bucket.id}, of("s3:GetObject", arn+"/*"))
	c.refuses(t, []mistake{
		{"no principal", token, sound, in{"policy": document(`"Effect":"Allow","Action":"s3:GetObject","Resource":"` + arn + `/*"`)}, []string{"MalformedPolicy", "Missing required field Principal"}},
		{"no JSON", token, sound, in{"policy": "{"}, []string{"MalformedPolicy"}},
		{"another bucket", token, sound, of("s3:GetObject", "arn:aws:s3:::elsewhere/*"), []string{"MalformedPolicy: Policy has invalid resource", "elsewhere"}},
		{"objects without a path", token, sound, of("s3:GetObject", arn), []string{"Action does not apply to any resource(s)", "/*"}},
		{"the bucket with a path", token, sound, of("s3:ListBucket", arn+"/*"), []string{"Action does not apply to any resource(s)", "without /*"}},
		{"size", token, sound, in{"policy": strings.Replace(allowing(21000), `"Effect"`, `"Principal":"*","Effect"`, 1)}, []string{"of at most 20480"}},
	})
}

func TestAPublicPolicyNeedsTheBlockOpened(t *testing.T) {
	t.Parallel()
	public := func(arn, more string) string {
		return document(`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + arn + `/*"` + more)
	}
	const token = "s3/bucketPolicy:BucketPolicy"
	for name, row := range map[string]struct {
		block  in
		more   string
		effect string
	}{
		"no block":         {nil, "", "AccessDenied: public policies are blocked by the BlockPublicPolicy setting in block public access, which every new bucket has"},
		"closed":           {in{"blockPublicPolicy": true}, "", "AccessDenied: public policies are blocked by the BlockPublicPolicy setting in s3.BucketPublicAccessBlock 'files'"},
		"open":             {in{"blockPublicPolicy": false}, "", ""},
		"narrowed":         {in{"blockPublicPolicy": true}, `,"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a"}}`, ""},
		"TLS narrows none": {in{"blockPublicPolicy": true}, `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`, "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			bucket := c.up("s3/bucketV2:BucketV2", "files", in{})
			if row.block != nil {
				c.up("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "files", with(row.block, in{"bucket": bucket.id}))
			}
			_, err := c.attempt(token, "files", in{"bucket": bucket.id, "policy": public(bucket.out("arn"), row.more)})
			if row.effect == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, row.effect)
		})
	}
}
