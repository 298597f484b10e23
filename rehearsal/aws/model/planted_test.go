package model_test

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// TestEachConstraintRefusesWhatBreaksItAndPassesItsEdge plants, for every limit of every constraint, one value that
// breaks it and one that just keeps it, in the check that a rehearsal makes.
func TestEachConstraintRefusesWhatBreaksItAndPassesItsEdge(t *testing.T) {
	t.Parallel()
	server, err := aws.New(standin.NewWorld())
	require.NoError(t, err)
	kinds := map[string]string{}
	for token, properties := range catalogue(t) {
		for _, property := range properties {
			kinds[token+" "+property.Path] = property.Kind
		}
	}
	planted, held := 0, 0
	for place, constraints := range byPlace() {
		garden := &garden{t: t, server: server, kinds: kinds, place: place, constraints: constraints}
		for _, c := range constraints {
			for _, limit := range limitsOf(c) {
				planted++
				if garden.holds(c, limit) {
					held++
				}
			}
		}
	}
	t.Logf("%d of %d constraints refuse a value that breaks them and pass one at their edge", held, planted)
	assert.Equal(t, planted, held)
}

// place is where constraints hold: a type and a path with its part.
type place struct{ token, path string }

func byPlace() map[place][]*model.Constraint {
	all := map[place][]*model.Constraint{}
	for _, c := range model.Constraints() {
		all[place{c.Type, c.Path}] = append(all[place{c.Type, c.Path}], c)
	}
	return all
}

// garden plants values at one place.
type garden struct {
	t           *testing.T
	server      *standin.Server
	kinds       map[string]string
	place       place
	constraints []*model.Constraint
}

func (g *garden) holds(c *model.Constraint, limit string) bool {
	broken, kept := g.values(c, limit)
	where := fmt.Sprintf("%s %s: %s of %s", c.Type, c.Path, limit, c.Shape)
	if broken == nil || kept == nil && limit != "required" {
		return assert.Fail(g.t, "no value to plant", where)
	}
	refused := g.refusals(broken)
	if !assert.NotEmpty(g.t, refused, "%s passes %#v", where, shown(broken)) {
		return false
	}
	if limit == "required" {
		return true
	}
	for _, refusal := range g.refusals(kept) {
		// A rule of the catalogue may be narrower than the models: it names no shape.
		for _, other := range g.constraints {
			if !assert.NotContains(g.t, refusal, "("+other.Shape+")", "%s refuses %#v", where, shown(kept)) {
				return false
			}
		}
	}
	return true
}

func shown(value any) any {
	if text := fmt.Sprint(value); len(text) > 100 {
		return text[:100] + "…"
	}
	return value
}

// refusals returns the refusals of the value at the place.
func (g *garden) refusals(value any) []string {
	path, part := split(g.place.path)
	switch part {
	case "[]":
		value = []any{value}
	case "{}":
		value = map[string]any{"key": value}
	case "{key}":
		value = map[string]any{fmt.Sprint(value): "value"}
	}
	inputs := g.nested("", strings.Split(path, "."), value)
	wire, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(inputs),
		plugin.MarshalOptions{KeepUnknowns: true})
	require.NoError(g.t, err)
	got, err := g.server.Check(context.Background(), &pulumirpc.CheckRequest{
		Urn: "urn:pulumi:dev::demo::aws:" + g.place.token + "::planted", News: wire, RandomSeed: []byte("seed"),
	})
	require.NoError(g.t, err)
	var found []string
	for _, failure := range got.GetFailures() {
		_, at, _ := strings.Cut(failure.GetReason(), "'planted' ")
		for _, mark := range []string{" = ", "[", "."} {
			if strings.HasPrefix(dotted(at), path+mark) {
				found = append(found, failure.GetReason())
				break
			}
		}
	}
	return found
}

// dotted removes the indexes from the path that the text begins with.
func dotted(text string) string {
	path, rest, _ := strings.Cut(text, " ")
	for {
		before, after, found := strings.Cut(path, "[")
		if !found {
			return path + " " + rest
		}
		_, after, _ = strings.Cut(after, "]")
		path = before + after
	}
}

func split(path string) (property, part string) {
	if at := strings.IndexAny(path, "[{"); at >= 0 {
		return path[:at], path[at:]
	}
	return path, ""
}

