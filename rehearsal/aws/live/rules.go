package live

import "github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"

// The rules that fail a deployment whose tasks could not start or could not reach a server.
var (
	roleTrust            = rules.Named("task/role-trust")
	permission           = rules.Named("task/permission")
	executionRole        = rules.Named("task/execution-role")
	secretThere          = rules.Named("task/secret-deleted")
	secretValue          = rules.Named("task/secret-value")
	secretKey            = rules.Named("task/secret-json-key")
	logGroup             = rules.Named("task/log-group")
	fileSystemDns        = rules.Named("task/file-system-dns")
	mountTarget          = rules.Named("task/mount-target")
	accessPoint          = rules.Named("task/access-point")
	accessPointDirectory = rules.Named("task/access-point-directory")
	anonymousMount       = rules.Named("task/mount-without-role")
	targetZone           = rules.Named("task/target-zone")

	oneVpc            = rules.Named("network/vpc")
	securityGroupRule = rules.Named("network/security-group-rule")
	publicAddress     = rules.Named("network/public-address")
	internetRoute     = rules.Named("network/internet-route")
	natGateway        = rules.Named("network/nat-gateway")

	connectClient    = rules.Named("connect/client")
	connectNamespace = rules.Named("connect/namespace")
	connectPort      = rules.Named("connect/port")
	connectProtocol  = rules.Named("connect/protocol")
	connectTask      = rules.Named("connect/no-task")
	connectOrder     = rules.Named("connect/order")
	connectAlias     = rules.Named("connect/alias")

	hostStopped   = rules.Named("host/stopped")
	hostPort      = rules.Named("host/port")
	hostPortTwice = rules.Named("host/port-twice")
	hostLocal     = rules.Named("host/localhost")
	hostDocker    = rules.Named("host/docker")
	hostShort     = rules.Named("host/short-name")
	hostReserved  = rules.Named("host/reserved-domain")
	hostDeleted   = rules.Named("host/deleted")

	clientProtocol = rules.Named("client/protocol")
	clientTls      = rules.Named("client/tls")
	clientSslMode  = rules.Named("client/sslmode")
	clientLogin    = rules.Named("client/login")
	clientDatabase = rules.Named("client/database")
	clientWrites   = rules.Named("client/read-only")
)
