package bill

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// HoursPerMonth is a twelfth of the 8,760 hours of a year, which AWS's own calculator takes for a month as well
// (https://calculator.aws).
const HoursPerMonth = 730

// Bill is what a stack uses in a month.
type Bill struct {
	// Regions are where what is counted is; prices hold for one.
	Regions []string
	// Lines are the quantities.
	Lines []Line
	// ByUse is what is charged for as it is used, which nothing in a stack tells.
	ByUse []string
	// Growth is what may become more than is counted here.
	Growth []string
}

// Line is how much there is of one item.
type Line struct {
	// Item is its name, as in a file with prices.
	Item string
	// Quantity is in the unit that the name says, for a month.
	Quantity float64
	// Of are the resources that use it.
	Of []string
}

// Of counts what is in the world.
func Of(world *standin.View) Bill {
	c := &count{world: world, lines: map[string]*Line{}, uptime: aws.Uptime(world)}
	for _, r := range world.All() {
		if charged := charges[r.Token]; charged != nil {
			charged(c, r)
		}
	}
	c.tasks()
	c.metrics()
	return c.bill()
}

// count is a bill in the making.
type count struct {
	world   *standin.View
	lines   map[string]*Line
	uptime  map[*standin.Resource]float64
	regions []string
	byUse   []string
	growth  []string
}

// upOr is how many of a resource run on average: what its schedule says, or else otherwise.
func (c *count) upOr(r *standin.Resource, otherwise float64) float64 {
	if average, timed := c.uptime[r]; timed {
		return average
	}
	return otherwise
}

func (c *count) add(r *standin.Resource, quantity float64, name string, kinds ...string) {
	if quantity == 0 {
		return
	}
	name = strings.Join(append([]string{name}, kinds...), "/")
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

func (c *count) bill() Bill {
	b := Bill{Regions: distinct(c.regions), ByUse: distinct(c.byUse), Growth: distinct(c.growth)}
	for _, line := range c.lines {
		slices.Sort(line.Of)
		b.Lines = append(b.Lines, *line)
	}
	slices.SortFunc(b.Lines, func(one, other Line) int {
		first, _ := place(one.Item)
		second, _ := place(other.Item)
		return cmp.Or(cmp.Compare(first, second), cmp.Compare(one.Item, other.Item))
	})
	return b
}

// distinct sorts, and leaves each once.
func distinct(texts []string) []string {
	sorted := slices.Sorted(slices.Values(texts))
	return slices.Compact(sorted)
}
