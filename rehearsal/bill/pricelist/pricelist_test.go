package pricelist

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var vcpu = Query{
	Item:    "fargate-vcpu-hour/X86_64",
	Service: "AmazonECS",
	Family:  "Compute",
	Usage:   "Fargate-vCPU-Hours:perCPU",
	Per:     Hour,
}

func fargate(sku, usage, price string, more ...string) entry {
	return entry{sku: sku, family: "Compute", attributes: in(usage, more...), unit: "hours", price: price}
}

func TestTheRightProductIsChosenAmongThoseThatAlmostMatch(t *testing.T) {
	t.Parallel()
	_, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": listOf(
		"AmazonECS",
		fargate("ARM", "APS3-Fargate-ARM-vCPU-Hours:perCPU", "0.03"),
		fargate("WINDOWS", "APS3-Fargate-Windows-vCPU-Hours:perCPU", "0.09"),
		fargate("RIGHT", "APS3-Fargate-vCPU-Hours:perCPU", "0.0425700000"),
		fargate("LONGER", "APS3-Fargate-vCPU-Hours:perCPU-Extended", "0.05"),
		fargate("TIMES", "TS-Fargate-vCPU-Hours:perCPU", "0.051"),
		fargate("LOCAL", "DEL1-Fargate-vCPU-Hours:perCPU", "0.06", "locationType", "AWS Local Zone"),
		fargate("ELSEWHERE", "APS1-Fargate-vCPU-Hours:perCPU", "0.07", "regionCode", "ap-southeast-1"),
		entry{
			sku:        "STORAGE",
			family:     "Storage",
			attributes: in("APS3-Fargate-vCPU-Hours:perCPU"),
			unit:       "hours",
			price:      "0.08",
		},
		fargate("LATER", "APS3-Fargate-GB-Hours", "0.004"),
	)})
	result := mustFetch(t, address, vcpu)
	assert.Empty(t, result.Missing)
	assert.Equal(t, []Price{{
		Item: "fargate-vcpu-hour/X86_64", Amount: 0.04257, Sku: "RIGHT", Unit: "hours", Published: "2026-09-16",
		Source: address + listPath("AmazonECS", "ap-south-1"),
	}}, result.Prices)
}

func TestAnItemOfEachAttributeHasItsOwnPrice(t *testing.T) {
	t.Parallel()
	instance := func(sku, class, engine, option, usage, price string) entry {
		return entry{
			sku: sku, family: "Database Instance", unit: "Hrs", price: price,
			attributes: in("APS3-"+usage+":"+class, "instanceType", class, "databaseEngine", engine, "deploymentOption", option),
		}
	}
	_, address := newLists(t, map[string]string{"AmazonRDS/ap-south-1": listOf("AmazonRDS",
		instance("A", "db.t4g.micro", "PostgreSQL", "Single-AZ", "InstanceUsage", "0.021"),
		instance("B", "db.t4g.micro", "PostgreSQL", "Multi-AZ", "Multi-AZUsage", "0.042"),
		instance("C", "db.t4g.micro", "MySQL", "Single-AZ", "InstanceUsage", "0.02"),
		instance("D", "db.m6g.large", "PostgreSQL", "Single-AZ", "InstanceUsage", "0.2"),
		instance("E", "db.m6g.large", "PostgreSQL", "Single-AZ", "InstanceUsageIOOptimized", "0.3"),
	)})
	result := mustFetch(t, address, Query{
		Item: "rds-instance-hour/postgres/{instanceType}", Service: "AmazonRDS", Family: "Database Instance",
		Usage:      `InstanceUsage:db\..*`,
		Attributes: map[string]string{"databaseEngine": "PostgreSQL|Any", "deploymentOption": "Single-AZ"}, Per: Hour,
	})
	require.Len(t, result.Prices, 2)
	assert.Equal(t, "rds-instance-hour/postgres/db.m6g.large", result.Prices[0].Item)
	assert.Equal(t, "D", result.Prices[0].Sku)
	assert.Equal(t, "rds-instance-hour/postgres/db.t4g.micro", result.Prices[1].Item)
	assert.InDelta(t, 0.021, result.Prices[1].Amount, 0)
}

