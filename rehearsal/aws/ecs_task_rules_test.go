package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTaskDefinitionsOfCarefulProgramsPass(t *testing.T) {
	t.Parallel()
	migrate := with(app(), in{
		"name": "celery-migrate", "essential": false, "healthCheck": nil, "portMappings": []any{}, "memory": nil, "cpu": 0,
	})
	beat := with(app(), in{
		"name": "celery-beat", "portMappings": []any{}, "cpu": 128, "memory": 512,
		"dependsOn": []any{in{"containerName": "celery-migrate", "condition": "SUCCESS"}},
	})
	worker := with(app(), in{
		"name": "celery-worker", "portMappings": []any{}, "cpu": 640, "memory": 2496,
		"dependsOn": []any{in{"containerName": "celery-beat", "condition": "HEALTHY"}},
	})
	private := with(app(), in{"repositoryCredentials": in{
		"credentialsParameter": "arn:aws:secretsmanager:ap-south-1:123456789012:secret:ghcr-AbCdEf",
	}})
	for name, given := range map[string]in{
		"Care":        fargateTask(app()),
		"Celery":      with(fargateTask(beat, migrate, worker), in{"cpu": "1024", "memory": "3072"}),
		"private":     fargateTask(private),
		"in vCPUs":    with(fargateTask(app()), in{"cpu": "1 vCPU", "memory": "2GB"}),
		"in half":     with(fargateTask(app()), in{"cpu": ".5 vcpu", "memory": "1 GB"}),
		"as a number": with(fargateTask(app()), in{"cpu": 512, "memory": 1024}),
		"on instances": {"family": "app", "containerDefinitions": definitions(in{
			"name": "app", "image": "nginx", "memoryReservation": 64, "privileged": true,
		})},
		"in any case": fargateTask(in{"Name": "app", "IMAGE": "nginx", "PortMappings": []any{in{"containerport": 80}}}),
		"on a volume": with(
			fargateTask(with(app(), in{"mountPoints": []any{in{"sourceVolume": "data", "containerPath": "/data"}}})),
			in{"volumes": []any{in{
				"name": "data",
				"efsVolumeConfiguration": in{
					"fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED", "rootDirectory": "/",
					"authorizationConfig": in{"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
				},
			}}},
		),
		"not known": with(fargateTask(),
			in{"containerDefinitions": unknownText, "cpu": unknownText, "executionRoleArn": nil}),
	} {
		assert.Empty(t, newCloud(t).checkTask(given), name)
	}
}

// unknownText is how a value travels that is known after an update.
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

func TestContainersFitTogether(t *testing.T) {
	t.Parallel()
	after := func(name, condition string) in {
		return in{"dependsOn": []any{in{"containerName": name, "condition": condition}}}
	}
	many := func(count int) (list []in) {
		for i := range count {
			list = append(list, helper(in{"name": "c" + strings.Repeat("x", i), "essential": true}))
		}
		return list
	}
	for name, row := range map[string]struct {
		planted, sound []in
		want           string
	}{
		"same name": {
			[]in{app(), with(app(), in{"portMappings": nil, "cpu": 0, "memory": nil})},
			[]in{app(), helper(nil)},
			"Container names must be unique within a Task Definition",
		},
		"none essential": {
			[]in{helper(nil)}, []in{helper(in{"essential": nil})}, "All tasks must have at least one essential container",
		},
		"too many": {many(11), many(10), "Too many containers"},
		"circle": {
			[]in{with(app(), after("helper", "START")), helper(after("app", "START"))},
			[]in{with(app(), after("helper", "START")), helper(nil)},
			"container dependencies form a circle: app → helper → app",
		},
		"end of an essential": {
			[]in{app(), helper(after("app", "COMPLETE"))},
			[]in{app(), helper(after("app", "HEALTHY"))},
			"COMPLETE can't be set on an essential container",
		},
		"cpu": {
			[]in{app(), helper(in{"cpu": 257})},
			[]in{app(), helper(in{"cpu": 256})},
			"The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu': it is 513",
		},
		"memory": {
			[]in{app(), helper(in{"memory": 65})},
			[]in{app(), helper(in{"memory": 64})},
			"cannot be greater than the value of the task 'memory': it is 1025",
		},
	} {
		assert.Empty(t, newCloud(t).checkTask(fargateTask(row.sound...)), name)
		requireReason(t, newCloud(t).checkTask(fargateTask(row.planted...)), row.want)
	}
}

func TestTasksAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	efs := func(changes in) in {
		return in{"volumes": []any{in{
			"name": "data", "efsVolumeConfiguration": with(in{"fileSystemId": "fs-0123456789abcdef0"}, changes),
		}}}
	}
	point := in{"authorizationConfig": in{"accessPointId": "fsap-0123456789abcdef0"}}
	encrypted := with(point, in{"transitEncryption": "ENABLED"})
	for name, row := range map[string]swap{
		"size": swapped(in{"cpu": "512", "memory": "512"}, in{"cpu": "512", "memory": "1024"},
			"No Fargate configuration exists for given values: 512 CPU, 512 memory", "1024 to 4096"),
		"size in vCPU": swapped(in{"cpu": "1 vCPU", "memory": "1 GB"}, in{"cpu": "1 vCPU", "memory": "2 GB"},
			"1024 CPU, 1024 memory"),
		"great size": swapped(in{"cpu": "8192", "memory": "17408"}, in{"cpu": "8192", "memory": "20480"},
			"8192 CPU, 17408 memory"),
		"odd cpu":    swapped(in{"cpu": "300"}, in{"cpu": "512"}, "300 CPU", "cpu is 256, 512"),
		"no cpu":     swapped(in{"cpu": nil}, in{"cpu": "512"}, "Fargate requires that 'cpu' be defined at the task level"),
		"no memory":  swapped(in{"memory": nil}, in{"memory": "1024"}, "Fargate requires that 'memory' be defined"),
		"unreadable": swapped(in{"cpu": "half"}, in{"cpu": "0.5 vCPU"}, "Invalid 'cpu' setting for task", `cpu = "half"`),
		"network": swapped(in{"networkMode": nil}, in{"networkMode": "awsvpc"},
			"Fargate only supports network mode 'awsvpc'"),
		"network mode": swapped(in{"networkMode": "vpc", "requiresCompatibilities": nil}, in{"networkMode": "awsvpc"},
			"must be one of"),
		"compatibility": swapped(in{"requiresCompatibilities": []any{"Fargate"}},
			in{"requiresCompatibilities": []any{"FARGATE", "EC2"}}, "requiresCompatibilities", `did you mean "FARGATE"?`),
		"family": swapped(in{"family": "my app"}, in{"family": "my-app_1"}, "Family contains invalid characters"),
		"storage": swapped(in{"ephemeralStorage": in{"sizeInGib": 20}}, in{"ephemeralStorage": in{"sizeInGib": 21}},
			"21 to 200", "ephemeralStorage.sizeInGib = 20"),
		"host's IPC":  swapped(in{"ipcMode": "host"}, in{"ipcMode": nil}, "ipcMode is not supported"),
		"host's PIDs": swapped(in{"pidMode": "host"}, in{"pidMode": "task"}, "the only valid pidMode is task"),
		"placement": swapped(in{"placementConstraints": []any{in{"type": "memberOf", "expression": "x"}}},
			in{"placementConstraints": []any{}}, "placement constraints"),
		"host's path": swapped(in{"volumes": []any{in{"name": "data", "hostPath": "/data"}}},
			in{"volumes": []any{in{"name": "data"}}}, "hostPath is not supported"),
		"volume twice": swapped(in{"volumes": []any{in{"name": "data"}, in{"name": "data"}}},
			in{"volumes": []any{in{"name": "data"}, in{"name": "more"}}}, "unique in the task definition"),
		"platform": swapped(in{"runtimePlatform": in{"cpuArchitecture": "ARM64"}},
			in{"runtimePlatform": in{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}},
			"operatingSystemFamily is required"),
		"architecture": swapped(in{"runtimePlatform": in{"cpuArchitecture": "arm64", "operatingSystemFamily": "LINUX"}},
			in{"runtimePlatform": nil}, "cpuArchitecture", "X86_64, ARM64"),
		"role's name": swapped(in{"taskRoleArn": "task"}, in{"taskRoleArn": nil}, "Role is not valid",
			`taskRoleArn = "task"`),
		"execution role": swapped(in{"executionRoleArn": nil},
			in{"executionRoleArn": "arn:aws:iam::123456789012:role/execution"},
			"you must also specify a value for 'executionRoleArn'", `container "app"`),
		"access point": swapped(efs(point), efs(encrypted),
			"Transit encryption must be turned on when an EFS access point is used"),
		"root directory": swapped(efs(with(encrypted, in{"rootDirectory": "/data"})),
			efs(with(encrypted, in{"rootDirectory": "/"})), "the root directory must be omitted or /"),
		"EFS and IAM": swapped(efs(in{"authorizationConfig": in{"iam": "ENABLED"}}),
			efs(in{"authorizationConfig": in{"iam": "ENABLED"}, "transitEncryption": "ENABLED"}),
			"when EFS IAM authorization is used"),
		"EFS port": swapped(efs(in{"transitEncryptionPort": 2999}),
			efs(in{"transitEncryptionPort": 2999, "transitEncryption": "ENABLED"}), "needs transit encryption"),
		"EFS encryption": swapped(efs(in{"transitEncryption": "on"}), efs(in{"transitEncryption": "DISABLED"}),
			"must be one of ENABLED, DISABLED"),
		"memory anywhere": swapped(
			in{
				"requiresCompatibilities": nil, "memory": nil, "containerDefinitions": definitions(in{"name": "a", "image": "b"}),
			},
			in{"requiresCompatibilities": nil, "memory": nil},
			"At least one of 'memory' or 'memoryReservation' must be specified",
		),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			requireReason(t, c.checkTask(with(fargateTask(app()), row.planted)), append(row.want, "ClientException: ",
				"ecs.TaskDefinition 'app'")...)
			require.Empty(t, c.checkTask(with(fargateTask(app()), row.sound)))
		})
	}
}

