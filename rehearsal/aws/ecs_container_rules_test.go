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
	for name, row := range map[string]swap{
		"unknown field": swappedAt("helthCheck", in{"helthCheck": in{}}, in{"healthCheck": nil},
			`unknown parameter "helthCheck" in a ContainerDefinition`, `did you mean "healthCheck"?`),
		"unknown inner field": swappedAt("portMappings[0].port", port(in{"port": 1}), port(in{"containerPort": 1}),
			`unknown parameter "port" in a PortMapping`),
		"text for a number": swappedAt(`cpu = "256"`, in{"cpu": "256"}, in{"cpu": 256},
			"cannot unmarshal string into a field of type int32", "without quotes"),
		"number for a text": swappedAt("environment[0].value = 80",
			in{"environment": []any{in{"name": "PORT", "value": 80}}},
			in{"environment": []any{in{"name": "PORT", "value": "80"}}}, "cannot unmarshal number into a field of type string",
			`"80"`),
		"fraction":           swappedAt("memory = 960.5", in{"memory": 960.5}, in{"memory": 960}, "int32"),
		"text for a list":    swappedAt("command", in{"command": "run"}, in{"command": []any{"run"}}, "of type list"),
		"list for an object": swappedAt("healthCheck", in{"healthCheck": []any{}}, check(nil), "of type object"),
		"no name": swappedAt("", in{"name": nil}, in{"name": "web"}, "Container.name should not be null or empty",
			"containerDefinitions[0].name"),
		"no image": swappedAt(`image = ""`, in{"image": ""}, in{"image": "nginx"},
			"Container.image should not be null or empty"),
		"no valueFrom": swappedAt("secrets[0].valueFrom", in{"secrets": []any{in{"name": "A"}}}, from("A"),
			"Secret.valueFrom should not be null or empty"),
		"bad enum": swappedAt(`portMappings[0].appProtocol = "https"`, port(in{"appProtocol": "https"}),
			port(in{"appProtocol": "http2"}), "must be one of http, http2, grpc"),
		"bad log driver": swappedAt("logConfiguration.logDriver", logs("awslog", sound), logs("awslogs", sound),
			`did you mean "awslogs"?`),
		"bad name": swappedAt("", in{"name": "my app"}, in{"name": "my_app-1"},
			`containerDefinitions["my app"].name = "my app"`, "Container.name contains invalid characters"),
		"bad image": swappedAt("image", in{"image": "app :1"},
			in{"image": "registry.example.org:5000/a/b@sha256:" + strings.Repeat("a", 64)},
			"Container.image contains invalid characters"),
		"variable twice": swappedAt("environment[1].name",
			in{"environment": []any{in{"name": "A", "value": "1"}, in{"name": "A", "value": "2"}}},
			in{"environment": []any{in{"name": "A"}, in{"name": "a"}}}, "an environment variable is set once"),
		"secret and variable": swappedAt(`secrets[0].name = "KEY"`,
			in{"environment": []any{in{"name": "KEY", "value": "1"}}},
			in{"environment": []any{in{"name": "KEY2", "value": "1"}}}, "The secret name must be unique and not shared"),
		"environment file": swappedAt("environmentFiles[0].value",
			in{"environmentFiles": []any{in{"type": "s3", "value": "arn:aws:s3:::b/env.txt"}}},
			in{"environmentFiles": []any{in{"type": "s3", "value": "arn:aws:s3:::b/app.env"}}}, "ends in .env"),
		"ARN with a key": swappedAt("secrets[0].valueFrom", from(secret+":password"), from(secret+":password::"),
			"7 fields, or 10", "this one has 8", "<arn>:<json-key>::"),
		"ARN of no secret": swappedAt("valueFrom", from("arn:aws:secretsmanager:ap-south-1:1234:secret:db"), from(secret),
			"not the ARN of a secret"),
		"stage and version": swappedAt("valueFrom", from(secret+":k:AWSCURRENT:v1"), from(secret+":k:AWSCURRENT:"),
			"a version stage or a version id, not both"),
		"other service's ARN": swappedAt("valueFrom", from("arn:aws:s3:::bucket/key"),
			from("arn:aws:ssm:eu-west-1:123456789012:parameter/a/b:3"), "or of a parameter"),
		"value for a name": swappedAt("valueFrom = [secret]", from("hunter 22"), from("/demo/KEY"),
			"a parameter's name has letters"),
		"credentials": swappedAt("repositoryCredentials.credentialsParameter",
			in{"repositoryCredentials": in{"credentialsParameter": secret + ":k::"}},
			in{"repositoryCredentials": in{"credentialsParameter": secret}}, "the ARN of a secret"),
		"check's interval": swappedAt("healthCheck.interval = 4", check(in{"interval": 4}), check(in{"interval": 5}),
			"between 5 and 300"),
		"check's timeout": swappedAt("healthCheck.timeout = 61", check(in{"timeout": 61}), check(in{"timeout": 60}),
			"between 2 and 60"),
		"check's retries": swappedAt("healthCheck.retries", check(in{"retries": 11}), check(in{"retries": 10}),
			"between 1 and 10"),
		"check's start": swappedAt("healthCheck.startPeriod", check(in{"startPeriod": 301}), check(in{"startPeriod": 300}),
			"between 0 and 300"),
		"check's form": swappedAt("healthCheck.command", check(in{"command": []any{"redis-cli", "ping"}}),
			check(in{"command": []any{"CMD", "redis-cli", "ping"}}), "begins with CMD"),
		"check without words": swappedAt("healthCheck.command", check(in{"command": []any{"CMD-SHELL"}}), check(nil),
			"begins with CMD"),
		"stop timeout":  swappedAt("stopTimeout = 121", in{"stopTimeout": 121}, in{"stopTimeout": 120}, "between 2 and 120"),
		"start timeout": swappedAt("startTimeout", in{"startTimeout": 1}, in{"startTimeout": 2}, "between 2 and 120"),
		"restarts": swappedAt("restartPolicy.restartAttemptPeriod",
			in{"restartPolicy": in{"enabled": true, "restartAttemptPeriod": 30}},
			in{"restartPolicy": in{"enabled": true, "restartAttemptPeriod": 60}}, "between 60 and 1800"),
		"limits": swappedAt("ulimits[0].softLimit",
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 10, "hardLimit": 5}}},
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 5, "hardLimit": 5}}}, "at most the hard limit"),
		"no such volume": swappedAt("mountPoints[0].sourceVolume",
			in{"mountPoints": []any{in{"sourceVolume": "data", "containerPath": "/data"}}}, in{"mountPoints": []any{}},
			"Unknown volume 'data'"),
		"mount of itself": swappedAt("volumesFrom[0].sourceContainer",
			in{"volumesFrom": []any{in{"sourceContainer": "app"}}}, in{"volumesFrom": []any{in{"sourceContainer": "helper"}}},
			"another container"),
		"host port": swappedAt("portMappings[0].hostPort = 80", port(in{"hostPort": 80}), port(in{"hostPort": 0}),
			"the host ports and container ports in port mappings must match"),
		"no port": swappedAt("portMappings[0].containerPort", port(in{"containerPort": nil}),
			port(in{"containerPort": nil, "containerPortRange": "8000-8010"}), "Container port should not be null"),
		"port too high": swappedAt("containerPort = 70000", port(in{"containerPort": 70000}),
			port(in{"containerPort": 65535}), "between 1 and 65535"),
		"bad range": swappedAt("containerPortRange", port(in{"containerPort": nil, "containerPortRange": "9-8"}),
			port(in{"containerPort": nil, "containerPortRange": "8-9"}), "from-to"),
		"port's name": swappedAt(`portMappings[0].name = "HTTP Port"`, port(in{"name": "HTTP Port"}),
			port(in{"name": "http_port-1"}), "lower-case letters", `"http-port"`),
		"port's long name": swappedAt("portMappings[0].name", port(in{"name": strings.Repeat("a", 65)}),
			port(in{"name": strings.Repeat("a", 64)}), "at most 64"),
		"port used twice": swappedAt("portMappings[1].containerPort",
			in{"portMappings": []any{in{"containerPort": 80}, in{"containerPort": 80}}},
			in{"portMappings": []any{in{"containerPort": 80}, in{"containerPort": 80, "protocol": "udp"}}},
			"mapped once in a task"),
		"port named twice": swappedAt("portMappings[1].name",
			in{"portMappings": []any{in{"containerPort": 80, "name": "a"}, in{"containerPort": 81, "name": "a"}}},
			in{"portMappings": []any{in{"containerPort": 80, "name": "a"}, in{"containerPort": 81, "name": "b"}}},
			"unique in the task definition"),
		"driver": swappedAt(`logDriver = "json-file"`, logs("json-file", in{}), logs("awslogs", sound),
			"supported log drivers are awslogs, splunk, and awsfirelens"),
		"log group": swappedAt("options.awslogs-group", logs("awslogs", with(sound, in{"awslogs-group": nil})),
			logs("awslogs", sound), "requires options: awslogs-group"),
		"stream prefix": swappedAt("options.awslogs-stream-prefix",
			logs("awslogs", with(sound, in{"awslogs-stream-prefix": ""})), logs("awslogs", sound), "requires options"),
		"log mode": swappedAt("options.mode", logs("awslogs", with(sound, in{"mode": "nonblocking"})),
			logs("awslogs", with(sound, in{"mode": "blocking"})), "blocking or non-blocking"),
		"log buffer": swappedAt("max-buffer-size", logs("awslogs", with(sound, in{"max-buffer-size": "much"})),
			logs("awslogs", with(sound, in{"max-buffer-size": "25m"})), "a buffer's size"),
		"splunk": swappedAt("splunk-token", logs("splunk", in{"splunk-url": "https://splunk.example.org"}),
			logs("splunk", in{"splunk-url": "https://splunk.example.org", "splunk-token": "t"}),
			"Log driver splunk requires options"),
		"no log router": swappedAt("logDriver", logs("awsfirelens", in{}),
			in{"firelensConfiguration": in{"type": "fluentbit"}, "logConfiguration": in{"logDriver": "awsfirelens"}},
			"needs a container with a firelensConfiguration"),
		"privileged": swappedAt("privileged = true", in{"privileged": true}, in{"privileged": false},
			"not supported for tasks run on Fargate"),
		"links": swappedAt("links", in{"links": []any{"helper"}}, in{"links": []any{}},
			"not supported for tasks run on Fargate"),
		"devices": swappedAt("linuxParameters.devices", linux(in{"devices": []any{in{"hostPath": "/dev/fuse"}}}),
			linux(in{"devices": []any{}}), "not supported"),
		"shared memory": swappedAt("linuxParameters.sharedMemorySize", linux(in{"sharedMemorySize": 64}),
			linux(in{"initProcessEnabled": true}), "not supported"),
		"capability": swappedAt("capabilities.add[0]", linux(in{"capabilities": in{"add": []any{"NET_ADMIN"}}}),
			linux(in{"capabilities": in{"add": []any{"SYS_PTRACE"}, "drop": []any{"ALL"}}}), "SYS_PTRACE"),
		"hostname": swappedAt("hostname", in{"hostname": "redis"}, in{"hostname": nil},
			"not supported when the network mode is awsvpc"),
		"host's kernel": swappedAt("systemControls[0].namespace", control("vm.overcommit_memory"),
			control("net.core.somaxconn"), "belongs to the host"),
		"kernel's IPC": swappedAt("systemControls[0].namespace", control("kernel.pid_max"), control("kernel.shmmax"),
			"belongs to the host"),
		"little memory": swappedAt("memory = 4", in{"memory": 4}, in{"memory": 6}, "at least 6 MiB"),
		"reservation": swappedAt("memoryReservation = 961", in{"memoryReservation": 961}, in{"memoryReservation": 960},
			"must not be less than memoryReservation"),
		"too much memory": swappedAt("memory = 1025", in{"memory": 1025}, in{"memory": 1024},
			"The 'memory' setting for container 'app' is greater than for the task"),
		"depends on nobody": swappedAt("dependsOn[0].containerName",
			in{"dependsOn": []any{in{"containerName": "halper", "condition": "START"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "START"}}}, "names a container of the same task"),
		"depends on itself": swappedAt("dependsOn[0].containerName",
			in{"dependsOn": []any{in{"containerName": "app", "condition": "START"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "COMPLETE"}}}, "cannot depend on itself"),
		"health of none": swappedAt("dependsOn[0].condition",
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "HEALTHY"}}},
			in{"dependsOn": []any{in{"containerName": "helper", "condition": "SUCCESS"}}}, "helper has none",
			"comes with the image"),
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
