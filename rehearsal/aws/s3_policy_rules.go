package aws

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var s3BucketPolicyResource = rule("s3/bucket-policy-resource").OnInputs(func(d *standin.Draft) {
	doc, bucket := d.In("policy"), d.In("bucket").Text()
	if bucket == "" {
		return
	}
	for _, s := range policy.RawStatements(doc.Text()) {
		resources, _ := policy.Texts(s["Resource"])
		for _, resource := range resources {
			if !ofThisBucket(resource, bucket) {
				d.Refuse(doc, policy.BucketGrammar.Code,
					"Policy has invalid resource: "+resource+" is neither the bucket "+bucket+" nor something in it",
					"use the bucket's ARN, and that with /* for its objects")
			}
		}
		for _, action := range idleActions(s, resources) {
			d.Refuse(doc, policy.BucketGrammar.Code, "Action does not apply to any resource(s) in statement: "+action,
				actionFix(action))
		}
	}
})

// ofThisBucket reports whether a resource may lie in a bucket; wildcards are resolved generously.
func ofThisBucket(resource, bucket string) bool {
	_, path, _ := strings.Cut(resource, ":::")
	name, _, _ := strings.Cut(path, "/")
	return resource == "*" || name == bucket || strings.ContainsAny(name, "*?")
}

var (
	objectAction = regexp.MustCompile(
		`^s3:((Get|Put|Delete|Restore|Replicate)?Object|(AbortMultipartUpload|ListMultipartUploadParts)$)`,
	)
	bucketAction = regexp.MustCompile(`^s3:(List|Get|Put|Delete)(Bucket|LifecycleConfiguration|EncryptionConfiguration)`)
)

// idleActions are those that none of a statement's resources can take: of objects where only the bucket is
// named, of the bucket where only objects are.
func idleActions(s policy.RawStatement, resources []string) []string {
	whole := slices.ContainsFunc(resources, func(r string) bool { return r == "*" || !strings.Contains(r, "/") })
	objects := slices.ContainsFunc(resources, func(r string) bool {
		return strings.Contains(r, "/") || strings.HasSuffix(r, "*")
	})
	actions, _ := policy.Texts(s["Action"])
	var idle []string
	for _, action := range actions {
		if len(resources) > 0 &&
			(objectAction.MatchString(action) && !objects || bucketAction.MatchString(action) && !whole) {
			idle = append(idle, action)
		}
	}
	return idle
}

func actionFix(action string) string {
	if objectAction.MatchString(action) {
		return "end the resource in /*"
	}
	return "use the bucket's ARN, without /*"
}

// In a preview the block may still change.
var s3PublicPolicyBlocked = rule("s3/public-policy-blocked").OnOperation(func(o *standin.Op) {
	policy, bucket := o.In("policy"), o.In("bucket").Text()
	if o.Preview || !o.Changed("policy") || !isPublic(policy.Text()) || o.World.Get(token.S3BucketV2, bucket) == nil {
		return
	}
	blocks := o.World.Where(token.S3BucketPublicAccessBlock, "bucket", bucket)
	switch {
	case len(awaited(o, blocks)) == 0:
		o.Refuse(
			policy,
			"AccessDenied",
			"public policies are blocked by the BlockPublicPolicy setting in block public access, which every "+
				"new bucket has"+byLuck(blocks),
			"create a BucketPublicAccessBlock with blockPublicPolicy false first, and have the policy depend on it",
		)
	case blocks[0].Out("blockPublicPolicy").Bool():
		o.Refuse(policy, "AccessDenied", "public policies are blocked by the BlockPublicPolicy setting in "+blocks[0].Label(),
			"set blockPublicPolicy to false there, or allow certain principals only")
	}
})

// narrowingKeys are conditions that make a policy for everybody not public
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, the meaning of
// public).
var narrowingKeys = []string{
	"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount",
	"aws:principalorgid",
	"aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:userid",
	"s3:x-amz-server-side-encryption-aws-kms-key-id",
	"s3:dataaccesspointarn", "s3:dataaccesspointaccount",
}

// isPublic reports that a policy allows something to everybody.
func isPublic(doc string) bool {
	return slices.ContainsFunc(policy.RawStatements(doc), func(s policy.RawStatement) bool {
		return policy.Text(s["Effect"]) == "Allow" && forEverybody(s["Principal"]) && !narrowed(s["Condition"])
	})
}

func forEverybody(raw json.RawMessage) bool {
	if policy.Text(raw) == "*" {
		return true
	}
	var principals map[string]json.RawMessage
	if json.Unmarshal(raw, &principals) != nil {
		return false
	}
	names, _ := policy.Texts(principals["AWS"])
	return slices.Contains(names, "*")
}

func narrowed(raw json.RawMessage) bool {
	var conditions map[string]map[string]any
	if json.Unmarshal(raw, &conditions) != nil {
		return false
	}
	for _, keys := range conditions {
		for key := range keys {
			if slices.Contains(narrowingKeys, strings.ToLower(key)) {
				return true
			}
		}
	}
	return false
}
