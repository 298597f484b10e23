package rehearsal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnlyARefusedFormIsAnsweredWithAnotherValue(t *testing.T) {
	t.Parallel()
	copied := &workspaceCopy{
		stackFile: "Pulumi.dev.yaml", placeholders: []string{"care:redisUrl", "care:databasePassword", "care:secrets.TOKEN"},
	}
	for message, want := range map[string]string{
		`care:redisUrl = "…": must be an address that begins with redis://`:                   "care:redisUrl",
		`care:databasePassword = "…": must be 8 to 128 letters and digits`:                    "care:databasePassword",
		`ValidationError: the value must match ^[a-z]+$ (ssm.Parameter 'a' value = [secret])`: "care:redisUrl",
		`care:redisUrl = "…": has an effect only with care:redisBackend external; remove it`:  "",
		`care:databasePassword = "…": has no use with care:databaseAddress; remove it`:        "",
		`care:secrets.TOKEN = "…": is set by the program; remove it`:                          "",
		`care:redisUrl = "…": is not a key of this program; remove it`:                        "",
		`care:redisUrl = "…": needs care:databasePassword; set both`:                          "",
		`care:redisUrl = "…": has no effect without care:a` + "\n" +
			`care:databasePassword = "…": bad`: "care:databasePassword",
		"care:count = 0: must be 1 to 10": "",
	} {
		hint := copied.placeholderHint(message)
		if want == "" {
			assert.Empty(t, hint, message)
			continue
		}
		assert.Contains(t, hint, "--config '"+want+"=VALUE'", message)
	}
	mixed := copied.placeholderHint("care:redisUrl has no effect without care:a\ncare:databasePassword is bad")
	assert.NotContains(t, mixed, "redisUrl")
}