func TestAnExecutionRoleIsNeededForEachOfItsUses(t *testing.T) {
	t.Parallel()
	bare := with(app(), in{"secrets": []any{}, "logConfiguration": nil})
	without := func(changes in) []string {
		return newCloud(t).checkTask(with(fargateTask(with(bare, changes)), in{"executionRoleArn": nil}))
	}
	require.Empty(t, without(nil))
	requireReason(t, without(in{"logConfiguration": app()["logConfiguration"]}), "to support log driver awslogs")
	requireReason(t, without(in{"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/app:1"}), "to support ECR images")
	requireReason(t, without(in{"repositoryCredentials": in{"credentialsParameter": "ghcr"}}), "repository credentials")
	requireReason(t, without(in{"environmentFiles": []any{in{"type": "s3", "value": "arn:aws:s3:::b/a.env"}}}),
		"environment files")
}

func TestATasksRolesTrustEcs(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	role := c.up("iam/role:Role", "lambda", in{"assumeRolePolicy": strings.ReplaceAll(trust, "ecs-tasks", "lambda")})
	sound := c.up("iam/role:Role", "task", in{"assumeRolePolicy": trust})
	for _, path := range []string{"executionRoleArn", "taskRoleArn"} {
		requireReason(t,
			c.wrong("ecs/taskDefinition:TaskDefinition", "app", with(fargateTask(app()), in{path: role.out("arn")})),
			"ECS was unable to assume the role", path, "iam.Role 'lambda'", "ecs-tasks.amazonaws.com")
		require.Empty(t,
			c.wrong("ecs/taskDefinition:TaskDefinition", "app", with(fargateTask(app()), in{path: sound.out("arn")})))
	}
}

func TestASecretDocumentIsJudgedButNotShown(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	bad := fargateTask(with(app(), in{"environment": []any{in{"name": "hunter22 x", "value": 1}}}))
	bad["containerDefinitions"] = in{
		"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": bad["containerDefinitions"],
	}
	reasons := c.checkTask(bad)
	requireReason(t, reasons, "cannot unmarshal number", "environment[0].value = [secret]")
	assert.NotContains(t, strings.Join(reasons, ""), "hunter22")
}
