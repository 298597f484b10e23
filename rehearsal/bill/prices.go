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

// Prices are the prices of the items in one region, as a file has them:
//
//	currency: USD
//	region: ap-south-1
//	prices:
//	  nat-gateway-hour:
//	    price: 0.056
//	    date: 2026-09-16
//	    source: https://aws.amazon.com/vpc/pricing/
//
// Items are named as in a report. A price is for one unit, the one in the item's name, before tax. Price, date and
// source are required; an item without a price can be left out.
type Prices struct {
	// File is the name of the file without its directory.
	File string `yaml:"-"`
	// Comment is the comment at the head of the file, without number signs.
	Comment string `yaml:"-"`
	// Currency is the three-letter code of the currency of all prices.
	Currency string `yaml:"currency"`
	// Region is the region of the prices.
	Region string `yaml:"region"`
	// Items are the prices by item name.
	Items map[string]Price `yaml:"prices"`
}

// Price is the price of one unit of an item.
type Price struct {
	Price *float64 `yaml:"price"`
	// Date is the day on which the price was read from the source.
	Date string `yaml:"date"`
	// Source is the origin of the price, such as the URL of a page.
	Source string `yaml:"source"`
	// Sku and Unit are AWS's identifier of the product and name of the unit, if the price is from AWS's list.
	Sku  string `yaml:"sku"`
	Unit string `yaml:"unit"`
	// Tiers are the prices by monthly quantity, if there are several. Price is that of the first tier that is not free.
	Tiers string `yaml:"tiers"`
	// Note describes how the price was computed, if it is not AWS's own number.
	Note string `yaml:"note"`
}

// Read reads a price file. The error lists every problem of the file.
func Read(file string) (*Prices, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the prices: %w", err)
	}
	p := &Prices{File: filepath.Base(file), Comment: headComment(string(content))}
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
		problems = append(problems,
			fmt.Errorf("currency: %q is not a currency; write three capital letters, as in USD", p.Currency))
	}
	if !regionForm.MatchString(p.Region) {
		problems = append(problems, fmt.Errorf("region: %q is not a region; write it as in ap-south-1", p.Region))
	}
	if len(p.Items) == 0 {
		problems = append(problems, errors.New("prices: there are none; add at least one"))
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
		problems = append(problems, fmt.Errorf("prices.%s.price: is missing; set a number, or leave the item out", name))
	case *p.Price < 0 || math.IsInf(*p.Price, 0) || math.IsNaN(*p.Price):
		problems = append(problems,
			fmt.Errorf("prices.%s.price: %v is not a price; set a number of 0 or more", name, *p.Price))
	}
	if _, err := time.Parse(time.DateOnly, p.Date); err != nil {
		problems = append(problems, fmt.Errorf("prices.%s.date: %q is not a date; write it as in 2026-09-16", name, p.Date))
	}
	if strings.TrimSpace(p.Source) == "" {
		problems = append(problems, fmt.Errorf("prices.%s.source: is missing; name the origin of the price", name))
	}
	return errors.Join(problems...)
}

// Suit returns an error if the bill has a region without prices in the file.
func (p *Prices) Suit(b Bill) error {
	for _, region := range b.Regions {
		if region != p.Region {
			return fmt.Errorf("the prices in %s are for %s, but the stack is in %s: use the prices of its region",
				p.File, p.Region, region)
		}
	}
	return nil
}

// Days returns the first and the last date of the prices.
func (p *Prices) Days() (first, last string) {
	var days []string
	for _, price := range p.Items {
		days = append(days, price.Date)
	}
	return slices.Min(days), slices.Max(days)
}

// Cost returns the cost of a line, or false if its item has no price.
func (p *Prices) Cost(line Line) (float64, bool) {
	price, ok := p.Items[line.Item]
	if !ok {
		return 0, false
	}
	return line.Quantity * *price.Price, true
}

// TiersOf returns the tiers of the bill's items, including those that depend on use.
func (p *Prices) TiersOf(b Bill) []string {
	var names []string
	for _, line := range b.Lines {
		names = append(names, line.Item)
	}
	for _, use := range b.ByUse {
		names = append(names, use.Items...)
	}
	var tiers []string
	for _, name := range distinct(names) {
		if text := p.Items[name].Tiers; text != "" {
			tiers = append(tiers, name+": "+text)
		}
	}
	return tiers
}

// Total returns the total cost of all lines with a price, and the items without one.
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
