package engine_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	databaseToken       = "aws:rds/instance:Instance"
	parameterGroupToken = "aws:rds/parameterGroup:ParameterGroup"
)

// A later major version needs a parameter group of its family, which is there before the database changes, and the old
// one goes after it. The instance stays, with its data, protected or not.
func TestADatabaseIsUpgradedToALaterMajorVersionInPlaceWhereThatIsAllowed(t *testing.T) {
	t.Parallel()
	for _, protect := range []string{"false", "true"} {
		t.Run("protectData "+protect, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{"databaseVersion": "16", "protectData": protect}
			s := open(t, rehearsal.Options{Config: config})
			s.up()
			id := s.live(databaseToken, "care-db").Id
			s.set(map[string]string{"databaseVersion": "18"})
			_, err := s.Up(t.Context())
			require.ErrorContains(t, err, "AllowMajorVersionUpgrade")

			before := len(s.cloud.History())
			s.set(map[string]string{"databaseMajorUpgrade": "true"})
			result := s.up()
			assertWarned(t, result, "care:databaseMajorUpgrade is set")
			assert.Empty(t, change.Of("staging", result).Stateful())
			done := s.cloud.History()[before:]
			upgrade := only(t, done, standin.Update, databaseToken, "care-db")
			assert.Less(t, upgrade.End, only(t, done, standin.Delete, parameterGroupToken, "care-db-postgres16").Start)
			instance := s.live(databaseToken, "care-db")
			assert.Equal(t, id, instance.Id)
			assert.Equal(t, "18", instance.In("engineVersion").Text())
			assert.True(t, instance.In("applyImmediately").Bool(), "the new parameter group cannot wait for a window")
			assert.Equal(t, s.live(parameterGroupToken, "care-db-postgres18").Out("name").Text(),
				instance.In("parameterGroupName").Text())

			s.set(map[string]string{"databaseMajorUpgrade": "false"})
			s.up()
			assert.Equal(t, id, s.live(databaseToken, "care-db").Id)
			assert.Empty(t, s.up().Changed())
			s.set(map[string]string{"databaseVersion": "17"})
			_, err = s.Up(t.Context())
			require.ErrorContains(t, err, "there is no way back to an older major version")
		})
	}
}

// The move to Care 3.x and the upgrade that it may need are one update: the database is ready before the first new
// task.
func TestTheUpgradeOfTheDatabaseComesBeforeTheTasksOfTheNewGeneration(t *testing.T) {
	t.Parallel()
	config := maps.Clone(generation2024)
	config["databaseVersion"] = "13"
	s := open(t, rehearsal.Options{Config: config})
	s.up()
	s.set(generation3)
	_, err := s.Preview(t.Context())
	require.ErrorContains(t, err, "14 to 18")
	before := len(s.cloud.History())
	s.set(map[string]string{"databaseVersion": "17", "databaseMajorUpgrade": "true"})
	s.up()
	done := s.cloud.History()[before:]
	upgrade := only(t, done, standin.Update, databaseToken, "care-db")
	for _, name := range servicesOfCare {
		assert.Less(t, upgrade.End, only(t, done, standin.Update, serviceToken, name).Start, name)
	}
}
