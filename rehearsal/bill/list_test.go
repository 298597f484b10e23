package bill

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
)

// listed is a product in AWS's price list of Mumbai and the item that it prices, if any.
type listed struct {
	item, service, family, usage, unit string
	attributes                         string
}

// mumbai has a product for each item, and products with similar names that must not match.
var mumbai = []listed{
	{"fargate-vcpu-hour/X86_64", "AmazonECS", "Compute", "APS3-Fargate-vCPU-Hours:perCPU", "hours", ""},
	{"fargate-gb-hour/X86_64", "AmazonECS", "Compute", "APS3-Fargate-GB-Hours", "hours", ""},
	{
		"fargate-vcpu-hour/ARM64", "AmazonECS", "Compute", "APS3-Fargate-ARM-vCPU-Hours:perCPU", "hours",
		"cpuArchitecture=ARM",
	},
	{"fargate-gb-hour/ARM64", "AmazonECS", "Compute", "APS3-Fargate-ARM-GB-Hours", "hours", "cpuArchitecture=ARM"},
	{"fargate-storage-gb-hour", "AmazonECS", "Compute", "APS3-Fargate-EphemeralStorage-GB-Hours", "GB-Hours", ""},
	{"", "AmazonECS", "Compute", "APS3-Fargate-Windows-vCPU-Hours:perCPU", "hours", "operatingSystem=Windows"},
	{"", "AmazonECS", "Compute", "APS3-ECS-Anywhere-Instance-hours", "hours", ""},

	{
		"rds-instance-hour/postgres/db.t4g.medium", "AmazonRDS", "Database Instance", "APS3-InstanceUsage:db.t4g.medium",
		"Hrs", "instanceType=db.t4g.medium,databaseEngine=PostgreSQL,deploymentOption=Single-AZ",
	},
	{
		"rds-instance-hour/postgres/db.t4g.medium/multi-az", "AmazonRDS", "Database Instance",
		"APS3-Multi-AZUsage:db.t4g.medium", "Hrs",
		"instanceType=db.t4g.medium,databaseEngine=PostgreSQL,deploymentOption=Multi-AZ",
	},
	{
		"rds-instance-hour/mysql/db.t4g.medium", "AmazonRDS", "Database Instance", "APS3-InstanceUsage:db.t4g.medium", "Hrs",
		"instanceType=db.t4g.medium,databaseEngine=MySQL,deploymentOption=Single-AZ",
	},
	{
		"", "AmazonRDS", "Database Instance", "APS3-Multi-AZClusterUsage:db.m6gd.large", "Hrs",
		"instanceType=db.m6gd.large,databaseEngine=PostgreSQL,deploymentOption=Multi-AZ (readable standbys)",
	},
	{
		"", "AmazonRDS", "Database Instance", "APS3-ExtendedSupport:Yr1-Yr2:PostgreSQL12", "vCPU-Hours",
		"instanceType=db.t4g.medium,databaseEngine=PostgreSQL",
	},
	{
		"rds-storage-gb-month/gp3", "AmazonRDS", "Database Storage", "APS3-RDS:GP3-Storage", "GB-Mo",
		"volumeType=General Purpose-GP3,databaseEngine=PostgreSQL,deploymentOption=Single-AZ",
	},
	{
		"rds-storage-gb-month/gp3/multi-az", "AmazonRDS", "Database Storage", "APS3-RDS:Multi-AZ-GP3-Storage", "GB-Mo",
		"volumeType=General Purpose-GP3,databaseEngine=Any,deploymentOption=Multi-AZ",
	},
	{
		"rds-storage-gb-month/gp2", "AmazonRDS", "Database Storage", "APS3-RDS:GP2-Storage", "GB-Mo",
		"volumeType=General Purpose,databaseEngine=Any,deploymentOption=Single-AZ",
	},
	{
		"", "AmazonRDS", "Database Storage", "APS3-RDS:Mirror-GP3-Storage", "GB-Mo",
		"volumeType=General Purpose-GP3,databaseEngine=SQL Server,deploymentOption=Multi-AZ",
	},
	{
		"rds-storage-gb-month/io1", "AmazonRDS", "Database Storage", "APS3-RDS:PIOPS-Storage", "GB-Mo",
		"volumeType=Provisioned IOPS,databaseEngine=Any,deploymentOption=Single-AZ",
	},
	{"rds-iops-month/io1", "AmazonRDS", "Provisioned IOPS", "APS3-RDS:PIOPS", "IOPS-Mo", "databaseEngine=Any"},
	{
		"rds-iops-month/io1/multi-az", "AmazonRDS", "Provisioned IOPS", "APS3-RDS:Multi-AZ-PIOPS", "IOPS-Mo",
		"databaseEngine=Any",
	},
	{"rds-iops-month/io2", "AmazonRDS", "Provisioned IOPS", "APS3-RDS:IO2-PIOPS", "IOPS-Mo", "databaseEngine=PostgreSQL"},
	{"", "AmazonRDS", "Provisioned IOPS", "APS3-RDS:GP3-PIOPS", "IOPS-Mo", "databaseEngine=Any"},
	{
		"rds-backup-gb-month", "AmazonRDS", "Storage Snapshot", "APS3-RDS:ChargedBackupUsage", "GB-Mo",
		"databaseEngine=PostgreSQL",
	},

	{
		"elasticache-node-hour/valkey/cache.t4g.micro", "AmazonElastiCache", "Cache Instance",
		"APS3-NodeUsage:cache.t4g.micro", "Hrs", "instanceType=cache.t4g.micro,cacheEngine=Valkey",
	},
	{
		"elasticache-node-hour/redis/cache.t4g.micro", "AmazonElastiCache", "Cache Instance",
		"APS3-NodeUsage:cache.t4g.micro", "Hrs", "instanceType=cache.t4g.micro,cacheEngine=Redis",
	},
	{
		"", "AmazonElastiCache", "Cache Instance", "APS3-ExtendedSupportYr3-NodeUsage:cache.t4g.micro", "Hrs",
		"instanceType=cache.t4g.micro,cacheEngine=Redis",
	},

	{"load-balancer-hour/application", "AWSELB", "Load Balancer-Application", "APS3-LoadBalancerUsage", "Hrs", ""},
	{"load-balancer-lcu-hour/application", "AWSELB", "Load Balancer-Application", "APS3-LCUUsage", "LCU-Hrs", ""},
	{"", "AWSELB", "Load Balancer-Application", "APS3-TS-LoadBalancerUsage", "Hrs", ""},
	{"", "AWSELB", "Load Balancer-Application", "APS3-Outposts-LoadBalancerUsage", "Hrs", ""},
	{"", "AWSELB", "Load Balancer-Application", "APS3-ReservedLCUUsage", "LCU-Hrs", ""},
	{"load-balancer-hour/network", "AWSELB", "Load Balancer-Network", "APS3-LoadBalancerUsage", "Hrs", ""},
	{"", "AWSELB", "Load Balancer", "APS3-LoadBalancerUsage", "Hrs", ""},
	{"nat-gateway-hour", "AmazonEC2", "NAT Gateway", "APS3-NatGateway-Hours", "Hrs", ""},
	{"nat-gateway-gb", "AmazonEC2", "NAT Gateway", "APS3-NatGateway-Bytes", "GB", ""},
	{"", "AmazonEC2", "NAT Gateway", "APS3-RegionalNatGateway-Hours", "Hrs", ""},
	{"", "AmazonEC2", "Compute Instance", "APS3-BoxUsage:t3.micro", "Hrs", "instanceType=t3.micro"},
	{"interface-endpoint-hour", "AmazonVPC", "VpcEndpoint", "APS3-VpcEndpoint-Hours", "Hrs", ""},
	{"interface-endpoint-gb", "AmazonVPC", "VpcEndpoint", "APS3-VpcEndpoint-Bytes", "GB", ""},
	{"", "AmazonVPC", "VpcEndpoint", "APS3-VpcEndpoint-GWLBE-Hours", "Hrs", ""},
	{"public-ipv4-hour", "AmazonVPC", "", "APS3-PublicIPv4:InUseAddress", "Hrs", ""},
	{"", "AmazonVPC", "", "APS3-PublicIPv4:IdleAddress", "Hrs", ""},

	{"cloudwatch-alarm-month", "AmazonCloudWatch", "Alarm", "APS3-CW:AlarmMonitorUsage", "Alarms", ""},
	{"", "AmazonCloudWatch", "Alarm", "APS3-CW:HighResAlarmMonitorUsage", "Alarms", ""},
	{"cloudwatch-metric-month", "AmazonCloudWatch", "Metric", "APS3-CW:MetricMonitorUsage", "Metrics", ""},
	{
		"cloudwatch-dashboard-month", "AmazonCloudWatch", "Dashboard", "DashboardsUsageHour", "Dashboards",
		"locationType=,regionCode=,location=Any",
	},
	{
		"", "AmazonCloudWatch", "Dashboard", "DashboardsUsageHour-Basic", "Dashboards",
		"locationType=,regionCode=,location=Any",
	},
	{"log-ingestion-gb", "AmazonCloudWatch", "Data Payload", "APS3-DataProcessing-Bytes", "GB", ""},
	{"", "AmazonCloudWatch", "Data Payload", "APS3-DataProcessingIA-Bytes", "GB", ""},
	{"log-storage-gb-month", "AmazonCloudWatch", "Storage Snapshot", "APS3-TimedStorage-ByteHrs", "GB-Mo", ""},
	{"flow-log-gb", "AmazonCloudWatch", "Data Payload", "APS3-VendedLog-Bytes", "GB", ""},
	{"", "AmazonCloudWatch", "Data Payload", "APS3-VendedLog-Bytes-WAFLogs", "GB", ""},

	{"secretsmanager-secret-month", "AWSSecretsManager", "Secret", "APS3-AWSSecretsManager-Secrets", "Secrets", ""},
	{
		"ssm-advanced-parameter-month", "AWSSystemsManager", "AWS Systems Manager", "APS3-PS-Advanced-Param-Tier1", "Hour",
		"",
	},
	{"kms-key-month", "awskms", "Encryption Key", "ap-south-1-KMS-Keys", "Keys", ""},
	{"kms-request", "awskms", "API Request", "ap-south-1-KMS-Requests", "Requests", ""},
	{"hosted-zone-month", "AmazonRoute53", "DNS Zone", "HostedZone", "HostedZone", "locationType=,regionCode=,location="},
	{
		"dns-query", "AmazonRoute53", "DNS Query", "DNS-Queries", "Queries",
		"locationType=,regionCode=,location=,routingType=Standard",
	},
	{
		"", "AmazonRoute53", "DNS Query", "DNS-Queries", "Queries",
		"locationType=,regionCode=,location=,routingType=Latency Based Routing",
	},
	{"wafv2-web-acl-month", "awswaf", "Web Application Firewall", "APS3-WebACLV2", "Month", ""},
	{"wafv2-rule-month", "awswaf", "Web Application Firewall", "APS3-RuleV2", "Month", ""},
	{"wafv2-request", "awswaf", "Web Application Firewall", "APS3-RequestV2-16KB", "Requests", ""},
	{"", "awswaf", "Web Application Firewall", "APS3-WebACL", "Month", ""},

	{
		"data-transfer-out-gb", "AWSDataTransfer", "Data Transfer", "APS3-DataTransfer-Out-Bytes", "GB",
		"regionCode=,fromRegionCode=ap-south-1,transferType=AWS Outbound,toLocation=External",
	},
	{
		"data-transfer-zone-gb", "AWSDataTransfer", "Data Transfer", "APS3-DataTransfer-Regional-Bytes", "GB",
		"regionCode=,fromRegionCode=ap-south-1,transferType=IntraRegion",
	},
	{"efs-storage-gb-month", "AmazonEFS", "Storage", "APS3-TimedStorage-ByteHrs", "GB-Mo", "storageClass=General Purpose"},
	{"", "AmazonEFS", "Storage", "APS3-IATimedStorage-ByteHrs", "GB-Mo", "storageClass=Infrequent Access"},
	{"efs-read-gb", "AmazonEFS", "Provisioned Throughput", "APS3-ETDataAccess-Bytes", "GB", "accessType=Read"},
	{"efs-write-gb", "AmazonEFS", "Provisioned Throughput", "APS3-ETDataAccess-Bytes", "GB", "accessType=Write"},
	{"efs-backup-gb-month", "AWSBackup", "AWS Backup Storage", "APS3-WarmStorage-ByteHrs-EFS", "GB-Month", ""},
	{"s3-backup-gb-month", "AWSBackup", "AWS Backup Storage", "APS3-WarmStorage-ByteHrs-S3", "GB-Month", ""},
	{
		"aurora-storage-gb-month", "AmazonRDS", "Database Storage", "APS3-Aurora:StorageUsage", "GB-Mo",
		"databaseEngine=Any",
	},
	{"aurora-io-request", "AmazonRDS", "System Operation", "APS3-Aurora:StorageIOUsage", "IOs", "databaseEngine=Any"},
	{
		"aurora-capacity-unit-hour", "AmazonRDS", "ServerlessV2", "APS3-Aurora:ServerlessV2Usage", "ACU-Hr",
		"databaseEngine=Aurora PostgreSQL",
	},
	{
		"rds-instance-hour/aurora-postgresql/db.r6g.large", "AmazonRDS", "Database Instance",
		"APS3-InstanceUsage:db.r6g.large", "Hrs",
		"instanceType=db.r6g.large,databaseEngine=Aurora PostgreSQL,deploymentOption=Single-AZ",
	},
	{"ecr-storage-gb-month", "AmazonECR", "EC2 Container Registry", "APS3-TimedStorage-ByteHrs", "GB-Mo", ""},
	{"s3-storage-gb-month", "AmazonS3", "Storage", "APS3-TimedStorage-ByteHrs", "GB-Mo", "volumeType=Standard"},
	{"", "AmazonS3", "Storage", "APS3-TimedStorage-SIA-ByteHrs", "GB-Mo", "volumeType=Standard - Infrequent Access"},
	{"s3-request/write", "AmazonS3", "API Request", "APS3-Requests-Tier1", "Requests", ""},
	{"s3-request/read", "AmazonS3", "API Request", "APS3-Requests-Tier2", "Requests", ""},
	{"sns-email", "AmazonSNS", "Message Delivery", "APS3-DeliveryAttempts-SMTP", "Notifications", ""},
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	out, err := json.Marshal(value)
	require.NoError(t, err)
	return out
}

