package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// careMistakes are mistakes with Care's environment, its secrets and its roles.
func careMistakes() []mistake {
	const celeryExecution, celeryTask = "iam.RolePolicy 'care-celery-execution'", "iam.RolePolicy 'care-celery-task'"
	return []mistake{
		{
			name:     "DATABASE_URL is missing",
			validate: careEnvironment(func(a *components.CareEnvironmentArgs) { a.Database.Url = nil }),
			words:    "is required", details: []string{"database.url = null"},
			check: ofCare(func(d checked, role string, container containerDefinition) {
				assert.Contains(d.T, container.References(), "DATABASE_URL", role)
			}),
		},
		{
			name:   "environments drift apart",
			absent: `^(CareArgs|CeleryArgs)\..*(Environment|Variables|Secrets)|^Config\.(Care|Celery)Environment`,
			words:  "one CareEnvironment is for all containers",
			check: func(d checked) {
				containers := d.careContainers(d.T)
				for role, container := range containers {
					assert.Equal(d.T, d.values(d.T, containers["api"]), d.values(d.T, container), role)
				}
			},
		},
		{
			name: "a required secret without value", config: settings{"care:secrets": `{"DJANGO_SECRET_KEY":""}`},
			secretKeys: []string{"care:secrets"},
			words:      "must not be empty", details: []string{"care:secrets.DJANGO_SECRET_KEY"},
			check: ofCare(func(d checked, role string, container containerDefinition) {
				for _, name := range []string{"JWKS_BASE64", "SNS_ACCESS_KEY", "SNS_SECRET_KEY", "DJANGO_SECRET_KEY"} {
					assert.Contains(d.T, container.References(), name, role)
				}
				assert.GreaterOrEqual(d.T, len(d.values(d.T, container)["DJANGO_SECRET_KEY"]), 50, role)
			}),
		},
		{
			name: "secrets in the environment in clear", config: settings{"care:environment": `{"EMAIL_PASSWORD":"hunter22"}`},
			words: "must not be stored as plain text", details: []string{"care:environment.EMAIL_PASSWORD"},
			check: func(d checked) {
				secret := regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_KEY$`)
				credentials := regexp.MustCompile(`://[^/@]*:[^@]+@`)
				eachContainer(d.T, d.deployment, func(_ ecsService, c containerDefinition) {
					for name, value := range c.Variables() {
						assert.False(d.T, secret.MatchString(name), "%s of %s", name, c.Name)
						assert.False(d.T, credentials.MatchString(value), "%s of %s", name, c.Name)
					}
				})
			},
		},
		{
			name: "the task role reads the secrets instead of the execution role",
			plants: []inprocess.Plant{
				{At: celeryExecution, Edit: swap("ssm:GetParameters", "ssm:GetParameter")},
				{
					At: celeryTask, Edit: swap(`"ssmmessages:OpenDataChannel"`, `"ssm:GetParameters","ssmmessages:OpenDataChannel"`),
				},
			},
			rule: "task/permission", words: "may not ssm:GetParameters",
			details: []string{
				"ResourceInitializationError", "AccessDeniedException", celeryService, ".secrets.",
				"iam.Role 'care-celery-execution'",
			},
			check: ofContainers(func(d checked, s ecsService, c containerDefinition) {
				execution := d.Named(d.T, "aws:iam/rolePolicy:RolePolicy", s.Name+"-execution").Policy(d.T, "policy")
				for name, from := range c.References() {
					assert.True(d.T, execution.Allows("ssm:GetParameters", from), "%s of %s", name, c.Name)
				}
				task := d.Named(d.T, "aws:iam/rolePolicy:RolePolicy", s.Name+"-task").Policy(d.T, "policy")
				for _, statement := range task.Statement {
					assert.NotContains(d.T, statement.Action, "ssm:GetParameters", s.Name)
				}
			}),
		},
		{
			name: "a secret's ARN lacks colons",
			config: settings{
				"care:secretParameters": `{"SENTRY_DSN":"arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-AbCdEf:dsn"}`,
			},
			words: "7 fields, or 10", details: []string{"care:secretParameters.SENTRY_DSN", "secret:care-AbCdEf:dsn"},
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				for name, from := range c.References() {
					fields := strings.Split(from, ":")
					if len(fields) > 2 && fields[2] == "secretsmanager" {
						assert.Contains(d.T, []int{7, 10}, len(fields), "%s of %s", name, c.Name)
					}
				}
			}),
		},
		{
			name: "one role for everything", absent: `\.(TaskRole|ExecutionRole)(Arn|Name|Id)?$`,
			words: "each service has two roles of its own",
			check: func(d checked) {
				roles := map[string]bool{}
				for _, s := range d.services(d.T) {
					roles[s.definition.Text("taskRoleArn")] = true
					roles[s.definition.Text("executionRoleArn")] = true
				}
				assert.Len(d.T, roles, 2*len(d.services(d.T)))
			},
		},
		{
			name:   "ECS Exec without its permissions",
			plants: edit(celeryTask, swap("ssmmessages:OpenDataChannel", "ssmmessages:OpenDataChanel")),
			rule:   "ecs/exec-permissions", words: "ECS Exec needs ssmmessages:OpenDataChannel",
			details: []string{"TargetNotConnectedException", celeryService, "enableExecuteCommand = true"},
			check: ofServices(func(d checked, s ecsService) {
				assert.Equal(d.T, true, s.In("enableExecuteCommand"), s.Name)
				task := d.Named(d.T, "aws:iam/rolePolicy:RolePolicy", s.Name+"-task").Policy(d.T, "policy")
				for _, action := range []string{
					"CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel",
				} {
					assert.True(d.T, task.Allows("ssmmessages:"+action, "*"), "%s of %s", action, s.Name)
				}
			}),
		},
		{
			name: "the log group is missing", plants: remove("cloudwatch.LogGroup 'redis-redis-stack'"),
			rule: "task/log-group", words: "no log group /ecs/redis-stack exists",
			details: []string{"ResourceInitializationError", redisService, "/ecs/redis-stack", "awslogs-group"},
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				group := d.Holder(d.T, "aws:cloudwatch/logGroup:LogGroup", "name", c.LogConfiguration.Options["awslogs-group"])
				assert.NotNil(d.T, group, c.Name)
				assert.NotEmpty(d.T, c.LogConfiguration.Options["awslogs-stream-prefix"], c.Name)
			}),
		},
		{
			name: "logs are kept forever", config: settings{"care:logRetentionDays": "0"},
			words: "must be one of 1, 3, 5", details: []string{"care:logRetentionDays = 0"},
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				group := d.Holder(d.T, "aws:cloudwatch/logGroup:LogGroup", "name", c.LogConfiguration.Options["awslogs-group"])
				assert.Positive(d.T, group.Number("retentionInDays"), c.Name)
			}),
		},
		{
			name:     "Care without an access key for S3, as if it used the role of the task",
			validate: careEnvironment(func(a *components.CareEnvironmentArgs) { a.Storage.AccessKeyId = nil }),
			words:    "is required", details: []string{"storage.accessKeyId = null"},
			check: func(d checked) {
				for _, role := range []string{"api", "worker"} {
					references := d.careContainers(d.T)[role].References()
					assert.Contains(d.T, references, "BUCKET_KEY", role)
					assert.Contains(d.T, references, "BUCKET_SECRET", role)
				}
			},
		},
	}
}

