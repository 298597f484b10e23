package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// settings are values of keys of the configuration.
type settings = map[string]string

// variant is a sound configuration.
type variant struct {
	name, stack string
	config      map[string]string
	secretKeys  []string
}

// soundVariants are the two stack files, and configurations that people derive from them.
func soundVariants() []variant {
	zones := func(letters string) string {
		names := []string{}
		for _, letter := range letters {
			names = append(names, `"ap-south-1`+string(letter)+`"`)
		}
		return "[" + strings.Join(names, ",") + "]"
	}
	secure := map[string]string{"care:domain": "api.care.example.org", "care:hostedZoneId": "Z0123456789EXAMPLE"}
	return []variant{
		{name: "staging", stack: staging},
		{name: "production", stack: production},
		{name: "single NAT", stack: staging, config: settings{"care:natGateways": "single"}},
		{name: "NAT per zone", stack: staging, config: settings{"care:natGateways": "onePerZone"}},
		{name: "production without NAT", stack: production, config: settings{"care:natGateways": "none"}},
		{name: "production with one NAT", stack: production, config: settings{"care:natGateways": "single"}},
		{name: "HTTPS", stack: staging, config: secure},
		{name: "HTTPS with a certificate", stack: staging, config: settings{
			"care:domain":         "api.care.example.org",
			"care:certificateArn": "arn:aws:acm:ap-south-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
		}},
		{name: "production without HTTPS", stack: production, config: settings{"care:domain": "", "care:hostedZoneId": ""}},
		{name: "EFS", stack: staging, config: settings{"care:redisPersistence": "efs"}},
		{name: "generated password", stack: staging, config: settings{"care:redisRequirePassword": "true"}},
		{
			name: "given passwords", stack: staging,
			config: settings{
				"care:redisPassword": "a-Redis-password_of-the-user", "care:databasePassword": "ADatabasePasswordOfTheUser",
			},
			secretKeys: []string{"care:redisPassword", "care:databasePassword"},
		},
		{name: "EFS and password", stack: staging, config: settings{
			"care:redisPersistence": "efs", "care:redisRequirePassword": "true",
		}},
		{name: "three zones", stack: staging, config: settings{"care:availabilityZones": zones("abc")}},
		{name: "three zones, NAT per zone, EFS", stack: production, config: settings{
			"care:availabilityZones": zones("abc"),
		}},
		{name: "four zones, NAT per zone, EFS", stack: production, config: settings{
			"aws:region": "us-west-2", "care:availabilityZones": `["us-west-2a","us-west-2b","us-west-2c","us-west-2d"]`,
		}},
		{name: "no zones chosen", stack: production, config: settings{"care:availabilityZones": "[]"}},
		// The steps of docs/restore.md after the loss of a region or an account.
		{name: "from a copy in another region", stack: production, config: settings{
			"aws:region": "ap-south-2", "care:availabilityZones": "[]",
			"care:databaseRestoreName": "elsewhere", "care:databaseRestorePrevious": "delete",
			"care:databaseRestoreSnapshot": "arn:aws:rds:ap-south-2:123456789012:snapshot:" +
				"awsbackup:copyjob-12345678-1234-1234-1234-123456789012",
		}},
		{name: "no password, no persistence", stack: production, config: settings{
			"care:redisRequirePassword": "false", "care:redisPersistence": "none",
		}},
		{name: "interface endpoints", stack: production, config: settings{"care:interfaceEndpoints": `["logs","ssm"]`}},
		{name: "two workers", stack: staging, config: settings{"care:celeryWorkers": "2"}},
		{name: "workers on Spot that follow the queue", stack: staging, config: settings{
			"care:celeryWorkers": "2", "care:celeryMaxWorkers": "5", "care:celeryWorkersOnSpot": "true",
			"care:celeryQueuePerWorker": "5",
		}},
		{name: "production with one worker", stack: production, config: settings{
			"care:celeryWorkers": "1", "care:celeryMaxWorkers": "0",
		}},
		{name: "API that follows its load", stack: staging, config: settings{"care:careMaxCount": "4"}},
		{name: "API that follows its CPU", stack: staging, config: settings{
			"care:careMaxCount": "4", "care:careRequestsPerTarget": "0",
		}},
		{name: "no shell", stack: staging, config: settings{"care:enableExecuteCommand": "false"}},
	}
}

func TestSoundVariantsPass(t *testing.T) {
	t.Parallel()
	for _, v := range soundVariants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			w := v.world(t)
			require.True(t, w.Has("ecs.Service 'care-backend'"), "the last of the services is there, and steady")
			for _, warning := range w.Warnings() {
				assert.NotContains(t, warning.Text, "notifies nobody", "every alarm and event rule of %s can publish",
					warning.Resource)
				assert.NotContains(t, warning.Text, "on everything", "no key reaches more than it is for")
				assert.NotContains(t, warning.Text, "watches ", "something writes every metric that %s is about", warning.Resource)
				assert.NotContains(t, warning.Text, "has inline", "rules are of one kind")
				assert.NotContains(t, warning.Text, "has no desiredCount")
			}
		})
	}
}

var mocked sync.Map

