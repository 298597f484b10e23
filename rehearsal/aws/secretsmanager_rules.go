package aws

import (
	"regexp"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`)

var secretsmanagerName = rule("secretsmanager/name").OnInputs(func(d *standin.Draft) {
	f := form{
		"ValidationException",
		secretName,
		"a secret's name has at most 512 letters, digits and /_+=.@-",
		"choose such a name",
	}
	like(d, "name", f)
	like(d, "namePrefix", f)
})

var secretsmanagerRecoveryWindow = rule("secretsmanager/recovery-window").OnInputs(func(d *standin.Draft) {
	if days := d.In("recoveryWindowInDays"); days.Known() && days.Number() != 0 &&
		(days.Number() < 7 || days.Number() > 30) {
		d.Refuse(days, "InvalidParameterException", "the recovery window is from 7 to 30 days, or 0 to delete at once",
			"choose such a value")
	}
})

var secretsmanagerSecretValue = rule("secretsmanager/secret-value").OnInputs(func(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), "InvalidRequestException", "secretString", "secretBinary")
	const most = 65536
	for _, path := range []string{"secretString", "secretBinary"} {
		if v := d.In(path); len(v.Text()) > most {
			d.Refuse(v, "ValidationException", "a secret's value has at most 65536 bytes", "split it")
		}
	}
})
