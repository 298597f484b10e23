package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// contract has the requirements of Care's image.
type contract struct {
	Image struct {
		Architectures []string `json:"architectures"`
		Expose        int      `json:"expose"`
	} `json:"image"`
	Settings struct {
		Allowed         []string `json:"allowed"`
		ForRealPatients string   `json:"for_real_patients"`
		Never           []string `json:"never"`
	} `json:"settings_modules"`
	Roles map[string]role `json:"roles"`
	Redis struct {
		Image              string   `json:"image"`
		Port               int      `json:"port"`
		HealthCheckCommand []string `json:"health_check_command"`
		Policy             string   `json:"maxmemory_policy"`
	} `json:"redis"`
	Database struct {
		Engine           string   `json:"engine"`
		MinMajor         int      `json:"min_major"`
		ExtensionsManual []string `json:"extensions_manual"`
		SslMode          string   `json:"sslmode_recommended"`
	} `json:"database"`
	Buckets []struct {
		Role       string   `json:"role"`
		Setting    string   `json:"setting"`
		IamActions []string `json:"iam_actions"`
		Cors       struct {
			Required bool     `json:"required"`
			Methods  []string `json:"allowed_methods"`
			Headers  []string `json:"allowed_headers"`
		} `json:"cors"`
	} `json:"buckets"`
	Sigv2Regions []string `json:"sigv2_presign_regions"`
	Iam          struct {
		SnsActions         []string `json:"sns_actions"`
		TaskRoleExec       []string `json:"task_role_actions_for_ecs_exec"`
		ForbiddenWildcards []string `json:"forbidden_wildcards"`
	} `json:"iam"`
	ValueRules []struct {
		Name string `json:"name"`
		Rule string `json:"rule"`
	} `json:"value_rules"`
	Order []string `json:"order"`

	// file is the file that the contract was read from.
	file string
}

// role has the requirements of one kind of container.
type role struct {
	Command        []string `json:"command"`
	WorkingDir     string   `json:"working_directory"`
	Port           *int     `json:"port"`
	DesiredCount   any      `json:"desired_count"`
	MaximumPercent *int     `json:"deployment_maximum_percent"`
	MinimumPercent *int     `json:"deployment_minimum_healthy_percent"`
	BootEnv        []string `json:"boot_required_env"`
	BootSecrets    []string `json:"boot_required_secrets"`
	Env            []string `json:"required_env"`
	Secrets        []string `json:"required_secrets"`
	HealthCheck    struct {
		Command     []string `json:"command"`
		Interval    int      `json:"interval"`
		Timeout     int      `json:"timeout"`
		Retries     int      `json:"retries"`
		StartPeriod int      `json:"startPeriod"`
	} `json:"health_check"`
	FirstRun struct {
		Seconds int `json:"ohc_compose_start_period"`
	} `json:"first_run_seconds"`
	LoadBalancer *struct {
		Path    string `json:"health_path"`
		Path3   string `json:"path"`
		Matcher string `json:"matcher"`
		Grace   int    `json:"health_check_grace_period_seconds_min"`
	} `json:"load_balancer"`
}

func readContract(tb testing.TB, file string) contract {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("tests", "testdata", file))
	require.NoError(tb, err)
	var c contract
	require.NoError(tb, json.Unmarshal(content, &c))
	require.Len(tb, c.Roles, 3)
	c.file = file
	return c
}

// The generations of Care's image, by the names of their contracts.
const (
	contract2024 = "care-2024-10.json"
	contract3    = "care-2026.json"
)

var generations = map[string]map[string]func(testing.TB) deployment{
	contract2024: deployments,
	contract3:    care3Deployments,
}

// onEachGeneration runs a check on each stack of this directory with an image of each generation, and the contract of
// that.
func onEachGeneration(t *testing.T, check func(t *testing.T, d deployment, c contract)) {
	t.Helper()
	for file, deployments := range generations {
		c := readContract(t, file)
		for _, stack := range stacks {
			t.Run(file+" "+stack, func(t *testing.T) {
				t.Parallel()
				check(t, deployments[stack](t), c)
			})
		}
	}
}

