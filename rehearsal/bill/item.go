package bill

import (
	"bytes"
	"cmp"
	_ "embed" // for the items
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// item is something that AWS charges for. The file with all items, items.yaml, describes its parts.
type item struct {
	name string
	// kinds matches the variant after the name.
	kinds *regexp.Regexp
	// example is a complete name.
	example string
	// counts describes the counted usage.
	counts string
	// queries find the prices of the variants.
	queries []pricelist.Query
	// unlisted is the reason why AWS's lists have no price.
	unlisted string
}

//go:embed items.yaml
var itemsFile []byte

var items = mustRead(itemsFile)

// mustRead panics if the file, which is part of the program, is wrong.
func mustRead(content []byte) []item {
	all, err := readItems(content)
	if err != nil {
		panic(fmt.Errorf("items.yaml: %w", err))
	}
	return all
}

func readItems(content []byte) ([]item, error) {
	var entries []itemEntry
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&entries); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	all := make([]item, 0, len(entries))
	for _, entry := range entries {
		each, err := entry.item()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Item, err)
		}
		all = append(all, each)
	}
	return all, nil
}

// itemEntry is an entry of items.yaml.
type itemEntry struct {
	Item, Variants, Example, Counts, Unlisted string

	Prices []struct {
		Variant, Service, Family, Usage string

		Attributes map[string]string
		Per        pricelist.Per
		Global     bool
	}
}

func (e itemEntry) item() (item, error) {
	if e.Item == "" || e.Counts == "" || (e.Variants == "") != (e.Example == "") {
		return item{}, errors.New("item, counts, and an example of the variants are required")
	}
	if (len(e.Prices) == 0) == (e.Unlisted == "") {
		return item{}, errors.New("either prices or unlisted is required")
	}
	variants := "^$"
	if e.Variants != "" {
		variants = "^/" + e.Variants + "$"
	}
	kinds, err := regexp.Compile(variants)
	each := item{
		name: e.Item, kinds: kinds, example: joined(e.Item, e.Example), counts: e.Counts, unlisted: e.Unlisted,
	}
	for _, price := range e.Prices {
		each.queries = append(each.queries, pricelist.Query{
			Item: joined(e.Item, price.Variant), Service: price.Service, Family: price.Family, Usage: price.Usage,
			Attributes: price.Attributes, Per: price.Per, Global: price.Global,
		})
	}
	return each, err
}

func joined(name, variant string) string {
	if variant == "" {
		return name
	}
	return name + "/" + variant
}

// place returns the position of an item in a bill, or false if there is no such item.
func place(name string) (int, bool) {
	base, _, _ := strings.Cut(name, "/")
	for i, each := range items {
		if each.name == base && each.kinds.MatchString(strings.TrimPrefix(name, base)) {
			return i, true
		}
	}
	return 0, false
}

// Compare compares items by their positions in a bill.
func Compare(one, other string) int {
	first, _ := place(one)
	second, _ := place(other)
	return cmp.Or(cmp.Compare(first, second), cmp.Compare(one, other))
}

// unknown returns an error that suggests the most similar item.
func unknown(name string) error {
	base, _, _ := strings.Cut(name, "/")
	bases := make([]string, 0, len(items))
	for _, each := range items {
		if each.name == base {
			return fmt.Errorf("prices.%s: the variant after %s is not known; write it as in %s", name, base, each.example)
		}
		bases = append(bases, each.name)
	}
	return fmt.Errorf("prices.%s: is not a known item; %s", name, standin.Nearest(base, bases))
}
