package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The checks that rules share. Each looks at every value at a path, through lists, and skips absent and unknown values.

// among refuses a text that is none of those allowed. The provider refuses an empty one as well.
func among(d *standin.Draft, path, code string, allowed ...string) {
	for _, v := range d.All(path) {
		if v.Raw().IsString() && !slices.Contains(allowed, v.Text()) {
			d.Refuse(v, code, "the value must be one of "+strings.Join(allowed, ", "), "use one of these")
		}
	}
}

// within refuses a number outside of a range.
func within(d *standin.Draft, path, code string, least, most float64) {
	for _, v := range d.All(path) {
		if v.Known() && (v.Number() < least || v.Number() > most) {
			d.Refuse(v, code, fmt.Sprintf("the value must be from %.0f to %.0f", least, most), "choose a value in that range")
		}
	}
}

// oneNumber refuses a number that is none of those allowed.
func oneNumber(d *standin.Draft, path, code string, allowed ...int) {
	for _, v := range d.All(path) {
		if v.Known() && !slices.Contains(allowed, v.Int()) {
			d.Refuse(v, code, "the value must be one of "+strings.Trim(fmt.Sprint(allowed), "[]"), "use one of these")
		}
	}
}

// shortEnough refuses a text with too many characters.
func shortEnough(d *standin.Draft, path, code string, most int) {
	for _, v := range d.All(path) {
		if length := len([]rune(v.Text())); length > most {
			d.Refuse(v, code, fmt.Sprintf("it has %d characters of at most %d", length, most), "shorten it")
		}
	}
}

// form is a pattern for a text, with the refusal of a text that does not match.
type form struct {
	code    string
	pattern *regexp.Regexp
	rule    string
	fix     string
}

// like refuses a text that does not have the form; the empty text is taken for an absent one.
func like(d *standin.Draft, path string, f form) {
	for _, v := range d.All(path) {
		if text := v.Text(); text != "" && !f.pattern.MatchString(text) {
			d.Refuse(v, f.code, f.rule, f.fix)
		}
	}
}

// isGiven reports that a property is there; a text that is empty counts as absent, as it does in Terraform.
func isGiven(v standin.Value) bool {
	return v.Unknown() || v.Known() && (!v.Raw().IsString() || v.Text() != "")
}

// exactlyOne refuses an object that has none, or more than one, of the keys.
func exactlyOne(d *standin.Draft, object standin.Value, code string, keys ...string) {
	if object.Unknown() {
		return
	}
	var sure, present []string
	for _, key := range keys {
		v := object.Key(key)
		if isGiven(v) {
			present = append(present, key)
		}
		if isGiven(v) && v.Known() {
			sure = append(sure, key)
		}
	}
	list := strings.Join(keys, ", ")
	switch {
	case len(sure) > 1:
		d.Refuse(object.Key(sure[1]), code, "exactly one of "+list+" is allowed, and "+sure[0]+" is given as well",
			"keep one of them")
	case len(present) == 0:
		d.Refuse(object.Key(keys[0]), code, "exactly one of "+list+" must be given, and none is", "give one of them")
	}
}

// required refuses an input that the API asks for although the SDK's type does not.
func required(d *standin.Draft, code string, paths ...string) {
	for _, path := range paths {
		if v := d.In(path); !isGiven(v) {
			d.Refuse(v, code, "the value is required", "set "+path)
		}
	}
}

// oldSelf reports that another resource is this one before its update or, in a preview, before its
// replacement: the old one may be gone by the time the new one is made.
func oldSelf(o *standin.Op, other *standin.Resource) bool {
	return other == o.Old || o.Preview && other.Urn == o.Urn
}