func TestContainersHaveEveryNameThatCareRequires(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		for name, role := range c.Roles {
			container := d.careContainers(t)[name]
			variables, references := container.Variables(), container.References()
			for _, required := range slices.Concat(role.BootEnv, role.BootSecrets, role.Env, role.Secrets) {
				_, clear := variables[required]
				_, secret := references[required]
				assert.True(t, clear || secret, "%s lacks %s", name, required)
				assert.False(t, clear && secret, "%s has %s in both lists", name, required)
			}
			for variable := range variables {
				assert.NotContains(t, references, variable, "%s has %s in both lists", name, variable)
			}
		}
	})
}

func TestContainersRunTheImagesOwnScriptsAndChecks(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		for name, role := range c.Roles {
			container := d.careContainers(t)[name]
			script := len(container.Command) - len(role.Command)
			require.Positive(t, script, name)
			assert.Equal(t, role.Command, container.Command[script:], name)
			assert.Equal(t, role.WorkingDir, container.WorkingDirectory, name)
			assert.Equal(t, &pulumitest.HealthCheck{
				Command: role.HealthCheck.Command, Interval: role.interval(), Timeout: role.HealthCheck.Timeout,
				Retries: role.HealthCheck.Retries, StartPeriod: role.HealthCheck.StartPeriod,
			}, container.HealthCheck, name)
			if role.Port == nil {
				assert.Empty(t, container.PortMappings, name)
			} else {
				assert.Equal(t, *role.Port, container.PortMappings[0].ContainerPort, name)
			}
		}
		for _, service := range d.clients(t) {
			platform := service.definition.Text("runtimePlatform.cpuArchitecture")
			names := map[string]string{"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
			assert.Contains(t, c.Image.Architectures, names[platform], service.Name)
		}
		assert.Equal(t, c.Image.Expose, d.careContainers(t)["api"].PortMappings[0].ContainerPort)
		celery := d.service(t, "care-celery")
		assert.EqualValues(t, c.Roles["beat"].DesiredCount, celery.Number("desiredCount"))
		assert.Equal(t, *c.Roles["beat"].MaximumPercent, celery.Number("deploymentMaximumPercent"))
		assert.Equal(t, *c.Roles["beat"].MinimumPercent, celery.Number("deploymentMinimumHealthyPercent"))
		balancer := c.Roles["api"].LoadBalancer
		group := d.Only(t, "aws:lb/targetGroup:TargetGroup")
		assert.Equal(t, cmp.Or(balancer.Path, balancer.Path3), group.Text("healthCheck.path"))
		assert.Equal(t, balancer.Matcher, group.Text("healthCheck.matcher"))
		assert.GreaterOrEqual(t, d.service(t, "care-backend").Number("healthCheckGracePeriodSeconds"), balancer.Grace)
	})
}

func TestApiBeatWorkerAndMigrationShareOneEnvironment(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, _ contract) {
		containers := d.careContainers(t)
		for name, container := range containers {
			assert.Equal(t, containers["api"].Environment, container.Environment, name)
			assert.Equal(t, containers["api"].Secrets, container.Secrets, name)
			assert.Equal(t, containers["api"].Image, container.Image, name)
		}
	})
}

// interval returns the time between two checks. Where Care's own deployment allows the first run more time than the
// checks of the contract do, they are as far apart as that takes.
func (r role) interval() int {
	return max(r.HealthCheck.Interval, (r.FirstRun.Seconds-r.HealthCheck.StartPeriod)/r.HealthCheck.Retries)
}

// valueChecks are the contract's rules for values, by the names under which it has them; a rule that is written as a
// pattern is taken from the contract itself.
func valueChecks() map[string]func(t *testing.T, name, value string) {
	list := func(t *testing.T, name, value string) {
		t.Helper()
		var items []string
		require.NoError(t, json.Unmarshal([]byte(value), &items), name)
		for _, item := range items {
			assert.Regexp(t, `^https?://[^/]+$`, item, name)
		}
	}
	return map[string]func(t *testing.T, name, value string){
		"*": func(t *testing.T, name, value string) {
			t.Helper()
			assert.False(t, strings.HasPrefix(value, "$"), name)
		},
		"DJANGO_ALLOWED_HOSTS": func(t *testing.T, name, value string) {
			t.Helper()
			assert.JSONEq(t, `["*"]`, value, name)
		},
		"CSRF_TRUSTED_ORIGINS": list, "CORS_ALLOWED_ORIGINS": list, "CORS_ALLOWED_ORIGIN_REGEXES": list,
		"DJANGO_SECURE_SSL_REDIRECT": func(t *testing.T, name, value string) {
			t.Helper()
			assert.Equal(t, "False", value, name)
		},
		"BUCKET_KEY": notEmpty, "BUCKET_SECRET": notEmpty, "JWKS_BASE64": keySet,
		"MAINTENANCE_MODE": func(t *testing.T, name, value string) {
			t.Helper()
			assert.Equal(t, "0", value, name)
		},
		"CONN_MAX_AGE": wholeNumber, "EMAIL_PORT": wholeNumber, "MIDDLEWARE_REQUEST_TIMEOUT": wholeNumber,
		"LOCK_TIMEOUT": wholeNumber, "HCX_*": notEmpty, "ABDM_*": notEmpty,
		"DJANGO_DEBUG": func(t *testing.T, name, value string) {
			t.Helper()
			assert.Equal(t, "False", value, name)
		},
	}
}