// onMocks deploys the variant on mocks, once for all checks.
func (v variant) onMocks(tb testing.TB) deployment {
	tb.Helper()
	config := with(cliConfig(tb, v.stack), v.config)
	once, _ := mocked.LoadOrStore(v.name, sync.OnceValue(func() deployment {
		return deployOnMocks(config, pulumitest.Stack(v.stack), pulumitest.Config(config, v.secretKeys...))
	}))
	get, ok := once.(func() deployment)
	require.True(tb, ok)
	d := get()
	require.NoError(tb, d.Err)
	return d
}

// newWorld returns an account in which the program has the plants' mistakes.
func newWorld(tb testing.TB, plants ...inprocess.Plant) *inprocess.World {
	tb.Helper()
	w, err := inprocess.New(plants...)
	require.NoError(tb, err)
	return w
}

// world returns the account after a deployment of the variant.
func (v variant) world(tb testing.TB) *inprocess.World {
	tb.Helper()
	w := newWorld(tb)
	require.NoError(tb, w.Run(deploy, project, v.stack, with(cliConfig(tb, v.stack), v.config), v.secretKeys...))
	return w
}

func with(config, more map[string]string) map[string]string {
	all := maps.Clone(config)
	maps.Copy(all, more)
	return all
}

// deployVariant deploys the staging's configuration with changes.
func deployVariant(t *testing.T, changes map[string]string) deployment {
	t.Helper()
	config := cliConfig(t, staging)
	maps.Copy(config, changes)
	d := deployOnMocks(config, pulumitest.Config(config, "care:redisUrl", "care:redisPassword", "care:databasePassword",
		"care:secrets"))
	require.NoError(t, d.Err)
	assertNothingInClear(t, d)
	return d
}

func assertNothingInClear(t *testing.T, d deployment) {
	t.Helper()
	secrets := d.SecretTexts()
	require.NotEmpty(t, secrets)
	for _, registered := range d.Resources {
		for _, text := range registered.ClearTexts() {
			for secret, source := range secrets {
				assert.NotContains(t, text, secret, "%s shows a secret of %s", registered.Path(), source)
			}
		}
	}
	for name := range d.Exports {
		d.export(t, string(name))
	}
}

// egress returns the ports that a service may reach, with the place.
func (d deployment) egress(t *testing.T, name string) map[int]string {
	t.Helper()
	open := map[int]string{}
	for _, rule := range d.rules("Egress", d.service(t, name).securityGroup()) {
		open[rule.Number("fromPort")] = rule.Text("cidrIpv4") + rule.Text("referencedSecurityGroupId")
	}
	return open
}

func TestExistingVpcIsUsedAndNotTouched(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{
		"care:vpcId": "vpc-0123456789abcdef0", "care:publicSubnetIds": `["subnet-01234567","subnet-11234567"]`,
		"care:applicationSubnetIds": `["subnet-21234567","subnet-31234567"]`,
		"care:dataSubnetIds":        `["subnet-41234567","subnet-51234567"]`, "care:redisPersistence": "efs",
	})
	for _, registered := range d.Resources {
		for _, absent := range []string{
			"aws:ec2/vpc:", "aws:ec2/subnet:", "aws:ec2/route", "aws:ec2/natGateway:", "aws:ec2/internetGateway:",
		} {
			assert.False(t, strings.HasPrefix(registered.Type, absent), registered.Path())
		}
		if registered.Type == "aws:ec2/securityGroup:SecurityGroup" {
			assert.Equal(t, "vpc-0123456789abcdef0", registered.Text("vpcId"), registered.Path())
		}
	}
	for _, s := range d.services(t) {
		assert.Equal(t, []string{"subnet-21234567", "subnet-31234567"}, s.List("networkConfiguration.subnets"))
		assert.Equal(t, false, s.In("networkConfiguration.assignPublicIp"))
	}
	assert.Equal(t, []string{"subnet-01234567", "subnet-11234567"},
		d.Only(t, "aws:lb/loadBalancer:LoadBalancer").List("subnets"))
	assert.Equal(t, []string{"subnet-41234567", "subnet-51234567"},
		d.Only(t, "aws:rds/subnetGroup:SubnetGroup").List("subnetIds"))
	assert.Equal(t, []string{"redis-subnet-41234567", "redis-subnet-51234567"}, d.Names("aws:efs/mountTarget:MountTarget"))
}

func TestExistingDatabaseIsUsedAndOpened(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567",
		"care:databasePassword": "PasswordOfTheDatabase",
	})
	assert.Empty(t, d.OfType("aws:rds/instance:Instance"))
	values := d.values(t, d.careContainers(t)["api"])
	assert.Equal(t, "postgres://care:PasswordOfTheDatabase@db.example.org:5432/care?sslmode=require",
		values["DATABASE_URL"])
	assert.Equal(t, "db.example.org", values["POSTGRES_HOST"])
	for _, name := range []string{"care-backend", "care-celery"} {
		assert.Equal(t, "sg-01234567", d.egress(t, name)[5432])
	}
	assert.Len(t, d.rules("Ingress", "sg-01234567"), 2)
	assert.Equal(t, "db.example.org", d.export(t, "databaseAddress"))
}