func TestWhatHasNoPriceSaysWhy(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		entries []entry
		want    string
	}{
		"two prices": {
			[]entry{
				fargate("B", "APS3-Fargate-vCPU-Hours:perCPU", "0.05"), fargate("A", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"),
			},
			"several products match, with different prices: A at 0.04 USD, B at 0.05 USD",
		},
		"yuan": {
			[]entry{{
				sku:        "A",
				family:     "Compute",
				attributes: in("APS3-Fargate-vCPU-Hours:perCPU"),
				unit:       "hours",
				price:      "0.3",
				currency:   "CNY",
			}},
			"A has a price in CNY and none in USD",
		},
		"reserved only": {
			[]entry{{sku: "A", family: "Compute", attributes: in("APS3-Fargate-vCPU-Hours:perCPU"), reservedOnly: true}},
			"A has no on-demand price",
		},
		"another unit": {
			[]entry{{sku: "A", family: "Compute", attributes: in("APS3-Fargate-vCPU-Hours:perCPU"), unit: "GB", price: "0.3"}},
			`the unit of A is "GB", which is not a price per hour`,
		},
		"no number": {
			[]entry{
				{sku: "A", family: "Compute", attributes: in("APS3-Fargate-vCPU-Hours:perCPU"), unit: "hours", price: "free"},
			},
			`A costs "free" USD from "0" on, which is not understood`,
		},
		"no product": {nil, "no product of AmazonECS matches"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gb := Query{Item: "fargate-gb-hour/X86_64", Service: "AmazonECS", Usage: "Fargate-GB-Hours", Per: Hour}
			entries := append(row.entries, fargate("GB", "APS3-Fargate-GB-Hours", "0.004"))
			_, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": listOf("AmazonECS", entries...)})
			result := mustFetch(t, address, vcpu, gb)
			require.Len(t, result.Prices, 1)
			assert.Equal(t, []string{"fargate-vcpu-hour/X86_64: " + row.want}, result.Missing)
			_, err := fetch(t, address, vcpu)
			require.ErrorContains(t, err,
				"the lists of ap-south-1 have none of the prices:\nfargate-vcpu-hour/X86_64: "+row.want)
		})
	}
}

func TestEqualPricesOfSeveralProductsAreOne(t *testing.T) {
	t.Parallel()
	_, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": listOf("AmazonECS",
		fargate("B", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"), fargate("A", "APS3-Fargate-vCPU-Hours:perCPU", "0.0400"),
	)})
	assert.Equal(t, "A", mustFetch(t, address, vcpu).Prices[0].Sku)
}

func TestFreeTiersAreNamedAndTheFirstPaidOneIsThePrice(t *testing.T) {
	t.Parallel()
	_, address := newLists(t, map[string]string{"AmazonCloudWatch/ap-south-1": listOf(
		"AmazonCloudWatch",
		entry{
			sku: "M", family: "Metric", attributes: in("APS3-CW:MetricMonitorUsage"), unit: "Metrics",
			tiers: [][3]string{
				{"250000", "Inf", "0.05"},
				{"0", "10", "0.0000000000"},
				{"10", "10000", "0.3"},
				{"10000", "250000", "0.1"},
			},
		},
		entry{
			sku:        "P",
			family:     "Parameter",
			attributes: in("APS3-PS-Advanced-Param-Tier1"),
			unit:       "Hour",
			price:      "0.0000684932",
		},
	)})
	result := mustFetch(
		t,
		address,
		Query{Item: "cloudwatch-metric-month", Service: "AmazonCloudWatch", Usage: "CW:MetricMonitorUsage", Per: Month},
		Query{
			Item:    "ssm-advanced-parameter-month",
			Service: "AmazonCloudWatch",
			Usage:   "PS-Advanced-Param-Tier1",
			Per:     Month,
		},
	)
	require.Len(t, result.Prices, 2)
	assert.InDelta(t, 0.3, result.Prices[0].Amount, 0)
	assert.Equal(t, "up to 10 free, up to 10000 0.3 USD, up to 250000 0.1 USD, above 250000 0.05 USD",
		result.Prices[0].Tiers)
	assert.Empty(t, result.Prices[1].Tiers)
	assert.InDelta(t, 0.050000036, result.Prices[1].Amount, 1e-12)
	assert.Equal(t, "0.0000684932 USD for each of 730 hours", result.Prices[1].Note)
}

func TestAGlobalPriceIsFoundInTheListOfAllRegions(t *testing.T) {
	t.Parallel()
	zone := entry{
		sku:        "Z",
		family:     "DNS Zone",
		attributes: map[string]string{"usagetype": "HostedZone"},
		unit:       "HostedZone",
		price:      "0.5",
	}
	query := Query{Item: "hosted-zone-month", Service: "AmazonRoute53", Usage: "HostedZone", Per: Month, Global: true}
	for name, contents := range map[string]map[string]string{
		"not sold by region": {"AmazonRoute53/": listOf("AmazonRoute53", zone)},
		"not in its list": {
			"AmazonRoute53/":           listOf("AmazonRoute53", zone),
			"AmazonRoute53/ap-south-1": listOf("AmazonRoute53"),
		},
		"in its list": {"AmazonRoute53/ap-south-1": listOf("AmazonRoute53", zone)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contents["AmazonECS/ap-south-1"] = listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
			_, address := newLists(t, contents)
			result := mustFetch(t, address, query, vcpu)
			assert.Empty(t, result.Missing)
			require.Len(t, result.Prices, 2)
			assert.Equal(t, "Z", result.Prices[1].Sku)
		})
	}
}

func TestAWrongRegionIsOneErrorWithTheRegions(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS")
	_, address := newLists(t, map[string]string{
		"AmazonECS/eu-west-1": list, "AmazonECS/ap-southeast-1": list, "AmazonECS/aws-global": list, "awskms/us-east-1": list,
	})
	_, err := fetch(t, address, vcpu, Query{Item: "kms-key-month", Service: "awskms", Usage: "KMS-Keys", Per: Month})
	require.EqualError(t, err, `AWS's lists have no region "ap-south-1"; they have ap-southeast-1, eu-west-1, us-east-1`)
}

