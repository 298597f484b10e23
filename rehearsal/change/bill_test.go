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
		Before: report.Model{Bill: bill.Bill{Lines: []bill.Line{line("nat-gateway-hour", 730), line("public-ipv4-hour", 730)}}},
		After:  report.Model{Bill: bill.Bill{Lines: []bill.Line{line("public-ipv4-hour", 2190), line("kms-key-month", 1)}}},
	}
	s := c.billSection()
	assert.Empty(t, s.Gist)
	assert.Equal(t, report.Rows(
		[]string{"public-ipv4-hour", "730", "2190"}, []string{"kms-key-month", "0", "1"}, []string{"nat-gateway-hour", "730", "0"},
	), s.Table.Rows)

	nat, address := 0.056, 0.005
	c.prices = &bill.Prices{Currency: "USD", Items: map[string]bill.Price{"nat-gateway-hour": {Price: &nat}, "public-ipv4-hour": {Price: &address}}}
	assert.Equal(t, "10.95 USD a month, before 44.53, without what has no price", c.billSection().Gist)

	c.After.Bill = c.Before.Bill
	assert.Equal(t, report.Section{Title: "Bill of quantities", Gist: "as before"}, c.billSection())
}
