package bill

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// charge adds what a resource uses by being there.
type charge func(*count, *standin.Resource)

// charges says of each type what AWS asks for it (https://aws.amazon.com/pricing/, and there the page of its service).
// Services and log filters are counted across resources, and so count for nothing by themselves.
var charges = map[string]charge{
	token.LbLoadBalancer: loadBalancer,
	token.Ec2NatGateway:  all(hours("nat-gateway-hour"), natData),
	token.Ec2Eip:         hours("public-ipv4-hour"),
	token.Ec2VpcEndpoint: endpoint,
	token.Ec2FlowLog:     byUse("flow logs", "flow-log-gb", "log-storage-gb-month"),
	token.Ec2Vpc:         traffic,
	token.Route53Zone:    each("hosted-zone-month"),
	token.Route53Record:  byUse("DNS queries", "dns-query"),
	token.Wafv2WebAcl:    webAcl,

	token.ServicediscoveryHttpNamespace: namespaceZone,

	token.RdsInstance:                 database,
	token.RdsClusterInstance:          clusterInstance,
	token.RdsCluster:                  aurora,
	token.ElasticacheCluster:          cacheCluster,
	token.EcrRepository:               byUse("images kept in ECR", "ecr-storage-gb-month"),
	token.ElasticacheReplicationGroup: cache,
	token.S3BucketV2:                  objects,
	token.EfsFileSystem:               files,
	token.EfsBackupPolicy:             byUse("backups of EFS", "efs-backup-gb-month"),
	token.SecretsmanagerSecret:        each("secretsmanager-secret-month"),
	token.SsmParameter:                parameter,
	token.KmsKey:                      each("kms-key-month"),

	token.EcsCluster:            containerInsights,
	token.AppautoscalingPolicy:  trackingAlarms,
	token.CloudwatchLogGroup:    byUse("logs written and kept", "log-ingestion-gb", "log-storage-gb-month"),
	token.CloudwatchMetricAlarm: alarm,
	token.CloudwatchDashboard:   each("cloudwatch-dashboard-month"),
	token.SchedulerSchedule:     byUse("calls of schedules", "scheduler-invocation"),
	token.SnsTopic:              byUse("notifications", "sns-email"),
}

// The charges by use that are too long for the table.
var (
	natData = byUse("data through NAT gateways", "nat-gateway-gb")
	traffic = byUse("traffic to the internet and between zones", "data-transfer-out-gb", "data-transfer-zone-gb")
	aurora  = byUse("storage and input and output of Aurora", "aurora-storage-gb-month", "aurora-io-request")
	objects = byUse("S3 storage and requests", "s3-storage-gb-month", "s3-request/write", "s3-request/read")
	files   = byUse("EFS storage, per GB stored, and throughput", "efs-storage-gb-month", "efs-read-gb", "efs-write-gb")

	trackingAlarms = byUse("alarms that target tracking makes for itself", "cloudwatch-alarm-month")
)

