package change

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

func TestTheBillSaysWhatBecomesMoreOrLess(t *testing.T) {
	t.Parallel()
	line := func(item string, quantity float64) bill.Line { return bill.Line{Item: item, Quantity: quantity} }
	c := Change{
		Before: report.Model{
			Bill: bill.Bill{Lines: []bill.Line{line("nat-gateway-hour", 730), line("public-ipv4-hour", 730)}},
		},
		After: report.Model{Bill: bill.Bill{Lines: []bill.Line{line("public-ipv4-hour", 2190), line("kms-key-month", 1)}}},
	}
	s := c.billSection()
	assert.Empty(t, s.Gist)
	assert.Equal(t, report.Rows([]string{"public-ipv4-hour", "730", "2190"}, []string{"kms-key-month", "0", "1"},
		[]string{"nat-gateway-hour", "730", "0"}), s.Table.Rows)

	nat, address, key := 0.056, 0.005, 1.0
	c.prices = &bill.Prices{
		Currency: "USD",
		Items:    map[string]bill.Price{"nat-gateway-hour": {Price: &nat}, "public-ipv4-hour": {Price: &address}},
	}
	s = c.billSection()
	assert.Equal(t, "the change in cost is unknown; items with a price: 10.95 USD a month, before 44.53", s.Gist)
	assert.Equal(t, []string{"item", "a month before", "after", "USD"}, s.Table.Header)
	assert.Equal(t, []report.Row{
		{Cells: []string{"public-ipv4-hour", "730", "2190", "+7.30"}},
		{Cells: []string{"kms-key-month", "0", "1", "no price"}, Strong: true},
		{Cells: []string{"nat-gateway-hour", "730", "0", "-40.88"}},
	}, s.Table.Rows)
	assert.Equal(t, []report.Item{{Text: "not in the sums, because these have no price: kms-key-month", Strong: true}},
		s.Items)

	c.prices.Items["kms-key-month"] = bill.Price{Price: &key}
	s = c.billSection()
	assert.Equal(t, "11.95 USD a month, before 44.53: -32.58", s.Gist)
	assert.Empty(t, s.Items)

	c.After.Bill = c.Before.Bill
	assert.Equal(t, report.Section{Title: "Monthly bill", Gist: "as before"}, c.billSection())
}

func TestAnotherClassWithoutAPriceMakesNoEqualSums(t *testing.T) {
	t.Parallel()
	of := func(class string) report.Model {
		return report.Model{Bill: bill.Bill{Lines: []bill.Line{
			{Item: "rds-instance-hour/postgres/" + class, Quantity: 730},
			{Item: "kms-key-month", Quantity: 1},
			{Item: "efs-gb-month", Quantity: 1},
		}}}
	}
	key := 1.0
	c := Change{
		Before: of("db.x1.large"), After: of("db.x2.large"),
		prices: &bill.Prices{Currency: "USD", Items: map[string]bill.Price{"kms-key-month": {Price: &key}}},
	}
	s := c.billSection()
	assert.Equal(t, "the change in cost is unknown; items with a price: 1.00 USD a month, before 1.00", s.Gist)
	assert.Contains(t, s.Items[0].Text, "rds-instance-hour/postgres/db.x1.large, rds-instance-hour/postgres/db.x2.large")
	assert.Contains(t, s.Items[0].Text, "efs-gb-month", "what stays as it is has no price either")
}
