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

// Any matches every type or every name.
const Any = "*"

// Failure makes matching operations fail.
type Failure struct {
	// Type is a Pulumi type token, its short form such as ecs.Service, or Any. Name is the name of the resource in the
	// program, or Any.
	Type, Name string
	// Verb is the operation that fails. If it is empty, every operation on the resource fails.
	Verb standin.Verb
	// Times is the number of failures for each matching resource, at least 1.
	Times int
	// Late makes the operation fail after the cloud has carried it out, like a service that is created but never becomes
	// steady. Otherwise the cloud rejects the request and nothing changes.
	Late bool
}

var verbs = []standin.Verb{standin.Create, standin.Update, standin.Delete}

// ParseFailure parses TYPE::NAME[:create|update|delete][:times].
func ParseFailure(text string) (Failure, error) {
	typ, name, found := strings.Cut(text, "::")
	if !found || typ == "" || name == "" {
		return Failure{}, fmt.Errorf(
			"%q is not TYPE::NAME[:create|update|delete][:times], such as ecs.Service::redis:create",
			text,
		)
	}
	f := Failure{Type: typ, Name: name, Times: 1}
	if rest, last, ok := cutLast(f.Name); ok {
		if times, err := strconv.Atoi(last); err == nil {
			if times < 1 {
				return Failure{}, fmt.Errorf("%q: the number of failures is at least 1", text)
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

// String returns the failure in the form that ParseFailure accepts.
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

// failing is the interceptor for the failures. It counts how often each has occurred.
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
	err := fmt.Errorf("InternalFailure: the rehearsal lets this %s of %s '%s' fail, as --fail requests",
		op.Verb, standin.ShortType(op.Token), op.Name)
	if hit.Late {
		return errors.Join(next(), err)
	}
	return err
}

// strike returns the first matching failure that has not reached its limit for this resource, and counts it.
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
