package ecsimport_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

// configOf reads a stack file.
func configOf(t *testing.T, stack string) map[string]any {
	t.Helper()
	var file struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(stack), &file))
	return file.Config
}

func table(t *testing.T, config map[string]any, key string) map[string]any {
	t.Helper()
	entries, ok := config[key].(map[string]any)
	require.True(t, ok, key)
	return entries
}

func TestThreeTasksBecomeTwo(t *testing.T) {
	t.Parallel()
	with := func(size string) string { return `, "cpu": 0}], ` + size + `, "x": [{"y": 1` }
	files := named(small("care", "care-backend", "/app/start-ecs.sh", with(`"cpu": "256", "memory": "512"`)),
		small("care-beat", "care-beat", "/app/celery_beat-ecs.sh", with(`"cpu": "0.5 vCPU", "memory": "1 GB"`)),
		small("care-worker", "care-worker", "/app/celery_worker-ecs.sh", with(`"cpu": "512", "memory": "2048"`)))
	stack, report := importAll(t, files, ecsimport.Options{Region: "eu-west-1"})
	config := configOf(t, stack)
	assert.Equal(t, "eu-west-1", config["aws:region"])
	assert.Equal(t, []any{512, 1024}, []any{config["care:careCpu"], config["care:careMemory"]},
		"the next size in which the proxy fits")
	assert.Equal(t, []any{2048, 4096}, []any{config["care:celeryCpu"], config["care:celeryMemory"]},
		"1024 and 3072, and the proxy")
	assert.NotContains(t, config, "care:allowMovingImageTag")
	assert.Contains(t, report, "No room for the proxy of Service Connect in the task of API")
	assert.Contains(t, report, "Required and missing in API, beat and worker: `DJANGO_SETTINGS_MODULE`, `DATABASE_URL`")
	assert.Contains(t, report, "Name the front ends")
	assert.Equal(t, "config.settings.production", config["care:settingsModule"])
}

func TestOneTaskOfAllThreeIsNotTheSizeOfEach(t *testing.T) {
	t.Parallel()
	files := named(`{"family": "care", "cpu": "4096", "memory": "8192", "containerDefinitions": [
		{"name": "api", "image": "ghcr.io/ohcnetwork/care:24.43.0", "command": ["/app/start-ecs.sh"],
			"cpu": 512, "memoryReservation": 1024},
		{"name": "beat", "command": ["/app/celery_beat-ecs.sh"]},
		{"name": "worker", "command": ["/app/celery_worker-ecs.sh"]}]}`)
	stack, _ := importAll(t, files, ecsimport.Options{Region: "ap-south-1"})
	config := configOf(t, stack)
	assert.Equal(t, []any{1024, 2048, 1024, 3072},
		[]any{config["care:careCpu"], config["care:careMemory"], config["care:celeryCpu"], config["care:celeryMemory"]})
}

func TestATaskWithRoomKeepsItsSize(t *testing.T) {
	t.Parallel()
	stack, report := importAll(
		t,
		replaced(t, `"memory": "2048"`, `"memory": "4096"`, `"cpu": "512"`, `"cpu": "1024"`, `"memory": "1024"`,
			`"memory": "3072"`),
		ecsimport.Options{},
	)
	config := configOf(t, stack)
	assert.Equal(t, []any{1024, 3072, 1024, 4096},
		[]any{config["care:careCpu"], config["care:careMemory"], config["care:celeryCpu"], config["care:celeryMemory"]})
	assert.NotContains(t, report, "No room")
	assert.NotContains(t, stack, "proxy")
}