func TestWhatExistsIsNotJudgedByTheRulesForNewDatabases(t *testing.T) {
	t.Parallel()
	const password = "p@ss/w:rd?#[]%+&= x"
	d := deployVariant(t, settings{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567",
		"care:databasePassword": password, "care:databaseUsername": "care-app", "care:databaseName": "care-prod",
	})
	values := d.values(t, d.careContainers(t)["api"])
	address, err := url.Parse(values["DATABASE_URL"])
	require.NoError(t, err, "the password is escaped")
	given, _ := address.User.Password()
	assert.Equal(t, []string{"care-app", password, "db.example.org:5432", "/care-prod"},
		[]string{address.User.Username(), given, address.Host, address.Path})
	assert.Equal(t, []string{"care-app", password, "care-prod"},
		[]string{values["POSTGRES_USER"], values["POSTGRES_PASSWORD"], values["POSTGRES_DB"]},
		"the scripts read them as they are")
}

func TestAProductionIsWarnedOfWhatItLacks(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"care:alarmEmail": "care:alarmEmail is not set", "care:frontendOrigins": "care:frontendOrigins is empty",
		"care:sms": "care:sms is false",
	}
	complete := map[string]string{
		"care:settingsModule": "config.settings.production", "care:alarms": "true", "care:alarmEmail": "oncall@example.org",
		"care:frontendOrigins": `["https://care.example.org"]`, "care:sms": "true",
	}
	for missing, warning := range words {
		config := maps.Clone(complete)
		delete(config, missing)
		if missing == "care:frontendOrigins" {
			config[missing] = "[]"
		}
		warnings := strings.Join(deployVariant(t, config).Warnings, "\n")
		for key, other := range words {
			assert.Equal(t, key == missing, strings.Contains(warnings, other), "%s without %s", other, missing)
		}
		assert.Contains(t, warnings, warning)
	}
	config := maps.Clone(complete)
	delete(config, "care:alarmEmail")
	config["care:alarms"] = "false"
	assert.Contains(t, strings.Join(deployVariant(t, config).Warnings, "\n"), "care:alarms is false")
	staging := strings.Join(deployVariant(t, settings{"care:settingsModule": "config.settings.staging"}).Warnings, "\n")
	for _, warning := range words {
		assert.NotContains(t, staging, warning)
	}
}

func TestANewDatabaseMayBelongToPostgres(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{"care:databaseUsername": "postgres", "care:databaseName": "postgres"})
	assert.Equal(t, "postgres", d.Only(t, "aws:rds/instance:Instance").Text("username"))
}

func TestNumbersAndBooleansAreTakenAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{
		"care:environment": `{"EMAIL_PORT":587,"EMAIL_USE_TLS":true,"OFFSET":-1,"CODE":"007"}`,
		"care:secrets":     `{"PIN":90417263}`,
	})
	api := d.careContainers(t)["api"]
	texts := map[string]string{"EMAIL_PORT": "587", "EMAIL_USE_TLS": "true", "OFFSET": "-1", "CODE": "007"}
	for name, want := range texts {
		assert.Equal(t, want, api.Variables()[name], name)
	}
	assert.Equal(t, "90417263", d.values(t, api)["PIN"])
}

func TestExistingBucketsAreUsedAndNotTouched(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{"care:patientBucket": "our-files", "care:facilityBucket": "our-pictures"})
	for _, registered := range d.Resources {
		assert.False(t, strings.HasPrefix(registered.Type, "aws:s3/"), registered.Path())
	}
	values := d.careContainers(t)["api"].Variables()
	assert.Equal(t, []string{"our-files", "our-pictures"},
		[]string{values["FILE_UPLOAD_BUCKET"], values["FACILITY_S3_BUCKET"]})
	policy := d.Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy")
	assert.True(t, policy.Allows("s3:GetObject", "arn:aws:s3:::our-files/*"))
	assert.True(t, policy.Allows("s3:DeleteObject", "arn:aws:s3:::our-pictures/*"))
	assert.Equal(t, "our-files", d.export(t, "patientBucket"))
}

func TestElastiCacheServesImagesThatNeedNoSearch(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, settings{
		"care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true", "care:elastiCacheReplicas": "1",
	})
	nodes := d.Only(t, "aws:elasticache/replicationGroup:ReplicationGroup")
	for input, want := range map[string]any{
		"atRestEncryptionEnabled": true, "transitEncryptionEnabled": true, "automaticFailoverEnabled": true,
		"multiAzEnabled": true, "numCacheClusters": 2.0, "nodeType": "cache.t4g.micro",
	} {
		assert.Equal(t, want, nodes.In(input), input)
	}
	assert.True(t, nodes.IsSecret("authToken"))
	api := d.careContainers(t)["api"]
	assert.Contains(t, api.References(), "REDIS_URL")
	url := d.values(t, api)["REDIS_URL"]
	assert.Equal(t, "rediss://:"+nodes.Text("authToken")+"@"+nodes.State["primaryEndpointAddress"].StringValue()+
		":6379/0?ssl_cert_reqs=required", url)
	for _, name := range []string{"care-backend", "care-celery"} {
		s := d.service(t, name)
		assert.Equal(t, nodes.List("securityGroupIds")[0], d.egress(t, name)[6379])
		assert.True(t, s.DependsOn(nodes), name)
		assert.Nil(t, s.In("serviceConnectConfiguration"), "nothing is reached by Service Connect")
	}
	assert.False(t, d.Has("aws:ecs/service:Service", "redis"))
}

