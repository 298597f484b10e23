package rule_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func TestAMovingTagIsRefusedWithTheCommandThatPinsIt(t *testing.T) {
	t.Parallel()
	err := rule.Image("image", "ghcr.io/ohcnetwork/care:latest", false)
	require.ErrorContains(t, err, `skopeo inspect docker://ghcr.io/ohcnetwork/care:latest`)
	require.ErrorContains(t, err, `docker buildx imagetools inspect ghcr.io/ohcnetwork/care:latest`)
	require.ErrorContains(t, err, `for ghcr.io/ohcnetwork/care@sha256:`)
	require.ErrorContains(t, err, "latest-1234")
	local := rule.Image("image", "localhost:5000/care:latest", false)
	require.ErrorContains(t, local, "for localhost:5000/care@sha256:", "a port is no tag")
}

func TestAnImageWithoutARegistryIsRefusedWithItsFullName(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, rule.Image("image", "redis:8-alpine", false), `"docker.io/library/redis:8-alpine"`)
	assert.ErrorContains(t, rule.Image("image", "valkey/valkey:8", false), `put "docker.io/" before it`)
}

func TestTheTagOfAReleaseShowsTheGeneration(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"ghcr.io/ohcnetwork/care:24.43.0":                                                 rule.Care2024,
		"ghcr.io/ohcnetwork/care:v23.9.1-hospital":                                        rule.Care2024,
		"localhost:5000/care:v3.0.0":                                                      rule.Care3,
		"ghcr.io/ohcnetwork/care:24.43.0@sha256:" + strings.Repeat("0f1e2d3c4b5a6978", 4): rule.Care2024,
		"ghcr.io/ohcnetwork/care@sha256:" + strings.Repeat("0f1e2d3c4b5a6978", 4):         "",
		"ghcr.io/ohcnetwork/care:latest-1234":                                             "",
		"ghcr.io/ohcnetwork/care:1.2.3":                                                   "",
		"localhost:24.43/care":                                                            "",
	} {
		assert.Equal(t, want, rule.CareRelease(image), image)
	}
}