// serve serves the products in the lists of their services, as AWS does. The list of Route 53 is not split by region.
func serve(t *testing.T, products []listed) string {
	t.Helper()
	const root, day = "/offers/v1.0/aws/", "2026-09-16T08:00:00Z"
	files, offers := map[string][]byte{}, props{}
	lists := map[string][2]props{}
	for i, p := range products {
		if lists[p.service][0] == nil {
			lists[p.service] = [2]props{{}, {}}
		}
		attributes := map[string]string{"usagetype": p.usage, "regionCode": "ap-south-1", "locationType": "AWS Region"}
		for pair := range strings.SplitSeq(p.attributes, ",") {
			name, value, _ := strings.Cut(pair, "=")
			attributes[name] = value
		}
		sku := fmt.Sprintf("SKU%03d", i)
		lists[p.service][0][sku] = props{"sku": sku, "productFamily": p.family, "attributes": attributes}
		lists[p.service][1][sku] = props{
			sku + ".JRTCKXETXF": props{"effectiveDate": day, "priceDimensions": props{"one": props{
				"unit": p.unit, "beginRange": "0", "endRange": "Inf", "pricePerUnit": props{"USD": fmt.Sprintf("0.%03d", i+1)},
			}}},
		}
	}
	for service, parts := range lists {
		list := encoded(t, props{"publicationDate": day, "products": parts[0], "terms": props{"OnDemand": parts[1]}})
		regions := props{"ap-south-1": props{"currentVersionUrl": root + service + "/ap-south-1/index.json"}}
		if service == "AmazonRoute53" {
			regions = props{"aws-global": props{"currentVersionUrl": root + service + "/aws-global/index.json"}}
		}
		files[root+service+"/current/index.json"], files[root+service+"/ap-south-1/index.json"] = list, list
		files[root+service+"/current/region_index.json"] = encoded(t, props{"regions": regions})
		offers[service] = props{
			"currentVersionUrl":     root + service + "/current/index.json",
			"currentRegionIndexUrl": root + service + "/current/region_index.json",
		}
	}
	files[root+"index.json"] = encoded(t, props{"offers": offers})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if content, found := files[r.URL.Path]; found {
			_, _ = w.Write(content)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func fromList(t *testing.T, products []listed) (*Prices, []string) {
	t.Helper()
	p, missing, err := FromList(t.Context(),
		pricelist.Options{Region: "ap-south-1", Address: serve(t, products), Progress: t.Output(), Wait: time.Millisecond})
	require.NoError(t, err)
	return p, missing
}

func TestEachItemHasThePriceOfItsProduct(t *testing.T) {
	t.Parallel()
	p, missing := fromList(t, mumbai)
	priced := 0
	for i, each := range mumbai {
		if each.item == "" {
			continue
		}
		priced++
		price, found := p.Items[each.item]
		if assert.True(t, found, "%s has no price: %v", each.item, missing) {
			assert.Equal(t, fmt.Sprintf("SKU%03d", i), price.Sku, each.item)
			assert.Equal(t, "2026-09-16", price.Date)
			assert.Equal(t, each.unit, price.Unit)
		}
	}
	assert.Len(t, p.Items, priced, "nothing else has a price")
	assert.InDelta(t, 0.001, *p.Items["fargate-vcpu-hour/X86_64"].Price, 1e-9)
	for _, line := range missing {
		item, _, _ := strings.Cut(line, ":")
		assert.NotContains(t, p.Items, item, "is there and missing")
	}
	assert.Contains(t, missing, "database-insights-vcpu-hour: no product of AmazonCloudWatch matches")
	assert.Contains(t, missing, "rds-storage-gb-month/io2: no product of AmazonRDS matches")
}

func TestTheFileOfAListIsReadAgain(t *testing.T) {
	t.Parallel()
	p, _ := fromList(t, mumbai)
	file := filepath.Join(t.TempDir(), "ap-south-1.yaml")
	require.NoError(t, p.Write(file))
	again, err := Read(file)
	require.NoError(t, err)
	again.File = ""
	assert.Equal(t, p, again)
}

func TestEachItemIsInThePriceListOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	for _, each := range items {
		_, listed := queryOf(each.example)
		why, unlisted := NoPrice(each.example)
		assert.NotEqual(t, listed, unlisted, each.name)
		assert.NotContains(t, why, "no list that is read", "%s: give it a query, or a reason", each.name)
	}
	why, unlisted := NoPrice("fargate-vcpu-hour/X86_64/spot")
	assert.True(t, unlisted)
	assert.Contains(t, why, "no Spot prices")
	for _, q := range Queries() {
		example := strings.NewReplacer("{instanceType}", "db.t4g.micro").Replace(q.Item)
		if strings.HasPrefix(example, "elasticache") {
			example = strings.ReplaceAll(example, "db.", "cache.")
		}
		_, known := place(example)
		assert.True(t, known, "%s is the price of no item", q.Item)
	}
	why, _ = NoPrice("rds-instance-hour/oracle-se2/db.t3.medium")
	assert.Contains(t, why, "license")
}

func TestEachChargeByUseHasAnItem(t *testing.T) {
	t.Parallel()
	world := []made{{token.Wafv2WebAcl, "r", nil}}
	for _, kind := range aws.Package().Kinds {
		if kind.As != "" {
			continue // charged as the type that it is
		}
		world = append(world, made{kind.Token, "r", props{
			"vpcEndpointType": "Interface", "subnetIds": []any{"a"}, "backupRetentionPeriod": 7, "snapshotRetentionLimit": 1,
			"engine": "postgres", "instanceClass": "db.t4g.micro", "nodeType": "cache.t4g.micro",
			"settings": []any{props{"name": "containerInsights", "value": "enabled"}},
		}})
	}
	b := billOf(t, world...)
	require.NotEmpty(t, b.ByUse)
	for _, use := range b.ByUse {
		assert.True(t, len(use.Items) > 0 || use.Name == "snapshots of caches", "%s is charged as nothing", use.Name)
		for _, item := range use.Items {
			_, known := place(item)
			assert.True(t, known, "%s: %s is no item", use.Name, item)
		}
	}
}
