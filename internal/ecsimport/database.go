package ecsimport

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// database imports the names of the database and its owner if all containers that have them agree.
func (i *importer) database() {
	names, owners := [roleCount]string{}, [roleCount]string{}
	for _, r := range allRoles {
		names[r], owners[r] = i.databaseOf(r)
	}
	i.databaseKey(databaseNameKey, "POSTGRES_DB", names)
	if i.facts != &facts3 || !i.databaseOfUser(names, owners) {
		i.databaseKey(databaseUsernameKey, "POSTGRES_USER", owners)
	}
	if different := distinct(names[:]); len(different) > 1 {
		i.report.todo("Find out which database holds the data, for the containers use different ones: %s. "+
			"Then `pulumi config set care:databaseName NAME`; until then it is `care`%s", i.whoUses(names), i.hiddenAddress())
	}
}

const (
	databaseNameKey     = "care:databaseName"
	databaseUsernameKey = "care:databaseUsername"
	defaultDatabase     = "care"
)

// databaseOfUser sets the owner's name to the name of the database, and reports whether it did. The start scripts of
// Care 3.x connect without a database name, so a database with the owner's name must exist. Every server has one called
// postgres.
func (i *importer) databaseOfUser(names, owners [roleCount]string) bool {
	name, owner := single(names), single(owners)
	wanted := defaultDatabase
	if name != "" && rule.DatabaseName(databaseNameKey, name) == nil {
		wanted = name
	}
	switch owner {
	case "postgres", wanted:
		return false
	case "":
		if wanted != defaultDatabase {
			i.stack.set(databaseUsernameKey, wanted, "POSTGRES_DB", "Care 3.x needs a database of its user's name")
		}
		return true
	}
	i.stack.set(databaseUsernameKey, wanted, "POSTGRES_DB",
		"was "+owner+"; Care 3.x needs a database of its user's name, and the new server has only this one")
	i.report.note(
		"%s is %s, and the stack's new database belongs to %s. Restore data with `pg_restore --no-owner`. To use the "+
			"old server, "+
			"`pulumi config set %s %s` and, once that server has a database of that name as well, `pulumi config set "+
			"care:databaseOfUserExists true`",
		code("POSTGRES_USER"),
		code(owner),
		code(wanted),
		databaseUsernameKey,
		owner,
	)
	return true
}

// single returns the value that all containers which have one agree on, or the empty string.
func single(values [roleCount]string) string {
	if different := distinct(values[:]); len(different) == 1 {
		return different[0]
	}
	return ""
}

func (i *importer) databaseKey(key, variable string, values [roleCount]string) {
	different := distinct(values[:])
	if len(different) != 1 {
		return
	}
	if rule.DatabaseName(key, different[0]) != nil {
		i.report.note(
			"%s is %s, which RDS takes for itself or cannot have: `%s` stays at `care`. Restore data with `pg_restore "+
				"--no-owner`",
			code(variable),
			code(different[0]),
			key,
		)
		return
	}
	i.stack.set(key, different[0], variable, "")
}

// databaseOf returns the database and owner of a role if they are not secret. POSTGRES_* count only if DATABASE_URL is
// empty (scripts/start-ecs.sh of Care).
func (i *importer) databaseOf(r role) (name, owner string) {
	if address := i.entry("DATABASE_URL").in[r]; address.there && !address.secret && address.text != "" {
		parsed, err := url.Parse(address.text)
		if err != nil || parsed.User == nil || isPlaceholder(address.text) {
			return "", ""
		}
		return strings.TrimPrefix(parsed.Path, "/"), parsed.User.Username()
	}
	clear := func(variable string) string {
		if g := i.entry(variable).in[r]; g.there && !g.secret && !isPlaceholder(g.text) {
			return g.text
		}
		return ""
	}
	return clear("POSTGRES_DB"), clear("POSTGRES_USER")
}

// hiddenAddress returns the secret that may override the names: Care's scripts read POSTGRES_* only without
// DATABASE_URL.
func (i *importer) hiddenAddress() string {
	if taken, _ := i.entry("DATABASE_URL").taken(); taken.secret {
		return ". Check `DATABASE_URL` first, stored at " + location(
			taken.text,
		) + ": if that is set, Care does not read `POSTGRES_DB`"
	}
	return ""
}

func (i *importer) whoUses(names [roleCount]string) string {
	return inWords(distinct(names[:]), func(name string) string {
		var users []role
		for _, r := range allRoles {
			if names[r] == name {
				users = append(users, r)
			}
		}
		return code(name) + " in " + roleWords(users)
	})
}

// distinct returns the different values that are not empty, in order of appearance.
func distinct(values []string) []string {
	var different []string
	for _, value := range values {
		if value != "" && !slices.Contains(different, value) {
			different = append(different, value)
		}
	}
	return different
}
