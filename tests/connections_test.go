package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// databaseLabel is the label that the rehearsal reads.
const databaseLabel = limits.ConnectionsLabel + "5432"

// connectionsOf returns the connections that the containers of a result state, by the names of the containers.
func connectionsOf(t *testing.T, result *pulumitest.Result) map[string]string {
	t.Helper()
	stated := map[string]string{}
	for _, definition := range result.OfType(taskDefinitionType) {
		for _, container := range definition.Containers(t) {
			stated[container.Name] = container.DockerLabels[databaseLabel]
		}
	}
	return stated
}

func TestContainersOfCareStateWhatTheirSettingsOpen(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		generation components.CareGeneration
		variables  map[string]string
		own        int
		api        string
		celery     map[string]string
	}{
		"the images of 2024": {components.Care2024, nil, 0, "2", map[string]string{
			"celery-migrate": "1", "celery-beat": "1", "celery-worker": "5",
		}},
		"settings that 2024 does not read": {
			components.Care2024,
			map[string]string{"GUNICORN_WORKERS": "9", "CELERY_WORKER_CONCURRENCY": "9"},
			0, "2",
			map[string]string{"celery-migrate": "1", "celery-beat": "1", "celery-worker": "5"},
		},
		"threads": {
			components.Care2024,
			map[string]string{"GUNICORN_CMD_ARGS": "--timeout 60 --threads=3"},
			0, "6",
			map[string]string{"celery-migrate": "1", "celery-beat": "1", "celery-worker": "5"},
		},
		"the images of 3.x": {components.Care3, nil, 0, "2", map[string]string{
			"celery-migrate": "1", "celery-beat": "1", "celery-worker": "2",
		}},
		"settings of 3.x": {
			components.Care3,
			map[string]string{"GUNICORN_WORKERS": "9", "CELERY_WORKER_CONCURRENCY": "8"},
			0, "9",
			map[string]string{"celery-migrate": "1", "celery-beat": "1", "celery-worker": "9"},
		},
		"the argument": {
			components.Care3,
			map[string]string{"GUNICORN_WORKERS": "9"},
			30, "30",
			map[string]string{"celery-migrate": "1", "celery-beat": "1", "celery-worker": "30"},
		},
	} {
		image := careImage()
		image.Generation = each.generation
		for variable, value := range each.variables {
			image.Variables[variable] = pulumi.String(value)
		}
		api, celery, workers := careArgs("api"), celeryArgs("celery"), workersArgs("more")
		api.Image, api.DatabaseConnections = image, each.own
		celery.Image, celery.DatabaseConnections, celery.Cpu, celery.Memory = image, each.own, 4096, 8192
		workers.Image, workers.DatabaseConnections, workers.Cpu, workers.Memory = image, each.own, 4096, 8192
		result, _ := run(t,
			func(ctx *pulumi.Context) (*components.Care, error) { return components.NewCare(ctx, "api", api) })
		assert.Equal(t, map[string]string{"api": each.api}, connectionsOf(t, result), name)
		result, _ = create(t, components.NewCelery, "celery", celery)
		assert.Equal(t, each.celery, connectionsOf(t, result), name)
		result, _ = create(t, components.NewCeleryWorkers, "more", workers)
		assert.Equal(t, map[string]string{"more-more": each.celery["celery-worker"]}, connectionsOf(t, result), name)
	}
}

func TestOpenConnectionsAreCheckedAndBecomeLabels(t *testing.T) {
	t.Parallel()
	for words, connections := range map[string][]components.OpenConnections{
		`containers["web"].openConnections.port = 0: must be 1 to 65535`:                   {{Max: 1}},
		`containers["web"].openConnections[5432].max = -1: must be 0 to 65535`:             {{Port: 5432, Max: -1}},
		`containers["web"].openConnections[].port = [5432,5432]: must not name 5432 twice`: {{Port: 5432}, {Port: 5432}},
	} {
		args := serviceArgs("web")
		args.Containers[0].Name, args.Containers[0].OpenConnections = "web", connections
		require.ErrorContains(t, args.Validate(), words)
	}
	api := careArgs("api")
	api.DatabaseConnections = -1
	require.ErrorContains(t, api.Validate(), "databaseConnections = -1: must be 0 to 65535")

	args := serviceArgs("web")
	args.Containers[0].OpenConnections = []components.OpenConnections{{Port: 5432, Max: 7}, {Port: 6379, Max: 0}}
	result, _ := create(t, components.NewFargateService, "web", args)
	assert.Equal(t, map[string]string{"rehearsal.connections.5432": "7", "rehearsal.connections.6379": "0"},
		result.Only(t, taskDefinitionType).Containers(t)[0].DockerLabels)
	result, _ = create(t, components.NewFargateService, "web", serviceArgs("web"))
	assert.Nil(t, result.Only(t, taskDefinitionType).Containers(t)[0].DockerLabels)
}
