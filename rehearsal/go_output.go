package rehearsal

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// goOutput takes in what `go build -v` prints. It counts the downloads and the packages that go compiles, and keeps the
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

// counts returns what go has done so far, such as ", 12 modules downloaded, 340 packages compiled".
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

// now returns what go is at.
func (o *goOutput) now() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.latest == "" {
		return ""
	}
	return ", at " + o.latest
}

// words returns the errors. If the disk is full, that is all of them: what else fails, fails because of it.
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
