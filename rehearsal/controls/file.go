package controls

// File is a finding as a report for other programs has it.
type File struct {
	ID           string       `json:"id"`
	Title        string       `json:"title"`
	Foundational bool         `json:"foundational"`
	Source       string       `json:"source"`
	Holds        bool         `json:"holds"`
	ChangedBy    string       `json:"changedBy"`
	Resources    []string     `json:"resources"`
	Breaches     []FileBreach `json:"breaches"`
}

// FileBreach is a breach as a report for other programs has it.
type FileBreach struct {
	Resource string `json:"resource"`
	Why      string `json:"why"`
	Reason   string `json:"reason"`
}

// Files returns the findings as a report for other programs has them. Lists that are empty are written as [].
func (r Result) Files() []File {
	files := make([]File, 0, len(r.Findings))
	for _, f := range r.Findings {
		files = append(files, f.file())
	}
	return files
}

func (f Finding) file() File {
	c := File{
		ID: f.ID, Title: f.Title, Foundational: !f.Further, Source: f.Source(), Holds: f.Holds(), ChangedBy: f.Key,
		Resources: []string{}, Breaches: []FileBreach{},
	}
	for _, r := range f.Judged {
		c.Resources = append(c.Resources, r.Label)
	}
	for _, b := range f.Breaches {
		c.Breaches = append(c.Breaches, FileBreach{b.Label, b.Why, b.Reason})
	}
	return c
}
