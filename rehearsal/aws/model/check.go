package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/internal/near"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The rules that constraints of the models share. The shape of the model, which the refusal names, is the rule's own
// name.
var (
	requiredRule = rules.Named("model/required")
	enumRule     = rules.Named("model/enum")
	patternRule  = rules.Named("model/pattern")
	lengthRule   = rules.Named("model/length")
	rangeRule    = rules.Named("model/range")
)

// breach is a constraint that a value breaks: its rule in words and the remedy. It is empty if the value is legal.
type breach struct {
	by        *standin.Identity
	rule, fix string
}

// Check refuses each value of the inputs that breaks a constraint of AWS's models. It accepts unknown values, values
// that the resource has already (AWS keeps those that it no longer creates), values that the user vouches for, and
// values that a rule of the catalogue has refused already in better words.
func Check(d *standin.Draft) {
	token := strings.TrimPrefix(d.Kind.Token, "aws:")
	for _, c := range load().byType[token] {
		for _, v := range c.values(d) {
			c.check(d, v)
		}
	}
	checkTags(d)
}

// values returns the values at the path.
func (c *Constraint) values(d *standin.Draft) []standin.Value {
	property, part := c.span()
	parents := []standin.Value{d.Inputs()}
	leaf := property
	if at := strings.LastIndex(property, "."); at >= 0 {
		parents, leaf = d.All(property[:at]), property[at+1:]
	}
	var found []standin.Value
	for _, parent := range parents {
		switch v := parent.Key(leaf); part {
		case "":
			found = append(found, v)
		case "[]":
			found = append(found, v.Items()...)
		case "{}":
			for _, key := range v.Keys() {
				found = append(found, v.Key(key))
			}
		case "{key}":
			for _, key := range v.Keys() {
				found = append(found, standin.NewValue(v.Path()+"."+key, resource.NewProperty(key)))
			}
		}
	}
	return found
}

func (c *Constraint) check(d *standin.Draft, v standin.Value) {
	broken := c.breach(v)
	if broken.by == nil || d.RefusedAt(v.Path()) || d.Unchanged(v) || d.Accepted(v) {
		return
	}
	if !v.Missing() {
		broken.fix += fmt.Sprintf("; if AWS takes it, pass --accept '%s'", d.Acceptance(v))
	}
	d.RefuseBy(broken.by, v, c.code(), broken.rule+" ("+c.Shape+")", broken.fix)
}

// breach returns the first constraint that the value breaks.
func (c *Constraint) breach(v standin.Value) breach {
	switch raw := v.Raw(); {
	case v.Unknown():
		return breach{}
	case v.Missing(), raw.IsArray() && len(raw.ArrayValue()) == 0:
		if c.Required {
			return breach{requiredRule, "the value is required", "set " + v.Path()}
		}
		return breach{}
	case raw.IsArray(), raw.IsObject():
		return c.lengthBreach(size(raw), "elements")
	case c.Min != nil || c.Max != nil || c.Whole != 0:
		return c.numberBreach(v)
	}
	return c.textBreach(v.Scalar())
}

func size(raw resource.PropertyValue) int {
	if raw.IsArray() {
		return len(raw.ArrayValue())
	}
	return len(raw.ObjectValue())
}

func (c *Constraint) textBreach(text string) breach {
	if _, part := c.span(); text == "" && part != "{key}" && (c.unset || !c.Required && len(c.Enum) == 0) {
		return breach{} // the provider leaves it out
	}
	if len(c.Enum) > 0 && !slices.Contains(c.Enum, text) {
		return breach{enumRule, "the value must be one of " + few(c.Enum, text), nearest(text, c.Enum)}
	}
	if broken := c.lengthBreach(len([]rune(text)), "characters"); broken.by != nil {
		return broken
	}
	broken := c.Pattern != "" && !expression(c.Pattern).MatchString(text)
	switch {
	case broken && c.words != "":
		return breach{patternRule, c.words, "correct it"}
	case broken:
		return breach{patternRule, "the value must match " + c.Pattern, "correct it"}
	case c.NotPattern != "" && expression(c.NotPattern).MatchString(text):
		return breach{patternRule, "the value must not match " + c.NotPattern, "correct it"}
	}
	return breach{}
}

func (c *Constraint) lengthBreach(length int, unit string) breach {
	switch {
	case c.MaxLength != nil && length > *c.MaxLength:
		return breach{lengthRule, fmt.Sprintf("it has %d %s of at most %d", length, unit, *c.MaxLength), "shorten it"}
	case length < c.MinLength:
		return breach{lengthRule, fmt.Sprintf("it has %d %s of at least %d", length, unit, c.MinLength), "lengthen it"}
	}
	return breach{}
}

func (c *Constraint) numberBreach(v standin.Value) breach {
	number, err := strconv.ParseFloat(v.Scalar(), 64)
	if err != nil {
		return breach{} // of the wrong type, which is refused elsewhere
	}
	if c.Whole != 0 && number != math.Trunc(number) {
		return breach{rangeRule, "the value must be a whole number", "choose a whole number"}
	}
	low, high := c.bounds()
	if number < low || number > high {
		return breach{rangeRule, "the value must be " + between(low, high), "choose a value in that range"}
	}
	if len(c.Enum) > 0 && !slices.Contains(c.Enum, v.Scalar()) {
		return breach{enumRule, "the value must be one of " + strings.Join(c.Enum, ", "), "use one of these"}
	}
	return breach{}
}

// bounds returns the range of a number: the one of the model, or of a whole number of its bits.
func (c *Constraint) bounds() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if c.Whole != 0 {
		high = math.Exp2(float64(c.Whole-1)) - 1
		low = -high - 1
	}
	if c.Min != nil {
		low = *c.Min
	}
	if c.Max != nil {
		high = *c.Max
	}
	return low, high
}

func between(low, high float64) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case math.IsInf(high, 1):
		return number(low) + " or more"
	case math.IsInf(low, -1):
		return number(high) + " or less"
	}
	return "from " + number(low) + " to " + number(high)
}

// shown is the number of legal values that are listed; more would fill the screen.
const shown = 40

// few lists the legal values, or of many those that begin as the value does.
func few(legal []string, text string) string {
	if len(legal) <= shown {
		return strings.Join(legal, ", ")
	}
	near := slices.DeleteFunc(slices.Clone(legal), func(other string) bool { return !alike(other, text) })
	if len(near) == 0 || len(near) > shown {
		near = legal[:shown]
	}
	return fmt.Sprintf("%s … (%d in all)", strings.Join(near, ", "), len(legal))
}

// alike reports whether two values begin alike.
func alike(a, b string) bool {
	const enough = 4
	length := min(len(a), len(b), enough)
	return length > 0 && strings.EqualFold(a[:length], b[:length])
}

// synonyms are the names that other tools have for a value. The legal value with the most similar spelling has another
// meaning: Docker's amd64 (https://docs.docker.com/build/building/multi-platform/) is not ARM64.
var synonyms = map[string]string{
	"amd64": "X86_64", "x64": "X86_64", "x86": "X86_64", "aarch64": "ARM64",
}

// nearest returns the advice for a value that is none of the legal ones.
func nearest(text string, legal []string) string {
	if same, ok := synonyms[strings.ToLower(text)]; ok && slices.Contains(legal, same) {
		return "did you mean " + strconv.Quote(same) + "?"
	}
	if meant := near.Of(text, legal); meant != "" {
		return "did you mean " + strconv.Quote(meant) + "?"
	}
	return "use one of these"
}
