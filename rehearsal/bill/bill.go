package bill

import (
	"maps"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// HoursPerMonth is the number of hours in a month.
const HoursPerMonth = pricelist.HoursPerMonth

// Bill is the monthly usage of a stack.
type Bill struct {
	// Regions are the regions of the counted resources. Prices apply to one region.
	Regions []string
	// Lines are the quantities.
	Lines []Line
	// ByUse are the charges that depend on use.
	ByUse []Use
	// Growth lists reasons why the usage may exceed the quantities.
	Growth []string
}

// Line is the quantity of one item.
type Line struct {
	// Item is the name of the item, as in a price file.
	Item string
	// Quantity is the quantity per month, in the unit that is part of the name.
	Quantity float64
	// Of lists the resources that use it.
	Of []string
}

// Use is a charge whose quantity cannot be derived from the stack.
type Use struct {
	// Name describes the charged usage.
	Name string
	// Items are the items on the bill for it.
	Items []string
}

// Of counts the resources in the world.
func Of(world *standin.View) Bill {
	c := &count{world: world, lines: map[string]*Line{}, byUse: map[string][]string{}, uptime: live.Uptime(world)}
	for _, r := range world.All() {
		aws.FactsOf(r.Token).Charge(c, r)
	}
	c.tasks()
	c.metrics()
	return c.bill()
}

// count collects the quantities for a bill.
type count struct {
	world   *standin.View
	lines   map[string]*Line
	uptime  map[*standin.Resource]float64
	regions []string
	byUse   map[string][]string
	growth  []string
}

// Running implements [standin.Tally] with the schedules of the stack.
func (c *count) Running(r *standin.Resource, otherwise float64) float64 {
	if average, timed := c.uptime[r]; timed {
		return average
	}
	return otherwise
}

// AddHours implements [standin.Tally].
func (c *count) AddHours(r *standin.Resource, times float64, item string, variants ...string) {
	c.Add(r, times*HoursPerMonth, item, variants...)
}

// Add implements [standin.Tally].
func (c *count) Add(r *standin.Resource, quantity float64, item string, variants ...string) {
	if quantity == 0 {
		return
	}
	name := strings.Join(append([]string{item}, variants...), "/")
	line := c.lines[name]
	if line == nil {
		line = &Line{Item: name}
		c.lines[name] = line
	}
	line.Quantity += quantity
	if !slices.Contains(line.Of, r.Name) {
		line.Of = append(line.Of, r.Name)
	}
	if r.Region != "" {
		c.regions = append(c.regions, r.Region)
	}
}

// Use implements [standin.Tally].
func (c *count) Use(name string, items ...string) { c.byUse[name] = append(c.byUse[name], items...) }

// Grow implements [standin.Tally].
func (c *count) Grow(remark string) { c.growth = append(c.growth, remark) }

func (c *count) bill() Bill {
	b := Bill{Regions: distinct(c.regions), Growth: distinct(c.growth)}
	for _, name := range slices.Sorted(maps.Keys(c.byUse)) {
		b.ByUse = append(b.ByUse, Use{name, distinct(c.byUse[name])})
	}
	for _, line := range c.lines {
		slices.Sort(line.Of)
		b.Lines = append(b.Lines, *line)
	}
	slices.SortFunc(b.Lines, func(one, other Line) int { return Compare(one.Item, other.Item) })
	return b
}

// distinct sorts the texts and removes duplicates.
func distinct(texts []string) []string {
	sorted := slices.Sorted(slices.Values(texts))
	return slices.Compact(sorted)
}
