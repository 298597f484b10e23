package rehearsal

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// goOutput reads the output of `go build -v`. It counts the downloads and the packages that go compiles, and keeps the
// rest, which are errors.
type goOutput struct {
	mutex     sync.Mutex
	partial   []byte
	errors    []string
	downloads int
	packages  int
	latest    string
}

// The lines of the go command (cmd/go/internal/modfetch, cmd/go/internal/work): a download, and the path of a package
// that it begins to compile.
var (
	downloadLine = regexp.MustCompile(`^go: downloading (\S+) `)
	packageLine  = regexp.MustCompile(`^[A-Za-z0-9][^\s:]*$`)
)

// Write never fails.
func (o *goOutput) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.partial = append(o.partial, text...)
	for {
		line, rest, found := bytes.Cut(o.partial, []byte("\n"))
		if !found {
			return len(text), nil
		}
		o.line(string(line))
		o.partial = rest
	}
}

func (o *goOutput) line(line string) {
	switch {
	case downloadLine.MatchString(line):
		o.downloads++
		o.latest = downloadLine.FindStringSubmatch(line)[1]
	case packageLine.MatchString(line):
		o.packages++
		o.latest = line
	default:
		o.errors = append(o.errors, line)
	}
}

// counts returns the number of downloads and of compiled packages so far, such as
// ", 12 modules downloaded, 340 packages compiled".
func (o *goOutput) counts() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	var counts string
	if o.downloads > 0 {
		counts += fmt.Sprintf(", %d modules downloaded", o.downloads)
	}
	if o.packages > 0 {
		counts += fmt.Sprintf(", %d packages compiled", o.packages)
	}
	return counts
}

// now returns the package or module that go works on.
func (o *goOutput) now() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.latest == "" {
		return ""
	}
	return ", at " + o.latest
}

// words returns the errors. If the disk is full, it returns that error alone, because it causes the others.
func (o *goOutput) words() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	lines := o.errors
	if len(o.partial) > 0 {
		lines = append(lines, string(o.partial))
	}
	for _, line := range lines {
		if strings.Contains(line, "no space left on device") {
			return "the disk is full: " + strings.TrimSpace(line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
