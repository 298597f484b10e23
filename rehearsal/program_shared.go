package rehearsal

import (
	"context"
	"path/filepath"
	"sync"
)

// sharedProgram builds the program, or finds the language host that runs it, at the first call of find, because
// destroying a kept state does not run it. A rehearsal and its twins share it.
type sharedProgram struct {
	build func(context.Context) (string, error)
	mutex sync.Mutex
	// latest is the build that runs or has succeeded, or nil.
	latest *programBuild
}

type programBuild struct {
	// done is closed when the other fields are set.
	done     chan struct{}
	path     string
	err      error
	canceled bool
}

func (r *Rehearsal) newSharedProgram() *sharedProgram {
	if r.options.Program != "" {
		return &sharedProgram{build: func(context.Context) (string, error) { return r.options.Program, nil }}
	}
	if r.project.runtime() != goRuntime {
		return &sharedProgram{build: func(ctx context.Context) (string, error) {
			if err := r.project.checkDependencies(); err != nil {
				return "", err
			}
			return r.findHost(ctx)
		}}
	}
	return &sharedProgram{build: func(ctx context.Context) (string, error) {
		target := filepath.Join(r.tempDir, "program")
		return target, BuildProgram(ctx, r.project.programDir, target, r.options.Stderr)
	}}
}

// find returns the path of the program. Calls at the same time share one build and its error. If the context of the
// call that builds is canceled, another call builds. The first call after a failed build builds again.
func (s *sharedProgram) find(ctx context.Context) (string, error) {
	for {
		b, isNew := s.join()
		if isNew {
			b.path, b.err = s.build(ctx)
			b.canceled = ctx.Err() != nil
			s.finish(b)
			return b.path, b.err
		}
		select {
		case <-b.done:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
		if b.err == nil || !b.canceled {
			return b.path, b.err
		}
	}
}

// join returns the latest build. If there is none, it returns a new one, which the caller must run.
func (s *sharedProgram) join() (b *programBuild, isNew bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.latest != nil {
		return s.latest, false
	}
	s.latest = &programBuild{done: make(chan struct{})}
	return s.latest, true
}

func (s *sharedProgram) finish(b *programBuild) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if b.err != nil {
		s.latest = nil
	}
	close(b.done)
}
