package pricelist

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// choose adds the prices of the queries' items, and a line for each item without a unique price. It returns the queries
// that match a product.
func (d *download) choose(o offer, published time.Time, path string, asked []matcher) map[string]bool {
	source := path
	if strings.HasPrefix(path, "/") {
		source = d.client.base.JoinPath(path).String()
	}
	found := map[string]bool{}
	for _, m := range asked {
		candidates := map[string][]string{}
		for sku, p := range o.products {
			if m.matches(p, d.Region) {
				found[m.Item] = true
				item := m.itemOf(p)
				candidates[item] = append(candidates[item], sku)
			}
		}
		for item, skus := range candidates {
			slices.Sort(skus)
			price, why := m.price(o, skus, published)
			if why != "" {
				d.result.Missing = append(d.result.Missing, item+": "+why)
				continue
			}
			price.Item, price.Published, price.Source = item, published.UTC().Format(time.DateOnly), source
			d.result.Prices = append(d.result.Prices, price)
		}
	}
	return found
}

// price returns the common price of the products, or the reason why there is none.
func (m matcher) price(o offer, skus []string, published time.Time) (Price, string) {
	var prices []Price
	var problems []string
	for _, sku := range skus {
		price, why := m.priceOf(sku, current(o.terms[sku], published))
		if why != "" {
			problems = append(problems, why)
			continue
		}
		prices = append(prices, price)
	}
	if len(prices) == 0 {
		return Price{}, strings.Join(problems, "; ")
	}
	same := func(other Price) bool { return other.Amount == prices[0].Amount && other.Tiers == prices[0].Tiers }
	if slices.ContainsFunc(prices, func(other Price) bool { return !same(other) }) {
		var each []string
		for _, price := range prices {
			each = append(each, fmt.Sprintf("%s at %s USD", price.Sku, amount(price.Amount)))
		}
		return Price{}, "several products match, with different prices: " + strings.Join(each, ", ")
	}
	return prices[0], ""
}

// current returns the term that was in effect when the list was published. If there are several, it returns the latest.
func current(terms map[string]term, published time.Time) *term {
	var latest *term
	var since time.Time
	for _, code := range slices.Sorted(maps.Keys(terms)) {
		each := terms[code]
		effective, err := time.Parse(time.RFC3339, each.Effective)
		if err == nil && effective.After(published) {
			continue
		}
		if latest == nil || effective.After(since) {
			latest, since = &each, effective
		}
	}
	return latest
}

// tier is one step of a price.
type tier struct {
	begin, end string
	from       float64
	price      float64
	unit       string
}

// priceOf returns the product's price of one unit of the item, or the reason why there is none.
func (m matcher) priceOf(sku string, t *term) (Price, string) {
	if t == nil {
		return Price{}, sku + " has no on-demand price"
	}
	var tiers []tier
	for _, each := range t.Dimensions {
		text, inUsd := each.Price["USD"]
		if !inUsd {
			currencies := strings.Join(slices.Sorted(maps.Keys(each.Price)), ", ")
			return Price{}, fmt.Sprintf("%s has a price in %s and none in USD", sku, cmp.Or(currencies, "no currency"))
		}
		price, err := strconv.ParseFloat(text, 64)
		from, badBegin := strconv.ParseFloat(cmp.Or(each.Begin, "0"), 64)
		if err != nil || badBegin != nil || price < 0 {
			return Price{}, fmt.Sprintf("%s costs %q USD from %q on, which is not understood", sku, text, each.Begin)
		}
		tiers = append(tiers, tier{each.Begin, each.End, from, price, each.Unit})
	}
	if len(tiers) == 0 {
		return Price{}, sku + " has no on-demand price"
	}
	slices.SortFunc(tiers, func(a, b tier) int { return cmp.Compare(a.from, b.from) })
	paid := tiers[max(0, slices.IndexFunc(tiers, func(t tier) bool { return t.price > 0 }))]
	factor, fits := m.Per.factor(paid.unit)
	if !fits {
		return Price{}, fmt.Sprintf("the unit of %s is %q, which is not a price per %s", sku, paid.unit, m.Per)
	}
	price := Price{Sku: sku, Unit: paid.unit, Amount: rounded(paid.price * factor), Tiers: steps(tiers)}
	if factor != 1 {
		price.Note = fmt.Sprintf("%s USD for each of %d hours", amount(paid.price), HoursPerMonth)
	}
	return price, ""
}

// rounded removes the error of binary fractions from a product.
func rounded(product float64) float64 {
	const digits = 12
	exact, err := strconv.ParseFloat(strconv.FormatFloat(product, 'g', digits, 64), 64)
	if err != nil {
		return product
	}
	return exact
}

// steps describes the tiers if there are several.
func steps(tiers []tier) string {
	if len(tiers) == 1 {
		return ""
	}
	texts := make([]string, 0, len(tiers))
	for _, t := range tiers {
		costs := amount(t.price) + " USD"
		if t.price == 0 {
			costs = "free"
		}
		if end := cmp.Or(t.end, "Inf"); end == "Inf" {
			texts = append(texts, fmt.Sprintf("above %s %s", cmp.Or(t.begin, "0"), costs))
		} else {
			texts = append(texts, fmt.Sprintf("up to %s %s", end, costs))
		}
	}
	return strings.Join(texts, ", ")
}

func amount(usd float64) string { return strconv.FormatFloat(usd, 'f', -1, 64) }
