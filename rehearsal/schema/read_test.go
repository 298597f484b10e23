package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// readSdk returns the schema of the package whose Go SDK is in dir.
func readSdk(t *testing.T, name, version, dir string) *Package {
	t.Helper()
	p := &Package{
		Name: name, Version: version,
		Resources: map[string]*Resource{}, Types: map[string]*Object{}, Functions: map[string]*Function{},
	}
	var mutex sync.Mutex
	var group sync.WaitGroup
	require.NoError(t, filepath.WalkDir(dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || entry.Name() == "config" || entry.Name() == "internal" {
			return err
		}
		group.Go(func() {
			module, err := filepath.Rel(dir, at)
			if err != nil {
				t.Error(err)
				return
			}
			f := readFolder(t, name, filepath.ToSlash(module), at)
			mutex.Lock()
			defer mutex.Unlock()
			f.addTo(p)
		})
		return nil
	}))
	group.Wait()
	p.keepUsedTypes()
	return p
}

// folder is one Go package of an SDK.
type folder struct {
	pkg, module string
	structs     map[string]*ast.StructType
	basics      map[string]string
	functions   []*ast.FuncDecl
}

func readFolder(t *testing.T, pkg, module, dir string) *folder {
	t.Helper()
	if module == "." {
		module = "index"
	}
	f := &folder{pkg: pkg, module: module, structs: map[string]*ast.StructType{}, basics: map[string]string{}}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Error(err)
	}
	for _, name := range names {
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, declaration := range tree.Decls {
			f.add(declaration)
		}
	}
	return f
}

func (f *folder) add(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Body != nil {
			f.functions = append(f.functions, d)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			named, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			switch typ := named.Type.(type) {
			case *ast.StructType:
				f.structs[named.Name.Name] = typ
			case *ast.Ident:
				f.basics[named.Name.Name] = typ.Name
			}
		}
	}
}

// addTo adds the resource types, functions and object types of the folder to the package.
func (f *folder) addTo(p *Package) {
	for _, function := range f.functions {
		for _, call := range callsIn(function.Body) {
			switch call.name {
			case "RegisterResource":
				if r := f.resource(function); r != nil && strings.HasPrefix(call.token, "pulumi:providers:") {
					p.Provider = r
				} else if r != nil {
					p.Resources[call.token] = r
				}
			case "Invoke":
				p.Functions[call.token] = f.function(function)
			}
		}
	}
	for name, fields := range f.structs {
		object := f.object(fields)
		object.Type = "object"
		p.Types[f.token(name)] = object
	}
}

func (f *folder) token(typ string) string { return f.pkg + ":" + path.Join(f.module, typ) + ":" + typ }

// call is a call of the Pulumi SDK whose first argument is a token.
type call struct{ name, token string }

func callsIn(body *ast.BlockStmt) []call {
	var found []call
	ast.Inspect(body, func(node ast.Node) bool {
		expression, ok := node.(*ast.CallExpr)
		if !ok || len(expression.Args) == 0 {
			return true
		}
		selector, ok := expression.Fun.(*ast.SelectorExpr)
		literal, isLiteral := expression.Args[0].(*ast.BasicLit)
		if ok && isLiteral && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, call{selector.Sel.Name, text})
			}
		}
		return true
	})
	return found
}

// resource returns the type that a function NewX creates. It is nil for other functions with the same call.
func (f *folder) resource(constructor *ast.FuncDecl) *Resource {
	name, isConstructor := strings.CutPrefix(constructor.Name.Name, "New")
	lower := strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]
	inputs := f.structs[lower+"Args"]
	if !isConstructor || inputs == nil {
		return nil
	}
	r := &Resource{}
	given := f.object(inputs)
	r.InputProperties, r.RequiredInputs = given.Properties, given.Required
	if outputs := f.structs[lower+"State"]; outputs != nil {
		r.Properties = f.object(outputs).Properties
	} else { // a provider cannot be read
		r.Properties = f.object(inputs).Properties
	}
	r.applyConstructor(constructor, f.fieldNames(inputs))
	return r
}

// fieldNames returns the names of the properties by those of the Go fields.
func (f *folder) fieldNames(of *ast.StructType) map[string]string {
	names := map[string]string{}
	for _, field := range of.Fields.List {
		if name := propertyName(field); name != "" {
			names[field.Names[0].Name] = name
		}
	}
	return names
}

// applyConstructor marks the inputs that the function requires, and the properties that it makes secret.
func (r *Resource) applyConstructor(constructor *ast.FuncDecl, names map[string]string) {
	required := map[string]bool{}
	for _, name := range r.RequiredInputs {
		required[name] = true
	}
	ast.Inspect(constructor.Body, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if field, ok := strings.CutPrefix(text, "invalid value for required argument '"); err == nil && ok {
				required[names[strings.TrimSuffix(field, "'")]] = true
			}
		case *ast.CallExpr:
			selector, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) == 0 {
				return true
			}
			switch selector.Sel.Name {
			case "ToSecret":
				if field, ok := n.Args[0].(*ast.SelectorExpr); ok && r.InputProperties[names[field.Sel.Name]] != nil {
					r.InputProperties[names[field.Sel.Name]].Secret = true
				}
			case "AdditionalSecretOutputs":
				r.markSecretOutputs(n.Args[0])
			}
		}
		return true
	})
	r.RequiredInputs = slices.Sorted(maps.Keys(required))
}

