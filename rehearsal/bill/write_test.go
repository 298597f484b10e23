package bill

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -update

var update = flag.Bool("update", false, "write the example")

func TestTheExampleIsInTheFormThatTheCommandWrites(t *testing.T) {
	t.Parallel()
	const example = "../../examples/prices/ap-south-1.yaml"
	p, err := Read(example)
	require.NoError(t, err)
	if *update {
		require.NoError(t, p.Write(example))
	}
	is, err := os.ReadFile(example)
	require.NoError(t, err)
	want, err := p.encode()
	require.NoError(t, err)
	assert.Equal(t, string(want), string(is), "run go test ./rehearsal/bill -update")
}

func TestAFileIsWrittenInFullOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := Read(written(t, sound))
	require.NoError(t, err)
	whole := p.Items["nat-gateway-hour"]
	whole.Price = new(1.0)
	p.Items["nat-gateway-hour"] = whole
	file := filepath.Join(dir, "prices.yaml")
	require.NoError(t, os.WriteFile(file, []byte("before"), 0o600))
	require.NoError(t, p.Write(file))
	again, err := Read(file)
	require.NoError(t, err)
	assert.Equal(t, p.Items, again.Items)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(content), "price: 1\n", "a whole number is written like any other")

	taken := filepath.Join(dir, "taken")
	require.NoError(t, os.Mkdir(taken, 0o700))
	require.ErrorContains(t, p.Write(taken), "write the prices: ")
	p.Region = "Mumbai"
	require.ErrorContains(t, p.Write(file), `region: "Mumbai" is not a region`)
	require.ErrorContains(t, p.Write(filepath.Join(dir, "missing", "prices.yaml")), `region: "Mumbai" is not a region`)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing half-written is left")
	is, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.NotContains(t, string(is), "Mumbai")
}
