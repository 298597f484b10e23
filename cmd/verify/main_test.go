package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			c.change(a)
			limit := []string{"--timeout", "20s"}
			got := a.verify(append(limit, c.arguments...)...)
			output := got.stdout + got.stderr
			assert.Equal(t, c.status, got.status, output)
			rest := output
			for _, line := range c.says {
				_, after, found := strings.Cut(rest, line)
				assert.True(t, found, "%q is not said, or not in its place, in\n%s", line, output)
				if found {
					rest = after
				}
			}
			for _, words := range c.never {
				assert.NotContains(t, output, words)
			}
			assert.Less(t, got.took, 20*time.Second)
			if c.status != exitNotAsked {
				assert.NotContains(t, got.stderr, "verify: access denied")
			}
		})
	}
}

func TestADeploymentThatEndsIsWaitedFor(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	primary := a.primary("care-backend")
	primary["rolloutState"], primary["rolloutStateReason"] = "IN_PROGRESS", "ECS deployment ecs-svc/1 in progress."
	a.each = func(operation string) {
		if operation == "DescribeServices" && a.calls[operation] == 3 {
			primary["rolloutState"] = "COMPLETED"
		}
	}
	got := a.verify()
	assert.Equal(t, exitSound, got.status, got.stdout)
	assert.Equal(t, 3, a.calls["DescribeServices"])
	assert.Equal(t, 3, a.calls["DescribeTaskDefinition"], "they never change")
	assert.Equal(t, "verify: waiting: care-backend is still being deployed: ECS deployment ecs-svc/1 in progress.\n",
		got.stderr, "said once")
}

func TestNothingIsWaitedForBesideWhatIsWrong(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.primary("redis")["rolloutState"] = "IN_PROGRESS"
	a.primary("redis")["serviceConnectConfiguration"] = object{"enabled": false}
	got := a.verify("--timeout", "2s")
	assert.Equal(t, exitUnsound, got.status)
	assert.Equal(t, 1, a.calls["DescribeServices"])
}

func TestServicesAtZeroAreSound(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.services["redis"]["desiredCount"], a.running["redis"] = 0, nil
	scaled := strings.ReplaceAll(readFile(t, stackOutputs), `"desiredCount": 1,`, "")
	got := a.verify("--outputs", written(t, scaled))
	assert.Equal(t, exitSound, got.status, got.stdout)
	assert.Contains(
		t, got.stdout,
		"redis is as deployed: redis:1, 0 of 0 tasks, because it is scaled to zero, Service Connect with "+
			"redis.care-ns:6379\n",
	)
}

func TestServiceConnectIsPutBackWithItsLogs(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.primary("redis")["serviceConnectConfiguration"] = object{"enabled": false}
	logging := strings.Replace(
		readFile(t, stackOutputs), `"mode": "ClientServer"`,
		`"logOptions": {"awslogs-group": "/ecs/redis-service-connect", "awslogs-stream-prefix": "ecs"}, "mode": "ClientServer"`,
		1,
	)
	got := a.verify("--outputs", written(t, logging))
	assert.Equal(t, exitUnsound, got.status, got.stderr)
	assert.Contains(t, got.stdout,
		`--service-connect-configuration '{"enabled":true,"logConfiguration":{"logDriver":"awslogs",`+
			`"options":{"awslogs-group":"/ecs/redis-service-connect","awslogs-stream-prefix":"ecs"}},"namespace":`)
}

func TestJsonHasWhatTheTextHas(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.rollBack()
	a.crash("care-backend", careDefinition, "dead", 10, "<boom>")
	got := a.verify("--json")
	assert.Equal(t, exitUnsound, got.status)
	var result report
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &result))
	assert.False(t, result.Sound)
	require.Len(t, result.Services, 3)
	sound, unsound := result.Services[0], result.Services[2]
	assert.Equal(t, serviceReport{
		Name:           "redis",
		Sound:          true,
		TaskDefinition: "redis:1",
		Runs:           "redis:1",
		DesiredCount:   1,
		HealthyCount:   1,
		Findings:       []finding{},
	}, sound)
	assert.Equal(t, otherRevision, unsound.Findings[0].Code)
	assert.Equal(t, "care:0", unsound.Runs)
	require.NotNil(t, unsound.Why)
	assert.Contains(t, unsound.Why.Deployment, "ECS rolled back the deployment of care:1")
	assert.Len(t, unsound.Why.Events, 2)
	require.Len(t, unsound.Why.Tasks, 1)
	assert.Equal(t, []string{"<boom>"}, unsound.Why.Tasks[0].Containers[0].Log)
	assert.Contains(t, got.stdout, "<boom>")

	a.deny("ecs:ListTasks")
	got = a.verify("--json")
	assert.Equal(t, exitNotAsked, got.status)
	var failure object
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &failure))
	assert.Equal(t, false, failure["sound"])
	assert.Contains(t, failure["error"], "allow this identity ecs:ListTasks")
}

// The command must end on time even if AWS never responds.
func TestTheTimeLimitHolds(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-held }))
	defer server.Close()
	defer close(held)
	got := runAt(t, server.URL, "--timeout", "300ms")
	assert.Equal(t, exitNotAsked, got.status)
	assert.Contains(t, got.stderr, "no answer within 300ms; try again, or with a longer --timeout")
	assert.Less(t, got.took, 5*time.Second)
}

// The report has everything that AWS returned before it stopped responding.
func TestWhatWasSeenIsToldWhenTheTimeIsOver(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.primary("redis")["rolloutState"] = "IN_PROGRESS"
	silent := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeServices") && a.called("DescribeServices") > 0 {
			<-silent
		}
		a.ServeHTTP(w, r)
	}))
	defer server.Close()
	defer close(silent)
	got := runAt(t, server.URL, "--timeout", "2s")
	assert.Equal(t, exitUnsound, got.status, got.stderr)
	assert.Contains(t, got.stdout, "- it is still being deployed")
}

func TestAwsThatCannotBeReachedIsTold(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	got := runAt(t, server.URL)
	assert.Equal(t, exitNotAsked, got.status)
	assert.Contains(t, got.stderr, "verify: ecs:DescribeServices: ")
	assert.Contains(t, got.stderr, "connection refused")
}
