package engine_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
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
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: rolesDir, Stack: "dev", Cli: &shared.cli, Program: program, Providers: made.Providers, World: made,
		Config: map[string]string{"kmsKeyArn": found.live(token.KmsKey, "state").Out("arn").Text()},
	})
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
	for name, options := range map[string]rehearsal.Options{
		"staging":    {Stack: "staging"},
		"production": {Stack: "production"},
		"what neither has": {Stack: "staging", Config: map[string]string{
			"redisBackend": "elasticache", "imageWithoutRediSearch": "true", "flowLogs": "true", "celeryWorkers": "2",
			"schedule.days": "MON-FRI", "schedule.start": "08:00", "schedule.stop": "20:00", "schedule.timeZone": "Asia/Kolkata",
			"interfaceEndpoints[0]": "logs",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := withRoles(t)
			before := a.cloud.Live()
			s := a.deploy(options)
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

// A stack that exists gains the boundary by the deploy role: the roles' stack is updated first, then the key is set.
func TestAnExistingStackGainsTheBoundaryInPlace(t *testing.T) {
	t.Parallel()
	a := withRoles(t)
	stateDir := t.TempDir()
	options := rehearsal.Options{
		Dir: projectDir, Cli: &shared.cli, Program: shared.program, StateDir: stateDir, Passphrase: "boundary",
		Providers: a.cloud.Providers, World: a.cloud,
	}
	old, err := rehearsal.New(t.Context(), options)
	require.NoError(t, err)
	_, err = old.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, old.Close())

	asRole, err := a.cloud.As(a.deployRole)
	require.NoError(t, err)
	options.Providers, options.World = asRole.Providers, asRole
	opened := enginetest.Open(t, options)
	s := &stack{Rehearsal: opened, t: t, cloud: asRole}
	s.set(map[string]string{"permissionsBoundaryArn": a.boundary})
	assertOnlyIdentitiesChange(t, s.up())
	assert.Empty(t, s.up().Changed())
}

func TestRecordedStatesGainTheBoundaryInPlace(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(recordedStacks)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openReleased(t, releasedVersions(t)[0], name)
			s.up()
			s.set(map[string]string{"permissionsBoundaryArn": "arn:aws:iam::123456789012:policy/github-boundary-0123456"})
			assertOnlyIdentitiesChange(t, s.up())
			assert.Empty(t, s.up().Changed())
		})
	}
}

func assertOnlyIdentitiesChange(t *testing.T, result *rehearsal.Result) {
	t.Helper()
	changed := result.Changed()
	require.NotEmpty(t, changed)
	for _, step := range changed {
		assert.Equal(t, rehearsal.OpUpdate, step.Op, step.Urn)
		assert.Contains(t, []string{token.IamRole, token.IamUser}, step.Type, step.Urn)
	}
}

// The tasks' permissions are those that their policies and the boundary both allow.
func TestTasksHaveNoPermissionThatTheBoundaryLacks(t *testing.T) {
	t.Parallel()
	a := withRoles(t)
	boundary := a.live(token.IamPolicy, "github-boundary")
	withoutParameters := strings.ReplaceAll(boundary.Out("policy").Text(), `"ssm:GetParameters"`,
		`"ssm:GetParameterHistory"`)
	require.NotEqual(t, boundary.Out("policy").Text(), withoutParameters)
	require.NoError(t, attacker{t, a.cloud}.change(boundary, properties{"policy": withoutParameters}))
	_, err := a.deploy(rehearsal.Options{}).Up(t.Context())
	require.ErrorContains(t, err, "no permissions boundary allows the ssm:GetParameters action")
}
