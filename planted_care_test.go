package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// careEnvironment gives sound Args of Care's environment, changed.
func careEnvironment(change func(*components.CareEnvironmentArgs)) func() error {
	return func() error {
		given := pulumi.String("given")
		args := &components.CareEnvironmentArgs{
			HostName: given, Redis: components.CareRedis{Url: given}, SecretsPath: "/care/test",
			Database: components.CareDatabase{Url: given, Address: given, Name: given, Username: given, Password: given},
			Storage: components.CareStorage{
				PatientBucket: given, FacilityBucket: given, Region: given, Endpoint: given, AccessKeyId: given, SecretAccessKey: given,
			},
		}
		if change != nil {
			change(args)
		}
		return args.Validate()
	}
}

// plantedCare are the mistakes with Care's environment, its secrets and its roles.
func plantedCare() []planted {
	const celeryExecution, celeryTask = "iam.RolePolicy 'care-celery-execution'", "iam.RolePolicy 'care-celery-task'"
	return []planted{
		{
			number: 42, mistake: "DATABASE_URL is missing",
			validate: careEnvironment(func(a *components.CareEnvironmentArgs) { a.Database.Url = nil }),
			says:     "is required", names: []string{"database.url = null"},
		},
		{
			number: 43, mistake: "environments drift apart",
			absent: `^(CareArgs|CeleryArgs)\..*(Environment|Variables|Secrets)|^Config\.(Care|Celery)Environment`,
			says:   "one CareEnvironment is for all containers",
		},
		{
			number: 44, mistake: "a required secret without value", config: map[string]string{"care:secrets": `{"DJANGO_SECRET_KEY":""}`},
			secretKeys: []string{"care:secrets"},
			says:       "must not be empty", names: []string{"care:secrets.DJANGO_SECRET_KEY"},
		},
		{
			number: 45, mistake: "secrets in the environment in clear", config: map[string]string{"care:environment": `{"EMAIL_PASSWORD":"hunter22"}`},
			says: "must not be stored as plain text", names: []string{"care:environment.EMAIL_PASSWORD"},
		},
		{
			number: 46, mistake: "the execution role may not read the secrets",
			plants: []inprocess.Plant{{At: celeryExecution, Edit: swap("ssm:GetParameters", "ssm:GetParameter")}},
			says:   "may not ssm:GetParameters", names: []string{
				"ResourceInitializationError", "AccessDeniedException", celeryService, ".secrets.", "iam.Role 'care-celery-execution'",
			},
		},
		{
			number: 47, mistake: "a secret's ARN lacks colons",
			config: map[string]string{"care:secretParameters": `{"SENTRY_DSN":"arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-AbCdEf:dsn"}`},
			says:   "7 fields, or 10", names: []string{"care:secretParameters.SENTRY_DSN", "secret:care-AbCdEf:dsn"},
		},
		{
			number: 48, mistake: "one role for everything", absent: `\.(TaskRole|ExecutionRole)(Arn|Name|Id)?$`,
			says: "each service has two roles of its own",
		},
		{
			number: 49, mistake: "ECS Exec without its permissions",
			plants: []inprocess.Plant{{At: celeryTask, Edit: swap("ssmmessages:OpenDataChannel", "ssmmessages:OpenDataChanel")}},
			says:   "ECS Exec needs ssmmessages:OpenDataChannel", names: []string{"TargetNotConnectedException", celeryService, "enableExecuteCommand = true"},
		},
		{
			number: 50, mistake: "the log group is missing", plants: []inprocess.Plant{{At: "cloudwatch.LogGroup 'redis-redis-stack'", Removed: true}},
			says: "no log group /ecs/redis-stack exists", names: []string{"ResourceInitializationError", redisService, "/ecs/redis-stack", "awslogs-group"},
		},
		{
			number: 64, mistake: "Care is to use the task's role for S3",
			validate: careEnvironment(func(a *components.CareEnvironmentArgs) { a.Storage.AccessKeyId = nil }),
			says:     "is required", names: []string{"storage.accessKeyId = null"},
		},
	}
}
