package bill

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
)

type attributes = map[string]string

// Queries returns, for each item, the query for its price in AWS's price lists. The usage types are those in bills and
// published price lists (https://docs.aws.amazon.com/cur/latest/userguide/product-columns.html).
func Queries() []pricelist.Query {
	return slices.Concat(
		fargateQueries(), databaseQueries(), cacheQueries(), networkQueries(), watchQueries(), keptQueries(),
		trafficQueries(), storageQueries(),
	)
}

func fargateQueries() []pricelist.Query {
	const service = "AmazonECS"
	return []pricelist.Query{
		{Item: "fargate-vcpu-hour/X86_64", Service: service, Usage: "Fargate-vCPU-Hours:perCPU", Per: pricelist.Hour},
		{Item: "fargate-gb-hour/X86_64", Service: service, Usage: "Fargate-GB-Hours", Per: pricelist.Hour},
		{Item: "fargate-vcpu-hour/ARM64", Service: service, Usage: "Fargate-ARM-vCPU-Hours:perCPU", Per: pricelist.Hour},
		{Item: "fargate-gb-hour/ARM64", Service: service, Usage: "Fargate-ARM-GB-Hours", Per: pricelist.Hour},
		{Item: "fargate-storage-gb-hour", Service: service, Usage: "Fargate-EphemeralStorage-GB-Hours", Per: pricelist.Hour},
	}
}

// databaseEngines are the engines without a license fee, with their names in the price list.
var databaseEngines = [][2]string{
	{"postgres", "PostgreSQL"},
	{"mysql", "MySQL"},
	{"mariadb", "MariaDB"},
	{"aurora-postgresql", "Aurora PostgreSQL"},
	{"aurora-mysql", "Aurora MySQL"},
}

// volumes are the storage types of RDS, with their names in the price list.
var volumes = [][2]string{
	{"standard", "Magnetic"},
	{"gp2", "General Purpose"},
	{"gp3", "General Purpose-GP3"},
	{"io1", "Provisioned IOPS"},
	{"io2", "Provisioned IOPS-IO2"},
}

// databaseQueries has two queries for each price, because AWS lists a database with a standby, and its storage, as
// separate products.
func databaseQueries() []pricelist.Query {
	const service = "AmazonRDS"
	var all []pricelist.Query
	for _, deployment := range []struct{ suffix, option, instance, storage string }{
		{"", "Single-AZ", "InstanceUsage", ""}, {"/multi-az", "Multi-AZ", "Multi-AZUsage", "Multi-AZ-"},
	} {
		for _, engine := range databaseEngines {
			all = append(all, pricelist.Query{
				Item: "rds-instance-hour/" + engine[0] + "/{instanceType}" + deployment.suffix, Service: service,
				Family: "Database Instance", Usage: deployment.instance + `:db\..*`, Per: pricelist.Hour,
				Attributes: attributes{"databaseEngine": engine[1], "deploymentOption": deployment.option},
			})
		}
		for _, volume := range volumes {
			all = append(all, pricelist.Query{
				Item: "rds-storage-gb-month/" + volume[0] + deployment.suffix, Service: service, Family: "Database Storage",
				Usage: `RDS:.*`, Per: pricelist.GBMonth,
				Attributes: attributes{
					"volumeType": volume[1], "deploymentOption": deployment.option, "databaseEngine": "PostgreSQL|MySQL|MariaDB|Any",
				},
			})
		}
		for volume, usage := range map[string]string{"io1": "PIOPS", "io2": "IO2-PIOPS"} {
			all = append(all, pricelist.Query{
				Item: "rds-iops-month/" + volume + deployment.suffix, Service: service, Family: "Provisioned IOPS",
				Usage: "RDS:" + deployment.storage + usage, Per: pricelist.Month,
				Attributes: attributes{"databaseEngine": "PostgreSQL|MySQL|MariaDB|Any"},
			})
		}
	}
	// No published list has the usage type, so the query matches every usage type with the names of the feature and the
	// unit.
	return append(all, pricelist.Query{
		Item: "database-insights-vcpu-hour", Service: "AmazonCloudWatch", Usage: `(?i:.*database-?insights.*vcpu.*)`,
		Per: pricelist.Hour,
	})
}

