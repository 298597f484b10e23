package pricelist

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type object = map[string]any

// entry is a product of a price list with its on-demand price.
type entry struct {
	sku, family string
	attributes  map[string]string
	unit        string
	// tiers have a beginRange, an endRange and a price each. The default is one tier at price.
	tiers [][3]string
	price string
	// currency is USD by default.
	currency string
	// reservedOnly leaves out the on-demand price.
	reservedOnly bool
}

// in returns the attributes of a usage type that is sold in Mumbai, and more.
func in(usage string, more ...string) map[string]string {
	all := map[string]string{
		"usagetype": usage, "regionCode": "ap-south-1", "location": "Asia Pacific (Mumbai)", "locationType": "AWS Region",
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// listOf writes a price list in the documented format:
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/bulk-api-reading-price-list-files.html
func listOf(service string, entries ...entry) string {
	products, demand, reserved := object{}, object{}, object{}
	for _, e := range entries {
		products[e.sku] = object{"sku": e.sku, "productFamily": e.family, "attributes": e.attributes}
		tiers := e.tiers
		if tiers == nil {
			tiers = [][3]string{{"0", "Inf", e.price}}
		}
		currency := e.currency
		if currency == "" {
			currency = "USD"
		}
		dimensions := object{}
		for _, t := range tiers {
			code := e.sku + ".JRTCKXETXF." + t[0]
			dimensions[code] = object{
				"rateCode": code, "description": "for the test", "unit": e.unit, "beginRange": t[0], "endRange": t[1],
				"pricePerUnit": object{currency: t[2]}, "appliesTo": []string{},
			}
		}
		term := object{
			"offerTermCode": "JRTCKXETXF", "sku": e.sku, "effectiveDate": "2026-09-01T00:00:00Z", "priceDimensions": dimensions,
			"termAttributes": object{},
		}
		if !e.reservedOnly {
			demand[e.sku] = object{e.sku + ".JRTCKXETXF": term}
		}
		reserved[e.sku] = object{e.sku + ".4NA7Y494T4": object{
			"offerTermCode": "4NA7Y494T4", "sku": e.sku, "effectiveDate": "2026-09-01T00:00:00Z",
			"priceDimensions": object{"x": object{"unit": "Hrs", "pricePerUnit": object{"USD": "0.0001"}}},
			"termAttributes":  object{"LeaseContractLength": "1yr"},
		}}
	}
	return `{"formatVersion": "v1.0", "disclaimer": "for a test",
		"offerCode": "` + service + `", "version": "20260916080000",
  "publicationDate": "2026-09-16T08:00:00Z", "products": ` + text(
		products,
	) + `, "terms": {"OnDemand": ` + text(demand) +
		`, "Reserved": ` + text(reserved) + `}, "attributesList": {}}`
}

func text(value any) string {
	out, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(out)
}

// lists are the responses of a price list server, by path. Each request consumes one response until only the last
// remains.
type lists struct {
	mutex   sync.Mutex
	answers map[string][]http.HandlerFunc
	asked   []string
}

func (l *lists) add(path string, answers ...http.HandlerFunc) { l.answers[path] = answers }

// ServeHTTP implements http.Handler.
func (l *lists) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mutex.Lock()
	l.asked = append(l.asked, r.URL.Path)
	answers := l.answers[r.URL.Path]
	if len(answers) > 1 {
		l.answers[r.URL.Path] = answers[1:]
	}
	l.mutex.Unlock()
	if len(answers) == 0 {
		http.NotFound(w, r)
		return
	}
	answers[0](w, r)
}

func (l *lists) times(path string) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	times := 0
	for _, each := range l.asked {
		if each == path {
			times++
		}
	}
	return times
}

func body(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(content)) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func listPath(service, region string) string {
	return "/offers/v1.0/aws/" + service + "/20260916080000/" + region + "/index.json"
}

// newLists serves the index and the regions of the services, and the lists by service and region, such as
// AmazonECS/ap-south-1.
func newLists(t *testing.T, contents map[string]string) (*lists, string) {
	t.Helper()
	l := &lists{answers: map[string][]http.HandlerFunc{}}
	offers, regions := object{}, map[string]object{}
	for name, content := range contents {
		service, region, _ := strings.Cut(name, "/")
		root := "/offers/v1.0/aws/" + service
		offers[service] = object{
			"offerCode":             service,
			"currentVersionUrl":     root + "/current/index.json",
			"currentRegionIndexUrl": root + "/current/region_index.json",
		}
		if regions[service] == nil {
			regions[service] = object{}
		}
		if region == "" {
			l.add(root+"/current/index.json", body(content))
			continue
		}
		regions[service][region] = object{"regionCode": region, "currentVersionUrl": listPath(service, region)}
		l.add(listPath(service, region), body(content))
	}
	for service, all := range regions {
		l.add("/offers/v1.0/aws/"+service+"/current/region_index.json",
			body(text(object{"formatVersion": "v1.0", "publicationDate": "2026-09-16T08:00:00Z", "regions": all})))
	}
	l.add(indexPath, body(text(object{"formatVersion": "v1.0", "offers": offers})))
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func fetch(t *testing.T, address string, queries ...Query) (Result, error) {
	t.Helper()
	return Download(t.Context(),
		Options{Region: "ap-south-1", Queries: queries, Address: address, Progress: t.Output(), Wait: time.Millisecond})
}

func mustFetch(t *testing.T, address string, queries ...Query) Result {
	t.Helper()
	result, err := fetch(t, address, queries...)
	require.NoError(t, err)
	return result
}
