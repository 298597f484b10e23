package docs_test

import (
	"errors"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is the package components as its files have it: syntax, the objects of its names, and its documentation.
type source struct {
	fset      *token.FileSet
	info      *types.Info
	pkg       *types.Package
	doc       *doc.Package
	functions map[types.Object]*ast.FuncDecl
	variables map[types.Object]ast.Expr
	structs   map[types.Object]*ast.StructType
}

// readSource knows the package's own names only. Compiling the AWS SDK takes minutes, and nothing here needs it.
func readSource(t *testing.T, dir string) *source {
	t.Helper()
	s := &source{
		fset: token.NewFileSet(), functions: map[types.Object]*ast.FuncDecl{}, variables: map[types.Object]ast.Expr{},
		structs: map[types.Object]*ast.StructType{},
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
			Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		},
	}
	files := s.parse(t, dir)
	config := types.Config{Importer: nothing{}, Error: func(error) {}}
	// The errors of a package whose imports are missing are reported above, and expected.
	s.pkg, _ = config.Check("components", s.fset, files, s.info)
	s.index(files)
	var err error
	s.doc, err = doc.NewFromFiles(s.fset, files, "github.com/ohcnetwork/care-ecs/components", doc.PreserveAST)
	require.NoError(t, err)
	return s
}

func (s *source) parse(t *testing.T, dir string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.fset, path, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, file)
	}
	return files
}

func (s *source) index(files []*ast.File) {
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				s.functions[s.info.Defs[d.Name]] = d
			case *ast.GenDecl:
				s.indexSpecs(d)
			}
		}
	}
}

func (s *source) indexSpecs(declaration *ast.GenDecl) {
	for _, spec := range declaration.Specs {
		switch d := spec.(type) {
		case *ast.TypeSpec:
			if fields, ok := d.Type.(*ast.StructType); ok {
				s.structs[s.info.Defs[d.Name]] = fields
			}
		case *ast.ValueSpec:
			for i, name := range d.Names {
				if len(d.Names) == len(d.Values) {
					s.variables[s.info.Defs[name]] = d.Values[i]
				}
			}
		}
	}
}

// structNamed returns the fields of a struct; nil if there is no such struct.
func (s *source) structNamed(name string) *ast.StructType {
	object, ok := s.pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	return s.structs[object]
}

// isComponent reports whether a type embeds the state of a component.
func isComponent(fields *ast.StructType) bool {
	for _, field := range fields.Fields.List {
		if len(field.Names) == 0 && types.ExprString(field.Type) == "pulumi.ResourceState" {
			return true
		}
	}
	return false
}

// nothing finds no package; the type checker then takes whatever is said of one as it is.
type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) {
	return nil, errors.New("not needed: " + path)
}
