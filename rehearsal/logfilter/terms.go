package logfilter

import (
	"fmt"
	"regexp"
	"strings"
)

// termForm matches a term with an optional prefix: a question mark if one of several terms is enough, a minus sign if
// it must be absent. A term with other characters than letters, digits and underscores must be quoted.
var termForm = regexp.MustCompile(`^([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(\s+|$)`)

// parseTerms parses a pattern for events that are not JSON. The empty pattern matches every event.
func parseTerms(text string) (Pattern, error) {
	var all, some, none []string
	for rest := text; rest != ""; {
		found := termForm.FindStringSubmatch(rest)
		if found == nil {
			return Pattern{}, fmt.Errorf("invalid character(s) in term '%s'", strings.Fields(rest)[0])
		}
		rest = rest[len(found[0]):]
		term := strings.ReplaceAll(found[2], `\"`, `"`) + found[3]
		switch found[1] {
		case "?":
			some = append(some, term)
		case "-":
			none = append(none, term)
		default:
			all = append(all, term)
		}
	}
	return Pattern{func(line string) bool {
		return hasAll(line, all) && (len(some) == 0 || len(all) > 0 || hasAny(line, some)) && !hasAny(line, none)
	}}, nil
}

func hasAll(line string, terms []string) bool {
	for _, term := range terms {
		if !strings.Contains(line, term) {
			return false
		}
	}
	return true
}

func hasAny(line string, terms []string) bool {
	for _, term := range terms {
		if strings.Contains(line, term) {
			return true
		}
	}
	return false
}
