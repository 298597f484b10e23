package docs_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unclear are turns that readers have to decode, with the plain words for each.
var unclear = []struct {
	turn   *regexp.Regexp
	better string
}{
	{regexp.MustCompile(`^// \w+ gives\b`), `"returns"`},
	{regexp.MustCompile(`(?i)\bgives? an? error\b`), `"returns an error"`},
	{regexp.MustCompile(`(?i)\b(says|tells) whether\b`), `"reports whether"`},
	{regexp.MustCompile(`^// \w+ wants\b`), `"checks"`},
	{regexp.MustCompile(`(?i)\bat the (most|least)\b`), `"at most" or "at least"`},
	{regexp.MustCompile(`(?i)\b(nil|empty|none|nothing|false) where\b`), `"nil if"`},
	{regexp.MustCompile(`(?i)\bwhoever\b`), `"everyone who" or "the user"`},
	{regexp.MustCompile(`(?i)\banew\b`), `"again"`},
	{regexp.MustCompile(`(?i)\b(tell|tells|told) [^.]{0,30}\bapart\b`), `"distinguish"`},
	{regexp.MustCompile(`(?i)\b(come|comes|came) along\b`), `"is imported" or "is included"`},
	{regexp.MustCompile(`(?i)\bfor want of\b`), `"without" or "because there is no"`},
}

// sourcesAndPages returns the Go and Markdown files of the repository.
func sourcesAndPages(t *testing.T) []string {
	t.Helper()
	var paths []string
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "testdata", "node_modules"}, entry.Name()):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".md"):
			paths = append(paths, path)
		}
		return nil
	}))
	return paths
}

// passage is a piece of prose in a file: of a comment, a string or a page.
type passage struct {
	line  int
	words string
}

// goTexts returns the comments and strings of a Go file. A line of a comment continues the one before, so the lines of
// a comment are joined.
func goTexts(content []byte) []passage {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(content))
	var s scanner.Scanner
	s.Init(file, content, nil, scanner.ScanComments)
	var texts []passage
	end := 0
	for {
		position, kind, literal := s.Scan()
		line := file.Line(position)
		switch {
		case kind == token.EOF:
			return texts
		case kind == token.COMMENT && len(texts) > 0 && end == line-1 && strings.HasPrefix(texts[len(texts)-1].words, "//"):
			texts[len(texts)-1].words += strings.TrimPrefix(literal, "//")
			end = line
		case kind == token.COMMENT || kind == token.STRING:
			texts = append(texts, passage{line, literal})
			end = line + strings.Count(literal, "\n")
		}
	}
}

// pageTexts returns the paragraphs of a page, without blocks of code.
func pageTexts(content []byte) []passage {
	var texts []passage
	code, inParagraph := false, false
	for i, line := range strings.Split(string(content), "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "```") {
			code, inParagraph = !code, false
			continue
		}
		if code || trimmed == "" {
			inParagraph = false
			continue
		}
		if inParagraph {
			texts[len(texts)-1].words += " " + trimmed
			continue
		}
		texts, inParagraph = append(texts, passage{i + 1, trimmed}), true
	}
	return texts
}

func TestCommentsErrorsAndPagesAreInPlainWords(t *testing.T) {
	t.Parallel()
	for _, path := range sourcesAndPages(t) {
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		if name == "docs/words_test.go" {
			continue
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		texts := pageTexts(content)
		if strings.HasSuffix(path, ".go") {
			texts = goTexts(content)
		}
		for _, each := range texts {
			for _, u := range unclear {
				found := u.turn.FindString(each.words)
				assert.Empty(t, found, "%s:%d: write %s instead of %q", name, each.line, u.better, found)
			}
		}
	}
}

func TestUnclearTurnsAreFoundInCommentsStringsAndPages(t *testing.T) {
	t.Parallel()
	source := "package a\n\n// port gives\n// the port, nil\n// where there is none.\nvar port = \"four at the most\"\n"
	assert.Equal(t, []passage{{3, "// port gives the port, nil where there is none."}, {6, `"four at the most"`}},
		goTexts([]byte(source)))
	assert.Equal(t, []passage{{1, "Four at the most."}}, pageTexts([]byte("Four at\nthe most.\n\n```sh\nanew\n```\n")))
}
