package aws

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var s3LifecycleRule = rule("s3/lifecycle-rule").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "rules.id", "InvalidArgument", 255)
	const most = 1000
	if rules := d.In("rules"); len(rules.Items()) > most {
		d.Refuse(rules, "InvalidRequest", "a lifecycle configuration has at most 1000 rules", "merge rules")
	}
	seen := map[string]bool{}
	for _, rule := range d.In("rules").Items() {
		if id := rule.At("id"); id.Text() != "" && seen[id.Text()] {
			d.Refuse(id, "InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule",
				"give each rule an id of its own")
		}
		seen[rule.At("id").Text()] = true
		lifecycleActs(d, rule)
		lifecycleScope(d, rule)
	}
})

// lifecycleActs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html, at least one action.
func lifecycleActs(d *standin.Draft, rule standin.Value) {
	if rule.Unknown() {
		return
	}
	for _, action := range []string{
		"expiration", "transitions", "noncurrentVersionExpiration", "noncurrentVersionTransitions",
		"abortIncompleteMultipartUpload",
	} {
		if v := rule.At(action); v.Unknown() || v.Known() && (!v.Raw().IsArray() || len(v.Items()) > 0) {
			return
		}
	}
	d.Refuse(rule, "InvalidRequest", "At least one action needs to be specified in a rule",
		"add an expiration, a transition or the end of uploads")
}

// lifecycleScope: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html. A rule with neither
// filter nor prefix is for the whole bucket: the provider completes it.
func lifecycleScope(d *standin.Draft, rule standin.Value) {
	filter, prefix := rule.At("filter"), rule.At("prefix")
	if filter.Known() && isGiven(prefix) && prefix.Known() {
		d.Refuse(prefix, "MalformedXML", "a rule has a filter or a prefix of its own, and not both",
			"put the prefix into the filter")
	}
	var kinds []standin.Value
	for _, key := range []string{"and", "tag", "prefix", "objectSizeGreaterThan", "objectSizeLessThan"} {
		if v := filter.At(key); isGiven(v) && v.Known() {
			kinds = append(kinds, v)
		}
	}
	if len(kinds) > 1 {
		d.Refuse(kinds[1], "MalformedXML", "a filter has one condition; several go together into and",
			"put them into filter.and")
	}
	abort := rule.At("abortIncompleteMultipartUpload")
	if abort.Known() && (filter.At("tag").Known() || filter.At("and.tags").Known()) {
		d.Refuse(abort, "InvalidRequest", "AbortIncompleteMultipartUpload cannot be specified with Tags",
			"abort uploads in a rule of its own, without tags")
	}
}

var s3LifecycleDays = rule("s3/lifecycle-days").OnInputs(func(d *standin.Draft) {
	const farOff = 1 << 31
	for _, path := range []string{
		"rules.expiration.days",
		"rules.noncurrentVersionExpiration.noncurrentDays",
		"rules.abortIncompleteMultipartUpload.daysAfterInitiation",
	} {
		within(d, path, "InvalidArgument", 1, farOff)
	}
	within(d, "rules.noncurrentVersionExpiration.newerNoncurrentVersions", "InvalidArgument", 0, 100)
	for _, rule := range d.In("rules").Items() {
		lifecycleExpiration(d, rule.At("expiration"))
		lifecycleOrder(d, rule)
	}
})

// lifecycleExpiration: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html.
func lifecycleExpiration(d *standin.Draft, expiration standin.Value) {
	days, date, marker := expiration.At("days"), expiration.At("date"), expiration.At("expiredObjectDeleteMarker")
	byDays := days.Known() && days.Number() > 0
	byDate := date.Known() && date.Text() != ""
	if byDays && byDate || marker.Bool() && (byDays || byDate) {
		d.Refuse(expiration, "MalformedXML",
			"an expiration is by days, by a date or of delete markers, and only one of these", "make several rules")
	}
}

// lifecycleOrder: objects move to infrequent access after 30 days, and expire after they moved
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
func lifecycleOrder(d *standin.Draft, rule standin.Value) {
	for _, transition := range rule.At("transitions").Items() {
		days, class := transition.At("days"), transition.At("storageClass").Text()
		if days.Known() && days.Number() < 30 && (class == "STANDARD_IA" || class == "ONEZONE_IA") {
			d.Refuse(days, "InvalidArgument",
				fmt.Sprintf("'Days' in Transition action must be greater than or equal to 30 for storageClass '%s'",
					class), "give 30 or more")
		}
		if end := rule.At("expiration.days"); end.Known() && days.Known() && end.Number() > 0 &&
			end.Number() <= days.Number() {
			d.Refuse(end, "InvalidArgument",
				"'Days' in the Expiration action must be greater than 'Days' in the Transition action, "+days.Show(),
				"expire objects after they moved")
		}
	}
}
