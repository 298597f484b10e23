package change

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// billSection says of what the stack would use more or less in a month, and, where there are prices, what that makes.
func (c Change) billSection() report.Section {
	s := report.Section{Title: "Bill of quantities", Gist: "as before"}
	before, after := quantities(c.Before.Bill), quantities(c.After.Bill)
	table := &report.Table{Header: []string{"item", "a month before", "after"}}
	for _, name := range itemsOf(c.After.Bill, c.Before.Bill) {
		if was, is := report.Quantity(before[name]), report.Quantity(after[name]); was != is {
			table.Rows = append(table.Rows, report.Row{Cells: []string{name, was, is}})
		}
	}
	if len(table.Rows) == 0 {
		return s
	}
	s.Gist, s.Table = "", table
	if c.prices != nil {
		s.Gist = c.costs()
	}
	return s
}

// costs compares the sums; what has no price is in neither.
func (c Change) costs() string {
	before, leftOut := c.prices.Total(c.Before.Bill)
	after, without := c.prices.Total(c.After.Bill)
	text := fmt.Sprintf("%s %s a month, before %s", report.Money(after), c.prices.Currency, report.Money(before))
	if len(leftOut)+len(without) > 0 {
		text += ", without what has no price"
	}
	return text
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
