package config

import (
	"cmp"
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

const (
	encryptionKey        = "care:encryptionKey"
	formerEncryptionKeys = "care:formerEncryptionKeys"
)

// Encryption is the key that encrypts the data of the stack.
type Encryption struct {
	// Key is aws, own or the ARN of an existing KMS key.
	Key string
	// FormerEncryptionKeys are the keys that data of the stack still has: own or ARNs.
	FormerEncryptionKeys []string
}

func (r *reader) encryption() Encryption {
	return Encryption{
		Key: r.text("encryptionKey", awsKeys), FormerEncryptionKeys: r.list("formerEncryptionKeys"),
	}
}

// Keys returns all keys that data of the stack may have, except AWS's own: own and ARNs, sorted.
func (e Encryption) Keys() []string {
	keys := append([]string{e.Key}, e.FormerEncryptionKeys...)
	keys = slices.DeleteFunc(keys, func(key string) bool { return key == awsKeys })
	slices.Sort(keys)
	return slices.Compact(keys)
}

// ExistingKeyArn returns the ARN of the existing key, or nothing if there is none.
func (e Encryption) ExistingKeyArn() string {
	if e.Key == awsKeys || e.Key == OwnKey {
		return ""
	}
	return e.Key
}

// encryptionProblems checks the key of new data and those of older data.
func (c Config) encryptionProblems() []error {
	problems := []error{rule.Unique(formerEncryptionKeys, c.Encryption.FormerEncryptionKeys)}
	if c.Encryption.Key != awsKeys {
		problems = append(problems, c.keyProblem(encryptionKey, c.Encryption.Key,
			"must be own, aws, or the ARN of a KMS key"))
	}
	for _, former := range c.Encryption.FormerEncryptionKeys {
		if former == c.Encryption.Key && former != awsKeys {
			problems = append(problems, rule.Broken(formerEncryptionKeys, former, "must not be the key of "+encryptionKey,
				"remove it from one of the two"))
		}
		problems = append(problems, c.keyProblem(formerEncryptionKeys, former, "must be own or the ARN of a KMS key"))
	}
	return problems
}

// keyProblem requires own or a key of the stack's region and account. KMS keys serve one region, and ElastiCache takes
// keys of its own account only (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html).
func (c Config) keyProblem(name, key, choice string) error {
	if key == OwnKey {
		return nil
	}
	if !strings.Contains(key, ":") && !strings.HasPrefix(key, "alias/") {
		return rule.Broken(name, key, choice, "set own for the key that the stack creates")
	}
	if err := cmp.Or(rule.KeyArn(name, key), rule.Partition(name, key, c.Region)); err != nil {
		return err
	}
	fields := strings.Split(key, ":")
	if region := fields[3]; c.Region != "" && region != c.Region {
		return rule.Broken(name, key, "must be a key of the stack's region, which is "+c.Region+" by aws:region",
			"name a key of that region, or set own")
	}
	if !c.inAccount(key) {
		return rule.Broken(name, key, "must be a key of the stack's account, which is "+c.account(),
			"name a key of that account, or set own")
	}
	return nil
}

// BucketsUseKey reports whether the key encrypts the buckets as well. S3 refuses addresses in the signature of version
// 2 for objects under a KMS key, and the SDK of Care signs with it in some regions.
func (c Config) BucketsUseKey() bool {
	return c.Encryption.Key != awsKeys && rule.SignsForKms(c.Region)
}

// BucketsHaveKeys reports whether objects in the buckets may have the key or a former one.
func (c Config) BucketsHaveKeys() bool {
	return len(c.Encryption.Keys()) > 0 && rule.SignsForKms(c.Region)
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
