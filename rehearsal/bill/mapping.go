package bill

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
)

// Queries returns, for each item, the queries for its prices in AWS's price lists.
func Queries() []pricelist.Query {
	var all []pricelist.Query
	for _, each := range items {
		all = append(all, each.queries...)
	}
	return all
}

var placeholder = regexp.MustCompile(`\\\{\w+\\\}`)

// queryOf returns the query for the item's price.
func queryOf(name string) (pricelist.Query, bool) {
	for _, q := range Queries() {
		pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(q.Item), `[^/]+`)
		if regexp.MustCompile("^" + pattern + "$").MatchString(name) {
			return q, true
		}
	}
	return pricelist.Query{}, false
}

// NoPrice returns the reason why a price file has no price of the item. The result unlisted is true if the item is not
// in AWS's lists, so that rehearse prices cannot write its price.
func NoPrice(name string) (reason string, unlisted bool) {
	if _, listed := queryOf(name); listed {
		return "rehearse prices writes it, if AWS's list has it", false
	}
	if at, known := place(name); known && items[at].unlisted != "" {
		return items[at].unlisted, true
	}
	switch {
	case strings.HasSuffix(name, "/spot"):
		return "AWS's lists have no Spot prices, which change constantly", true
	case strings.HasPrefix(name, "rds-instance-hour/"):
		return "the price of this engine depends on its license: add it to the price file by hand", true
	default:
		return "it is not in any list that is read: add it to the price file by hand", true
	}
}
