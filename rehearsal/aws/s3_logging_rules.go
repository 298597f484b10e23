package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var s3LoggingRegion = rule("s3/logging-region").OnOperation(func(o *standin.Op) {
	target := o.World.Get(token.S3BucketV2, o.In("targetBucket").Text())
	source := o.World.Get(token.S3BucketV2, o.In("bucket").Text())
	if target != nil && source != nil && target.Out("region").Text() != source.Out("region").Text() {
		o.Refuse(o.In("targetBucket"), "CrossLocationLoggingProhibitted", "the buckets are in different regions: "+
			source.Out("region").Text()+" and "+target.Out("region").Text(), "log to a bucket of the same region")
	}
})

// s3LogWriter is the principal with which S3 writes server access logs.
const s3LogWriter = "logging.s3.amazonaws.com"

// The ACL of a bucket can allow the same, but only if the bucket's ownership enables ACLs. In a preview the policy may
// still be created.
var s3LoggingPermission = rule("s3/logging-permission").OnOperation(func(o *standin.Op) {
	at := o.In("targetBucket")
	target, source := o.World.Get(token.S3BucketV2, at.Text()), o.World.Get(token.S3BucketV2, o.In("bucket").Text())
	if o.Preview || target == nil || source == nil || !o.Changed("targetBucket") && !o.Changed("targetPrefix") ||
		takesAcls(o.World, target) {
		return
	}
	all := o.World.Where(token.S3BucketPolicy, "bucket", target.Id)
	policies := awaited(o, all)
	object := target.Out("arn").Text() + "/" + o.In("targetPrefix").Text() + "2030-01-01-00-00-00-0123456789ABCDEF"
	why := "no policy of " + target.Label() + " lets it" + byLuck(all)
	if len(policies) > 0 {
		if mayWriteServerLogs(o, source, policies[0].Out("policy").Text(), object) {
			return
		}
		why = policies[0].Label() + " does not let it write " + object + " for " + source.Label()
	}
	o.Refuse(at, "InvalidTargetBucketForLogging", "the target bucket must let "+s3LogWriter+" write the logs: "+why,
		"give it a policy that lets "+s3LogWriter+" s3:PutObject on "+target.Out("arn").Text()+"/"+
			o.In("targetPrefix").Text()+"*, and have the logging depend on it")
})

// takesAcls reports whether the ACL of a bucket counts, which it does not by default.
func takesAcls(world *standin.View, bucket *standin.Resource) bool {
	for _, setting := range world.Where(token.S3BucketOwnershipControls, "bucket", bucket.Id) {
		if setting.Out("rule.objectOwnership").Text() != "BucketOwnerEnforced" {
			return true
		}
	}
	return false
}

func mayWriteServerLogs(o *standin.Op, source *standin.Resource, document, object string) bool {
	doc, err := policy.Read("bucket", document)
	if err != nil {
		return false
	}
	result, _ := policy.Decide([]policy.Document{doc}, policy.Request{
		Action: "s3:PutObject", Resource: object, Principal: s3LogWriter, Context: map[string]string{
			"aws:sourceaccount": o.Scope.Account, "aws:sourcearn": source.Out("arn").Text(), "aws:securetransport": "true",
		},
	})
	return result != policy.Denied
}
