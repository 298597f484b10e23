package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// quiet is the time without a file change before a preview begins, because editors write a file in several steps.
const quiet = 100 * time.Millisecond

// watch previews the stack, and again after each change of one of its files, until it is interrupted. The first time it
// prints everything, and then only the changes. A change during a preview cancels it.
func watch(ctx context.Context, s *session) error {
	files, err := watchFiles(s.settings.dir)
	if err != nil {
		return err
	}
	defer files.close()
	var last outcome
	for first := true; ; {
		begin := time.Now()
		next, changed, err := s.untilChange(ctx, files, first)
		if err != nil {
			return err
		}
		if changed == "" {
			if !first {
				fmt.Fprint(s.stdout, next.since(last))
			}
			last, first = next.basedOn(last), false
			took := time.Since(begin).Round(100 * time.Millisecond)
			fmt.Fprintf(s.stderr, "rehearse: done in %s; watching %s\n", took, files.root)
			changed = files.next(ctx)
		}
		all := files.settle(ctx, changed)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		fmt.Fprintf(s.stderr, "\nrehearse: %s changed\n", strings.Join(all, ", "))
	}
}

// untilChange previews the current files. If one of them changes meanwhile, it stops and returns the file's name.
func (s *session) untilChange(
	ctx context.Context, files *watchedFiles, aloud bool,
) (found outcome, changed string, err error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		found, err = s.observe(running, aloud)
	}()
	select {
	case <-ended:
		return found, "", err
	case changed = <-files.changed:
		cancel()
		s.watch.kill()
		<-ended
		if ctx.Err() != nil {
			return outcome{}, "", context.Cause(ctx)
		}
		return outcome{}, changed, nil
	}
}

// observe previews the stack from the files on disk, in a new account. A refusal is an outcome too; an error means that
// there is no outcome. If aloud is set, it prints the same as the command preview.
func (s *session) observe(ctx context.Context, aloud bool) (_ outcome, err error) {
	options := s.options
	if !aloud {
		options.Stdout = io.Discard
	}
	made, err := s.makeCloud()
	if err != nil {
		return outcome{}, err
	}
	options.Providers, options.World = made.Providers, made
	opened, err := rehearsal.New(ctx, options)
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	if err != nil {
		if aloud {
			fmt.Fprintf(s.stderr, "rehearse: %v\n", err)
		}
		return failedOutcome(err, nil), nil
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	at := *s
	at.Rehearsal, at.cloud, at.world = opened, made, made.World
	planned, model, err := at.foresee(ctx)
	if err != nil {
		return at.failed(ctx, err, aloud)
	}
	if !aloud {
		at.stdout = io.Discard
	}
	if err := at.publish(model); err != nil {
		fmt.Fprintf(s.stderr, "rehearse: %v\n", err) // such as that it costs too much, which is no reason to stop
	}
	return newOutcome(planned, model.Document()), nil
}

// failed returns the outcome of a failed preview, including the refusals that the engine did not reach.
func (s *session) failed(ctx context.Context, err error, aloud bool) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	var further []standin.Forgiven
	if _, ok := errors.AsType[*rehearsal.BuildError](err); !ok {
		further, _ = s.survey(ctx) // without them there is still the first
	}
	if ctx.Err() != nil {
		return outcome{}, context.Cause(ctx)
	}
	found := failedOutcome(err, further)
	if aloud {
		fmt.Fprintf(s.stderr, "rehearse: %v\n", withoutDiagnostics(err))
		for _, problem := range without(found.problems, failedOutcome(err, nil).problems) {
			fmt.Fprintln(s.stderr, "+ "+problem)
		}
	}
	return found, nil
}

// watchedFiles watches the files of a stack: the source files of the program, with the requirements of it, and the
// project and stack files.
type watchedFiles struct {
	root    string
	runtime string
	watcher *fsnotify.Watcher
	// changed receives the names of changed files.
	changed chan string
	closed  chan struct{}
}

func watchFiles(named string) (*watchedFiles, error) {
	project, err := projectDir(named)
	if err != nil {
		return nil, err
	}
	manifest, err := workspace.LoadProject(filepath.Join(project, "Pulumi.yaml"))
	if err != nil {
		return nil, fmt.Errorf("read the project in %s: %w", project, err)
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	f := &watchedFiles{
		root: filepath.Join(project, manifest.Main), runtime: manifest.Runtime.Name(), watcher: watcher,
		changed: make(chan string), closed: make(chan struct{}),
	}
	if info, err := os.Stat(f.root); err == nil && !info.IsDir() {
		f.root = filepath.Dir(f.root)
	}
	if f.runtime == "go" {
		f.root = moduleRoot(f.root)
	}
	for _, dir := range []string{project, f.root} {
		if err := f.add(dir); err != nil {
			return nil, errors.Join(err, watcher.Close())
		}
	}
	go f.forward()
	return f, nil
}

// moduleRoot returns the nearest directory with a go.mod, starting from dir, or dir if there is none.
func moduleRoot(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// add watches a directory and its subdirectories, except hidden ones and those without source files of the program.
func (f *watchedFiles) add(root string) error {
	return filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it has just gone
		case !entry.IsDir():
			return nil
		case path != root && (strings.HasPrefix(entry.Name(), ".") ||
			slices.Contains([]string{"node_modules", "testdata", "__pycache__"}, entry.Name()) || isVirtualEnv(path)):
			return filepath.SkipDir
		}
		if err := f.watcher.Add(path); err != nil {
			return fmt.Errorf("watch %s: %w", path, err)
		}
		return nil
	})
}

// forward passes on the names of relevant files, and watches new directories.
func (f *watchedFiles) forward() {
	for event := range f.watcher.Events {
		if info, err := os.Stat(event.Name); err == nil && info.IsDir() {
			_ = f.add(event.Name) // one that cannot be watched is left out, as the others are watched
			continue
		}
		if event.Has(fsnotify.Chmod) || !isWatched(event.Name, f.runtime) {
			continue
		}
		name, err := filepath.Rel(f.root, event.Name)
		if err != nil {
			name = event.Name
		}
		select {
		case f.changed <- name:
		case <-f.closed:
			return
		}
	}
}

// next waits for a change and returns the name of the file, or "" if the context ends first.
func (f *watchedFiles) next(ctx context.Context) string {
	select {
	case name := <-f.changed:
		return name
	case <-ctx.Done():
		return ""
	}
}

// settle waits until no more files change and returns the names of the changed files, starting with first.
func (f *watchedFiles) settle(ctx context.Context, first string) []string {
	names := []string{first}
	for {
		select {
		case name := <-f.changed:
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		case <-time.After(quiet):
			return names
		case <-ctx.Done():
			return names
		}
	}
}

func (f *watchedFiles) close() {
	close(f.closed)
	_ = f.watcher.Close()
}

// isVirtualEnv reports whether the directory is a virtual environment of Python.
func isVirtualEnv(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "pyvenv.cfg"))
	return err == nil
}

// sources are the extensions of source files, and of files with requirements, by runtime.
var sources = map[string][]string{
	"go":     {".go", ".mod", ".sum"},
	"nodejs": {".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"},
	"python": {".py", ".txt", ".toml"},
	"yaml":   {".yaml", ".yml", ".json"},
}

func isWatched(path, runtime string) bool {
	name, extension := filepath.Base(path), filepath.Ext(path)
	if strings.HasPrefix(name, "Pulumi.") && (extension == ".yaml" || extension == ".yml") {
		return true
	}
	return slices.Contains(sources[runtime], extension) && !strings.HasSuffix(name, "_test.go")
}
