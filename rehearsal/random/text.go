package random

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"golang.org/x/crypto/bcrypt"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The character classes of the provider.
const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numeric = "0123456789"
	special = "!@#$%&*()-_=+[]{}<>:?"
)

// textInputs are all inputs of a text. A change of any of them replaces the text.
var textInputs = []string{
	"keepers", "length", "lower", "minLower", "minNumeric", "minSpecial", "minUpper", "number", "numeric",
	"overrideSpecial", "special", "upper",
}

var textComputed = []string{
	"lower", "minLower", "minNumeric", "minSpecial", "minUpper", "number", "numeric", "special", "upper",
}

func passwordKind() standin.Kind {
	return standin.Kind{
		Token: "random:index/randomPassword:RandomPassword",
		Args:  random.RandomPasswordArgs{}, State: random.RandomPasswordState{},
		Computed: textComputed, Replaces: textInputs,
		Secrets: []string{"bcryptHash", "result"},
		Checks:  []standin.CheckRule{textFits, textHasCharacters},
		Id:      func(*standin.Op) string { return "none" },
		Outputs: func(o *standin.Op) standin.Props {
			out := textOutputs(o)
			out["result"] = compose(o)
			out["bcryptHash"] = hash(fmt.Sprint(out["result"]))
			return out
		},
	}
}

func stringKind() standin.Kind {
	return standin.Kind{
		Token: "random:index/randomString:RandomString",
		Args:  random.RandomStringArgs{}, State: random.RandomStringState{},
		Computed: textComputed, Replaces: textInputs,
		Checks: []standin.CheckRule{textFits, textHasCharacters},
		Id:     compose,
		Outputs: func(o *standin.Op) standin.Props {
			out := textOutputs(o)
			out["result"] = o.Id
			return out
		},
	}
}

// hash returns the bcrypt hash at the minimum cost: a rehearsal's password protects nothing, and the default cost takes
// a tenth of a second. bcrypt reads at most 72 bytes, so longer passwords are truncated as the provider does.
func hash(password string) string {
	const longest = 72
	hashed, err := bcrypt.GenerateFromPassword([]byte(password[:min(longest, len(password))]), bcrypt.MinCost)
	if err != nil {
		return ""
	}
	return string(hashed)
}

// class is a set of characters and the minimum number that the text must contain.
type class struct {
	alphabet string
	minimum  standin.Value
}

func classes(d *standin.Draft) []class {
	specials := special
	if own := d.In("overrideSpecial").Text(); own != "" {
		specials = own
	}
	var used []class
	add := func(alphabet, minimum string, wanted ...string) {
		if allowed(d, wanted...) {
			used = append(used, class{alphabet: alphabet, minimum: d.In(minimum)})
		}
	}
	add(lower, "minLower", "lower")
	add(upper, "minUpper", "upper")
	add(numeric, "minNumeric", "numeric", "number") // number is the older name
	add(specials, "minSpecial", "special")
	return used
}

// allowed returns the value of the first input that is set, or true if none is.
func allowed(d *standin.Draft, inputs ...string) bool {
	for _, input := range inputs {
		if v := d.In(input); !v.Missing() {
			return v.Bool()
		}
	}
	return true
}

var textFits = standin.Identify("random/length", "A random text that is shorter than its minimums",
	"https://www.pulumi.com/registry/packages/random/api-docs/randompassword/").OnInputs(func(d *standin.Draft) {
	length, minimum := d.In("length"), 0
	for _, input := range []string{"minLower", "minNumeric", "minSpecial", "minUpper"} {
		minimum += d.In(input).Int()
	}
	switch {
	case !length.Known():
	case length.Int() < 1:
		d.Refuse(length, "Invalid Attribute Value", "the length is at least 1", "make it longer")
	case length.Int() < minimum:
		d.Refuse(length, "Invalid Attribute Value",
			fmt.Sprintf("the length is at least the sum of the minimums, %d", minimum),
			"make it longer, or lower the minimums")
	}
})

var textHasCharacters = standin.Identify("random/characters", "A random text without any allowed character",
	"https://www.pulumi.com/registry/packages/random/api-docs/randompassword/").OnInputs(func(d *standin.Draft) {
	if len(classes(d)) == 0 {
		d.Refuse(d.In("special"), "Invalid Attribute Combination", "no characters are allowed at all",
			"allow one of lower, upper, numeric and special")
	}
})

// compose draws the minimum of each class, fills the text up from all classes, and shuffles it.
func compose(o *standin.Op) string {
	var all, text strings.Builder
	for _, c := range classes(o.Draft) {
		all.WriteString(c.alphabet)
		text.WriteString(standin.Draw(c.alphabet, c.minimum.Int()))
	}
	text.WriteString(standin.Draw(all.String(), o.In("length").Int()-text.Len()))
	shuffled := []byte(text.String())
	for i := len(shuffled) - 1; i > 0; i-- {
		j := standin.Below(i + 1)
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	}
	return string(shuffled)
}

func textOutputs(o *standin.Op) standin.Props {
	numbers := allowed(o.Draft, "numeric", "number")
	return standin.Props{
		"lower": true, "upper": true, "special": true, "numeric": numbers, "number": numbers,
		"minLower": 0, "minUpper": 0, "minNumeric": 0, "minSpecial": 0,
	}
}
