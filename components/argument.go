package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// argument is a text among the inputs of a component, with the rule that it must keep. A text that the program gives
// itself is checked before anything is registered. An output of another resource is checked once its value is known,
// because a preview does not know it.
type argument struct {
	name  string
	value *pulumi.StringInput
	check func(name, value string) error
	// required has a text that is not given refused as the empty text is.
	required bool
}

// validateArguments returns the problems of all texts that are known already.
func validateArguments(arguments []argument) error {
	var problems []error
	for _, each := range arguments {
		text, known := (*each.value).(pulumi.String)
		if known || *each.value == nil && each.required {
			problems = append(problems, each.check(each.name, string(text)))
		}
	}
	return rule.All(problems...)
}

// checkLater replaces each output by one that fails with the problem of its value. What depends on it is then not
// created.
func (c *component) checkLater(arguments []argument) {
	for _, each := range arguments {
		if _, known := (*each.value).(pulumi.String); known || *each.value == nil {
			continue
		}
		*each.value = (*each.value).ToStringOutput().ApplyT(func(text string) (string, error) {
			return text, c.failed(each.check(each.name, text))
		}).(pulumi.StringOutput)
	}
}

// shown returns a text for an error: null if it is not known yet.
func shown(value pulumi.StringInput) any {
	if text, known := value.(pulumi.String); known {
		return text
	}
	return nil
}
