package gosdk

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// folder is the directory of one Go package of an SDK.
type folder struct {
	path string
	// files are the parsed files by name, with nil for a file that cannot be parsed.
	files map[string]*file
}

// file holds the types that a Go file declares.
type file struct {
	structs map[string]*ast.StructType
	// basics are the underlying types of enumerations.
	basics map[string]string
}

func (s *Source) folder(root, name string) *folder {
	path := filepath.Join(root, filepath.FromSlash(name))
	if s.folders[path] == nil {
		s.folders[path] = &folder{path: path, files: map[string]*file{}}
	}
	return s.folders[path]
}

// declaring returns the file that mentions a token. It tries the usual file name first and then all others.
func (f *folder) declaring(base, mark string) *file {
	quoted := []byte(`"` + mark + `"`)
	if content, err := os.ReadFile(filepath.Join(f.path, base+".go")); err == nil && bytes.Contains(content, quoted) {
		return f.parse(base + ".go")
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || isShared(name) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(f.path, name))
		if err == nil && bytes.Contains(content, quoted) && name != "init.go" { // init.go names all types of the folder
			return f.parse(name)
		}
	}
	return nil
}

func isShared(name string) bool {
	return strings.HasPrefix(name, "pulumiTypes") || strings.HasPrefix(name, "pulumiEnums")
}

// shared returns the files with the types that properties of several resources use.
func (f *folder) shared() []*file {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil
	}
	var shared []*file
	for _, entry := range entries {
		if isShared(entry.Name()) {
			if parsed := f.parse(entry.Name()); parsed != nil {
				shared = append(shared, parsed)
			}
		}
	}
	return shared
}

func (f *folder) parse(name string) *file {
	if parsed, known := f.files[name]; known {
		return parsed
	}
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(f.path, name), nil, parser.SkipObjectResolution)
	if err != nil {
		f.files[name] = nil
		return nil
	}
	parsed := &file{structs: map[string]*ast.StructType{}, basics: map[string]string{}}
	for _, declaration := range tree.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			if named, ok := spec.(*ast.TypeSpec); ok {
				parsed.add(named)
			}
		}
	}
	f.files[name] = parsed
	return parsed
}

func (p *file) add(spec *ast.TypeSpec) {
	switch t := spec.Type.(type) {
	case *ast.StructType:
		p.structs[spec.Name.Name] = t
	case *ast.Ident:
		p.basics[spec.Name.Name] = t.Name
	}
}
