package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

const (
	addressIndex = `{"offers": {"AmazonVPC": {
		"currentVersionUrl": "/vpc.json", "currentRegionIndexUrl": "/vpc-regions.json"
	}}}`
	addressRegions = `{"regions": {
		"ap-south-1": {"currentVersionUrl": "/vpc-mumbai.json"}, "eu-west-1": {"currentVersionUrl": "/vpc-dublin.json"}
	}}`
	addressList = `{"publicationDate": "2026-09-16T08:00:00Z", "products": {
		"SKU1": {"sku": "SKU1", "attributes": {"usagetype": "APS3-PublicIPv4:InUseAddress", "regionCode": "ap-south-1"}},
		"SKU2": {"sku": "SKU2", "attributes": {"usagetype": "APS3-PublicIPv4:IdleAddress", "regionCode": "ap-south-1"}}
	}, "terms": {"OnDemand": {"SKU1": {"SKU1.X": {"effectiveDate": "2026-09-01T00:00:00Z", "priceDimensions": {"d": {
		"unit": "Hrs", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "0.0050000000"}
	}}}}}}}`
)

// addressPrices serves a price list with one price, for public addresses.
func addressPrices(t *testing.T, list string) string {
	t.Helper()
	files := map[string]string{
		"/offers/v1.0/aws/index.json": addressIndex, "/vpc-regions.json": addressRegions, "/vpc-mumbai.json": list,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, files[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// rehearsePrices runs the command prices, which needs no project.
func rehearsePrices(arguments ...string) (status int, stdout, stderr string) {
	var out, log bytes.Buffer
	status = run(append([]string{"prices"}, arguments...), &out, &log, nil)
	return status, out.String(), log.String()
}

func TestPricesAreDownloadedIntoAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mumbai.yaml")
	address := addressPrices(t, addressList)
	status, out, log := rehearsePrices("--region", "ap-south-1", "--price-list", address, "--out", file)
	require.Equal(t, exitOk, status, log)
	assert.Equal(t, file+": 1 prices, published from 2026-09-16 to 2026-09-16\n", out)
	assert.Contains(t, log, "AmazonVPC: downloading\n")
	assert.Contains(t, log, "Without a price:\n")
	assert.Contains(t, log, "  nat-gateway-hour: the service index has no AmazonEC2\n")
	prices, err := bill.Read(file)
	require.NoError(t, err)
	require.Len(t, prices.Items, 1)
	price := prices.Items["public-ipv4-hour"]
	assert.InDelta(t, 0.005, *price.Price, 0)
	assert.Equal(t, "SKU1", price.Sku)
	assert.Equal(t, address+"/vpc-mumbai.json", price.Source)
}

func TestAFailedDownloadLeavesTheFileAsItWas(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prices.yaml")
	require.NoError(t, os.WriteFile(file, []byte("before"), 0o600))
	for name, row := range map[string]struct{ region, list, want string }{
		"another region": {
			"ap-south-3",
			addressList,
			`AWS's lists have no region "ap-south-3"; they have ap-south-1, eu-west-1`,
		},
		"no list": {"ap-south-1", `{"products": {}}`, "it is not a price list"},
		"no price": {
			"ap-south-1",
			`{"publicationDate": "2026-09-16T08:00:00Z", "products": {}, "terms": {}}`,
			"have none of the prices",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, out, log := rehearsePrices("--region", row.region, "--price-list", addressPrices(t, row.list), "--out", file)
			assert.Equal(t, exitFailed, status)
			assert.Empty(t, out)
			assert.Contains(t, log, "rehearse: download the prices: ")
			assert.Contains(t, log, row.want)
			left, err := os.ReadDir(filepath.Dir(file))
			require.NoError(t, err)
			assert.Len(t, left, 1)
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, "before", string(content))
		})
	}
}

func TestFlagsOfPricesAreItsOwn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arguments []string
		want      string
	}{
		"no region": {[]string{"prices"}, "prices needs --region, such as ap-south-1"},
		"a stack": {
			[]string{"prices", "--region", "ap-south-1", "--stack", "production"},
			"--stack is not allowed with prices",
		},
		"a region for up": {[]string{"up", "--region", "ap-south-1"}, "--region is not allowed with up"},
		"a file for diff": {[]string{"diff", "--base", "HEAD", "--out", "x"}, "--out is not allowed with diff"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, log bytes.Buffer
			assert.Equal(t, exitUsage, run(row.arguments, &out, &log, nil))
			assert.Contains(t, log.String(), row.want)
		})
	}
}
