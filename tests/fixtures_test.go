// Package tests tests the components from outside, by the resources that they register.
package tests

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// These exist in the account outside the component under test. AWS refuses identifiers of another form.
const (
	clusterArn        = "arn:aws:ecs:ap-south-1:123456789012:cluster/care"
	namespaceArn      = "arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-0123456789abcdef"
	listenerArn       = "arn:aws:elasticloadbalancing:ap-south-1:123456789012:listener/app/care/1/2"
	requestCountLabel = "app/care/1/targetgroup/care/1"
	execLogsArn       = "arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/care-exec"
	vpcId             = "vpc-0123456789abcdef0"
	subnetA           = "subnet-0000000000000000a"
	subnetB           = "subnet-0000000000000000b"
	dataSubnetA       = "subnet-0000000000000001a"
	dataSubnetB       = "subnet-0000000000000001b"
	albGroup          = "sg-0000000000000000a"
	redisGroup        = "sg-0000000000000000b"
	databaseGroup     = "sg-0000000000000000c"
	bastionGroup      = "sg-0000000000000000d"
	fileSystemId      = "fs-0123456789abcdef0"
	accessPointId     = "fsap-0123456789abcdef0"
	image             = "ghcr.io/ohcnetwork/care:24.43.0"
)

// Types of resources that many tests look for.
const (
	serviceType        = "aws:ecs/service:Service"
	taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"
	rolePolicyType     = "aws:iam/rolePolicy:RolePolicy"
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	securityGroupType  = "aws:ec2/securityGroup:SecurityGroup"
	ingressType        = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType         = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	parameterType      = "aws:ssm/parameter:Parameter"
	bucketType         = "aws:s3/bucketV2:BucketV2"
)

// run runs a program, and fails the test if it returns an error.
func run[C any](tb testing.TB, create func(ctx *pulumi.Context) (C, error),
	options ...pulumitest.Option,
) (*pulumitest.Result, C) {
	tb.Helper()
	var created C
	result := pulumitest.MustRun(tb, func(ctx *pulumi.Context) (err error) {
		created, err = create(ctx)
		return err
	}, options...)
	return result, created
}

// create runs a program that creates one component, and fails the test if it returns an error.
func create[A any, C pulumi.Resource](tb testing.TB,
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error), name string, args *A,
	options ...pulumitest.Option,
) (*pulumitest.Result, C) {
	tb.Helper()
	return run(tb, func(ctx *pulumi.Context) (C, error) { return construct(ctx, name, args) }, options...)
}

// changed returns args after the changes, of which each may be nil.
func changed[A any](args *A, changes ...func(*A)) *A {
	for _, change := range changes {
		if change != nil {
			change(args)
		}
	}
	return args
}

// around returns an ARN of the surroundings of an instance. The instance "two" has surroundings of its own, because AWS
// takes a priority once in a listener, a discovery name once in a namespace and a record once in a zone.
func around(name, arn string) pulumi.String {
	if name == "two" {
		arn = strings.NewReplacer("app/care/", "app/care-two/", "ns-0123", "ns-fedc").Replace(arn)
	}
	return pulumi.String(arn)
}

func texts(values ...string) pulumi.StringArray { return pulumi.ToStringArray(values) }

// secret returns a value that is marked as secret.
func secret(value string) pulumi.StringInput {
	marked, _ := pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
	return marked
}

func tasks(name string) components.Placement {
	return components.Placement{
		ClusterArn: pulumi.String(clusterArn), VpcId: pulumi.String(vpcId), SubnetIds: texts(subnetA, subnetB),
		LogGroupPrefix: "/ecs/" + name,
	}
}

func redisConnection() components.Connection {
	return components.Connection{
		SecurityGroupId: pulumi.String(redisGroup), Port: pulumi.Int(6379),
		NamespaceArn: pulumi.String(namespaceArn), Fingerprint: pulumi.String("redis.care-ns:6379"),
	}
}

func databaseConnection() components.Connection {
	return components.Connection{
		SecurityGroupId: pulumi.String(databaseGroup),
		Port:            pulumi.Int(5432),
		Fingerprint:     pulumi.String("db.example.org:5432"),
	}
}

// connects returns the connections with these names.
func connects(names ...string) map[string]components.ConnectionInput {
	known := map[string]components.Connection{"redis": redisConnection(), "postgres": databaseConnection()}
	connects := map[string]components.ConnectionInput{}
	for _, name := range names {
		connects[name] = known[name]
	}
	return connects
}