func notEmpty(t *testing.T, name, value string) {
	t.Helper()
	assert.NotEmpty(t, value, name)
}

func wholeNumber(t *testing.T, name, value string) {
	t.Helper()
	_, err := strconv.Atoi(value)
	assert.NoError(t, err, name)
}

func keySet(t *testing.T, name, value string) {
	t.Helper()
	decoded, err := base64.StdEncoding.DecodeString(value)
	assert.NoError(t, err, name)
	var set struct {
		Keys []map[string]string `json:"keys"`
	}
	assert.NoError(t, json.Unmarshal(decoded, &set), name)
	if assert.Len(t, set.Keys, 1, name) {
		assert.Equal(t, "RSA", set.Keys[0]["kty"], name)
		assert.Equal(t, "RS256", set.Keys[0]["alg"], name)
		assert.NotEmpty(t, set.Keys[0]["d"], "%s holds the private key", name)
	}
	assert.Less(t, len(value), 4096, "%s must fit a standard parameter", name)
}

func TestValuesKeepTheContractsRules(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		for role := range c.Roles {
			values := d.values(t, d.careContainers(t)[role])
			checks := valueChecks()
			if c.file == contract3 {
				maps.Copy(checks, care3Checks(values))
			}
			checks["CURRENT_DOMAIN"], checks["BACKEND_DOMAIN"] = d.visitorsAddress(t), d.ownAddress(t)
			for _, written := range c.ValueRules {
				for pattern := range strings.SplitSeq(written.Name, "|") {
					checkValues(t, checks, pattern, written.Rule, values)
				}
			}
			assert.Equal(t, values["REDIS_URL"], values["CELERY_BROKER_URL"], "the queue must be the one that /health/ sees")
			assert.Contains(t, c.Settings.Allowed, values["DJANGO_SETTINGS_MODULE"])
			assert.NotContains(t, c.Settings.Never, values["DJANGO_SETTINGS_MODULE"])
		}
	})
	for file, deployments := range generations {
		module := deployments[production](t).careContainers(t)["api"].Variables()["DJANGO_SETTINGS_MODULE"]
		assert.Contains(t, strings.Split(readContract(t, file).Settings.ForRealPatients, " or "), module)
	}
}

// ownAddress checks that an address is the load balancer's, with its scheme. A stack without a domain has no HTTPS,
// even if the contract requires it.
func (d deployment) ownAddress(t *testing.T) func(t *testing.T, name, value string) {
	t.Helper()
	url := d.export(t, "url")
	return func(t *testing.T, name, value string) {
		t.Helper()
		assert.Equal(t, url, value, name)
	}
}

// visitorsAddress checks the address of the front end.
func (d deployment) visitorsAddress(t *testing.T) func(t *testing.T, name, value string) {
	t.Helper()
	return func(t *testing.T, name, value string) {
		t.Helper()
		assert.Regexp(t, `^https://care(-staging)?\.example\.org$`, value, name)
	}
}

