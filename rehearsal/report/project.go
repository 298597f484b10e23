package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// ProjectFile is the file of a project with facts that the rehearsal cannot know: it knows AWS, and the project knows
// which of its configuration keys leads there, and which quotas its account has.
const ProjectFile = limits.QuotasFile

// Project is the content of the file.
type Project struct {
	// Warnings are the remedies of warnings.
	Warnings Advice `yaml:"warnings"`
	// Limits are the keys that change limits or their use, by the kinds of limits.
	Limits map[string]string `yaml:"limits"`
	// Quotas are the account's limits that differ from AWS's defaults.
	Quotas limits.Quotas `yaml:"quotas"`
	// Controls are the keys that make controls hold, and the reasons for those that do not.
	Controls controls.Project `yaml:"controls"`
}

// Advice maps words of a warning to the remedy in the project that is rehearsed.
type Advice map[string]string

// ReadProject reads the file of the project in dir. A project without the file is empty.
func ReadProject(dir string) (Project, error) {
	var project Project
	content, err := os.ReadFile(filepath.Join(dir, ProjectFile))
	if errors.Is(err, fs.ErrNotExist) {
		return project, nil
	}
	if err != nil {
		return project, err
	}
	if err := yaml.Unmarshal(content, &project); err != nil {
		return Project{}, fmt.Errorf(
			"%s must map words of a warning to its remedy under warnings, limits to their keys under limits, "+
				"quotas to numbers under quotas, and have keys, reasons and stacks under controls: %w",
			ProjectFile,
			err,
		)
	}
	if err := errors.Join(project.Quotas.Check(), limits.CheckKeys(project.Limits), project.Controls.Check()); err != nil {
		return Project{}, fmt.Errorf("%s: %w", ProjectFile, err)
	}
	return project, nil
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

// Advise adds the project's remedies to the warnings, the limits and the controls, the project's reasons to the
// controls, and replaces AWS's default quotas by the project's.
func (m *Model) Advise(project Project) {
	for i, warning := range m.Warnings {
		if remedy := project.Warnings.For(warning.Text); remedy != "" {
			m.Warnings[i].Text += "; " + remedy
		}
	}
	m.Limits.Apply(project.Quotas, project.Limits)
	m.Controls.Apply(m.Stack, project.Controls)
}
