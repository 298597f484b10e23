//go:build unix

package engine_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// BenchmarkEdit measures a preview after a change in one file of components: until the first line of the report, and
// until the refusal of a wrong configuration. By turns with it go links the program again without a change in the
// source. It reports the medians, and by how much the preview exceeds the link, by the clock and in processor time. Run
// it with -benchtime=5x or more, on a machine that does nothing else.
func BenchmarkEdit(b *testing.B) {
	executable := buildCommand(b)
	edit := newEdit(b)
	for _, preview := range []struct{ name, firstLine, config string }{
		{"report", "Stack staging, ", "redisMemory=2048"},
		{"refusal", "care:redisMemory = 7: ", "redisMemory=7"},
	} {
		b.Run(preview.name, func(b *testing.B) {
			var links, previews, beyond []usage
			for number := 0; b.Loop(); number++ {
				link := edit.link(b, number)
				run := edit.preview(b, executable, preview.config, preview.firstLine)
				links, previews = append(links, link), append(previews, run)
				beyond = append(beyond, usage{run.elapsed - link.elapsed, run.processor - link.processor, 0})
			}
			b.ReportMetric(medianUsage(links).elapsed.Seconds(), "link-s")
			b.ReportMetric(medianUsage(links).processor.Seconds(), "link-cpu-s")
			b.ReportMetric(medianUsage(previews).elapsed.Seconds(), "first-line-s")
			b.ReportMetric(medianUsage(previews).processor.Seconds(), "preview-cpu-s")
			b.ReportMetric(medianUsage(beyond).elapsed.Seconds(), "beyond-link-s")
			b.ReportMetric(medianUsage(beyond).processor.Seconds(), "beyond-link-cpu-s")
			b.ReportMetric(0, "ns/op") // of both together, which means nothing
		})
	}
}

// componentEdit makes the go command read a changed copy of one file, without a change of the file itself.
type componentEdit struct {
	original, changed, overlay string
}

func newEdit(b *testing.B) componentEdit {
	b.Helper()
	dir := b.TempDir()
	original, err := filepath.Abs(filepath.Join(projectDir, "components", "alarm.go"))
	require.NoError(b, err)
	e := componentEdit{original, filepath.Join(dir, "alarm.go"), filepath.Join(dir, "overlay.json")}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{e.original: e.changed}})
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(e.overlay, overlay, 0o600))
	e.change(b)
	return e
}

// change adds a function that no build has seen.
func (e componentEdit) change(b *testing.B) {
	b.Helper()
	content, err := os.ReadFile(e.original)
	require.NoError(b, err)
	content = fmt.Appendf(content, "\nfunc edited() int { return %d }\n\n// Edited is new.\nvar Edited = edited()\n",
		time.Now().UnixNano())
	require.NoError(b, os.WriteFile(e.changed, content, 0o600))
}

// link builds the program of the last change with another linker flag, which only links.
func (e componentEdit) link(b *testing.B, number int) usage {
	b.Helper()
	build := exec.CommandContext(b.Context(), "go", "build", "-buildvcs=false", "-overlay="+e.overlay,
		"-gcflags="+rehearsal.CompilerFlags, fmt.Sprintf("-ldflags=%s -X main.number=%d", rehearsal.LinkerFlags, number),
		"-o", filepath.Join(shared.dir, "linked"), ".")
	build.Dir = projectDir
	return runWhole(b, build)
}

// preview makes a change and previews. The elapsed time is that until a line begins with the text.
func (e componentEdit) preview(b *testing.B, executable, config, firstLine string) usage {
	b.Helper()
	e.change(b)
	command := exec.CommandContext(b.Context(), executable, "preview", "--dir", projectDir, "--config", config)
	command.Env = append(os.Environ(), rehearsal.CliVariable+"="+shared.cli.Path, "GOFLAGS=-overlay="+e.overlay)
	output, err := command.StdoutPipe()
	require.NoError(b, err)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	begin := time.Now()
	require.NoError(b, command.Start())
	var elapsed time.Duration
	lines := bufio.NewScanner(output)
	for elapsed == 0 && lines.Scan() {
		if strings.HasPrefix(strings.TrimSpace(lines.Text()), firstLine) {
			elapsed = time.Since(begin)
		}
	}
	require.NotZero(b, elapsed, "no line begins with %q:\n%s", firstLine, &stderr)
	_, err = io.Copy(io.Discard, output)
	require.NoError(b, err)
	_ = command.Wait() // a refusal is a failure
	state := command.ProcessState
	return usage{elapsed, state.UserTime() + state.SystemTime(), 0}
}
