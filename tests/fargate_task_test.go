package tests

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func TestContainerDefinitionsHoldEverythingThatWasSaid(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	definition := result.Only(t, taskDefinitionType)
	assert.False(t, definition.IsSecret("containerDefinitions"), "what is secret is named, never written")
	containers := definition.Containers(t)
	logs := func(name string) pulumitest.LogConfiguration {
		return pulumitest.LogConfiguration{LogDriver: "awslogs", Options: map[string]string{
			"awslogs-group": "/ecs/app/" + name, "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
			"mode": "non-blocking", "max-buffer-size": "10m",
		}}
	}
	none := []map[string]any{}
	assert.Equal(t, []pulumitest.Container{
		{
			Name:             "setup",
			Image:            image,
			Command:          []string{"true"},
			Environment:      []pulumitest.NamedValue{},
			Secrets:          []pulumitest.NamedSecret{},
			PortMappings:     []pulumitest.PortMapping{},
			StopTimeout:      30,
			MountPoints:      none,
			VolumesFrom:      none,
			SystemControls:   []map[string]string{},
			LogConfiguration: logs("setup"),
			RepositoryCredentials: &pulumitest.Credentials{
				CredentialsParameter: "arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf",
			},
		},
		{
			Name: "web", Image: "123456789012.dkr.ecr.ap-south-1.amazonaws.com/web:1", Cpu: 200, Memory: 400, Essential: true,
			Environment: []pulumitest.NamedValue{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}},
			Secrets: []pulumitest.NamedSecret{
				{Name: "TOKEN", ValueFrom: "arn:aws:ssm:ap-south-1:123456789012:parameter/token"},
			},
			PortMappings: []pulumitest.PortMapping{
				{Name: "http", ContainerPort: 8080, HostPort: 8080, Protocol: "tcp", AppProtocol: "http"},
			},
			HealthCheck: &pulumitest.HealthCheck{
				Command:  []string{"CMD-SHELL", "curl -f localhost:8080"},
				Interval: 30,
				Timeout:  5,
				Retries:  3,
			},
			DependsOn:      []pulumitest.ContainerOrder{{ContainerName: "setup", Condition: "SUCCESS"}},
			StopTimeout:    30,
			MountPoints:    []map[string]any{{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}},
			VolumesFrom:    none,
			SystemControls: []map[string]string{}, LogConfiguration: logs("web"),
		},
	}, containers)
	assert.Equal(t, []any{map[string]any{"name": "data", "efsVolumeConfiguration": map[string]any{
		"fileSystemId": fileSystemId, "transitEncryption": "ENABLED",
		"authorizationConfig": map[string]any{"accessPointId": accessPointId, "iam": "ENABLED"},
	}}}, definition.In("volumes"))
}

func TestContainerDefinitionsAreTheSameBytesEachTime(t *testing.T) {
	t.Parallel()
	written := map[string]bool{}
	for round := range 6 {
		args := richServiceArgs("app")
		if round%2 == 1 {
			slices.Reverse(args.Containers)
		}
		result, _ := makeService(t, args)
		written[result.Only(t, taskDefinitionType).Text("containerDefinitions")] = true
	}
	assert.Len(t, written, 1, "each other form would be a new revision")
}