func TestSecretsInClearAreListedAndLeftOut(t *testing.T) {
	t.Parallel()
	const jwks, address = "eyJrZXlzIjpbXX0K", "postgres://care:hunter2hunter2@db.example.org:5432/patients"
	files := replaced(t, `"valueFrom": "/care/backend/JWKS_BASE64",`, `"valueFrom": "/care/backend/UNUSED",`,
		`"name": "JWKS_BASE64"`, `"name": "UNUSED"`, `"valueFrom": "/care/backend/DATABASE_URL",`,
		`"valueFrom": "/care/backend/UNUSED",`, `"name": "DATABASE_URL"`, `"name": "UNUSED2"`, `"name": "USE_S3",`,
		`"name": "JWKS_BASE64",`, `"value": "True"`, `"value": "`+jwks+`"`, `"name": "AWS_STORAGE_BUCKET_NAME",`,
		`"name": "DATABASE_URL",`, `"value": "care-assets-example"`, `"value": "`+address+`"`)
	stack, report := importAll(t, files, ecsimport.Options{})
	for _, out := range []string{stack, report} {
		assert.NotContains(t, out, jwks)
		assert.NotContains(t, out, "hunter2")
	}
	assert.Contains(t, report, "- `DATABASE_URL`, in API, beat and worker\n- `JWKS_BASE64`, in API, beat and worker\n")
	assert.Contains(t, report, "pulumi config set --secret --path care:secrets.JWKS_BASE64\n")
	assert.NotContains(t, report, "care:secrets.DATABASE_URL", "the program sets it")
	assert.Equal(t, "patients", configOf(t, stack)["care:databaseName"], "the address goes before POSTGRES_DB")
}

func TestWhatMayBeASecretInPlaceOfItsLocationIsNotShown(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, replaced(t, "/care/backend/EMAIL_PASSWORD", "hunter2 hunter2!"), ecsimport.Options{})
	assert.NotContains(t, stack+report, "hunter2")
	assert.Contains(t, report, "Set the location of `EMAIL_PASSWORD`")
	stack, report = importAll(t, replaced(t, "/care/backend/EMAIL_PASSWORD", "<EMAIL_PASSWORD>"), ecsimport.Options{})
	assert.NotContains(t, stack, "EMAIL_PASSWORD")
	assert.Contains(t, report, "`pulumi config set --path care:secretParameters.EMAIL_PASSWORD LOCATION`")
}

func TestLocationsOfSecretsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"arn:aws:ssm:ap-south-1:123456789012:parameter/care/x",
		"arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-AbCdEf",
		"arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-AbCdEf:email::", "EMAIL_PASSWORD",
	} {
		stack, _ := importAll(t, replaced(t, "/care/backend/EMAIL_PASSWORD", location), ecsimport.Options{})
		assert.Equal(t, location, table(t, configOf(t, stack), "care:secretParameters")["EMAIL_PASSWORD"])
	}
}

func TestASecretThatIsKeptGoesBeforeOneInClear(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	celery := strings.ReplaceAll(string(files[1].Content), `"name": "PLAUSIBLE_AUTH_TOKEN"`, `"name": "UNUSED"`)
	files[1].Content = []byte(strings.ReplaceAll(celery, `"name": "PLAUSIBLE_HOST"`, `"name": "PLAUSIBLE_AUTH_TOKEN"`))
	stack, report := importAll(t, files, ecsimport.Options{})
	assert.Equal(t, "/care/backend/PLAUSIBLE_HOST",
		table(t, configOf(t, stack), "care:secretParameters")["PLAUSIBLE_AUTH_TOKEN"])
	assert.Contains(t, report,
		"| `PLAUSIBLE_AUTH_TOKEN` | plain text, value A | kept at `/care/backend/PLAUSIBLE_HOST` | kept at")
	assert.NotContains(t, report, "care:secrets.PLAUSIBLE_AUTH_TOKEN", "nothing is to be set")
}

func TestHalfAPairOfKeysIsLeftOut(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, replaced(t, `"name": "VAPID_PRIVATE_KEY"`, `"name": "UNUSED"`), ecsimport.Options{})
	assert.NotContains(t, stack, "VAPID")
	assert.Contains(t, report, "`VAPID_PUBLIC_KEY` and `VAPID_PRIVATE_KEY` are a pair")
}

