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
	c.refuses(t, token, sound,
		but("capitals", in{"bucket": "Care"}, "InvalidBucketName", `bucket = "Care"`),
		but("underscore", in{"bucket": "care_files"}, "InvalidBucketName"),
		but("short", in{"bucket": "ab"}, "InvalidBucketName"),
		but("long", in{"bucket": strings.Repeat("a", 64)}, "InvalidBucketName"),
		but("hyphen at the end", in{"bucket": "care-"}, "InvalidBucketName"),
		but("two dots", in{"bucket": "care..files"}, "no two dots"),
		but("address", in{"bucket": "192.168.5.4"}, "no IP address"),
		but("reserved beginning", in{"bucket": "xn--care"}, "must not begin with xn--"),
		but("reserved end", in{"bucket": "care-s3alias"}, "must not end with -s3alias"),
	)
}

func TestSettingsOfABucketAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{}).id
	cors := in{
		"allowedMethods": []any{"GET", "PUT"}, "allowedOrigins": []any{"https://*.example.org"},
		"allowedHeaders": []any{"*"}, "exposeHeaders": []any{"ETag"},
	}
	sharing := in{"bucket": bucket, "corsRules": []any{cors}}
	share := func(changes in) in { return in{"corsRules": []any{with(cors, changes)}} }
	encryption := in{
		"bucket": bucket, "rules": []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "AES256"}}},
	}
	encrypt := func(by in) in { return in{"rules": []any{in{"applyServerSideEncryptionByDefault": by}}} }
	versioning := in{"bucket": bucket, "versioningConfiguration": in{"status": "Enabled"}}
	ownership := in{"bucket": bucket, "rule": in{"objectOwnership": "BucketOwnerEnforced"}}
	const (
		versionings = "s3/bucketVersioningV2:BucketVersioningV2"
		corses      = "s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2"
		encryptions = "s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	)
	c.refuses(t, corses, sharing,
		but("method", share(in{"allowedMethods": []any{"PATCH"}}), "InvalidRequest", "corsRules[0].allowedMethods[0]"),
		but("origin", share(in{"allowedOrigins": []any{"https://*.*.org"}}), "InvalidRequest", "more than one wildcard"),
		but("header", share(in{"exposeHeaders": []any{"*"}}), "ExposeHeader"),
		but("rules", in{"corsRules": many(101, cors)}, "at most 100 rules"),
	)
	c.refuses(t, encryptions, encryption,
		but("algorithm", encrypt(in{"sseAlgorithm": "aes256"}), "MalformedXML", "sseAlgorithm"),
		but("key without KMS", encrypt(in{"sseAlgorithm": "AES256", "kmsMasterKeyId": "alias/x"}), "InvalidArgument",
			"kmsMasterKeyId"),
	)
	c.refuses(t, versionings, versioning, but("versioning", in{"versioningConfiguration": in{"status": "On"}},
		"MalformedXML", `versioningConfiguration.status = "On"`))
	c.refuses(t, "s3/bucketOwnershipControls:BucketOwnershipControls", ownership, but("ownership",
		in{"rule": in{"objectOwnership": "Enforced"}}, "rule.objectOwnership"))
	on := c.up(versionings, "on", versioning)
	require.ErrorContains(t, c.update(on, in{"versioningConfiguration": in{"status": "Disabled"}}),
		"cannot be disabled any more")
	require.NoError(t, c.update(on, in{"versioningConfiguration": in{"status": "Suspended"}}))
}