func TestExternalRedisIsReachedThroughTheInternet(t *testing.T) {
	t.Parallel()
	const url = "rediss://:a-password@redis.example.org:6380/0?ssl_cert_reqs=required"
	d := deployVariant(t, settings{"care:redisBackend": "external", "care:redisUrl": url})
	assert.Equal(t, url, d.values(t, d.careContainers(t)["worker"])["CELERY_BROKER_URL"])
	assert.Equal(t, "redis.example.org:6380", d.export(t, "redisEndpoint"))
	for _, name := range []string{"care-backend", "care-celery"} {
		open := d.egress(t, name)
		assert.Equal(t, []int{443, 5432, 6380}, slices.Sorted(maps.Keys(open)))
		assert.Equal(t, "0.0.0.0/0", open[6380])
	}
	assert.False(t, d.Has("aws:ecs/service:Service", "redis"))
}

const officeHours = `{"days":"MON-FRI","start":"08:00","stop":"20:00","timeZone":"Asia/Kolkata"}`

// scheduled is the staging stack with hours, and further settings.
func scheduled(t *testing.T, changes settings) *pulumitest.Result {
	t.Helper()
	config := cliConfig(t, staging)
	config["care:schedule"] = officeHours
	maps.Copy(config, changes)
	return pulumitest.MustRun(t, deploy, pulumitest.Config(config, "care:databasePassword"))
}

// woken runs the command in a stack's output with a fake aws that records its calls and fails if the test wants that.
func woken(t *testing.T, result *pulumitest.Result, failing string) (calls []string, err error) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	script := "#!/bin/sh\necho \"$AWS_REGION $*\" >>" + log + "\ncase \"$*\" in " + failing + "*) exit 1;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "aws"), []byte(script), 0o700))
	command := exec.CommandContext(t.Context(), "sh", "-c", exported(t, result, "wake"))
	command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	err = command.Run()
	written, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return strings.Split(strings.TrimSpace(string(written)), "\n"), err
}

func exported(t *testing.T, result *pulumitest.Result, name string) string {
	t.Helper()
	value, there := result.Exports[resource.PropertyKey(name)]
	require.True(t, there, name)
	return value.StringValue()
}

func TestTheCommandThatWakesAStackStartsItInTheOrderOfAMorning(t *testing.T) {
	t.Parallel()
	result := scheduled(t, settings{"care:careDesiredCount": "2"})
	calls, err := woken(t, result, "nothing")
	require.NoError(t, err)
	want := []string{"rds start-db-instance", "rds wait db-instance-available"}
	for _, service := range []string{"redis", "care-celery", "care-backend"} {
		want = append(want, "application-autoscaling register-scalable-target", "ecs update-service",
			"ecs wait services-stable "+service)
	}
	require.Len(t, calls, len(want))
	for i, call := range calls {
		for word := range strings.FieldsSeq(want[i]) {
			assert.Contains(t, call, word)
		}
		assert.True(t, strings.HasPrefix(call, "ap-south-1 "), call)
	}
	assert.Contains(t, calls[8], "--min-capacity 2 --max-capacity 2")
	assert.Contains(t, calls[9], "--desired-count 2")
}

func TestWhatFollowsItsLoadIsWokenWithBothBounds(t *testing.T) {
	t.Parallel()
	calls, err := woken(t, scheduled(t, settings{
		"care:careDesiredCount": "2", "care:careMaxCount": "6", "care:celeryWorkers": "3", "care:celeryMaxWorkers": "5",
	}), "nothing")
	require.NoError(t, err)
	require.Len(t, calls, 14)
	for i, words := range map[int][]string{
		8:  {"/care-celery-worker", "--min-capacity 2 --max-capacity 4"},
		9:  {"--service care-celery-worker", "--desired-count 2"},
		11: {"/care-backend", "--min-capacity 2 --max-capacity 6"},
		12: {"--service care-backend", "--desired-count 2"},
	} {
		for _, word := range words {
			assert.Contains(t, calls[i], word)
		}
	}
}

func TestAScheduleBoundsWhatFollowsItsLoad(t *testing.T) {
	t.Parallel()
	result := scheduled(t, settings{"care:careMaxCount": "6", "care:celeryWorkers": "2", "care:celeryMaxWorkers": "4"})
	for name, most := range map[string]int{"care-backend": 6, "care-celery-worker": 3} {
		start := result.Named(t, "aws:appautoscaling/scheduledAction:ScheduledAction", name+"-start")
		assert.Equal(t, []int{1, most},
			[]int{start.Number("scalableTargetAction.minCapacity"), start.Number("scalableTargetAction.maxCapacity")})
		stop := result.Named(t, "aws:appautoscaling/scheduledAction:ScheduledAction", name+"-stop")
		assert.Equal(t, []int{0, 0},
			[]int{stop.Number("scalableTargetAction.minCapacity"), stop.Number("scalableTargetAction.maxCapacity")})
	}
	assert.Len(t, result.OfType("aws:appautoscaling/policy:Policy"), 3)
}

func TestAStackThatIsHalfAwakeIsWokenAllTheSame(t *testing.T) {
	t.Parallel()
	calls, err := woken(t, scheduled(t, nil), "'rds start-db-instance'")
	require.NoError(t, err, "RDS refuses to start what runs")
	assert.Len(t, calls, 11)
	calls, err = woken(t, scheduled(t, nil), "'rds wait'")
	require.Error(t, err, "without a database nothing is started")
	assert.Len(t, calls, 2)
}