func vpcArgs(string) *components.VpcArgs {
	return &components.VpcArgs{AvailabilityZones: []string{"ap-south-1a", "ap-south-1b"}}
}

// richVpcArgs has everything that a Vpc can have.
func richVpcArgs(name string) *components.VpcArgs {
	args := vpcArgs(name)
	args.NatGateways = components.NatOnePerZone
	args.InterfaceEndpoints = []string{"logs", "ecr.api"}
	args.FlowLogs = true
	return args
}

func albArgs(string) *components.AlbArgs {
	return &components.AlbArgs{VpcId: pulumi.String(vpcId), SubnetIds: texts(subnetA, subnetB)}
}

func secureAlbArgs(name string) *components.AlbArgs {
	args := albArgs(name)
	args.Domain, args.HostedZoneId = pulumi.String("api.care.example.org"), pulumi.String("Z0123456789EXAMPLE")
	if name == "two" {
		args.Domain = pulumi.String("two.care.example.org")
	}
	args.AccessLogsBucket = pulumi.String("care-access-logs")
	args.WebAclArn = pulumi.String(
		"arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012",
	)
	return args
}

func routeArgs(name string) *components.RouteArgs {
	return &components.RouteArgs{
		VpcId: pulumi.String(vpcId), ListenerArn: around(name, listenerArn), HostName: pulumi.String("api.care.example.org"),
		Port: 9000,
	}
}

func clusterArgs(name string) *components.ClusterArgs {
	return &components.ClusterArgs{LogGroupPrefix: "/ecs/" + name}
}

func namespaceArgs(name string) *components.NamespaceArgs {
	return &components.NamespaceArgs{Name: pulumi.String(name + "-ns")}
}

// serviceArgs is the least that a FargateService needs.
func serviceArgs(name string) *components.FargateServiceArgs {
	return &components.FargateServiceArgs{
		ClusterArn: pulumi.String(clusterArn), VpcId: pulumi.String(vpcId), SubnetIds: texts(subnetA, subnetB),
		Containers: []components.Container{{Name: "app", Image: pulumi.String(image)}}, LogGroupPrefix: "/ecs/" + name,
	}
}

// richServiceArgs has everything that a FargateService can have.
func richServiceArgs(name string) *components.FargateServiceArgs {
	args := serviceArgs(name)
	args.Containers = []components.Container{
		{
			Name: "web", Image: pulumi.String("123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1"), Cpu: 200, Memory: 400,
			PortMappings: []components.PortMapping{{Name: "http", ContainerPort: 8080, AppProtocol: "http"}},
			Environment:  map[string]pulumi.StringInput{"B": pulumi.String("2"), "A": pulumi.String("1")},
			Secrets: map[string]components.SecretReference{"TOKEN": {
				Store: components.StoreSsm, ValueFrom: pulumi.String("arn:aws:ssm:ap-south-1:123456789012:parameter/token"),
				Arn: pulumi.String("arn:aws:ssm:ap-south-1:123456789012:parameter/token"), Version: pulumi.String("3"),
			}},
			HealthCheck: &components.HealthCheck{Command: []string{"CMD-SHELL", "curl -f localhost:8080"}},
			DependsOn:   []components.ContainerDependency{{ContainerName: "setup", Condition: "SUCCESS"}},
			MountPoints: []components.MountPoint{{SourceVolume: "data", ContainerPath: "/data"}},
		},
		{
			Name: "setup", Image: pulumi.String(image), NonEssential: true, Command: pulumi.ToStringArray([]string{"true"}),
			RepositoryCredentialsArn: pulumi.String("arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf"),
		},
	}
	args.Volumes = []components.Volume{
		{Name: "data", FileSystemId: pulumi.String(fileSystemId), AccessPointId: pulumi.String(accessPointId)},
	}
	args.ServiceConnect = &components.ServiceConnect{
		Mode: components.ServiceConnectClientServer, NamespaceArn: pulumi.String(namespaceArn),
		Endpoints: []components.ServiceConnectEndpoint{
			{PortName: "http", DiscoveryName: name, DnsName: pulumi.String(name + ".care-ns"), Port: 80},
		},
	}
	args.Connects = connects("redis", "postgres")
	args.LoadBalancer = &components.LoadBalancerTarget{
		TargetGroupArn:  pulumi.String("arn:aws:elasticloadbalancing:ap-south-1:123456789012:targetgroup/care/1"),
		SecurityGroupId: pulumi.String(albGroup), ContainerName: "web", ContainerPort: 8080,
		HealthCheckGracePeriodSeconds: 60, RequestCountLabel: pulumi.String(requestCountLabel),
	}
	args.Scaling = &components.Scaling{
		MinCount: 2, MaxCount: 6, CpuPercent: 60, RequestsPerTarget: 300,
		Metric: &components.SharedMetric{Namespace: "care/test", Name: "QueueLength", PerTask: 10, OtherTasks: 1},
		Schedule: []components.ScheduledCount{
			{Name: "evening", Expression: "cron(0 20 ? * MON-FRI *)", TimeZone: "Asia/Kolkata", MinCount: 0, MaxCount: 0},
			{Name: "morning", Expression: "cron(0 8 ? * MON-FRI *)", TimeZone: "Asia/Kolkata", MinCount: 2, MaxCount: 6},
		},
	}
	args.TaskRoleStatements = components.PolicyStatementArray{components.PolicyStatement{
		Sid:       "Mail",
		Actions:   []string{"ses:SendEmail"},
		Resources: []pulumi.StringInput{pulumi.String("arn:aws:ses:ap-south-1:123456789012:identity/example.org")},
	}}
	args.EnableExecuteCommand, args.ExecuteCommandLogGroupArn = true, pulumi.String(execLogsArn)
	args.InternetEgressPorts = []int{443, 587}
	args.WaitFor = map[string]pulumi.StringInput{"migration": pulumi.String("done")}
	return args
}

