package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Finder looks into the cloud for a resource of the program, as a person does in the console.
type Finder interface {
	// Find returns the identifiers of the live resources with that URN, oldest first.
	Find(urn string) []string
}

// Repair does what Pulumi requires after the command line was killed: `pulumi cancel` for its lock, and
// `pulumi refresh` for the operations that it had begun. If a creation has reached the cloud and only its answer is
// lost, the resource is in the cloud alone: Repair adopts it into the state by `pulumi import`. (`pulumi refresh
// --import-pending-creates` only changes the kind of the pending operation, which nothing reads: pkg/cmd/pulumi/
// operations/refresh.go in 3.259.) It returns the URNs of those resources.
func (r *Rehearsal) Repair(ctx context.Context, cloud Finder) ([]string, error) {
	if err := r.Cancel(ctx); err != nil {
		return nil, err
	}
	before, err := r.deployment(false)
	if err != nil {
		return nil, err
	}
	if _, err := r.Refresh(ctx, "--clear-pending-creates"); err != nil {
		return nil, err
	}
	lost := lostCreations(before, cloud)
	if len(lost.Resources) == 0 {
		return nil, nil
	}
	return lost.urns, r.importAll(ctx, lost)
}

// importFile is the file for `pulumi import --file`.
type importFile struct {
	NameTable map[string]string `json:"nameTable"`
	Resources []importedState   `json:"resources"`

	urns []string
}

type importedState struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Id       string `json:"id"`
	Parent   string `json:"parent,omitempty"`
	Provider string `json:"provider,omitempty"`
}

// lostCreations are the pending creations that the cloud has done and the state does not know. They are named by their
// URNs in the table, which are unique.
func lostCreations(before *apitype.DeploymentV3, cloud Finder) importFile {
	known := map[string]bool{}
	for _, resource := range before.Resources {
		known[string(resource.URN)+" "+string(resource.ID)] = true
	}
	lost := importFile{NameTable: map[string]string{}}
	for _, pending := range before.PendingOperations {
		if pending.Type != apitype.OperationTypeCreating || !pending.Resource.Custom {
			continue
		}
		urn := string(pending.Resource.URN)
		for _, id := range cloud.Find(urn) {
			if !known[urn+" "+id] {
				lost.add(pending.Resource, id)
			}
		}
	}
	return lost
}

func (f *importFile) add(resource apitype.ResourceV3, id string) {
	parent, provider := string(resource.Parent), resource.Provider
	if at := strings.LastIndex(provider, "::"); at >= 0 {
		provider = provider[:at] // a reference to a provider ends in its identifier
	}
	for _, urn := range []string{parent, provider} {
		if urn != "" {
			f.NameTable[urn] = urn
		}
	}
	f.urns = append(f.urns, string(resource.URN))
	f.Resources = append(f.Resources, importedState{
		Type: string(resource.Type), Name: resource.URN.Name(), Id: id, Parent: parent, Provider: provider,
	})
}

func (r *Rehearsal) importAll(ctx context.Context, lost importFile) error {
	encoded, err := json.Marshal(lost)
	if err != nil {
		return fmt.Errorf("encoding what is to be imported: %w", err)
	}
	file := filepath.Join(r.tempDir, "import.json")
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		return fmt.Errorf("writing what is to be imported: %w", err)
	}
	_, err = r.Import(ctx, "--file", file)
	return err
}
