package fault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Any stands for every type, or for every name.
const Any = "*"

// Failure makes operations fail.
type Failure struct {
	// Type is a Pulumi type token, its short form such as ecs.Service, or Any. Name is the resource's in the program,
	// or Any.
	Type, Name string
	// Verb is what fails; empty means everything that is done to the resource.
	Verb standin.Verb
	// Times is how often each of the resources fails; at least once.
	Times int
	// Late lets the cloud do what it was asked before the failure, as when a service that was created never becomes
	// steady. Otherwise the cloud refuses, and nothing happened.
	Late bool
}

var verbs = []standin.Verb{standin.Create, standin.Update, standin.Delete}

// ParseFailure reads TYPE::NAME[:create|update|delete][:times].
func ParseFailure(text string) (Failure, error) {
	typ, name, found := strings.Cut(text, "::")
	if !found || typ == "" || name == "" {
		return Failure{}, fmt.Errorf("%q is not TYPE::NAME[:create|update|delete][:times], such as ecs.Service::redis:create", text)
	}
	f := Failure{Type: typ, Name: name, Times: 1}
	if rest, last, ok := cutLast(f.Name); ok {
		if times, err := strconv.Atoi(last); err == nil {
			if times < 1 {
				return Failure{}, fmt.Errorf("%q: it must fail at least once", text)
			}
			f.Name, f.Times = rest, times
		}
	}
	if rest, last, ok := cutLast(f.Name); ok {
		if !slices.Contains(verbs, standin.Verb(last)) {
			return Failure{}, fmt.Errorf("%q: %q is not create, update or delete", text, last)
		}
		f.Name, f.Verb = rest, standin.Verb(last)
	}
	return f, nil
}

func cutLast(text string) (before, last string, found bool) {
	at := strings.LastIndex(text, ":")
	if at <= 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

// String writes the failure as ParseFailure reads it.
func (f Failure) String() string {
	text := f.Type + "::" + f.Name
	if f.Verb != "" {
		text += ":" + string(f.Verb)
	}
	if f.Times > 1 {
		text += ":" + strconv.Itoa(f.Times)
	}
	return text
}

func (f Failure) concerns(op standin.Operation) bool {
	return (f.Type == Any || f.Type == op.Token || f.Type == standin.ShortType(op.Token)) &&
		(f.Name == Any || f.Name == op.Name) && (f.Verb == "" || f.Verb == op.Verb)
}

// failing is a list of failures at work.
type failing struct {
	injector *Injector
	failures []Failure

	mutex sync.Mutex
	times map[occurrence]int
}

func (f *failing) intercept(_ context.Context, op standin.Operation, next func() error) error {
	hit, failed := f.strike(op)
	if !failed {
		return next()
	}
	f.injector.struck.Store(true)
	err := fmt.Errorf("InternalFailure: the rehearsal lets this %s of %s '%s' fail, as --fail says",
		op.Verb, standin.ShortType(op.Token), op.Name)
	if hit.Late {
		return errors.Join(next(), err)
	}
	return err
}

// strike finds the first failure that concerns the operation and has not come often enough, and counts it.
func (f *failing) strike(op standin.Operation) (Failure, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for i, failure := range f.failures {
		if !failure.concerns(op) {
			continue
		}
		key := occurrence{urn: op.Urn, rule: i}
		if f.times[key] < max(failure.Times, 1) {
			f.times[key]++
			return failure, true
		}
	}
	return Failure{}, false
}

func (f *failing) met(failure Failure) bool {
	at := slices.Index(f.failures, failure)
	for key := range f.times {
		if key.rule == at {
			return true
		}
	}
	return false
}
