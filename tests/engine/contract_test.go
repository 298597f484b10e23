package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// The names of the containers of each role of the contract.
var containersOf = map[string]struct{ task, container string }{
	"api":    {"care-backend", "care-backend"},
	"beat":   {"care-celery", "care-celery-beat"},
	"worker": {"care-celery", "care-celery-worker"},
}

type contract struct {
	Roles map[string]struct {
		Command     []string       `json:"command"`
		Env         []string       `json:"required_env"`
		Secrets     []string       `json:"required_secrets"`
		HealthCheck map[string]any `json:"health_check"`
		FirstRun    struct {
			Seconds float64 `json:"ohc_compose_start_period"`
		} `json:"first_run_seconds"`
	} `json:"roles"`
	ValueRules []struct {
		Name string `json:"name"`
		Rule string `json:"rule"`
	} `json:"value_rules"`
}

type container struct {
	Name        string         `json:"name"`
	Command     []string       `json:"command"`
	HealthCheck map[string]any `json:"healthCheck"`
	Environment []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"environment"`
	Secrets []struct {
		Name      string `json:"name"`
		ValueFrom string `json:"valueFrom"`
	} `json:"secrets"`
}

// TestContainersGetWhatCareRequires checks the environment of deployed containers, with each secret read from its
// parameter in the cloud. The values themselves are tested with the program.
func TestContainersGetWhatCareRequires(t *testing.T) {
	t.Parallel()
	for file, config := range map[string]map[string]string{
		"care-2024-10.json": generation2024,
		"care-2026.json":    generation3,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(filepath.Join("..", "testdata", file))
			require.NoError(t, err)
			var c contract
			require.NoError(t, json.Unmarshal(content, &c))
			require.Len(t, c.Roles, len(containersOf))
			s := open(t, rehearsal.Options{Config: config})
			s.up()
			s.assertContract(c)
		})
	}
}

func (s *stack) assertContract(c contract) {
	s.t.Helper()
	t := s.t
	for name, role := range c.Roles {
		deployed := s.container(containersOf[name].task, containersOf[name].container)
		values := s.resolve(deployed)
		for _, required := range slices.Concat(role.Env, role.Secrets) {
			assert.Contains(t, values, required, name)
		}
		assert.Equal(t, role.Command, deployed.Command[len(deployed.Command)-len(role.Command):], name)
		delete(role.HealthCheck, "origin")
		// Beat's checks are as far apart as the time takes that Care's own deployment allows it to start.
		if seconds := role.FirstRun.Seconds; seconds > 0 {
			start, _ := role.HealthCheck["startPeriod"].(float64)
			retries, _ := role.HealthCheck["retries"].(float64)
			role.HealthCheck["interval"] = (seconds - start) / retries
		}
		assert.Equal(t, role.HealthCheck, deployed.HealthCheck, name)
		for _, rule := range c.ValueRules {
			pattern, _, _ := strings.Cut(rule.Rule, " ") // the rest is for people
			if value, ok := values[rule.Name]; ok && strings.HasPrefix(pattern, "^") {
				assert.Regexp(t, pattern, value, "%s %s", name, rule.Name)
			}
		}
		assert.Equal(t, "redis://redis.care-ns:6379", values["REDIS_URL"])
		assert.Equal(t, values["REDIS_URL"], values["CELERY_BROKER_URL"])
		assert.Contains(t, values["DATABASE_URL"],
			"@"+s.live("aws:rds/instance:Instance", "care-db").Out("address").Text()+":5432/")
	}
}

func (s *stack) container(task, name string) container {
	s.t.Helper()
	var containers []container
	definitions := s.live(taskToken, task).Out("containerDefinitions").Text()
	require.NoError(s.t, json.Unmarshal([]byte(definitions), &containers))
	for _, each := range containers {
		if each.Name == name {
			return each
		}
	}
	require.Fail(s.t, "no such container", "%s in %s", name, task)
	return container{}
}

// resolve returns the environment that the container sees: no name twice, and each secret's value as it is in the
// cloud.
func (s *stack) resolve(c container) map[string]string {
	s.t.Helper()
	values := map[string]string{}
	set := func(name, value string) {
		assert.NotContains(s.t, values, name, c.Name)
		assert.False(s.t, strings.HasPrefix(value, "$"), "%s %s", c.Name, name)
		values[name] = value
	}
	for _, variable := range c.Environment {
		set(variable.Name, variable.Value)
	}
	for _, secret := range c.Secrets {
		found := false
		for _, live := range s.cloud.World.Live() {
			if live.Token == "aws:ssm/parameter:Parameter" && live.Out("arn").Text() == secret.ValueFrom {
				set(secret.Name, live.Out("value").Text())
				found = true
			}
		}
		assert.True(s.t, found, "%s: nothing is at %s", secret.Name, secret.ValueFrom)
	}
	return values
}
