package aws

import (
	"sync"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The durations are rounded from public reports. None was measured here, and AWS promises none of them.
const (
	applyLogs = "apply logs of Terraform's AWS provider, which Pulumi's is made from, in public repositories: "
	estimate  = "an estimate"
)

// quick is the duration of a call to an AWS API that only writes something down, with the provider's reading it back.
var quick = standin.Duration{
	Usual: 2 * time.Second, Why: "a call of the API, and one that reads the result back", Source: estimate,
}

// setting has the facts of a type that is a setting: free, created by a call, and created again as it was.
var setting = standin.Facts{Takes: quick, Charge: standin.Free, Loss: standin.Nothing}

// charged returns the facts of a type that is like a setting apart from its charge.
func charged(charge standin.Charge) standin.Facts {
	return standin.Facts{Takes: quick, Charge: charge, Loss: standin.Nothing}
}

// slow returns the facts of a type that is like a setting apart from its duration.
func slow(usual time.Duration, why, source string) standin.Facts {
	return standin.Facts{
		Takes: standin.Duration{Usual: usual, Why: why, Source: source}, Charge: standin.Free, Loss: standin.Nothing,
	}
}

// FactsOf returns the facts of a type, by its token or an alias of it. A type that the catalogue does not have is taken
// to be a setting.
func FactsOf(typ string) standin.Facts {
	if facts, ok := factsByToken()[typ]; ok {
		return facts
	}
	return setting
}

var factsByToken = sync.OnceValue(func() map[string]standin.Facts {
	all := map[string]standin.Facts{token.Wafv2WebAcl: webAclFacts}
	for _, kind := range kinds() {
		all[kind.Token] = kind.Facts
		for _, alias := range kind.Aliases {
			all[alias] = kind.Facts
		}
	}
	return all
})