// care3Checks are rules that the contract of generation 3 has in words, and those that differ from the contract of
// 2024.
func care3Checks(values map[string]string) map[string]func(t *testing.T, name, value string) {
	absent := func(t *testing.T, name, _ string) {
		t.Helper()
		assert.Fail(t, "must not be there", name)
	}
	isJson := func(t *testing.T, name, value string) {
		t.Helper()
		assert.True(t, json.Valid([]byte(value)), name)
	}
	plain := func(*testing.T, string, string) {}
	return map[string]func(t *testing.T, name, value string){
		"BUCKET_ENDPOINT": absent, "BUCKET_KEY": absent, "BUCKET_SECRET": absent, "HCX_*": absent, "ABDM_*": absent,
		"SNS_ACCESS_KEY": absent, "SNS_SECRET_KEY": absent, "AWS_REQUEST_CHECKSUM_CALCULATION": absent,
		"CELERY_BROKER_URL": func(t *testing.T, name, value string) {
			t.Helper()
			assert.Equal(t, values["REDIS_URL"], value, name)
		},
		"POSTGRES_*": func(t *testing.T, name, value string) {
			t.Helper()
			assert.NotEmpty(t, value)
			assert.Contains(t, values["DATABASE_URL"], value, name)
		},
		"POSTGRES_USER": func(t *testing.T, name, value string) {
			t.Helper()
			assert.Equal(t, values["POSTGRES_DB"], value, name)
		},
		"TAX_CODES": isJson, "TAX_MONETARY_COMPONENT_DEFINITIONS": isJson, "PREFERENCE_SCHEMA": isJson,
		"ADDITIONAL_PLUGS": isJson, "PASSWORD_RESET_TOKEN_TTL_HOURS": plain, "OTP_SMS_RESET_PASSWORD_CONTENT": plain,
		"USER_RESET_PASSWORD_TEMPLATE_PATH": plain, "USER_CREATE_PASSWORD_TEMPLATE_PATH": plain,
	}
}

// checkValues holds one rule against every value whose name it is for. The rule for health checks is no value's; the
// containers' own test has it.
func checkValues(t *testing.T, checks map[string]func(t *testing.T, name, value string), pattern, written string,
	values map[string]string,
) {
	t.Helper()
	if pattern == "healthCheck.retries" {
		return
	}
	check := checks[pattern]
	if check == nil {
		require.True(t, strings.HasPrefix(written, "^"), "the test knows no rule for %s: %s", pattern, written)
		// The text after a space is for people.
		expression, _, _ := strings.Cut(written, " ")
		check = func(t *testing.T, name, value string) {
			t.Helper()
			assert.Regexp(t, expression, value, name)
		}
	}
	names := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if names.MatchString(name) {
			check(t, name, values[name])
		}
	}
}

func TestDatabaseRedisAndBucketsAreWhatCareNeeds(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		database := d.Only(t, "aws:rds/instance:Instance")
		assert.Equal(t, c.Database.Engine, database.Text("engine"))
		major, err := strconv.Atoi(database.Text("engineVersion"))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, major, c.Database.MinMajor)
		assert.Contains(t, d.values(t, d.careContainers(t)["api"])["DATABASE_URL"], "?sslmode="+c.Database.SslMode)

		redis := d.service(t, "redis").definition.Container(t, "redis-stack")
		if c.file == contract2024 {
			assert.Equal(t, "docker.io/"+c.Redis.Image, redis.Image)
		}
		assert.Equal(t, c.Redis.Port, redis.PortMappings[0].ContainerPort)
		assert.Contains(t, d.values(t, redis)["REDIS_ARGS"], "--maxmemory-policy "+c.Redis.Policy)
		assert.Equal(t, c.Redis.HealthCheckCommand[0], redis.HealthCheck.Command[0])
		assert.Contains(t, redis.HealthCheck.Command[1], "redis-cli ping | grep")

		values := d.values(t, d.careContainers(t)["api"])
		for _, wanted := range c.Buckets {
			bucket := d.Holder(t, "aws:s3/bucketV2:BucketV2", "id", values[wanted.Setting])
			assert.Equal(t, "care-"+wanted.Role, bucket.Name)
			allowed := d.actionsOf(t, bucket.State["arn"].StringValue()+"/*")
			assert.ElementsMatch(t, wanted.IamActions, allowed, wanted.Role)
			assert.Equal(t, wanted.Cors.Required,
				d.Has("aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2", bucket.Name), wanted.Role)
			if wanted.Cors.Required {
				cors := d.Named(t, "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2", bucket.Name)
				assert.ElementsMatch(t, wanted.Cors.Methods, cors.List("corsRules[0].allowedMethods"))
				assert.Equal(t, cmp.Or(strings.Join(wanted.Cors.Headers, ","), "*"),
					strings.Join(cors.List("corsRules[0].allowedHeaders"), ","))
			}
			encryption := d.Named(t,
				"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", bucket.Name)
			if encryption.Text("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm") != "AES256" {
				assert.NotContains(t, c.Sigv2Regions, values["BUCKET_REGION"], "signed addresses of the older form fail with KMS")
				assert.NotEqual(t, "facility", wanted.Role, "anonymous readers cannot use a KMS key")
			}
		}
	})
}

