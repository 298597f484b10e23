package pricelist

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// HoursPerMonth is a twelfth of the 8,760 hours of a year, as in AWS's own calculator (https://calculator.aws).
const HoursPerMonth = 730

// Per is the unit of an item's price.
type Per string

// The units. AWS's unit in the list must match, so that the price of an hour is never taken for the price of a GB.
const (
	Hour    Per = "hour"
	Month   Per = "month"
	GB      Per = "GB"
	GBMonth Per = "GB-month"
	// Each is the unit of requests, messages and similar items.
	Each Per = "each"
)

// Query selects the product of one item or, if Item has an {attribute} in it, the product of each value of that
// attribute.
type Query struct {
	// Item is the name of the item. {instanceType} is replaced by the attribute of that name.
	Item string
	// Service is the service code, such as AmazonECS.
	Service string
	// Family is the product family. If it is empty, any family matches.
	Family string
	// Usage is a regular expression that matches the usage type without its region prefix, such as APS3-.
	Usage string
	// Attributes are the required values of attributes; "A|B" accepts either value. A product may lack an attribute only
	// if one of the alternatives is empty.
	Attributes map[string]string
	// Per is the unit of the item's price.
	Per Per
	// Global reports whether the price is the same in all regions and may be missing in the list of the region.
	Global bool
}

// product is a product in a price list.
type product struct {
	Sku        string            `json:"sku"`
	Family     string            `json:"productFamily"`
	Attributes map[string]string `json:"attributes"`
}

// regionPrefix matches the beginning of a usage type: the code of its billing region (USE1-, APS3-, EU-; none for the
// oldest services of us-east-1) or, for KMS, the region's name.
const regionPrefix = `(?:(?:EU|[A-Z]{3}[0-9])-|[a-z]{2}(?:-[a-z]+)+-[0-9]-)?`

// matcher is a compiled query.
type matcher struct {
	Query
	usage *regexp.Regexp
}

func newMatcher(q Query) (matcher, error) {
	usage, err := regexp.Compile("^" + regionPrefix + "(?:" + q.Usage + ")$")
	return matcher{q, usage}, err
}

// matches reports whether the query selects the product in the region.
func (m matcher) matches(p product, region string) bool {
	if m.Family != "" && p.Family != m.Family || !m.usage.MatchString(p.Attributes["usagetype"]) || !m.in(p, region) {
		return false
	}
	for name, values := range m.Attributes {
		if !slices.Contains(strings.Split(values, "|"), p.Attributes[name]) {
			return false
		}
	}
	return true
}

// in reports whether the product is sold in the region itself. A region's list also has its local zones and Outposts.
func (m matcher) in(p product, region string) bool {
	for _, attribute := range []string{"regionCode", "fromRegionCode"} {
		code := p.Attributes[attribute]
		if m.Global && (code == "aws-global" || code == "global") {
			continue
		}
		if code != "" && code != region {
			return false
		}
	}
	for _, attribute := range []string{"locationType", "fromLocationType"} {
		kind := p.Attributes[attribute]
		if kind != "" && kind != "AWS Region" && !m.Global {
			return false
		}
	}
	return true
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// itemOf returns the name of the item that the product prices.
func (m matcher) itemOf(p product) string {
	return placeholder.ReplaceAllStringFunc(m.Item, func(name string) string {
		return p.Attributes[strings.Trim(name, "{}")]
	})
}

var (
	hourUnit    = regexp.MustCompile(`(?i)(^|[^a-z])(hrs?|hours?)$`)
	gbUnit      = regexp.MustCompile(`(?i)^(gb|gigabytes?)$`)
	gbMonthUnit = regexp.MustCompile(`(?i)^gb[ -]?mo(nth)?s?$`)
)

// factor returns the number of AWS's units in one unit of the item, or false if they are of different kinds.
func (p Per) factor(unit string) (float64, bool) {
	hourly, gb, gbMonth := hourUnit.MatchString(unit), gbUnit.MatchString(unit), gbMonthUnit.MatchString(unit)
	switch p {
	case Hour:
		return 1, hourly
	case GB:
		return 1, gb
	case GBMonth:
		return 1, gbMonth
	case Month:
		if hourly {
			return HoursPerMonth, true
		}
		return 1, !gb && !gbMonth
	default:
		return 1, !hourly && !gb && !gbMonth
	}
}

// services returns the service codes of the queries, sorted.
func services(queries []Query) []string {
	codes := map[string]bool{}
	for _, q := range queries {
		codes[q.Service] = true
	}
	return slices.Sorted(maps.Keys(codes))
}