func TestASleepingDatabaseHasItsWindowsByDay(t *testing.T) {
	t.Parallel()
	database := scheduled(t, nil).Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, "03:00-03:30", database.Text("backupWindow"))
	assert.Equal(t, "mon:03:30-mon:04:00", database.Text("maintenanceWindow"))
	database = scheduled(t, settings{"care:databaseBackupWindow": "05:00-06:00"}).Only(t, "aws:rds/instance:Instance")
	assert.Equal(t, "05:00-06:00", database.Text("backupWindow"))
	assert.Nil(t, database.In("maintenanceWindow"), "AWS chooses one that does not overlap")
}

func TestOnlyWhatAStackHasIsWoken(t *testing.T) {
	t.Parallel()
	result := scheduled(t, settings{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-0123456789abcdef0",
		"care:databasePassword": "PasswordOfTheDatabase", "care:redisBackend": "elasticache",
		"care:imageWithoutRediSearch": "true",
	})
	calls, err := woken(t, result, "nothing")
	require.NoError(t, err)
	assert.Len(t, calls, 6)
	assert.Empty(t, result.OfType("aws:scheduler/schedule:Schedule"), "a database that was there before is not stopped")
	assert.Len(t, result.OfType("aws:appautoscaling/scheduledAction:ScheduledAction"), 4)
}

// Data that cannot be recovered is protected, and so is the guard.
func TestDataIsProtectedWhereTheStackSaysSo(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string][]string{
		"staging": nil,
		"production": {
			"aws:backup/vault:Vault care", "aws:efs/accessPoint:AccessPoint redis", "aws:efs/fileSystem:FileSystem redis",
			"aws:kms/key:Key care-data", "aws:rds/instance:Instance care-db", "aws:s3/bucketV2:BucketV2 care-facility",
			"aws:s3/bucketV2:BucketV2 care-logs", "aws:s3/bucketV2:BucketV2 care-patient",
			"aws:servicediscovery/httpNamespace:HttpNamespace care-ns", "aws:ssm/parameter:Parameter care-DJANGO_SECRET_KEY",
			"aws:ssm/parameter:Parameter care-JWKS_BASE64", "aws:ssm/parameter:Parameter care-VAPID_PRIVATE_KEY",
			"aws:ssm/parameter:Parameter care-VAPID_PUBLIC_KEY", "care:index:AttemptedDatabase care:attempted",
			"care:index:DatabaseRecord care:database",
			"care:index:EncryptionKeys care:encryptionKey", "care:index:Generation care:generation",
			"care:index:Guard care:protectData", "care:index:ReleasedDatabases care:released", "care:index:Stopped care:stopped",
			"care:index:UnreadableWithoutKey backups in the vault of the stack",
			"care:index:UnreadableWithoutKey database care-db with its automated backups, snapshots and recovery points",
			"care:index:UnreadableWithoutKey file system of redis with recovery points under the key",
			"care:index:UnreadableWithoutKey log groups and parameters",
			"care:index:UnreadableWithoutKey objects in the bucket care-patient",
			"random:index/randomPassword:RandomPassword care-django", "tls:index/privateKey:PrivateKey care-jwks",
			"tls:index/privateKey:PrivateKey care-vapid",
		},
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			var protected []string
			for _, resource := range deployments[stack](t).Resources {
				if resource.Options.GetProtect() {
					protected = append(protected, resource.Type+" "+resource.Name)
				}
			}
			slices.Sort(protected)
			assert.Equal(t, want, protected)
		})
	}
}

func TestAChangeOfGenerationIsWarnedOf(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		from, to components.CareGeneration
		want     string
	}{
		{components.Care2024, components.Care2024, ""},
		{components.Care3, components.Care3, ""},
		{components.Care2024, components.Care3, "nothing migrates it back"},
		{components.Care3, components.Care2024, "the data does not"},
	} {
		warning := moveWarning(row.from, row.to)
		if row.want == "" {
			assert.Empty(t, warning)
		} else {
			assert.Contains(t, warning, row.want)
		}
	}
}

func TestTheScheduleAndTheAlarmsFollowTheRestoredDatabase(t *testing.T) {
	t.Parallel()
	result := scheduled(t,
		settings{"care:alarms": "true", "care:databaseRestoreName": "monday", "care:databaseRestoreTime": "latest"})
	serving := result.Named(t, "aws:rds/instance:Instance", "care-db-monday").Text("identifier")
	require.NotEmpty(t, serving)
	for _, schedule := range result.OfType("aws:scheduler/schedule:Schedule") {
		assert.Contains(t, schedule.Text("target.input"), serving, schedule.Name)
	}
	alarm := result.Named(t, metricAlarmType, "care-database-storage")
	assert.Equal(t, serving, alarm.Text("dimensions.DBInstanceIdentifier"))
	assert.Contains(t, exported(t, result, "wake"), serving)
}

//go:generate go test . -run "TestTheTableOfMistakes|TestThePictureOfTheDashboard|TestThePageHasTheCostOfEachStackAndOfSafety|TestThePageHasThePictureOfProduction" -update

// bill deploys the variant and returns its monthly quantities.
func (v variant) bill(t *testing.T) bill.Bill {
	t.Helper()
	var counted bill.Bill
	v.world(t).Look(func(view *standin.View) { counted = bill.Of(view) })
	return counted
}

