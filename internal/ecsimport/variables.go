package ecsimport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Why variables do not come along.
const (
	unreadOld     = "nothing in Care reads them; old task definitions carry them still"
	unreadUnknown = "nothing in Care of October 2024 reads them. If a plug of yours or your version does, set them again, with " +
		"`pulumi config set --path care:environment.NAME VALUE` or `care:secretParameters.NAME LOCATION`"
	emptySecret = "empty, which is the same as leaving them out"
)

// Keys of the stack file that hold variables.
const (
	environmentKey = "care:environment"
	parametersKey  = "care:secretParameters"
	secretsKey     = "care:secrets"
)

// variables puts every variable where it belongs.
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
	i.stack.set(parametersKey, kept, fmt.Sprintf("%d secrets, kept where they are", len(kept)), "")
}

// unlisted lists the variables that come along although no setting of Care of these names is known.
func (i *importer) unlisted() {
	var names []string
	for _, e := range i.entries {
		if i.facts == &facts3 && i.leftBehind(e.name) == "" && i.facts.setByProgram(e.name) == "" && !slices.Contains(i.facts.known, e.name) {
			names = append(names, e.name)
		}
	}
	if names != nil {
		i.report.note("%s came along without being known here: a plugin may read them. Remove those that nothing needs", codeWords(names))
	}
}

// carry takes a variable over in clear, unless it is a secret or breaks a rule of the program, which contract tells.
func (i *importer) carry(into table, e entry) {
	taken, from := e.taken()
	key := environmentKey + "." + e.name
	switch {
	case isPlaceholder(taken.text):
		i.report.todo("Set what is a placeholder in the task definition: `pulumi config set --path %s VALUE`", key)
	case taken.inClear(e.name):
		i.report.toSet = append(i.report.toSet, e.name)
	case isSecret(e.name, taken.text):
		i.report.dropped.add(emptySecret, e.name)
	case rule.CareVariable(key, e.name, taken.text) == nil:
		into[e.name] = entryValue{taken.text, comment(e, from)}
	}
}

// keep takes over where a secret is kept.
func (i *importer) keep(into table, e entry) {
	taken, from := e.taken()
	key := parametersKey + "." + e.name
	if isPlaceholder(taken.text) || rule.SecretLocation(key, taken.text) != nil {
		i.report.todo("Say where %s is kept: `pulumi config set --path %s LOCATION`. The task definition has %s, which is neither the name of "+
			"an SSM parameter nor the ARN of a parameter or of a secret in Secrets Manager", code(e.name), key, location(taken.text))
		return
	}
	into[e.name] = entryValue{taken.text, comment(e, from)}
	if e.name == "EMAIL_HOST" || e.name == "EMAIL_PORT" {
		i.report.todo("Move %s from `%s` to `%s`: it is no secret, and the program opens the mail server's port only if it can read it there",
			code(e.name), parametersKey, environmentKey)
	}
}

// location shows where a secret is kept, unless it may be the secret itself, put where its name belongs.
func location(text string) string {
	if isPlaceholder(text) || strings.HasPrefix(text, "arn:") || rule.SecretLocation("", text) == nil {
		return code(text)
	}
	return "a text that is not shown"
}

// comment says whose value it is where there were several.
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

// noteInClear remembers secrets that the task definitions hold in clear. Those that have no use any more must be told as
// well: whoever could read the task definition has them.
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

// pairs keeps the two keys of web push together: the program takes both or makes both.
func (i *importer) pairs(kept table) {
	private, public := "VAPID_PRIVATE_KEY", "VAPID_PUBLIC_KEY"
	for _, pair := range [][2]string{{private, public}, {public, private}} {
		one, there := kept[pair[0]]
		if _, other := kept[pair[1]]; !there || other {
			continue
		}
		delete(kept, pair[0])
		i.report.todo("%s and %s are a pair, of which only the first could be taken over, so that both were left out and the program "+
			"makes a new pair: browsers then ask for leave to notify again. To keep the old one, `pulumi config set --path %s.%s %s`, and "+
			"the other as `pulumi config set --secret --path %s.%s`",
			code(pair[0]), code(pair[1]), parametersKey, pair[0], one.text, secretsKey, pair[1])
	}
	slices.Sort(i.report.toSet)
}
