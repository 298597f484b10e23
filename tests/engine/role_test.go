package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
)

// rolesDir is the program that creates the deploy role.
const rolesDir = projectDir + "/examples/github-deploy-roles"

// rolesProgram builds that program once.
var rolesProgram = sync.OnceValues(func() (string, error) {
	path := filepath.Join(shared.dir, "roles")
	return path, rehearsal.BuildProgram(context.Background(), rolesDir, path, os.Stderr)
})

const tasksAssume = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
	`"Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}`

// account is an account in which the roles' stack is deployed.
type account struct {
	*stack

	deployRole, boundary string
}

// withRoles deploys the roles' stack in an account that has the state's bucket and key, and a bucket of others.
func withRoles(t *testing.T) account {
	t.Helper()
	made, err := cloud.New()
	require.NoError(t, err)
	program, err := rolesProgram()
	require.NoError(t, err)
	owner := attacker{t, made}
	require.NoError(t, owner.createAs("records", token.S3BucketV2, properties{"bucket": "hospital-records"}))
	require.NoError(t, owner.createAs("state", token.S3BucketV2, properties{"bucket": "example-care-state"}))
	require.NoError(t, owner.createAs("state", token.KmsKey, properties{"description": "secrets of the state"}))
	found := &stack{t: t, cloud: made}
	opened, err := rehearsal.New(t.Context(), rehearsal.Options{
		Dir: rolesDir, Stack: "dev", Cli: &shared.cli, Program: program, Providers: made.Providers, World: made,
		Config: map[string]string{"kmsKeyArn": found.live(token.KmsKey, "state").Out("arn").Text()},
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, opened.Close()) })
	roles := &stack{Rehearsal: opened, t: t, cloud: made}
	roles.up()
	return account{
		stack:      roles,
		deployRole: roles.live(token.IamRole, "github-deploy").Out("arn").Text(),
		boundary:   roles.live(token.IamPolicy, "github-boundary").Out("arn").Text(),
	}
}

// deploy opens a stack of the program, which the deploy role deploys.
func (a account) deploy(with rehearsal.Options) *stack {
	a.t.Helper()
	asRole, err := a.cloud.As(a.deployRole)
	require.NoError(a.t, err)
	with.Dir, with.Cli, with.Program = projectDir, &shared.cli, shared.program
	with.Providers, with.World = asRole.Providers, asRole
	opened, err := rehearsal.New(a.t.Context(), with)
	require.NoError(a.t, err)
	a.t.Cleanup(func() { assert.NoError(a.t, opened.Close()) })
	deployed := &stack{Rehearsal: opened, t: a.t, cloud: asRole}
	deployed.set(map[string]string{"permissionsBoundaryArn": a.boundary})
	return deployed
}

func TestTheDeployRoleDeploysChangesAndDestroysEveryStack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"staging", "production"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := withRoles(t)
			before := a.cloud.Live()
			s := a.deploy(rehearsal.Options{Stack: name})
			s.up()
			s.set(map[string]string{"protectData": "false"})
			s.up()
			_, err := s.Refresh(t.Context())
			require.NoError(t, err)
			_, err = s.Destroy(t.Context())
			require.NoError(t, err)
			assert.Equal(t, before, s.cloud.Live())
		})
	}
}
