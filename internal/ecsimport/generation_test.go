package ecsimport_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

func testdata(t *testing.T, names ...string) []ecsimport.File {
	t.Helper()
	var files []ecsimport.File
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		files = append(files, ecsimport.File{Name: name, Content: content})
	}
	return files
}

func care3Files(t *testing.T) []ecsimport.File {
	t.Helper()
	return testdata(t, "care3-api.json", "care3-celery.json")
}

func upgradedFiles(t *testing.T) []ecsimport.File {
	t.Helper()
	return testdata(t, "care3-upgraded.json")
}

func TestTaskDefinitionsOfCare3BecomeAStackFileAndAReport(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, care3Files(t), ecsimport.Options{})
	assertGolden(t, "Pulumi.care3.yaml", stack)
	assertGolden(t, "report-care3.md", report)
	stack, report = importAll(t, upgradedFiles(t), ecsimport.Options{})
	assertGolden(t, "Pulumi.care3-upgraded.yaml", stack)
	assertGolden(t, "report-care3-upgraded.md", report)
}

// section returns the part of a report under a heading, or the empty string if it has none.
func section(report, heading string) string {
	_, rest, _ := strings.Cut(report, "\n## "+heading+"\n")
	part, _, _ := strings.Cut(rest, "\n## ")
	return part
}

func TestNothingThatCare3NeedsIsUselessAndNothingUselessIsDemanded(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, care3Files(t), ecsimport.Options{})
	config := configOf(t, stack)
	assert.Equal(t, "3", config["care:generation"])
	assert.Contains(t, config["care:image"], "@sha256:", "a digest alone is a pin")
	assert.NotContains(t, config, "care:allowMovingImageTag")
	assert.Equal(t, []any{3, 2, []any{8443}, true, 1536}, []any{
		config["care:careGunicornWorkers"], config["care:celeryConcurrency"], config["care:egressPorts"],
		config["care:sms"], config["care:beatMemory"],
	})
	assert.Equal(t, []any{"care_prod", "care_prod"}, []any{config["care:databaseName"], config["care:databaseUsername"]})
	environment, kept := table(t, config, "care:environment"), table(t, config, "care:secretParameters")
	for _, name := range []string{
		"SNOWSTORM_DEPLOYMENT_URL", "SNS_REGION", "FACILITY_CDN", "PASSWORD_RESET_TOKEN_TTL_HOURS",
		"OTP_SMS_RESET_PASSWORD_CONTENT",
		"MAX_FILE_UPLOAD_SIZE", "FILE_UPLOAD_EXPIRY_HOURS", "TAX_CODES", "SCRIBE_REGION", "EMAIL_HOST",
	} {
		assert.Contains(t, environment, name)
	}
	for _, name := range []string{"SCRIBE_API_KEY", "JWKS_BASE64", "EMAIL_PASSWORD"} {
		assert.Contains(t, kept, name)
	}
	assert.Empty(t, section(report, "Not imported"), "Care reads all of them, or may")
	assert.Contains(t, report, "`SCRIBE_API_KEY` and `SCRIBE_REGION` were imported but are unknown")
	assert.NotContains(t, report, "HCX_")
	assert.NotContains(t, report, "Required and missing")
	assert.NotContains(t, section(report, "Violations of the rules of Care, ECS or Service Connect"), "command")
}

func TestAStackThatWasUpgradedInPlaceIsOfCare3(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, upgradedFiles(t), ecsimport.Options{})
	config := configOf(t, stack)
	assert.Equal(t, "3", config["care:generation"])
	assert.Equal(t, []any{[]any{8080}, true}, []any{config["care:egressPorts"], config["care:sms"]})
	assert.Contains(t, report, "`SNOWSTORM_DEPLOYMENT_URL` is plain HTTP")
	left := section(report, "Not imported")
	for _, name := range []string{
		"HCX_PROTOCOL_BASE_PATH", "HCX_USERNAME", "HCX_PASSWORD", "TASK_SUMMARIZE_TESTS", "USE_S3",
	} {
		assert.Contains(t, left, name)
		assert.NotContains(t, stack, name)
	}
	for _, name := range []string{"BUCKET_KEY", "SNS_ACCESS_KEY", "GUNICORN_WORKERS"} {
		assert.NotContains(t, stack, name, "the tasks' roles take the place of keys, and many is no number")
	}
	assert.Contains(t, report, "`GUNICORN_WORKERS` of API, beat and worker is `many`: must be a whole number")
	assert.NotContains(t, report, "Required and missing")
	assert.NotContains(t, report, "is not the image's script", "the scripts of 2024 run those of 3.x")
}

func TestAPluginsSettingsComeAlongIfThePluginIsBuiltIn(t *testing.T) {
	t.Parallel()
	files := upgradedFiles(t)
	files[0].Content = []byte(strings.ReplaceAll(string(files[0].Content),
		`"name": "TASK_SUMMARIZE_TESTS",`+"\n          \"value\": \"False\"",
		`"name": "ADDITIONAL_PLUGS", "value": "[{\"name\": \"hcx\"}]"`))
	stack, _ := importAll(t, files, ecsimport.Options{})
	assert.Contains(t, table(t, configOf(t, stack), "care:environment"), "HCX_USERNAME")
	assert.Contains(t, table(t, configOf(t, stack), "care:secretParameters"), "HCX_PASSWORD")
}

