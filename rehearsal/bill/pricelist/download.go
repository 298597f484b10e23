package pricelist

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Address is the URL at which AWS publishes its price lists.
const Address = "https://pricing.us-east-1.amazonaws.com"

const indexPath = "/offers/v1.0/aws/index.json"

// Options are the options of Download.
type Options struct {
	// Region is the region of the prices, such as ap-south-1.
	Region string
	// Queries select the items.
	Queries []Query
	// Address is the URL of the lists. Default: [Address].
	Address string
	// Progress receives a line for each file, and more lines for a long file.
	Progress io.Writer
	// Wait is the delay before the second attempt at a file. It doubles for each further attempt. Default: one second.
	Wait time.Duration
	// IdleTimeout is the time without received data after which a download is started again. Default: one minute.
	IdleTimeout time.Duration
}

// Price is the price of one item.
type Price struct {
	// Item is the item's name.
	Item string
	// Amount is the price of one unit of the item in USD, of the first tier that is not free.
	Amount float64
	// Sku is AWS's identifier of the product, and Unit AWS's name of the unit.
	Sku, Unit string
	// Published is the date of the list, and Source its URL.
	Published, Source string
	// Tiers are the prices by monthly quantity, including free tiers, if there are several.
	Tiers string
	// Note describes how the amount was computed, if it is not AWS's own number.
	Note string
}

// Result is the result of a download.
type Result struct {
	// Prices are sorted by item.
	Prices []Price
	// Missing has a line with the reason for each query without a price.
	Missing []string
}

// index is the service index, and regionIndex the list of a service's regions.
type index struct {
	Offers map[string]struct {
		Current string `json:"currentVersionUrl"`
		Regions string `json:"currentRegionIndexUrl"`
	} `json:"offers"`
}

type regionIndex struct {
	Regions map[string]struct {
		Current string `json:"currentVersionUrl"`
	} `json:"regions"`
}

// Download reads the price lists of the queries' services in the region. It returns an error if a list cannot be read,
// but not if an item has no price in the lists or several.
func Download(ctx context.Context, options Options) (Result, error) {
	d, err := newDownload(options)
	if err != nil {
		return Result{}, err
	}
	if err := d.client.decode(ctx, "the service index", indexPath, &d.index); err != nil {
		return Result{}, err
	}
	if err := d.readRegions(ctx); err != nil {
		return Result{}, err
	}
	for _, service := range services(options.Queries) {
		if err := d.service(ctx, service); err != nil {
			return Result{}, err
		}
	}
	slices.Sort(d.result.Missing)
	slices.SortFunc(d.result.Prices, func(a, b Price) int { return strings.Compare(a.Item, b.Item) })
	if len(d.result.Prices) == 0 {
		missing := strings.Join(d.result.Missing, "\n")
		return Result{}, fmt.Errorf("the lists of %s have none of the prices:\n%s", options.Region, missing)
	}
	return d.result, nil
}

type download struct {
	Options
	client   *client
	index    index
	regions  map[string]regionIndex
	matchers map[string][]matcher
	result   Result
}

func newDownload(options Options) (*download, error) {
	options.Address = cmp.Or(strings.TrimSuffix(options.Address, indexPath), Address)
	options.Wait, options.IdleTimeout = cmp.Or(options.Wait, time.Second), cmp.Or(options.IdleTimeout, time.Minute)
	if options.Progress == nil {
		options.Progress = io.Discard
	}
	base, err := url.Parse(options.Address)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("%q is not the address of price lists: write it as in %s", options.Address, Address)
	}
	d := &download{
		Options: options, regions: map[string]regionIndex{}, matchers: map[string][]matcher{},
		client: &client{
			base: base, http: &http.Client{}, wait: options.Wait, idleTimeout: options.IdleTimeout, progress: options.Progress,
		},
	}
	for _, q := range options.Queries {
		m, err := newMatcher(q)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.Item, err)
		}
		d.matchers[q.Service] = append(d.matchers[q.Service], m)
	}
	return d, nil
}

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)

// readRegions reads the regions of each service. It returns an error if no service has the region.
func (d *download) readRegions(ctx context.Context) error {
	all := map[string]bool{}
	for _, service := range services(d.Queries) {
		entry, listed := d.index.Offers[service]
		if !listed || entry.Regions == "" {
			continue
		}
		var regions regionIndex
		if err := d.client.decode(ctx, "the regions of "+service, entry.Regions, &regions); err != nil {
			return err
		}
		d.regions[service] = regions
		for region := range regions.Regions {
			all[region] = regionName.MatchString(region)
		}
	}
	maps.DeleteFunc(all, func(_ string, isRegion bool) bool { return !isRegion })
	if len(all) == 0 {
		return errors.New("the service index has none of the services: it is not AWS's, or its format has changed")
	}
	if !all[d.Region] {
		known := strings.Join(slices.Sorted(maps.Keys(all)), ", ")
		return fmt.Errorf("AWS's lists have no region %q; they have %s", d.Region, known)
	}
	return nil
}

// service reads the list of a service in the region and, for global prices that are not in it, the list of all regions.
func (d *download) service(ctx context.Context, service string) error {
	asked := d.matchers[service]
	entry, listed := d.index.Offers[service]
	if !listed {
		d.miss(asked, "the service index has no "+service)
		return nil
	}
	if region, sold := d.regions[service].Regions[d.Region]; sold {
		found, err := d.list(ctx, service, region.Current, asked)
		if err != nil {
			return err
		}
		asked = slices.DeleteFunc(slices.Clone(asked), func(m matcher) bool { return found[m.Item] })
	} else {
		local := slices.DeleteFunc(slices.Clone(asked), func(m matcher) bool { return m.Global })
		d.miss(local, service+" has no list for "+d.Region)
		asked = slices.DeleteFunc(slices.Clone(asked), func(m matcher) bool { return !m.Global })
	}
	global := slices.DeleteFunc(slices.Clone(asked), func(m matcher) bool { return !m.Global })
	d.miss(slices.DeleteFunc(asked, func(m matcher) bool { return m.Global }), "no product of "+service+" matches")
	if len(global) == 0 {
		return nil
	}
	found, err := d.list(ctx, service, entry.Current, global)
	if err != nil {
		return err
	}
	d.miss(slices.DeleteFunc(global, func(m matcher) bool { return found[m.Item] }), "no product of "+service+" matches")
	return nil
}

func (d *download) miss(asked []matcher, why string) {
	for _, m := range asked {
		d.result.Missing = append(d.result.Missing, m.Item+": "+why)
	}
}

// list reads one price list and returns the queries that match a product.
func (d *download) list(ctx context.Context, service, path string, asked []matcher) (map[string]bool, error) {
	keep := func(p product) bool {
		return slices.ContainsFunc(asked, func(m matcher) bool { return m.matches(p, d.Region) })
	}
	fmt.Fprintf(d.Progress, "%s: downloading\n", service)
	read := offer{}
	for pass := 0; pass == 0 || pass == 1 && read.again; pass++ {
		known := read.products
		err := d.client.get(ctx, "the price list of "+service, path, func(r io.Reader) error {
			read = offer{products: map[string]product{}, terms: map[string]map[string]term{}}
			if known != nil {
				read.products = known
			}
			return read.scan(r, keep)
		})
		if err != nil {
			return nil, err
		}
	}
	published, err := time.Parse(time.RFC3339, read.published)
	if err != nil {
		return nil, fmt.Errorf("the price list of %s: its publicationDate is %q; expected a time such as %s",
			service, read.published, "2026-09-16T08:00:00Z")
	}
	return d.choose(read, published, path, asked), nil
}
