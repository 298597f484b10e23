package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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