func TestFrontEndsComeFromWhatIsThere(t *testing.T) {
	t.Parallel()
	const list = `"[\"https://clinic.example.org\", \"https://care.example.org\"]"`
	for name, test := range map[string]struct {
		pairs   []string
		origins []any
		domain  any
	}{
		"the one of CURRENT_DOMAIN goes first": {
			pairs: nil, origins: []any{"https://care.example.org", "https://clinic.example.org"},
		},
		"CURRENT_DOMAIN alone is one": {
			pairs: []string{"CORS_ALLOWED_ORIGINS", "UNUSED"}, origins: []any{"https://care.example.org"},
		},
		"another CURRENT_DOMAIN stays": {
			pairs:   []string{`"https://care.example.org"`, `"https://links.example.org"`},
			origins: []any{"https://clinic.example.org", "https://care.example.org"},
			domain:  "https://links.example.org",
		},
		"what is no origin is left out": {
			pairs:   []string{list, `"[\"https://care.example.org/\", \"https://clinic.example.org\"]"`},
			origins: []any{"https://clinic.example.org"},
			domain:  "https://care.example.org",
		},
		"what is no list is left out": {
			pairs: []string{list, `"https://clinic.example.org"`}, origins: []any{"https://care.example.org"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, _ := importAll(t, replaced(t, test.pairs...), ecsimport.Options{})
			config := configOf(t, stack)
			assert.Equal(t, test.origins, config["care:frontendOrigins"])
			assert.Equal(t, test.domain, table(t, config, "care:environment")["CURRENT_DOMAIN"])
		})
	}
}

func TestWhatIsKeptSecretThoughTheProgramMustReadItIsToldOf(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t,
		replaced(t, `"name": "CURRENT_DOMAIN"`, `"name": "UNUSED"`, `"name": "PLAUSIBLE_HOST"`, `"name": "CURRENT_DOMAIN"`),
		ecsimport.Options{})
	assert.NotContains(t, stack, "CURRENT_DOMAIN:", "the program has it among its variables")
	assert.Contains(t, report, "Put the sites of `CURRENT_DOMAIN`, which is kept at `/care/backend/PLAUSIBLE_HOST`")
	files := replaced(t, `"name": "CORS_ALLOWED_ORIGINS"`, `"name": "UNUSED"`, `"name": "SENTRY_DSN"`,
		`"name": "CORS_ALLOWED_ORIGINS"`, `"name": "EMAIL_HOST"`, `"name": "UNUSED2"`, `"name": "PLAUSIBLE_HOST"`,
		`"name": "EMAIL_HOST"`)
	stack, report = importAll(t, files, ecsimport.Options{})
	assert.NotContains(t, stack, "CORS_ALLOWED_ORIGINS:", "the program has it among its variables")
	assert.Contains(t, report, "Put the sites of `CORS_ALLOWED_ORIGINS`, which is kept at `/care/backend/SENTRY_DSN`")
	assert.Contains(t, report, "Move `EMAIL_HOST` from `care:secretParameters` to `care:environment`")
}

func TestSurroundingsAreTakenOver(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, replaced(t,
		`"family": "care",`, `"family": "care", "runtimePlatform": {"cpuArchitecture": "ARM64"},`,
		"config.settings.staging", "config.settings.local", "/ecs/care-", "/logs/old-", `"POSTGRES_USER"`, `"UNUSED"`,
		`"AUDIT_LOG_ENABLED"`, `"POSTGRES_USER"`, `"value": "1"`, `"value": "rdsadmin"`, "care_staging1", "care_staging",
		"arn:aws:secretsmanager:ap-south-1:123456789012:secret:/github/pat-AbCdEf", "github-pat",
	), ecsimport.Options{Image: "ghcr.io/ohcnetwork/care:24.43.0", Region: "eu-west-1"})
	config := configOf(t, stack)
	assert.Equal(t, "ARM64", config["care:architecture"])
	assert.Equal(t, "config.settings.production", config["care:settingsModule"])
	assert.Equal(t, "/logs", config["care:logGroupPrefix"], "none of the old groups is in the way")
	assert.Equal(t, "care_staging", config["care:databaseName"])
	assert.NotContains(t, config, "care:databaseUsername")
	assert.NotContains(t, config, "care:imageCredentialsSecretArn")
	assert.Equal(t, "ghcr.io/ohcnetwork/care:24.43.0", config["care:image"])
	assert.Equal(t, "eu-west-1", config["aws:region"])
	assert.Contains(t, report, "| processor | `ARM64` | – | – | `care:architecture` |")
	assert.Contains(t, report, "`DJANGO_SETTINGS_MODULE` is `config.settings.local`, which the image cannot run")
	assert.Contains(t, report, "`POSTGRES_USER` is `rdsadmin`, which RDS takes for itself or cannot have")
	assert.Contains(t, report, "`github-pat` in the task definition")
	assert.NotContains(t, report, "Pin the image")
}

