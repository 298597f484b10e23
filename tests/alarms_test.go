package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func alarmsOf(t *testing.T, args *components.AlarmsArgs) *pulumitest.Result {
	t.Helper()
	result, _ := run(t,
		func(ctx *pulumi.Context) (*components.Alarms, error) { return components.NewAlarms(ctx, "one", args) })
	return result
}

func TestOnlyWhatIsThereIsWatched(t *testing.T) {
	t.Parallel()
	everything := []string{
		"one-backup-efs", "one-backup-rds", "one-backup-s3", "one-beat-silent", "one-certificate", "one-database-cpu-credits",
		"one-database-storage", "one-queue", "one-redis-gone", "one-redis-memory",
	}
	assert.Equal(t, everything, alarmsOf(t, richAlarmsArgs("one")).Names(alarmType))
	least := alarmsOf(t, alarmsArgs("one"))
	assert.Empty(t, least.Names(alarmType))
	assert.Equal(t, []string{"one-deployment-failed"}, least.Names(eventRuleType))
	assert.Equal(t, []string{"one-backup-copy-failed", "one-deployment-failed"},
		alarmsOf(t, richAlarmsArgs("one")).Names(eventRuleType))
	args := richAlarmsArgs("one")
	args.Redis.Metered, args.Database.InstanceClass = false, "db.m7g.large"
	args.Backups.ResourceTypes, args.CertificateArn = []string{"S3"}, nil
	assert.Equal(t, []string{"one-backup-s3", "one-beat-silent", "one-database-storage", "one-redis-gone"},
		alarmsOf(t, args).Names(alarmType))
}

func TestEveryAlarmTellsTheTopicOfItsBeginningAndEnd(t *testing.T) {
	t.Parallel()
	for _, alarm := range alarmsOf(t, richAlarmsArgs("one")).OfType(alarmType) {
		assert.Equal(t, []string{topicArn}, alarm.List("alarmActions"), alarm.Name)
		assert.Equal(t, []string{topicArn}, alarm.List("okActions"), alarm.Name)
		assert.Contains(t, alarm.Text("alarmDescription"), "docs/operations.md, "+alarm.Name[len("one-"):]+".")
	}
}

// AWS Backup reports a copy where its backup is, in the account of the stack.
func TestACopyThatFailsIsReportedToTheTopic(t *testing.T) {
	t.Parallel()
	result := alarmsOf(t, richAlarmsArgs("one"))
	rule := result.Named(t, eventRuleType, "one-backup-copy-failed")
	assert.JSONEq(t, `{
		"source": ["aws.backup"], "detail-type": ["Copy Job State Change"], "detail": {
			"sourceBackupVaultArn": ["arn:aws:backup:ap-south-1:123456789012:backup-vault:care"],
			"state": ["FAILED", "PARTIAL"]
		}
	}`, rule.Text("eventPattern"))
	target := result.Named(t, "aws:cloudwatch/eventTarget:EventTarget", "one-backup-copy-failed")
	assert.Equal(t, topicArn, target.Text("arn"))
	assert.Contains(t, fmt.Sprint(target.In("inputTransformer")), "docs/operations.md, backup-copy-failed.")
}

// judged returns the properties that decide when an alarm goes off.
func judged(alarm *pulumitest.Resource) map[string]any {
	judged := map[string]any{}
	for _, input := range []string{
		"namespace", "metricName", "dimensions", "statistic", "period", "evaluationPeriods", "datapointsToAlarm",
		"comparisonOperator", "threshold", "treatMissingData",
	} {
		if value := alarm.In(input); value != nil {
			judged[input] = value
		}
	}
	return judged
}