// free are the types, in short, that cost nothing by themselves: who uses them is charged for, if anybody is.
var free = []string{
	"acm.Certificate", "acm.CertificateValidation", "appautoscaling.ScheduledAction", "appautoscaling.Target",
	"cloudwatch.EventRule", "cloudwatch.EventTarget", "cloudwatch.LogMetricFilter",
	"ec2.DefaultSecurityGroup", "ec2.InternetGateway", "ec2.InternetGatewayAttachment", "ec2.MainRouteTableAssociation",
	"ec2.Route", "ec2.RouteTable", "ec2.RouteTableAssociation", "ec2.SecurityGroup", "ec2.SecurityGroupRule", "ec2.Subnet",
	"ecr.LifecyclePolicy", "ecr.RepositoryPolicy", "ecs.ClusterCapacityProviders", "ecs.Service", "ecs.TaskDefinition",
	"efs.AccessPoint", "efs.FileSystemPolicy", "efs.MountTarget", "elasticache.SubnetGroup",
	"iam.AccessKey", "iam.OpenIdConnectProvider", "iam.Policy", "iam.Role", "iam.RolePolicy", "iam.RolePolicyAttachment",
	"iam.User", "iam.UserPolicy", "lb.Listener", "lb.ListenerCertificate", "lb.ListenerRule", "lb.TargetGroup",
	"rds.ParameterGroup", "rds.SubnetGroup", "s3.BucketCorsConfigurationV2", "s3.BucketLifecycleConfigurationV2",
	"s3.BucketLoggingV2", "s3.BucketOwnershipControls", "s3.BucketPolicy", "s3.BucketPublicAccessBlock",
	"s3.BucketServerSideEncryptionConfigurationV2", "s3.BucketVersioningV2", "scheduler.ScheduleGroup", "secretsmanager.SecretVersion",
	"servicediscovery.Service", "sns.TopicPolicy", "sns.TopicSubscription", "vpc.SecurityGroupEgressRule",
	"vpc.SecurityGroupIngressRule", "wafv2.WebAclAssociation",
}

func all(charges ...charge) charge {
	return func(c *count, r *standin.Resource) {
		for _, each := range charges {
			each(c, r)
		}
	}
}

// hours is one of an item the whole month long.
func hours(item string) charge {
	return func(c *count, r *standin.Resource) { c.add(r, HoursPerMonth, item) }
}

// each is one of an item for the month.
func each(item string) charge {
	return func(c *count, r *standin.Resource) { c.add(r, 1, item) }
}

// byUse is charged for as it is used.
func byUse(name string, items ...string) charge {
	return func(c *count, _ *standin.Resource) { c.use(name, items...) }
}

// loadBalancer has a public address in each subnet, and takes more when it grows
// (https://aws.amazon.com/elasticloadbalancing/pricing/).
func loadBalancer(c *count, r *standin.Resource) {
	kind := cmp.Or(r.Out("loadBalancerType").Text(), "application")
	c.add(r, HoursPerMonth, "load-balancer-hour", kind)
	c.use("capacity units of load balancers", "load-balancer-lcu-hour/"+kind)
	if !r.Out("internal").Bool() {
		c.add(r, float64(HoursPerMonth*len(r.Out("subnets").Items())), "public-ipv4-hour")
		c.growth = append(c.growth, r.Name+" takes more public addresses when it grows")
	}
}

// endpoint: one of the interface kind is charged for by the zone; a gateway is free
// (https://aws.amazon.com/privatelink/pricing/).
func endpoint(c *count, r *standin.Resource) {
	if r.Out("vpcEndpointType").Text() == "Interface" {
		c.add(r, float64(HoursPerMonth*len(r.Out("subnetIds").Items())), "interface-endpoint-hour")
		c.use("data through interface endpoints", "interface-endpoint-gb")
	}
}

// database counts an instance and its storage. One that is stopped costs its storage only; one with a standby has prices
// of its own (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html).
func database(c *count, r *standin.Resource) {
	var standby []string
	if r.Out("multiAz").Bool() {
		standby = []string{"multi-az"}
	}
	class, storage := r.Out("instanceClass").Text(), cmp.Or(r.Out("storageType").Text(), "gp2")
	hours := c.upOr(r, 1) * HoursPerMonth
	c.add(r, hours, "rds-instance-hour", append([]string{r.Out("engine").Text(), class}, standby...)...)
	if r.Out("databaseInsightsMode").Text() == "advanced" {
		c.add(r, hours*float64(vcpus(class)), "database-insights-vcpu-hour")
	}
	allocated, most := r.Out("allocatedStorage").Int(), r.Out("maxAllocatedStorage").Int()
	c.add(r, float64(allocated), "rds-storage-gb-month", append([]string{storage}, standby...)...)
	if storage == "io1" || storage == "io2" {
		c.add(r, r.Out("iops").Number(), "rds-iops-month", append([]string{storage}, standby...)...)
	}
	if most > allocated {
		c.growth = append(c.growth, fmt.Sprintf("%s's storage grows by itself up to %d GB", r.Name, most))
	}
	if r.Out("publiclyAccessible").Bool() {
		c.add(r, HoursPerMonth, "public-ipv4-hour")
	}
	if r.Out("backupRetentionPeriod").Int() > 0 {
		c.use("backups of databases beyond their size", "rds-backup-gb-month")
	}
}

