package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

func priced(amount float64, day string) bill.Price {
	return bill.Price{Price: &amount, Date: day, Source: "https://example.org"}
}

func TestPricesAreBesideTheQuantities(t *testing.T) {
	t.Parallel()
	m := modelOf(t, shop(t)...)
	m.Prices = &bill.Prices{File: "mumbai.yaml", Currency: "USD", Region: "ap-south-1", Items: map[string]bill.Price{
		"public-ipv4-hour":                  priced(0.005, "2024-02-01"),
		"rds-storage-gb-month/gp3/multi-az": priced(0.262, "2026-09-16"),
	}}
	s := m.BillSection()
	assert.Equal(t, "for 730 hours: 23.49 USD and what has no price", s.Gist)
	assert.Equal(t,
		"Prices of 2024-02-01 to 2026-09-16 from mumbai.yaml, before tax and without any free tier or discount.", s.Lead)
	assert.Equal(t, []string{"item", "quantity", "price", "USD", "of"}, s.Table.Header)
	assert.Equal(t, []string{"public-ipv4-hour", "3650", "0.005", "18.25", "front, store, web"}, s.Table.Rows[4].Cells)
	assert.Equal(t, []string{"load-balancer-hour/application", "730", "no price", "", "front"}, s.Table.Rows[3].Cells)
	assert.Contains(t, s.Items, Item{Text: "not in the sum, because it has no price: fargate-vcpu-hour/X86_64, " +
		"fargate-gb-hour/X86_64, rds-instance-hour/postgres/db.t4g.micro/multi-az, " +
		"load-balancer-hour/application", Strong: true})

	m.Bill.Lines = m.Bill.Lines[4:5]
	m.Prices.Items = map[string]bill.Price{"public-ipv4-hour": priced(0.005, "2024-02-01")}
	assert.Equal(t, "for 730 hours: 18.25 USD", m.BillSection().Gist)
	assert.Contains(t, m.BillSection().Lead, "Prices of 2024-02-01 from mumbai.yaml")
}

func TestAQuantityHasNoDecimalsThatSayNothing(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "730", Quantity(730.0000001))
	assert.Equal(t, "182.5", Quantity(182.5))
	assert.Equal(t, "43.33", Quantity(130.0/3))
}

func TestChargesByUseHaveThePriceOfAUnitAndTiersAreNamed(t *testing.T) {
	t.Parallel()
	capacity, alarm := priced(0.008, "2026-09-16"), priced(0.1, "2026-09-16")
	alarm.Tiers = "up to 10 free, above 10 0.1 USD"
	m := Model{
		Bill: bill.Bill{
			Lines: []bill.Line{
				{Item: "cloudwatch-alarm-month", Quantity: 4},
				{Item: "fargate-vcpu-hour/ARM64/spot", Quantity: 730},
			},
			ByUse: []bill.Use{
				{Name: "capacity units", Items: []string{"load-balancer-lcu-hour/application"}},
				{Name: "DNS queries", Items: []string{"dns-query"}},
			},
		},
		Prices: &bill.Prices{
			Currency: "USD",
			Items:    map[string]bill.Price{"load-balancer-lcu-hour/application": capacity, "cloudwatch-alarm-month": alarm},
		},
	}
	assert.Equal(t, []Item{
		{Text: "not in the sum, because it has no price: fargate-vcpu-hour/ARM64/spot " +
			"(AWS's lists have no Spot prices, which change constantly)", Strong: true},
		{Text: "free tiers and cheaper ones, not subtracted: cloudwatch-alarm-month: up to 10 free, above 10 0.1 USD"},
		{Text: "charged by use, not counted: capacity units (load-balancer-lcu-hour/application 0.008); DNS queries"},
	}, m.BillSection().Items)
}
