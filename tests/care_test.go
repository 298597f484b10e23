package tests

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func TestCareRunsOnSpotWhereAskedTo(t *testing.T) {
	t.Parallel()
	for spot, provider := range map[bool]string{false: "FARGATE", true: "FARGATE_SPOT"} {
		args := careArgs("care-backend")
		args.Spot = spot
		result, _ := create(t, components.NewCare, "care-backend", args)
		assert.Equal(t, []any{map[string]any{"capacityProvider": provider, "weight": 1.0}},
			result.Only(t, serviceType).In("capacityProviderStrategies"))
	}
}

func TestCareIsBehindTheLoadBalancerAndAClientOnly(t *testing.T) {
	t.Parallel()
	args := careArgs("web")
	three := 3
	args.DesiredCount, args.WaitFor = &three, map[string]pulumi.StringInput{"celery": pulumi.String("arn-of-celery")}
	result, care := run(t,
		func(ctx *pulumi.Context) (*components.Care, error) { return components.NewCare(ctx, "web", args) })
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{}},
		service.In("serviceConnectConfiguration"))
	assert.Equal(t, 3, service.Number("desiredCount"))
	assert.Equal(t, 180, service.Number("healthCheckGracePeriodSeconds"))
	assert.Equal(t, "arn-of-celery", service.In(`triggers["after/celery"]`))
	group := result.Only(t, "aws:lb/targetGroup:TargetGroup")
	assert.Equal(t, []any{map[string]any{
		"targetGroupArn": group.State["arn"].StringValue(), "containerName": "web", "containerPort": 9000.0,
	}}, service.In("loadBalancers"))
	assert.Equal(t, "/ping/", group.Text("healthCheck.path"))
	assert.True(t, service.DependsOn(result.Only(t, "aws:lb/listenerRule:ListenerRule")))
	container := definition.Container(t, "web")
	assert.Equal(t, []int{256, 960}, []int{container.Cpu, container.Memory})
	assert.Equal(t, "/app/start-ecs.sh", container.Command[len(container.Command)-1])
	assert.Equal(t, &pulumitest.LinuxParameters{InitProcessEnabled: true}, container.LinuxParameters)
	assert.Equal(t, 60, container.StopTimeout)
	assert.Equal(t, "web", definition.Text("family"))
	own := result.Only(t, securityGroupType).Id
	assert.Equal(t, [3]any{own, albGroup, 9000}, ways(result, ingressType)["web-from-alb-ingress"])
	name, _ := pulumitest.Output(t, care.LogGroupName)
	assert.Equal(t, "/ecs/web/web", name)
}

func TestCeleryMigratesThenRunsBeatThenTheWorker(t *testing.T) {
	t.Parallel()
	args := celeryArgs("jobs")
	args.Cpu, args.Memory = 2048, 4096
	result, celery := run(t,
		func(ctx *pulumi.Context) (*components.Celery, error) { return components.NewCelery(ctx, "jobs", args) })
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{}},
		service.In("serviceConnectConfiguration"))
	assert.Equal(t, []int{1, 0, 100}, []int{
		service.Number("desiredCount"),
		service.Number("deploymentMinimumHealthyPercent"), service.Number("deploymentMaximumPercent"),
	})
	assert.Nil(t, service.In("loadBalancers"))
	migrate, beat, worker := definition.Container(t, "jobs-migrate"), definition.Container(t,
		"jobs-beat"), definition.Container(t, "jobs-worker")
	assert.Equal(t, []bool{false, true, true}, []bool{migrate.Essential, beat.Essential, worker.Essential})
	assert.Equal(t, []int{0, 128, 1664}, []int{migrate.Cpu, beat.Cpu, worker.Cpu}, "the proxy gets 256")
	assert.Equal(t, []int{0, 512, 3520}, []int{migrate.Memory, beat.Memory, worker.Memory}, "the proxy gets 64")
	assert.Equal(t, []pulumitest.ContainerOrder{{ContainerName: "jobs-migrate", Condition: "SUCCESS"}}, beat.DependsOn)
	assert.Equal(t, []pulumitest.ContainerOrder{{ContainerName: "jobs-beat", Condition: "HEALTHY"}}, worker.DependsOn)
	assert.Empty(t, migrate.DependsOn)
	assert.Nil(t, migrate.HealthCheck)
	for _, container := range []pulumitest.Container{migrate, beat, worker} {
		assert.Empty(t, container.PortMappings)
		assert.Equal(t, "/app", container.WorkingDirectory)
	}
	names, _ := pulumitest.Output(t, celery.LogGroupNames)
	assert.Equal(t, map[string]string{
		"jobs-migrate": "/ecs/jobs/jobs-migrate", "jobs-beat": "/ecs/jobs/jobs-beat", "jobs-worker": "/ecs/jobs/jobs-worker",
	}, names)
	plain, _ := create(t, components.NewCelery, "jobs", celeryArgs("jobs"))
	assert.Equal(t, []string{"1024", "3072"},
		[]string{plain.Only(t, taskDefinitionType).Text("cpu"), plain.Only(t, taskDefinitionType).Text("memory")})
}