func TestEachItemOfEachVariantHasAProductOrAReason(t *testing.T) {
	t.Parallel()
	variants := append(
		soundVariants(), variant{name: "asleep at night", stack: staging, config: settings{"care:schedule": officeHours}},
		variant{
			name: "ARM64 and Spot", stack: staging, config: settings{"care:architecture": "ARM64", "care:careOnSpot": "true"},
		},
		variant{
			name: "ElastiCache", stack: staging,
			config: settings{"care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true"},
		},
	)
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			b := v.bill(t)
			var names []string
			for _, line := range b.Lines {
				names = append(names, line.Item)
			}
			for _, use := range b.ByUse {
				names = append(names, use.Items...)
			}
			require.NotEmpty(t, names)
			for _, name := range names {
				why, unlisted := bill.NoPrice(name)
				expected := strings.HasSuffix(name, "/spot") || name == "scheduler-invocation"
				assert.Equal(t, expected, unlisted, "%s: %s", name, why)
			}
		})
	}
}

func TestThePageHasThePictureOfProduction(t *testing.T) {
	t.Parallel()
	var picture report.Picture
	variant{stack: production}.world(t).Look(func(view *standin.View) { picture = report.Draw(view, live.Paths(view)) })
	assertGenerated(t, "docs/security.md",
		"<!-- generated by: go test . -run TestThePageHasThePictureOfProduction -update -->\n\n",
		"\n<!-- end of the picture -->\n",
		"```mermaid\n"+picture.Mermaid()+"```\n\n- "+strings.ReplaceAll(picture.Legend(), ". ", ".\n- ")+"\n")
}

func TestThePageHasTheCostOfEachStackAndOfSafety(t *testing.T) {
	t.Parallel()
	const (
		page      = "docs/prices.md"
		begin     = "<!-- generated by: go test . -run TestThePageHasTheCostOfEachStackAndOfSafety -update -->\n\n"
		end       = "\n<!-- end of the costs -->\n"
		safety    = "<!-- of safety -->\n\n"
		safetyEnd = "\n<!-- end of the costs of safety -->\n"
	)
	prices, err := bill.Read("examples/prices/ap-south-1.yaml")
	require.NoError(t, err)
	want := costTable(
		prices, []string{"Staging", "Staging, asleep at night", "Production"},
		[]bill.Bill{
			variant{stack: staging}.bill(t), variant{stack: staging, config: settings{"care:schedule": officeHours}}.bill(t),
			variant{stack: production}.bill(t),
		},
	)
	assertGenerated(t, page, begin, end, want)
	assertGenerated(t, page, safety, safetyEnd, safetyTable(t, prices))
}

// safetyMeasure is something that a stack pays for to be safe: a key of the configuration, its value, and its value if
// the stack goes without.
type safetyMeasure struct {
	title, key, on, off string
	// kept is the item that grows with the value, if only quantities by use do.
	kept string
	// with are other keys that the value needs, on or off.
	with map[string]string
}

var safetyMeasures = []safetyMeasure{
	{title: "KMS key of the stack", key: "care:encryptionKey", on: "own", off: "aws"},
	{title: "Web firewall", key: "care:webAclArn", on: sampleWebAcl},
	{title: "Logs for a year", key: "care:logRetentionDays", on: "365", off: "14", kept: "log-storage-gb-month"},
	{title: "Logs of requests", key: "care:accessLogs", on: "true", off: "false"},
	{title: "PostgreSQL's log", key: "care:databaseLogs", on: "true", off: "false"},
	{title: "Flow logs", key: "care:flowLogs", on: "true", off: "false"},
	{title: "Metrics of each task", key: "care:containerInsights", on: "true", off: "false"},
	{title: "Enhanced monitoring", key: "care:databaseMonitoringSeconds", on: "60", off: "0"},
	{title: "Alarms", key: "care:alarms", on: "true", off: "false"},
	{title: "Standby of the database", key: "care:databaseMultiAz", on: "true", off: "false"},
	{title: "Backups for 30 days", key: "care:databaseBackupDays", on: "30", off: "1", kept: "rds-backup-gb-month"},
	{title: "Daily backups in a vault", key: "care:backupPlan", on: "true", off: "false", with: settings{
		"care:databaseBackupWindow": "20:00-20:30", "care:databaseMaintenanceWindow": "sat:21:00-sat:21:30",
	}},
	{title: "Way out in each zone", key: "care:natGateways", on: "onePerZone", off: "single"},
}

const sampleWebAcl = "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012"

