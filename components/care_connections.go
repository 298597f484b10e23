package components

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Connections to the database and to Redis that processes of Care open at once. Django keeps one to the database for
// each thread that queries it, for CONN_MAX_AGE seconds or while it is used
// (https://docs.djangoproject.com/en/5.1/ref/databases/#persistent-database-connections). tests/software counts them.
const (
	// MigrateDatabaseConnections is what the container that migrates opens.
	MigrateDatabaseConnections = 1
	// BeatDatabaseConnections is what beat opens: it migrates again when it starts.
	BeatDatabaseConnections = 1
	// apiRedisConnections is what each thread of the API opens: for the cache, for Celery's broker and for its results.
	apiRedisConnections = 4
	// workerRedisConnections is what each process of a worker opens, and mainRedisConnections what its main process opens.
	workerRedisConnections = 4
	mainRedisConnections   = 16
	beatRedisConnections   = 4
)

// defaultGunicornWorkers is the number of API processes in the images of both generations.
const defaultGunicornWorkers = 2

// CareDatabaseConnections returns how many connections to the database a task of the API opens at once: one for each
// thread of gunicorn. The settings are Care's environment variables. GUNICORN_WORKERS is read with generation 3 only,
// and --threads of GUNICORN_CMD_ARGS with both.
func CareDatabaseConnections(generation CareGeneration, settings map[string]string) int {
	return gunicornThreads(generation, settings)
}

func gunicornThreads(generation CareGeneration, settings map[string]string) int {
	workers := defaultGunicornWorkers
	if generation == Care3 {
		workers = positive(settings["GUNICORN_WORKERS"], workers)
	}
	return workers * threads(settings["GUNICORN_CMD_ARGS"])
}

// threads returns the number of threads of a gunicorn worker that its arguments ask for
// (https://docs.gunicorn.org/en/stable/settings.html#threads).
func threads(arguments string) int {
	words := strings.FieldsFunc(arguments, func(r rune) bool { return r == ' ' || r == '=' || r == '\'' || r == '"' })
	for i, word := range words {
		if word == "--threads" && i+1 < len(words) {
			return positive(words[i+1], 1)
		}
	}
	return 1
}

// WorkerDatabaseConnections returns how many connections to the database a worker opens at once: one for each process
// of its pool, and one for a process that ends while its successor starts. Cpu is the task's CPU units: with generation
// 2024 the pool has as many processes as the machine has processors, and Fargate's machines have two or more.
func WorkerDatabaseConnections(generation CareGeneration, cpu int, settings map[string]string) int {
	return workerProcesses(generation, cpu, settings) + 1
}

func workerProcesses(generation CareGeneration, cpu int, settings map[string]string) int {
	if generation == Care3 {
		return positive(settings["CELERY_WORKER_CONCURRENCY"], 1)
	}
	const unitsPerVcpu, fewest = 1024, 2
	return max(fewest, cpu/unitsPerVcpu)
}

func positive(text string, otherwise int) int {
	if number, err := strconv.Atoi(text); err == nil && number > 0 {
		return number
	}
	return otherwise
}

// plain returns the variables whose values are known before anything is deployed.
func (i CareImage) plain() map[string]string {
	settings := map[string]string{}
	for name, value := range i.Variables {
		if text, ok := value.(pulumi.String); ok {
			settings[name] = string(text)
		}
	}
	return settings
}

func (i CareImage) apiConnections(database int) []OpenConnections {
	settings := i.plain()
	return careConnections(or(database, CareDatabaseConnections(i.Generation, settings)),
		gunicornThreads(i.Generation, settings)*apiRedisConnections)
}

func (i CareImage) workerConnections(database, cpu int) []OpenConnections {
	settings := i.plain()
	return careConnections(or(database, WorkerDatabaseConnections(i.Generation, cpu, settings)),
		workerProcesses(i.Generation, cpu, settings)*workerRedisConnections+mainRedisConnections)
}

func careConnections(database, redis int) []OpenConnections {
	return []OpenConnections{{Port: postgresPort, Max: database}, {Port: redisPort, Max: redis}}
}

// validateDatabaseConnections accepts 0, which stands for the default.
func validateDatabaseConnections(connections int) error {
	return rule.Between("databaseConnections", connections, 0, maxOpenConnections)
}
