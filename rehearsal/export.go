package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Export returns the stack's deployment in the form of `pulumi stack export`, with secrets in plain text
// if showSecrets is set.
func (r *Rehearsal) Export(ctx context.Context, showSecrets bool) ([]byte, error) {
	arguments := []string{"stack", "export", "--stack", r.options.Stack}
	if showSecrets {
		arguments = append(arguments, "--show-secrets")
	}
	return r.query(ctx, arguments...)
}

// Resources returns the resources in the state, with secrets in clear if asked for.
func (r *Rehearsal) Resources(showSecrets bool) ([]apitype.ResourceV3, error) {
	deployment, err := r.deployment(showSecrets)
	if err != nil {
		return nil, err
	}
	return deployment.Resources, nil
}

// Outputs returns the stack's outputs. Secrets are "[secret]" unless showSecrets is set.
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

// CheckEmpty returns an error that names the resources left in the state or in the world.
func (r *Rehearsal) CheckEmpty() error {
	resources, err := r.Resources(false)
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
