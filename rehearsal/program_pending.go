package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
)

// errNotNeeded is the cause of stopping a build when the command line has ended before it.
var errNotNeeded = errors.New("the command line has ended before the program was built")

// pendingProgram builds the program while the command line starts, which takes half a second. It holds back the output
// of the command line until the program is built, so that a failed build prints only the messages of the go command.
type pendingProgram struct {
	stop context.CancelCauseFunc
	done chan struct{}
	// path and err are set when done is closed.
	path string
	err  error

	mutex sync.Mutex
	open  bool
	held  []*heldOutput
}

// startProgram starts building. The context that it returns ends if the build fails; its cause is then that error.
func (r *Rehearsal) startProgram(ctx context.Context) (*pendingProgram, context.Context) {
	ctx, stop := context.WithCancelCause(ctx)
	p := &pendingProgram{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		if p.path, p.err = r.program.find(ctx); p.err != nil {
			stop(p.err)
			return
		}
		p.release()
	}()
	return p, ctx
}

// wait returns the path of the program when it is built.
func (p *pendingProgram) wait(ctx context.Context) (string, error) {
	select {
	case <-p.done:
		return p.path, p.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// end returns the error of the build. If the command line has ended first, it has given its reason: then end stops the
// build and releases the output.
func (p *pendingProgram) end() error {
	p.stop(errNotNeeded)
	<-p.done
	if p.err != nil && !errors.Is(p.err, errNotNeeded) {
		return p.err
	}
	p.release()
	return nil
}

// hold returns a writer to out that waits for release.
func (p *pendingProgram) hold(out io.Writer) io.Writer {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	h := &heldOutput{program: p, out: out}
	p.held = append(p.held, h)
	return h
}

func (p *pendingProgram) release() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.open = true
	for _, h := range p.held {
		_, _ = h.out.Write(h.buffer.Bytes())
		h.buffer.Reset()
	}
}

// heldOutput is one output of the command line.
type heldOutput struct {
	program *pendingProgram
	out     io.Writer
	buffer  bytes.Buffer
}

// Write writes to the output if it is released, and else keeps the text.
func (h *heldOutput) Write(text []byte) (int, error) {
	h.program.mutex.Lock()
	defer h.program.mutex.Unlock()
	if h.program.open {
		return h.out.Write(text)
	}
	return h.buffer.Write(text)
}
