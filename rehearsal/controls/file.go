package controls

import (
	"encoding/json"
	"fmt"
	"os"
)

// FileVersion is the version of the format that [Write] writes. It rises if a field changes its meaning or goes.
const FileVersion = 1

// Stack is one stack in a file.
type Stack struct {
	// Name is the name of the stack.
	Name string
	// Preview reports that the result is that of an update that was only previewed.
	Preview bool
	Result  Result
}

type file struct {
	Version int         `json:"version"`
	Stacks  []fileStack `json:"stacks"`
}

type fileStack struct {
	Stack    string        `json:"stack"`
	Preview  bool          `json:"preview"`
	Controls []fileControl `json:"controls"`
	Idle     []string      `json:"idleReasons"`
}

type fileControl struct {
	ID           string       `json:"id"`
	Title        string       `json:"title"`
	Foundational bool         `json:"foundational"`
	Source       string       `json:"source"`
	Holds        bool         `json:"holds"`
	ChangedBy    string       `json:"changedBy"`
	Resources    []string     `json:"resources"`
	Breaches     []fileBreach `json:"breaches"`
}

type fileBreach struct {
	Resource string `json:"resource"`
	Why      string `json:"why"`
	Reason   string `json:"reason"`
}

// Write writes the results as JSON. Lists that are empty are written as [].
func Write(path string, stacks []Stack) error {
	content := file{Version: FileVersion, Stacks: []fileStack{}}
	for _, each := range stacks {
		s := fileStack{Stack: each.Name, Preview: each.Preview, Controls: []fileControl{}}
		s.Idle = append([]string{}, each.Result.Idle...)
		for _, f := range each.Result.Findings {
			s.Controls = append(s.Controls, f.file())
		}
		content.Stacks = append(content.Stacks, s)
	}
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the controls: %w", err)
	}
	const readable = 0o644
	if err := os.WriteFile(path, append(text, '\n'), readable); err != nil {
		return fmt.Errorf("write the controls: %w", err)
	}
	return nil
}

func (f Finding) file() fileControl {
	c := fileControl{
		ID: f.ID, Title: f.Title, Foundational: !f.Further, Source: f.Source(), Holds: f.Holds(), ChangedBy: f.Key,
		Resources: []string{}, Breaches: []fileBreach{},
	}
	for _, r := range f.Judged {
		c.Resources = append(c.Resources, r.Label)
	}
	for _, b := range f.Breaches {
		c.Breaches = append(c.Breaches, fileBreach{b.Label, b.Why, b.Reason})
	}
	return c
}
