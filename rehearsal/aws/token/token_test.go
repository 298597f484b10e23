package token

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -update

var update = flag.Bool("update", false, "write the tokens")

func TestTheTokensAreThoseOfTheMappedTypes(t *testing.T) {
	t.Parallel()
	rows, err := os.ReadFile("../model/properties.tsv")
	require.NoError(t, err)
	var source bytes.Buffer
	source.WriteString(header)
	last := ""
	for row := range strings.Lines(string(rows)) {
		if typ, _, _ := strings.Cut(row, "\t"); typ != last {
			service, rest, _ := strings.Cut(typ, "/")
			_, name, _ := strings.Cut(rest, ":")
			fmt.Fprintf(&source, "\t%s%s = %q\n", strings.ToUpper(service[:1])+service[1:], name, "aws:"+typ)
			last = typ
		}
	}
	source.WriteString(")\n")
	want, err := format.Source(source.Bytes())
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("token.go", want, 0o600))
	}
	got, err := os.ReadFile("token.go")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "generate it: go test ./rehearsal/aws/token -update")
}

// withoutPackage registers a type whose Go package is too large to compile.
const withoutPackage = "components/alb_firewall.go"

var spelled = regexp.MustCompile(`(?m)^[^/\n]*"aws:[a-z0-9]+/\w+:[A-Z]\w*"`)

func TestNoOtherPackageSpellsTokens(t *testing.T) {
	t.Parallel()
	const root = "../../.."
	allowed := map[string]int{root + "/" + withoutPackage: 1}
	require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") ||
			filepath.Dir(path) == root+"/rehearsal/aws/token" {
			return err
		}
		source, err := os.ReadFile(path)
		if err == nil {
			assert.Len(t, spelled.FindAllString(string(source), -1), allowed[path], path)
		}
		return err
	}))
}

const header = `// Code generated from ../model/properties.tsv by go test . -update. DO NOT EDIT.

package token

// Each name is the service and the type of its token.
const (
`
