package spec

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// source is the part of a Go package that its schema needs and reflection does not have.
type source struct {
	structs map[string]structSource
	enums   map[string]enumSource
	// inputs are the types of inputs by the types of their values, such as Connection by Destination.
	inputs map[string]string
}

// structSource is a struct type with its fields that have a pulumi tag, by the name in the tag.
type structSource struct {
	doc    string
	fields map[string]fieldSource
}

type fieldSource struct {
	goName string
	doc    string
	// typ is the type as it is written, such as []string.
	typ string
}

// enumSource is a string type that has constants.
type enumSource struct {
	doc    string
	values []enumValue
}

type enumValue struct{ name, value, doc string }

// readSource parses the Go files of a directory, without their tests.
func readSource(dir string) (*source, error) {
	src := &source{structs: map[string]structSource{}, enums: map[string]enumSource{}, inputs: map[string]string{}}
	files, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, dir+"/"+name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("reading the comments of the components: %w", err)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				src.read(decl)
			case *ast.FuncDecl:
				src.readElementType(decl)
			}
		}
	}
	src.pairFields()
	return src, nil
}

// pairFields adds the types of the fields of such pairs: PolicyCondition by PermissionCondition, because
// PolicyStatement and Permission have these types at the same field.
func (src *source) pairFields() {
	for value, input := range maps.Clone(src.inputs) {
		for name, field := range src.structs[value].fields {
			of, from := strings.TrimPrefix(src.structs[input].fields[name].typ, "*"), strings.TrimPrefix(field.typ, "*")
			if _, isStruct := src.structs[of]; isStruct && of != from {
				src.inputs[from] = of
			}
		}
	}
}

func (src *source) read(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			src.readType(spec, docOf(spec.Doc, decl.Doc))
		case *ast.ValueSpec:
			src.readConstant(spec)
		}
	}
}

// docOf returns the comment of a type itself, or else that of its declaration.
func docOf(own, group *ast.CommentGroup) string {
	if own != nil {
		return own.Text()
	}
	return group.Text()
}

func (src *source) readType(spec *ast.TypeSpec, doc string) {
	switch typ := spec.Type.(type) {
	case *ast.Ident:
		enum := src.enums[spec.Name.Name]
		enum.doc = doc
		src.enums[spec.Name.Name] = enum
	case *ast.StructType:
		fields := map[string]fieldSource{}
		for _, field := range typ.Fields.List {
			if field.Tag == nil || len(field.Names) != 1 {
				continue
			}
			tag, _ := strconv.Unquote(field.Tag.Value)
			name, _, _ := strings.Cut(reflect.StructTag(tag).Get("pulumi"), ",")
			fields[name] = fieldSource{
				goName: field.Names[0].Name, doc: field.Doc.Text(), typ: written(field.Type),
			}
		}
		src.structs[spec.Name.Name] = structSource{doc: doc, fields: fields}
	}
}

// readConstant reads a constant that states its type, as each value of an enum does.
func (src *source) readConstant(spec *ast.ValueSpec) {
	typ, typed := spec.Type.(*ast.Ident)
	if !typed || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	value, _ := strconv.Unquote(literal.Value)
	enum := src.enums[typ.Name]
	enum.values = append(enum.values, enumValue{spec.Names[0].Name, value, spec.Doc.Text()})
	src.enums[typ.Name] = enum
}

// readElementType reads the method by which a type of inputs states the type of its values:
// func (X) ElementType() reflect.Type { return reflect.TypeFor[Y]() }.
func (src *source) readElementType(decl *ast.FuncDecl) {
	if decl.Name.Name != "ElementType" || decl.Recv == nil || len(decl.Body.List) != 1 {
		return
	}
	input, _ := decl.Recv.List[0].Type.(*ast.Ident)
	returned, _ := decl.Body.List[0].(*ast.ReturnStmt)
	if input == nil || returned == nil || strings.HasSuffix(input.Name, "Output") {
		return
	}
	if call, ok := returned.Results[0].(*ast.CallExpr); ok {
		if generic, ok := call.Fun.(*ast.IndexExpr); ok {
			src.inputs[written(generic.Index)] = input.Name
		}
	}
}

// inputOf returns the type of inputs whose values have the type of that name, or the type itself.
func (src *source) inputOf(name string) string {
	if input, found := src.inputs[name]; found {
		return input
	}
	return name
}

// written returns a type expression as source text.
func written(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + written(e.X)
	case *ast.SelectorExpr:
		return written(e.X) + "." + e.Sel.Name
	case *ast.ArrayType:
		return "[]" + written(e.Elt)
	case *ast.MapType:
		return "map[" + written(e.Key) + "]" + written(e.Value)
	}
	return ""
}
