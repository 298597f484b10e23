package rehearsal

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// How often the progress of a build is written: a terminal's line is rewritten, a log gets new ones.
const (
	terminalInterval = time.Second
	logInterval      = 15 * time.Second
)

// terminalWidth is the number of characters on a line of a narrow terminal, less the indent.
const terminalWidth = 76

// clearLine goes back to the beginning of a terminal's line and empties it (ECMA-48, erase in line).
const clearLine = "\r\x1b[2K"

// startProgress writes the message and, from time to time, how long the work has taken. It writes nothing if the work
// ends before the delay. The counts of the build are added each time. The function it returns ends it.
func startProgress(out io.Writer, what string, delay time.Duration, build *goOutput) func(ok bool) {
	p := progress{out: out, what: what, build: build, begin: time.Now(), lineEnd: "\n", interval: logInterval}
	if IsTerminal(out) {
		p.lineStart, p.lineEnd, p.interval = clearLine, "", terminalInterval
	}
	stop := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() { p.run(delay, stop) })
	return func(ok bool) {
		close(stop)
		ended.Wait()
		p.end(ok)
	}
}

type progress struct {
	out                      io.Writer
	what, lineStart, lineEnd string
	build                    *goOutput
	begin                    time.Time
	interval                 time.Duration
	begun                    bool
}

func (p *progress) run(delay time.Duration, stop <-chan struct{}) {
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-stop:
			return
		}
	}
	p.begun = true
	fmt.Fprintln(p.out, p.what)
	ticker := time.NewTicker(p.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.tick()
		case <-stop:
			return
		}
	}
}

// tick is short, so that it stays on a terminal's one line: the line that is rewritten must not wrap.
func (p *progress) tick() {
	line := fmt.Sprintf("%s so far%s%s", seconds(p.begin), p.build.counts(), p.build.now())
	if p.lineStart != "" && len(line) > terminalWidth {
		line = line[:terminalWidth]
	}
	fmt.Fprint(p.out, p.lineStart+"  "+line+p.lineEnd)
}

func (p *progress) end(ok bool) {
	if !p.begun {
		return
	}
	result := "done in"
	if !ok {
		result = "stopped after"
	}
	fmt.Fprintf(p.out, "%s  %s %s%s\n", p.lineStart, result, seconds(p.begin), p.build.counts())
}

func seconds(begin time.Time) time.Duration { return time.Since(begin).Round(time.Second) }

// IsTerminal reports whether a person watches the writer.
func IsTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}
