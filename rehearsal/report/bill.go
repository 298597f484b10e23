package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

// BillSection is what the stack uses in a month, and what that costs where there are prices.
func (m Model) BillSection() Section {
	s := Section{Title: "Monthly bill", Gist: "nothing is billed by the hour or month"}
	b := m.Bill
	if len(b.Lines) > 0 {
		s.Gist = "for " + strconv.Itoa(bill.HoursPerMonth) + " hours"
		s.Table = &Table{Header: []string{"item", "quantity", "of"}}
		for _, line := range b.Lines {
			s.Table.Rows = append(s.Table.Rows, Row{Cells: []string{line.Item, Quantity(line.Quantity), strings.Join(line.Of, ", ")}})
		}
		m.priced(&s)
	}
	if len(b.Growth) > 0 {
		s.Items = append(s.Items, Item{Text: "may become more: " + strings.Join(b.Growth, "; ")})
	}
	if len(b.ByUse) > 0 {
		s.Items = append(s.Items, Item{Text: "by use, and not counted: " + strings.Join(b.ByUse, "; ")})
	}
	return s
}

// priced puts prices beside the quantities, and what they come to.
func (m Model) priced(s *Section) {
	if m.Prices == nil {
		return
	}
	s.Table.Header = []string{"item", "quantity", "price", m.Prices.Currency, "of"}
	for i, line := range m.Bill.Lines {
		price, costs := "no price", ""
		if cost, ok := m.Prices.Cost(line); ok {
			price, costs = strconv.FormatFloat(*m.Prices.Items[line.Item].Price, 'f', -1, 64), Money(cost)
		}
		cells := s.Table.Rows[i].Cells
		s.Table.Rows[i].Cells = []string{cells[0], cells[1], price, costs, cells[2]}
	}
	sum, without := m.Prices.Total(m.Bill)
	s.Gist += ": " + Money(sum) + " " + m.Prices.Currency
	if len(without) > 0 {
		s.Gist += " and what has no price"
		s.Items = append(s.Items, Item{Text: "not in the sum, because it has no price: " + strings.Join(without, ", "), Strong: true})
	}
	first, last := m.Prices.Days()
	s.Lead = fmt.Sprintf("Prices of %s from %s, before tax and without any free tier or discount.", days(first, last), m.Prices.File)
}

func days(first, last string) string {
	if first == last {
		return first
	}
	return first + " to " + last
}

// Money writes an amount of a currency.
func Money(amount float64) string { return strconv.FormatFloat(amount, 'f', 2, 64) }

// Quantity writes an amount with at most two decimals, and none that say nothing.
func Quantity(amount float64) string {
	const hundredths = 100
	return strconv.FormatFloat(math.Round(amount*hundredths)/hundredths, 'f', -1, 64)
}
