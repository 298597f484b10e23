package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const bucketLogging = "s3/bucketLoggingV2:BucketLoggingV2"

// takesServerLogs returns a policy that lets S3 write server access logs below a prefix of a bucket.
func takesServerLogs(bucket, prefix string, condition in) string {
	statement := in{
		"Effect": "Allow", "Principal": in{"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
		"Resource": "arn:aws:s3:::" + bucket + "/" + prefix + "*",
	}
	if condition != nil {
		statement["Condition"] = condition
	}
	return policyText(statement)
}

func TestABucketLogsToOneOfItsRegion(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	near, files := c.up("s3/bucketV2:BucketV2", "near", in{}).id, c.up("s3/bucketV2:BucketV2", "files", in{}).id
	far := c.in("us-east-1").up("s3/bucketV2:BucketV2", "far", in{}).id
	c.up("s3/bucketPolicy:BucketPolicy", "near", in{"bucket": near, "policy": takesServerLogs(near, "x/", nil)})
	c.refuses(t, bucketLogging, in{"bucket": files, "targetBucket": near, "targetPrefix": "x/"},
		but("region", in{"targetBucket": far}, "CrossLocationLoggingProhibitted", "ap-south-1 and us-east-1", "targetBucket"),
	)
}

func TestABucketLogsOnlyWhereS3MayWrite(t *testing.T) {
	t.Parallel()
	const none, no = "no policy of s3.BucketV2 'logs' lets it", "s3.BucketPolicy 'logs' does not let it write"
	from := func(arn, account string) in {
		return in{"ArnLike": in{"aws:SourceArn": arn}, "StringEquals": in{"aws:SourceAccount": account}}
	}
	for name, row := range map[string]struct {
		policy, refused string
		ownership       string
	}{
		"no policy":  {refused: none},
		"any source": {policy: takesServerLogs("care-logs", "", nil)},
		"the source": {policy: takesServerLogs("care-logs", "files/", from("arn:aws:s3:::care-files", "123456789012"))},
		"another source": {
			policy: takesServerLogs("care-logs", "files/", from("arn:aws:s3:::elsewhere", "123456789012")), refused: no,
		},
		"another account": {
			policy: takesServerLogs("care-logs", "files/", from("arn:aws:s3:::care-files", "210987654321")), refused: no,
		},
		"another prefix": {policy: takesServerLogs("care-logs", "pictures/", nil), refused: no},
		"another service": {
			policy: policyText(in{
				"Effect": "Allow", "Principal": in{"Service": "delivery.logs.amazonaws.com"}, "Action": "s3:PutObject",
				"Resource": "arn:aws:s3:::care-logs/*",
			}),
			refused: no,
		},
		"a denial": {
			policy: policyText(
				in{
					"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::care-logs/*",
					"Condition": in{"StringEquals": in{"aws:SourceAccount": "123456789012"}},
				},
				in{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::care-logs/files/*"},
			),
			refused: no,
		},
		"ACLs":          {ownership: "BucketOwnerPreferred"},
		"ACLs disabled": {ownership: "BucketOwnerEnforced", refused: none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			logs := c.up("s3/bucketV2:BucketV2", "logs", in{"bucket": "care-logs"}).id
			files := c.up("s3/bucketV2:BucketV2", "files", in{"bucket": "care-files"}).id
			if row.policy != "" {
				c.up("s3/bucketPolicy:BucketPolicy", "logs", in{"bucket": logs, "policy": row.policy})
			}
			if row.ownership != "" {
				c.up("s3/bucketOwnershipControls:BucketOwnershipControls", "logs",
					in{"bucket": logs, "rule": in{"objectOwnership": row.ownership}})
			}
			_, err := c.try(bucketLogging, "files", in{"bucket": files, "targetBucket": logs, "targetPrefix": "files/"})
			if row.refused == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "InvalidTargetBucketForLogging")
			require.ErrorContains(t, err, row.refused)
			require.ErrorContains(t, err, "[s3/logging-permission]")
		})
	}
}
