package rehearsal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// eventCollector receives the engine's events and turns them into a Result. Over gRPC rather than in a file, because
// inputs and outputs are in them.
type eventCollector struct {
	pulumirpc.UnimplementedEventsServer
	mutex  sync.Mutex
	result Result
	// last is where the latest step of a resource and operation is.
	last map[stepKey]int
}

type stepKey struct {
	urn string
	op  Op
}

// StreamEvents takes one JSON event a message, as `--event-log tcp://` sends them.
func (c *eventCollector) StreamEvents(
	stream grpc.ClientStreamingServer[pulumirpc.EventRequest, emptypb.Empty],
) error {
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&emptypb.Empty{})
		}
		if err != nil {
			return err
		}
		var event apitype.EngineEvent
		if err := json.Unmarshal([]byte(request.GetEvent()), &event); err != nil {
			return fmt.Errorf("decoding an engine event: %w", err)
		}
		c.add(event)
	}
}

func (c *eventCollector) add(event apitype.EngineEvent) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch {
	case event.ResourcePreEvent != nil:
		c.append(newStep(event.ResourcePreEvent.Metadata))
	case event.ResOutputsEvent != nil:
		c.finish(event.ResOutputsEvent.Metadata, StepDone)
	case event.ResOpFailedEvent != nil:
		c.finish(event.ResOpFailedEvent.Metadata, StepFailed)
	case event.DiagnosticEvent != nil:
		c.diagnose(*event.DiagnosticEvent)
	case event.ErrorEvent != nil:
		c.diagnose(apitype.DiagnosticEvent{Severity: SeverityError, Message: event.ErrorEvent.Error})
	case event.SummaryEvent != nil:
		c.result.Changes = make(map[Op]int, len(event.SummaryEvent.ResourceChanges))
		for op, count := range event.SummaryEvent.ResourceChanges {
			c.result.Changes[Op(op)] = count
		}
	}
}

// finish marks the last step of that resource and operation, or adds one if the engine has not reported its beginning.
func (c *eventCollector) finish(metadata apitype.StepEventMetadata, status StepStatus) {
	finished := newStep(metadata)
	finished.Status = status
	if i, begun := c.last[stepKey{finished.Urn, finished.Op}]; begun {
		c.result.Steps[i] = finished
		return
	}
	c.append(finished)
}

func (c *eventCollector) append(step Step) {
	if c.last == nil {
		c.last = map[stepKey]int{}
	}
	c.last[stepKey{step.Urn, step.Op}] = len(c.result.Steps)
	c.result.Steps = append(c.result.Steps, step)
}

func (c *eventCollector) diagnose(event apitype.DiagnosticEvent) {
	message := strings.TrimSpace(colors.Never.Colorize(event.Message))
	if event.Ephemeral || event.Severity == SeverityError && cancelled.MatchString(message) {
		return
	}
	c.result.Diagnostics = append(c.result.Diagnostics, Diagnostic{
		event.Severity, event.URN, awaited.ReplaceAllString(message, "$1"),
	})
}

func (c *eventCollector) take() Result {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.result
}

func newStep(metadata apitype.StepEventMetadata) Step {
	return Step{
		Op:          Op(metadata.Op),
		Urn:         metadata.URN,
		Type:        metadata.Type,
		Provider:    metadata.Provider,
		Diffs:       metadata.Diffs,
		ReplaceKeys: metadata.Keys,
		Detailed:    newDetailedDiff(metadata.DetailedDiff),
		Old:         newResourceState(metadata.Old),
		New:         newResourceState(metadata.New),
	}
}

func newDetailedDiff(detailed map[string]apitype.PropertyDiff) map[string]string {
	if len(detailed) == 0 {
		return nil
	}
	kinds := make(map[string]string, len(detailed))
	for path, difference := range detailed {
		kinds[path] = string(difference.Kind)
	}
	return kinds
}

func newResourceState(state *apitype.StepEventStateMetadata) *ResourceState {
	if state == nil {
		return nil
	}
	return &ResourceState{
		Id:      state.ID,
		Custom:  state.Custom,
		Parent:  state.Parent,
		Protect: state.Protect,
		Inputs:  hideSecrets(state.Inputs),
		Outputs: hideSecrets(state.Outputs),
	}
}

// hideSecrets puts "[secret]" where the engine sends a signed object around it.
func hideSecrets(properties map[string]any) map[string]any {
	hidden := make(map[string]any, len(properties))
	for name, value := range properties {
		hidden[name] = hideSecret(value)
	}
	return hidden
}

func hideSecret(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value[sig.Key] == sig.Secret {
			return "[secret]"
		}
		return hideSecrets(value)
	case []any:
		hidden := make([]any, len(value))
		for i, item := range value {
			hidden[i] = hideSecret(item)
		}
		return hidden
	default:
		return value
	}
}