func TestTheGenerationIsFoundBySignsInTheirOrder(t *testing.T) {
	t.Parallel()
	api := func(image, script, more string) []ecsimport.File {
		files := named(smallApi(), smallBeat(), smallWorker())
		for i := range files {
			text := strings.Replace(string(files[i].Content), "care:24.43.0", "care"+image, 1)
			if script == "3" {
				text = strings.Replace(text, "-ecs.sh", ".sh", 1)
			}
			files[i].Content = []byte(strings.Replace(text, `"command"`, more+`"command"`, 1))
		}
		return files
	}
	const snowstorm = `"environment": [{"name": "SNOWSTORM_DEPLOYMENT_URL", "value": "https://a.example.org"}], `
	for name, test := range map[string]struct {
		files      []ecsimport.File
		generation string
		chosen     string
		why        string
	}{
		"a tag of 2024": {
			api(":24.43.0", "3", snowstorm),
			"",
			"2024",
			"the release tag of `ghcr.io/ohcnetwork/care:24.43.0`. For Care 3.x there would be",
		},
		"a tag with v": {api(":v24.43.0", "", ""), "", "2024", "the release tag"},
		"a tag of 3.x": {api(":3.1.0", "", ""), "", "3", "For Care of 2024 there would be: the start scripts"},
		"a setting":    {api(":latest-4711", "", snowstorm), "", "3", "`SNOWSTORM_DEPLOYMENT_URL`, which only Care 3.x uses"},
		"the role": {
			api(":latest-1", "", `"environment": [{"name": "BUCKET_PROVIDER", "value": "aws_role_based"}], `), "", "3",
			"`BUCKET_PROVIDER=aws_role_based`",
		},
		"another provider": {
			api(":latest-1", "", `"environment": [{"name": "BUCKET_PROVIDER", "value": "AWS"}], `),
			"",
			"2024",
			"the start scripts `/app/start-ecs.sh`",
		},
		"the scripts": {
			api(":latest-1", "3", ""),
			"",
			"3",
			"the start scripts `/app/start.sh`, `/app/celery_beat.sh` and `/app/celery_worker.sh`",
		},
		"what is said": {api(":24.43.0", "", ""), "3", "3", "from `--generation`"},
		"HCX in a new home": {
			api(":latest-1", "3", `"environment": [{"name": "HCX_USERNAME", "value": "a"}], `),
			"",
			"3",
			"1 setting of the HCX plugin",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack, report := importAll(t, test.files, ecsimport.Options{Region: "ap-south-1", Generation: test.generation})
			assert.Equal(t, test.chosen, configOf(t, stack)["care:generation"])
			assert.Contains(t, report, test.why)
		})
	}
}

func TestNoSignMeansTheDefaultGeneration(t *testing.T) {
	t.Parallel()
	files := named(
		`{"family": "care", "containerDefinitions": [{"name": "care-backend", "image": "ghcr.io/ohcnetwork/care:latest-1"},
		{"name": "care-beat"}, {"name": "care-worker"}]}`,
	)
	stack, report := importAll(t, files, ecsimport.Options{Region: "ap-south-1"})
	assert.Equal(t, "2024", configOf(t, stack)["care:generation"])
	assert.Contains(t, report,
		"they do not show the generation, and this is the default. If that is wrong, import again with `--generation 3`")
	require.Error(t, ecsimport.CheckOptions(ecsimport.Options{Stack: "a", Generation: "2025"}))
}

func TestTheOwnerOfADatabaseOfCare3HasItsName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		pairs    []string
		username any
	}{
		"another owner":       {nil, "care_prod"},
		"the same":            {[]string{`"care_owner"`, `"care_prod"`}, "care_prod"},
		"no owner is known":   {[]string{`"POSTGRES_USER"`, `"UNUSED_1"`}, "care_prod"},
		"nothing is known":    {[]string{`"POSTGRES_USER"`, `"UNUSED_1"`, `"POSTGRES_DB"`, `"UNUSED_2"`}, nil},
		"no database's name":  {[]string{`"POSTGRES_DB"`, `"UNUSED_2"`}, "care"},
		"a name RDS refuses":  {[]string{`"care_prod"`, `"1care"`}, "care"},
		"only a name differs": {[]string{`"care_owner"`, `"care"`}, "care_prod"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := care3Files(t)
			for i := range files {
				files[i].Content = []byte(strings.NewReplacer(test.pairs...).Replace(string(files[i].Content)))
			}
			stack, _ := importAll(t, files, ecsimport.Options{})
			assert.Equal(t, test.username, configOf(t, stack)["care:databaseUsername"])
		})
	}
}