var classSize = regexp.MustCompile(`^db\.[a-z0-9]+\.(\d*)xlarge$`)

// vcpus returns the number of vCPUs of an instance class: two up to large, four for xlarge and its multiples
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html).
func vcpus(class string) int {
	const upToLarge, xlarge = 2, 4
	size := classSize.FindStringSubmatch(class)
	if size == nil {
		return upToLarge
	}
	times, err := strconv.Atoi(cmp.Or(size[1], "1"))
	if err != nil {
		return xlarge
	}
	return xlarge * times
}

func cache(c *count, r *standin.Resource) {
	nodes := max(1, r.Out("numCacheClusters").Int())
	if groups := r.Out("numNodeGroups").Int(); groups > 0 {
		nodes = groups * (1 + r.Out("replicasPerNodeGroup").Int())
	}
	c.add(r, float64(HoursPerMonth*nodes), "elasticache-node-hour", r.Out("engine").Text(), r.Out("nodeType").Text())
	if r.Out("snapshotRetentionLimit").Int() > 0 {
		c.use("snapshots of caches")
	}
}

func cacheCluster(c *count, r *standin.Resource) {
	nodes := max(1, r.Out("numCacheNodes").Int())
	c.add(r, float64(HoursPerMonth*nodes), "elasticache-node-hour", r.Out("engine").Text(), r.Out("nodeType").Text())
}

// clusterInstance: a serverless one is charged for by the capacity that it takes
// (https://aws.amazon.com/rds/aurora/pricing/).
func clusterInstance(c *count, r *standin.Resource) {
	if r.Out("instanceClass").Text() == "db.serverless" {
		c.use("capacity units of Aurora", "aurora-capacity-unit-hour")
		return
	}
	c.add(r, HoursPerMonth, "rds-instance-hour", r.Out("engine").Text(), r.Out("instanceClass").Text())
}

// namespaceZone: a namespace for DNS has a hosted zone (https://aws.amazon.com/cloud-map/pricing/).
func namespaceZone(c *count, r *standin.Resource) {
	if !r.Out("hostedZone").Missing() {
		c.add(r, 1, "hosted-zone-month")
	}
}

// alarm is charged for by the metric that it watches (https://aws.amazon.com/cloudwatch/pricing/).
func alarm(c *count, r *standin.Resource) {
	metrics := 0
	for _, query := range r.Out("metricQueries").Items() {
		if !query.At("metric").Missing() {
			metrics++
		}
	}
	c.add(r, float64(max(1, metrics)), "cloudwatch-alarm-month")
}

// containerInsights: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html.
func containerInsights(c *count, r *standin.Resource) {
	for _, setting := range r.Out("settings").Items() {
		if value := setting.At("value").Text(); setting.At("name").Text() == "containerInsights" && (value == "enabled" || value == "enhanced") {
			c.use("Container Insights", "cloudwatch-metric-month", "log-ingestion-gb")
		}
	}
}

// parameter: https://aws.amazon.com/systems-manager/pricing/; standard ones are free.
func parameter(c *count, r *standin.Resource) {
	if r.Out("tier").Text() == "Advanced" {
		c.add(r, 1, "ssm-advanced-parameter-month")
	}
}

func webAcl(c *count, r *standin.Resource) {
	c.add(r, 1, "wafv2-web-acl-month")
	c.add(r, float64(len(r.Out("rules").Items())), "wafv2-rule-month")
	c.use("requests that a web ACL sees", "wafv2-request")
}
