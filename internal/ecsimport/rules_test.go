package ecsimport

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func TestRequirementsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	for generation, path := range map[string]string{rule.Care2024: "care-2024-10.json", rule.Care3: "care-2026.json"} {
		compareWithContract(t, generations[generation], path)
	}
}

// ofBuckets are the variables that a role without files does not need, although the contract lists them.
var ofBuckets = []string{"BUCKET_PROVIDER", "BUCKET_REGION", "FILE_UPLOAD_BUCKET", "FACILITY_S3_BUCKET"}

func compareWithContract(t *testing.T, f *facts, path string) {
	t.Helper()
	content, err := os.ReadFile("../../tests/testdata/" + path)
	require.NoError(t, err)
	var contract struct {
		Roles map[string]struct {
			Command     []string        `json:"command"`
			Port        *int            `json:"port"`
			NeedsS3     json.RawMessage `json:"needs_s3"`
			BootEnv     []string        `json:"boot_required_env"`
			BootSecrets []string        `json:"boot_required_secrets"`
			Env         []string        `json:"required_env"`
			Secrets     []string        `json:"required_secrets"`
			GoodEnv     []string        `json:"recommended_env"`
			GoodSecrets []string        `json:"recommended_secrets"`
		} `json:"roles"`
	}
	require.NoError(t, json.Unmarshal(content, &contract))
	for r, name := range []string{"api", "beat", "worker"} {
		of := contract.Roles[name]
		want := slices.Concat(of.BootEnv, of.BootSecrets, of.Env, of.Secrets)
		slices.Sort(want)
		want = slices.Compact(want)
		if string(of.NeedsS3) == "false" {
			want = slices.DeleteFunc(want, func(name string) bool { return slices.Contains(ofBuckets, name) })
		}
		var got []string
		for _, each := range f.required {
			if slices.Contains(each.roles, role(r)) {
				got = append(got, each.name)
			}
		}
		slices.Sort(got)
		assert.Equal(t, want, got, "%s of %s", name, f.title)
		assert.Equal(t, []string{f.scripts[r]}, of.Command)
		if of.Port != nil {
			assert.Equal(t, carePort, *of.Port)
		}
		for _, read := range slices.Concat(want, of.GoodEnv, of.GoodSecrets) {
			assert.True(t, f.setByProgram(read) != "" || slices.Contains(f.known, read), "%s of %s", read, f.title)
		}
	}
}

func TestNoVariableIsBothKnownAndSetByTheProgram(t *testing.T) {
	t.Parallel()
	for _, f := range generations {
		for _, name := range f.known {
			assert.Empty(t, f.setByProgram(name), name)
			assert.False(t, rule.CareUnread(name), name)
		}
		for name := range f.settled {
			assert.False(t, rule.CareWired(name), name)
		}
	}
}

func TestCeleryNeedsWhatTheComponentNeeds(t *testing.T) {
	t.Parallel()
	assert.Equal(t, components.CeleryMinCpu, celeryLeastCpu)
	for generation, f := range generations {
		assert.Equal(t, components.CareGeneration(generation).BeatMemory(), f.beatMemory)
	}
	assert.Equal(t, components.CeleryMinMemory(components.Care2024.BeatMemory()), facts2024.beatMemory+workerMinMemory)
	assert.Equal(t, components.DefaultSettingsModule, defaultSettings)
}

func TestTheProgramsLogGroupsAreKnown(t *testing.T) {
	t.Parallel()
	// The production has every service that there can be.
	golden, err := os.ReadFile("../../testdata/production.golden")
	require.NoError(t, err)
	var made []string
	for _, match := range regexp.MustCompile(
		`"name":"/ecs/care-production(/[^"]+)"`,
	).FindAllStringSubmatch(string(golden), -1) {
		made = append(made, match[1])
	}
	assert.ElementsMatch(t, made, ownGroups)
}

func TestContainersAreRecognisedByCommandNamePortOrFamily(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		json string
		want role
	}{
		{`{"name": "a", "command": ["/app/start-ecs.sh"]}`, api},
		{`{"name": "celery-worker", "command": ["gunicorn", "config.wsgi"]}`, api},
		{`{"name": "a", "entryPoint": ["bash", "-c"], "command": ["celery --app=config.celery_app beat"]}`, beat},
		{`{"name": "a", "command": ["/app/celery_worker.sh"]}`, worker},
		{`{"name": "a", "command": ["celery", "-A", "config", "worker", "--beat"]}`, worker},
		{`{"name": "care-celery-beat"}`, beat},
		{`{"name": "celery"}`, worker},
		{`{"name": "care-backend"}`, api},
		{`{"name": "care"}`, api},
		{`{"name": "django", "portMappings": [{"containerPort": 9000}]}`, api},
	} {
		var c container
		require.NoError(t, json.Unmarshal([]byte(test.json), &c))
		got, ok := recognise(&taskDefinition{Containers: []container{c, {}}}, c)
		assert.True(t, ok, test.json)
		assert.Equal(t, test.want, got, test.json)
	}
	alone := container{Name: "app"}
	got, ok := recognise(&taskDefinition{Family: "care-celery-beat", Containers: []container{alone}}, alone)
	assert.True(t, ok)
	assert.Equal(t, beat, got)
	_, ok = recognise(&taskDefinition{Family: "care-celery-beat", Containers: []container{alone, {}}}, alone)
	assert.False(t, ok, "which of two is meant, the family does not tell")
}

func TestAmountsAreTakenInBothForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`512`:       512,
		`"512"`:     512,
		`".5 vCPU"`: 512,
		`"2 vcpu"`:  2048,
		`null`:      0,
		`"<CPU>"`:   0,
		`""`:        0,
	} {
		var a amount
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		got, ok := a.units()
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	got, ok := amount("1 GB").mebibytes()
	assert.True(t, ok)
	assert.Equal(t, 1024, got)
	for _, bad := range []amount{"much", "-1", "1.2", "1 TB"} {
		_, ok := bad.mebibytes()
		assert.False(t, ok, bad)
	}
}

func TestFullImagesSayWhatDockerAssumes(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"ghcr.io/ohcnetwork/care:24.43.0":   "ghcr.io/ohcnetwork/care:24.43.0",
		"ohcnetwork/care":                   "docker.io/ohcnetwork/care:latest",
		"care:1":                            "docker.io/library/care:1",
		"localhost:5000/care":               "localhost:5000/care:latest",
		"ghcr.io/ohcnetwork/care@sha256:ab": "ghcr.io/ohcnetwork/care@sha256:ab",
	} {
		assert.Equal(t, want, fullImage(given))
	}
}

func TestSecretsAreKnownByNameOrValue(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"EMAIL_PASSWORD":    "a",
		"JWKS_BASE64":       "a",
		"AWS_ACCESS_KEY_ID": "a",
		"DATABASE_URL":      "postgres://db/care",
		"REDIS_URL":         "redis://a",
		"EMAIL_USER":        "AKIA0123456789ABCDEF",
		"X":                 "https://0123@sentry.example.org/1",
		"Y":                 "-----BEGIN PRIVATE KEY-----",
	} {
		assert.True(t, isSecret(name, value), name)
	}
	for name, value := range map[string]string{
		"EMAIL_FROM":                "Care <care@example.org>",
		"CURRENT_DOMAIN":            "https://care.example.org",
		"JWT_ACCESS_TOKEN_LIFETIME": "10",
		"REDIS_URL":                 "",
	} {
		assert.False(t, isSecret(name, value), name)
	}
}