func redisArgs(name string) *components.RedisStackArgs {
	return &components.RedisStackArgs{
		Placement: tasks(name), NamespaceArn: around(name, namespaceArn), DnsName: pulumi.String(name + ".care-ns"),
	}
}

const redisPassword = "a-long-password-of-Redis"

// richRedisArgs has a password and keeps its data.
func richRedisArgs(name string) *components.RedisStackArgs {
	args := redisArgs(name)
	args.Password, args.SecretsPath = secret(redisPassword), "/care/"+name
	args.Meter = &components.RedisMeter{MetricNamespace: "care/" + name}
	args.Persistence = &components.RedisPersistence{SubnetIds: map[string]pulumi.StringInput{
		"ap-south-1b": pulumi.String(dataSubnetB), "ap-south-1a": pulumi.String(dataSubnetA),
	}}
	return args
}

func fileSystemArgs(string) *components.FileSystemArgs {
	return &components.FileSystemArgs{
		VpcId: pulumi.String(vpcId), SubnetIds: map[string]pulumi.StringInput{"ap-south-1a": pulumi.String(dataSubnetA)},
	}
}

func backupPlanArgs(string) *components.BackupPlanArgs {
	return &components.BackupPlanArgs{Database: &components.BackedUpDatabase{
		Arn: pulumi.String("arn:aws:rds:ap-south-1:123456789012:db:care"), BackupWindow: "20:00-20:30",
		MaintenanceWindow: "sat:21:00-sat:21:30",
	}}
}

func careImage() components.CareImage {
	return components.CareImage{
		Image:     image,
		Variables: map[string]pulumi.StringInput{"DJANGO_SETTINGS_MODULE": pulumi.String("config.settings.production")},
		Secrets: map[string]components.SecretReference{"DJANGO_SECRET_KEY": {
			Store: components.StoreSsm, ValueFrom: pulumi.String("arn:aws:ssm:ap-south-1:123456789012:parameter/key"),
			Arn: pulumi.String("arn:aws:ssm:ap-south-1:123456789012:parameter/key"),
		}},
	}
}

func careArgs(name string) *components.CareArgs {
	return &components.CareArgs{
		Placement: tasks(name), Image: careImage(), Connects: connects("redis", "postgres"),
		Entrance: components.Entrance{
			ListenerArn: around(name, listenerArn), HostName: pulumi.String("api.care.example.org"),
			SecurityGroupId: pulumi.String(albGroup),
		},
	}
}

// hours are those of an Indian working week.
var hours = components.CareHours{Days: "MON-FRI", Start: "08:00", Stop: "20:00", TimeZone: "Asia/Kolkata"}

func databaseScheduleArgs(string) *components.DatabaseScheduleArgs {
	return &components.DatabaseScheduleArgs{
		InstanceIdentifier: pulumi.String("care-db"),
		InstanceArn:        pulumi.String("arn:aws:rds:ap-south-1:123456789012:db:care-db"),
		Hours:              hours.Database(),
	}
}

