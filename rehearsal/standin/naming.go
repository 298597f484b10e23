package standin

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const (
	codeNaming = "Invalid automatic name"
	// randomDigits is how many the bridge adds to a name (tfbridge.AutoName).
	randomDigits  = 7
	longestByRule = 255
)

// namer returns the automatic name of a resource. It follows the bridge: a name once given stays, and the
// random digits come from the engine's seed.
type namer struct {
	naming Naming
	urn    string
	name   string
	seed   []byte
	config *pulumirpc.CheckRequest_AutonamingOptions
}

func (n namer) propose() (string, error) {
	most := n.naming.Max
	if most == 0 {
		most = longestByRule
	}
	name, err := n.raw(most)
	if n.naming.Lower {
		name = strings.ToLower(name)
	}
	return name, err
}

func (n namer) raw(most int) (string, error) {
	if n.config != nil {
		switch n.config.GetMode() {
		case pulumirpc.CheckRequest_AutonamingOptions_DISABLE:
			return "", fmt.Errorf("automatic naming is disabled, so %q must be given", n.naming.Property)
		case pulumirpc.CheckRequest_AutonamingOptions_ENFORCE:
			return n.config.GetProposedName(), nil
		case pulumirpc.CheckRequest_AutonamingOptions_PROPOSE:
			if proposed := n.config.GetProposedName(); len(proposed) <= most {
				return proposed, nil
			}
		}
	}
	var seed []byte
	if len(n.seed) > 0 {
		seed = append([]byte(n.urn), n.seed...) // one seed may serve several resources of a run
	}
	return resource.NewUniqueName(seed, n.prefix(), randomDigits, most, nil)
}

func (n namer) prefix() string {
	if n.naming.Bare {
		return n.name
	}
	return n.name + "-"
}

// fromPrefix makes a name as Terraform does of a prefix (id.PrefixedUniqueId): the time to a tenth of a
// millisecond and eight digits.
func fromPrefix(prefix string) string {
	return prefix + time.Now().UTC().Format("20060102150405") + Draw("0123456789", 4) + Draw("0123456789abcdef", 8)
}

// filled reads which inputs of a checked resource the bridge filled in itself.
func filled(props resource.PropertyMap) map[string]bool {
	keys := map[string]bool{}
	for _, key := range NewValue("", props[defaultsKey]).Texts() {
		keys[key] = true
	}
	return keys
}