func TestAlarmsGoOffWhenTheyShould(t *testing.T) {
	t.Parallel()
	args := richAlarmsArgs("one")
	args.Thresholds = components.AlarmThresholds{
		components.ThresholdRedisMemoryPercent: 70, components.ThresholdQueueLength: 7,
		components.ThresholdBeatSilentHours: 3, components.ThresholdDatabaseFreeStoragePercent: 25,
		components.ThresholdDatabaseSurplusCredits: 4.5,
	}
	result := alarmsOf(t, args)
	for name, want := range map[string]map[string]any{
		"redis-gone": {
			"namespace": "AWS/ECS", "metricName": "ActiveConnectionCount", "statistic": "Minimum", "period": 60.0,
			"dimensions":        map[string]any{"ClusterName": "care", "ServiceName": "redis", "DiscoveryName": "redis"},
			"evaluationPeriods": 5.0, "datapointsToAlarm": 5.0, "comparisonOperator": "LessThanThreshold", "threshold": 0.0,
			"treatMissingData": "breaching",
		},
		"redis-memory": {
			"namespace":          "care/one",
			"metricName":         "MemoryPercent",
			"statistic":          "Maximum",
			"period":             300.0,
			"dimensions":         map[string]any{},
			"evaluationPeriods":  3.0,
			"datapointsToAlarm":  3.0,
			"comparisonOperator": "GreaterThanOrEqualToThreshold",
			"threshold":          70.0,
			"treatMissingData":   "breaching",
		},
		"queue": {
			"evaluationPeriods": 3.0, "datapointsToAlarm": 3.0, "comparisonOperator": "GreaterThanThreshold", "threshold": 7.0,
			"treatMissingData": "notBreaching",
		},
		"beat-silent": {
			"namespace": "care/one", "metricName": "ScheduledTasks", "statistic": "Sum", "period": 3600.0,
			"dimensions":        map[string]any{},
			"evaluationPeriods": 3.0, "datapointsToAlarm": 3.0, "comparisonOperator": "LessThanThreshold", "threshold": 1.0,
			"treatMissingData": "notBreaching",
		},
		"database-storage": {
			"namespace": "AWS/RDS", "metricName": "FreeStorageSpace", "statistic": "Minimum", "period": 300.0,
			"dimensions":        map[string]any{"DBInstanceIdentifier": "care-db"},
			"evaluationPeriods": 6.0, "datapointsToAlarm": 6.0, "comparisonOperator": "LessThanThreshold",
			"threshold": 5.0 * 1024 * 1024 * 1024, "treatMissingData": "notBreaching",
		},
		"database-cpu-credits": {
			"namespace": "AWS/RDS", "metricName": "CPUSurplusCreditBalance", "statistic": "Minimum", "period": 300.0,
			"dimensions":        map[string]any{"DBInstanceIdentifier": "care-db"},
			"evaluationPeriods": 12.0, "datapointsToAlarm": 12.0, "comparisonOperator": "GreaterThanThreshold",
			"threshold": 4.5, "treatMissingData": "notBreaching",
		},
	} {
		assert.Equal(t, want, judged(result.Named(t, alarmType, "one-"+name)), name)
	}
	queue := result.Named(t, alarmType, "one-queue")
	assert.Equal(t, []any{
		map[string]any{
			"id":         "result",
			"expression": "IF(DIFF(length) >= 0, length, 0)",
			"label":      "queue",
			"returnData": true,
		},
		map[string]any{"id": "length", "metric": map[string]any{
			"namespace":  "care/one",
			"metricName": "QueueLength",
			"stat":       "Minimum",
			"period":     300.0,
			"dimensions": map[string]any{},
		}},
	}, queue.In("metricQueries"))
}

func TestFailedDeploymentsOfTheServicesAreTold(t *testing.T) {
	t.Parallel()
	result := alarmsOf(t, alarmsArgs("one"))
	var pattern map[string]any
	require.NoError(t, json.Unmarshal([]byte(result.Only(t, eventRuleType).Text("eventPattern")), &pattern))
	assert.Equal(t, map[string]any{
		"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Deployment State Change"}, "resources": []any{backendArn},
		"detail": map[string]any{"eventName": []any{"SERVICE_DEPLOYMENT_FAILED"}},
	}, pattern)
	target := result.Only(t, "aws:cloudwatch/eventTarget:EventTarget")
	assert.Equal(t, topicArn, target.Text("arn"))
	assert.Contains(t, target.Text("inputTransformer.inputTemplate"), "<service>")
}

