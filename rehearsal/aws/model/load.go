package model

import (
	_ "embed" // for the tables
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed constraints.json
var generated []byte

//go:embed written.tsv
var written string

//go:embed forms.tsv
var forms string

// Versions are those of the models that the constraints come from.
type Versions struct {
	Botocore string `json:"botocore"`
	CfnLint  string `json:"cfn-lint"`
	Schemas  string `json:"schemas"`
}

// NotCompiled is a pattern that Go cannot have.
type NotCompiled struct {
	Shape   string `json:"shape"`
	Pattern string `json:"pattern"`
	Why     string `json:"why"`
}

type document struct {
	Models      Versions      `json:"models"`
	NotCompiled []NotCompiled `json:"notCompiled"`
	Constraints []*Constraint `json:"constraints"`
}

type tables struct {
	document

	byType map[string][]*Constraint
}

// load reads the tables once. They are part of the program, and a test reads them: an error in them is a panic.
var load = sync.OnceValue(func() *tables {
	t := &tables{byType: map[string][]*Constraint{}}
	if err := json.Unmarshal(generated, &t.document); err != nil {
		panic(fmt.Sprintf("constraints.json: %v", err))
	}
	if err := t.addWritten(); err != nil {
		panic(err.Error())
	}
	// A refused value is not judged again: constraints of written.tsv, such as quotas, are narrower and come first.
	for _, written := range []bool{true, false} {
		for _, c := range t.Constraints {
			if c.written == written {
				c.leaveOutVoid()
				t.byType[c.Type] = append(t.byType[c.Type], c)
			}
		}
	}
	return t
})

// leaveOutVoid removes a length of at least 1 where an empty value is the same as none: the provider does not send it.
func (c *Constraint) leaveOutVoid() {
	if _, part := c.span(); c.MinLength == 1 && !c.Required && part != "{key}" {
		c.MinLength = 0
	}
}

// Constraints returns every constraint, generated and written.
func Constraints() []*Constraint { return load().Constraints }

// Sources returns the versions of the models.
func Sources() Versions { return load().Models }

// PatternsNotCompiled returns the patterns of the models that Go's regexp package cannot have, and that no value is
// therefore held against.
func PatternsNotCompiled() []NotCompiled { return load().NotCompiled }

// addWritten adds the constraints of written.tsv, whose rows may also correct those of a model.
func (t *tables) addWritten() error {
	known, err := readForms()
	if err != nil {
		return err
	}
	for number, row := range rowsOf(written) {
		if len(row) != 5 { // type, path, sort, value, source
			return fmt.Errorf("written.tsv, row %d: %d fields of 5", number+1, len(row))
		}
		if err := t.apply(row[0], row[1], row[2], row[3], row[4], known); err != nil {
			return fmt.Errorf("written.tsv, %s %s: %w", row[0], row[1], err)
		}
	}
	return nil
}

// apply adds one row. The sorts are those of Constraint, and these: form names a pattern of forms.tsv, also adds
// values to a model's enumeration, without drops a sort of the model's, unset lets an empty text count as absent.
func (t *tables) apply(token, path, sort, value, source string, known map[string]form) error {
	c := &Constraint{Type: token, Path: path, Shape: source, written: true}
	var err error
	switch sort {
	case "required":
		c.Required = true
	case "enum":
		c.Enum = strings.Split(value, ",")
	case "pattern":
		c.Pattern = value
	case "form":
		f, ok := known[value]
		if !ok {
			return fmt.Errorf("forms.tsv has no %q", value)
		}
		c.Pattern, c.words = f.pattern, f.words
	case "range":
		c.Min, c.Max, err = readRange(value)
	case "length":
		var least, most *float64
		if least, most, err = readRange(value); least != nil {
			c.MinLength = int(*least)
		}
		if most != nil {
			length := int(*most)
			c.MaxLength = &length
		}
	case "also", "without", "unset":
		return t.correct(token, path, sort, value)
	default:
		return fmt.Errorf("unknown sort %q", sort)
	}
	t.Constraints = append(t.Constraints, c)
	return err
}

// correct changes the constraints that a model has for the path.
func (t *tables) correct(token, path, sort, value string) error {
	found := false
	for _, c := range t.Constraints {
		if c.Type != token || c.Path != path {
			continue
		}
		switch {
		case sort == "unset":
			c.unset, found = true, true
		case sort == "also" && len(c.Enum) > 0:
			c.Enum, found = append(c.Enum, strings.Split(value, ",")...), true
		case sort == "without":
			found = c.drop(value) || found
		}
	}
	if !found {
		return fmt.Errorf("no model has anything for %q to change", sort)
	}
	return nil
}

// drop removes one sort of limit, and reports whether there was one.
func (c *Constraint) drop(sort string) bool {
	before := *c
	switch sort {
	case "enum":
		c.Enum = nil
		return len(before.Enum) > 0
	case "pattern":
		c.Pattern = ""
		return before.Pattern != ""
	case "min":
		c.Min = nil
		return before.Min != nil
	case "max":
		c.Max = nil
		return before.Max != nil
	case "minLength":
		c.MinLength = 0
		return before.MinLength > 0
	case "maxLength":
		c.MaxLength = nil
		return before.MaxLength != nil
	}
	return false
}

// readRange reads "1..50"; either end may be open.
func readRange(text string) (least, most *float64, err error) {
	low, high, ok := strings.Cut(text, "..")
	if !ok {
		return nil, nil, fmt.Errorf("%q is no range such as 1..50", text)
	}
	for _, end := range []struct {
		text string
		to   **float64
	}{{low, &least}, {high, &most}} {
		if end.text == "" {
			continue
		}
		number, err := strconv.ParseFloat(end.text, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("%q is no range such as 1..50: %w", text, err)
		}
		*end.to = &number
	}
	return least, most, nil
}

// form is a pattern with a name.
type form struct{ pattern, words string }

func readForms() (map[string]form, error) {
	known := map[string]form{}
	for number, row := range rowsOf(forms) {
		if len(row) != 4 { // name, pattern, words, source
			return nil, fmt.Errorf("forms.tsv, row %d: %d fields of 4", number+1, len(row))
		}
		known[row[0]] = form{pattern: row[1], words: row[2]}
	}
	return known, nil
}

// rowsOf splits a table at its tabs; lines that begin with # are comments.
func rowsOf(table string) [][]string {
	var rows [][]string
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}
