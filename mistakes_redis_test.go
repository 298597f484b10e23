package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// redisMistakes are those with Redis and with services of which there must be one only.
func redisMistakes() []mistake {
	return []mistake{
		{number: 19, name: "Fargate does not offer the size", check: func(t *testing.T, d deployment) {
			t.Helper()
			offered := map[int][3]int{256: {512, 2048, 512}, 512: {1024, 4096, 1024}, 1024: {2048, 8192, 1024}, 2048: {4096, 16384, 1024}}
			for _, service := range d.services(t) {
				cpu, memory := service.size(t)
				require.Contains(t, offered, cpu, service.Name)
				assert.GreaterOrEqual(t, memory, offered[cpu][0], service.Name)
				assert.LessOrEqual(t, memory, offered[cpu][1], service.Name)
				assert.Zero(t, memory%offered[cpu][2], service.Name)
			}
		}},
		{number: 20, name: "two Redis tasks", check: func(t *testing.T, d deployment) {
			t.Helper()
			isSingleton(t, d.service(t, "redis"))
			d.neverScalesBeyondOne(t, "redis")
		}},
		{number: 21, name: "percentages that can never deploy", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				count := s.Number("desiredCount")
				most := s.Number("deploymentMaximumPercent") * count / 100
				least := (s.Number("deploymentMinimumHealthyPercent")*count + 99) / 100
				assert.Greater(t, most, least, s.Name)
			}
		}},
		{number: 22, name: "rebalancing with a maximum of 100 percent", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				rebalancing := s.Text("availabilityZoneRebalancing")
				assert.Contains(t, []string{"ENABLED", "DISABLED"}, rebalancing, s.Name)
				assert.False(t, rebalancing == "ENABLED" && s.Number("deploymentMaximumPercent") == 100, s.Name)
			}
		}},
		{number: 23, name: "Redis or beat on Spot", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, name := range []string{"redis", "care-celery"} {
				assert.Equal(t, []any{map[string]any{"capacityProvider": "FARGATE", "weight": 1.0}},
					d.service(t, name).In("capacityProviderStrategies"), name)
			}
		}},
		{number: 24, name: "launch type together with capacity providers", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				assert.NotEqual(t, s.In("launchType") == nil, s.In("capacityProviderStrategies") == nil, s.Name)
			}
		}},
		{number: 25, name: "two beats in a deployment", check: func(t *testing.T, d deployment) {
			t.Helper()
			isSingleton(t, d.service(t, "care-celery"))
		}},
		{number: 26, name: "a command hides Redis's modules", check: func(t *testing.T, d deployment) {
			t.Helper()
			redis := d.service(t, "redis").definition.Container(t, "redis-stack")
			assert.Empty(t, redis.EntryPoint)
			if redis.Command != nil { // the one that saves, with persistence
				assert.Equal(t, "/entrypoint.sh", redis.Command[len(redis.Command)-1])
			}
		}},
		{number: 27, name: "REDIS_ARGS that the start script splits", check: func(t *testing.T, d deployment) {
			t.Helper()
			words := strings.Fields(d.redisArgs(t))
			for i := 0; i < len(words); i += 2 {
				assert.Regexp(t, `^--[a-z-]+$`, words[i])
				assert.Regexp(t, `^[A-Za-z0-9_-]+$`, words[i+1], "value of %s", words[i])
			}
		}},
		{number: 28, name: "another database than 0", check: func(t *testing.T, d deployment) {
			t.Helper()
			for role, container := range d.careContainers(t) {
				address, err := url.Parse(d.values(t, container)["REDIS_URL"])
				require.NoError(t, err)
				assert.Contains(t, []string{"", "/", "/0"}, address.Path, role)
			}
		}},
		{number: 29, name: "Redis evicts the queue, or outgrows its task", check: func(t *testing.T, d deployment) {
			t.Helper()
			arguments := d.redisArgs(t)
			assert.Contains(t, arguments, "--maxmemory-policy noeviction")
			found := regexp.MustCompile(`--maxmemory (\d+)mb`).FindStringSubmatch(arguments)
			require.Len(t, found, 2)
			limit, err := strconv.Atoi(found[1])
			require.NoError(t, err)
			_, memory := d.service(t, "redis").size(t)
			assert.Less(t, limit, memory)
		}},
		{
			number: 30, name: "a read-only root without /data",
			reason: "no container has a read-only root; the strict reading of the container definitions would refuse the field",
		},
		{number: 31, name: "an EFS access point that ECS cannot mount", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				volumes, _ := s.definition.In("volumes").([]any)
				for i := range volumes {
					volume := fmt.Sprintf("volumes[%d].efsVolumeConfiguration.", i)
					assert.Equal(t, "ENABLED", s.definition.Text(volume+"transitEncryption"), s.Name)
					assert.Contains(t, []string{"", "/"}, s.definition.Text(volume+"rootDirectory"), s.Name)
					point := d.Holder(t, "aws:efs/accessPoint:AccessPoint", "id", s.definition.Text(volume+"authorizationConfig.accessPointId"))
					assert.NotNil(t, point.In("rootDirectory.creationInfo"), point.Name)
					assert.Equal(t, point.In("posixUser.uid"), point.In("rootDirectory.creationInfo.ownerUid"), point.Name)
				}
			}
		}},
		{number: 32, name: "a zone without mount target", check: func(t *testing.T, d deployment) {
			t.Helper()
			for _, s := range d.services(t) {
				if s.definition.In("volumes") == nil {
					continue
				}
				mountable := map[string]bool{}
				for _, target := range d.OfType("aws:efs/mountTarget:MountTarget") {
					mountable[d.zone(t, target.Text("subnetId"))] = true
					assert.True(t, s.DependsOn(target), "%s waits for %s", s.Name, target.Name)
					for _, rule := range d.rules("Ingress", target.List("securityGroups")[0]) {
						assert.Equal(t, s.securityGroup(), rule.Text("referencedSecurityGroupId"))
						assert.Equal(t, 2049, rule.Number("fromPort"))
					}
				}
				for _, subnet := range s.List("networkConfiguration.subnets") {
					assert.True(t, mountable[d.zone(t, subnet)], "%s in %s", s.Name, subnet)
				}
			}
		}},
	}
}

