package standin

import "time"

// Facts has the facts of a resource type that reports need beyond its rules. None of them has a default: a type that
// costs nothing is [Free], and one that loses nothing loses [Nothing].
type Facts struct {
	// Takes is how long a creation usually takes.
	Takes Duration
	// Charge counts the quantities that the cloud charges for a resource of the type.
	Charge Charge
	// Loss describes the data that is lost with a resource of the type.
	Loss Loss
}

// Properties returns a property of a resource by its name, as plain Go, or nil.
type Properties func(name string) any

// Duration is how long a creation takes until resources that wait for it may be created.
type Duration struct {
	Usual time.Duration
	// Why names the cause of the time, and Source is where the number comes from.
	Why, Source string
	// Adjust, if set, corrects the usual duration for the properties of one resource.
	Adjust func(usual time.Duration, property Properties) time.Duration
}

// For returns the duration for a resource with these properties.
func (d Duration) For(property Properties) time.Duration {
	if d.Adjust == nil {
		return d.Usual
	}
	return d.Adjust(d.Usual, property)
}

// Charge adds the quantities that a resource uses in a month.
type Charge func(Tally, *Resource)

// Tally is a bill in the making.
type Tally interface {
	// Add adds a quantity of an item for the month. Variants of the item with prices of their own follow its name.
	Add(r *Resource, quantity float64, item string, variants ...string)
	// AddHours adds an item for each hour of the month, count times.
	AddHours(r *Resource, count float64, item string, variants ...string)
	// Use adds a charge whose quantity depends on use.
	Use(name string, items ...string)
	// Grow adds a remark about a quantity that may grow.
	Grow(remark string)
	// Running returns how many of the resource run on average according to its schedule, or otherwise without one.
	Running(r *Resource, otherwise float64) float64
}

// Free is the charge of a type that costs nothing by itself: if anything is charged for, it is a resource that uses it.
func Free(Tally, *Resource) {}

// Monthly returns a charge of one of the item in a month.
func Monthly(item string) Charge {
	return func(t Tally, r *Resource) { t.Add(r, 1, item) }
}

// Hourly returns a charge of one of the item in each hour.
func Hourly(item string) Charge {
	return func(t Tally, r *Resource) { t.AddHours(r, 1, item) }
}

// ByUse returns a charge whose quantity depends on use.
func ByUse(name string, items ...string) Charge {
	return func(t Tally, _ *Resource) { t.Use(name, items...) }
}

// Loss describes the data that is lost with a resource of the properties, or returns "" if it costs nothing but time.
type Loss func(Properties) string

// Nothing returns the loss of a type that can be created again as it was.
func Nothing(Properties) string { return "" }

// Always returns a loss that does not depend on the properties.
func Always(lost string) Loss {
	return func(Properties) string { return lost }
}
