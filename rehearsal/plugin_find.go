package rehearsal

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	pulumiplugin "github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// plugins are the providers in directories that the project names, under packages or under plugins.providers.
type plugins []*plugin

// openPlugins finds the project's plugins, and builds those that are there as source. A stand-in goes before a plugin
// of the same name.
func (r *Rehearsal) openPlugins(ctx context.Context, order *declarations) (plugins, error) {
	var opened plugins
	for _, named := range namedPlugins(ctx, r.project.manifest) {
		if r.options.Providers[named.Name] != nil {
			continue
		}
		executable, err := r.findPlugin(ctx, named)
		if err != nil {
			return nil, fmt.Errorf("%s: the plugin %s: %w", r.project.file, named.Name, err)
		}
		opened = append(opened, &plugin{
			name: named.Name, executable: executable, log: r.options.Stderr, declarations: order,
		})
	}
	return opened, nil
}

// namedPlugins returns the providers in directories that a project names (sdk/go/common/resource/plugin,
// projectPluginsFromProject).
func namedPlugins(ctx context.Context, manifest *workspace.Project) []workspace.PluginOptions {
	var named []workspace.PluginOptions
	if manifest.Plugins != nil {
		named = append(named, manifest.Plugins.Providers...)
	}
	packages := manifest.GetPackageSpecs()
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		if source := packages[name].Source; pulumiplugin.IsLocalPluginPath(ctx, source) {
			named = append(named, workspace.PluginOptions{Name: name, Path: source})
		}
	}
	return named
}

// findPlugin returns the executable of a plugin. Like the engine it looks in the directory for pulumi-resource-NAME, or
// for a PulumiPlugin.yaml, whose program in Go it builds.
func (r *Rehearsal) findPlugin(ctx context.Context, named workspace.PluginOptions) (string, error) {
	dir := named.Path
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(r.project.dir, dir)
	}
	file := "pulumi-resource-" + named.Name + executableSuffix()
	if built := filepath.Join(dir, file); exists(built) {
		return built, nil
	}
	project := filepath.Join(dir, "PulumiPlugin.yaml")
	if !exists(project) {
		return "", fmt.Errorf("%s has neither %s nor a PulumiPlugin.yaml; build the plugin there", dir, file)
	}
	source, err := workspace.LoadPluginProject(project)
	if err != nil {
		return "", err
	}
	if runtime := source.Runtime.Name(); runtime != "go" {
		return "", fmt.Errorf("%s is a program in %s; a rehearsal builds those in Go only: build %s there",
			dir, runtime, file)
	}
	target := filepath.Join(r.tempDir, file)
	if exists(target) {
		return target, nil
	}
	return target, BuildProgram(ctx, dir, target, r.options.Stderr)
}

// among returns the stand-ins and the plugins by name.
func (all plugins) among(
	standIns map[string]pulumirpc.ResourceProviderServer,
) map[string]pulumirpc.ResourceProviderServer {
	providers := maps.Clone(standIns)
	for _, p := range all {
		providers[p.name] = p
	}
	return providers
}

func (all plugins) stop() {
	for _, p := range all {
		p.stop()
	}
}
