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

// startProgress says what begins and, from time to time, how long it has taken. The function it returns ends it.
func startProgress(out io.Writer, what string) func(ok bool) {
	begin, lineStart, lineEnd, interval := time.Now(), "", "\n", logInterval
	if IsTerminal(out) {
		lineStart, lineEnd, interval = clearLine, "", terminalInterval
	}
	fmt.Fprint(out, what+lineEnd)
	stop := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(out, "%s%s: %s so far%s", lineStart, what, seconds(begin), lineEnd)
			case <-stop:
				return
			}
		}
	})
	return func(ok bool) {
		close(stop)
		ended.Wait()
		result := "done in"
		if !ok {
			result = "stopped after"
		}
		fmt.Fprintf(out, "%s%s: %s %s\n", lineStart, what, result, seconds(begin))
	}
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
