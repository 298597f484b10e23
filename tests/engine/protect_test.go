package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// protectKey is part of the engine's message when it refuses to delete.
const protectKey = "care:protectData"

func TestADestroyOfProtectedDataDeletesNothingAndNamesTheKey(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	s.up()
	before := s.cloud.History()
	_, err := s.Destroy(t.Context())
	require.ErrorContains(t, err, protectKey)
	require.ErrorContains(t, err, "protected")
	assert.Len(t, s.cloud.History(), len(before), "nothing was even begun")
	for _, step := range s.up().Changed() {
		assert.Equal(t, "pulumi:providers:pulumi", step.Type, "the destroy has deleted no more than this part of the engine")
	}

	s.set(map[string]string{"protectData": "false"})
	for _, step := range s.up().Changed() {
		assert.Equal(t, rehearsal.OpUpdate, step.Op, step.Urn)
	}
	s.destroy()
}

// ordinary are changes of a production, each made after those above it.
var ordinary = []struct {
	name string
	set  map[string]string
	// refused is why there is not even a plan, and fails why AWS does not go through with it. Both are taken back.
	refused, fails string
	back           map[string]string
}{
	{
		name: "the database's name", set: map[string]string{"databaseName": "hospital"}, refused: "marked for protection",
		back: map[string]string{"databaseName": "care"},
	},
	{
		name: "the database user's name", set: map[string]string{"databaseUsername": "hospital"},
		refused: "marked for protection", back: map[string]string{"databaseUsername": "care"},
	},
	{
		name: "another zone in the place of the standby's", set: map[string]string{"availabilityZones[1]": "ap-south-1c"},
		fails: "SubnetAlreadyInUse", back: map[string]string{"availabilityZones[1]": "ap-south-1b"},
	},
	{name: "the order of the zones", set: map[string]string{
		"availabilityZones[0]": "ap-south-1b", "availabilityZones[1]": "ap-south-1a",
	}},
	{name: "a third zone", set: map[string]string{"availabilityZones[2]": "ap-south-1c"}},
	{name: "the class", set: map[string]string{"databaseInstanceClass": "db.t4g.large"}},
	{name: "the engine's minor version", set: map[string]string{"databaseVersion": "16.13"}},
	{name: "the storage", set: map[string]string{"databaseStorage": "60"}},
	{name: "Redis's memory", set: map[string]string{"redisMemory": "4096"}},
	{
		name: "the namespace", set: map[string]string{"namespace": "care-next"}, refused: "marked for protection",
		back: map[string]string{"namespace": "care-ns"},
	},
}

func TestAnOrdinaryChangeReplacesNoDataOrIsRefusedBeforeItStarts(t *testing.T) { //nolint:tparallel // in order
	t.Parallel()
	opened := open(t, rehearsal.Options{Stack: "production"})
	opened.up()
	for i, row := range ordinary { //nolint:paralleltest // see above
		t.Run(row.name, func(t *testing.T) {
			skipUnlessFull(t, i%3 == 0)
			s := &stack{opened.Rehearsal, t, opened.cloud}
			before := s.cloud.History()
			s.set(row.set)
			planned, err := s.Preview(t.Context())
			if row.refused != "" {
				require.ErrorContains(t, err, row.refused)
				assert.Len(t, s.cloud.History(), len(before))
			} else {
				require.NoError(t, err)
				assert.Empty(t, stateful(planned))
				done, err := s.Up(t.Context())
				assert.Equal(t, row.fails != "", err != nil, err)
				assert.Empty(t, stateful(done))
			}
			if row.back != nil {
				s.set(row.back)
				assert.Empty(t, stateful(s.up()))
			}
			changesOnlyWhatWaits(t, s)
		})
	}
}

// changesOnlyWhatWaits asserts that one more update changes only resources that wait for a maintenance window.
func changesOnlyWhatWaits(t *testing.T, s *stack) {
	t.Helper()
	waiting := map[string]bool{}
	s.cloud.Look(func(view *standin.View) {
		for _, pending := range aws.Pendings(view) {
			waiting[pending.Resource+" "+pending.Property] = true
		}
	})
	for _, step := range s.up().Changed() {
		assert.Equal(t, rehearsal.OpUpdate, step.Op, step.Urn)
		require.NotEmpty(t, step.Diffs, step.Urn)
		for _, property := range step.Diffs {
			assert.True(t, waiting["rds.Instance '"+step.Name()+"' "+property], "%s %s", step.Urn, property)
		}
	}
}

func TestAZoneThatNoDatabaseIsInCanBeLeft(t *testing.T) {
	t.Parallel()
	options := rehearsal.Options{
		Stack:      "production",
		StateDir:   t.TempDir(),
		Passphrase: "zones",
		Config:     map[string]string{"availabilityZones[2]": "ap-south-1c"},
	}
	wide := open(t, options)
	wide.up()
	require.NoError(t, wide.Close())
	options.Config = nil
	narrow := open(t, options)
	done := narrow.up()
	assert.Contains(t, changes(done), "delete aws:ec2/subnet:Subnet care-vpc-data-ap-south-1c")
	assert.Empty(t, stateful(done))
	assert.Empty(t, narrow.up().Changed())
}

// stateful lists the operations of a run that lose data.
func stateful(result *rehearsal.Result) []string {
	lost := []string{}
	for _, r := range change.Of("", result).Stateful() {
		lost = append(lost, r.Label())
	}
	return lost
}
