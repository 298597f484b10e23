package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

func TestAStackMayCostAsMuchAsTheLimitAndNoMore(t *testing.T) {
	t.Parallel()
	nat := 0.056
	prices := &bill.Prices{Currency: "USD", Items: map[string]bill.Price{"nat-gateway-hour": {Price: &nat}}}
	gateway := bill.Line{Item: "nat-gateway-hour", Quantity: 1000}
	spot := bill.Line{Item: "fargate-vcpu-hour/ARM64/spot", Quantity: 1}
	for name, row := range map[string]struct {
		limit     string
		lines     []bill.Line
		want, log string
	}{
		"no limit": {"", []bill.Line{gateway, spot}, "", ""},
		"less":     {"56.01", []bill.Line{gateway}, "", ""},
		"as much":  {"56", []bill.Line{gateway}, "", ""},
		"more": {
			"55.99",
			[]bill.Line{gateway},
			"stack test would cost 56.00 USD a month: more than --max-monthly allows, which is 55.99", "",
		},
		"unknown": {
			"56",
			[]bill.Line{gateway, spot},
			"",
			"rehearse: stack test would cost 56.00 USD a month, and more for items without a price: " +
				"fargate-vcpu-hour/ARM64/spot " +
				"(AWS's lists have no Spot prices, which change constantly)\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var limit monthlyLimit
			if row.limit != "" {
				require.NoError(t, limit.Set(row.limit))
			}
			var log bytes.Buffer
			err := limit.compare("test", bill.Bill{Lines: row.lines}, prices, &log)
			assert.Equal(t, row.log, log.String())
			if row.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, row.want)
			assert.Equal(t, exitRefused, statusOf(err))
			assert.Equal(t, exitRefused, statusOf(errors.Join(errStateful, err)))
		})
	}
}

func TestAStackOverTheLimitEndsWithStatus3(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prices.yaml")
	require.NoError(
		t,
		os.WriteFile(file, []byte("currency: USD\nregion: eu-west-1\nprices: {load-balancer-hour/application: "+
			"{price: 0.5, date: 2026-09-16, source: x}}\n"), 0o600),
	)
	for _, command := range []string{"up", "preview"} {
		out, log, err := rehearseForeign(t, "web", command, "--prices", file, "--max-monthly", "364.99")
		require.EqualError(t, err, "stack dev would cost 365.00 USD a month: more than --max-monthly allows, which is 364.99")
		assert.Equal(t, exitRefused, statusOf(err))
		assert.Contains(t, log,
			"stack dev would cost 365.00 USD a month, and more for items without a price: fargate-vcpu-hour/X86_64")
		assert.Contains(t, out, "Monthly bill: for 730 hours: 365.00 USD", "the report comes first")
		_, log, err = rehearseForeign(t, "web", command, "--prices", file, "--max-monthly", "365")
		require.NoError(t, err, log)
	}
}

func TestALimitNeedsPricesAndAnAmount(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prices.yaml")
	require.NoError(t, os.WriteFile(file, []byte("currency: USD\nregion: ap-south-1\nprices: {nat-gateway-hour: "+
		"{price: 1, date: 2026-09-16, source: x}}\n"), 0o600))
	for name, row := range map[string]struct {
		arguments []string
		want      string
	}{
		"no prices": {[]string{"up", "--max-monthly", "300"}, "--max-monthly needs --prices"},
		"no number": {[]string{"up", "--max-monthly", "much", "--prices", file}, `"much" is not an amount`},
		"negative":  {[]string{"diff", "--base", "HEAD", "--max-monthly", "-1", "--prices", file}, `"-1" is not an amount`},
		"NaN":       {[]string{"preview", "--max-monthly", "NaN", "--prices", file}, `"NaN" is not an amount`},
		"no report": {
			[]string{"destroy", "--max-monthly", "300"},
			"--max-monthly is not allowed with destroy, which has no bill",
		},
		"no stack": {
			[]string{"prices", "--region", "ap-south-1", "--max-monthly", "300"},
			"--max-monthly is not allowed with prices",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, log bytes.Buffer
			assert.Equal(t, exitUsage, run(row.arguments, &out, &log, nil))
			assert.Contains(t, log.String(), row.want)
		})
	}
}
