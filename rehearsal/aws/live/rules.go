package live

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

const (
	ecsAPI       = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/"
	ecsGuide     = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
	efsGuide     = "https://docs.aws.amazon.com/efs/latest/ug/"
	logsGuide    = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
	scalingGuide = "https://docs.aws.amazon.com/autoscaling/application/userguide/"
	awsProvider  = "https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/"
	vpcGuide     = "https://docs.aws.amazon.com/vpc/latest/userguide/"
)

// The rules that fail a deployment whose tasks could not start or could not reach a server.
var (
	roleTrust = standin.Identify("task/role-trust", "A task with a role that ecs-tasks.amazonaws.com may not assume",
		ecsGuide+"task-iam-roles.html")
	permission = standin.Identify("task/permission",
		"A task with a role that may not pull its image, read its secrets, write its logs or mount its file systems",
		ecsGuide+"task_execution_IAM_role.html")
	executionRole = standin.Identify("task/execution-role", "A task that reads secrets without an execution role",
		ecsGuide+"task_execution_IAM_role.html")
	secretThere = standin.Identify("task/secret-deleted", "A task that reads a secret or parameter which was deleted",
		ecsGuide+"stopped-task-error-codes.html")
	secretValue = standin.Identify("task/secret-value", "A task that reads a secret which has no value yet",
		ecsGuide+"secrets-envvar-secrets-manager.html")
	secretKey = standin.Identify("task/secret-json-key",
		"A task that reads a key which the JSON object in the secret does not have",
		ecsGuide+"secrets-envvar-secrets-manager.html")
	logGroup = standin.Identify("task/log-group", "A task that logs to a log group which does not exist",
		ecsGuide+"using_awslogs.html")
	fileSystemDns = standin.Identify("task/file-system-dns",
		"A task that mounts a file system in a VPC without DNS support or DNS host names",
		efsGuide+"mounting-fs-mount-cmd-dns-name.html")
	mountTarget = standin.Identify("task/mount-target",
		"A task in an Availability Zone in which its file system has no mount target",
		efsGuide+"troubleshooting-efs-mounting.html")
	accessPoint = standin.Identify("task/access-point", "A task that mounts one file system by an access point of another",
		ecsAPI+"API_EFSAuthorizationConfig.html")
	accessPointDirectory = standin.Identify("task/access-point-directory",
		"A task that mounts a directory which does not exist and which EFS does not create",
		efsGuide+"enforce-root-directory-access-point.html")
	anonymousMount = standin.Identify("task/mount-without-role",
		"A task that mounts a file system without a role, where its policy does not admit everyone",
		efsGuide+"iam-access-control-nfs-efs.html")
	targetZone = standin.Identify("task/target-zone",
		"A task in an Availability Zone in which its load balancer has no subnet",
		"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html")

	oneVpc = standin.Identify("network/vpc", "A connection between two VPCs that nothing joins",
		"https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html")
	securityGroupRule = standin.Identify("network/security-group-rule",
		"A connection that the rules of a security group do not allow", vpcGuide+"security-group-rules.html")
	publicAddress = standin.Identify("network/public-address",
		"A connection to the internet through an internet gateway from a task without a public address",
		vpcGuide+"VPC_Internet_Gateway.html")
	internetRoute = standin.Identify("network/internet-route",
		"A connection to the internet from a subnet without a route to it", vpcGuide+"VPC_Route_Tables.html")
	natGateway = standin.Identify("network/nat-gateway",
		"A connection to the internet through a NAT gateway that is deleted, private or without a route to the internet",
		vpcGuide+"nat-gateway-troubleshooting.html")

	connectClient = standin.Identify("connect/client",
		"A container that names a Service Connect endpoint, in a service that does not use Service Connect",
		ecsGuide+"service-connect-concepts.html")
	connectNamespace = standin.Identify("connect/namespace",
		"A container that names a Service Connect endpoint of another namespace",
		ecsGuide+"service-connect-concepts.html")
	connectPort = standin.Identify("connect/port",
		"A container that names a Service Connect endpoint with another port than its client alias",
		ecsAPI+"API_ServiceConnectClientAlias.html")
	connectProtocol = standin.Identify("connect/protocol",
		"A client of another protocol than the appProtocol of the port behind a Service Connect endpoint",
		ecsAPI+"API_PortMapping.html")
	connectTask = standin.Identify("connect/no-task",
		"A container that names the Service Connect endpoint of a service without tasks",
		ecsGuide+"service-connect-concepts-deploy.html")
	connectOrder = standin.Identify("connect/order",
		"A service that is deployed with, or before, the Service Connect endpoint that it names, without waiting for it",
		ecsGuide+"service-connect-concepts-deploy.html")
	connectAlias = standin.Identify("connect/alias",
		"A container that names a host of the namespace which is no client alias of a service",
		ecsAPI+"API_ServiceConnectClientAlias.html")

	hostStopped = standin.Identify("host/stopped", "A container that names a database which is stopped",
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html")
	hostPort = standin.Identify("host/port", "A container that names a server with a port on which it does not listen",
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Troubleshooting.html")
	hostPortTwice = standin.Identify("host/port-twice",
		"A host with a port in a variable, where another variable holds the port",
		"https://www.pulumi.com/registry/packages/aws/api-docs/rds/instance/")
	hostLocal = standin.Identify("host/localhost",
		"A container that names a port of localhost which no container of the task maps",
		ecsGuide+"fargate-task-networking.html")
	hostDocker = standin.Identify("host/docker", "A container that names a host of Docker on a computer of one's own",
		"https://docs.docker.com/desktop/features/networking/")
	hostShort = standin.Identify("host/short-name",
		"A container that names a host without a dot which Service Connect does not publish",
		ecsAPI+"API_ContainerDefinition.html")
	hostReserved = standin.Identify("host/reserved-domain",
		"A container whose database, cache or broker is in a reserved domain", "https://www.rfc-editor.org/rfc/rfc6761")
	hostDeleted = standin.Identify("host/deleted",
		"A container that names a database, cache or load balancer which was deleted",
		ecsGuide+"stopped-task-error-codes.html")

	clientProtocol = standin.Identify("client/protocol",
		"An address with the scheme of another protocol than its server's",
		"https://www.rfc-editor.org/rfc/rfc3986#section-3.1")
	clientTls = standin.Identify("client/tls", "A client that uses TLS where its server does not, or the reverse",
		"https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html")
	clientSslMode = standin.Identify("client/sslmode",
		"An sslmode that PostgreSQL's clients do not have, or that the server cannot satisfy",
		"https://www.postgresql.org/docs/current/libpq-ssl.html")
	clientLogin = standin.Identify("client/login",
		"A client with other credentials than its server's, or without those that it needs",
		"https://redis.io/docs/latest/commands/auth/")
	clientDatabase = standin.Identify("client/database",
		"A client that selects a numbered database which its server does not have",
		"https://redis.io/docs/latest/commands/select/")
	clientWrites = standin.Identify("client/read-only", "A client that would write to a reader endpoint",
		"https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html")
)
