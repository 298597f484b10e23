package ecsimport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// These are the reasons why variables are not imported.
const (
	unreadOld     = "Care does not read them; old task definitions still have them"
	unreadUnknown = "Care of October 2024 does not read them. If one of your plugs or your version does, set them " +
		"again, with " +
		"`pulumi config set --path care:environment.NAME VALUE` or `care:secretParameters.NAME LOCATION`"
	emptySecret = "empty, which is the same as leaving them out"
)

// These are the keys of the stack file that have variables.
const (
	environmentKey = "care:environment"
	parametersKey  = "care:secretParameters"
	secretsKey     = "care:secrets"
)

// variables imports every variable, or reports why it does not.
func (i *importer) variables() {
	plain, kept := table{}, table{}
	for _, e := range i.entries {
		i.noteInClear(e)
		how := i.facts.setByProgram(e.name)
		why := i.leftBehind(e.name)
		taken, _ := e.taken()
		switch {
		case why != "":
			i.report.dropped.add(why, e.name)
		case e.name == currentDomain && (i.domainWired || taken.secret):
			i.report.wired.add(byOrigins, e.name)
		case how != "":
			i.report.wired.add(how, e.name)
		case i.typed(e):
		case taken.secret:
			i.keep(kept, e)
		default:
			i.carry(plain, e)
		}
	}
	i.sms()
	i.pairs(kept)
	i.unlisted()
	i.stack.set(environmentKey, plain, fmt.Sprintf("%d variables", len(plain)), "")
	i.stack.set(parametersKey, kept, fmt.Sprintf("%d secrets, which stay in their place", len(kept)), "")
}

// unlisted lists imported variables that are no known setting of Care.
func (i *importer) unlisted() {
	var names []string
	for _, e := range i.entries {
		if i.facts == &facts3 && i.leftBehind(e.name) == "" && i.facts.setByProgram(e.name) == "" &&
			!slices.Contains(i.facts.known, e.name) {
			names = append(names, e.name)
		}
	}
	if names != nil {
		i.report.note("%s were imported but are unknown: a plugin may read them. Remove those that are not needed",
			codeWords(names))
	}
}

// carry imports a variable in clear text, unless it is a secret or breaks a rule of the program, which contract
// reports.
func (i *importer) carry(into table, e entry) {
	taken, from := e.taken()
	key := environmentKey + "." + e.name
	switch {
	case isPlaceholder(taken.text):
		i.report.todo("Set the value that is a placeholder in the task definition: `pulumi config set --path %s VALUE`", key)
	case taken.inClear(e.name):
		i.report.toSet = append(i.report.toSet, e.name)
	case isSecret(e.name, taken.text):
		i.report.dropped.add(emptySecret, e.name)
	case rule.CareVariable(key, e.name, taken.text) == nil:
		into[e.name] = entryValue{taken.text, comment(e, from)}
	}
}

// keep imports the location of a secret.
func (i *importer) keep(into table, e entry) {
	taken, from := e.taken()
	key := parametersKey + "." + e.name
	if isPlaceholder(taken.text) || rule.SecretLocation(key, taken.text) != nil {
		i.report.todo(
			"Set the location of %s: `pulumi config set --path %s LOCATION`. The task definition has %s, which is neither "+
				"the name of "+
				"an SSM parameter nor the ARN of a parameter or of a secret in Secrets Manager",
			code(e.name),
			key,
			location(taken.text),
		)
		return
	}
	into[e.name] = entryValue{taken.text, comment(e, from)}
	if e.name == "EMAIL_HOST" || e.name == "EMAIL_PORT" {
		i.report.todo(
			"Move %s from `%s` to `%s`: it is no secret, and the program opens the mail server's port only if it can "+
				"read it there",
			code(e.name),
			parametersKey,
			environmentKey,
		)
	}
}

// location returns the location of a secret, unless it may be the secret itself in place of its name.
func location(text string) string {
	if isPlaceholder(text) || strings.HasPrefix(text, "arn:") || rule.SecretLocation("", text) == nil {
		return code(text)
	}
	return "a text that is not shown"
}

// comment names the role of the imported value if the roles have several.
func comment(e entry, from role) string {
	var others []role
	for _, r := range allRoles {
		if e.in[r].there && e.in[r] != e.in[from] {
			others = append(others, r)
		}
	}
	if others == nil {
		return ""
	}
	return fmt.Sprintf("the %s's; %s differed", from, roleWords(others))
}

// noteInClear records secrets that the task definitions have in clear text. The report also lists those that are no
// longer used, because everyone who could read the task definition has them.
func (i *importer) noteInClear(e entry) {
	var where []role
	for _, r := range allRoles {
		if e.in[r].inClear(e.name) {
			where = append(where, r)
		}
	}
	if where != nil {
		i.report.inClear = append(i.report.inClear, clearSecret{e.name, where})
	}
}

// pairs imports either both keys of web push or none, because the program generates both or none.
func (i *importer) pairs(kept table) {
	private, public := "VAPID_PRIVATE_KEY", "VAPID_PUBLIC_KEY"
	for _, pair := range [][2]string{{private, public}, {public, private}} {
		one, there := kept[pair[0]]
		if _, other := kept[pair[1]]; !there || other {
			continue
		}
		delete(kept, pair[0])
		i.report.todo(
			"%s and %s are a pair, of which only the first could be imported, so both were left out and the program "+
				"makes a new pair: browsers then ask for leave to notify again. To keep the old one, `pulumi config set --path "+
				"%s.%s %s`, and "+
				"the other as `pulumi config set --secret --path %s.%s`",
			code(pair[0]),
			code(pair[1]),
			parametersKey,
			pair[0],
			one.text,
			secretsKey,
			pair[1],
		)
	}
	slices.Sort(i.report.toSet)
}
