package aws

import (
	"regexp"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`)

// secretNamed: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, Name.
func secretNamed(d *standin.Draft) {
	f := form{"ValidationException", secretName, "a secret's name has at most 512 letters, digits and /_+=.@-", "choose such a name"}
	like(d, "name", f)
	like(d, "namePrefix", f)
}

// secretRecovery: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html, RecoveryWindowInDays.
func secretRecovery(d *standin.Draft) {
	if days := d.In("recoveryWindowInDays"); days.Known() && days.Number() != 0 && (days.Number() < 7 || days.Number() > 30) {
		d.Refuse(days, "InvalidParameterException", "the recovery window is from 7 to 30 days, or 0 to delete at once", "choose such a value")
	}
}

// secretValued: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html.
func secretValued(d *standin.Draft) {
	exactlyOne(d, d.Inputs(), "InvalidRequestException", "secretString", "secretBinary")
	const most = 65536
	for _, path := range []string{"secretString", "secretBinary"} {
		if v := d.In(path); len(v.Text()) > most {
			d.Refuse(v, "ValidationException", "a secret's value has at most 65536 bytes", "split it")
		}
	}
}
