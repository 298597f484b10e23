package standin

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Create makes a resource. In a preview it returns the outputs that are known beforehand.
func (s *Server) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	inputs, err := read(req.GetProperties(), "inputs")
	if err != nil {
		return nil, err
	}
	if s.accept != nil {
		return s.acceptAny(req)
	}
	kind, err := s.kind(typeOf(req.GetType(), req.GetUrn()))
	if err != nil {
		return nil, err
	}
	op := &Op{Draft: s.draft(ctx, kind, req.GetUrn(), inputs), Verb: Create, Preview: req.GetPreview()}
	props, err := s.apply(ctx, op, func() resource.PropertyMap { return kind.create(op, inputs) })
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CreateResponse{Id: op.Id, Properties: props}, nil
}

// apply carries out a creation or an update and returns its outputs. If the operation is refused after the resource
// exists, the error has the outputs.
func (s *Server) apply(ctx context.Context, op *Op, change func() resource.PropertyMap) (*structpb.Struct, error) {
	var outputs resource.PropertyMap
	err := s.run(ctx, op, func() error { outputs = change(); return join(op.refusals) })
	if err != nil && op.This == nil {
		return nil, err
	}
	props, encodeErr := write(outputs, "outputs")
	if encodeErr != nil {
		return nil, encodeErr
	}
	if err != nil {
		return nil, halfDone(op, props, err)
	}
	return props, nil
}

func (s *Server) acceptAny(req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	known := s.accept[req.GetUrn()]
	if known == nil {
		return &pulumirpc.CreateResponse{Id: urnName(req.GetUrn()), Properties: req.GetProperties()}, nil
	}
	props, err := write(known.Outputs, "outputs")
	return &pulumirpc.CreateResponse{Id: known.Id, Properties: props}, err
}

// Update changes a resource. In a preview it returns the outputs that are known beforehand.
func (s *Server) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	inputs, err := read(req.GetNews(), "inputs")
	if err != nil {
		return nil, err
	}
	if s.accept != nil {
		return &pulumirpc.UpdateResponse{Properties: req.GetNews()}, nil
	}
	kind, err := s.kind(typeOf(req.GetType(), req.GetUrn()))
	if err != nil {
		return nil, err
	}
	op := &Op{Draft: s.draft(ctx, kind, req.GetUrn(), inputs), Verb: Update, Preview: req.GetPreview(), Id: req.GetId()}
	if kind.local {
		if op.Old, err = kind.recall(op, req); err != nil {
			return nil, err
		}
	}
	props, err := s.apply(ctx, op, func() resource.PropertyMap { return kind.update(op, inputs) })
	if err != nil {
		return nil, err
	}
	return &pulumirpc.UpdateResponse{Properties: props}, nil
}

// Delete removes a resource unless another still holds it. Deleting it twice is no error.
func (s *Server) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	if s.accept != nil {
		return &emptypb.Empty{}, nil
	}
	kind, err := s.kind(typeOf(req.GetType(), req.GetUrn()))
	if err != nil {
		return nil, err
	}
	op := &Op{Draft: s.draft(ctx, kind, req.GetUrn(), resource.PropertyMap{}), Verb: Delete, Id: req.GetId()}
	err = s.run(ctx, op, func() error { kind.remove(op); return join(op.refusals) })
	return &emptypb.Empty{}, err
}

// Read returns a resource for refresh and import, with an empty identifier if it is gone.
func (s *Server) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	if s.accept != nil {
		return &pulumirpc.ReadResponse{Id: req.GetId(), Inputs: req.GetInputs(), Properties: req.GetProperties()}, nil
	}
	token := typeOf(req.GetType(), req.GetUrn())
	kind, err := s.kind(token)
	if err != nil {
		return nil, err
	}
	if kind.local {
		return kept(req), nil
	}
	var live *Resource
	s.world.Look(func(v *View) { live = v.newest(kind.lives(), req.GetId(), req.GetUrn()) })
	if live == nil {
		return &pulumirpc.ReadResponse{}, nil
	}
	op := &Op{Draft: s.draft(ctx, kind, req.GetUrn(), live.Inputs), Verb: Read, Id: req.GetId(), Old: live}
	if err := s.mayRead(op, live); err != nil {
		return nil, err
	}
	given := live.Inputs.Copy()
	kind.readBack(given, live.Outputs)
	inputs, err := write(given, "inputs")
	if err != nil {
		return nil, err
	}
	outputs, err := write(live.Outputs, "outputs")
	return &pulumirpc.ReadResponse{Id: live.Id, Inputs: inputs, Properties: outputs}, err
}

// run does one operation alone in the world, with the interceptors around it and its line in the history.
func (s *Server) run(ctx context.Context, op *Op, do func() error) error {
	alone := func() (err error) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s %s: %w", op.Verb, op.label(), err)
		}
		s.world.change(func(v *View) {
			op.World = v
			if op.try(func() { err = do() }); err == nil {
				err = join(op.refusals)
			}
		})
		return err
	}
	if op.Preview {
		return alone()
	}
	line := Operation{
		Verb: op.Verb, Token: op.Kind.Token, Urn: op.Urn, Name: op.Name, Id: op.Id, Local: s.pkg.Local,
	}
	ctx, retries := counting(ctx)
	s.world.change(func(v *View) { line.Start = v.begin(line) })
	op.Start = line.Start
	next := alone
	for _, intercept := range slices.Backward(s.interceptors) {
		inner := next
		next = func() error { return intercept(ctx, line, inner) }
	}
	err := next()
	s.world.change(func(v *View) { v.end(line.Start, op.Id, op.refs, int(retries.Load()), err) })
	return err
}

// halfDone returns the error for a resource that exists and did not become as it should, so that the engine
// stays in the state and the next update tries again.
func halfDone(op *Op, props *structpb.Struct, err error) error {
	why := []string{err.Error()}
	if len(op.refusals) > 0 {
		why = reasons(op.refusals)
	}
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, err.Error()), &pulumirpc.ErrorResourceInitFailed{
		Id: op.Id, Properties: props, Reasons: why,
	})
}