func cacheQueries() []pricelist.Query {
	var all []pricelist.Query
	for _, engine := range []string{"Valkey", "Redis", "Memcached"} {
		all = append(all, pricelist.Query{
			Item: "elasticache-node-hour/" + strings.ToLower(engine) + "/{instanceType}", Service: "AmazonElastiCache",
			Family: "Cache Instance", Usage: `NodeUsage:cache\..*`, Per: pricelist.Hour,
			Attributes: attributes{"cacheEngine": engine},
		})
	}
	return all
}

func networkQueries() []pricelist.Query {
	const nat = "NAT Gateway"
	all := []pricelist.Query{
		{Item: "nat-gateway-hour", Service: "AmazonEC2", Family: nat, Usage: "NatGateway-Hours", Per: pricelist.Hour},
		{Item: "nat-gateway-gb", Service: "AmazonEC2", Family: nat, Usage: "NatGateway-Bytes", Per: pricelist.GB},
		{Item: "interface-endpoint-hour", Service: "AmazonVPC", Usage: "VpcEndpoint-Hours", Per: pricelist.Hour},
		{Item: "interface-endpoint-gb", Service: "AmazonVPC", Usage: "VpcEndpoint-Bytes", Per: pricelist.GB},
		{Item: "public-ipv4-hour", Service: "AmazonVPC", Usage: "PublicIPv4:InUseAddress", Per: pricelist.Hour},
	}
	for kind, family := range map[string]string{
		"application": "Load Balancer-Application", "network": "Load Balancer-Network", "gateway": "Load Balancer-Gateway",
	} {
		all = append(
			all,
			pricelist.Query{
				Item:    "load-balancer-hour/" + kind,
				Service: "AWSELB",
				Family:  family,
				Usage:   "LoadBalancerUsage",
				Per:     pricelist.Hour,
			},
			pricelist.Query{
				Item: "load-balancer-lcu-hour/" + kind, Service: "AWSELB", Family: family, Usage: "LCUUsage", Per: pricelist.Hour,
			},
		)
	}
	return all
}

func watchQueries() []pricelist.Query {
	const service = "AmazonCloudWatch"
	return []pricelist.Query{
		{Item: "cloudwatch-alarm-month", Service: service, Usage: "CW:AlarmMonitorUsage", Per: pricelist.Month},
		{Item: "cloudwatch-metric-month", Service: service, Usage: "CW:MetricMonitorUsage", Per: pricelist.Month},
		{
			Item: "cloudwatch-dashboard-month", Service: service, Usage: "DashboardsUsageHour", Per: pricelist.Month,
			Global: true,
		},
		{Item: "log-ingestion-gb", Service: service, Usage: "DataProcessing-Bytes", Per: pricelist.GB},
		{Item: "log-storage-gb-month", Service: service, Usage: "TimedStorage-ByteHrs", Per: pricelist.GBMonth},
		{Item: "flow-log-gb", Service: service, Usage: "VendedLog-Bytes", Per: pricelist.GB},
	}
}

func keptQueries() []pricelist.Query {
	return []pricelist.Query{
		{
			Item: "secretsmanager-secret-month", Service: "AWSSecretsManager", Usage: "AWSSecretsManager-Secrets",
			Per: pricelist.Month,
		},
		{
			Item: "ssm-advanced-parameter-month", Service: "AWSSystemsManager", Usage: "PS-Advanced-Param-Tier1",
			Per: pricelist.Month,
		},
		{Item: "kms-key-month", Service: "awskms", Usage: "KMS-Keys", Per: pricelist.Month},
		{Item: "hosted-zone-month", Service: "AmazonRoute53", Usage: "HostedZone", Per: pricelist.Month, Global: true},
		{Item: "wafv2-web-acl-month", Service: "awswaf", Usage: "WebACLV2", Per: pricelist.Month},
		{Item: "wafv2-rule-month", Service: "awswaf", Usage: "RuleV2", Per: pricelist.Month},
	}
}

func trafficQueries() []pricelist.Query {
	return []pricelist.Query{
		{
			Item: "data-transfer-out-gb", Service: "AWSDataTransfer", Usage: "DataTransfer-Out-Bytes", Per: pricelist.GB,
			Attributes: attributes{"transferType": "AWS Outbound", "toLocation": "External"},
		},
		{
			Item: "data-transfer-zone-gb", Service: "AWSDataTransfer", Usage: "DataTransfer-Regional-Bytes", Per: pricelist.GB,
			Attributes: attributes{"transferType": "IntraRegion"},
		},
		{
			Item: "dns-query", Service: "AmazonRoute53", Usage: "DNS-Queries", Per: pricelist.Each, Global: true,
			Attributes: attributes{"routingType": "Standard"},
		},
		{Item: "wafv2-request", Service: "awswaf", Usage: "RequestV2-(Tier1|16KB)", Per: pricelist.Each},
		{Item: "sns-email", Service: "AmazonSNS", Usage: "DeliveryAttempts-SMTP", Per: pricelist.Each},
	}
}

