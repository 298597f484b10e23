package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Export gives the stack's deployment as `pulumi stack export` writes it, with secrets in clear when asked for.
func (r *Rehearsal) Export(ctx context.Context, showSecrets bool) ([]byte, error) {
	arguments := []string{"stack", "export", "--stack", r.options.Stack}
	if showSecrets {
		arguments = append(arguments, "--show-secrets")
	}
	return r.query(ctx, arguments...)
}

// Resources gives the resources in the state, with secrets in clear when asked for.
func (r *Rehearsal) Resources(ctx context.Context, showSecrets bool) ([]apitype.ResourceV3, error) {
	deployment, err := r.deployment(ctx, showSecrets)
	if err != nil {
		return nil, err
	}
	return deployment.Resources, nil
}

func (r *Rehearsal) deployment(ctx context.Context, showSecrets bool) (*apitype.DeploymentV3, error) {
	exported, err := r.Export(ctx, showSecrets)
	if err != nil {
		return nil, err
	}
	var untyped apitype.UntypedDeployment
	if err := json.Unmarshal(exported, &untyped); err != nil {
		return nil, fmt.Errorf("decoding the exported state: %w", err)
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(untyped.Deployment, &deployment); err != nil {
		return nil, fmt.Errorf("decoding the exported deployment: %w", err)
	}
	return &deployment, nil
}

// Outputs gives the stack's outputs; secrets are "[secret]" unless asked for.
func (r *Rehearsal) Outputs(ctx context.Context, showSecrets bool) (map[string]any, error) {
	arguments := []string{"stack", "output", "--json", "--stack", r.options.Stack}
	if showSecrets {
		arguments = append(arguments, "--show-secrets")
	}
	printed, err := r.query(ctx, arguments...)
	if err != nil {
		return nil, err
	}
	var outputs map[string]any
	if err := json.Unmarshal(printed, &outputs); err != nil {
		return nil, fmt.Errorf("decoding the stack's outputs: %w", err)
	}
	return outputs, nil
}

// CheckEmpty is an error that names what is left in the state or in the world.
func (r *Rehearsal) CheckEmpty(ctx context.Context) error {
	resources, err := r.Resources(ctx, false)
	if err != nil {
		return err
	}
	var left []error
	for _, resource := range resources {
		left = append(left, fmt.Errorf("left in the state: %s", resource.URN))
	}
	if r.options.World != nil {
		for _, name := range r.options.World.Live() {
			left = append(left, fmt.Errorf("left in the stand-in cloud: %s", name))
		}
	}
	return errors.Join(left...)
}

// selectStack makes the stack in the state unless it is there, which saves half a second.
func (r *Rehearsal) selectStack(ctx context.Context) error {
	checkpoint := filepath.Join(r.stateDir, ".pulumi", "stacks", r.project.manifest.Name.String(), r.options.Stack)
	if exists(checkpoint+".json") || exists(checkpoint+".json.gz") {
		return nil
	}
	_, err := r.query(ctx, "stack", "init", r.options.Stack, "--secrets-provider", "passphrase")
	return err
}