// safetyTable has a row for each measure, with its cost in each stack, and one for the sums of those that are on. A
// second table has the units that are charged by use, and the quantities that have no price.
func safetyTable(t *testing.T, prices *bill.Prices) string {
	t.Helper()
	var costs, others strings.Builder
	costs.WriteString("| Measure | Staging | Production |\n|---|---|---|\n")
	others.WriteString("| Measure | By use, and without a price |\n|---|---|\n")
	sums := map[string]float64{}
	for _, m := range safetyMeasures {
		var cells, unpriced, uses []string
		for _, stack := range []string{staging, production} {
			with, without := m.bill(t, stack, m.on), m.bill(t, stack, m.off)
			cost, text, more := extraCost(prices, with, without)
			uses = append(uses, extraUses(with, without)...)
			if len(more) > 0 {
				unpriced = append(unpriced, stack+": "+strings.Join(more, ", "))
			}
			if m.isOn(t, stack) {
				sums[stack] += cost
			} else {
				text = "off: " + text
			}
			cells = append(cells, text)
		}
		if m.kept != "" {
			uses = append(uses, m.kept)
		}
		slices.SortFunc(uses, bill.Compare)
		fmt.Fprintf(&costs, "| %s<br>`%s: %s` | %s |\n", m.title, m.key, strings.ReplaceAll(m.on, sampleWebAcl, "ARN"),
			strings.Join(cells, " | "))
		if len(uses) > 0 {
			unpriced = append([]string{unitPrices(prices, slices.Compact(uses))}, unpriced...)
		}
		if len(unpriced) > 0 {
			fmt.Fprintf(&others, "| %s | %s |\n", m.title, strings.Join(unpriced, "<br>"))
		}
	}
	fmt.Fprintf(&costs, "| **%s a month, of what is on and has a price** | **%s** | **%s** |\n",
		prices.Currency, report.Money(sums[staging]), report.Money(sums[production]))
	return costs.String() + "\n" + others.String()
}

// isOn reports whether the stack has the measure.
func (m safetyMeasure) isOn(t *testing.T, stack string) bool {
	t.Helper()
	is := cmp.Or(cliConfig(t, stack)[m.key], m.off)
	if want, err := strconv.Atoi(m.on); err == nil {
		days, err := strconv.Atoi(is)
		require.NoError(t, err)
		return days >= want
	}
	return is == m.on
}

// bill returns the bill of the stack with the value of the measure; "" leaves its key out.
func (m safetyMeasure) bill(t *testing.T, stack, value string) bill.Bill {
	t.Helper()
	config := cliConfig(t, stack)
	delete(config, m.key)
	delete(config, "care:alarmEmail") // which no stack without alarms may have
	maps.Copy(config, m.with)
	if value != "" {
		config[m.key] = value
	}
	if m.key == "care:alarms" && value == "true" {
		config["care:alarmEmail"] = "oncall@example.org"
	}
	if m.key != "care:alarms" {
		config["care:alarms"] = "false"
	}
	w := newWorld(t)
	require.NoError(t, w.Run(deploy, project, stack, config), "%s: %s", m.key, value)
	var counted bill.Bill
	w.Look(func(view *standin.View) { counted = bill.Of(view) })
	return counted
}

// extraCost returns by how much one bill exceeds another, also as text, and the quantities that have no price.
func extraCost(prices *bill.Prices, with, without bill.Bill) (cost float64, text string, unpriced []string) {
	for _, item := range itemsOf([]bill.Bill{with, without}) {
		extra := quantityOf(with, item) - quantityOf(without, item)
		priced, known := prices.Cost(bill.Line{Item: item, Quantity: extra})
		switch {
		case known:
			cost += priced
		case extra != 0:
			unpriced = append(unpriced, report.Quantity(extra)+" × `"+item+"`")
		}
	}
	switch {
	case len(unpriced) > 0:
		text = report.Money(cost) + " and more"
	case cost == 0:
		text = "by use"
	default:
		text = report.Money(cost)
	}
	return cost, text, unpriced
}

func quantityOf(b bill.Bill, item string) float64 {
	for _, line := range b.Lines {
		if line.Item == item {
			return line.Quantity
		}
	}
	return 0
}

// extraUses returns the items of the charges by use that only one bill has.
func extraUses(with, without bill.Bill) []string {
	var items []string
	for _, use := range with.ByUse {
		if !slices.ContainsFunc(without.ByUse, func(other bill.Use) bool { return other.Name == use.Name }) {
			items = append(items, use.Items...)
		}
	}
	return items
}

// unitPrices names items with the prices of their units.
func unitPrices(prices *bill.Prices, items []string) string {
	texts := make([]string, 0, len(items))
	for _, item := range items {
		price := "no price"
		if known, found := prices.Items[item]; found {
			price = bill.Amount(*known.Price)
		}
		texts = append(texts, "`"+item+"` "+price)
	}
	return strings.Join(texts, ", ")
}

// costTable is a row for each item, with its cost in each stack, and one for the sums.
func costTable(prices *bill.Prices, titles []string, bills []bill.Bill) string {
	var table strings.Builder
	fmt.Fprintf(&table, "| Item | Price | %s |\n|---|---|%s\n", strings.Join(titles, " | "),
		strings.Repeat("---|", len(titles)))
	for _, item := range itemsOf(bills) {
		price := "no price"
		if known, found := prices.Items[item]; found {
			price = bill.Amount(*known.Price)
		}
		fmt.Fprintf(&table, "| `%s` | %s |", item, price)
		for _, b := range bills {
			table.WriteString(" " + costOf(prices, b, item) + " |")
		}
		table.WriteString("\n")
	}
	fmt.Fprintf(&table, "| **%s a month, of what has a price** | |", prices.Currency)
	for _, b := range bills {
		sum, _ := prices.Total(b)
		table.WriteString(" **" + report.Money(sum) + "** |")
	}
	return table.String() + "\n"
}