func (d deployment) redisArgs(t *testing.T) string {
	t.Helper()
	return d.values(t, d.service(t, "redis").definition.Container(t, "redis-stack"))["REDIS_ARGS"]
}

func isSingleton(t *testing.T, s ecsService) {
	t.Helper()
	assert.Equal(t, 1, s.Number("desiredCount"), s.Name)
	assert.Equal(t, 0, s.Number("deploymentMinimumHealthyPercent"), s.Name)
	assert.Equal(t, 100, s.Number("deploymentMaximumPercent"), s.Name)
	assert.Equal(t, "DISABLED", s.Text("availabilityZoneRebalancing"), s.Name)
}

// neverScalesBeyondOne wants Application Auto Scaling to start and stop the one task of a service at the most.
func (d deployment) neverScalesBeyondOne(t *testing.T, service string) {
	t.Helper()
	for _, registered := range d.Resources {
		if !strings.HasPrefix(registered.Type, "aws:appautoscaling/") || !strings.HasSuffix(registered.Text("resourceId"), "/"+service) {
			continue
		}
		assert.NotEqual(t, "aws:appautoscaling/policy:Policy", registered.Type, "%s follows a load", registered.Path())
		for _, most := range []string{"maxCapacity", "scalableTargetAction.maxCapacity"} {
			if registered.In(most) != nil {
				assert.LessOrEqual(t, registered.Number(most), 1, registered.Path())
			}
		}
	}
}

// zone gives the zone of a subnet.
func (d deployment) zone(t *testing.T, subnet string) string {
	t.Helper()
	return d.Holder(t, "aws:ec2/subnet:Subnet", "id", subnet).Text("availabilityZone")
}

func TestNothingUsesSecretsManager(t *testing.T) {
	t.Parallel()
	onBothStacks(t, func(t *testing.T, d deployment) {
		for _, registered := range d.Resources {
			assert.False(t, strings.HasPrefix(registered.Type, "aws:secretsmanager/"), "mistake 65 needs a check for %s", registered.Type)
		}
	})
}

func TestOnlyProductionKeepsRedisOnEfs(t *testing.T) {
	t.Parallel()
	assert.Empty(t, deployments[staging](t).OfType("aws:efs/fileSystem:FileSystem"))
	d := deployments[production](t)
	assert.Len(t, d.OfType("aws:efs/mountTarget:MountTarget"), 2)
	assert.True(t, d.Only(t, "aws:efs/fileSystem:FileSystem").Options.GetProtect())
	assert.Equal(t, []map[string]any{{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}},
		d.service(t, "redis").definition.Container(t, "redis-stack").MountPoints)
}
