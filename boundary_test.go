package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The deploy role can create no role or user without the boundary, so one without it would make a deployment fail.
func TestEveryRoleAndUserHasThePermissionsBoundary(t *testing.T) {
	t.Parallel()
	const boundary = "arn:aws:iam::123456789012:policy/github-boundary-0123456"
	for _, arn := range []string{boundary, ""} {
		result := scheduled(t, map[string]string{
			"care:permissionsBoundaryArn": arn, "care:flowLogs": "true", "care:celeryWorkers": "2",
		})
		identities := append(result.OfType("aws:iam/role:Role"), result.OfType("aws:iam/user:User")...)
		require.Len(t, identities, 11, "four services, the flow logs, the schedules and the user")
		for _, identity := range identities {
			if arn == "" {
				assert.Nil(t, identity.In("permissionsBoundary"), identity.Name)
			} else {
				assert.Equal(t, arn, identity.In("permissionsBoundary"), identity.Name)
			}
		}
	}
}
