package standin

import (
	"context"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Diff returns the changes of an update and whether they need a replacement.
func (s *Server) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	old, err := read(req.GetOldInputs(), "old inputs")
	if err != nil {
		return nil, err
	}
	now, err := read(req.GetNews(), "inputs")
	if err != nil {
		return nil, err
	}
	kind := &compiled{}
	if s.accept == nil {
		if kind, err = s.kind(typeOf(req.GetType(), req.GetUrn())); err != nil {
			return nil, err
		}
	}
	state, err := read(req.GetOlds(), "old outputs")
	if err != nil {
		return nil, err
	}
	kind.readBack(old, state)
	keepIgnored(now, old, req.GetIgnoreChanges())
	delta := &Delta{
		Draft: s.draft(ctx, kind, req.GetUrn(), now), Old: NewValue("", resource.NewProperty(old)),
		Changes: compare(kind, state, old, now), kind: kind,
	}
	if kind.Diff != nil {
		delta.try(func() { kind.Diff(delta) })
	}
	if delta.Refused() {
		return nil, join(delta.refusals)
	}
	return delta.response(old, now), nil
}

// keepIgnored is a second line of defence: the engine has already put the old values in place of those
// listed in the program's ignoreChanges.
func keepIgnored(now, old resource.PropertyMap, ignored []string) {
	for _, path := range ignored {
		key := resource.PropertyKey(topKey(path))
		if string(key) != path {
			continue
		}
		if value, ok := old[key]; ok {
			now[key] = value
		} else {
			delete(now, key)
		}
	}
}

func (d *Delta) response(old, now resource.PropertyMap) *pulumirpc.DiffResponse {
	response := &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true, DetailedDiff: map[string]*pulumirpc.PropertyDiff{},
	}
	for _, change := range d.Changes {
		response.Changes = pulumirpc.DiffResponse_DIFF_SOME
		path := change.Path.String()
		response.DetailedDiff[path] = &pulumirpc.PropertyDiff{Kind: change.wire(), InputDiff: true}
		top := topKey(dot(change.Path))
		if !slices.Contains(response.Diffs, top) {
			response.Diffs = append(response.Diffs, top)
		}
		if change.Replaces && !slices.Contains(response.Replaces, top) {
			response.Replaces = append(response.Replaces, top)
		}
	}
	if d.Replaces() {
		response.DeleteBeforeReplace = d.Kind.DeleteFirst || d.namedByProgram(old, now)
	}
	return response
}

// namedByProgram is the bridge's rule (nameRequiresDeleteBeforeReplace): two resources cannot bear one
// name, so what the program named itself goes before its replacement comes.
func (d *Delta) namedByProgram(old, now resource.PropertyMap) bool {
	if d.Kind.Name.Bare {
		return false
	}
	key := resource.PropertyKey(d.Kind.Name.Property)
	value, named := now[key]
	return named && !filled(now)[string(key)] && open(value).DeepEquals(open(old[key]))
}

func (c Change) wire() pulumirpc.PropertyDiff_Kind {
	switch {
	case c.Kind == Added && c.Replaces:
		return pulumirpc.PropertyDiff_ADD_REPLACE
	case c.Kind == Added:
		return pulumirpc.PropertyDiff_ADD
	case c.Kind == Removed && c.Replaces:
		return pulumirpc.PropertyDiff_DELETE_REPLACE
	case c.Kind == Removed:
		return pulumirpc.PropertyDiff_DELETE
	case c.Replaces:
		return pulumirpc.PropertyDiff_UPDATE_REPLACE
	}
	return pulumirpc.PropertyDiff_UPDATE
}

// typeOf returns the type of a resource. Requests of older engines have it in the URN alone.
func typeOf(token, urn string) string {
	if token != "" {
		return token
	}
	parts := strings.Split(urn, "::")
	if len(parts) < 3 {
		return ""
	}
	types := strings.Split(parts[2], "$")
	return types[len(types)-1]
}

func topKey(path string) string {
	if at := strings.IndexAny(path, ".["); at >= 0 {
		return path[:at]
	}
	return path
}

func sortedKeys(props Props) []string {
	keys := make([]string, 0, len(props))
	for key := range props {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