// absent stands for a property that is not given.
type absent struct{}

// nested puts the value at the path, in objects and lists of the kinds that are there.
func (g *garden) nested(prefix string, path []string, value any) map[string]any {
	here := prefix + path[0]
	if len(path) == 1 {
		if _, none := value.(absent); none {
			return map[string]any{}
		}
		return map[string]any{path[0]: value}
	}
	var inner any = g.nested(here+".", path[1:], value)
	for kind := g.kinds[g.place.token+" "+here]; strings.HasPrefix(kind, "list of "); kind = kind[len("list of "):] {
		inner = []any{inner}
	}
	return map[string]any{path[0]: inner}
}

// limitsOf names the limits that a constraint has.
func limitsOf(c *model.Constraint) []string {
	var limits []string
	for limit, has := range map[string]bool{
		"required": c.Required, "whole": c.Whole != 0, "min": c.Min != nil, "max": c.Max != nil,
		"minLength": c.MinLength > 0, "maxLength": c.MaxLength != nil,
		"pattern": c.Pattern != "", "notPattern": c.NotPattern != "", "enum": len(c.Enum) > 0,
	} {
		if has {
			limits = append(limits, limit)
		}
	}
	return limits
}

// values returns one that breaks the limit, and one that keeps it and every other one of the place.
func (g *garden) values(c *model.Constraint, limit string) (broken, kept any) {
	property, part := split(g.place.path)
	kind := g.kinds[g.place.token+" "+property]
	switch {
	case limit == "required":
		return absent{}, nil
	case part == "" && (strings.HasPrefix(kind, "list of ") || kind == "map"):
		return g.elements(kind, c, limit)
	case kind == "number" || kind == "list of number":
		return g.numbers(c, limit)
	}
	broken = g.brokenText(c, limit)
	kept = g.text(c, limit)
	return broken, kept
}

func (g *garden) numbers(c *model.Constraint, limit string) (broken, kept any) {
	low, high := math.Inf(-1), math.Inf(1)
	legal := []float64{}
	for _, other := range g.constraints {
		if other.Min != nil {
			low = max(low, *other.Min)
		}
		if other.Max != nil {
			high = min(high, *other.Max)
		}
		for _, text := range other.Enum {
			number, err := strconv.ParseFloat(text, 64)
			require.NoError(g.t, err)
			legal = append(legal, number)
		}
		if other.Pattern != "" {
			number, err := strconv.ParseFloat(fmt.Sprint(g.text(nil, "")), 64)
			require.NoError(g.t, err)
			legal = append(legal, number)
		}
	}
	kept = append(legal, max(low, min(high, 1)))[0]
	switch limit {
	case "whole":
		return 1.5, kept
	case "min":
		return *c.Min - max(1, math.Abs(*c.Min)), max(low, min(high, *c.Min))
	case "max":
		return *c.Max + max(1, math.Abs(*c.Max)), min(high, max(low, *c.Max))
	}
	return float64(123456789), kept
}

func (g *garden) elements(kind string, c *model.Constraint, limit string) (broken, kept any) {
	least, most := 0, math.MaxInt
	for _, other := range g.constraints {
		least = max(least, other.MinLength)
		if other.MaxLength != nil {
			most = min(most, *other.MaxLength)
		}
	}
	if limit == "maxLength" {
		return g.filled(kind, *c.MaxLength+1), g.filled(kind, most)
	}
	return g.filled(kind, c.MinLength-1), g.filled(kind, least)
}

// filled is a list or map with that many elements.
func (g *garden) filled(kind string, count int) any {
	if kind == "map" {
		m := map[string]any{}
		for i := range count {
			m["key"+strconv.Itoa(i)] = "value"
		}
		return m
	}
	list := []any{}
	for range count {
		list = append(list, g.element(kind))
	}
	return list
}

func (g *garden) element(kind string) any {
	switch kind {
	case "list of number":
		return 1
	case "list of object":
		return map[string]any{}
	case "list of list of object":
		return []any{}
	}
	elements := *g
	elements.place = place{g.place.token, g.place.path + "[]"}
	elements.constraints = byPlace()[elements.place]
	return elements.text(nil, "")
}
