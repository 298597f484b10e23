package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"gopkg.in/yaml.v3"
)

// Answer is the result of a function for certain arguments, given by a person who knows the account:
//
//	# the VPC that the network team keeps
//	- function: ec2.getVpc
//	  args: {id: vpc-0a1b2c3d4e5f60718}
//	  result: {cidrBlock: 10.0.0.0/16, arn: "arn:aws:ec2:ap-south-1:123456789012:vpc/vpc-0a1b2c3d4e5f60718"}
//
// Function is its token, or the short form of a report. A call matches if it has all of args; without args every call
// does. Of several that match the first counts. Results that are left out are the call's arguments, or else empty.
type Answer struct {
	Function string         `yaml:"function"`
	Args     map[string]any `yaml:"args"`
	Result   map[string]any `yaml:"result"`

	// A comparison of two programs asks from two worlds at once.
	use atomic.Int32
}

// How far an answer was of use, in rising order.
const (
	neverAsked int32 = iota
	otherArgs
	shadowed
	used
)

// Unused returns the reason why no call got the answer, or "" if one did.
func (a *Answer) Unused() string {
	return map[int32]string{
		neverAsked: "the program does not call this function",
		otherArgs:  "the program calls this function with other arguments only",
		shadowed:   "an earlier entry matches the same calls",
	}[a.use.Load()]
}

// note keeps the best use of the answer.
func (a *Answer) note(use int32) {
	for {
		before := a.use.Load()
		if before >= use || a.use.CompareAndSwap(before, use) {
			return
		}
	}
}

// goType matches the end of an error of the YAML decoder, which names a type of this package.
var goType = regexp.MustCompile(`(?m) (into|in type) .*$`)

// ReadAnswers reads a file of answers, in YAML or JSON.
func ReadAnswers(file string) ([]*Answer, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the answers: %w", err)
	}
	var answers []*Answer
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&answers); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s must be a list of entries with function, args and result: %s",
			file, goType.ReplaceAllString(err.Error(), ""))
	}
	var wrong []error
	for at, answer := range answers {
		if answer == nil {
			answer = &Answer{}
			answers[at] = answer
		}
		if answer.Function == "" {
			wrong = append(wrong, fmt.Errorf("%s: entry %d names no function: add function: ec2.getVpc or the like", file, at+1))
		}
		if answer.Result == nil {
			wrong = append(wrong, fmt.Errorf("%s: entry %d (%s) has no result: add result: {…}", file, at+1, answer.Function))
		}
	}
	return answers, errors.Join(wrong...)
}

// WithAnswers has functions answered by a person's answers before the stand-in looks into its world.
func WithAnswers(answers []*Answer) Option {
	return func(s *Server) { s.answers = append(s.answers, answers...) }
}

// answered returns the result that a person has given for a call, or nil.
func (s *Server) answered(q *Question) (Props, error) {
	var first *Answer
	for _, answer := range s.answers {
		switch {
		case answer.Function != q.Token && answer.Function != ShortType(q.Token):
		case !answer.matches(q.Args):
			answer.note(otherArgs)
		case first != nil:
			answer.note(shadowed)
		default:
			answer.note(used)
			first = answer
		}
	}
	if first == nil {
		return nil, nil // nothing was given
	}
	return s.complete(q, first)
}

func (a *Answer) matches(args Value) bool {
	for key, want := range a.Args {
		if !reflect.DeepEqual(plain(want), plain(args.Key(key).Raw().Mappable())) && !alike(want, args.Key(key)) {
			return false
		}
	}
	return true
}

// alike compares scalars by their text, because YAML has numbers where Pulumi has strings, as in an account number.
func alike(want any, got Value) bool {
	switch want.(type) {
	case string, bool, int, float64:
		return got.Known() && fmt.Sprint(want) == fmt.Sprint(got.Raw().Mappable())
	}
	return false
}

// plain brings a value into the form that JSON gives it.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var same any
	if json.Unmarshal(text, &same) != nil {
		return value
	}
	return same
}

// complete adds the arguments to an answer, and refuses results that the function does not have.
func (s *Server) complete(q *Question, answer *Answer) (Props, error) {
	result := Props{}
	for _, key := range q.Args.Keys() {
		result[key] = q.Args.Key(key).Raw()
	}
	for key, value := range answer.Result {
		result[key] = plain(value)
	}
	if s.types == nil {
		return result, nil
	}
	sdk, found := s.types.Function(q.Token)
	if !found {
		return result, nil
	}
	fields, err := schemaOf(sdk)
	if err != nil {
		return nil, err
	}
	draft := &Draft{Kind: &Kind{Token: q.Token}, Name: "answer"}
	for _, key := range slices.Sorted(maps.Keys(answer.Result)) {
		shape, ok := fields.shapes[key]
		if !ok {
			return nil, fmt.Errorf("the answer for %s has a result %q, which the function does not have: %s",
				ShortType(q.Token), key, suggestion(key, fields))
		}
		draft.shaped(NewValue(key, property(result[key])), shape)
	}
	if len(draft.refusals) > 0 {
		return nil, fmt.Errorf("the answer for %s: %s", ShortType(q.Token), strings.Join(reasons(draft.refusals), "; "))
	}
	return result, nil
}

// ErrUnanswered is wrapped by a function that cannot answer from the world: a person may know.
var ErrUnanswered = errors.New("nothing in this rehearsal answers it")
