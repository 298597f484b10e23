package gosdk

import (
	"go/ast"
	"reflect"
	"strings"
	"unicode"
)

// Resource returns values of two struct types: one with the inputs of a resource type, and one with the properties of
// an existing resource. Their fields have the names of the properties in "pulumi" tags. It returns false if the program
// has no SDK with the type.
func (s *Source) Resource(token string) (args, state any, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	folder, file := s.find(token)
	if file == nil {
		return nil, nil, false
	}
	name := lowerFirst(token[strings.LastIndex(token, ":")+1:])
	inputs, outputs := file.structs[name+"Args"], file.structs[name+"State"]
	if outputs == nil || len(outputs.Fields.List) == 0 {
		outputs = file.structs[upperFirst(name)] // a component has no state of its own
	}
	if inputs == nil || outputs == nil {
		return nil, nil, false
	}
	return folder.value(inputs), folder.value(outputs), true
}

// Function returns a value of a struct type with the results of a function, in the same form as Resource.
func (s *Source) Function(token string) (result any, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	folder, file := s.find(token)
	if file == nil {
		return nil, false
	}
	for name, fields := range file.structs {
		if strings.HasSuffix(name, "Result") {
			return folder.value(fields), true
		}
	}
	return nil, false
}

// find returns the folder and the file that register a type or call a function.
func (s *Source) find(token string) (*folder, *file) {
	parts := strings.SplitN(token, ":", 3)
	if len(parts) != 3 {
		return nil, nil
	}
	module, base, slashed := strings.Cut(parts[1], "/")
	if !slashed {
		base = lowerFirst(parts[2])
	}
	candidates := []string{module, parts[1]}
	if module == "index" || module == "" {
		candidates = []string{""}
	}
	for _, root := range s.rootsOf(parts[0]) {
		for _, candidate := range candidates {
			folder := s.folder(root, candidate)
			if file := folder.declaring(base, token); file != nil {
				return folder, file
			}
		}
	}
	return nil, nil
}

// value returns the zero value of a struct type with the tagged fields of a struct.
func (f *folder) value(fields *ast.StructType) any {
	t := f.structType(fields, map[string]bool{})
	return reflect.Zero(t).Interface()
}

var anything = reflect.TypeFor[any]()

func (f *folder) structType(of *ast.StructType, within map[string]bool) reflect.Type {
	var fields []reflect.StructField
	for _, field := range of.Fields.List {
		if field.Tag == nil || len(field.Names) != 1 {
			continue
		}
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
		if _, tagged := tag.Lookup("pulumi"); tagged {
			fields = append(fields, reflect.StructField{
				Name: upperFirst(field.Names[0].Name), Type: f.typeOf(field.Type, within), Tag: tag,
			})
		}
	}
	return reflect.StructOf(fields)
}

// typeOf returns the Go type of a property. For a recursive or an unknown type it returns any.
func (f *folder) typeOf(expression ast.Expr, within map[string]bool) reflect.Type {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return reflect.PointerTo(f.typeOf(e.X, within))
	case *ast.ArrayType:
		return reflect.SliceOf(f.typeOf(e.Elt, within))
	case *ast.MapType:
		return reflect.MapOf(reflect.TypeFor[string](), f.typeOf(e.Value, within))
	case *ast.Ident:
		return f.named(e.Name, within)
	case *ast.SelectorExpr:
		return outputType(e.Sel.Name)
	}
	return anything
}

func (f *folder) named(name string, within map[string]bool) reflect.Type {
	switch name {
	case "string":
		return reflect.TypeFor[string]()
	case "bool":
		return reflect.TypeFor[bool]()
	case "int", "float64":
		return reflect.TypeFor[float64]()
	case "any":
		return anything
	}
	if within[name] {
		return anything
	}
	for _, declared := range f.shared() {
		if fields := declared.structs[name]; fields != nil {
			within[name] = true
			defer delete(within, name)
			return f.structType(fields, within)
		}
		if basic := declared.basics[name]; basic != "" {
			return f.named(basic, within)
		}
	}
	return anything
}

// outputType returns the type of an output of the SDK itself, such as pulumi.StringOutput.
func outputType(name string) reflect.Type {
	switch name {
	case "StringOutput", "StringPtrOutput":
		return reflect.TypeFor[string]()
	case "BoolOutput", "BoolPtrOutput":
		return reflect.TypeFor[bool]()
	case "IntOutput", "IntPtrOutput", "Float64Output", "Float64PtrOutput":
		return reflect.TypeFor[float64]()
	case "StringArrayOutput":
		return reflect.TypeFor[[]string]()
	case "StringMapOutput":
		return reflect.TypeFor[map[string]string]()
	}
	return anything
}

func lowerFirst(text string) string {
	runes := []rune(text)
	if len(runes) > 0 {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}

func upperFirst(text string) string {
	runes := []rune(text)
	if len(runes) > 0 {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}
