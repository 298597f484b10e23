package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

// BillSection returns the section with the monthly quantities of the stack and, if prices are known, their cost.
func (m Model) BillSection() Section {
	s := Section{Title: "Monthly bill", Gist: "nothing is billed by the hour or month"}
	b := m.Bill
	if len(b.Lines) > 0 {
		s.Gist = "for " + strconv.Itoa(bill.HoursPerMonth) + " hours"
		s.Table = &Table{Header: []string{"item", "quantity", "of"}}
		for _, line := range b.Lines {
			s.Table.Rows = append(s.Table.Rows,
				Row{Cells: []string{line.Item, Quantity(line.Quantity), strings.Join(line.Of, ", ")}})
		}
		m.priced(&s)
	}
	if len(b.Growth) > 0 {
		s.Items = append(s.Items, Item{Text: "may increase: " + strings.Join(b.Growth, "; ")})
	}
	if len(b.ByUse) > 0 {
		s.Items = append(s.Items, Item{Text: "charged by use, not counted: " + strings.Join(m.uses(), "; ")})
	}
	return s
}

// uses names the charges by use, with the prices of their units if they are known.
func (m Model) uses() []string {
	texts := make([]string, 0, len(m.Bill.ByUse))
	for _, use := range m.Bill.ByUse {
		var prices []string
		for _, item := range use.Items {
			if m.Prices != nil && m.Prices.Items[item].Price != nil {
				prices = append(prices, item+" "+bill.Amount(*m.Prices.Items[item].Price))
			}
		}
		text := use.Name
		if len(prices) > 0 {
			text += " (" + strings.Join(prices, ", ") + ")"
		}
		texts = append(texts, text)
	}
	return texts
}

// priced adds prices to the quantities, and their sum.
func (m Model) priced(s *Section) {
	if m.Prices == nil {
		return
	}
	s.Table.Header = []string{"item", "quantity", "price", m.Prices.Currency, "of"}
	for i, line := range m.Bill.Lines {
		price, costs := "no price", ""
		if cost, ok := m.Prices.Cost(line); ok {
			price, costs = bill.Amount(*m.Prices.Items[line.Item].Price), Money(cost)
		}
		cells := s.Table.Rows[i].Cells
		s.Table.Rows[i].Cells = []string{cells[0], cells[1], price, costs, cells[2]}
	}
	sum, without := m.Prices.Total(m.Bill)
	s.Gist += ": " + Money(sum) + " " + m.Prices.Currency
	if len(without) > 0 {
		s.Gist += " and what has no price"
		s.Items = append(s.Items, Item{Text: "not in the sum, because it has no price: " + Unpriced(without), Strong: true})
	}
	if tiers := m.Prices.TiersOf(m.Bill); len(tiers) > 0 {
		s.Items = append(s.Items, Item{Text: "free tiers and cheaper ones, not subtracted: " + strings.Join(tiers, "; ")})
	}
	first, last := m.Prices.Days()
	s.Lead = fmt.Sprintf("Prices of %s from %s, before tax and without any free tier or discount.", days(first, last),
		m.Prices.File)
}

func days(first, last string) string {
	if first == last {
		return first
	}
	return first + " to " + last
}

// Unpriced names items without a price, and why they have none if the reason is not that the file lacks them.
func Unpriced(items []string) string {
	texts := make([]string, 0, len(items))
	for _, item := range items {
		if why, special := bill.NoPrice(item); special {
			item += " (" + why + ")"
		}
		texts = append(texts, item)
	}
	return strings.Join(texts, ", ")
}

// Money writes an amount of a currency.
func Money(amount float64) string { return strconv.FormatFloat(amount, 'f', 2, 64) }

// Quantity writes an amount with at most two decimals, and without zeros at the end.
func Quantity(amount float64) string {
	const hundredths = 100
	return strconv.FormatFloat(math.Round(amount*hundredths)/hundredths, 'f', -1, 64)
}
