package live

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Exposure is something that everyone can reach or read.
type Exposure struct {
	// Resource names it as a person does.
	Resource string
	// What describes the opening: a port, or actions.
	What string
}

// Public returns the live resources that are open to the internet.
func Public(world *standin.View) []Exposure {
	var all []Exposure
	for _, balancer := range world.Live(token.LbLoadBalancer) {
		for _, path := range pathsIn(world, balancer) {
			if path.From == Internet {
				all = append(all, Exposure{path.To, "TCP " + path.Port + " from the internet, by " + path.Rule})
			}
		}
	}
	for _, service := range world.Live(token.EcsService) {
		all = append(all, openPorts(world, servicePlace(world, service))...)
	}
	for _, database := range world.Live(token.RdsInstance) {
		all = append(all, openPorts(world, databasePlace(world, database))...)
	}
	for _, policy := range world.Live(token.S3BucketPolicy) {
		all = append(all, openObjects(world, policy)...)
	}
	return all
}

// openPorts returns the ports at which the internet is let in to something with a public address.
func openPorts(world *standin.View, p place) []Exposure {
	if !p.public {
		return nil
	}
	var open []Exposure
	rules, _ := everyRule(world, p, ingress)
	for _, rule := range rules {
		if rule.reachesOut() {
			open = append(open, Exposure{p.label, "TCP " + rule.ports() + " from " + rule.source() + ", by " + rule.label})
		}
	}
	return open
}

// openObjects returns the actions that a bucket's policy allows everyone.
func openObjects(world *standin.View, r *standin.Resource) []Exposure {
	bucket := r.Out("bucket").Text()
	label := bucket
	if live := world.Get(token.S3BucketV2, bucket); live != nil {
		label = live.Label()
	}
	var open []Exposure
	for _, s := range openStatements(world, r) {
		what := strings.Join(s.Action, ", ") + " on " + strings.Join(s.Resource, ", ") + " by everyone"
		if len(s.Condition) > 0 {
			what += " under " + strconv.Itoa(len(s.Condition)) + " conditions"
		}
		open = append(open, Exposure{label, what})
	}
	return open
}

// PublicObjects returns the objects of a bucket that its policy opens to everyone, as ARNs with wildcards.
func PublicObjects(world *standin.View, bucket *standin.Resource) []string {
	var objects []string
	for _, policy := range world.Where(token.S3BucketPolicy, "bucket", bucket.Id) {
		for _, s := range openStatements(world, policy) {
			objects = append(objects, s.Resource...)
		}
	}
	return objects
}

// openStatements returns the statements of a bucket's policy that allow everyone something, unless public policies are
// ignored for the bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func openStatements(world *standin.View, r *standin.Resource) []policy.Statement {
	block := world.Find(token.S3BucketPublicAccessBlock, "bucket", r.Out("bucket").Text())
	if block != nil && block.Out("restrictPublicBuckets").Bool() {
		return nil
	}
	document, err := policy.Read(r.Label(), r.Out("policy").Text())
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(document.Statements, func(s policy.Statement) bool {
		return s.Effect != "Allow" || !s.ForEveryone()
	})
}