func (r *Resource) markSecretOutputs(names ast.Expr) {
	list, ok := names.(*ast.CompositeLit)
	if !ok {
		return
	}
	for _, element := range list.Elts {
		if literal, ok := element.(*ast.BasicLit); ok {
			if name, err := strconv.Unquote(literal.Value); err == nil && r.Properties[name] != nil {
				r.Properties[name].Secret = true
			}
		}
	}
}

func (f *folder) function(declaration *ast.FuncDecl) *Function {
	made := &Function{Outputs: &Object{Type: "object"}}
	for _, parameter := range declaration.Type.Params.List {
		if fields := f.pointed(parameter.Type); fields != nil {
			made.Inputs = f.object(fields)
			made.Inputs.Type = "object"
		}
	}
	for _, result := range declaration.Type.Results.List {
		if fields := f.pointed(result.Type); fields != nil {
			made.Outputs = f.object(fields)
			made.Outputs.Type = "object"
		}
	}
	return made
}

// pointed returns the struct of the folder to which a type points.
func (f *folder) pointed(expression ast.Expr) *ast.StructType {
	if star, ok := expression.(*ast.StarExpr); ok {
		if name, ok := star.X.(*ast.Ident); ok {
			return f.structs[name.Name]
		}
	}
	return nil
}

func propertyName(field *ast.Field) string {
	if field.Tag == nil || len(field.Names) != 1 {
		return ""
	}
	_, rest, found := strings.Cut(field.Tag.Value, `pulumi:"`)
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, `"`)
	name, _, _ = strings.Cut(name, ",")
	return name
}

func (f *folder) object(of *ast.StructType) *Object {
	o := &Object{Properties: map[string]*Property{}}
	for _, field := range of.Fields.List {
		name := propertyName(field)
		if name == "" {
			continue
		}
		o.Properties[name] = f.property(field.Type)
		switch field.Type.(type) {
		case *ast.StarExpr, *ast.ArrayType, *ast.MapType, *ast.InterfaceType, *ast.SelectorExpr:
		default:
			o.Required = append(o.Required, name)
		}
	}
	slices.Sort(o.Required)
	return o
}

func anything() *Property { return &Property{Ref: "pulumi.json#/Any"} }

func (f *folder) property(expression ast.Expr) *Property {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return f.property(e.X)
	case *ast.ArrayType:
		return &Property{Type: "array", Items: f.property(e.Elt)}
	case *ast.MapType:
		return &Property{Type: "object", AdditionalProperties: f.property(e.Value)}
	case *ast.Ident:
		return f.named(e.Name)
	case *ast.SelectorExpr:
		switch e.Sel.Name {
		case "Archive":
			return &Property{Ref: "pulumi.json#/Archive"}
		case "AssetOrArchive":
			return &Property{Ref: "pulumi.json#/Asset"}
		}
	}
	return anything()
}

func (f *folder) named(name string) *Property {
	switch name {
	case "string":
		return &Property{Type: "string"}
	case "bool":
		return &Property{Type: "boolean"}
	case "int":
		return &Property{Type: "integer"}
	case "float64":
		return &Property{Type: "number"}
	}
	if f.structs[name] != nil {
		return &Property{Ref: "#/types/" + f.token(name)}
	}
	if basic := f.basics[name]; basic != "" {
		return f.named(basic)
	}
	return anything()
}

// keepUsedTypes drops the structs that no property refers to.
func (p *Package) keepUsedTypes() {
	used := map[string]*Object{}
	var visit func(map[string]*Property)
	visit = func(properties map[string]*Property) {
		for _, property := range properties {
			for property.Items != nil || property.AdditionalProperties != nil {
				if property.Items != nil {
					property = property.Items
				} else {
					property = property.AdditionalProperties
				}
			}
			name, isType := strings.CutPrefix(property.Ref, "#/types/")
			if isType && used[name] == nil {
				used[name] = p.Types[name]
				visit(used[name].Properties)
			}
		}
	}
	resources := slices.Collect(maps.Values(p.Resources))
	if p.Provider != nil {
		resources = append(resources, p.Provider)
	}
	for _, resource := range resources {
		visit(resource.Properties)
		visit(resource.InputProperties)
	}
	for _, function := range p.Functions {
		visit(function.Outputs.Properties)
		if function.Inputs != nil {
			visit(function.Inputs.Properties)
		}
	}
	p.Types = used
}
