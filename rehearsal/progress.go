package rehearsal

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// How often a person hears that a build still runs: a terminal's line is rewritten, a log gets new ones.
const (
	terminalInterval = time.Second
	logInterval      = 30 * time.Second
)

// clearLine goes back to the beginning of a terminal's line and empties it (ECMA-48, erase in line).
const clearLine = "\r\x1b[2K"

// startProgress writes what begins and, from time to time, how long it has taken. It writes nothing if that ends before
// the delay. The function it returns ends it.
func startProgress(out io.Writer, what string, delay time.Duration) func(ok bool) {
	p := progress{out: out, what: what, begin: time.Now(), lineEnd: "\n", interval: logInterval}
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
	fmt.Fprint(p.out, p.what+p.lineEnd)
	ticker := time.NewTicker(p.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			fmt.Fprintf(p.out, "%s%s: %s so far%s", p.lineStart, p.what, seconds(p.begin), p.lineEnd)
		case <-stop:
			return
		}
	}
}

func (p *progress) end(ok bool) {
	if !p.begun {
		return
	}
	result := "done in"
	if !ok {
		result = "stopped after"
	}
	fmt.Fprintf(p.out, "%s%s: %s %s\n", p.lineStart, p.what, result, seconds(p.begin))
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
