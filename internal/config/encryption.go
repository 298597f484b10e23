package config

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The values of Encryption.Key besides the ARN of a key.
const (
	// awsKeys are the keys that AWS has for each service. They are free, and AWS alone decides who may use them.
	awsKeys = "aws"
	// OwnKey is a key that the stack creates.
	OwnKey = "own"
)

const encryptionKey = "care:encryptionKey"

// Encryption is the key that encrypts the data of the stack.
type Encryption struct {
	// Key is aws, own or the ARN of an existing KMS key.
	Key string
}

func (r *reader) encryption() Encryption {
	return Encryption{Key: r.text("encryptionKey", awsKeys)}
}

// ExistingKeyArn returns the ARN of the existing key, or nothing if there is none.
func (e Encryption) ExistingKeyArn() string {
	if e.Key == awsKeys || e.Key == OwnKey {
		return ""
	}
	return e.Key
}

// encryptionProblems requires a key of the stack's region and account. KMS keys serve one region, and ElastiCache takes
// keys of its own account only (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html).
func (c Config) encryptionProblems() []error {
	arn := c.Encryption.ExistingKeyArn()
	if arn == "" {
		return nil
	}
	if !strings.Contains(arn, ":") && !strings.HasPrefix(arn, "alias/") {
		return []error{rule.Broken(encryptionKey, arn, "must be own, aws, or the ARN of a KMS key",
			"set own for a key that the stack creates")}
	}
	if err := rule.KeyArn(encryptionKey, arn); err != nil {
		return []error{err}
	}
	fields := strings.Split(arn, ":")
	if region := fields[3]; c.Region != "" && region != c.Region {
		return []error{
			rule.Broken(encryptionKey, arn, "must be a key of the stack's region, which is "+c.Region+" by aws:region",
				"name a key of that region, or set own"),
		}
	}
	known, from := c.knownAccounts()
	if len(known) > 0 && !slices.Contains(known, fields[4]) {
		return []error{rule.Broken(encryptionKey, arn,
			"must be a key of the stack's account, which is "+strings.Join(known, " or ")+" by "+from,
			"name a key of that account, or set own")}
	}
	return nil
}

// BucketsUseKey reports whether the key encrypts the buckets as well. S3 refuses addresses in the signature of version
// 2 for objects under a KMS key, and the SDK of Care signs with it in some regions.
func (c Config) BucketsUseKey() bool {
	return c.Encryption.Key != awsKeys && rule.SignsForKms(c.Region)
}

func (c Config) encryptionWarnings() []string {
	if c.Encryption.Key == awsKeys || c.BucketsUseKey() {
		return nil
	}
	return []string{
		encryptionKey + " does not encrypt the buckets in " + c.Region + ": Care's addresses for browsers have the " +
			"signature of version 2 there, which S3 refuses for objects under a KMS key. The buckets use S3's own keys.",
	}
}
