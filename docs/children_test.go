package docs_test

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// child is a resource that a component makes. Parts of its name that the source leaves open are in angle brackets.
type child struct{ kind, name string }

// text is the value of an expression: a string, or the strings of a struct's fields.
type text struct {
	value  string
	fields map[string]text
}

type bindings map[types.Object]text

// walker follows a constructor through the functions that it calls, and collects the resources that they make.
type walker struct {
	*source

	children []child
	path     []*ast.FuncDecl
}

// childrenOf returns the resources that NewX creates, in the order of the source, each once.
func (s *source) childrenOf(component string) []child {
	constructor := s.functions[s.pkg.Scope().Lookup("New"+component)]
	w := &walker{source: s}
	known := bindings{}
	for _, field := range constructor.Type.Params.List {
		for _, name := range field.Names {
			if name.Name == "name" {
				known[s.info.Defs[name]] = text{value: "<component>"}
			}
		}
	}
	w.walk(constructor, known)
	return w.children
}

func (w *walker) walk(function *ast.FuncDecl, known bindings) {
	if function == nil || function.Body == nil || slices.Contains(w.path, function) {
		return
	}
	w.path = append(w.path, function)
	ast.Inspect(function.Body, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.AssignStmt:
			w.bind(n, known)
		case *ast.CallExpr:
			w.call(n, known)
		}
		return true
	})
	w.path = w.path[:len(w.path)-1]
}

// bind records the value of a local variable, if it can be derived.
func (w *walker) bind(assignment *ast.AssignStmt, known bindings) {
	if len(assignment.Lhs) != 1 || len(assignment.Rhs) != 1 {
		return
	}
	name, ok := assignment.Lhs[0].(*ast.Ident)
	if object := w.info.Defs[name]; ok && object != nil {
		known[object] = w.eval(assignment.Rhs[0], known)
	}
}

func (w *walker) call(call *ast.CallExpr, known bindings) {
	// A method that is handed over, as to build, is called there.
	for _, argument := range call.Args {
		if selector, ok := argument.(*ast.SelectorExpr); ok && w.info.Selections[selector] != nil {
			w.walk(w.functions[w.info.Uses[selector.Sel]], bindings{})
		}
	}
	callee := called(call)
	switch {
	case callee == nil:
	case w.fromProvider(call) && strings.HasPrefix(callee.Name, "New"):
		kind := types.ExprString(call.Fun)
		w.add(strings.Replace(kind, ".New", ".", 1), call, known)
	case w.functions[w.info.Uses[callee]] != nil:
		w.enter(w.functions[w.info.Uses[callee]], call, known)
	}
}

func (w *walker) add(kind string, call *ast.CallExpr, known bindings) {
	made := child{kind, w.eval(call.Args[1], known).value}
	if !slices.Contains(w.children, made) {
		w.children = append(w.children, made)
	}
}

// enter follows a call; another component's constructor is a child, and makes its own.
func (w *walker) enter(function *ast.FuncDecl, call *ast.CallExpr, known bindings) {
	name := strings.TrimPrefix(function.Name.Name, "New")
	if fields := w.structNamed(name); fields != nil && isComponent(fields) && name != function.Name.Name {
		w.add(name, call, known)
		return
	}
	inner := bindings{}
	at := 0
	for _, field := range function.Type.Params.List {
		for _, parameter := range field.Names {
			if at < len(call.Args) {
				inner[w.info.Defs[parameter]] = w.eval(call.Args[at], known)
			}
			at++
		}
	}
	w.walk(function, inner)
}

// fromProvider reports whether a call is one of a provider's SDK.
func (w *walker) fromProvider(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	at, ok := selector.X.(*ast.Ident)
	if !ok {
		return false
	}
	imported, ok := w.info.Uses[at].(*types.PkgName)
	return ok && strings.HasPrefix(imported.Imported().Path(), "github.com/pulumi/pulumi-")
}

func called(call *ast.CallExpr) *ast.Ident {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

// eval returns the known parts of an expression, and the names of the others in angle brackets.
func (w *walker) eval(expression ast.Expr, known bindings) text {
	if value := w.info.Types[expression].Value; value != nil && value.Kind() == constant.String {
		return text{value: constant.StringVal(value)}
	}
	switch e := expression.(type) {
	case *ast.Ident:
		return w.evalName(e, known)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return text{value: w.eval(e.X, known).value + w.eval(e.Y, known).value}
		}
	case *ast.SelectorExpr:
		return w.evalField(e, known)
	case *ast.CallExpr:
		return w.evalCall(e, known)
	case *ast.CompositeLit:
		return w.evalStruct(e, known)
	}
	return open("value")
}

func (w *walker) evalName(name *ast.Ident, known bindings) text {
	object := w.info.Uses[name]
	if value, ok := known[object]; ok {
		return value
	}
	if value, ok := w.variables[object]; ok {
		return w.eval(value, known)
	}
	return open(name.Name)
}

func (w *walker) evalField(selector *ast.SelectorExpr, known bindings) text {
	shared, _ := w.pkg.Scope().Lookup("component").Type().Underlying().(*types.Struct)
	for field := range shared.Fields() {
		if field.Name() == "name" && w.info.Uses[selector.Sel] == field {
			return text{value: "<component>"}
		}
	}
	if field, ok := w.eval(selector.X, known).fields[selector.Sel.Name]; ok {
		return field
	}
	if of, ok := selector.X.(*ast.Ident); ok {
		return open(of.Name)
	}
	return open(selector.Sel.Name)
}

var verb = regexp.MustCompile(`%[a-z]`)

func (w *walker) evalCall(call *ast.CallExpr, known bindings) text {
	callee := called(call)
	switch {
	case callee == nil:
		return open("value")
	case callee.Name == "child" && w.info.Uses[callee] != nil:
		return text{value: "<component>-" + w.eval(call.Args[0], known).value}
	case types.ExprString(call.Fun) == "fmt.Sprintf":
		at := 0
		return text{value: verb.ReplaceAllStringFunc(w.eval(call.Args[0], known).value, func(string) string {
			at++
			return w.eval(call.Args[at], known).value
		})}
	}
	return open(callee.Name)
}

func (w *walker) evalStruct(literal *ast.CompositeLit, known bindings) text {
	of, ok := w.info.TypeOf(literal).Underlying().(*types.Struct)
	if !ok {
		return open("value")
	}
	fields := map[string]text{}
	for i, element := range literal.Elts {
		if pair, named := element.(*ast.KeyValueExpr); named {
			fields[types.ExprString(pair.Key)] = w.eval(pair.Value, known)
		} else if i < of.NumFields() {
			fields[of.Field(i).Name()] = w.eval(element, known)
		}
	}
	return text{fields: fields}
}

func open(name string) text {
	runes := []rune(name)
	runes[0] = unicode.ToLower(runes[0])
	return text{value: "<" + string(runes) + ">"}
}
