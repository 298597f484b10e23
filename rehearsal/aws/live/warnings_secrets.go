package live

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var (
	tellingName = regexp.MustCompile(
		`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY)$`,
	)
	tellingValue = regexp.MustCompile(`://[^/@\s:]*:[^/@\s]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[A-Z0-9]{16}\b`)
)

var secretsInClear = warnsOf("ecs/plain-secret").in(func(world *standin.View) []Warning {
	var all []Warning
	kept := keptSecrets(world)
	for _, definition := range world.Live(token.EcsTaskDefinition) {
		if definition.In("containerDefinitions").Secret() {
			all = append(all, warn(definition,
				"has a secret in its container definitions, which AWS keeps as plain text: refer to it under secrets"))
		}
		for _, container := range Containers(definition) {
			for _, e := range container.Environment {
				if why := looksSecret(e.Name, e.Value, kept); why != "" {
					all = append(all, warn(definition, "environment variable %s of container %s %s: keep it under secrets",
						e.Name, container.Name, why))
				}
			}
		}
	}
	for _, parameter := range world.Live(token.SsmParameter) {
		if parameter.Out("type").Text() != "SecureString" && parameter.In("value").Secret() {
			all = append(all, warn(parameter, "keeps a secret as plain text: make its type SecureString"))
		}
	}
	return all
})

// keptSecrets returns the values that the world keeps as secrets, and who keeps them.
func keptSecrets(world *standin.View) map[string]string {
	kept := map[string]string{}
	for _, parameter := range world.Live(token.SsmParameter) {
		if parameter.Out("type").Text() == "SecureString" {
			kept[parameter.Out("value").Text()] = parameter.Label()
		}
	}
	for _, secret := range world.Live(token.SecretsmanagerSecret) {
		if value, known := currentSecret(world, secret); known {
			kept[value] = secret.Label()
		}
	}
	for _, database := range world.Live(token.RdsInstance) {
		kept[database.Out("password").Text()] = database.Label()
	}
	return kept
}

// looksSecret returns the reason why a value looks like a secret, or "". A reference to a secret does not, nor does a
// common word.
func looksSecret(name, value string, kept map[string]string) string {
	const telling = 8
	switch {
	case len(value) >= telling && kept[value] != "":
		return "is the value of " + kept[value]
	case tellingValue.MatchString(value):
		return "holds a password or key"
	case tellingName.MatchString(name) && len(value) >= telling && !strings.HasPrefix(value,
		"arn:") && !strings.HasPrefix(value, "/"):
		return "looks like a secret by its name"
	}
	return ""
}
