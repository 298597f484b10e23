package main

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// deployVariant deploys the staging's configuration with changes.
func deployVariant(t *testing.T, changes map[string]string) deployment {
	t.Helper()
	config := cliConfig(t, staging)
	maps.Copy(config, changes)
	d := deployOnMocks(config, pulumitest.Config(config, "care:redisUrl", "care:redisPassword", "care:databasePassword", "care:secrets"))
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
	d := deployVariant(t, map[string]string{
		"care:vpcId": "vpc-0123456789abcdef0", "care:publicSubnetIds": `["subnet-01234567","subnet-11234567"]`,
		"care:applicationSubnetIds": `["subnet-21234567","subnet-31234567"]`, "care:dataSubnetIds": `["subnet-41234567","subnet-51234567"]`,
		"care:redisPersistence": "efs",
	})
	for _, registered := range d.Resources {
		for _, absent := range []string{"aws:ec2/vpc:", "aws:ec2/subnet:", "aws:ec2/route", "aws:ec2/natGateway:", "aws:ec2/internetGateway:"} {
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
	assert.Equal(t, []string{"subnet-01234567", "subnet-11234567"}, d.Only(t, "aws:lb/loadBalancer:LoadBalancer").List("subnets"))
	assert.Equal(t, []string{"subnet-41234567", "subnet-51234567"}, d.Only(t, "aws:rds/subnetGroup:SubnetGroup").List("subnetIds"))
	assert.Equal(t, []string{"redis-subnet-41234567", "redis-subnet-51234567"}, d.Names("aws:efs/mountTarget:MountTarget"))
}

func TestExistingDatabaseIsUsedAndOpened(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, map[string]string{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567", "care:databasePassword": "PasswordOfTheDatabase",
	})
	assert.Empty(t, d.OfType("aws:rds/instance:Instance"))
	values := d.values(t, d.careContainers(t)["api"])
	assert.Equal(t, "postgres://care:PasswordOfTheDatabase@db.example.org:5432/care?sslmode=require", values["DATABASE_URL"])
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
	d := deployVariant(t, map[string]string{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567", "care:databasePassword": password,
		"care:databaseUsername": "care-app", "care:databaseName": "care-prod",
	})
	values := d.values(t, d.careContainers(t)["api"])
	address, err := url.Parse(values["DATABASE_URL"])
	require.NoError(t, err, "the password is escaped")
	given, _ := address.User.Password()
	assert.Equal(t, []string{"care-app", password, "db.example.org:5432", "/care-prod"},
		[]string{address.User.Username(), given, address.Host, address.Path})
	assert.Equal(t, []string{"care-app", password, "care-prod"},
		[]string{values["POSTGRES_USER"], values["POSTGRES_PASSWORD"], values["POSTGRES_DB"]}, "the scripts read them as they are")
}

func TestAProductionIsWarnedOfWhatItLacks(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"care:alarmEmail": "care:alarmEmail is not set", "care:frontendOrigins": "care:frontendOrigins is empty", "care:sms": "care:sms is false",
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
	staging := strings.Join(deployVariant(t, map[string]string{"care:settingsModule": "config.settings.staging"}).Warnings, "\n")
	for _, warning := range words {
		assert.NotContains(t, staging, warning)
	}
}

func TestANewDatabaseMayBelongToPostgres(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, map[string]string{"care:databaseUsername": "postgres", "care:databaseName": "postgres"})
	assert.Equal(t, "postgres", d.Only(t, "aws:rds/instance:Instance").Text("username"))
}

func TestNumbersAndBooleansAreTakenAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, map[string]string{
		"care:environment": `{"EMAIL_PORT":587,"EMAIL_USE_TLS":true,"OFFSET":-1,"CODE":"007"}`, "care:secrets": `{"PIN":90417263}`,
	})
	api := d.careContainers(t)["api"]
	for name, want := range map[string]string{"EMAIL_PORT": "587", "EMAIL_USE_TLS": "true", "OFFSET": "-1", "CODE": "007"} {
		assert.Equal(t, want, api.Variables()[name], name)
	}
	assert.Equal(t, "90417263", d.values(t, api)["PIN"])
}

func TestExistingBucketsAreUsedAndNotTouched(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, map[string]string{"care:patientBucket": "our-files", "care:facilityBucket": "our-pictures"})
	for _, registered := range d.Resources {
		assert.False(t, strings.HasPrefix(registered.Type, "aws:s3/"), registered.Path())
	}
	values := d.careContainers(t)["api"].Variables()
	assert.Equal(t, []string{"our-files", "our-pictures"}, []string{values["FILE_UPLOAD_BUCKET"], values["FACILITY_S3_BUCKET"]})
	policy := d.Only(t, "aws:iam/userPolicy:UserPolicy").Policy(t, "policy")
	assert.True(t, policy.Allows("s3:GetObject", "arn:aws:s3:::our-files/*"))
	assert.True(t, policy.Allows("s3:DeleteObject", "arn:aws:s3:::our-pictures/*"))
	assert.Equal(t, "our-files", d.export(t, "patientBucket"))
}

func TestElastiCacheServesImagesThatNeedNoSearch(t *testing.T) {
	t.Parallel()
	d := deployVariant(t, map[string]string{"care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true", "care:elastiCacheReplicas": "1"})
	nodes := d.Only(t, "aws:elasticache/replicationGroup:ReplicationGroup")
	for input, want := range map[string]any{
		"atRestEncryptionEnabled": true, "transitEncryptionEnabled": true, "automaticFailoverEnabled": true, "multiAzEnabled": true,
		"numCacheClusters": 2.0, "nodeType": "cache.t4g.micro",
	} {
		assert.Equal(t, want, nodes.In(input), input)
	}
	assert.True(t, nodes.IsSecret("authToken"))
	api := d.careContainers(t)["api"]
	assert.Contains(t, api.References(), "REDIS_URL")
	url := d.values(t, api)["REDIS_URL"]
	assert.Equal(t, "rediss://:"+nodes.Text("authToken")+"@"+nodes.State["primaryEndpointAddress"].StringValue()+":6379/0?ssl_cert_reqs=required", url)
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
	d := deployVariant(t, map[string]string{"care:redisBackend": "external", "care:redisUrl": url})
	assert.Equal(t, url, d.values(t, d.careContainers(t)["worker"])["CELERY_BROKER_URL"])
	assert.Equal(t, "redis.example.org:6380", d.export(t, "redisEndpoint"))
	for _, name := range []string{"care-backend", "care-celery"} {
		open := d.egress(t, name)
		assert.Equal(t, []int{443, 5432, 6380}, slices.Sorted(maps.Keys(open)))
		assert.Equal(t, "0.0.0.0/0", open[6380])
	}
	assert.False(t, d.Has("aws:ecs/service:Service", "redis"))
}