func celeryArgs(name string) *components.CeleryArgs {
	return &components.CeleryArgs{Placement: tasks(name), Image: careImage(), Connects: connects("redis", "postgres")}
}

func workersArgs(name string) *components.CeleryWorkersArgs {
	return &components.CeleryWorkersArgs{
		Placement: tasks(name), Image: careImage(), Connects: connects("redis", "postgres"),
	}
}

// scaledWorkersArgs has workers on Spot that follow a queue.
func scaledWorkersArgs(name string) *components.CeleryWorkersArgs {
	args := workersArgs(name)
	args.Spot = true
	args.WaitFor = map[string]pulumi.StringInput{"celery": pulumi.String("arn-of-celery")}
	args.Scaling = &components.Scaling{
		MinCount: 2, MaxCount: 5,
		Metric: &components.SharedMetric{
			Namespace:  "care/test",
			Name:       components.MetricQueueLength,
			PerTask:    20,
			OtherTasks: 1,
		},
	}
	return args
}

// scaledCareArgs has an API that follows CPU and requests.
func scaledCareArgs(name string) *components.CareArgs {
	args := careArgs(name)
	args.Scaling = &components.Scaling{MinCount: 2, MaxCount: 6, CpuPercent: 60, RequestsPerTarget: 300}
	return args
}

func environmentArgs(name string) *components.CareEnvironmentArgs {
	return &components.CareEnvironmentArgs{
		HostName: pulumi.String("api.care.example.org"),
		Redis:    components.CareRedis{Url: pulumi.String("redis://redis.care-ns:6379")},
		Database: components.CareDatabase{
			Url:     secret("postgres://care:PasswordOfTheDatabase@db.example.org:5432/care?sslmode=require"),
			Address: pulumi.String("db.example.org"), Name: pulumi.String("care"), Username: pulumi.String("care"),
			Password: secret("PasswordOfTheDatabase"),
		},
		Storage: components.CareStorage{
			PatientBucket: pulumi.String("patient-1"), FacilityBucket: pulumi.String("facility-1"),
			Region: pulumi.String("ap-south-1"), Endpoint: pulumi.String("https://s3.ap-south-1.amazonaws.com"),
			AccessKeyId: pulumi.String("AKIAEXAMPLE"), SecretAccessKey: secret("the-secret-half-of-the-key"),
		},
		SecretsPath: "/care/" + name,
	}
}

func postgresArgs(string) *components.PostgresArgs {
	return &components.PostgresArgs{VpcId: pulumi.String(vpcId), SubnetIds: texts(subnetA, subnetB)}
}

func cacheArgs(string) *components.ElastiCacheArgs {
	return &components.ElastiCacheArgs{VpcId: pulumi.String(vpcId), SubnetIds: texts(subnetA, subnetB)}
}

func loggedPostgresArgs(name string) *components.PostgresArgs {
	args := postgresArgs(name)
	args.ExportLogs = true
	return args
}

func logBucketArgs(name string) *components.LogBucketArgs {
	bucket := "files-of-" + name
	return &components.LogBucketArgs{
		LoadBalancers: []string{"web"},
		Buckets: map[string]components.LoggedBucket{
			"patient": {Bucket: pulumi.String(bucket), Arn: pulumi.String("arn:aws:s3:::" + bucket)},
		},
	}
}

func bucketsArgs(string) *components.BucketsArgs {
	return &components.BucketsArgs{AllowedOrigins: []pulumi.StringInput{pulumi.String("https://care.example.org")}}
}

func userArgs(string) *components.AccessKeyUserArgs {
	return &components.AccessKeyUserArgs{Statements: components.PolicyStatementArray{components.PolicyStatement{
		Sid:       "Objects",
		Actions:   []string{"s3:GetObject"},
		Resources: []pulumi.StringInput{pulumi.String("arn:aws:s3:::bucket/*")},
	}}}
}

func secretsArgs(name string) *components.SecretsArgs {
	return &components.SecretsArgs{
		Path: "/care/" + name,
		Values: map[string]pulumi.StringInput{
			"TOKEN": secret("a-token-of-the-user"),
			"PIN":   pulumi.String("a-pin-given-in-clear"),
		},
		Existing: map[string]string{"DSN": "/care/backend/DSN"},
	}
}
