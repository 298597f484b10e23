package bill

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Prices are what the items cost in one region, as a file says:
//
//	currency: USD
//	region: ap-south-1
//	prices:
//	  nat-gateway-hour:
//	    price: 0.056
//	    date: 2026-09-16
//	    source: https://aws.amazon.com/vpc/pricing/
//
// Items are named as in a report. A price is for one unit, the one in the item's name, before tax. Date is the day on
// which source said so. Every field is required; what has no price can be left out.
type Prices struct {
	// File is where they were read.
	File string `yaml:"-"`
	// Currency is that of all prices, by its three letters.
	Currency string `yaml:"currency"`
	// Region is where they hold.
	Region string `yaml:"region"`
	// Items are the prices by the names of the items.
	Items map[string]Price `yaml:"prices"`
}

// Price is what one unit of an item costs.
type Price struct {
	Price  *float64 `yaml:"price"`
	Date   string   `yaml:"date"`
	Source string   `yaml:"source"`
}

// Read reads a file with prices. Whatever is wrong with it is said at once.
func Read(file string) (*Prices, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the prices: %w", err)
	}
	p := &Prices{File: filepath.Base(file)}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(p); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%s has problems:\n%w", file, err)
	}
	return p, nil
}

var (
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
	regionForm   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)
)

func (p *Prices) check() error {
	var problems []error
	if !currencyForm.MatchString(p.Currency) {
		problems = append(problems, fmt.Errorf("currency: %q is not one; write three capital letters, as in USD", p.Currency))
	}
	if !regionForm.MatchString(p.Region) {
		problems = append(problems, fmt.Errorf("region: %q is not one; write it as in ap-south-1", p.Region))
	}
	if len(p.Items) == 0 {
		problems = append(problems, errors.New("prices: there are none; give one at least"))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Items)) {
		if _, known := place(name); !known {
			problems = append(problems, unknown(name))
		}
		problems = append(problems, p.Items[name].check(name))
	}
	return errors.Join(problems...)
}

func (p Price) check(name string) error {
	var problems []error
	switch {
	case p.Price == nil:
		problems = append(problems, fmt.Errorf("prices.%s.price: is missing; give a number, or leave the item out", name))
	case *p.Price < 0 || math.IsInf(*p.Price, 0) || math.IsNaN(*p.Price):
		problems = append(problems, fmt.Errorf("prices.%s.price: %v is no price; give a number of 0 or more", name, *p.Price))
	}
	if _, err := time.Parse(time.DateOnly, p.Date); err != nil {
		problems = append(problems, fmt.Errorf("prices.%s.date: %q is no day; write it as in 2026-09-16", name, p.Date))
	}
	if strings.TrimSpace(p.Source) == "" {
		problems = append(problems, fmt.Errorf("prices.%s.source: is missing; say where the price was found", name))
	}
	return errors.Join(problems...)
}

// Suit says whether the prices hold for all that is on the bill.
func (p *Prices) Suit(b Bill) error {
	for _, region := range b.Regions {
		if region != p.Region {
			return fmt.Errorf("the prices in %s are for %s, and the stack is in %s: give those of its own region", p.File, p.Region, region)
		}
	}
	return nil
}

// Days are the first and the last day of which there are prices.
func (p *Prices) Days() (first, last string) {
	var days []string
	for _, price := range p.Items {
		days = append(days, price.Date)
	}
	return slices.Min(days), slices.Max(days)
}

// Cost is what a line costs; false where its item has no price.
func (p *Prices) Cost(line Line) (float64, bool) {
	price, ok := p.Items[line.Item]
	if !ok {
		return 0, false
	}
	return line.Quantity * *price.Price, true
}

// Total is what all lines with a price cost together, and the items that have none.
func (p *Prices) Total(b Bill) (sum float64, without []string) {
	for _, line := range b.Lines {
		cost, ok := p.Cost(line)
		if !ok {
			without = append(without, line.Item)
		}
		sum += cost
	}
	return sum, without
}
