package aws

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The principals with which load balancers write logs
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html).
var logPrincipals = map[string]string{
	"application": "logdelivery.elasticloadbalancing.amazonaws.com", "network": "delivery.logs.amazonaws.com",
}

// ELB tries that with a test file as soon as logs are switched on. In a preview the bucket's policy may still be
// created.
var elbAccessLogBucket = rule("elb/access-log-bucket").OnOperation(func(o *standin.Op) {
	for _, path := range []string{"accessLogs", "connectionLogs"} {
		logs := o.In(path)
		bucket := o.World.Get(token.S3BucketV2, logs.At("bucket").Text())
		if o.Preview || bucket == nil || !logs.At("enabled").Bool() || !o.Changed(path) {
			continue
		}
		refuseUnwritable(o, logs, bucket)
	}
})

var elbAccessLogRegion = rule("elb/access-log-region").OnOperation(func(o *standin.Op) {
	for _, path := range []string{"accessLogs", "connectionLogs"} {
		logs := o.In(path)
		bucket := o.World.Get(token.S3BucketV2, logs.At("bucket").Text())
		if bucket == nil || !logs.At("enabled").Bool() {
			continue
		}
		if region := bucket.Out("region").Text(); region != "" && region != o.Scope.Region {
			o.Refuse(logs.At("bucket"), "InvalidConfigurationRequest", "the bucket is in "+region+", and the load balancer in "+
				o.Scope.Region, "use a bucket in "+o.Scope.Region)
		}
	}
})

func refuseUnwritable(o *standin.Op, logs standin.Value, bucket *standin.Resource) {
	at := logs.At("bucket")
	refuse := func(rule, fix string) {
		o.Refuse(at, "InvalidConfigurationRequest", "Access Denied for bucket: "+at.Text()+
			". Please check S3bucket permission: "+rule, fix)
	}
	kind := o.In("loadBalancerType").Text()
	if kind == "application" && encryptedByKey(o.World, bucket) {
		refuse("load balancers write to buckets with encryption by S3 itself (SSE-S3) only", `set sseAlgorithm to "AES256"`)
		return
	}
	all := o.World.Where(token.S3BucketPolicy, "bucket", bucket.Id)
	policies := awaited(o, all)
	fix := "give the bucket a policy that lets " + logPrincipals[kind] + " s3:PutObject on " + bucket.Out("arn").Text() +
		"/*, and have the load balancer depend on it"
	if len(policies) == 0 {
		refuse("no policy of "+bucket.Label()+" lets the load balancer write"+byLuck(all), fix)
		return
	}
	if !mayWriteLogs(o, logs, bucket, policies[0].Out("policy").Text(), kind) {
		refuse("the policy of "+bucket.Label()+" does not let "+logPrincipals[kind]+" s3:PutObject on "+
			logObject(o, logs, bucket), fix)
	}
}

// logObject is where the log files of the account go.
func logObject(o *standin.Op, logs standin.Value, bucket *standin.Resource) string {
	prefix := strings.Trim(logs.At("prefix").Text(), "/")
	if prefix != "" {
		prefix += "/"
	}
	return bucket.Out("arn").Text() + "/" + prefix + "AWSLogs/" + o.Scope.Account + "/ELBAccessLogTestFile"
}

// mayWriteLogs asks for the service, and for the account that Elastic Load Balancing has in a region, which older
// policies name: any account but the own one is taken for it.
func mayWriteLogs(o *standin.Op, logs standin.Value, bucket *standin.Resource, document, kind string) bool {
	doc, err := policy.Read("bucket", document)
	if err != nil {
		return false
	}
	q := policy.Request{
		Action: "s3:PutObject", Resource: logObject(o, logs, bucket), Principal: logPrincipals[kind],
		Context: map[string]string{
			"aws:sourceaccount": o.Scope.Account, "s3:x-amz-acl": "bucket-owner-full-control", "aws:securetransport": "true",
			"aws:sourcearn": arn(o, "elasticloadbalancing", "loadbalancer/*"),
		},
	}
	if kind == "network" {
		q.Context["aws:sourcearn"] = arn(o, "logs", "*")
	}
	candidates := []string{q.Principal}
	for _, statement := range doc.Statements {
		candidates = append(candidates, foreignAccounts(statement, o.Scope.Account)...)
	}
	for _, principal := range candidates {
		q.Principal = principal
		if result, _ := policy.Decide([]policy.Document{doc}, q); result != policy.Denied {
			return true
		}
	}
	return false
}

// foreignAccounts returns the accounts that a statement names besides the own one.
func foreignAccounts(s policy.Statement, own string) []string {
	var accounts []string
	separator := func(r rune) bool { return strings.ContainsRune(`{}[]", `, r) }
	for _, word := range strings.FieldsFunc(string(s.Principal), separator) {
		root := strings.HasPrefix(word, "arn:") && strings.HasSuffix(word, ":root")
		if !strings.Contains(word, own) && (root || len(word) == len(own) && strings.Trim(word, "0123456789") == "") {
			accounts = append(accounts, word)
		}
	}
	return accounts
}

func encryptedByKey(world *standin.View, bucket *standin.Resource) bool {
	for _, setting := range world.Where(token.S3BucketServerSideEncryptionConfigurationV2, "bucket", bucket.Id) {
		for _, algorithm := range setting.All("rules.applyServerSideEncryptionByDefault.sseAlgorithm") {
			if strings.HasPrefix(algorithm.Text(), "aws:kms") {
				return true
			}
		}
	}
	return false
}

// logsWrittenTo notes that a bucket has a first object: the test file of a load balancer.
func logsWrittenTo(o *standin.Op) {
	for _, path := range []string{"accessLogs", "connectionLogs"} {
		if logs := o.In(path); logs.At("enabled").Bool() && logs.At("bucket").Text() != "" {
			o.World.Remember(objectsIn(logs.At("bucket").Text()))
		}
	}
}

func objectsIn(bucket string) string { return "objects in " + bucket }

// Only the objects that AWS itself writes are known here.
var s3BucketNotEmpty = rule("s3/bucket-not-empty").OnOperation(func(o *standin.Op) {
	if force := o.Was("forceDestroy"); o.World.Minted(objectsIn(o.Id)) && !force.Bool() {
		o.Refuse(force, "BucketNotEmpty",
			"The bucket you tried to delete is not empty: a load balancer has written logs to it",
			"set forceDestroy to true and update, or empty the bucket, before deleting it")
	}
})
