package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// variant is a sound configuration.
type variant struct {
	name, stack string
	config      map[string]string
	secretKeys  []string
}

// soundVariants are the two stack files and what people make of them.
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
		{name: "single NAT", stack: staging, config: map[string]string{"care:natGateways": "single"}},
		{name: "NAT per zone", stack: staging, config: map[string]string{"care:natGateways": "onePerZone"}},
		{name: "production without NAT", stack: production, config: map[string]string{"care:natGateways": "none"}},
		{name: "production with one NAT", stack: production, config: map[string]string{"care:natGateways": "single"}},
		{name: "HTTPS", stack: staging, config: secure},
		{name: "HTTPS with a certificate", stack: staging, config: map[string]string{
			"care:domain": "api.care.example.org", "care:certificateArn": "arn:aws:acm:ap-south-1:123456789012:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
		}},
		{name: "production without HTTPS", stack: production, config: map[string]string{"care:domain": "", "care:hostedZoneId": ""}},
		{name: "EFS", stack: staging, config: map[string]string{"care:redisPersistence": "efs"}},
		{name: "generated password", stack: staging, config: map[string]string{"care:redisRequirePassword": "true"}},
		{
			name: "given passwords", stack: staging,
			config:     map[string]string{"care:redisPassword": "a-Redis-password_of-the-user", "care:databasePassword": "ADatabasePasswordOfTheUser"},
			secretKeys: []string{"care:redisPassword", "care:databasePassword"},
		},
		{name: "EFS and password", stack: staging, config: map[string]string{"care:redisPersistence": "efs", "care:redisRequirePassword": "true"}},
		{name: "three zones", stack: staging, config: map[string]string{"care:availabilityZones": zones("abc")}},
		{name: "three zones, NAT per zone, EFS", stack: production, config: map[string]string{"care:availabilityZones": zones("abc")}},
		{name: "four zones, NAT per zone, EFS", stack: production, config: map[string]string{
			"aws:region": "us-west-2", "care:availabilityZones": `["us-west-2a","us-west-2b","us-west-2c","us-west-2d"]`,
		}},
		{name: "no zones chosen", stack: production, config: map[string]string{"care:availabilityZones": "[]"}},
		{name: "no password, no persistence", stack: production, config: map[string]string{
			"care:redisRequirePassword": "false", "care:redisPersistence": "none",
		}},
		{name: "interface endpoints", stack: production, config: map[string]string{"care:interfaceEndpoints": `["logs","ssm"]`}},
		{name: "two workers", stack: staging, config: map[string]string{"care:celeryWorkers": "2"}},
		{name: "workers on Spot that follow the queue", stack: staging, config: map[string]string{
			"care:celeryWorkers": "2", "care:celeryMaxWorkers": "5", "care:celeryWorkersOnSpot": "true", "care:celeryQueuePerWorker": "5",
		}},
		{name: "production with one worker", stack: production, config: map[string]string{"care:celeryWorkers": "1", "care:celeryMaxWorkers": "0"}},
		{name: "API that follows its load", stack: staging, config: map[string]string{"care:careMaxCount": "4"}},
		{name: "API that follows its CPU", stack: staging, config: map[string]string{"care:careMaxCount": "4", "care:careRequestsPerTarget": "0"}},
		{name: "no shell", stack: staging, config: map[string]string{"care:enableExecuteCommand": "false"}},
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
				assert.NotContains(t, warning.Text, "notifies nobody", "every alarm and event rule of %s can publish", warning.Resource)
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
