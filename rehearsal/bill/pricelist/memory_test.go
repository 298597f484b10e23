package pricelist

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sizeVariable sets the size of the generated list in bytes. The longest real list, that of AmazonEC2, has about
// 480,000,000 in one region.
const sizeVariable = "PRICELIST_BYTES"

//nolint:paralleltest // it measures the memory of the process
func TestALongListIsReadWithoutKeepingIt(t *testing.T) {
	size := 32 * megabyte
	if text := os.Getenv(sizeVariable); text != "" {
		var err error
		size, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": ""})
	l.add(listPath("AmazonECS", "ap-south-1"), func(w http.ResponseWriter, _ *http.Request) { writeLong(w, size) })
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var highest uint64
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			highest = max(highest, now.Sys)
			select {
			case <-time.After(20 * time.Millisecond):
			case <-done:
				peak <- highest
				return
			}
		}
	}()
	began := time.Now()
	result := mustFetch(t, address, vcpu)
	close(done)
	highest := <-peak
	t.Logf("%d MB in %v with at most %d MiB of memory", size/1000_000, time.Since(began).Round(time.Millisecond),
		highest/megabyte)
	assert.Len(t, result.Prices, 1)
	assert.Less(t, highest, uint64(100*megabyte))
}

// writeLong writes a list of about size bytes in the proportions of AmazonEC2's list: a quarter products, a quarter
// on-demand prices, and the rest reserved prices.
func writeLong(w http.ResponseWriter, size int) {
	const bytesOfOne = 4 * 900
	out := bufio.NewWriterSize(w, megabyte)
	defer func() { _ = out.Flush() }()
	count := size / bytesOfOne
	fmt.Fprint(out, `{"formatVersion": "v1.0", "publicationDate": "2026-09-16T08:00:00Z", "products": {`)
	each := func(write func(sku string)) {
		for i := range count {
			if i > 0 {
				fmt.Fprint(out, ",")
			}
			write(fmt.Sprintf("%016X", i))
		}
	}
	each(func(sku string) {
		usage := "APS3-BoxUsage:" + sku
		if sku == "0000000000000007" {
			usage = "APS3-Fargate-vCPU-Hours:perCPU"
		}
		fmt.Fprintf(out,
			`%q: {"sku": %q, "productFamily": "Compute", "attributes": {"usagetype": %q, "regionCode": "ap-south-1"`,
			sku, sku, usage)
		for attribute := range 20 {
			fmt.Fprintf(out, `, "attribute%02d": "the value %02d of it"`, attribute, attribute)
		}
		fmt.Fprint(out, "}}")
	})
	term := func(sku string, dimensions int) {
		fmt.Fprintf(out, `%q: {"%s.JRTCKXETXF": {"sku": %q, "effectiveDate": "2026-09-01T00:00:00Z", "priceDimensions": {`,
			sku, sku, sku)
		for i := range dimensions {
			if i > 0 {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(
				out,
				`"%s.JRTCKXETXF.%d": {"unit": "hours", "beginRange": "%d", "endRange": "Inf", "description": "%0500d",
				"pricePerUnit": {"USD": "0.0400000000"}, "appliesTo": []}`,
				sku, i, i, i,
			)
		}
		fmt.Fprint(out, "}}}")
	}
	fmt.Fprint(out, `}, "terms": {"OnDemand": {`)
	each(func(sku string) { term(sku, 1) })
	fmt.Fprint(out, `}, "Reserved": {`)
	each(func(sku string) { term(sku, 2) })
	fmt.Fprint(out, `}}, "attributesList": {}}`)
}