func actionsOn(policy pulumitest.Policy, resource string) []string {
	var actions []string
	for _, statement := range policy.Statement {
		if slices.Contains(statement.Resource, resource) {
			actions = append(actions, statement.Action...)
		}
	}
	return actions
}

// actionsOf returns the actions on a resource that the key or the roles of Care's tasks are allowed.
func (d deployment) actionsOf(tb testing.TB, resource string) []string {
	tb.Helper()
	var actions []string
	for _, token := range []string{"aws:iam/userPolicy:UserPolicy", "aws:iam/rolePolicy:RolePolicy"} {
		for _, policy := range d.OfType(token) {
			if policy.Name == backupRole {
				continue
			}
			actions = append(actions, actionsOn(policy.Policy(tb, "policy"), resource)...)
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// backupRole is the role of AWS Backup, which no task has.
const backupRole = "care-backup"

// Beat shares its task, and so its role, with a worker.
func TestTasksOfGeneration3ReachBucketsAndSmsByTheirRolesAndThereIsNoKey(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		d := care3Deployments[stack](t)
		assert.Empty(t, d.OfType("aws:iam/user:User"), stack)
		assert.Empty(t, d.OfType("aws:iam/accessKey:AccessKey"), stack)
		assert.Empty(t, d.OfType("aws:iam/userPolicy:UserPolicy"), stack)
		patient := d.Named(t, "aws:s3/bucketV2:BucketV2", "care-patient").State["arn"].StringValue() + "/*"
		facility := d.Named(t, "aws:s3/bucketV2:BucketV2", "care-facility").State["arn"].StringValue() + "/*"
		got := map[string][]string{}
		for _, policy := range d.OfType("aws:iam/rolePolicy:RolePolicy") {
			for _, statement := range policy.Policy(t, "policy").Statement {
				for _, action := range statement.Action {
					if strings.HasPrefix(action, "s3:") || strings.HasPrefix(action, "sns:") {
						role := d.Holder(t, "aws:iam/role:Role", "id", policy.Text("role")).Name
						if role == backupRole {
							continue
						}
						place := map[string]string{patient: "patient", facility: "facility"}[statement.Resource[0]]
						got[role] = append(got[role], strings.TrimSpace(statement.Effect+" "+action+" "+place))
					}
				}
			}
		}
		worker := []string{"Allow s3:DeleteObject patient", "Allow s3:GetObject patient", "Allow s3:PutObject patient"}
		want := map[string][]string{
			"care-backend-task": {
				"Allow s3:GetObject patient", "Allow s3:PutObject patient", "Allow s3:DeleteObject facility",
				"Allow s3:PutObject facility",
			},
			"care-celery-task": worker,
		}
		if stack == production {
			want["care-backend-task"] = append([]string{"Allow sns:Publish", "Deny sns:Publish"}, want["care-backend-task"]...)
			want["care-celery-worker-task"] = worker
		}
		assert.Len(t, got, len(want), stack)
		for role := range want {
			assert.ElementsMatch(t, want[role], got[role], "%s of %s", role, stack)
		}
		values := d.values(t, d.careContainers(t)["api"])
		assert.Equal(t, "AWS_ROLE_BASED", values["BUCKET_PROVIDER"])
		assert.Equal(t, map[string]string{staging: "", production: "True"}[stack], values["SNS_ROLE_BASED_MODE"])
		for name := range values {
			assert.NotRegexp(t, `^(BUCKET|FACILITY_S3|FILE_UPLOAD|SNS|AWS)_.*(KEY|SECRET)`, name)
		}
	}
}

func TestOnlyTheAccessKeyReachesBucketsAndSms(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		if c.file == contract3 {
			t.Skip("there is no key: see the test above")
		}
		for _, role := range d.OfType("aws:iam/rolePolicy:RolePolicy") {
			if role.Name == backupRole {
				continue
			}
			for _, statement := range role.Policy(t, "policy").Statement {
				for _, action := range statement.Action {
					assert.NotContains(t, c.Iam.ForbiddenWildcards, action, role.Name)
					assert.NotRegexp(t, `^(s3|sns):`, action, role.Name)
				}
			}
		}
		for _, service := range d.services(t) {
			task := d.Named(t, "aws:iam/rolePolicy:RolePolicy", service.Name+"-task")
			for _, action := range c.Iam.TaskRoleExec {
				assert.True(t, task.Policy(t, "policy").Allows(action, "*"), "%s of %s", action, service.Name)
			}
		}
	})
	c := readContract(t, contract2024)
	user := deployments[production](t).Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy")
	assert.Equal(t, c.Iam.SnsActions, actionsOn(user, "*"))
	denied := user.Statement[len(user.Statement)-1]
	assert.Equal(t, "Deny", denied.Effect)
	assert.Equal(t, pulumitest.Strings{"arn:aws:sns:*:*:*"}, denied.Resource, "the key publishes to no topic")
	assert.ElementsMatch(t, c.Iam.SnsActions, denied.Action)
	assert.Empty(t, actionsOn(deployments[staging](t).Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy"), "*"))
}

func TestDeploymentFollowsTheContractsOrder(t *testing.T) {
	t.Parallel()
	onEachGeneration(t, func(t *testing.T, d deployment, c contract) {
		require.Len(t, c.Order, map[string]int{contract2024: 6, contract3: 5}[c.file], "the order has changed: %v", c.Order)
		database := d.Only(t, "aws:rds/instance:Instance")
		redis, celery, care := d.service(t, "redis"), d.service(t, "care-celery"), d.service(t, "care-backend")
		assert.True(t, celery.DependsOn(database), "Celery waits for the database")
		assert.True(t, celery.DependsOn(redis.Resource), "Celery waits for Redis")
		for _, later := range d.clients(t)[1:] {
			assert.True(t, later.DependsOn(celery.Resource), "%s waits for Celery, which migrates", later.Name)
		}
		assert.True(t, care.DependsOn(redis.Resource), "Care waits for Redis")
		containers := d.careContainers(t)
		for _, extension := range c.Database.ExtensionsManual {
			extension, _, _ = strings.Cut(extension, " ") // the rest is for people
			script := strings.Join(containers["migrate"].Command, " ")
			created, migrated := strings.Index(script, "CREATE EXTENSION IF NOT EXISTS "+extension), strings.Index(script,
				"manage.py migrate")
			assert.Positive(t, created)
			assert.Greater(t, migrated, created, "%s comes before the migrations", extension)
		}
		assert.False(t, containers["migrate"].Essential)
		assert.Equal(t, []pulumitest.ContainerOrder{{ContainerName: "care-celery-migrate", Condition: "SUCCESS"}},
			containers["beat"].DependsOn)
		assert.Equal(t, []pulumitest.ContainerOrder{{ContainerName: "care-celery-beat", Condition: "HEALTHY"}},
			containers["worker"].DependsOn)
	})
}

// deployChanged deploys the staging with changes.
func deployChanged(t *testing.T, changes map[string]string, secretKeys ...string) deployment {
	t.Helper()
	config := cliConfig(t, staging)
	maps.Copy(config, changes)
	d := deployOnMocks(config, pulumitest.Config(config, secretKeys...), pulumitest.Stack(staging))
	require.NoError(t, d.Err)
	return d
}

// mailServer is a complete mail server.
var mailServer = map[string]string{
	"care:mailHost": "email-smtp.ap-south-1.amazonaws.com", "care:mailUser": "a-user-of-mail",
	"care:mailPassword": "a-password-of-mail", "care:mailSender": "Care <care@example.org>",
}

func TestMailReachesEveryContainerOfCareWithItsPasswordAsASecret(t *testing.T) {
	t.Parallel()
	for _, image := range []map[string]string{nil, care3} {
		changes := map[string]string{"care:mailPort": "2587"}
		maps.Copy(changes, mailServer)
		maps.Copy(changes, image)
		d := deployChanged(t, changes, "care:mailPassword")
		for role, container := range d.careContainers(t) {
			values := d.values(t, container)
			for name, want := range map[string]string{
				"EMAIL_HOST": "email-smtp.ap-south-1.amazonaws.com", "EMAIL_PORT": "2587", "EMAIL_USE_TLS": "True",
				"EMAIL_USER": "a-user-of-mail", "EMAIL_PASSWORD": "a-password-of-mail", "EMAIL_FROM": "Care <care@example.org>",
			} {
				assert.Equal(t, want, values[name], "%s of %s", name, role)
			}
			for _, name := range []string{"EMAIL_USER", "EMAIL_PASSWORD"} {
				assert.Contains(t, container.References(), name, role)
			}
		}
		for _, service := range d.clients(t) {
			assert.Equal(t, "0.0.0.0/0", d.egress(t, service.Name)[2587], service.Name)
		}
		assertNothingInClear(t, d)
	}
}

func TestAMissingMailServerIsWarnedOf(t *testing.T) {
	t.Parallel()
	const words = "care:mailHost is not set"
	assert.Contains(t, joined(deployments[staging](t).Warnings), words)
	for _, changes := range []map[string]string{
		mailServer,
		{"care:environment": `{"EMAIL_HOST":"mail.example.org"}`},
		{"care:secretParameters": `{"EMAIL_HOST":"/care/EMAIL_HOST"}`},
	} {
		assert.NotContains(t, joined(deployChanged(t, changes, "care:mailPassword").Warnings), words)
	}
}

func joined(lines []string) (all string) {
	var allSb70 strings.Builder
	for _, line := range lines {
		allSb70.WriteString(line + "\n")
	}
	all += allSb70.String()
	return all
}

func TestAWardCanLogIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		changes map[string]string
		want    string
	}{
		{nil, "30/10m"},
		{settings{"care:loginRateLimit": "200/h"}, "200/h"},
		{settings{"care:environment": `{"RATE_LIMIT":"7/10m"}`}, "7/10m"},
		{settings{"care:captchaSiteKey": "a-site-key", "care:captchaSecretKey": "a-secret-of-captcha"}, ""},
		{settings{"care:secrets": `{"GOOGLE_RECAPTCHA_SECRET_KEY":"a-secret-of-captcha"}`}, ""},
	} {
		d := deployChanged(t, row.changes, "care:captchaSecretKey", "care:secrets")
		api := d.careContainers(t)["api"]
		assert.Equal(t, row.want, d.values(t, api)["RATE_LIMIT"], row.changes)
		if row.changes["care:captchaSiteKey"] != "" {
			assert.Equal(t, "a-site-key", api.Variables()["GOOGLE_RECAPTCHA_SITE_KEY"])
			assert.Equal(t, "a-secret-of-captcha", d.values(t, api)["GOOGLE_RECAPTCHA_SECRET_KEY"])
			assert.Contains(t, api.References(), "GOOGLE_RECAPTCHA_SECRET_KEY")
			assertNothingInClear(t, d)
		}
	}
}

