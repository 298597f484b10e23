package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// AdviceFile is the file of a project that names its own remedies: the rehearsal knows AWS, and the project knows which
// of its configuration keys leads there.
const AdviceFile = "rehearsal.yaml"

// Advice maps words of a warning to the remedy in the project that is rehearsed.
type Advice map[string]string

// ReadAdvice reads the advice of the project in dir. Without the file there is none.
func ReadAdvice(dir string) (Advice, error) {
	content, err := os.ReadFile(filepath.Join(dir, AdviceFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var file struct {
		Warnings Advice `yaml:"warnings"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("%s must map words of a warning to its remedy, under warnings: %w", AdviceFile, err)
	}
	return file.Warnings, nil
}

// For returns the remedy for a warning, or "" if the project names none. Of several, the one for the most words counts.
func (a Advice) For(warning string) string {
	var found string
	for words := range a {
		if strings.Contains(warning, words) && len(words) > len(found) {
			found = words
		}
	}
	return a[found]
}

// Advise adds the project's remedies to the warnings.
func (m *Model) Advise(advice Advice) {
	for i, warning := range m.Warnings {
		if remedy := advice.For(warning.Text); remedy != "" {
			m.Warnings[i].Text += "; " + remedy
		}
	}
}