func TestAServiceThatIsNotSoldThereIsMissing(t *testing.T) {
	t.Parallel()
	_, address := newLists(t, map[string]string{
		"AmazonECS/ap-south-1": listOf("AmazonECS",
			fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04")), "awswaf/us-east-1": listOf("awswaf"),
	})
	result := mustFetch(t, address, vcpu, Query{Item: "wafv2-rule-month", Service: "awswaf", Usage: "RuleV2", Per: Month},
		Query{Item: "kms-key-month", Service: "awskms", Usage: "KMS-Keys", Per: Month})
	assert.ElementsMatch(t, []string{
		"wafv2-rule-month: awswaf has no list for ap-south-1", "kms-key-month: the service index has no awskms",
	}, result.Missing)
}

func TestAServersTroubleIsWaitedFor(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
	path := listPath("AmazonECS", "ap-south-1")
	cut := body(list[:len(list)*2/3])
	shorter := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		body(list[:len(list)/2])(w, r)
	}
	for name, answers := range map[string][]http.HandlerFunc{
		"503 twice":         {status(http.StatusServiceUnavailable), status(http.StatusServiceUnavailable), body(list)},
		"too many requests": {status(http.StatusTooManyRequests), body(list)},
		"cut off":           {cut, body(list)},
		"broken connection": {shorter, body(list)},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/moved", http.StatusFound)
		}},
		"empty, then in full": {body(""), body(list)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": list})
			l.add("/moved", body(list))
			l.add(path, answers...)
			assert.Equal(t, "V", mustFetch(t, address, vcpu).Prices[0].Sku)
			assert.Equal(t, len(answers), l.times(path))
		})
	}
}

func TestAListThatCannotBeReadIsOneError(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
	reserved := list[:strings.Index(list, `"Reserved"`)+30]
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		want   string
		times  int
	}{
		"truncated":            {body(list[:len(list)/2]), "the list ends in the middle, after ", attempts},
		"truncated in the end": {body(strings.TrimSuffix(list, "}")), "the list ends in the middle, after ", attempts},
		"truncated past it":    {body(reserved), "the list ends in the middle, after ", attempts},
		"down": {
			status(http.StatusServiceUnavailable),
			"the server answered 503 Service Unavailable, in each of 4 attempts",
			attempts,
		},
		"gone":                   {status(http.StatusForbidden), "the server answered 403 Forbidden", 1},
		"no JSON":                {body("<html>"), "invalid character", 1},
		"another document":       {body(`{"regions": {}}`), "it is not a price list: it has no products or no terms", 1},
		"a list of another form": {body(`["AmazonECS"]`), "it is not a price list: [ is not an object", 1},
		"no day": {
			body(strings.Replace(list, "2026-09-16T08:00:00Z", "lately", 1)),
			`its publicationDate is "lately"`,
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": list})
			l.add(listPath("AmazonECS", "ap-south-1"), row.answer)
			result, err := fetch(t, address, vcpu)
			require.ErrorContains(t, err, row.want)
			require.ErrorContains(t, err, "the price list of AmazonECS")
			assert.Len(t, strings.Split(err.Error(), "\n"), 1)
			assert.Empty(t, result.Prices)
			assert.Equal(t, row.times, l.times(listPath("AmazonECS", "ap-south-1")))
		})
	}
}

func TestPricesBeforeTheirProductsAreReadAgain(t *testing.T) {
	t.Parallel()
	list := listOf("AmazonECS", fargate("V", "APS3-Fargate-vCPU-Hours:perCPU", "0.04"))
	products, terms := strings.Index(list, `"products"`), strings.Index(list, `"terms"`)
	end := strings.Index(list, `"attributesList"`)
	swapped := list[:products] + list[terms:end] + list[products:terms] + list[end:]
	l, address := newLists(t, map[string]string{"AmazonECS/ap-south-1": swapped})
	assert.Equal(t, "V", mustFetch(t, address, vcpu).Prices[0].Sku)
	assert.Equal(t, 2, l.times(listPath("AmazonECS", "ap-south-1")))
}

func TestThePriceOfTheDayIsTheLatestInEffect(t *testing.T) {
	t.Parallel()
	at := func(effective, price string) term {
		return term{
			Effective:  effective,
			Dimensions: map[string]dimension{"d": {Unit: "Hrs", Price: map[string]string{"USD": price}}},
		}
	}
	published := time.Date(2026, time.September, 16, 8, 0, 0, 0, time.UTC)
	got := current(map[string]term{
		"a": at("2026-09-01T00:00:00Z", "1"), "b": at("2026-01-01T00:00:00Z", "2"), "c": at("2026-10-01T00:00:00Z", "3"),
	}, published)
	require.NotNil(t, got)
	assert.Equal(t, "1", got.Dimensions["d"].Price["USD"])
	assert.Nil(t, current(nil, published))
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"pricing.example.org", "ftp://pricing.example.org", "https://", "%"} {
		_, err := fetch(t, address, vcpu)
		assert.ErrorContains(t, err, "is not the address of price lists: write it as in "+Address)
	}
}
