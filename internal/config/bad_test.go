package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// settings are values of keys.
type settings = map[string]string

// badInput is one invalid value and the error that it must cause.
type badInput struct {
	// key and value are the wrong setting; "-" leaves a required key out.
	key, value string
	// with are further settings.
	with settings
	// clear leaves a secret unencrypted; encrypted encrypts a value that is no secret.
	clear, encrypted bool
	// names is the key in the error if it is not key; shows is the value in the error if it is not value.
	names, shows string
	// rule are words of the rule, and fix are words of the fix.
	rule, fix string
	// hides must not be in the message.
	hides string
}

func (b badInput) config() map[string]string {
	config := map[string]string{"aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0"}
	maps.Copy(config, b.with)
	config[b.key] = b.value
	if b.value == "-" {
		delete(config, b.key)
	}
	return config
}

// secrets are the keys whose values are encrypted.
func (b badInput) secrets() []string {
	if b.clear {
		return nil
	}
	secrets := []string{
		"care:secrets", "care:redisPassword", "care:redisUrl", "care:databasePassword", "care:mailPassword",
		"care:captchaSecretKey",
	}
	if b.encrypted {
		return append(secrets, b.key)
	}
	return secrets
}

// refused loads the configuration and returns the problems; keys are all keys that the stack sets.
func (b badInput) refused(t *testing.T, keys []string) []*rule.Error {
	t.Helper()
	result, err := loaded(b.config(), keys, b.secrets()...)
	require.Error(t, err)
	require.Empty(t, result.Resources, "nothing may be registered")
	require.Empty(t, result.Warnings, "a refused configuration has problems alone")
	assert.Contains(t, err.Error(), "the configuration of stack test has problems")
	if b.hides != "" {
		assert.NotContains(t, err.Error(), b.hides)
	}
	return problemsOf(err)
}

// problemsOf splits joined and wrapped errors.
func problemsOf(err error) []*rule.Error {
	switch e := err.(type) { //nolint:errorlint // every level is looked at
	case *rule.Error:
		return []*rule.Error{e}
	case interface{ Unwrap() []error }:
		var all []*rule.Error
		for _, one := range e.Unwrap() {
			all = append(all, problemsOf(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return problemsOf(e.Unwrap())
	}
	return nil
}

func TestBadInputIsRefusedWithKeyValueRuleAndFix(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(
		badImages(),
		badGeneration(),
		badMail(),
		badLogin(),
		badSurroundings(),
		badWatching(),
		badIdentities(),
		badWebAcls(),
		badEncryption(),
		badExisting(),
		badRestore(),
		badSizes(),
		badScaling(),
		badHours(),
		badData(),
		badBackup(),
		badVariables(),
		badSecrets(),
	)
	require.GreaterOrEqual(t, len(cases), 70)
	for i, bad := range cases {
		t.Run(fmt.Sprintf("%03d %s=%.40s", i, bad.key, bad.value), func(t *testing.T) {
			t.Parallel()
			problems := bad.refused(t, nil)
			require.Len(t, problems, 1, "one mistake, one error: %v", problems)
			checkProblem(t, problems[0], bad)
		})
	}
}

func checkProblem(t *testing.T, problem *rule.Error, bad badInput) {
	t.Helper()
	name, shown := bad.names, bad.shows
	if name == "" {
		name = bad.key
	}
	if shown == "" && bad.names == "" {
		shown = bad.value
	}
	assert.Equal(t, name, problem.Name)
	assert.Contains(t, problem.Rule, bad.rule)
	require.NotEmpty(t, bad.rule, "the test says no rule")
	assert.NotEmpty(t, problem.Fix)
	assert.Contains(t, problem.Fix, bad.fix)
	value, err := json.Marshal(problem.Value)
	require.NoError(t, err)
	if value := strings.ReplaceAll(string(value), `\"`, `"`); bad.value == "" || shown != "" {
		assert.Contains(t, value, shown)
	}
	assert.Equal(t, fmt.Sprintf("%s = %s: %s; %s", problem.Name, value, problem.Rule, problem.Fix), problem.Error())
	assert.NotContains(t, problem.Error(), "\n", "one line")
}

func TestUnknownKeysAreRefusedWithTheKeyThatWasMeant(t *testing.T) {
	t.Parallel()
	for key, meant := range map[string]string{
		"care:imgae": "care:image", "care:natGateway": "care:natGateways", "care:celeryCPU": "care:celeryCpu",
		"acre:sms": "care:sms",
	} {
		problems := badInput{
			key: key, value: "a-value-of-the-user", hides: "a-value-of-the-user",
		}.refused(t, []string{"aws:region", "care:image", key})
		require.Len(t, problems, 1, key)
		assert.Equal(t, key, problems[0].Name)
		assert.Equal(t, "is not a key of this program", problems[0].Rule)
		assert.Contains(t, problems[0].Fix, meant)
	}
}

func TestSpotForWhatDoesNotBearItIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for key, reason := range map[string]string{
		"care:redisOnSpot": "Redis has one task, and Spot may stop it", "care:celeryOnSpot": "beat has one task",
	} {
		problems := badInput{key: key, value: "true"}.refused(t, []string{"aws:region", "care:image", key})
		require.Len(t, problems, 1, key)
		assert.Contains(t, problems[0].Rule, reason)
		assert.Contains(t, problems[0].Fix, "care:careOnSpot")
	}
}

func TestKeysOfTheEngineAndTheProvidersPass(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"aws:defaultTags", "pulumi:tags", "random:x", "tls:x"} {
		_, err := loaded(badInput{key: key, value: "{}"}.config(), []string{key})
		assert.NoError(t, err, key)
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	bad := badInput{key: "care:image", value: "-", with: map[string]string{
		"aws:region": "nowhere", "care:vpcCidrBlock": "10.0.0.0/33", "care:careCpu": "half", "care:natGateways": "two",
		"care:databasePassword": "a b", "care:secrets": `{"SENTRY_DSN":"$x"}`,
		"care:environment": `{"EMAIL_PORT":"0","DJANGO_DEBUG":"1"}`, "care:availabilityZones": `["x"]`,
	}}
	names := []string{}
	for _, problem := range bad.refused(t, nil) {
		names = append(names, problem.Name)
	}
	slices.Sort(names)
	assert.Equal(t, []string{
		"aws:region", "care:availabilityZones", "care:availabilityZones", "care:careCpu", "care:databasePassword",
		"care:environment.DJANGO_DEBUG",
		"care:environment.EMAIL_PORT", "care:image", "care:natGateways", "care:secrets.SENTRY_DSN", "care:vpcCidrBlock",
	}, names)
}
