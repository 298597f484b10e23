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

// TestContainersAreHeldToTheApi plants one mistake into a container, and its sound neighbour.
func TestContainersAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	const secret = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:db-AbCdEf"
	from := func(text string) in { return in{"secrets": []any{in{"name": "KEY", "valueFrom": text}}} }
	port := func(changes in) in { return in{"portMappings": []any{with(in{"containerPort": 9000}, changes)}} }
	check := func(changes in) in {
		return in{"healthCheck": with(in{"command": []any{"CMD-SHELL", "true"}}, changes)}
	}
	logs := func(driver string, options in) in {
		return in{"logConfiguration": in{"logDriver": driver, "options": options}}
	}
	sound := in{"awslogs-group": "/ecs/app", "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs"}
	linux := func(parameters in) in { return in{"linuxParameters": parameters} }
	control := func(key string) in { return in{"systemControls": []any{in{"namespace": key, "value": "1"}}} }
	for name, row := range map[string]struct {
		planted, sound in
		at             string
		want           []string
	}{
		"unknown field": {in{"helthCheck": in{}}, in{"healthCheck": nil}, "helthCheck", []string{
			`unknown parameter "helthCheck" in a ContainerDefinition`, `did you mean "healthCheck"?`,
		}},
		"unknown inner field": {
			port(in{"port": 1}), port(in{"containerPort": 1}), "portMappings[0].port",
			[]string{`unknown parameter "port" in a PortMapping`},
		},
		"text for a number": {in{"cpu": "256"}, in{"cpu": 256}, `cpu = "256"`, []string{
			"cannot unmarshal string into a field of type int32", "without quotes",
		}},
		"number for a text": {
			in{"environment": []any{in{"name": "PORT", "value": 80}}},
			in{"environment": []any{in{"name": "PORT", "value": "80"}}}, "environment[0].value = 80",
			[]string{"cannot unmarshal number into a field of type string", `"80"`},
		},
		"fraction":           {in{"memory": 960.5}, in{"memory": 960}, "memory = 960.5", []string{"int32"}},
		"text for a list":    {in{"command": "run"}, in{"command": []any{"run"}}, "command", []string{"of type list"}},
		"list for an object": {in{"healthCheck": []any{}}, check(nil), "healthCheck", []string{"of type object"}},
		"no name": {in{"name": nil}, in{"name": "web"}, "", []string{
			"Container.name should not be null or empty", "containerDefinitions[0].name",
		}},
		"no image": {in{"image": ""}, in{"image": "nginx"}, `image = ""`, []string{
			"Container.image should not be null or empty",
		}},
		"no valueFrom": {
			in{"secrets": []any{in{"name": "A"}}}, from("A"), "secrets[0].valueFrom",
			[]string{"Secret.valueFrom should not be null or empty"},
		},
		"bad enum": {
			port(in{"appProtocol": "https"}), port(in{"appProtocol": "http2"}), `portMappings[0].appProtocol = "https"`,
			[]string{"must be one of http, http2, grpc"},
		},
		"bad log driver": {
			logs("awslog", sound), logs("awslogs", sound), "logConfiguration.logDriver", []string{`did you mean "awslogs"?`},
		},
		"bad name": {in{"name": "my app"}, in{"name": "my_app-1"}, "", []string{
			`containerDefinitions["my app"].name = "my app"`, "Container.name contains invalid characters",
		}},
		"bad image": {
			in{"image": "app :1"}, in{"image": "registry.example.org:5000/a/b@sha256:" + strings.Repeat("a", 64)}, "image",
			[]string{"Container.image contains invalid characters"},
		},
		"variable twice": {
			in{"environment": []any{in{"name": "A", "value": "1"}, in{"name": "A", "value": "2"}}},
			in{"environment": []any{in{"name": "A"}, in{"name": "a"}}}, "environment[1].name",
			[]string{"an environment variable is set once"},
		},
		"secret and variable": {
			in{"environment": []any{in{"name": "KEY", "value": "1"}}},
			in{"environment": []any{in{"name": "KEY2", "value": "1"}}}, `secrets[0].name = "KEY"`,
			[]string{"The secret name must be unique and not shared"},
		},
		"environment file": {
			in{"environmentFiles": []any{in{"type": "s3", "value": "arn:aws:s3:::b/env.txt"}}},
			in{"environmentFiles": []any{in{"type": "s3", "value": "arn:aws:s3:::b/app.env"}}}, "environmentFiles[0].value",
			[]string{"ends in .env"},
		},
		"ARN with a key": {
			from(secret + ":password"), from(secret + ":password::"), "secrets[0].valueFrom",
			[]string{"7 fields, or 10", "this one has 8", "<arn>:<json-key>::"},
		},
		"ARN of no secret": {
			from("arn:aws:secretsmanager:ap-south-1:1234:secret:db"), from(secret), "valueFrom",
			[]string{"not the ARN of a secret"},
		},
		"stage and version": {
			from(secret + ":k:AWSCURRENT:v1"), from(secret + ":k:AWSCURRENT:"), "valueFrom",
			[]string{"a version stage or a version id, not both"},
		},
		"other service's ARN": {
			from("arn:aws:s3:::bucket/key"), from("arn:aws:ssm:eu-west-1:123456789012:parameter/a/b:3"), "valueFrom",
			[]string{"or of a parameter"},
		},
		"value for a name": {from("hunter 22"), from("/demo/KEY"), "valueFrom = [secret]", []string{
			"a parameter's name has letters",
		}},
		"credentials": {
			in{"repositoryCredentials": in{"credentialsParameter": secret + ":k::"}},
			in{"repositoryCredentials": in{"credentialsParameter": secret}}, "repositoryCredentials.credentialsParameter",
			[]string{"the ARN of a secret"},
		},
		"check's interval": {
			check(in{"interval": 4}), check(in{"interval": 5}), "healthCheck.interval = 4", []string{"between 5 and 300"},
		},
		"check's timeout": {
			check(in{"timeout": 61}), check(in{"timeout": 60}), "healthCheck.timeout = 61", []string{"between 2 and 60"},
		},
		"check's retries": {
			check(in{"retries": 11}), check(in{"retries": 10}), "healthCheck.retries", []string{"between 1 and 10"},
		},
		"check's start": {
			check(in{"startPeriod": 301}), check(in{"startPeriod": 300}), "healthCheck.startPeriod",
			[]string{"between 0 and 300"},
		},
		"check's form": {
			check(in{"command": []any{"redis-cli", "ping"}}), check(in{"command": []any{"CMD", "redis-cli", "ping"}}),
			"healthCheck.command", []string{"begins with CMD"},
		},
		"check without words": {
			check(in{"command": []any{"CMD-SHELL"}}), check(nil), "healthCheck.command", []string{"begins with CMD"},
		},
		"stop timeout": {in{"stopTimeout": 121}, in{"stopTimeout": 120}, "stopTimeout = 121", []string{
			"between 2 and 120",
		}},
		"start timeout": {in{"startTimeout": 1}, in{"startTimeout": 2}, "startTimeout", []string{"between 2 and 120"}},
		"restarts": {
			in{"restartPolicy": in{"enabled": true, "restartAttemptPeriod": 30}},
			in{"restartPolicy": in{"enabled": true, "restartAttemptPeriod": 60}}, "restartPolicy.restartAttemptPeriod",
			[]string{"between 60 and 1800"},
		},
		"limits": {
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 10, "hardLimit": 5}}},
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 5, "hardLimit": 5}}}, "ulimits[0].softLimit",
			[]string{"at most the hard limit"},
		},
		"no such volume": {
			in{"mountPoints": []any{in{"sourceVolume": "data", "containerPath": "/data"}}}, in{"mountPoints": []any{}},
			"mountPoints[0].sourceVolume", []string{"Unknown volume 'data'"},
		},
		"mount of itself": {
			in{"volumesFrom": []any{in{"sourceContainer": "app"}}}, in{"volumesFrom": []any{in{"sourceContainer": "helper"}}},
			"volumesFrom[0].sourceContainer", []string{"another container"},
		},
		"host port": {
			port(in{"hostPort": 80}), port(in{"hostPort": 0}), "portMappings[0].hostPort = 80",
			[]string{"the host ports and container ports in port mappings must match"},
		},
		"no port": {
			port(in{"containerPort": nil}), port(in{"containerPort": nil, "containerPortRange": "8000-8010"}),
			"portMappings[0].containerPort", []string{"Container port should not be null"},
		},
		"port too high": {
			port(in{"containerPort": 70000}), port(in{"containerPort": 65535}), "containerPort = 70000",
			[]string{"between 1 and 65535"},
		},
		"bad range": {
			port(in{"containerPort": nil, "containerPortRange": "9-8"}),
			port(in{"containerPort": nil, "containerPortRange": "8-9"}), "containerPortRange", []string{"from-to"},
		},
		"port's name": {
			port(in{"name": "HTTP Port"}), port(in{"name": "http_port-1"}), `portMappings[0].name = "HTTP Port"`,
			[]string{"lower-case letters", `"http-port"`},
		},
		"port's long name": {
			port(in{"name": strings.Repeat("a", 65)}), port(in{"name": strings.Repeat("a", 64)}), "portMappings[0].name",
			[]string{"at most 64"},
		},
		"port used twice": {
			in{"portMappings": []any{in{"containerPort": 80}, in{"containerPort": 80}}},
			in{"portMappings": []any{in{"containerPort": 80}, in{"containerPort": 80, "protocol": "udp"}}},
			"portMappings[1].containerPort", []string{"mapped once in a task"},
		},
		"port named twice": {
			in{"portMappings": []any{in{"containerPort": 80, "name": "a"}, in{"containerPort": 81, "name": "a"}}},
			in{"portMappings": []any{in{"containerPort": 80, "name": "a"}, in{"containerPort": 81, "name": "b"}}},
			"portMappings[1].name", []string{"unique in the task definition"},
		},
		"driver": {
			logs("json-file", in{}), logs("awslogs", sound), `logDriver = "json-file"`,
			[]string{"supported log drivers are awslogs, splunk, and awsfirelens"},
		},
		"log group": {
			logs("awslogs", with(sound, in{"awslogs-group": nil})), logs("awslogs", sound), "options.awslogs-group",
			[]string{"requires options: awslogs-group"},
		},
		"stream prefix": {
			logs("awslogs", with(sound, in{"awslogs-stream-prefix": ""})), logs("awslogs", sound),
			"options.awslogs-stream-prefix", []string{"requires options"},
		},
		"log mode": {
			logs("awslogs", with(sound, in{"mode": "nonblocking"})), logs("awslogs", with(sound, in{"mode": "blocking"})),
			"options.mode", []string{"blocking or non-blocking"},
		},
		"log buffer": {
			logs("awslogs", with(sound, in{"max-buffer-size": "much"})),
			logs("awslogs", with(sound, in{"max-buffer-size": "25m"})), "max-buffer-size", []string{"a buffer's size"},
		},
		"splunk": {
			logs("splunk", in{"splunk-url": "https://splunk.example.org"}),
			logs("splunk", in{"splunk-url": "https://splunk.example.org", "splunk-token": "t"}), "splunk-token",
			[]string{"Log driver splunk requires options"},
		},
		"no log router": {
			logs("awsfirelens", in{}),
			in{"firelensConfiguration": in{"type": "fluentbit"}, "logConfiguration": in{"logDriver": "awsfirelens"}},
			"logDriver", []string{"needs a container with a firelensConfiguration"},
		},
		"privileged": {in{"privileged": true}, in{"privileged": false}, "privileged = true", []string{
			"not supported for tasks run on Fargate",
		}},
		"links": {in{"links": []any{"helper"}}, in{"links": []any{}}, "links", []string{
			"not supported for tasks run on Fargate",
		}},
		"devices": {
			linux(in{"devices": []any{in{"hostPath": "/dev/fuse"}}}), linux(in{"devices": []any{}}), "linuxParameters.devices",
			[]string{"not supported"},
		},
		"shared memory": {
			linux(in{"sharedMemorySize": 64}), linux(in{"initProcessEnabled": true}), "linuxParameters.sharedMemorySize",
			[]string{"not supported"},
		},
		"capability": {
			linux(in{"capabilities": in{"add": []any{"NET_ADMIN"}}}),
			linux(in{"capabilities": in{"add": []any{"SYS_PTRACE"}, "drop": []any{"ALL"}}}), "capabilities.add[0]",
			[]string{"SYS_PTRACE"},
		},
		"hostname": {in{"hostname": "redis"}, in{"hostname": nil}, "hostname", []string{
			"not supported when the network mode is awsvpc",
		}},
		"host's kernel": {
			control("vm.overcommit_memory"), control("net.core.somaxconn"), "systemControls[0].namespace",
			[]string{"belongs to the host"},
		},
		"kernel's IPC": {
			control("kernel.pid_max"), control("kernel.shmmax"), "systemControls[0].namespace",
			[]string{"belongs to the host"},
		},
		"little memory": {in{"memory": 4}, in{"memory": 6}, "memory = 4", []string{"at least 6 MiB"}},
		"reservation": {
			in{"memoryReservation": 961}, in{"memoryReservation": 960}, "memoryReservation = 961",
			[]string{"must not be less than memoryReservation"},
		},
		"too much memory": {in{"memory": 1025}, in{"memory": 1024}, "memory = 1025", []string{
			"The 'memory' setting for container 'app' is greater than for the task",
		}},
		"depends on nobody": {
			in{"dependsOn": []any{in{"containerName": "halper", "condition": "START"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "START"}}}, "dependsOn[0].containerName",
			[]string{"names a container of the same task"},
		},
		"depends on itself": {
			in{"dependsOn": []any{in{"containerName": "app", "condition": "START"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "COMPLETE"}}}, "dependsOn[0].containerName",
			[]string{"cannot depend on itself"},
		},
		"health of none": {
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "HEALTHY"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "SUCCESS"}}}, "dependsOn[0].condition",
			[]string{"helper has none", "comes with the image"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			want := row.want
			if row.at != "" {
				want = append(want, `containerDefinitions["app"].`, row.at)
			}
			requireReason(t, c.checkTask(fargateTask(with(app(), row.planted), helper(nil))),
				append(want, "ClientException: ", "ecs.TaskDefinition 'app'", "fix: ")...)
			require.Empty(t, c.checkTask(fargateTask(with(app(), row.sound), helper(nil))))
		})
	}
}

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
			[]in{app(), with(app(), in{"portMappings": nil, "cpu": 0, "memory": nil})}, []in{app(), helper(nil)},
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
			[]in{app(), helper(after("app", "COMPLETE"))}, []in{app(), helper(after("app", "HEALTHY"))},
			"COMPLETE can't be set on an essential container",
		},
		"cpu": {
			[]in{app(), helper(in{"cpu": 257})}, []in{app(), helper(in{"cpu": 256})},
			"The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu': it is 513",
		},
		"memory": {
			[]in{app(), helper(in{"memory": 65})}, []in{app(), helper(in{"memory": 64})},
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
	for name, row := range map[string]struct {
		planted, sound in
		want           []string
	}{
		"size": {in{"cpu": "512", "memory": "512"}, in{"cpu": "512", "memory": "1024"}, []string{
			"No Fargate configuration exists for given values: 512 CPU, 512 memory", "1024 to 4096",
		}},
		"size in vCPU": {
			in{"cpu": "1 vCPU", "memory": "1 GB"}, in{"cpu": "1 vCPU", "memory": "2 GB"}, []string{"1024 CPU, 1024 memory"},
		},
		"great size": {
			in{"cpu": "8192", "memory": "17408"}, in{"cpu": "8192", "memory": "20480"}, []string{"8192 CPU, 17408 memory"},
		},
		"odd cpu":   {in{"cpu": "300"}, in{"cpu": "512"}, []string{"300 CPU", "cpu is 256, 512"}},
		"no cpu":    {in{"cpu": nil}, in{"cpu": "512"}, []string{"Fargate requires that 'cpu' be defined at the task level"}},
		"no memory": {in{"memory": nil}, in{"memory": "1024"}, []string{"Fargate requires that 'memory' be defined"}},
		"unreadable": {in{"cpu": "half"}, in{"cpu": "0.5 vCPU"}, []string{
			"Invalid 'cpu' setting for task", `cpu = "half"`,
		}},
		"network": {in{"networkMode": nil}, in{"networkMode": "awsvpc"}, []string{
			"Fargate only supports network mode 'awsvpc'",
		}},
		"network mode": {
			in{"networkMode": "vpc", "requiresCompatibilities": nil}, in{"networkMode": "awsvpc"}, []string{"must be one of"},
		},
		"compatibility": {
			in{"requiresCompatibilities": []any{"Fargate"}}, in{"requiresCompatibilities": []any{"FARGATE", "EC2"}},
			[]string{"requiresCompatibilities", `did you mean "FARGATE"?`},
		},
		"family": {in{"family": "my app"}, in{"family": "my-app_1"}, []string{"Family contains invalid characters"}},
		"storage": {
			in{"ephemeralStorage": in{"sizeInGib": 20}}, in{"ephemeralStorage": in{"sizeInGib": 21}},
			[]string{"21 to 200", "ephemeralStorage.sizeInGib = 20"},
		},
		"host's IPC":  {in{"ipcMode": "host"}, in{"ipcMode": nil}, []string{"ipcMode is not supported"}},
		"host's PIDs": {in{"pidMode": "host"}, in{"pidMode": "task"}, []string{"the only valid pidMode is task"}},
		"placement": {
			in{"placementConstraints": []any{in{"type": "memberOf", "expression": "x"}}}, in{"placementConstraints": []any{}},
			[]string{"placement constraints"},
		},
		"host's path": {
			in{"volumes": []any{in{"name": "data", "hostPath": "/data"}}}, in{"volumes": []any{in{"name": "data"}}},
			[]string{"hostPath is not supported"},
		},
		"volume twice": {
			in{"volumes": []any{in{"name": "data"}, in{"name": "data"}}},
			in{"volumes": []any{in{"name": "data"}, in{"name": "more"}}}, []string{"unique in the task definition"},
		},
		"platform": {
			in{"runtimePlatform": in{"cpuArchitecture": "ARM64"}},
			in{"runtimePlatform": in{"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}},
			[]string{"operatingSystemFamily is required"},
		},
		"architecture": {
			in{"runtimePlatform": in{"cpuArchitecture": "arm64", "operatingSystemFamily": "LINUX"}},
			in{"runtimePlatform": nil}, []string{"cpuArchitecture", "X86_64, ARM64"},
		},
		"role's name": {in{"taskRoleArn": "task"}, in{"taskRoleArn": nil}, []string{
			"Role is not valid", `taskRoleArn = "task"`,
		}},
		"execution role": {
			in{"executionRoleArn": nil}, in{"executionRoleArn": "arn:aws:iam::123456789012:role/execution"},
			[]string{"you must also specify a value for 'executionRoleArn'", `container "app"`},
		},
		"access point": {efs(point), efs(encrypted), []string{
			"Transit encryption must be turned on when an EFS access point is used",
		}},
		"root directory": {
			efs(with(encrypted, in{"rootDirectory": "/data"})), efs(with(encrypted, in{"rootDirectory": "/"})),
			[]string{"the root directory must be omitted or /"},
		},
		"EFS and IAM": {
			efs(in{"authorizationConfig": in{"iam": "ENABLED"}}),
			efs(in{"authorizationConfig": in{"iam": "ENABLED"}, "transitEncryption": "ENABLED"}),
			[]string{"when EFS IAM authorization is used"},
		},
		"EFS port": {
			efs(in{"transitEncryptionPort": 2999}), efs(in{"transitEncryptionPort": 2999, "transitEncryption": "ENABLED"}),
			[]string{"needs transit encryption"},
		},
		"EFS encryption": {
			efs(in{"transitEncryption": "on"}), efs(in{"transitEncryption": "DISABLED"}),
			[]string{"must be one of ENABLED, DISABLED"},
		},
		"memory anywhere": {
			in{
				"requiresCompatibilities": nil, "memory": nil, "containerDefinitions": definitions(in{"name": "a", "image": "b"}),
			},
			in{"requiresCompatibilities": nil, "memory": nil},
			[]string{"At least one of 'memory' or 'memoryReservation' must be specified"},
		},
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
