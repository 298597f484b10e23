package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

const fileSystemToken = "aws:efs/fileSystem:FileSystem"

func TestRedisOnEfsIsFollowedByOneTaskThatMountsTheSameFiles(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	s.up()
	redis := s.live(serviceToken, "redis")
	assert.Equal(t, 1, redis.Out("desiredCount").Int())
	assert.Zero(t, redis.Out("deploymentMinimumHealthyPercent").Int())
	assert.Equal(t, 100, redis.Out("deploymentMaximumPercent").Int())
	assert.Equal(t, "DISABLED", redis.Out("availabilityZoneRebalancing").Text(), "it starts a task in another zone first")
	before := s.cloud.History()
	mounted := s.mounts("redis")

	require.NoError(t, live.StopTask(s.cloud.World, redis.Id))
	assert.Empty(t, s.up().Changed(), "ECS itself sees to a task that is lost")
	s.set(map[string]string{"redisMemory": "4096", "image": newImage})
	s.up()

	revisions, most := s.tasks(redis.Id)
	require.Len(t, revisions, 3, "the first, its successor, and that of the new revision")
	assert.Equal(t, revisions[0], revisions[1])
	assert.NotEqual(t, revisions[1], revisions[2])
	assert.Equal(t, 1, most, "no two at once")
	assert.Equal(t, mounted, s.mounts("redis"))
	for _, op := range s.cloud.History()[len(before):] {
		assert.NotContains(t, op.Token, "aws:efs/", "%s %s", op.Verb, op.Name)
	}
	_, beside := s.tasks(s.live(serviceToken, "care-backend").Id)
	assert.Greater(t, beside, 2, "the API has both tasks beside new ones")
}

// mounts returns file system and access point of a task definition, by the containers and paths that they are mounted
// at.
func (s *stack) mounts(task string) []string {
	s.t.Helper()
	definition := s.live(taskToken, task)
	volume := definition.Out("volumes").Items()[0].At("efsVolumeConfiguration")
	files := volume.At("fileSystemId").Text()
	require.Equal(s.t, s.live(fileSystemToken, task).Id, files)
	assert.Contains(s.t, definition.Out("containerDefinitions").Text(), `"mountPoints":[{"containerPath":"/data"`)
	return []string{files, volume.At("authorizationConfig.accessPointId").Text()}
}

// tasks returns the revisions of a service's tasks in the order in which they started, and how many there were at most.
func (s *stack) tasks(service string) (revisions []string, most int) {
	running := map[string]bool{}
	for _, e := range s.cloud.Events() {
		switch {
		case e.Owner != service:
		case e.What == live.TaskStopped:
			delete(running, e.Part)
		default:
			running[e.Part] = true
			revisions = append(revisions, e.Version)
		}
		most = max(most, len(running))
	}
	return revisions, most
}
