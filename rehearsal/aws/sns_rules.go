package aws

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const snsInvalid = "InvalidParameter"

var (
	topicName  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}(\.fifo)?$`)
	mailForm   = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	phoneForm  = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{4,20}$`)
	arnOfOther = regexp.MustCompile(`^arn:aws[a-z-]*:(sqs|lambda|firehose|sns):.+$`)
)

var snsTopicName = rule("sns/topic-name").OnInputs(func(d *standin.Draft) {
	v, fifo := d.In("name"), d.In("fifoTopic")
	like(d, "name", form{
		snsInvalid, topicName, "a topic's name has at most 256 letters, digits, hyphens and underscores",
		"choose such a name",
	})
	if ends := strings.HasSuffix(v.Text(), ".fifo"); v.Text() != "" && fifo.Known() && ends != fifo.Bool() {
		d.Refuse(v, snsInvalid, "the name of a FIFO topic, and of no other, ends in .fifo", "correct the name or fifoTopic")
	}
	if dedup := d.In("contentBasedDeduplication"); dedup.Bool() && fifo.Known() && !fifo.Bool() {
		d.Refuse(dedup, snsInvalid, "content-based deduplication can only be set for FIFO topics", "remove it")
	}
	shortEnough(d, "displayName", snsInvalid, 100)
})

var snsSubscription = rule("sns/subscription").OnInputs(func(d *standin.Draft) {
	among(d, "protocol", snsInvalid, "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda",
		"firehose")
	v := d.In("endpoint")
	if v.Text() == "" {
		return
	}
	sound := true
	switch protocol := d.In("protocol").Text(); protocol {
	case "http", "https":
		sound = strings.HasPrefix(v.Text(), protocol+"://")
	case "email", "email-json":
		sound = mailForm.MatchString(v.Text())
	case "sms":
		sound = phoneForm.MatchString(v.Text())
	case "sqs", "lambda", "firehose":
		sound = arnOfOther.MatchString(v.Text())
	}
	if !sound {
		d.Refuse(v, snsInvalid, "Invalid parameter: the endpoint does not match the protocol "+d.In("protocol").Text(),
			"give an endpoint of that protocol")
	}
})