func TestAddressesHaveTheSchemeOfTheLoadBalancer(t *testing.T) {
	t.Parallel()
	for stack, scheme := range map[string]string{staging: "http://care-alb-", production: "https://api.care.example.org"} {
		d := deployments[stack](t)
		values := d.careContainers(t)["worker"].Variables()
		assert.Contains(t, values["BACKEND_DOMAIN"], scheme)
		assert.Equal(t, d.export(t, "url"), values["BACKEND_DOMAIN"])
		assert.JSONEq(t, `["`+values["BACKEND_DOMAIN"]+`"]`, values["CSRF_TRUSTED_ORIGINS"])
	}
}

func TestAReleaseOfTheOtherGenerationIsWarnedOf(t *testing.T) {
	t.Parallel()
	const words = "is that of a release of generation "
	assert.Contains(t, joined(deployChanged(t, settings{"care:generation": "3"}).Warnings), words+"2024")
	assert.Contains(t,
		joined(deployChanged(t, settings{"care:image": "ghcr.io/ohcnetwork/care:v3.1.0"}).Warnings), words+"3")
	assert.NotContains(t, joined(deployments[staging](t).Warnings), words)
	assert.NotContains(t, joined(care3Deployments[staging](t).Warnings), words)
}

func TestFurtherPortsAreOpenedAndPlainHttpIsWarnedOf(t *testing.T) {
	t.Parallel()
	with := func(changes map[string]string) map[string]string {
		all := maps.Clone(care3)
		maps.Copy(all, changes)
		return all
	}
	const closed, plain, unset = "which the security groups keep " +
		"closed. Add 8080", "plain HTTP, which", "SNOWSTORM_DEPLOYMENT_URL is not set"
	for name, row := range map[string]struct {
		changes       map[string]string
		warns, silent []string
		open          []int
	}{
		"2024": {nil, nil, []string{plain, "SNOWSTORM"}, nil},
		"port 80 with 2024": {
			settings{"care:egressPorts": "[80]"}, []string{"care:egressPorts has 80: plain HTTP"}, nil, []int{80},
		},
		"3 alone": {with(nil), []string{unset}, []string{closed}, nil},
		"https": {
			with(settings{"care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"https://terms.example.org/fhir"}`}), nil,
			[]string{plain, closed, unset},
			nil,
		},
		"kept in parameters": {
			with(settings{"care:secretParameters": `{"SNOWSTORM_DEPLOYMENT_URL":"/care/TERMS"}`}), nil, []string{unset}, nil,
		},
		"closed port": {
			with(settings{"care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"http://terms.example.org:8080/fhir"}`}),
			[]string{closed},
			[]string{unset},
			nil,
		},
		"open port": {
			with(settings{
				"care:egressPorts": "[8080]",
				"care:environment": `{"SNOWSTORM_DEPLOYMENT_URL":"http://terms.example.org:8080/fhir"}`,
			}),
			[]string{"care:environment.SNOWSTORM_DEPLOYMENT_URL is " + plain},
			[]string{closed, unset},
			[]int{8080},
		},
	} {
		d := deployChanged(t, row.changes)
		for _, words := range row.warns {
			assert.Contains(t, joined(d.Warnings), words, name)
		}
		for _, words := range row.silent {
			assert.NotContains(t, joined(d.Warnings), words, name)
		}
		for _, service := range d.clients(t) {
			for _, port := range row.open {
				assert.Equal(t, "0.0.0.0/0", d.egress(t, service.Name)[port], name)
			}
			for port := range d.egress(t, service.Name) {
				assert.Contains(t, append(row.open, 443, 5432, 6379), port, name)
			}
		}
	}
}

func TestGeneration3TakesItsProcessesAndNamesThatOnlySoundSecret(t *testing.T) {
	t.Parallel()
	changes := maps.Clone(care3)
	changes["care:careGunicornWorkers"], changes["care:celeryConcurrency"] = "4", "3"
	changes["care:databaseUsername"], changes["care:databaseOfUserExists"] = "app", "true"
	changes["care:databaseVersion"] = "18"
	changes["care:environment"] = `{"PASSWORD_RESET_TOKEN_TTL_HOURS":"24","OTP_SMS_RESET_PASSWORD_CONTENT":"{otp} is the code",` +
		`"USER_RESET_PASSWORD_TEMPLATE_PATH":"email/reset.html","USER_CREATE_PASSWORD_TEMPLATE_PATH":"email/create.html"}`
	d := deployChanged(t, changes)
	values := d.careContainers(t)["worker"].Variables()
	for name, want := range map[string]string{
		"GUNICORN_WORKERS": "4", "CELERY_WORKER_CONCURRENCY": "3", "POSTGRES_USER": "app",
		"PASSWORD_RESET_TOKEN_TTL_HOURS": "24", "USER_CREATE_PASSWORD_TEMPLATE_PATH": "email/create.html",
	} {
		assert.Equal(t, want, values[name], name)
	}
	assert.NotContains(t, deployments[staging](t).careContainers(t)["worker"].Variables(), "GUNICORN_WORKERS")
}

func TestOnlyGeneration2024NeedsRediSearch(t *testing.T) {
	t.Parallel()
	const words, plain = "has no RediSearch", "docker.io/library/redis:8-alpine"
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(care3)
		maps.Copy(all, more)
		return all
	}
	d := deployChanged(t, with(settings{"care:redisBackend": "elasticache"}))
	assert.NotEmpty(t, d.OfType("aws:elasticache/replicationGroup:ReplicationGroup"))
	for name, row := range map[string]struct {
		changes map[string]string
		warns   bool
	}{
		"2024":      {settings{"care:redisImage": plain}, true},
		"confirmed": {settings{"care:redisImage": plain, "care:imageWithoutRediSearch": "true"}, false},
		"3":         {with(settings{"care:redisImage": plain}), false},
	} {
		d := deployChanged(t, row.changes)
		assert.Equal(t, row.warns, strings.Contains(joined(d.Warnings), words), name)
		redis := d.service(t, "redis").definition.Container(t, "redis-stack")
		assert.Equal(t, "redis-server", redis.Command[len(redis.Command)-1], name)
	}
}
