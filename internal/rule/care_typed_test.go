package rule_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func TestSettingsOfCareWithKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		check      func(name, value string) error
		sound, bad []string
	}{
		"Sender": {
			rule.Sender,
			[]string{"care@example.org", "Care <care@example.org>", `"Care, a hospital" <care@example.org>`},
			[]string{"", "Care", "care@localhost", "Care care@example.org", "a@example.org, b@example.org"},
		},
		"RateLimit": {
			rule.RateLimit,
			[]string{"5/10m", "30/m", "1/1s", "1000/24h", "10/d"},
			[]string{"", "5", "5/", "5/10", "5/10 m", "0/10m", "00/m", "5/0m", "-1/m", "5/10M"},
		},
	} {
		for _, value := range row.sound {
			require.NoError(t, row.check("key", value), name)
		}
		for _, value := range row.bad {
			require.Error(t, row.check("key", value), "%s %q", name, value)
		}
	}
}

func TestWordsOfSecretsInNamesOfOtherSettings(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{
		"EMAIL_PASSWORD": true, "SNS_SECRET_KEY": true, "SENTRY_DSN": true, "REDIS_AUTH_TOKEN": true, "JWKS_BASE64": true,
		"PASSWORD_RESET_TOKEN_TTL_HOURS": false, "OTP_SMS_RESET_PASSWORD_CONTENT": false,
		"USER_RESET_PASSWORD_TEMPLATE_PATH": false, "USER_CREATE_PASSWORD_TEMPLATE_PATH": false,
		"JWT_ACCESS_TOKEN_LIFETIME": false,
	} {
		assert.Equal(t, secret, rule.CareSecret(name), name)
	}
}

func TestPortsOfTerminologyServers(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]int{
		"http://10.0.0.1/fhir": 80, "https://terms.example.org": 443, "http://terms.example.org:8080/fhir": 8080,
	} {
		port, err := rule.Snowstorm("key", address)
		require.NoError(t, err)
		assert.Equal(t, want, port, address)
	}
	for _, address := range []string{
		"", "terms.example.org", "ftp://terms.example.org", "http://terms.example.org:0/", "https://",
	} {
		_, err := rule.Snowstorm("key", address)
		require.Error(t, err, address)
	}
}
