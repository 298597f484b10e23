package limits

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
)

// Limit is one limit of AWS, and how much of it a stack uses.
type Limit struct {
	// Kind is what is limited.
	Kind Kind
	// Of is the label of the resource that has the limit; it is empty for limits of the account.
	Of string
	// Used is how much of it is used.
	Used Amounts
	// Max is the limit.
	Max float64
	// Given reports that the user has stated Max.
	Given bool
	// Fits is a sentence about how many tasks fit if too much is used; it may be empty.
	Fits string
	// Remedy names what changes Max or what is used: an argument or, where the project names one, a key.
	Remedy string

	tally *tally
}

// Amounts are how much of something is used.
type Amounts struct {
	// Now is with the desired number of tasks, and Deploying during a deployment of them.
	Now, Deploying float64
	// Max is with the maximum number of tasks that scaling allows, and MaxDeploying during a deployment of them.
	Max, MaxDeploying float64
}

// Worst returns the greatest of the amounts.
func (a Amounts) Worst() float64 { return max(a.Now, a.Deploying, a.Max, a.MaxDeploying) }

// scenario is one of the numbers of tasks that limits are computed for.
type scenario int

const (
	desired scenario = iota
	deploying
	scaled
	deployingScaled
)

// scenarios are all, in the order in which a stack gets into them.
var scenarios = []scenario{desired, deploying, scaled, deployingScaled}

func (s scenario) String() string {
	return [...]string{
		"with the desired number of tasks", "during a deployment", "at the maximum that scaling allows",
		"during a deployment at the maximum that scaling allows",
	}[s]
}

// deployed returns the scenario of a deployment of the same number of tasks.
func (s scenario) deployed() scenario {
	if s == desired || s == deploying {
		return deploying
	}
	return deployingScaled
}

func (a Amounts) in(s scenario) float64 {
	return [...]float64{a.Now, a.Deploying, a.Max, a.MaxDeploying}[s]
}

// Place returns the label of the resource that has the limit, or "the account".
func (l Limit) Place() string { return cmp.Or(l.Of, "the account") }

// Severity is how bad it is that a stack reaches a limit.
type Severity int

// The severities.
const (
	// Fine is a limit that is never exceeded.
	Fine Severity = iota
	// Warned is a limit that is exceeded only at the maximum that scaling allows, or whose value the account may have
	// raised without anybody's doing.
	Warned
	// Refused is a limit that is exceeded with the desired number of tasks, or during a deployment of them.
	Refused
)

// Severity returns how bad it is.
func (l Limit) Severity() Severity {
	switch {
	case l.Used.Worst() <= l.Max:
		return Fine
	case max(l.Used.Now, l.Used.Deploying) <= l.Max, l.Kind.Grows && !l.Given:
		return Warned
	}
	return Refused
}

// Share returns the largest part of the limit that is used in any of the four cases; 1 is all of it.
func (l Limit) Share() float64 {
	if l.Max <= 0 {
		return math.Inf(1)
	}
	return l.Used.Worst() / l.Max
}

// exceeded returns the first scenario in which the limit is exceeded.
func (l Limit) exceeded() (scenario, bool) {
	for _, s := range scenarios {
		if l.Used.in(s) > l.Max {
			return s, true
		}
	}
	return desired, false
}

// String describes a limit that is exceeded: what is used and when, the limit, the number of tasks that fits, and the
// remedy.
func (l Limit) String() string {
	s, _ := l.exceeded()
	text := fmt.Sprintf("%s: %s %s, %s", l.Kind.Name, Amount(l.Used.in(s)), s, l.allowance())
	if l.Of != "" {
		text = l.Of + ": " + text
	}
	if l.Fits != "" {
		text += "; " + l.Fits
	}
	return text + "; it is changed by " + l.Remedy
}

func (l Limit) allowance() string {
	key := "quotas." + l.Kind.Key + " in " + QuotasFile
	switch {
	case l.Given:
		return Amount(l.Max) + " by " + key
	case l.Kind.Grows:
		return "and AWS's default for a new account is " + Amount(l.Max) +
			" (the account may have more: state its value as " + key + ")"
	case l.Kind.Adjustable:
		return "and AWS's default is " + Amount(l.Max) + " (if AWS has raised it, state its value as " + key + ")"
	}
	return "and the limit is " + Amount(l.Max)
}

// Amount writes a number with at most two decimals.
func Amount(value float64) string {
	const hundredths = 100
	return strconv.FormatFloat(math.Round(value*hundredths)/hundredths, 'f', -1, 64)
}
