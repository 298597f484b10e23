package rehearsal

import (
	"bytes"
	"io"
	"regexp"
)

// cancelled matches the error of a call that the engine itself has ended because something else had failed. It closes
// the connections of providers while they construct components (pkg/resource/deploy/source_eval.go, registerResource).
var cancelled = regexp.MustCompile(`(?:grpc: the client connection is closing|` +
	`rpc error: code = Canceled desc = context canceled|resource monitor shut down(?: while [a-z ]+)?)\s*$`)

// awaited matches the steps by which the SDK of Go found an error that names its resource itself (sdk/go/pulumi/rpc.go,
// marshalInputsOptions). The properties in them are those of resources within a component.
var awaited = regexp.MustCompile(
	`(?:waiting for RPCs: |marshaling properties: |awaiting input property "[^"]*": )+` +
		`(\w[\w-]*:[\w/-]+:\w+ "[^"]*": )`)

var (
	errorLine = regexp.MustCompile(`(?:^|\s)error: `)
	// resourceLine is the line with the name of a resource above its errors.
	resourceLine = regexp.MustCompile(`^  \S+ \(.*\):$`)
)

// engineOutput passes the output of the engine on, without the errors of cancelled calls and the names of resources
// that have no other error, and with errors that begin with the resource that they are about.
type engineOutput struct {
	to io.Writer
	// partial is an incomplete line, and name a line with the name of a resource.
	partial, name []byte
}

// Write passes on the complete lines.
func (w *engineOutput) Write(text []byte) (int, error) {
	w.partial = append(w.partial, text...)
	for {
		end := bytes.IndexByte(w.partial, '\n') + 1
		if end == 0 {
			return len(text), nil
		}
		line := w.partial[:end]
		w.partial = w.partial[end:]
		if err := w.writeLine(line); err != nil {
			return 0, err
		}
	}
}

func (w *engineOutput) writeLine(line []byte) error {
	plain := bytes.TrimRight(escapes.ReplaceAll(line, nil), "\r\n")
	switch {
	case cancelled.Match(plain) && errorLine.Match(plain):
		return nil
	case resourceLine.Match(plain):
		w.name = bytes.Clone(line)
		return nil
	case len(w.name) > 0 && len(bytes.TrimSpace(plain)) == 0:
		w.name = nil
		return nil
	}
	_, err := w.to.Write(append(w.name, awaited.ReplaceAll(line, []byte("$1"))...))
	w.name = nil
	return err
}

// flush passes on the rest of the output.
func (w *engineOutput) flush() error { return w.writeLine(w.partial) }
