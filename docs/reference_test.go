package docs_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheReferenceSaysWhatTheComponentsAre(t *testing.T) {
	t.Parallel()
	s := readSource(t, "../components")
	assertGenerated(t, "reference.md", s.reference())
}

func TestEveryInputSaysWhetherItIsRequiredOrItsDefault(t *testing.T) {
	t.Parallel()
	s := readSource(t, "../components")
	for _, component := range s.components() {
		args := s.structNamed(component.Name + "Args")
		require.NotNil(t, args, component.Name)
		for _, field := range fieldsOf(args) {
			_, fallback := splitDefault(field.doc)
			assert.NotEmpty(t, fallback, "%sArgs.%s", component.Name, field.name)
		}
	}
}

func (s *source) components() []*doc.Type {
	var found []*doc.Type
	for _, t := range s.doc.Types {
		if fields := s.structNamed(t.Name); fields != nil && isComponent(fields) {
			found = append(found, t)
		}
	}
	return found
}

func (s *source) reference() string {
	var out strings.Builder
	var others []*doc.Type
	owned := map[string]bool{}
	for _, component := range s.components() {
		owned[component.Name], owned[component.Name+"Args"] = true, true
		s.writeComponent(&out, component)
	}
	for _, t := range s.doc.Types {
		if !owned[t.Name] {
			others = append(others, t)
		}
	}
	out.WriteString("## Functions\n\n")
	for _, function := range s.doc.Funcs {
		out.WriteString(bullet(entry(function.Name, signature(function), function.Doc)))
	}
	out.WriteString("\n## Other types\n\n")
	for _, t := range others {
		s.writeType(&out, t)
	}
	return out.String()
}

func (s *source) writeComponent(out *strings.Builder, component *doc.Type) {
	outputs := s.structNamed(component.Name)
	inputs := s.structNamed(component.Name + "Args")
	fmt.Fprintf(out, "## %s\n\n%sType token: `care:index:%s`.\n\n", component.Name, paragraphs(component.Doc),
		component.Name)
	fmt.Fprintf(out, "### Inputs of %[1]s\n\nThe fields of `%[1]sArgs`.\n\n", component.Name)
	writeFields(out, inputs)
	fmt.Fprintf(out, "### Outputs of %s\n\n", component.Name)
	writeFields(out, outputs)
	writeMethods(out, component)
	fmt.Fprintf(out, "### Children of %s\n\n", component.Name)
	for _, child := range s.childrenOf(component.Name) {
		fmt.Fprintf(out, "- `%s` named `%s`\n", child.kind, child.name)
	}
	out.WriteString("\n")
}

func writeMethods(out *strings.Builder, t *doc.Type) {
	var lines strings.Builder
	for _, method := range t.Methods {
		if method.Name == "Validate" {
			continue
		}
		lines.WriteString(bullet(entry(method.Name, signature(method), method.Doc)))
	}
	if lines.Len() > 0 {
		fmt.Fprintf(out, "### Methods of %s\n\n%s\n", t.Name, lines.String())
	}
}

func (s *source) writeType(out *strings.Builder, t *doc.Type) {
	fmt.Fprintf(out, "### %s\n\n%s", t.Name, paragraphs(t.Doc))
	if fields := s.structNamed(t.Name); fields != nil {
		writeFields(out, fields)
		return
	}
	for _, group := range t.Consts {
		for _, spec := range group.Decl.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			known, _ := s.info.Defs[value.Names[0]].(*types.Const)
			out.WriteString(bullet(entry(value.Names[0].Name, known.Val().ExactString(), value.Doc.Text())))
		}
	}
	out.WriteString("\n")
}

func writeFields(out *strings.Builder, fields *ast.StructType) {
	for _, field := range fieldsOf(fields) {
		words, fallback := splitDefault(field.doc)
		line := entry(field.name, field.kind, words)
		if fallback != "" {
			line += " *" + plain(fallback) + "*"
		}
		out.WriteString(bullet(line))
	}
	out.WriteString("\n")
}

// signature returns parameters and results.
func signature(function *doc.Func) string {
	return strings.TrimPrefix(types.ExprString(function.Decl.Type), "func")
}

// entry returns a name, its type or value, and its comment.
func entry(name, kind, words string) string {
	words = strings.TrimPrefix(words, name+" ")
	return strings.TrimSpace(fmt.Sprintf("**%s** (`%s`) %s", name, kind, plain(words)))
}

// field is one documented field of a struct.
type field struct{ name, kind, doc string }

func fieldsOf(fields *ast.StructType) []field {
	var found []field
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			if name.IsExported() {
				found = append(found, field{name.Name, types.ExprString(f.Type), f.Doc.Text()})
			}
		}
	}
	return found
}

// splitDefault separates the last sentence, about the absence of a value, from the rest.
func splitDefault(words string) (rest, fallback string) {
	at := max(strings.LastIndex(words, "Default:"), strings.LastIndex(words, "Required"))
	if at < 0 {
		return words, ""
	}
	return words[:at], words[at:]
}