func itemsOf(bills []bill.Bill) []string {
	var names []string
	for _, b := range bills {
		for _, line := range b.Lines {
			names = append(names, line.Item)
		}
	}
	slices.SortFunc(names, bill.Compare)
	return slices.Compact(names)
}

func costOf(prices *bill.Prices, b bill.Bill, item string) string {
	for _, line := range b.Lines {
		if line.Item != item {
			continue
		}
		if cost, priced := prices.Cost(line); priced {
			return report.Money(cost)
		}
		return "for " + report.Quantity(line.Quantity)
	}
	return ""
}

// ownKey is a key of the program's configuration.
var ownKey = regexp.MustCompile(`care:\w+`)

func TestEachWarningNamesTheKeyThatEndsIt(t *testing.T) {
	t.Parallel()
	own, err := report.ReadProject(".")
	require.NoError(t, err)
	advice := own.Warnings
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for words, remedy := range advice {
		keys := ownKey.FindAllString(remedy, -1)
		require.NotEmpty(t, keys, words)
		for _, key := range keys {
			assert.Contains(t, declared.Config, key, words)
		}
	}
	given := map[string]bool{}
	for _, v := range append(soundVariants(), abandoned()...) {
		for _, warning := range v.world(t).Warnings() {
			remedy := advice.For(warning.Text)
			assert.NotEmpty(t, remedy, "%s: %s %s", v.name, warning.Resource, warning.Text)
			given[remedy] = true
		}
	}
	for words, remedy := range advice {
		assert.True(t, given[remedy], "no warning has the words %q", words)
	}
}

// abandoned are productions that no longer protect one of their two databases, so that it can be deleted.
func abandoned() []variant {
	restored := map[string]string{
		"care:stopped": "true", "care:databaseRestoreName": "monday", "care:databaseRestoreTime": "latest",
	}
	return []variant{
		{
			name: "without protection of the previous database", stack: production,
			config: with(restored, settings{"care:databaseRestorePrevious": "unprotect"}),
		},
		{
			name: "without protection of the restored database", stack: production,
			config: with(restored, settings{"care:databaseRestoreDiscard": "true"}),
		},
	}
}

// The report on a stack that protects its data does not advise to protect it.
func TestNoProtectionIsAdvisedForADatabaseThatIsGivenUp(t *testing.T) {
	t.Parallel()
	own, err := report.ReadProject(".")
	require.NoError(t, err)
	for i, name := range []string{"care-db", "care-db-monday"} {
		v := abandoned()[i]
		var found []string
		for _, warning := range v.world(t).Warnings() {
			if strings.Contains(warning.Text, "deletionProtection") {
				found = append(found, warning.Resource+" "+own.Warnings.For(warning.Text))
			}
		}
		require.Len(t, found, 1, v.name)
		assert.Contains(t, found[0], "'"+name+"' ")
		assert.Contains(t, found[0], "care:databaseRestorePrevious")
		assert.NotContains(t, found[0], "care:protectData")
	}
}

const encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"

// Everything in production that can have the stack's key has it.
func TestProductionIsEncryptedWithTheKeyOfTheStack(t *testing.T) {
	t.Parallel()
	d := deployments[production](t)
	key := d.Named(t, "aws:kms/key:Key", "care-data").State["arn"].StringValue()
	require.NotEmpty(t, key)
	for token, input := range map[string]string{
		"aws:rds/instance:Instance": "kmsKeyId", "aws:efs/fileSystem:FileSystem": "kmsKeyId",
		"aws:cloudwatch/logGroup:LogGroup": "kmsKeyId", "aws:ssm/parameter:Parameter": "keyId",
	} {
		all := d.OfType(token)
		require.NotEmpty(t, all, token)
		for _, each := range all {
			assert.Equal(t, key, each.Text(input), each.Path())
		}
	}
	assert.Equal(t, key,
		d.Named(t, encryptionType, "care-patient").Text("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId"))
}

func TestAnExistingKeyEncryptsInPlaceOfANewOne(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	result := scheduled(t, settings{"care:encryptionKey": key})
	assert.Empty(t, result.OfType("aws:kms/key:Key"))
	assert.Equal(t, key, result.Only(t, "aws:rds/instance:Instance").Text("kmsKeyId"))
}

// In some regions Care signs addresses for browsers in a way that S3 refuses for objects under a KMS key.
func TestBucketsKeepTheKeysOfS3WhereCareSignsInTheOldWay(t *testing.T) {
	t.Parallel()
	for region, algorithm := range map[string]string{"ap-south-1": "aws:kms", "us-east-1": "AES256"} {
		config := cliConfig(t, staging)
		delete(config, "care:availabilityZones")
		config["aws:region"], config["care:encryptionKey"] = region, "own"
		result := pulumitest.MustRun(t, deploy, pulumitest.Config(config))
		patient := result.Named(t, encryptionType, "care-patient")
		assert.Equal(t, algorithm, patient.Text("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"), region)
		assert.Equal(t, algorithm == "AES256", slices.ContainsFunc(result.Warnings, func(warning string) bool {
			return strings.HasPrefix(warning, "care:encryptionKey does not encrypt the buckets in us-east-1")
		}), region)
		user := result.Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy")
		key := result.Only(t, "aws:kms/key:Key").State["arn"].StringValue()
		assert.Equal(t, algorithm == "aws:kms", user.Allows("kms:Decrypt", key), region)
	}
}
