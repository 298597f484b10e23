package live

import (
	"encoding/json"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	initialization = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource " +
		"retrieval failed: "
	checkNetwork = "Please check your task network configuration."
)

// secretUse is a container's reference to a secret.
type secretUse struct{ container, property, from string }

// secretPlace is where a reference leads.
type secretPlace struct {
	// api is the endpoint's name, action the one that the execution role needs, and said ECS's name of the store.
	api, action, said string
	arn               string
	// live is the parameter or secret, nil when it is not of this world.
	live *standin.Resource
	// jsonKey picks a part of the secret.
	jsonKey string
}

// secretsRead: each secret is there, in reach, and the execution role may read it
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html).
func (d *deployment) secretsRead() {
	for _, container := range d.containers {
		for _, secret := range container.Secrets {
			d.readSecret(secretUse{container.Name, "secrets." + secret.Name, secret.ValueFrom})
		}
		if container.LogConfiguration != nil {
			for _, secret := range container.LogConfiguration.SecretOptions {
				d.readSecret(secretUse{container.Name, "logConfiguration.secretOptions." + secret.Name, secret.ValueFrom})
			}
		}
	}
}

func (d *deployment) readSecret(use secretUse) {
	property := at(use.container, use.property, use.from)
	place := locateSecret(d.World, d.Scope, use.from)
	unread := initialization + "unable to retrieve secret" + place.said + ": service call has been retried 1 time(s): "
	if hindered := reachService(d.World, d.place, place.api); hindered != nil {
		d.fail(property, strings.Replace(unread, "retried 1", "retried 5", 1)+
			"RequestCanceled: request context canceled caused by: context deadline exceeded. "+checkNetwork, *hindered)
		return
	}
	role := d.executionRole(property, unread)
	if role == "" {
		return
	}
	fix := "allow " + place.action + " on " + place.arn + " in a policy of the execution role, and let the service " +
		"depend on it"
	if !d.judge(property, role, policy.Request{Action: place.action, Resource: place.arn},
		func(denial string) string { return unread + denial }, fix) {
		return
	}
	d.secretExists(property, place, unread)
	d.decrypt(property, role, place, unread)
}

// executionRole refuses a task that needs one and has none.
func (d *deployment) executionRole(property standin.Value, unread string) string {
	role := d.definition.Out("executionRoleArn").Text()
	if role == "" {
		d.fail(property, unread+"NoCredentialProviders: no valid providers in chain", obstacle{
			by:    executionRole,
			cause: "the task definition has no execution role, with which ECS would do this",
			fix:   "set executionRoleArn to a role that ecs-tasks.amazonaws.com may assume and that allows it",
		})
	}
	return role
}

func (d *deployment) secretExists(property standin.Value, place secretPlace, unread string) {
	switch {
	case place.live == nil && d.World.Minted(place.arn):
		d.fail(property, unread+notThere(place), obstacle{
			by:    secretThere,
			cause: "it was deleted", fix: "refer to one that is there, by its output",
		})
	case place.live == nil:
		d.Assume(property, "exists outside this program, with a value")
	case place.live.Token == token.SecretsmanagerSecret:
		d.secretHasValue(property, place, unread)
	}
}

func notThere(place secretPlace) string {
	if place.api == "ssm" {
		_, name, _ := strings.Cut(place.arn, ":parameter")
		return "invalid parameters: " + name
	}
	return "ResourceNotFoundException: Secrets Manager can't find the specified secret."
}

// secretHasValue: a secret is empty until it has a version.
func (d *deployment) secretHasValue(property standin.Value, place secretPlace, unread string) {
	value, known := currentSecret(d.World, place.live)
	switch {
	case !known && d.World.ThisRun(place.live.Seq):
		d.fail(
			property,
			unread+"ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging "+
				"label: AWSCURRENT",
			obstacle{
				by:    secretValue,
				cause: place.live.Label() + " has no value yet",
				fix:   "give it a secretsmanager.SecretVersion, and let the service depend on that",
			},
		)
	case !known:
		d.Assume(property, place.live.Label()+" was given a value by hand")
	case place.jsonKey != "":
		var fields map[string]any
		if json.Unmarshal([]byte(value), &fields) == nil && fields[place.jsonKey] != nil {
			return
		}
		d.fail(property, unread+"retrieved secret from Secrets Manager did not contain json key "+place.jsonKey, obstacle{
			by:    secretKey,
			cause: "the value of " + place.live.Label() + " is not a JSON object with the key " + place.jsonKey,
			fix:   "correct the key in valueFrom, or the secret's value",
		})
	}
}

// decrypt: only a key of one's own asks for kms:Decrypt; the account's default keys let the account in.
func (d *deployment) decrypt(property standin.Value, role string, place secretPlace, unread string) {
	if place.live == nil {
		return
	}
	key := place.live.Out("keyId").Text()
	if place.live.Token == token.SecretsmanagerSecret {
		key = place.live.Out("kmsKeyId").Text()
	}
	if key == "" || strings.Contains(key, "alias/aws/") {
		return
	}
	arn := key
	if !strings.HasPrefix(key, "arn:") {
		arn = ident.Arn(d.Scope, "kms", "key/"+key)
	}
	if strings.Contains(arn, "alias/") {
		d.Assume(property, "the execution role may use the key behind "+key)
		return
	}
	d.judge(property, role, policy.Request{Action: "kms:Decrypt", Resource: arn, Context: map[string]string{
		"kms:viaservice": place.api + "." + d.Scope.Region + ".amazonaws.com", "kms:calleraccount": d.Scope.Account,
	}}, func(denial string) string {
		return unread + denial
	}, "allow kms:Decrypt on the key in a policy of the execution role")
}

// locateSecret reads the forms that valueFrom may have: the ARN of a secret, with more fields for a part of
// it, or the name or ARN of a parameter.
func locateSecret(world *standin.View, scope standin.Scope, from string) secretPlace {
	fields := strings.Split(from, ":")
	const plain, extended = 7, 8
	if len(fields) >= plain && fields[2] == "secretsmanager" {
		place := secretPlace{
			api:    "secretsmanager",
			action: "secretsmanager:GetSecretValue",
			said:   " from asm",
			arn:    strings.Join(fields[:plain], ":"),
		}
		if len(fields) >= extended {
			place.jsonKey = fields[plain]
		}
		place.live = world.ByArn(place.arn)
		if named := world.Find(token.SecretsmanagerSecret, "name", fields[plain-1]); place.live == nil && named != nil {
			place.live, place.arn = named, named.Id // an ARN without the six characters at its end
		}
		if owners := world.Mentions(place.arn); place.live == nil && len(owners) > 0 {
			place.live = owners[0] // RDS keeps one for its database
		}
		return place
	}
	place := secretPlace{api: "ssm", action: "ssm:GetParameters", said: "s from ssm", arn: from}
	if !strings.HasPrefix(from, "arn:") {
		place.arn = ident.Arn(scope, "ssm", "parameter/"+strings.TrimPrefix(from, "/"))
	}
	place.live = world.Find(token.SsmParameter, "arn", place.arn)
	return place
}

// currentSecret returns a secret's current value, as far as the world knows it.
func currentSecret(world *standin.View, secret *standin.Resource) (string, bool) {
	for _, by := range []string{secret.Id, secret.Out("name").Text()} {
		versions := world.Where(token.SecretsmanagerSecretVersion, "secretId", by)
		if len(versions) > 0 {
			return versions[len(versions)-1].Out("secretString").Text(), true
		}
	}
	return "", false
}