func TestExecutionRoleReadsExactlyWhatTheContainersName(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	statement := func(sid string, resources []string, actions ...string) pulumitest.Statement {
		return pulumitest.Statement{Sid: sid, Effect: "Allow", Action: actions, Resource: resources}
	}
	assert.Equal(t, []pulumitest.Statement{
		statement("ReadParameters", []string{"arn:aws:ssm:ap-south-1:123456789012:parameter/token"}, "ssm:GetParameters"),
		statement("ReadRegistryCredentials",
			[]string{"arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf"},
			"secretsmanager:GetSecretValue"),
		statement("WriteLogs", []string{
			"arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/app/setup:*",
			"arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/app/web:*",
		}, "logs:CreateLogStream", "logs:PutLogEvents"),
		statement("EcrLogin", []string{"*"}, "ecr:GetAuthorizationToken"),
		statement("EcrPull", []string{"arn:aws:ecr:ap-south-1:123456789012:repository/web"},
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
	}, result.Named(t, rolePolicyType, "app-execution").Policy(t, "policy").Statement)
	least, _ := makeService(t, serviceArgs("app"))
	assert.Len(t, least.Named(t, rolePolicyType, "app-execution").Policy(t, "policy").Statement, 1, "logs only")
}

func TestTaskRoleMayDoWhatWasSaidAndWhatEcsExecNeeds(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	assert.Equal(
		t,
		[]pulumitest.Statement{
			{Sid: "Mail", Effect: "Allow", Action: []string{"ses:SendEmail"}, Resource: []string{
				"arn:aws:ses:ap-south-1:123456789012:identity/example.org",
			}},
			{Sid: "ExecuteCommand", Effect: "Allow", Resource: []string{"*"}, Action: []string{
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
				"ssmmessages:OpenDataChannel",
			}},
			{Sid: "FindSessionLog", Effect: "Allow", Action: []string{"logs:DescribeLogGroups"}, Resource: []string{"*"}},
			{Sid: "WriteSessionLog", Effect: "Allow", Resource: []string{execLogsArn + ":*"}, Action: []string{
				"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents",
			}},
		},
		result.Named(t, rolePolicyType, "app-task").Policy(t, "policy").Statement,
	)
	assert.Equal(t, true, result.Only(t, serviceType).In("enableExecuteCommand"))

	args := serviceArgs("app")
	args.EnableExecuteCommand = true
	result, _ = makeService(t, args)
	assert.Len(t, result.Named(t, rolePolicyType, "app-task").Policy(t, "policy").Statement, 1,
		"channels only, where no session is written down")
}

func TestTaskAndExecutionHaveRolesOfTheirOwn(t *testing.T) {
	t.Parallel()
	result, service := makeService(t, richServiceArgs("app"))
	definition := result.Only(t, taskDefinitionType)
	assert.NotEqual(t, definition.Text("taskRoleArn"), definition.Text("executionRoleArn"))
	for purpose, output := range map[string]pulumi.StringOutput{
		"task":      service.TaskRoleArn,
		"execution": service.ExecutionRoleArn,
	} {
		role := result.Named(t, "aws:iam/role:Role", "app-"+purpose)
		assertTrust(t, role, "ecs-tasks.amazonaws.com")
		assert.Equal(t, role.State["arn"].StringValue(), definition.Text(purpose+"RoleArn"))
		assert.Equal(t, role.Id, result.Named(t, rolePolicyType, "app-"+purpose).Text("role"))
		arn, _ := pulumitest.Output(t, output)
		assert.Equal(t, role.State["arn"].StringValue(), arn)
	}
}

func TestEcrStatementsKnowOnlyEcr(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1":      "arn:aws:ecr:eu-west-1:123456789012:repository/team/web",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1":       "arn:aws-cn:ecr:cn-north-1:123456789012:repository/web",
		"ghcr.io/ohcnetwork/care:1":                                    "",
		"docker.io/redis/redis-stack-server:6.2.6-v10":                 "",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.org/a:1": "",
	} {
		args, config := serviceArgs("app"), map[string]string{}
		if args.Containers[0].Image = pulumi.String(image); strings.Contains(image, ".cn-north-1.") {
			args.ClusterArn = pulumi.String("arn:aws-cn:ecs:cn-north-1:123456789012:cluster/care")
			config["aws:region"] = "cn-north-1" // accounts of other partitions cannot pull from it
		}
		result, _ := makeService(t, args, pulumitest.Config(config))
		policy := result.Named(t, rolePolicyType, "app-execution").Policy(t, "policy")
		assert.Equal(t, want != "", policy.Allows("ecr:GetAuthorizationToken", "*"), image)
		assert.Equal(t, want != "", policy.Allows("ecr:BatchGetImage", want), image)
	}
}

func TestSecretsOfBothStoresAreReadByTheirArns(t *testing.T) {
	t.Parallel()
	const (
		whole     = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:all-AbCdEf"
		parameter = "arn:aws:ssm:ap-south-1:123456789012:parameter/one"
	)
	args := serviceArgs("app")
	args.Containers[0].Secrets = map[string]components.SecretReference{
		"PARAMETER": {Store: components.StoreSsm, ValueFrom: pulumi.String(parameter), Arn: pulumi.String(parameter)},
		"ONE": {
			Store:     components.StoreSecretsManager,
			ValueFrom: pulumi.String(whole + ":one::"),
			Arn:       pulumi.String(whole),
		},
		"TWO": {
			Store:     components.StoreSecretsManager,
			ValueFrom: pulumi.String(whole + ":two::"),
			Arn:       pulumi.String(whole),
		},
	}
	result, _ := makeService(t, args)
	policy := result.Named(t, rolePolicyType, "app-execution").Policy(t, "policy")
	assert.Equal(t, pulumitest.Strings{whole}, policy.Statement[1].Resource,
		"each once, and without key, stage and version")
	assert.True(t, policy.Allows("secretsmanager:GetSecretValue", whole))
	assert.True(t, policy.Allows("ssm:GetParameters", parameter))
	assert.Equal(t, map[string]string{"PARAMETER": parameter, "ONE": whole + ":one::", "TWO": whole + ":two::"},
		result.Only(t, taskDefinitionType).Container(t, "app").References())
}

func TestEachContainerHasALogGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("app")
	args.LogRetentionDays = 90
	result, service := makeService(t, args)
	for _, name := range []string{"web", "setup"} {
		group := result.Named(t, logGroupType, "app-"+name)
		assert.Equal(t, "/ecs/app/"+name, group.Text("name"))
		assert.Equal(t, 90, group.Number("retentionInDays"))
		assert.True(t, group.Options.GetDeleteBeforeReplace(), "its name cannot exist twice")
	}
	names, _ := pulumitest.Output(t, service.LogGroupNames)
	assert.Equal(t, map[string]string{"web": "/ecs/app/web", "setup": "/ecs/app/setup"}, names)
}
