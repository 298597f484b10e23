package standin

import (
	"cmp"
	"slices"
	"strings"
)

// Names puts the names that resources have in a program in the place of the identifiers that the cloud has made for
// them, which are others every time. What the program has named itself stays as it is, and so does an identifier within
// a longer word.
type Names struct {
	names   map[string]string
	lengths []int // of the identifiers, the longest first: an ARN ends in an identifier
}

// Learn adds the identifiers that live resources have in the named properties.
func (n *Names) Learn(view *View, properties ...string) {
	if n.names == nil {
		n.names = map[string]string{}
	}
	for _, r := range view.All() {
		given := r.given()
		for _, property := range properties {
			const shortest = 8 // a shorter one could be a word
			value := r.Out(property).Text()
			if len(value) < shortest || value == r.Name || given[value] && !strings.HasPrefix(value, "arn:") {
				continue
			}
			if _, known := n.names[value]; !known {
				n.names[value] = r.Name
			}
			if !slices.Contains(n.lengths, len(value)) {
				n.lengths = append(n.lengths, len(value))
			}
		}
	}
	slices.SortFunc(n.lengths, func(a, b int) int { return cmp.Compare(b, a) })
}

// given returns the texts among the inputs that the program wrote, without automatic names.
func (r *Resource) given() map[string]bool {
	texts := map[string]bool{}
	automatic := filled(r.Inputs)
	for key, value := range visible(r.Inputs) {
		if !automatic[string(key)] {
			textsWithin(value, func(text string, _ bool) { texts[text] = true })
		}
	}
	return texts
}

// Replace writes names for the identifiers in a text.
func (n *Names) Replace(text string) string {
	if len(n.names) == 0 {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		identifier := ""
		if i == 0 || !inWord(text[i-1]) {
			identifier = n.at(text[i:])
		}
		if identifier == "" {
			out.WriteByte(text[i])
			i++
			continue
		}
		out.WriteString(n.names[identifier])
		i += len(identifier)
	}
	return out.String()
}

// at returns the identifier with which a text begins and which ends with a word, or nothing.
func (n *Names) at(text string) string {
	for _, length := range n.lengths {
		if length > len(text) || length < len(text) && inWord(text[length]) {
			continue
		}
		if _, known := n.names[text[:length]]; known {
			return text[:length]
		}
	}
	return ""
}

func inWord(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
