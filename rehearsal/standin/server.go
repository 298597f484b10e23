package standin

import (
	"context"
	"errors"
	"fmt"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ohcnetwork/care-ecs/rehearsal/schema"
)

// Server is a provider of one Package, for the Pulumi engine to attach to. It may serve several
// provider configurations at once: each has a connection of its own to the engine.
type Server struct {
	pulumirpc.UnimplementedResourceProviderServer

	pkg          Package
	kinds        map[string]*compiled
	world        *World
	interceptors []Interceptor
	accepted     []Acceptance
	permission   Permission
	accept       map[string]*Resource // by URN; nil in a provider that has knowledge

	goOn    bool
	survey  bool
	lenient bool
	types   Types
	answers []*Answer

	mu     sync.Mutex
	scopes map[string]Scope // by connection
}

var _ pulumirpc.ResourceProviderServer = (*Server)(nil)

// Option changes how a Server works.
type Option func(*Server)

// Intercept puts an interceptor around every operation; the first given is the outermost.
func Intercept(i Interceptor) Option {
	return func(s *Server) { s.interceptors = append(s.interceptors, i) }
}

// AcceptEverything makes a provider without any knowledge: the baseline that the cost of the rules is measured against.
// For a resource whose URN is that of one among known it answers with that one's properties, which a program may need;
// any other resource has the properties that it was given.
func AcceptEverything(known ...*Resource) Option {
	return func(s *Server) {
		s.accept = map[string]*Resource{}
		for _, r := range known {
			s.accept[r.Urn] = r
		}
	}
}

// NewServer makes a provider of the package in the world. A catalogue that contradicts the SDK is an error.
func NewServer(world *World, pkg Package, options ...Option) (*Server, error) {
	s := &Server{pkg: pkg, world: world, kinds: map[string]*compiled{}, scopes: map[string]Scope{}}
	for _, kind := range pkg.Kinds {
		c, err := compile(kind)
		if err != nil {
			return nil, fmt.Errorf("catalogue of %s: %w", pkg.Name, err)
		}
		c.local = pkg.Local
		for _, token := range append([]string{kind.Token}, kind.Aliases...) {
			if s.kinds[token] != nil {
				return nil, fmt.Errorf("catalogue of %s: %s is there twice", pkg.Name, token)
			}
			s.kinds[token] = c
		}
	}
	for _, option := range options {
		option(s)
	}
	return s, nil
}

// Package returns the package that the server serves.
func (s *Server) Package() Package { return s.pkg }

// kind finds a type in the catalogue. One that is not there is opaque, or an error if the run must not go on.
func (s *Server) kind(token string) (*compiled, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.kinds[token]; c != nil {
		return c, nil
	}
	if !s.goOn {
		return nil, s.refuseType(token)
	}
	c, err := s.opaque(token)
	if err != nil {
		return nil, err
	}
	c.local = s.pkg.Local
	s.kinds[token] = c
	return c, nil
}

// connection identifies a provider configuration. All of them share this server.
func connection(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		return p.Addr.String()
	}
	return ""
}

func (s *Server) scope(ctx context.Context) Scope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scopes[connection(ctx)]
}

// Handshake returns the abilities of the provider to the engine.
func (s *Server) Handshake(context.Context,
	*pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsAutonamingConfiguration: true,
	}, nil
}

// Attach is called by the engine when it connects to a provider that already runs.
func (s *Server) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// GetPluginInfo returns the version of the real plugin.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.pkg.Version}, nil
}

// GetSchema returns the schema of the real provider, which programs without an SDK, such as those in YAML, need. For a
// package whose schema is not known it is empty.
func (s *Server) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	text, found, err := schema.Json(s.pkg.Name)
	if err != nil {
		return nil, err
	}
	if !found {
		text = []byte("{}")
	}
	return &pulumirpc.GetSchemaResponse{Schema: string(text)}, nil
}