func TestTheAlarmTopicIsEncryptedAndTakesMessagesOfItsPublishersOnly(t *testing.T) {
	t.Parallel()
	result, topic := create(t, components.NewAlarmTopic, "one",
		&components.AlarmTopicArgs{Email: pulumi.String("oncall@example.org")})
	key, made := result.Only(t, "aws:kms/key:Key"), result.Only(t, "aws:sns/topic:Topic")
	assert.Equal(t, key.State["arn"].StringValue(), made.Text("kmsMasterKeyId"))
	assert.Equal(t, true, key.In("enableKeyRotation"))
	allow := func(sid, service string, condition any, resource string, actions ...string) pulumitest.Statement {
		return pulumitest.Statement{
			Sid:       sid,
			Effect:    "Allow",
			Action:    actions,
			Resource:  []string{resource},
			Principal: map[string]any{"Service": service},
			Condition: condition,
		}
	}
	ours := map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": pulumitest.Account}}
	assert.Equal(t, []pulumitest.Statement{
		allow("CloudWatch", "cloudwatch.amazonaws.com", ours, made.Id, "sns:Publish"),
		allow("EventBridge", "events.amazonaws.com", nil, made.Id, "sns:Publish"),
	}, result.Only(t, "aws:sns/topicPolicy:TopicPolicy").Policy(t, "policy").Statement)
	statements := key.Policy(t, "policy").Statement
	assert.Equal(t, map[string]any{"AWS": "arn:aws:iam::" + pulumitest.Account + ":root"}, statements[0].Principal)
	assert.Equal(t, []pulumitest.Statement{
		allow("CloudWatch", "cloudwatch.amazonaws.com", ours, "*", "kms:Decrypt", "kms:GenerateDataKey"),
		allow("EventBridge", "events.amazonaws.com", nil, "*", "kms:Decrypt", "kms:GenerateDataKey"),
	}, statements[1:])
	mail := result.Only(t, "aws:sns/topicSubscription:TopicSubscription")
	assert.Equal(t, []string{made.Id, "email", "oncall@example.org"},
		[]string{mail.Text("topic"), mail.Text("protocol"), mail.Text("endpoint")})
	arn, _ := pulumitest.Output(t, topic.Arn)
	assert.Equal(t, made.Id, arn)
}

func TestCareIsTakenBackWhenItsAlarmsGoOff(t *testing.T) {
	t.Parallel()
	args := watchedCareArgs("web")
	args.Alarms.Thresholds = components.AlarmThresholds{
		components.ThresholdErrorPercent:     2,
		components.ThresholdUnhealthyTargets: 3,
	}
	result, _ := run(t,
		func(ctx *pulumi.Context) (*components.Care, error) { return components.NewCare(ctx, "web", args) })
	service := result.Only(t, serviceType)
	unhealthy, errors := result.Named(t, alarmType, "web-unhealthy"), result.Named(t, alarmType, "web-errors")
	assert.Equal(t, map[string]any{
		"enable":     true,
		"rollback":   true,
		"alarmNames": []any{unhealthy.State["name"].StringValue(), errors.State["name"].StringValue()},
	}, service.In("alarms"))
	targets := result.Only(t, "aws:lb/targetGroup:TargetGroup").State["arnSuffix"].StringValue()
	assert.Equal(t, map[string]any{
		"namespace": "AWS/ApplicationELB", "metricName": "UnHealthyHostCount", "statistic": "Maximum", "period": 60.0,
		"dimensions":        map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": targets},
		"evaluationPeriods": 5.0, "datapointsToAlarm": 5.0, "comparisonOperator": "GreaterThanOrEqualToThreshold",
		"threshold": 3.0, "treatMissingData": "notBreaching",
	}, judged(unhealthy))
	assert.Equal(t, map[string]any{
		"evaluationPeriods": 5.0, "datapointsToAlarm": 3.0, "comparisonOperator": "GreaterThanThreshold", "threshold": 2.0,
		"treatMissingData": "notBreaching",
	}, judged(errors))
	whole := map[string]any{"LoadBalancer": balancerSuffix}
	metrics := map[string]any{}
	queries, _ := errors.In("metricQueries").([]any)
	for _, item := range queries {
		query, _ := item.(map[string]any)
		if metric, ok := query["metric"].(map[string]any); ok {
			metrics[fmt.Sprint(metric["metricName"])] = metric["dimensions"]
		}
	}
	assert.Equal(t, map[string]any{
		"RequestCount": whole, "HTTPCode_ELB_5XX_Count": whole,
		"HTTPCode_Target_5XX_Count": map[string]any{"LoadBalancer": balancerSuffix, "TargetGroup": targets},
	}, metrics)
	plain, _ := create(t, components.NewCare, "web", careArgs("web"))
	assert.Nil(t, plain.Only(t, serviceType).In("alarms"))
}

