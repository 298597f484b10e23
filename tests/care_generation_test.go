package tests

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
)

func TestEachGenerationHasItsOwnStartScriptsAndTimes(t *testing.T) {
	t.Parallel()
	for generation, want := range map[components.CareGeneration]struct {
		beat, worker                      string
		seconds, beatMemory, workerMemory int
	}{
		"":                  {"/app/celery_beat-ecs.sh", "/app/celery_worker-ecs.sh", 600, 512, 2496},
		components.Care2024: {"/app/celery_beat-ecs.sh", "/app/celery_worker-ecs.sh", 600, 512, 2496},
		components.Care3:    {"/app/celery_beat.sh", "/app/celery_worker.sh", 1200, 1024, 1984},
	} {
		args := celeryArgs("jobs")
		args.Image.Generation = generation
		result, _ := run(t,
			func(ctx *pulumi.Context) (*components.Celery, error) { return components.NewCelery(ctx, "jobs", args) })
		definition := result.Only(t, taskDefinitionType)
		beat, worker := definition.Container(t, "jobs-beat"), definition.Container(t, "jobs-worker")
		assert.Equal(t, want.beat, beat.Command[len(beat.Command)-1], generation)
		assert.Equal(t, want.worker, worker.Command[len(worker.Command)-1], generation)
		assert.Equal(t, want.seconds, beat.HealthCheck.StartPeriod+beat.HealthCheck.Retries*beat.HealthCheck.Interval,
			generation)
		assert.Equal(t, []int{want.beatMemory, want.workerMemory}, []int{beat.Memory, worker.Memory}, generation)
	}
}

func TestBeatsMemoryIsTakenFromTheWorkers(t *testing.T) {
	t.Parallel()
	args := celeryArgs("jobs")
	args.BeatMemory = 1408
	result, _ := run(t,
		func(ctx *pulumi.Context) (*components.Celery, error) { return components.NewCelery(ctx, "jobs", args) })
	definition := result.Only(t, taskDefinitionType)
	assert.Equal(t, []int{1408, 1600},
		[]int{definition.Container(t, "jobs-beat").Memory, definition.Container(t, "jobs-worker").Memory})
	args.BeatMemory = 2048
	require.ErrorContains(t, args.Validate(), `memory = 3072: must be at least 3648`)
	args.BeatMemory = 64
	require.ErrorContains(t, args.Validate(), "beatMemory = 64")
}

func TestAnEnvironmentOfGeneration3HasNoKeyAndNoNamesOfThePluginForClaims(t *testing.T) {
	t.Parallel()
	result, environment := makeEnvironment(t, func(a *components.CareEnvironmentArgs) {
		a.Generation, a.Sms = components.Care3, true
		a.Storage.AccessKeyId, a.Storage.SecretAccessKey = nil, nil
	})
	values := valuesOf(t, environment)
	for name, want := range map[string]string{
		"BUCKET_PROVIDER":                      "AWS_ROLE_BASED",
		"SNS_ROLE_BASED_MODE":                  "True",
		"AWS_ENDPOINT_URL_S3":                  "https://s3.ap-south-1.amazonaws.com",
		"FACILITY_S3_BUCKET_EXTERNAL_ENDPOINT": "https://s3.ap-south-1.amazonaws.com",
	} {
		assert.Equal(t, want, values[name], name)
	}
	for _, name := range append(result.Names("aws:ssm/parameter:Parameter"), slices.Collect(maps.Keys(values))...) {
		assert.NotRegexp(t, `HCX_|SNS_.*KEY|BUCKET_(KEY|SECRET|ENDPOINT)`, name)
	}
}

func TestEachGenerationRefusesTheArgumentsOfTheOther(t *testing.T) {
	t.Parallel()
	for words, change := range map[string]func(*components.CareEnvironmentArgs){
		`generation = "4": must be one of 2024, 3`: func(a *components.CareEnvironmentArgs) {
			a.Generation = "4"
		},
		"storage.accessKeyId = null: is required": func(a *components.CareEnvironmentArgs) {
			a.Storage.AccessKeyId = nil
		},
		`storage.secretAccessKey = "…": has no use with generation 3`: func(a *components.CareEnvironmentArgs) {
			a.Generation = components.Care3
		},
		"gunicornWorkers = 2: has an effect only with generation 3": func(a *components.CareEnvironmentArgs) {
			a.GunicornWorkers = 2
		},
		"workerConcurrency = 2: has an effect only with generation 3": func(a *components.CareEnvironmentArgs) {
			a.WorkerConcurrency = 2
		},
		`rateLimit = "often": must be a number`: func(a *components.CareEnvironmentArgs) {
			a.RateLimit = "often"
		},
		"mail.port = 465: expects TLS from the first byte": func(a *components.CareEnvironmentArgs) {
			a.Mail = &components.CareMail{Port: 465}
		},
		"mail.password = null: is required": func(a *components.CareEnvironmentArgs) {
			a.Mail = &components.CareMail{}
		},
		`captcha.siteKey = "": must not be empty`: func(a *components.CareEnvironmentArgs) {
			a.Captcha = &components.CareCaptcha{}
		},
		`variables.RATE_LIMIT = "…": is set by rateLimit as well`: func(a *components.CareEnvironmentArgs) {
			a.RateLimit, a.Variables = "9/m", map[string]string{"RATE_LIMIT": "5/m"}
		},
		`secrets.EMAIL_USER = "…": is set by mail as well`: func(a *components.CareEnvironmentArgs) {
			a.Mail = &components.CareMail{
				Host:     "mail.example.org",
				Username: "a",
				Password: secret("a-password-of-mail"),
				Sender:   "a@example.org",
			}
			a.Secrets = map[string]pulumi.StringInput{"EMAIL_USER": secret("another")}
		},
	} {
		args := environmentArgs("care")
		change(args)
		require.ErrorContains(t, args.Validate(), words)
	}
}

func TestPoliciesOfATasksRoleAreThereBeforeTheServiceAndApartFromEachOther(t *testing.T) {
	t.Parallel()
	args := careArgs("care-backend")
	args.Sms = true
	args.TaskRolePolicies = map[string]components.PolicyStatementArrayInput{"storage": components.PolicyStatementArray{
		components.PolicyStatement{
			Sid:       "Objects",
			Actions:   []string{"s3:GetObject"},
			Resources: []pulumi.StringInput{pulumi.String("arn:aws:s3:::bucket/*")},
		},
	}}
	result, _ := create(t, components.NewCare, "care-backend", args)
	service := result.Only(t, serviceType)
	for name, action := range map[string]string{
		"care-backend-storage": "s3:GetObject",
		"care-backend-sms":     "sns:Publish",
	} {
		policy := result.Named(t, "aws:iam/rolePolicy:RolePolicy", name)
		assert.True(t, service.DependsOn(policy), name)
		for _, statement := range policy.Policy(t, "policy").Statement {
			assert.Equal(t, []string{action}, []string(statement.Action), name)
		}
	}
	for name, words := range map[string]string{
		"task":             "is the name of a policy that every service has",
		"Storage of files": "must be lower-case letters",
		"empty":            "is required",
	} {
		args.TaskRolePolicies = map[string]components.PolicyStatementArrayInput{name: nil}
		require.ErrorContains(t, args.Validate(), words)
	}
}
