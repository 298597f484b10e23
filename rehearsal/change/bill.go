package change

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// billSection lists the monthly quantities that change and, if prices are known, the change in cost.
func (c Change) billSection() report.Section {
	s := report.Section{Title: "Monthly bill", Gist: "as before"}
	before, after := quantities(c.Before.Bill), quantities(c.After.Bill)
	table := &report.Table{Header: []string{"item", "a month before", "after"}}
	if c.prices != nil {
		table.Header = append(table.Header, c.prices.Currency)
	}
	var unpriced []string
	for _, name := range itemsOf(c.After.Bill, c.Before.Bill) {
		was, is := report.Quantity(before[name]), report.Quantity(after[name])
		if was == is {
			continue
		}
		row := report.Row{Cells: []string{name, was, is}}
		if c.prices != nil {
			cost, priced := c.prices.Cost(bill.Line{Item: name, Quantity: after[name] - before[name]})
			if row.Strong = !priced; row.Strong {
				unpriced = append(unpriced, name)
			}
			row.Cells = append(row.Cells, costChange(cost, priced))
		}
		table.Rows = append(table.Rows, row)
	}
	if len(table.Rows) == 0 {
		return s
	}
	s.Gist, s.Table = "", table
	if c.prices != nil {
		s.Gist, s.Items = c.costs(unpriced)
	}
	return s
}

func costChange(cost float64, priced bool) string {
	switch {
	case !priced:
		return "no price"
	case cost > 0:
		return "+" + report.Money(cost)
	}
	return report.Money(cost)
}

// costs compares the monthly sums of the items that have a price. If unpriced, which lists the items without a price
// whose quantity changes, is not empty, it reports that the change in cost is unknown.
func (c Change) costs(unpriced []string) (string, []report.Item) {
	before, leftOut := c.prices.Total(c.Before.Bill)
	after, without := c.prices.Total(c.After.Bill)
	text := fmt.Sprintf("%s %s a month, before %s", report.Money(after), c.prices.Currency, report.Money(before))
	if len(unpriced) > 0 {
		text = "the change in cost is unknown; items with a price: " + text
	} else {
		text += ": " + costChange(after-before, true)
	}
	missing := slices.Compact(slices.Sorted(slices.Values(slices.Concat(leftOut, without))))
	if len(missing) == 0 {
		return text, nil
	}
	return text, []report.Item{{
		Text: "not in the sums, because these have no price: " + report.Unpriced(missing), Strong: len(unpriced) > 0,
	}}
}

func quantities(b bill.Bill) map[string]float64 {
	all := map[string]float64{}
	for _, line := range b.Lines {
		all[line.Item] = line.Quantity
	}
	return all
}

func itemsOf(bills ...bill.Bill) []string {
	var names []string
	for _, b := range bills {
		for _, line := range b.Lines {
			if !slices.Contains(names, line.Item) {
				names = append(names, line.Item)
			}
		}
	}
	return names
}
