package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// ParseAcceptance reads TYPE.PROPERTY=VALUE or TYPE.PROPERTY, such as rds.Instance.engineVersion=18.1, and refuses a
// type or a property that the catalogue does not have.
func ParseAcceptance(text string) (standin.Acceptance, error) {
	accepted, err := standin.ParseAcceptance(text)
	if err != nil {
		return accepted, err
	}
	var paths []string
	for _, m := range Mappings() {
		token := standin.ShortType("aws:" + m.Type)
		path, ok := strings.CutPrefix(accepted.Property, token+".")
		switch {
		case !ok:
		case path == m.Path || strings.HasPrefix(path, m.Path+".") && m.Kind == "map":
			return accepted, nil
		default:
			paths = append(paths, token+"."+m.Path)
		}
	}
	if len(paths) == 0 {
		return accepted, fmt.Errorf("%q: no such type of resource; refusals name it as lb.TargetGroup or rds.Instance", text)
	}
	slices.Sort(paths)
	return accepted, fmt.Errorf("%q: no such property: %s", text, standin.Nearest(accepted.Property, paths))
}
