package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// constructors returns the kinds of components that the source has a constructor for.
func constructors(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../components/*.go")
	require.NoError(t, err)
	kinds := []string{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, content, 0)
		require.NoError(t, err)
		for _, declared := range file.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if ok && function.Recv == nil && strings.HasPrefix(function.Name.Name, "New") && takesContext(function) {
				kinds = append(kinds, strings.TrimPrefix(function.Name.Name, "New"))
			}
		}
	}
	slices.Sort(kinds)
	return kinds
}

// takesContext reports whether a constructor creates a component and not a plain value.
func takesContext(function *ast.FuncDecl) bool {
	parameters := function.Type.Params.List
	if len(parameters) == 0 {
		return false
	}
	pointer, ok := parameters[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selected, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selected.Sel.Name == "Context"
}
