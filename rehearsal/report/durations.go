package report

import (
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// TypicalCreate returns how long AWS usually takes to create a resource with these properties. A resource that is not
// AWS's, such as a component, takes no time.
func TypicalCreate(token string, property standin.Properties) time.Duration {
	if !isAws(token) {
		return 0
	}
	return aws.FactsOf(token).Takes.For(property)
}