func makeEnvironment(t *testing.T,
	changes ...func(*components.CareEnvironmentArgs),
) (*pulumitest.Result, *components.CareEnvironment) {
	t.Helper()
	return create(t, components.NewCareEnvironment, "care", changed(environmentArgs("care"), changes...))
}

// valuesOf returns the variables' values.
func valuesOf(t *testing.T, environment *components.CareEnvironment) map[string]string {
	t.Helper()
	values := map[string]string{}
	for name, value := range environment.Variables() {
		resolved, secret := pulumitest.Output(t, pulumi.ToOutput(value))
		assert.False(t, secret, name)
		values[name], _ = resolved.(string)
	}
	return values
}

func TestEnvironmentKeepsSecretsApartFromVariables(t *testing.T) {
	t.Parallel()
	result, environment := makeEnvironment(t, func(a *components.CareEnvironmentArgs) {
		a.FrontendOrigins = []string{"https://care.example.org", "https://admin.example.org"}
		a.Variables = map[string]string{"RATE_LIMIT": "5/m"}
	})
	values := valuesOf(t, environment)
	for name, want := range map[string]string{
		"DJANGO_SETTINGS_MODULE": "config.settings.production", "DJANGO_ALLOWED_HOSTS": `["*"]`,
		"DJANGO_SECURE_SSL_REDIRECT": "False",
		"CORS_ALLOWED_ORIGINS":       `["https://care.example.org","https://admin.example.org"]`,
		"CSRF_TRUSTED_ORIGINS":       `["https://api.care.example.org"]`, "CURRENT_DOMAIN": "https://care.example.org",
		"BACKEND_DOMAIN": "https://api.care.example.org", "POSTGRES_HOST": "db.example.org", "POSTGRES_PORT": "5432",
		"POSTGRES_DB": "care", "POSTGRES_USER": "care", "REDIS_URL": "redis://redis.care-ns:6379",
		"CELERY_BROKER_URL": "redis://redis.care-ns:6379", "FILE_UPLOAD_BUCKET": "patient-1",
		"FACILITY_S3_BUCKET": "facility-1", "RATE_LIMIT": "5/m", "HCX_PARTICIPANT_CODE": "unused",
	} {
		assert.Equal(t, want, values[name], name)
	}
	assert.ElementsMatch(t, []string{
		"BUCKET_KEY", "BUCKET_SECRET", "DATABASE_URL", "DJANGO_SECRET_KEY", "HCX_PASSWORD", "JWKS_BASE64",
		"POSTGRES_PASSWORD", "SNS_ACCESS_KEY", "SNS_SECRET_KEY", "VAPID_PRIVATE_KEY", "VAPID_PUBLIC_KEY",
	}, slices.Collect(maps.Keys(environment.Secrets())))
	for name := range environment.Secrets() {
		assert.NotContains(t, values, name)
		assert.Equal(t, "/care/care/"+name, result.Named(t, parameterType, "care-"+name).Text("name"))
	}
	assert.Equal(t, []int{443}, environment.EgressPorts())
}

func TestSecretRedisUrlIsKeptAsASecret(t *testing.T) {
	t.Parallel()
	result, environment := makeEnvironment(t, func(a *components.CareEnvironmentArgs) {
		a.Redis = components.CareRedis{Url: secret("redis://:a-password@redis.care-ns:6379"), UrlIsSecret: true}
	})
	for _, name := range []string{"REDIS_URL", "CELERY_BROKER_URL"} {
		assert.NotContains(t, environment.Variables(), name)
		assert.Equal(t, "redis://:a-password@redis.care-ns:6379", result.Named(t, parameterType, "care-"+name).Text("value"))
	}
}

func TestSmsUsesTheAccessKeyAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	for sms, want := range map[bool][2]string{
		false: {"unused", "unused"},
		true:  {"AKIAEXAMPLE", "the-secret-half-of-the-key"},
	} {
		result, _ := makeEnvironment(t, func(a *components.CareEnvironmentArgs) { a.Sms = sms })
		assert.Equal(t, want, [2]string{
			result.Named(t, parameterType, "care-SNS_ACCESS_KEY").Text("value"),
			result.Named(t, parameterType, "care-SNS_SECRET_KEY").Text("value"),
		})
	}
}

func TestGivenSecretsReplaceWhatWouldBeMade(t *testing.T) {
	t.Parallel()
	result, environment := makeEnvironment(t, func(a *components.CareEnvironmentArgs) {
		a.Secrets = map[string]pulumi.StringInput{
			"DJANGO_SECRET_KEY": secret("a-key-of-the-user"),
			"HCX_USERNAME":      secret("a-user-of-hcx"),
		}
		a.ExistingSecrets = map[string]string{"JWKS_BASE64": "/care/jwks", "SNS_ACCESS_KEY": "/care/sns"}
	})
	assert.Empty(t, result.OfType("random:index/randomPassword:RandomPassword"))
	assert.Equal(t, []string{"care-vapid"}, result.Names("tls:index/privateKey:PrivateKey"))
	assert.Equal(t, "a-key-of-the-user", result.Named(t, parameterType, "care-DJANGO_SECRET_KEY").Text("value"))
	assert.False(t, result.Has(parameterType, "care-JWKS_BASE64"), "what is kept elsewhere is not kept twice")
	assert.False(t, result.Has(parameterType, "care-SNS_ACCESS_KEY"))
	assert.NotContains(t, environment.Variables(), "HCX_USERNAME", "a name is in one list only")
}

func TestMailOpensItsPortAndNoOther(t *testing.T) {
	t.Parallel()
	for _, wanted := range []struct {
		variables map[string]string
		ports     []int
	}{
		{nil, []int{443}},
		{map[string]string{"EMAIL_PORT": "2525"}, []int{443}},
		{map[string]string{"EMAIL_HOST": "mail.example.org"}, []int{443, 587}},
		{map[string]string{"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": "2525"}, []int{443, 2525}},
		{map[string]string{"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": "443"}, []int{443}},
	} {
		_, environment := makeEnvironment(t, func(a *components.CareEnvironmentArgs) { a.Variables = wanted.variables })
		assert.Equal(t, wanted.ports, environment.EgressPorts(), wanted.variables)
	}
}

func TestWithoutFrontEndLinksLeadToTheApi(t *testing.T) {
	t.Parallel()
	_, environment := makeEnvironment(t)
	values := valuesOf(t, environment)
	assert.Equal(t, "https://api.care.example.org", values["CURRENT_DOMAIN"])
	assert.Equal(t, "[]", values["CORS_ALLOWED_ORIGINS"])
}

func TestKeysAreGeneratedOnceEach(t *testing.T) {
	t.Parallel()
	result, keys := create(t, components.NewCareKeys, "care", &components.CareKeysArgs{})
	assert.Equal(t, []string{"DJANGO_SECRET_KEY", "JWKS_BASE64", "VAPID_PRIVATE_KEY", "VAPID_PUBLIC_KEY"},
		slices.Sorted(maps.Keys(keys.Generated())))
	password := result.Only(t, "random:index/randomPassword:RandomPassword")
	assert.Equal(t, 64, password.Number("length"))
	assert.Equal(t, false, password.In("special"), "a dollar sign in front would name another variable")
	jwks := result.Named(t, "tls:index/privateKey:PrivateKey", "care-jwks")
	assert.Equal(t, []any{"RSA", 2048}, []any{jwks.Text("algorithm"), jwks.Number("rsaBits")})
	vapid := result.Named(t, "tls:index/privateKey:PrivateKey", "care-vapid")
	assert.Equal(t, []string{"ECDSA", "P256"}, []string{vapid.Text("algorithm"), vapid.Text("ecdsaCurve")})
	for name, value := range keys.Generated() {
		_, secret := pulumitest.Output(t, pulumi.ToOutput(value))
		assert.True(t, secret, name)
	}
	_, secret := pulumitest.Output(t, keys.Values)
	assert.True(t, secret)
	none, given := create(t, components.NewCareKeys, "care", &components.CareKeysArgs{
		Given: []string{"DJANGO_SECRET_KEY", "JWKS_BASE64", "VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY"},
	})
	assert.Len(t, none.Resources, 1)
	assert.Empty(t, given.Generated())
}
