package model

import (
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// AWS's limits on the tags of every resource.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

var tagRule = rules.Named("model/tag")

// checkTags refuses tags that no service takes. The tags of the provider configuration are on the resource as well.
func checkTags(d *standin.Draft) {
	tags := d.In("tags")
	all := maps.Clone(d.Scope.DefaultTags)
	if all == nil {
		all = map[string]string{}
	}
	for _, key := range tags.Keys() {
		all[key] = ""
		CheckTag(d, tags.Path(), key, tags.Key(key))
	}
	if len(tags.Keys()) > 0 && len(all) > maxTags {
		refuseTag(d, tags, fmt.Sprintf("a resource has at most %d tags, and this one %d, those of the provider among them",
			maxTags, len(all)), "leave some out")
	}
}

// CheckTag refuses a key or a value that no tag may have.
func CheckTag(d *standin.Draft, path, key string, value standin.Value) {
	at := standin.NewValue(path+"."+key, resource.NewProperty(key))
	switch length := len([]rune(key)); {
	case length == 0:
		refuseTag(d, at, "the key of a tag is not empty", "name the tag")
	case length > maxTagKey:
		refuseTag(d, at, tooLong("key", length, maxTagKey), "shorten it")
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		refuseTag(d, at, "keys that begin with aws: are reserved for AWS", "choose another key")
	}
	if length := len([]rune(value.Scalar())); length > maxTagValue {
		refuseTag(d, value, tooLong("value", length, maxTagValue), "shorten it")
	}
}

func tooLong(part string, length, most int) string {
	return fmt.Sprintf("the %s of a tag has at most %d characters, and this one %d", part, most, length)
}

func refuseTag(d *standin.Draft, at standin.Value, rule, fix string) {
	if !d.RefusedAt(at.Path()) {
		d.RefuseBy(tagRule, at, codeOf(strings.TrimPrefix(d.Kind.Token, "aws:")), rule, fix)
	}
}