// awsMistakes are mistakes with databases, buckets and the provider.
func awsMistakes() []mistake {
	const database = "rds.Instance 'care-db'"
	return []mistake{
		{
			name: "the database cannot be destroyed: its final snapshot has no name",
			plants: []inprocess.Plant{
				{At: database, Edit: set("skipFinalSnapshot", false)},
				{At: database, Edit: set("finalSnapshotIdentifier", nil), Destroyed: true},
			},
			rule: "rds/final-snapshot-identifier", words: "final_snapshot_identifier is required",
			details: []string{database, "finalSnapshotIdentifier"},
			check: func(d checked) {
				database := d.Only(d.T, "aws:rds/instance:Instance")
				protected := database.In("deletionProtection") == true
				assert.Equal(d.T, !protected, database.In("skipFinalSnapshot"))
				name := database.Text("finalSnapshotIdentifier")
				assert.Regexp(d.T, `^[a-z](-?[a-z0-9])*$`, name)
				assert.True(d.T, strings.HasPrefix(name, "care-db-final-") && len(name) > len("care-db-final-"),
					"each instance has a name of its own")
			},
		},
		{
			name: "host and port where the host belongs",
			plants: edit("ecs.TaskDefinition 'care-celery'", container("care-celery-beat",
				environment("POSTGRES_HOST", func(host string) string { return host + ":5432" }))),
			rule: "host/port-twice", words: "holds a host with a port",
			details: []string{
				celeryService, "containers[care-celery-beat].environment.POSTGRES_HOST", `:5432"`, "POSTGRES_PORT",
			},
			check: ofCare(func(d checked, role string, container containerDefinition) {
				assert.NotContains(d.T, container.Variables()["POSTGRES_HOST"], ":", role)
			}),
		},
		{
			name: "a password that breaks addresses", config: settings{"care:databasePassword": "p@ss/w:rd?"},
			secretKeys: []string{"care:databasePassword"},
			words:      "must be 8 to 128 letters and digits", details: []string{"care:databasePassword"},
			check: func(d checked) {
				for _, password := range d.OfType("random:index/randomPassword:RandomPassword") {
					assert.Equal(d.T, false, password.In("special"), password.Name)
				}
			},
		},
		{
			name: "the database is public", absent: `(?i)^(PostgresArgs\.|Config\.Database).*(public|cidr|ingress)`,
			words: "Postgres is private, and lets in clients only",
			check: func(d checked) {
				database := d.Only(d.T, "aws:rds/instance:Instance")
				assert.Equal(d.T, false, database.In("publiclyAccessible"))
				admitted, clients := []string{}, []string{}
				for _, client := range d.clients(d.T) {
					clients = append(clients, client.securityGroup())
				}
				for _, rule := range d.rules("Ingress", database.List("vpcSecurityGroupIds")[0]) {
					assert.Equal(d.T, 5432, rule.Number("fromPort"))
					assert.Equal(d.T, 5432, rule.Number("toPort"))
					admitted = append(admitted, rule.Text("referencedSecurityGroupId"))
				}
				assert.ElementsMatch(d.T, clients, admitted)
			},
		},
		{
			name:   "a bucket's policy comes before its access block",
			plants: leaveOut("s3.BucketPublicAccessBlock 'care-facility'"),
			rule:   "s3/public-policy-blocked", words: "public policies are blocked",
			details: []string{"AccessDenied", "s3.BucketPolicy 'care-facility'", "policy"},
			check: func(d checked) {
				for _, policy := range d.OfType("aws:s3/bucketPolicy:BucketPolicy") {
					block := d.Named(d.T, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", policy.Name)
					assert.Equal(d.T, policy.Text("bucket"), block.Text("bucket"))
					assert.True(d.T, policy.DependsOn(block), policy.Name)
				}
			},
		},
		{
			name: "the old kind of bucket, or settings in it", absent: `^BucketsArgs\..*(Acl|Versioning|Policy|Lifecycle)`,
			words: "Buckets makes BucketV2 and its settings apart",
			check: func(d checked) {
				assert.Empty(d.T, d.OfType("aws:s3/bucket:Bucket"))
				for _, bucket := range d.OfType("aws:s3/bucketV2:BucketV2") {
					for key := range bucket.Plain {
						legal := []string{"bucket", "bucketPrefix", "forceDestroy", "objectLockEnabled", "tags"}
						assert.Contains(d.T, legal, key, bucket.Name)
					}
				}
			},
		},
		{
			name: "a secret's name is taken after a destroy", absent: `(?i)recovery`,
			words: "secrets are SSM parameters, whose names are free",
			check: func(d checked) {
				for _, registered := range d.Resources {
					assert.False(d.T, strings.HasPrefix(registered.Type, "aws:secretsmanager/"), registered.Type)
				}
			},
		},
		{
			name: "autoscaling fights over the count", absent: `(?i)ignorechanges`,
			words: "a service with Scaling ignores desiredCount, and no other does",
			check: func(d checked) {
				scaled := map[string]bool{}
				for _, target := range d.OfType("aws:appautoscaling/target:Target") {
					scaled[target.Text("resourceId")[strings.LastIndex(target.Text("resourceId"), "/")+1:]] = true
				}
				for _, s := range d.services(d.T) {
					assert.Equal(d.T, scaled[s.Text("name")], slices.Contains(s.Options.GetIgnoreChanges(), "desiredCount"), s.Name)
				}
			},
		},
		{
			name: "no count, and so no task", absent: `^(RedisStackArgs|CeleryArgs)\..*Count`,
			words: "where none is given, the count is 1",
			check: ofServices(func(d checked, s ecsService) {
				assert.GreaterOrEqual(d.T, s.Number("desiredCount"), 1, s.Name)
			}),
		},
		{
			name:   "fields that the next provider has not",
			absent: `\.(Vpc|ManagedPolicyArns|InlinePolicies|InferenceAccelerators)$`,
			words:  "no component sets any of them",
			check: func(d checked) {
				gone := map[string][]string{
					"aws:ec2/eip:Eip":                       {"vpc"},
					"aws:rds/instance:Instance":             {"name"},
					"aws:ec2/flowLog:FlowLog":               {"logGroupName"},
					"aws:ecs/taskDefinition:TaskDefinition": {"inferenceAccelerators"},
					"aws:iam/role:Role":                     {"managedPolicyArns", "inlinePolicies"},
				}
				for _, registered := range d.Resources {
					for key := range registered.Plain {
						assert.False(d.T, slices.Contains(gone[registered.Type], key), "%s of %s", key, registered.Path())
					}
				}
			},
		},
	}
}

// moreMistakes are mistakes with permissions, ways and names.
func moreMistakes() []mistake {
	const gateway = "ec2.NatGateway 'care-vpc-nat-ap-south-1a'"
	return []mistake{
		{
			name: "a secret was deleted", plants: remove("ssm.Parameter 'care-DATABASE_URL'"),
			rule: "task/secret-deleted", words: "unable to retrieve secrets from ssm",
			details: []string{
				"ResourceInitializationError", "it was deleted", "secrets.DATABASE_URL", "/care/staging/DATABASE_URL",
			},
		},
		{
			name:   "the execution role may not write logs",
			plants: edit("iam.RolePolicy 'redis-execution'", swap("logs:CreateLogStream", "logs:DescribeLogStreams")),
			rule:   "task/permission", words: "may not logs:CreateLogStream",
			details: []string{"AccessDeniedException", redisService, "iam.Role 'redis-execution'", "/ecs/redis-stack"},
		},
		{
			name:   "the execution role may not pull from ECR",
			config: settings{"care:image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/care:24.43.0"},
			plants: edit("iam.RolePolicy 'care-celery-execution'", swap("ecr:BatchGetImage", "ecr:DescribeImages")),
			rule:   "task/permission", words: "may not ecr:BatchGetImage",
			details: []string{"CannotPullContainerError", celeryService, "iam.Role 'care-celery-execution'", "image"},
		},
		{
			name: "the file system's security group is closed", stack: production,
			plants: leaveOut("vpc.SecurityGroupIngressRule 'redis-to-efs-ingress'"),
			rule:   "network/security-group-rule", words: "no ingress rule of ec2.SecurityGroup 'redis-sg'",
			details: []string{"ResourceInitializationError", redisService, "ec2.SecurityGroup 'redis-sg'", "2049"},
		},
		{
			name: "a NAT gateway in a private subnet", stack: production,
			plants: edit(gateway, func(w *inprocess.World, in resource.PropertyMap) {
				in["subnetId"] = w.IdOf("ec2.Subnet 'care-vpc-data-ap-south-1a'")
			}),
			rule: "network/nat-gateway", words: "has no route to an internet gateway",
			details: []string{
				"CannotPullContainerError", gateway + " is in ec2.Subnet 'care-vpc-data-ap-south-1a'", redisService,
				`image = "docker.io/`,
			},
		},
		{
			name:   "the load balancer asks at another port",
			plants: edit(careService, set("loadBalancers[0].containerPort", 8000)),
			rule:   "ecs/load-balancer-container", words: "did not have a container port 8000",
			details: []string{"InvalidParameterException", careService, "loadBalancers[0].containerPort = 8000"},
		},
		{
			name: "a container waits for one that is not there",
			validate: fargate(func(a *components.FargateServiceArgs) {
				a.Containers[0].DependsOn = []components.ContainerDependency{{ContainerName: "migrate", Condition: "SUCCESS"}}
			}),
			words: "must name a container of the same task", details: []string{`containers["cache"].dependsOn = "migrate"`},
		},
		{
			name: "two listener rules have one priority", plants: createTwice("lb.ListenerRule 'care-backend'"),
			rule: "cloud/duplicate", words: "a priority is used once in a listener",
			details: []string{"PriorityInUse", "lb.ListenerRule 'care-backend'", "priority = 100"},
		},
		{
			name:   "a public policy on a bucket that blocks them",
			plants: edit("s3.BucketPublicAccessBlock 'care-facility'", set("blockPublicPolicy", true)),
			rule:   "s3/public-policy-blocked", words: "blocked by the BlockPublicPolicy setting",
			details: []string{"AccessDenied", "s3.BucketPolicy 'care-facility'", "policy"},
		},
		{
			name: "two stacks with one namespace", second: settings{"care:logGroupPrefix": "/ecs/second"},
			rule: "cloud/duplicate", words: "a namespace's name is unique in the account and region",
			details: []string{"servicediscovery.HttpNamespace 'care-ns'", `name = "care-ns"`, "NamespaceAlreadyExists"},
		},
		{
			name: "clients come after Redis by luck alone", plants: leaveUnawaited(redisService),
			rule: "connect/order", words: "was not deployed before this deployment began",
			details: []string{celeryService, "redis.care-ns:6379", "let this service depend on " + redisService},
		},
	}
}

// valueMistakes are mistakes with a single value that AWS does not accept, or no longer for something new.
func valueMistakes() []mistake {
	const database = "rds.Instance 'care-db'"
	return []mistake{
		{
			name: "a class that PostgreSQL does not run on", config: settings{"care:databaseInstanceClass": "db.t2.micro"},
			words: "RDS does not run PostgreSQL 13 or newer on db.t2", details: []string{"care:databaseInstanceClass"},
		},
		{
			name: "a version that RDS no longer creates", plants: edit(database, set("engineVersion", "16.1")),
			rule: "rds/engine-version-offered", words: "16.1",
			details: []string{"InvalidParameter", database, `engineVersion = "16.1"`, "--accept"},
		},
		{
			name:   "a maintenance window of almost a week",
			config: settings{"care:databaseMaintenanceWindow": "sun:21:00-sat:21:30"},
			words:  "must be 30 minutes to 24 hours long", details: []string{"care:databaseMaintenanceWindow"},
		},
		{
			name:   "an interface endpoint for a service that does not exist",
			config: settings{"care:interfaceEndpoints": `["nosuch"]`},
			words:  "must be an AWS service with an interface endpoint", details: []string{"care:interfaceEndpoints", "nosuch"},
		},
		{
			name: "more tasks than a service can have", plants: edit(careService, set("desiredCount", 6000)),
			rule: "model/range", words: "5000", details: []string{careService, "desiredCount = 6000"},
		},
		{
			name: "a certificate of another region",
			config: settings{
				"care:domain":         "api.care.example.org",
				"care:certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
			},
			words: "must be a certificate in ap-south-1", details: []string{"care:certificateArn", "us-east-1"},
		},
		{
			name: "a maximum that no service can have", config: settings{"care:careMaxCount": "9000"},
			words: "must be 1 to 5000", details: []string{"care:careMaxCount = 9000"},
		},
	}
}

// careEnvironment returns a validation of valid CareEnvironmentArgs after the change.
func careEnvironment(change func(*components.CareEnvironmentArgs)) func() error {
	return func() error {
		given := pulumi.String("given")
		args := &components.CareEnvironmentArgs{
			HostName: given, Redis: components.CareRedis{Url: given}, SecretsPath: "/care/test",
			Database: components.CareDatabase{Url: given, Address: given, Name: given, Username: given, Password: given},
			Storage: components.CareStorage{
				PatientBucket: given, FacilityBucket: given, Region: given, Endpoint: given,
				AccessKeyId: given, SecretAccessKey: given,
			},
		}
		if change != nil {
			change(args)
		}
		return args.Validate()
	}
}

// keyMistakes are mistakes with the key that encrypts the data.
func keyMistakes() []mistake {
	const (
		key       = "kms.Key 'care-data'"
		logGroup  = "cloudwatch.LogGroup 'care-exec'"
		database  = "rds.Instance 'care-db'"
		elsewhere = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	)
	own := map[string]string{"care:encryptionKey": "own"}
	return []mistake{
		{
			name: "an alias in place of the key of the data", config: settings{"care:encryptionKey": "alias/care"},
			words: "must be the ARN of a key, and not of an alias", details: []string{`care:encryptionKey = "alias/care"`},
		},
		{
			name: "the key of the data is in another region", config: settings{"care:encryptionKey": elsewhere},
			words: "must be a key of the stack's region", details: []string{"ap-south-1", elsewhere},
		},
		{
			name: "CloudWatch Logs may not use the key of its log groups", config: own,
			plants: edit(key, swap("logs.ap-south-1.amazonaws.com", "logs.eu-west-1.amazonaws.com")),
			rule:   "logs/key-policy", words: "is not allowed to be used with LogGroup",
			details: []string{"AccessDeniedException", key},
		},
		{
			name: "the execution role may read a parameter and not decrypt it", config: own,
			plants: edit("iam.RolePolicy 'care-celery-execution'", swap(`"kms:Decrypt"`, `"kms:DescribeKey"`)),
			rule:   "task/permission", words: "may not kms:Decrypt",
			details: []string{"ResourceInitializationError", "ecs.Service 'care-celery'", ".secrets."},
		},
		{
			name: "the user that reads files may not use the key of the bucket", config: own,
			plants: edit("iam.UserPolicy 'care-app'", swap(`"kms:Decrypt"`, `"kms:DescribeKey"`)),
			warned: true, rule: "s3/key-permission",
			words:   "may s3:GetObject in s3.BucketV2 'care-patient' and not kms:Decrypt",
			details: []string{"iam.User 'care-app'", key},
		},
		{
			name: "the key of the data is disabled", config: own, plants: edit(key, set("isEnabled", false)),
			rule: "kms/key-state", words: "is disabled", details: []string{key, "isEnabled"},
		},
		{
			name: "a log group has a key of another region", config: own, plants: edit(logGroup, set("kmsKeyId", elsewhere)),
			rule: "kms/key-region", words: "the key is in eu-west-1", details: []string{logGroup, "name a key in ap-south-1"},
		},
		{
			name: "the database names the alias of its key", config: own,
			plants: edit(database, set("kmsKeyId", "arn:aws:kms:ap-south-1:123456789012:alias/care")),
			rule:   "kms/key-alias", words: "an alias is not the ARN of a key", details: []string{database, "alias/care"},
		},
	}
}

// logMistakes are mistakes with the firewall, and with the logs of the load balancer, the buckets, the database
// and the network.
func logMistakes() []mistake {
	const database, policy = "rds.Instance 'care-db'", "s3.BucketPolicy 'care-logs'"
	return []mistake{
		{
			name: "access logs into a bucket with a KMS key", stack: production,
			plants: edit("s3.BucketServerSideEncryptionConfigurationV2 'care-logs'",
				set("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms")),
			rule: "elb/access-log-bucket", words: "SSE-S3", details: []string{"lb.LoadBalancer 'care-alb'"},
		},
		{
			name: "access logs below a prefix that the bucket's policy does not allow", stack: production,
			plants: edit("lb.LoadBalancer 'care-alb'", set("accessLogs.prefix", "web")),
			rule:   "elb/access-log-bucket", words: "does not let logdelivery.elasticloadbalancing.amazonaws.com",
			details: []string{"lb.LoadBalancer 'care-alb'"},
		},
		{
			name: "requests to the patient bucket logged into a bucket that does not let S3 write", stack: production,
			plants: edit(policy, swap("logging.s3.amazonaws.com", "delivery.logs.amazonaws.com")),
			rule:   "s3/logging-permission", words: "must let logging.s3.amazonaws.com write the logs",
			details: []string{"s3.BucketLoggingV2 'care-patient'", policy, "targetBucket"},
		},
		{
			name: "a log that PostgreSQL does not have", stack: production,
			plants: edit(database, set("enabledCloudwatchLogsExports[0]", "postgres")),
			rule:   "rds/combinations", words: "postgresql, upgrade",
			details: []string{database, "enabledCloudwatchLogsExports[0]"},
		},
		{
			name: "an identifier that RDS does not accept", config: settings{"care:databaseIdentifier": "Care_DB"},
			words:   "must be lower-case letters, digits and single hyphens",
			details: []string{`care:databaseIdentifier = "Care_DB"`},
		},
		{
			name: "an identifier for a database that the stack does not manage",
			config: settings{
				"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-0123456789abcdef0",
				"care:databasePassword": "PasswordOfTheDatabase", "care:databaseIdentifier": "care-db",
			},
			secretKeys: []string{"care:databasePassword"},
			words:      "has no use with care:databaseAddress", details: []string{"care:databaseIdentifier"},
		},
		{
			name: "a web ACL of CloudFront",
			config: settings{
				"care:webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/care/12345678-1234-1234-1234-123456789012",
			},
			words: "scope CLOUDFRONT does not fit a load balancer", details: []string{"care:webAclArn"},
		},
		{
			name: "all traffic in flow logs that are off", config: settings{"care:flowLogTraffic": "ALL"},
			words: "has no effect without care:flowLogs", details: []string{`care:flowLogTraffic = "ALL"`},
		},
	}
}

// backupMistakes are mistakes with the plan of AWS Backup.
func backupMistakes() []mistake {
	const (
		plan, selection = "backup.Plan 'care'", "backup.Selection 'care'"
		beside          = "arn:aws:backup:ap-south-1:123456789012:backup-vault:care-1234567"
	)
	return []mistake{
		{
			name: "copies of backups in the region and account of the backups", stack: production,
			config: settings{"care:backupCopyVaultArn": beside, "aws:allowedAccountIds": `["123456789012"]`},
			words:  "must be a vault in another region or account", details: []string{"care:backupCopyVaultArn", beside},
		},
		{
			name: "copies of backups in a bucket", stack: production,
			config: settings{"care:backupCopyVaultArn": "arn:aws:s3:::care-copies"},
			words:  "must be an ARN of backup", details: []string{"care:backupCopyVaultArn"},
		},
		{
			name: "backups an hour before the database's own", stack: production,
			config:  map[string]string{"care:backupTime": "19:00"},
			words:   "two hours or more before its start",
			details: []string{`care:backupTime = "19:00"`, "care:databaseBackupWindow"},
		},
		{
			name: "snapshots that are due in the backup window", stack: production,
			plants: edit(plan, set("rules[0].schedule", "cron(15 20 * * ? *)")),
			rule:   "backup/database-windows", words: "AWS cannot take snapshots", details: []string{selection, "20:00-20:30"},
		},
		{
			name: "continuous backups that take over the retention of the database", stack: production,
			plants: edit(plan, set("rules[0].enableContinuousBackup", true)),
			rule:   "backup/continuous-database", words: "would take over the retention", details: []string{selection, plan},
		},
		{
			name: "backups of a bucket without versions", stack: production,
			plants: edit("s3.BucketVersioningV2 'care-patient'", set("versioningConfiguration.status", "Suspended")),
			rule:   "backup/bucket-versions", words: "keeps no versions",
			details: []string{selection, "s3.BucketV2 'care-patient'"},
		},
		{
			name: "a role of backups that AWS Backup may not assume", stack: production,
			plants: edit("iam.Role 'care-backup'", set(
				"assumeRolePolicy",
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
					`"Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}`,
			)),
			rule: "backup/role-trust", words: "cannot be assumed by AWS Backup",
			details: []string{selection, "iam.Role 'care-backup'"},
		},
	}
}