// GetMapping has no mapping to other ecosystems.
func (s *Server) GetMapping(context.Context, *pulumirpc.GetMappingRequest) (*pulumirpc.GetMappingResponse, error) {
	return &pulumirpc.GetMappingResponse{}, nil
}

// GetMappings has no mapping to other ecosystems.
func (s *Server) GetMappings(context.Context, *pulumirpc.GetMappingsRequest) (*pulumirpc.GetMappingsResponse, error) {
	return &pulumirpc.GetMappingsResponse{}, nil
}

// Cancel has nothing to stop: every operation ends at once.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Construct is for component packages, which the stand-in is none of.
func (s *Server) Construct(_ context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	return nil, status.Errorf(codes.Unimplemented, "the stand-in %s has no remote components (%s)", s.pkg.Title,
		req.GetType())
}

// Call is for methods of resources, which the stand-in has none of.
func (s *Server) Call(_ context.Context, req *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return nil, status.Errorf(codes.Unimplemented, "the stand-in %s has no methods (%s)", s.pkg.Title, req.GetTok())
}

// CheckConfig judges the provider configuration.
func (s *Server) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	news, err := read(req.GetNews(), "provider configuration")
	if err != nil {
		return nil, err
	}
	draft := &Draft{
		Kind: &Kind{Token: "pulumi:providers:" + s.pkg.Name}, Urn: req.GetUrn(), Name: urnName(req.GetUrn()),
		inputs: NewValue("", property(news)),
	}
	if s.pkg.CheckConfig != nil {
		draft.try(func() { s.pkg.CheckConfig(draft) })
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures(draft.refusals)}, nil
}

// DiffConfig replaces nothing: the stand-in bears any change of its configuration.
func (s *Server) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

// Configure takes the provider configuration of one connection.
func (s *Server) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	config, err := read(req.GetArgs(), "provider configuration")
	if err != nil {
		return nil, err
	}
	scope := Scope{Config: NewValue("", property(config))}
	if s.pkg.Configure != nil && s.accept == nil {
		err = tryFunction("the configuration of "+s.pkg.Title, func() (err error) {
			scope, err = s.pkg.Configure(scope.Config)
			return err
		})
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
	}
	s.mu.Lock()
	s.scopes[connection(ctx)] = scope
	s.mu.Unlock()
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true,
		SupportsPreview: true, SupportsAutonamingConfiguration: true,
	}, nil
}

// Invoke answers a function.
func (s *Server) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	args, err := read(req.GetArgs(), req.GetTok())
	if err != nil {
		return nil, err
	}
	question := &Question{Token: req.GetTok(), Args: NewValue("", property(args)), Scope: s.scope(ctx)}
	var answer Props
	s.world.change(func(v *View) {
		question.World = v
		err = tryFunction(ShortType(question.Token), func() (err error) {
			answer, err = s.answer(question)
			return err
		})
	})
	if _, coded := status.FromError(err); err != nil && !coded {
		err = status.Error(codes.InvalidArgument, err.Error())
	}
	if err != nil {
		return nil, err
	}
	ret, err := write(answer.properties(), req.GetTok())
	return &pulumirpc.InvokeResponse{Return: ret}, err
}

// answer asks a person's answers first, then the world.
func (s *Server) answer(q *Question) (Props, error) {
	if given, err := s.answered(q); given != nil || err != nil {
		return given, err
	}
	invoke := s.pkg.Invokes[q.Token]
	if invoke == nil {
		return s.unanswered(q, "")
	}
	result, err := invoke(q)
	if errors.Is(err, ErrUnanswered) {
		return s.unanswered(q, err.Error())
	}
	if err == nil && s.permission != nil {
		err = s.permission.Ask(q, result)
	}
	return result, err
}

func failures(refusals []*Refusal) []*pulumirpc.CheckFailure {
	var all []*pulumirpc.CheckFailure
	for _, refusal := range refusals {
		// The property stays out of the failure's own field: the engine would print its value, secret or not.
		all = append(all, &pulumirpc.CheckFailure{Reason: refusal.Error()})
	}
	return all
}
