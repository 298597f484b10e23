package controls

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Control is one control of AWS Security Hub.
type Control struct {
	// ID is AWS's name of the control, such as RDS.5.
	ID string
	// Title describes a stack for which the control holds.
	Title string
	// Further reports that the standard AWS Foundational Security Best Practices does not have the control
	// (https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html).
	Further bool
	// Remedy names the argument of AWS's resources that makes the control hold.
	Remedy string

	// token is the type of the resources that the control judges.
	token string
	// applies reports whether the control judges a resource of the type; nil if it judges all of them.
	applies func(*standin.Resource) bool
	// breach returns why the control does not hold for a resource, or "" if it holds.
	breach func(*standin.View, *standin.Resource) string
}

// Source is the address of the page that defines the control.
func (c Control) Source() string {
	service, _, _ := strings.Cut(c.ID, ".")
	return "https://docs.aws.amazon.com/securityhub/latest/userguide/" + strings.ToLower(service) + "-controls.html#" +
		strings.ToLower(strings.Replace(c.ID, ".", "-", 1))
}

// All are the controls that are judged, by service.
var All = slices.Concat(acmControls, cloudWatchControls, ec2Controls, ecsControls, efsControls, elastiCacheControls,
	elbControls, iamControls, kmsControls, rdsControls, s3Controls, snsControls)

// ids returns the IDs of all controls.
func ids() []string {
	all := make([]string, 0, len(All))
	for _, c := range All {
		all = append(all, c.ID)
	}
	return all
}

// isTrue returns a rule that fails unless an output is true. It fails as well if the output becomes false in the next
// maintenance window, so that a change is judged by what it leads to.
func isTrue(path string) func(*standin.View, *standin.Resource) string {
	return func(_ *standin.View, r *standin.Resource) string {
		wanted := r.In(path)
		switch {
		case !r.Out(path).Bool():
			return path + " is false"
		case wanted.Known() && !wanted.Bool():
			return path + " is false after the next maintenance window"
		}
		return ""
	}
}

// isFalse returns a rule that fails if an output is true.
func isFalse(path string) func(*standin.View, *standin.Resource) string {
	return func(_ *standin.View, r *standin.Resource) string {
		if r.Out(path).Bool() {
			return path + " is true"
		}
		return ""
	}
}

// with returns a text if it is to be reported, and "" otherwise.
func with(text string, report bool) string {
	if report {
		return text
	}
	return ""
}
