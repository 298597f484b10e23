package ecsimport_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

// small is a task definition of Care with one container.
func small(family, container, command, more string) string {
	return fmt.Sprintf(
		`{"family": %q, "containerDefinitions": [{"name": %q, "image": "ghcr.io/ohcnetwork/care:24.43.0", "command": [%q]%s}]}`,
		family, container, command, more,
	)
}

func smallApi() string  { return small("care", "care-backend", "/app/start-ecs.sh", "") }
func smallBeat() string { return small("care-beat", "care-beat", "/app/celery_beat-ecs.sh", "") }
func smallWorker() string {
	return small("care-worker", "care-worker", "/app/celery_worker-ecs.sh", "")
}

func named(contents ...string) []ecsimport.File {
	var files []ecsimport.File
	for at, content := range contents {
		files = append(files, ecsimport.File{Name: string(rune('a'+at)) + ".json", Content: []byte(content)})
	}
	return files
}

func TestErrorsNameTheFileAndTheFix(t *testing.T) {
	t.Parallel()
	options := ecsimport.Options{Stack: "imported", Region: "ap-south-1"}
	for name, test := range map[string]struct {
		files   []ecsimport.File
		options ecsimport.Options
		want    string
	}{
		"bad JSON": {
			files: named("{\n  \"family\": \"care\",\n  }\n"),
			want:  "a.json:3:3: not JSON: invalid character '}' looking for beginning of object key string",
		},
		"half a file": {files: named(`{"family": "care"`), want: "a.json:1:17: not JSON: the text ends too soon"},
		"an empty file": {
			files: named(" \n"),
			want:  "a.json: the file is empty; pass the output of `aws ecs describe-task-definition --task-definition FAMILY`",
		},
		"UTF-16": {
			files: named("\xff\xfe{\x00}\x00"),
			want:  "a.json: the text is UTF-16, which PowerShell's > writes; save it as UTF-8",
		},
		"two objects": {
			files: named("{\"family\": \"care\"}\n{}\n"),
			want:  "a.json:2:1: text follows the task definition; use one file for each",
		},
		"a list": {
			files: named(`[1]`),
			want: "a.json:1:1: a list is no task definition. If it is the list of the " +
				"containers, " +
				"wrap it as {\"family\": \"care\", \"containerDefinitions\": [ … ]}",
		},
		"a text for list": {
			files: named("{\n\"containerDefinitions\": \"x\"}"),
			want:  "a.json:2:27: containerDefinitions is of type string, and must be a list",
		},
		"no containers": {
			files: named(`{"services": []}`),
			want: "a.json: no task definition is in it, for it has no containerDefinitions; " +
				"pass the output of `aws ecs describe-task-definition --task-definition FAMILY`",
		},
		"another application": {
			files: named(
				`{"family": "shop", "containerDefinitions": [{"name": "web", "image": "example.org/shop:1",
					"command": ["gunicorn"]}]}`,
			),
			want: "a.json: no task definition of Care: none of its containers (web) runs Care's API, beat or worker; " +
				"leave it out",
		},
		"Redis": {
			files: named(
				smallApi(), smallBeat(), smallWorker(),
				`{"family": "care-redis",
					"containerDefinitions": [{"name": "redis", "image": "redis/redis-stack-server:6.2.6-v10"}]}`,
			),
			want: "d.json: no task definition of Care: none of its containers (redis) runs Care's API, beat or worker; " +
				"leave it out, the program has its own Redis",
		},
		"no beat": {
			files: named(smallApi(), smallWorker()),
			want: "a.json, b.json: no container runs Care's beat; pass its task definition as well " +
				"(it is known by its command, /app/celery_beat-ecs.sh or /app/celery_beat.sh, or by its name)",
		},
		"two APIs": {
			files: named(smallApi(), smallApi(), smallBeat(), smallWorker()),
			want: "b.json: container care-backend runs Care's API, as container care-backend of a.json does; pass only " +
				"one of them",
		},
		"one file twice": {
			files: append(named(smallApi(), smallBeat(), smallWorker()), named(smallApi())...),
			want:  "a.json: named twice; name it once",
		},
		"a variable twice": {
			files: named(small("care", "care-backend", "",
				`, "environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]`)),
			want: "a.json: container care-backend has A twice in environment; remove one of them",
		},
		"a variable in both lists": {
			files: named(small("care", "care-backend", "",
				`, "environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "A", "valueFrom": "/a"}]`)),
			want: "a.json: container care-backend has A both in environment and in secrets; remove one of them",
		},
		"a container without a name": {
			files: named(small("care", "", "/app/start-ecs.sh", "")),
			want:  "a.json: container 1 has no name; name it",
		},
		"a strange size": {
			files: named(small("care", "care-backend", "", `, "memory": "much"`)),
			want:  `a.json: container care-backend has memory "much"; give MiB, for example "1024"`,
		},
		"no region": {
			files: named(smallApi(), smallBeat(), smallWorker()), options: ecsimport.Options{Stack: "imported"},
			want: "the task definitions name no region; set it with --region",
		},
		"two regions": {
			files: replaced(t, `"awslogs-region": "ap-south-1"`, `"awslogs-region": "eu-west-1"`,
				"/ecs/care-celery-beat\",\n            \"awslogs-region\": \"eu-west-1\"",
				"/ecs/care-celery-beat\",\n            \"awslogs-region\": \"ap-south-1\"",
				"arn:aws:ecs:ap-south-1:123456789012:task-definition/care-celery:41", ""),
			options: ecsimport.Options{Stack: "imported"},
			want: "the task definitions are for several regions (ap-south-1, eu-west-1, by awslogs-region); choose one " +
				"with --region",
		},
		"no image": {
			files: replaced(t, "ghcr.io/ohcnetwork/care:latest", "<IMAGE>"),
			want: "backend.json: no container names its image; set it with --image, for example --image " +
				"ghcr.io/ohcnetwork/care:24.43.0",
		},
		"an image that is none": {
			files: replaced(t, "ghcr.io/ohcnetwork/care:latest", "ghcr.io/OHC Network/care"),
			want: `backend.json, container care-backend: care:image = "ghcr.io/OHC Network/care:latest": must be a full image reference, registry/repository:tag; ` +
				`for example "ghcr.io/ohcnetwork/care:24.43.0"; or set another with --image`,
		},
		"a stack whose parameters are there": {
			files: testFiles(t), options: ecsimport.Options{Stack: "backend"},
			want: "stack backend: its own parameters would be at /care/backend/, and /care/backend/ABDM_CLIENT_ID exists; " +
				"choose another name with --stack",
		},
		"a stack file that is no YAML": {
			files: testFiles(t), options: ecsimport.Options{Stack: "imported", Existing: []byte("- a")},
			want: "the stack file that is there is no YAML object; move it away",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := test.options
			if with.Stack == "" {
				with = options
			}
			_, err := ecsimport.Import(test.files, with)
			assert.EqualError(t, err, test.want)
		})
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := ecsimport.Import(named("{", "[]", `{"a": 1}`), ecsimport.Options{Stack: "imported"})
	for _, name := range []string{"a.json:1:", "b.json:1:", "c.json: "} {
		assert.ErrorContains(t, err, name)
	}
}

func TestOptionsHaveTheirForms(t *testing.T) {
	t.Parallel()
	require.NoError(t, ecsimport.CheckOptions(ecsimport.Options{
		Stack: "production", Region: "ap-south-1", Image: "ghcr.io/ohcnetwork/care:latest",
	}))
	for _, bad := range []ecsimport.Options{
		{}, {Stack: "ohc/care/production"}, {Stack: "../x"}, {Stack: "a", Region: "Mumbai"}, {Stack: "a", Image: "care"},
	} {
		assert.Error(t, ecsimport.CheckOptions(bad), "%+v", bad)
	}
}