func TestTheOwnerThatRdsProposesIsTakenOver(t *testing.T) {
	t.Parallel()
	stack, _ := importAll(
		t,
		replaced(t, `"POSTGRES_USER"`, `"UNUSED"`, `"AUDIT_LOG_ENABLED"`, `"POSTGRES_USER"`, `"value": "1"`,
			`"value": "postgres"`),
		ecsimport.Options{Image: "ghcr.io/ohcnetwork/care:24.43.0", Region: "ap-south-1"},
	)
	assert.Equal(t, "postgres", configOf(t, stack)["care:databaseUsername"])
}

func TestWhatBreaksRulesIsTold(t *testing.T) {
	t.Parallel()
	_, report := importAll(t, replaced(t,
		`"awsvpc"`, `"bridge"`, `"/app/celery_beat-ecs.sh"`, `"/app/celery_beat.sh"`,
		`"name": "care-backend"`, `"name": "care-backend", "readonlyRootFilesystem": true, `+
			`"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::care-assets-example/care.env"}]`,
		`"MAINTENANCE_MODE",`+"\n          \"value\": \"0\"", `"MAINTENANCE_MODE",`+"\n          \"value\": \"1\"",
		`"volumes": []`, `"volumes": [{"name": "media"}]`,
		`"containerDefinitions": [`, `"containerDefinitions": [{"name": "nginx", "image": "nginx:1"},`,
	), ecsimport.Options{})
	for _, want := range []string{
		"Network mode `bridge` of API does not go with Fargate",
		"The command of beat is not the image's script for ECS. The program runs `/app/celery_beat-ecs.sh`",
		"The root file system of API is read-only",
		"Look into `arn:aws:s3:::care-assets-example/care.env`, from which the API reads further variables",
		"`MAINTENANCE_MODE` of API is `1`: must be 0",
		"Volume `media` of `backend.json` was not imported",
		"Container `nginx` of `celery.json` is none of Care's",
		"Task role and execution role of API, beat and worker are the same one",
		"`CONN_MAX_AGE` of beat is empty: must be a whole number",
	} {
		assert.Contains(t, report, want)
	}
}

func TestAForcedImportKeepsWhatOnlyTheOldFileCanKnow(t *testing.T) {
	t.Parallel()
	const existing = `# mine
encryptionsalt: v1:abc=:v1:def
config:
  care:image: ghcr.io/ohcnetwork/care:1.0.0
  care:secrets:
    PLAUSIBLE_AUTH_TOKEN:
      secure: v1:xyz
`
	stack, _ := importAll(t, testFiles(t), ecsimport.Options{Existing: []byte(existing)})
	assert.Contains(t, stack, "encryptionsalt: v1:abc=:v1:def\n")
	config := configOf(t, stack)
	assert.Equal(t, "ghcr.io/ohcnetwork/care:latest", config["care:image"])
	assert.Equal(t, map[string]any{"PLAUSIBLE_AUTH_TOKEN": map[string]any{"secure": "v1:xyz"}}, config["care:secrets"])
	assert.Equal(t, 1, strings.Count(stack, "care:image:"))
}
