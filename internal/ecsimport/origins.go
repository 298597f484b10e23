package ecsimport

import (
	"encoding/json"
	"net/url"
	"slices"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const originsKey = "care:frontendOrigins"

// origins imports the front ends from the list of sites that may call the API. The program sets CURRENT_DOMAIN to the
// first, so the current value of that comes first.
func (i *importer) origins() {
	list, comment := i.allowedOrigins(), ""
	front := i.frontend()
	at := slices.Index(list, front)
	switch {
	case front == "":
	case len(list) == 0:
		list, comment = []string{front}, "from "+currentDomain+", because there is no "+originsVariable
		i.domainWired = true
	case at > 0:
		list = append([]string{front}, slices.Delete(list, at, at+1)...)
		comment = "put first, because it was " + currentDomain + ": " + front
		i.domainWired = true
	case at == 0:
		i.domainWired = true
	}
	for _, name := range []string{originsVariable, currentDomain} {
		if taken, _ := i.entry(name).taken(); taken.secret {
			i.report.todo("Put the sites of %s, which is kept at %s and could not be read, into `%s`",
				code(name), location(taken.text), originsKey)
		}
	}
	if len(list) == 0 {
		i.report.todo(
			"Name the front ends, or no browser can use the API: `pulumi config set --path '%s[0]' https://care.example.org`",
			originsKey,
		)
		return
	}
	i.stack.set(originsKey, list, originsVariable, comment)
}

// allowedOrigins returns the sites without values that are no origin, which contract reports.
func (i *importer) allowedOrigins() []string {
	taken, _ := i.entry(originsVariable).taken()
	if taken.secret {
		return nil
	}
	var all, sound []string
	if json.Unmarshal([]byte(taken.text), &all) != nil {
		return nil
	}
	for _, origin := range all {
		if rule.Origin(originsKey, origin) == nil && !isPlaceholder(origin) && !slices.Contains(sound, origin) {
			sound = append(sound, origin)
		}
	}
	return sound
}

// frontend returns the origin of CURRENT_DOMAIN, or the empty string.
func (i *importer) frontend() string {
	taken, _ := i.entry(currentDomain).taken()
	address, err := url.Parse(taken.text)
	if err != nil || taken.secret || isPlaceholder(taken.text) || rule.HttpsUrl(currentDomain, taken.text) != nil ||
		address.User != nil || address.Path != "" && address.Path != "/" {
		return ""
	}
	return address.Scheme + "://" + address.Host
}