func TestALifecycleSaysWhatHappensToWhat(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{}).id
	rule := in{
		"id": "old", "status": "Enabled",
		"filter":                         in{"prefix": "logs/"},
		"expiration":                     in{"days": 90},
		"transitions":                    []any{in{"days": 30, "storageClass": "STANDARD_IA"}},
		"abortIncompleteMultipartUpload": in{"daysAfterInitiation": 7},
		"noncurrentVersionExpiration":    in{"noncurrentDays": 30},
	}
	const token = "s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	sound := in{"bucket": bucket, "rules": []any{rule}}
	rules := func(changes in) in { return in{"rules": []any{with(rule, changes)}} }
	c.refuses(t, token, sound,
		but("status", rules(in{"status": "On"}), "MalformedXML", "rules[0].status"),
		but("nothing happens", in{"rules": []any{in{"id": "x", "status": "Enabled"}}}, "At least one action"),
		but("many rules", in{"rules": many(1001, rule)}, "at most 1000 rules"),
		but("same id", in{"rules": []any{rule, rule}}, "Rule ID must be unique", "rules[1].id"),
		but("long id", rules(in{"id": strings.Repeat("a", 256)}), "rules[0].id", "255"),
		but("no days", rules(in{"expiration": in{"days": 0}, "transitions": nil}), "rules[0].expiration.days = 0"),
		but("no days after versions", rules(in{"noncurrentVersionExpiration": in{"noncurrentDays": 0}}),
			"noncurrentDays = 0"),
		but("days and a date", rules(in{"expiration": in{"days": 90, "date": "2030-01-01T00:00:00Z"}}),
			"only one of these"),
		but("too early", rules(in{"transitions": []any{in{"days": 7, "storageClass": "STANDARD_IA"}}}),
			"'Days' in Transition action"),
		but("expires before it moves", rules(in{"expiration": in{"days": 20}}), "'Days' in the Expiration action"),
		but("class", rules(in{"transitions": []any{in{"days": 30, "storageClass": "COLD"}}}), "storageClass"),
		but("filter and prefix", rules(in{"prefix": "logs/"}), "MalformedXML", "rules[0].prefix"),
		but("two conditions", rules(in{"filter": in{"prefix": "a/", "objectSizeGreaterThan": 5}}), "filter.and"),
		but("uploads by tag", rules(in{"filter": in{"tag": in{"key": "a", "value": "b"}}}),
			"AbortIncompleteMultipartUpload cannot be specified with Tags"),
	)
	c.up(token, "whole", with(sound, rules(in{"filter": in{"prefix": ""}})))
}

func TestABucketsPolicyIsAboutTheBucket(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{})
	const token = "s3/bucketPolicy:BucketPolicy"
	of := func(action, resource string) in {
		return in{"policy": document(
			`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"` + action + `","Resource":"` + resource + `"`,
		)}
	}
	arn := bucket.out("arn")
	sound := with(in{"bucket": bucket.id}, of("s3:GetObject", arn+"/*"))
	c.refuses(t, token, sound,
		but("no principal", in{"policy": document(`"Effect":"Allow","Action":"s3:GetObject","Resource":"` + arn + `/*"`)},
			"MalformedPolicy", "Missing required field Principal"),
		but("no JSON", in{"policy": "{"}, "MalformedPolicy"),
		but("another bucket", of("s3:GetObject", "arn:aws:s3:::elsewhere/*"),
			"MalformedPolicy: Policy has invalid resource", "elsewhere"),
		but("objects without a path", of("s3:GetObject", arn), "Action does not apply to any resource(s)", "/*"),
		but("the bucket with a path", of("s3:ListBucket", arn+"/*"), "Action does not apply to any resource(s)",
			"without /*"),
		but("size", in{"policy": strings.Replace(allowing(21000), `"Effect"`, `"Principal":"*","Effect"`, 1)},
			"of at most 20480"),
	)
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
		"no block": {
			nil, "",
			"AccessDenied: public policies are blocked by the BlockPublicPolicy setting in block public access, which " +
				"every new bucket has",
		},
		"closed": {
			in{"blockPublicPolicy": true},
			"",
			"AccessDenied: public policies are blocked by the BlockPublicPolicy setting in s3.BucketPublicAccessBlock 'files'",
		},
		"open":     {in{"blockPublicPolicy": false}, "", ""},
		"narrowed": {in{"blockPublicPolicy": true}, `,"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a"}}`, ""},
		"TLS narrows none": {
			in{"blockPublicPolicy": true}, `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`, "AccessDenied",
		},
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
