package rehearsal

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// attachment is everything that one run of the command line talks to.
type attachment struct {
	servers   []*server
	host      *server
	providers string
}

// attach serves each provider on a port of its own: they are the same gRPC service, and the engine distinguishes them
// by the port in PULUMI_DEBUG_PROVIDERS.
func attach(
	providers map[string]pulumirpc.ResourceProviderServer, runtime *language, events *eventCollector,
) (*attachment, error) {
	a := &attachment{}
	host, err := serve(func(s *grpc.Server) {
		pulumirpc.RegisterLanguageRuntimeServer(s, runtime)
		pulumirpc.RegisterEventsServer(s, events)
	})
	if err != nil {
		return nil, err
	}
	a.host, a.servers = host, []*server{host}
	var ports []string
	for _, name := range slices.Sorted(maps.Keys(providers)) {
		served, err := serve(func(s *grpc.Server) { pulumirpc.RegisterResourceProviderServer(s, providers[name]) })
		if err != nil {
			a.stop()
			return nil, err
		}
		a.servers = append(a.servers, served)
		ports = append(ports, fmt.Sprintf("%s:%d", name, served.port))
	}
	a.providers = strings.Join(ports, ",")
	return a, nil
}

// variable makes an engine attach to the providers instead of starting plugins.
func (a *attachment) variable() string { return "PULUMI_DEBUG_PROVIDERS=" + a.providers }

func (a *attachment) stop() {
	for _, s := range a.servers {
		s.stop()
	}
}