func TestTheProxyOfServiceConnectLogsWhereItIsAskedTo(t *testing.T) {
	t.Parallel()
	make := func(change func(*components.FargateServiceArgs)) *pulumitest.Result {
		args := serviceArgs("web")
		change(args)
		result, _ := create(t, components.NewFargateService, "web", args)
		return result
	}
	result := make(func(a *components.FargateServiceArgs) {
		a.ServiceConnectLogs, a.Connects, a.LogRetentionDays = true, connects("redis"), 7
	})
	group := result.Named(t, logGroupType, "web-service-connect")
	assert.Equal(t, "/ecs/web/web-service-connect", group.Text("name"))
	assert.Equal(t, 7, group.Number("retentionInDays"))
	assert.Equal(t, map[string]any{"logDriver": "awslogs", "options": map[string]any{
		"awslogs-group": group.Text("name"), "awslogs-region": pulumitest.Region, "awslogs-stream-prefix": "ecs",
		"mode": "non-blocking", "max-buffer-size": "10m",
	}}, result.Only(t, serviceType).In("serviceConnectConfiguration.logConfiguration"))
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		assert.True(t, result.Named(t, rolePolicyType, "web-execution").Policy(t, "policy").Allows(action,
			group.State["arn"].StringValue()+":*"), action)
	}
	for _, without := range []*pulumitest.Result{
		make(func(a *components.FargateServiceArgs) { a.Connects = connects("redis") }),
		make(func(a *components.FargateServiceArgs) { a.ServiceConnectLogs = true }),
	} {
		assert.Equal(t, []string{"web-app"}, without.Names(logGroupType))
		assert.Nil(t, without.Only(t, serviceType).In("serviceConnectConfiguration.logConfiguration"))
	}
}

func TestEveryAlarmIsOnTheOperationsPage(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	_, page, found := strings.Cut(string(content), "\n## The alarms\n")
	require.True(t, found)
	page, _, _ = strings.Cut(page, "\n## ")
	headings := []string{}
	for line := range strings.Lines(page) {
		if heading, is := strings.CutPrefix(line, "### "); is {
			headings = append(headings, strings.TrimSpace(heading))
		}
	}
	care, _ := create(t, components.NewCare, "one", watchedCareArgs("one"))
	all := alarmsOf(t, richAlarmsArgs("one"))
	names := []string{}
	for _, name := range slices.Concat(care.Names(alarmType), all.Names(alarmType), all.Names(eventRuleType)) {
		names = append(names, strings.TrimPrefix(name, "one-"))
	}
	assert.ElementsMatch(t, names, headings, "people look an alarm up by its name")
	for name := range components.DefaultAlarmThresholds() {
		assert.Contains(t, page, "`"+name+"`", "the page has no word on this threshold")
	}
}
