package standin

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// A rule that panics is a fault of the stand-in. It refuses the resource, and the rehearsal goes on.

const codeInternal = "InternalError"

// try runs a part of the catalogue, and refuses the resource if it panics.
func (d *Draft) try(part func()) {
	defer func() {
		if fault := recover(); fault != nil {
			d.Refuse(Value{}, codeInternal, "internal error in "+d.label()+": "+d.masked(internalError(fault)), internalFix)
		}
	}()
	part()
}

// tryFunction runs a function of the catalogue that has no resource, and returns a panic as an error.
func tryFunction(name string, function func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%s: internal error in %s: %s; fix: %s", codeInternal, name, internalError(fault), internalFix)
		}
	}()
	return function()
}

const internalFix = "report it to the makers of the rehearsal, with this line and the resource's inputs; the " +
	"program need not be wrong"

// internalError describes a panic, with the function that it came from.
func internalError(fault any) string {
	return fmt.Sprintf("%v (%s)", fault, placeOfPanic())
}

// placeOfPanic returns the function, file and line that panicked.
func placeOfPanic() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		ofRuntime := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !ofRuntime {
			return fmt.Sprintf("%s, %s:%d", path.Base(frame.Function), path.Base(frame.File), frame.Line)
		}
		panicking = panicking || ofRuntime && strings.HasSuffix(frame.Function, "panic")
		if !more {
			return "unknown place"
		}
	}
}

// masked hides the resource's secrets in a text.
func (d *Draft) masked(text string) string {
	textsWithin(d.inputs.raw, func(value string, secret bool) {
		if secret && value != "" {
			text = strings.ReplaceAll(text, value, "[secret]")
		}
	})
	return text
}
