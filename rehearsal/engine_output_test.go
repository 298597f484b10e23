package rehearsal

import (
	"bytes"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheOutputOfTheEngineHasNoErrorsOfCancelledCalls(t *testing.T) {
	t.Parallel()
	const printed = ` +  pulumi:pulumi:Stack shop-dev creating (0s) error: a:index:B resource 'b' has a problem: ` +
		`grpc: the client connection is closing
Diagnostics:
  pulumi:pulumi:Stack (shop-dev):
    ` + "\x1b[31merror: \x1b[0m" + `a:index:B resource 'b' has a problem: ` + `rpc error: code = Canceled desc = context canceled

  aws:ecs:Service (web):
    error: resource monitor shut down while waiting for construct to complete
    error: a:index:B resource 'b' has a problem: waiting for RPCs: marshaling properties: ` +
		`awaiting input property "name": marshaling properties: awaiting input property "list": care:index:RedisStack "redis": image = "x": is wrong

  info: error: nothing ends here: grpc: the client connection is closing, and goes on
    error: awaiting input property "name": no resource is named`
	const want = `Diagnostics:
  aws:ecs:Service (web):
    error: a:index:B resource 'b' has a problem: care:index:RedisStack "redis": image = "x": is wrong

  info: error: nothing ends here: grpc: the client connection is closing, and goes on
    error: awaiting input property "name": no resource is named`
	for _, size := range []int{1, 7, len(printed)} {
		var shown bytes.Buffer
		output := &engineOutput{to: &shown}
		for rest := []byte(printed); len(rest) > 0; rest = rest[min(size, len(rest)):] {
			_, err := output.Write(rest[:min(size, len(rest))])
			require.NoError(t, err)
		}
		require.NoError(t, output.flush())
		assert.Equal(t, want, shown.String())
	}
}

func TestDiagnosticsHaveNoErrorsOfCancelledCalls(t *testing.T) {
	t.Parallel()
	events := &eventCollector{}
	for _, event := range []apitype.DiagnosticEvent{
		{Severity: SeverityError, Message: "a:index:B resource 'b' has a problem: grpc: the client connection is closing\n"},
		{
			Severity: SeverityError,
			Message:  `marshaling properties: awaiting input property "n": a:index:B "b": n = 1: is wrong`,
		},
		{Severity: "info", Message: "resource monitor shut down"},
	} {
		events.add(apitype.EngineEvent{DiagnosticEvent: &event})
	}
	result := events.take()
	require.Len(t, result.Diagnostics, 2)
	assert.Equal(t, `a:index:B "b": n = 1: is wrong`, result.Diagnostics[0].Message)
}
