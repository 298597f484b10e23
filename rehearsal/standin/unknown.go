package standin

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Types finds the properties of types that no catalogue describes, as structs with pulumi tags.
type Types interface {
	Resource(token string) (args, state any, found bool)
	Function(token string) (result any, found bool)
}

// GoOn lets a run continue with types and functions that the stand-in does not know: a resource type is opaque, a
// function has an invented result. The world lists them as Unjudged, so the caller can fail the run at its end.
// Without this option the first unknown type or function is an error. Types may be nil.
func GoOn(types Types) Option {
	return func(s *Server) { s.goOn, s.types = true, types }
}

// NewerSdk takes inputs that the catalogue does not have, because the program uses a later version of the SDK. They are
// not judged.
func NewerSdk() Option { return func(s *Server) { s.lenient = true } }

// Unjudged is a resource type that the program registers, or a function that it calls, without the stand-in knowing
// anything about it.
type Unjudged struct {
	Token string
	// Resources are the names of the resources of a type. It is empty for a function.
	Resources []string
	// Known names the properties that were found in the program's SDK; it is empty if the SDK was not found.
	Known []string
	// Reason is why a function that the stand-in knows has no result. It is empty for an unknown one.
	Reason string
	// Entry returns the entry of a function for a file of answers.
	Entry string
}

// IsFunction reports whether it is a function.
func (u Unjudged) IsFunction() bool { return len(u.Resources) == 0 }

// String describes it in one line.
func (u Unjudged) String() string {
	switch {
	case !u.IsFunction():
		text := ShortType(u.Token) + " (" + strings.Join(u.Resources, ", ") + ")"
		if len(u.Known) == 0 {
			text += ": its SDK was not found, so that its outputs are empty"
		}
		return text
	case u.Reason != "":
		return "function " + ShortType(u.Token) + ": " + u.Reason
	}
	return "function " + ShortType(u.Token)
}

// Unjudged returns the unknown types, and then the unknown functions, of the present run.
func (w *World) Unjudged() []Unjudged {
	var all []Unjudged
	w.Look(func(v *View) {
		for _, u := range v.unjudged {
			u.Resources = slices.Clone(u.Resources)
			all = append(all, u)
		}
	})
	SortUnjudged(all)
	return all
}

// SortUnjudged puts types before functions, each by token.
func SortUnjudged(all []Unjudged) {
	slices.SortFunc(all, func(a, b Unjudged) int {
		if a.IsFunction() != b.IsFunction() {
			if a.IsFunction() {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Token, b.Token), cmp.Compare(a.Entry, b.Entry))
	})
}

func (v *View) noteType(kind *compiled, name string) {
	u := v.unjudged[kind.Token]
	u.Token, u.Known = kind.Token, slices.Sorted(maps.Keys(kind.state.shapes))
	if !slices.Contains(u.Resources, name) {
		u.Resources = append(u.Resources, name)
		slices.Sort(u.Resources)
	}
	v.unjudged[kind.Token] = u
}

// refuseType returns the error for a type that is in no catalogue.
func (s *Server) refuseType(token string) error {
	return status.Errorf(codes.NotFound, "the stand-in %s does not know the resource type %s; %s", s.pkg.Title, token,
		toAccept)
}

const toAccept = "rehearse with --unknown accept to continue without judging it"

// unanswered notes that nobody answers a function, and returns an invented result.
func (s *Server) unanswered(q *Question, reason string) (Props, error) {
	if !s.goOn {
		if reason != "" {
			return nil, status.Errorf(codes.NotFound, "%s: %s", ShortType(q.Token), reason)
		}
		return nil, status.Errorf(codes.NotFound, "the stand-in %s does not know the function %s; %s", s.pkg.Title,
			q.Token, toAccept)
	}
	result, known := s.inventResult(q)
	u := Unjudged{Token: q.Token, Known: known, Reason: reason, Entry: entryFor(q, result)}
	q.World.unjudged[u.Token+u.Entry] = u
	return result, nil
}

// inventResult fills in the results of a function as its SDK types them. Arguments are results as well.
func (s *Server) inventResult(q *Question) (result Props, known []string) {
	result = Props{}
	if s.types != nil {
		if sdk, found := s.types.Function(q.Token); found {
			fields, err := schemaOf(sdk)
			if err == nil {
				i := inventor{pkg: &s.pkg, scope: q.Scope, token: q.Token, name: strings.ToLower(lastName(q.Token))}
				result, known = i.object(fields), slices.Sorted(maps.Keys(fields.shapes))
			}
		}
	}
	for _, key := range q.Args.Keys() {
		result[key] = q.Args.Key(key).Raw()
	}
	return result, known
}

// entryFor returns the entry of a file of answers for this call, with the invented results to be replaced.
func entryFor(q *Question, result Props) string {
	given := Props{}
	for key, value := range result {
		if q.Args.Key(key).Missing() {
			given[key] = value
		}
	}
	return fmt.Sprintf("- function: %s\n  args: %s\n  result: %s", ShortType(q.Token), inline(q.Args),
		inline(NewValue("", property(given))))
}

// inline writes an object as JSON, which is YAML as well, without secrets.
func inline(v Value) string {
	shown := map[string]any{}
	for _, key := range v.Keys() {
		value := v.Key(key)
		if value.Secret() || !value.Complete() {
			shown[key] = value.Show()
			continue
		}
		shown[key] = value.Raw().Mappable()
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return "{}"
	}
	return string(text)
}

func lastName(token string) string { return token[strings.LastIndex(token, ":")+1:] }