func storageQueries() []pricelist.Query {
	aurora := attributes{"databaseEngine": "Aurora PostgreSQL|Aurora MySQL|Any"}
	return []pricelist.Query{
		{
			Item: "efs-storage-gb-month", Service: "AmazonEFS", Usage: "TimedStorage-ByteHrs", Per: pricelist.GBMonth,
			Attributes: attributes{"storageClass": "General Purpose"},
		},
		{
			Item: "efs-read-gb", Service: "AmazonEFS", Usage: "ETDataAccess-Bytes", Per: pricelist.GB,
			Attributes: attributes{"accessType": "Read"},
		},
		{
			Item: "efs-write-gb", Service: "AmazonEFS", Usage: "ETDataAccess-Bytes", Per: pricelist.GB,
			Attributes: attributes{"accessType": "Write"},
		},
		{Item: "efs-backup-gb-month", Service: "AWSBackup", Usage: "WarmStorage-ByteHrs-EFS", Per: pricelist.GBMonth},
		{Item: "s3-backup-gb-month", Service: "AWSBackup", Usage: "WarmStorage-ByteHrs-S3", Per: pricelist.GBMonth},
		{
			Item: "rds-backup-gb-month", Service: "AmazonRDS", Usage: "RDS:ChargedBackupUsage", Per: pricelist.GBMonth,
			Attributes: attributes{"databaseEngine": "PostgreSQL|MySQL|MariaDB|Any"},
		},
		{
			Item: "aurora-storage-gb-month", Service: "AmazonRDS", Usage: "Aurora:StorageUsage", Attributes: aurora,
			Per: pricelist.GBMonth,
		},
		{
			Item: "aurora-io-request", Service: "AmazonRDS", Usage: "Aurora:StorageIOUsage", Attributes: aurora,
			Per: pricelist.Each,
		},
		{
			Item: "aurora-capacity-unit-hour", Service: "AmazonRDS", Usage: "Aurora:ServerlessV2Usage", Attributes: aurora,
			Per: pricelist.Hour,
		},
		{Item: "ecr-storage-gb-month", Service: "AmazonECR", Usage: "TimedStorage-ByteHrs", Per: pricelist.GBMonth},
		{
			Item: "s3-storage-gb-month", Service: "AmazonS3", Usage: "TimedStorage-ByteHrs", Per: pricelist.GBMonth,
			Attributes: attributes{"volumeType": "Standard"},
		},
		{Item: "s3-request/write", Service: "AmazonS3", Usage: "Requests-Tier1", Per: pricelist.Each},
		{Item: "s3-request/read", Service: "AmazonS3", Usage: "Requests-Tier2", Per: pricelist.Each},
	}
}

var placeholder = regexp.MustCompile(`\\\{\w+\\\}`)

// queryOf returns the query for the item's price.
func queryOf(name string) (pricelist.Query, bool) {
	for _, q := range Queries() {
		pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(q.Item), `[^/]+`)
		if regexp.MustCompile("^" + pattern + "$").MatchString(name) {
			return q, true
		}
	}
	return pricelist.Query{}, false
}

// NoPrice returns the reason why a price file has no price of the item. The result unlisted is true if the item is not
// in AWS's lists, so that rehearse prices cannot write its price.
func NoPrice(name string) (reason string, unlisted bool) {
	_, listed := queryOf(name)
	switch {
	case listed:
		return "rehearse prices writes it, if AWS's list has it", false
	case strings.HasSuffix(name, "/spot"):
		return "AWS's lists have no Spot prices, which change constantly", true
	case strings.HasPrefix(name, "rds-instance-hour/"):
		return "the price of this engine depends on its license: add it to the price file by hand", true
	case name == "scheduler-invocation":
		return "the usage type is not documented; 14 million calls a month are free", true
	default:
		return "it is not in any list that is read: add it to the price file by hand", true
	}
}
