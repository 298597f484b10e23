package main

const (
	careDefinition = "arn:aws:ecs:ap-south-1:123456789012:task-definition/care:1"
	cluster        = "care-499268c"
	redisConnect   = `'{"enabled":true,"namespace":"arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-3f7eb4fe0301a19e",` +
		`"services":[{"clientAliases":[{"dnsName":"redis.care-ns","port":6379}],"discoveryName":"redis","portName":"redis"}]}'`
)

func update(service, options string) string {
	return "after fixing the cause, run: aws ecs update-service --region ap-south-1 --cluster " + cluster +
		" --service " + service + " " + options
}

// cases change the account and list the expected output.
var cases = map[string]struct {
	change    func(*account)
	arguments []string
	status    int
	// says has the expected lines of the output, in this order and without indentation.
	says []string
	// never are texts that must not be in the output.
	never []string
}{
	"sound": {change: func(*account) {}, says: []string{
		"redis is as deployed: redis:1, 1 of 1 task healthy, Service Connect with redis.care-ns:6379",
		"care-celery is as deployed: care-celery:1, 1 of 1 task healthy, Service Connect as a client",
		"care-backend is as deployed: care:1, 1 of 1 task healthy, Service Connect as a client",
		"all 3 services run as deployed",
	}},
	"rolled back": {
		change: func(a *account) {
			a.rollBack()
			a.crash("care-backend", careDefinition, "older", 10, "an older line")
			a.crash("care-backend", careDefinition, "newer", 20, "Traceback (most recent call last):", "KeyError: 'JWKS_BASE64'")
		},
		status: exitUnsound,
		says: []string{
			"care-celery is as deployed: care-celery:1, 1 of 1 task healthy, Service Connect as a client",
			"care-backend IS NOT AS DEPLOYED",
			"- it runs care:0, but care:1 was deployed",
			"ECS rolled back the deployment of care:1: Service deployment rolled back because the circuit breaker threshold " +
				"was exceeded.",
			"task newer of care:1 stopped at 2025-11-28 03:20:20Z: Essential container in task exited",
			"container care-backend: ended with status 1",
			"| Traceback (most recent call last):",
			"| KeyError: 'JWKS_BASE64'",
			"task older of care:1 stopped at 2025-11-28 03:20:10Z: Essential container in task exited",
			"last events:",
			"2025-11-28 03:20:00Z (service care-backend) has started 1 tasks: (task 1).",
			"2025-11-28 03:21:00Z (service care-backend) has reached a steady state.",
			update("care-backend", "--force-new-deployment --task-definition care:1"),
			"1 of 3 services do not run as deployed",
		},
		never: []string{"an older line", "redis IS NOT", "care-backend-setup:"},
	},
	"rolled back to another endpoint": {
		change: func(a *account) {
			a.rollBack()
			connect, _ := a.primary("care-backend")["serviceConnectConfiguration"].(object)
			connect["services"] = []object{
				{"portName": "care", "clientAliases": []object{{"dnsName": "care.care-ns", "port": 80}}},
			}
		},
		status: exitUnsound,
		says: []string{
			"- it runs care:0, but care:1 was deployed",
			"- it publishes care.care-ns:80 (port name care, discovery name care), which was not deployed",
		},
		// The correct revision restores its endpoints.
		never: []string{"--service-connect-configuration"},
	},
	"rolling back": {
		change: func(a *account) {
			a.rollBack()
			a.primary("care-backend")["rolloutState"] = "IN_PROGRESS"
			a.deployments["care-backend"][1]["status"] = "ROLLBACK_IN_PROGRESS"
		},
		status: exitUnsound,
		says: []string{
			"- it runs care:0, but care:1 was deployed",
			"ECS is rolling back the deployment of care:1: Service deployment rolled",
		},
	},
	"another revision by hand": {
		change: func(a *account) { a.primary("care-celery")["taskDefinition"] = careDefinition },
		status: exitUnsound,
		says:   []string{"care-celery IS NOT AS DEPLOYED", "- it runs care:1, but care-celery:1 was deployed"},
		never:  []string{"rolled"},
	},
	"failed without a revision to go back to": {
		change: func(a *account) {
			a.primary("redis")["rolloutState"] = "FAILED"
			a.primary("redis")["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
			a.running["redis"] = nil
		},
		status: exitUnsound,
		says: []string{
			"- it failed to deploy: ECS deployment circuit breaker: tasks failed to start.", "- it has 0 of 1 task healthy",
			update("redis", "--force-new-deployment --task-definition redis:1"),
		},
	},
	"Service Connect switched off": {
		change: func(a *account) { a.primary("redis")["serviceConnectConfiguration"] = object{"enabled": false} },
		status: exitUnsound,
		says: []string{
			"- it has Service Connect off, but was deployed with redis.care-ns:6379",
			update("redis", "--service-connect-configuration "+redisConnect),
		},
	},
	"Service Connect taken from a client": {
		change: func(a *account) { delete(a.primary("care-celery"), "serviceConnectConfiguration") },
		status: exitUnsound,
		says:   []string{"- it has Service Connect off, but was deployed as a client"},
	},
	"endpoint changed": {
		change: func(a *account) {
			a.primary("redis")["serviceConnectConfiguration"] = object{
				"enabled": true, "namespace": outputs(a.t)[0].ServiceConnect.NamespaceArn,
				"services": []object{{"portName": "redis", "clientAliases": []object{{"dnsName": "redis", "port": 6379}}}},
			}
		},
		status: exitUnsound,
		says: []string{
			"- it publishes redis:6379 (port name redis, discovery name redis), which was not deployed, and does not publish " +
				"redis.care-ns:6379 (port name redis, discovery name redis)",
			update("redis", "--service-connect-configuration "+redisConnect),
		},
	},
	"endpoint added to a client": {
		change: func(a *account) {
			connect, _ := a.primary("care-backend")["serviceConnectConfiguration"].(object)
			connect["services"] = []object{{"portName": "care"}}
		},
		status: exitUnsound,
		says:   []string{"- it publishes :0 (port name care, discovery name care), which was not deployed"},
	},
	"another namespace": {
		change: func(a *account) {
			connect, _ := a.primary("care-backend")["serviceConnectConfiguration"].(object)
			connect["namespace"] = "arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-other"
		},
		status: exitUnsound,
		says: []string{
			"- it is in the namespace arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-other, but was " +
				"deployed into ",
		},
	},
	"tasks crashing": {
		change: func(a *account) {
			a.running["care-celery"] = nil
			a.crash("care-celery", outputs(a.t)[1].TaskDefinitionArn, "scaled",
				50)["stoppedReason"] = "Scaling activity initiated by (deployment 1)"
			a.crash("care-celery", outputs(a.t)[1].TaskDefinitionArn, "dead", 40, "one", "two\nthree\n", "\x1b[31mred\r")
			a.crash("care-celery", careDefinition, "other", 60, "of another revision")
			pull := a.crash("care-celery", outputs(a.t)[1].TaskDefinitionArn, "pull", 30)
			pull["stoppedReason"] = "Task failed to start"
			pull["containers"] = []object{
				{"name": "care-celery", "reason": "CannotPullContainerError: not found"},
				{"name": "care-celery-setup"},
			}
		},
		arguments: []string{"--timeout", "2s", "--log-lines", "3"},
		status:    exitUnsound,
		says: []string{
			"- it has 0 of 1 task healthy",
			"task dead of care-celery:1 stopped at 2025-11-28 03:20:40Z: Essential container in task exited",
			"container care-celery: ended with status 1", "| two", "| three", "|  [31mred",
			"task pull of care-celery:1 stopped at 2025-11-28 03:20:30Z: Task failed to start",
			"container care-celery: CannotPullContainerError: not found", "task other of care:1 stopped at", "last events:",
		},
		never: []string{"| one", "task scaled", "\x1b", "| of another revision", "not available"},
	},
	"task that never started": {
		change: func(a *account) {
			a.running["care-backend"] = nil
			task := a.crash("care-backend", careDefinition, "early", 10)
			task["stoppedReason"] = "ResourceInitializationError: unable to pull secrets or registry auth"
			task["containers"] = []object{{"name": "care-backend"}, {"name": "care-backend-setup"}}
		},
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says: []string{
			"task early of care:1 stopped at 2025-11-28 03:20:10Z: ResourceInitializationError: unable to pull secrets or " +
				"registry auth",
			"container care-backend: did not start",
		},
		// A container that never ran has no log.
		never: []string{"not available", "care-backend-setup:"},
	},
	"task stopped by the load balancer's check": {
		change: func(a *account) {
			a.running["care-backend"] = nil
			task := a.crash("care-backend", careDefinition, "slow", 10, "worker timeout")
			task["stoppedReason"] = "Task failed ELB health checks in (target-group care)"
			task["containers"] = []object{{"name": "care-backend", "exitCode": 0}, {"name": "care-backend-setup", "exitCode": 0}}
		},
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says: []string{
			"task slow of care:1 stopped at 2025-11-28 03:20:10Z: Task failed ELB health checks in (target-group care)",
			"container care-backend: ended with status 0", "| worker timeout",
		},
	},
	"task unhealthy": {
		change: func(a *account) {
			task := a.running["redis"][0]
			task["healthStatus"] = "UNHEALTHY"
			task["containers"] = []object{{"name": "redis", "healthStatus": "UNHEALTHY", "lastStatus": "RUNNING"}}
			a.logs["/ecs/redis ecs/redis/aaaaredis"] = []string{"MISCONF Redis is configured to save RDB snapshots"}
		},
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says: []string{
			"- it has 0 of 1 task healthy", "- it has task aaaaredis, which is unhealthy",
			"task aaaaredis of redis:1 has a problem", "container redis: unhealthy",
			"| MISCONF Redis is configured to save RDB snapshots",
		},
	},
	"a task that no check looks at": {
		change: func(a *account) {
			containers, _ := a.definitions[careDefinition]["containerDefinitions"].([]object)
			delete(containers[0], "healthCheck")
			a.running["care-backend"][0]["healthStatus"] = "UNKNOWN"
			a.running["care-backend"][0]["containers"] = []object{
				{"name": "care-backend", "lastStatus": "RUNNING", "healthStatus": "UNKNOWN"},
			}
		},
		says: []string{"all 3 services run as deployed"},
	},
	"the proxy of Service Connect unhealthy": {
		change: func(a *account) {
			task := a.running["redis"][0]
			task["healthStatus"] = "UNHEALTHY"
			task["containers"] = []object{
				{"name": "redis", "healthStatus": "HEALTHY"}, {"name": "ecs-service-connect-Ab1", "healthStatus": "UNHEALTHY"},
			}
		},
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says: []string{
			"- it has 0 of 1 task healthy",
			"- it has task aaaaredis, which is unhealthy",
			"container ecs-service-connect-Ab1: unhealthy",
		},
		never: []string{"not available"},
	},
	// ECS reports the health of the whole task as unknown.
	"an essential container that no check looks at beside one that is healthy": {
		change: func(a *account) {
			containers, _ := a.definitions[careDefinition]["containerDefinitions"].([]object)
			containers[1]["essential"] = true
			a.running["care-backend"][0]["healthStatus"] = "UNKNOWN"
		},
		says: []string{"all 3 services run as deployed"},
	},
	"a task whose check has not answered yet": {
		change: func(a *account) {
			a.running["care-backend"][0]["healthStatus"] = "UNKNOWN"
			a.running["care-backend"][0]["containers"] = []object{
				{"name": "care-backend", "lastStatus": "RUNNING", "healthStatus": "UNKNOWN"},
			}
		},
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says:      []string{"- it has 0 of 1 task healthy"},
	},
	"a container beside the main one ended": {
		change: func(a *account) {
			a.running["redis"][0]["containers"] = []object{
				{"name": "redis", "healthStatus": "HEALTHY"}, {"name": "redis-setup", "exitCode": 3},
			}
			a.logs["/ecs/redis-setup ecs/redis-setup/aaaaredis"] = []string{"no such list"}
		},
		status: exitUnsound,
		says: []string{
			"- it has task aaaaredis, whose container redis-setup ended with status 3",
			"container redis-setup: ended with status 3",
			"| no such list",
		},
	},
	"a task of another revision": {
		change:    func(a *account) { a.run("redis", careDefinition, "stray") },
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says:      []string{"- it has task stray of care:1"},
	},
	"scaled by hand": {
		change: func(a *account) {
			a.services["care-backend"]["desiredCount"] = 2
			a.run("care-backend", careDefinition, "second")
		},
		status: exitUnsound,
		says: []string{
			"- it has a desired count of 2, but was deployed with 1",
			update("care-backend", "--desired-count 1"),
		},
	},
	"no such service": {
		change: func(a *account) { delete(a.services, "care-backend") },
		status: exitUnsound,
		says: []string{
			"care-backend IS NOT AS DEPLOYED", "- it does not exist in ECS", "after fixing the cause, run: pulumi up --refresh",
			"1 of 3 services do not run as deployed",
		},
	},
	"deleted service": {
		change: func(a *account) { a.services["care-backend"]["status"] = "INACTIVE" },
		status: exitUnsound,
		says:   []string{"- it has been deleted from ECS, where it is INACTIVE"},
	},
	"no such cluster": {
		change: func(a *account) { a.refuse("DescribeServices", "ClusterNotFoundException", "Cluster not found.", -1) },
		status: exitUnsound,
		says:   []string{"redis IS NOT AS DEPLOYED", "- it does not exist in ECS", "3 of 3 services do not run as deployed"},
	},
	"throttled for a while": {
		change: func(a *account) { a.refuse("DescribeServices", "ThrottlingException", "Rate exceeded", 3) },
		says:   []string{"all 3 services run as deployed"},
	},
	"throttled for good": {
		change: func(a *account) { a.refuse("ListTasks", "ThrottlingException", "Rate exceeded", -1) },
		status: exitNotAsked,
		says:   []string{"verify: AWS throttled ecs:ListTasks in all 8 attempts; try again later (ThrottlingException)"},
		never:  []string{"as deployed"},
	},
	"access denied": {
		change: func(a *account) { a.deny("ecs:DescribeServices") },
		status: exitNotAsked,
		says: []string{
			"verify: access denied: allow this identity ecs:DescribeServices (User: arn:aws:iam::123456789012:user/nurse is " +
				"not authorized to perform: ecs:DescribeServices)",
		},
	},
	"access to reasons denied": {
		change: func(a *account) {
			a.rollBack()
			a.crash("care-backend", careDefinition, "dead", 10, "secret things")
			a.deny("ecs:ListServiceDeployments")
			a.deny("logs:GetLogEvents")
		},
		status: exitUnsound,
		says: []string{
			"- it runs care:0, but care:1 was deployed", "container care-backend: ended with status 1", "last events:",
			"not available: access denied: allow this identity ecs:ListServiceDeployments",
			"not available: access denied: allow this identity logs:GetLogEvents",
		},
		never: []string{"secret things"},
	},
	"credentials too old": {
		change: func(a *account) {
			a.refuse("DescribeServices", "ExpiredTokenException", "The security token is expired", -1)
		},
		status: exitNotAsked,
		says: []string{
			"verify: ecs:DescribeServices: AWS rejected the credentials; sign in again (ExpiredTokenException: The security " +
				"token is expired)",
		},
	},
	"another account": {
		change: func(a *account) {
			a.refuse("DescribeServices", "InvalidParameterException",
				"Identifier is for 123456789012. Your accountId is 210987654321", -1)
		},
		status: exitNotAsked,
		says: []string{
			"verify: ecs:DescribeServices: InvalidParameterException: Identifier is for 123456789012. Your accountId is " +
				"210987654321",
		},
	},
	"logs kept quiet": {
		change: func(a *account) {
			a.rollBack()
			a.crash("care-backend", careDefinition, "dead", 10, "patient 4711")
		},
		arguments: []string{"--log-lines", "0"},
		status:    exitUnsound,
		says:      []string{"container care-backend: ended with status 1"},
		never:     []string{"4711"},
	},
	"deployment that does not end": {
		change:    func(a *account) { a.primary("care-celery")["rolloutState"] = "IN_PROGRESS" },
		arguments: []string{"--timeout", "2s"},
		status:    exitUnsound,
		says:      []string{"- it is still being deployed: ECS deployment ecs-svc/1 completed."},
	},
}
