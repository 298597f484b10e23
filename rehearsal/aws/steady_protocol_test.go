package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnEndpointThatIsSaidToSpeakHttpTakesNothingElse(t *testing.T) {
	t.Parallel()
	speaking := in{"portMappings": []any{in{"containerPort": 6379, "name": "store", "appProtocol": "http"}}}
	broken{
		changes: map[string]in{"store-container": speaking},
		want: []string{
			exited + "store.demo-ns:6379: Connection closed by server", "of ecs.Service 'store' has appProtocol http",
			"the client speaks redis", "environment.STORE_URL = ", "leave appProtocol out",
		},
	}.run(t)

	g := newGraph(t, map[string]in{
		"store-container": speaking, "web-container": environment(map[string]any{"STORE_URL": "http://store.demo-ns:6379/x"}),
	})
	require.NoError(t, g.build(), "what speaks HTTP is let through")
}
