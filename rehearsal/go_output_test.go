package rehearsal

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const printedByGo = `go: downloading github.com/pulumi/pulumi-aws/sdk/v6 v6.83.4
go: downloading golang.org/x/net v0.50.0
internal/goarch
github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2
# small
./main.go:3:15: undefined: undefined
`

func TestTheOutputOfGoIsSummedUp(t *testing.T) {
	t.Parallel()
	output := &goOutput{}
	for _, b := range []byte(printedByGo) { // in pieces, as a pipe may hand it over
		_, err := output.Write([]byte{b})
		require.NoError(t, err)
	}
	assert.Equal(t, ", 2 modules downloaded, 2 packages compiled", output.counts())
	assert.Equal(t, ", at github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2", output.now())
	assert.Equal(t, "# small\n./main.go:3:15: undefined: undefined", output.words())
}

func TestAFullDiskIsToldInOneLine(t *testing.T) {
	t.Parallel()
	output := &goOutput{}
	fmt.Fprint(output, "fmt\n# fmt\nopen /x/a.o: no space left on device\nlink: cannot find package fmt\n")
	assert.Equal(t, "the disk is full: open /x/a.o: no space left on device", output.words())
}

func TestALongBuildSaysWhatItIsAt(t *testing.T) {
	t.Parallel()
	var text lockedBuffer
	output := &goOutput{}
	done := startProgress(&text, "building", 0, output)
	io.WriteString(output, printedByGo) //nolint:errcheck // it never fails
	assert.Eventually(t, func() bool { return text.String() != "" }, time.Minute, time.Millisecond)
	done(true)
	assert.Equal(t, "building\n  done in 0s, 2 modules downloaded, 2 packages compiled\n", text.String())

	p := progress{out: &text, lineStart: clearLine, build: output, begin: time.Now()}
	p.tick()
	_, line, _ := strings.Cut(text.String(), clearLine)
	assert.Equal(t, "  0s so far, 2 modules downloaded, 2 packages compiled, at github.com/pulumi/p", line,
		"it does not wrap")
}

func TestAQuickBuildIsSilent(t *testing.T) {
	t.Parallel()
	var text lockedBuffer
	startProgress(&text, "building", time.Hour, &goOutput{})(true)
	assert.Empty(t, text.String())
}

type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}
