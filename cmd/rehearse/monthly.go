package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// errOverMonthly reports that the stack would cost more than --max-monthly.
var errOverMonthly = errors.New("more than --max-monthly allows")

// monthlyLimit is the value of --max-monthly. There is no limit unless set is true.
type monthlyLimit struct {
	amount float64
	set    bool
}

// String returns "", so that the help shows no default.
func (m *monthlyLimit) String() string { return "" }

// Set parses an amount in the currency of the prices.
func (m *monthlyLimit) Set(text string) error {
	amount, err := strconv.ParseFloat(text, 64)
	if err != nil || amount < 0 || math.IsInf(amount, 0) || math.IsNaN(amount) {
		return fmt.Errorf("%q is not an amount; write a number of 0 or more, such as 300", text)
	}
	*m = monthlyLimit{amount, true}
	return nil
}

func (m *monthlyLimit) check(chosen command, all settings) error {
	switch {
	case !m.set:
		return nil
	case !chosen.reports:
		return fmt.Errorf("--max-monthly is not allowed with %s, which has no bill", chosen.name)
	case all.prices == "":
		return errors.New("--max-monthly needs --prices to compute the cost")
	}
	return nil
}

// compare returns an error if the stack would cost more than the limit. It warns of items without a price.
func (m *monthlyLimit) compare(stack string, b bill.Bill, prices *bill.Prices, stderr io.Writer) error {
	if !m.set {
		return nil
	}
	sum, without := prices.Total(b)
	costs := fmt.Sprintf("stack %s would cost %s %s a month", stack, report.Money(sum), prices.Currency)
	if len(without) > 0 {
		fmt.Fprintf(stderr, "rehearse: %s, and more for items without a price: %s\n", costs, report.Unpriced(without))
	}
	if sum <= m.amount {
		return nil
	}
	return fmt.Errorf("%s: %w, which is %s", costs, errOverMonthly, report.Money(m.amount))
}
