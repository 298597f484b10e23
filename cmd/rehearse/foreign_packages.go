package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
	"github.com/ohcnetwork/care-ecs/rehearsal/schema"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// sdksOf returns the types of the program's SDKs, and the Pulumi packages that it requires. Errors are ignored: a
// program whose requirements cannot be read does not run, and its language host reports that.
func sdksOf(project string) (standin.Types, []gosdk.Package, error) {
	runtime, err := runtimeOf(project)
	if err != nil {
		return nil, nil, err
	}
	var packages []gosdk.Package
	switch runtime {
	case "go":
		packages, _ = gosdk.Packages(project)
		return gosdk.Open(project), packages, nil
	case "nodejs":
		packages = npmPackages(project)
	case "python":
		packages = pythonPackages(project)
	}
	return &schema.Types{}, packages, nil
}

func runtimeOf(project string) (string, error) {
	manifest, err := workspace.LoadProject(filepath.Join(project, "Pulumi.yaml"))
	if err != nil {
		return "", fmt.Errorf("read the project in %s: %w", project, err)
	}
	return manifest.Runtime.Name(), nil
}

// firstVersion matches the first version in a range, such as ^6.83.0 or >=6.0.0,<7.0.0.
var firstVersion = regexp.MustCompile(`\d+(?:\.\d+)*`)

// npmPackages returns the packages of package.json that are SDKs of Pulumi packages. Their version is the lowest that
// it accepts.
func npmPackages(project string) []gosdk.Package {
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	text, err := os.ReadFile(filepath.Join(project, "package.json"))
	if err != nil || json.Unmarshal(text, &manifest) != nil {
		return nil
	}
	var packages []gosdk.Package
	for _, module := range slices.Sorted(maps.Keys(manifest.Dependencies)) {
		scope, name, _ := strings.Cut(module, "/")
		if scope != "@pulumi" && scope != "@pulumiverse" || name == "pulumi" {
			continue
		}
		packages = append(packages, gosdk.Package{
			Name: name, Module: module, Version: "v" + firstVersion.FindString(manifest.Dependencies[module]),
		})
	}
	return packages
}

// pythonRequirement matches the requirement of an SDK of a Pulumi package in requirements.txt or pyproject.toml.
var pythonRequirement = regexp.MustCompile(`(?mi)^[\s"']*((?:pulumi|pulumiverse)[-_]([a-z][\w-]*))([^\n]*)`)

// pythonPackages is npmPackages for a program in Python.
func pythonPackages(project string) []gosdk.Package {
	var packages []gosdk.Package
	for _, file := range []string{"requirements.txt", "pyproject.toml"} {
		text, err := os.ReadFile(filepath.Join(project, file))
		if err != nil {
			continue
		}
		for _, match := range pythonRequirement.FindAllStringSubmatch(string(text), -1) {
			packages = append(packages, gosdk.Package{
				Name: strings.ReplaceAll(match[2], "_", "-"), Module: match[1], Version: "v" + firstVersion.FindString(match[3]),
			})
		}
	}
	return packages
}
