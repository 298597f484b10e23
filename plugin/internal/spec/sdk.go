package spec

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// generator is the name that the header of each generated file has.
const generator = "go generate"

// Files returns the content of all generated files, by their paths in the repository.
func Files(spec *schema.PackageSpec) (map[string][]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(spec); err != nil {
		return nil, err
	}
	// The schema refers to no other package, so that generation needs no network and no plugin.
	loader := schema.NewNullLoader()
	files := map[string][]byte{"plugin/schema.json": buffer.Bytes()}
	for language, generate := range map[string]func(*schema.Package) (map[string][]byte, error){
		"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
			return nodejs.GeneratePackage(generator, pkg, nil, nil, false, nil)
		},
		"python": func(pkg *schema.Package) (map[string][]byte, error) {
			return python.GeneratePackage(generator, pkg, nil, nil)
		},
	} {
		// Generators write to the package, so each has its own.
		pkg, diagnostics, err := schema.BindSpec(*spec, loader, schema.ValidationOptions{})
		if err != nil {
			return nil, err
		}
		if diagnostics.HasErrors() {
			return nil, fmt.Errorf("the schema is invalid: %w", diagnostics)
		}
		sdk, err := generate(pkg)
		if err != nil {
			return nil, fmt.Errorf("generating the SDK for %s: %w", language, err)
		}
		for path, content := range sdk {
			files["sdk/"+language+"/"+path] = content
		}
	}
	return files, nil
}
