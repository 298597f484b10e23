package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
)

// listSettings are the flags of prices only.
type listSettings struct {
	region  string
	out     string
	address string
}

// listFlags are the names of these flags.
var listFlags = []string{"region", "out", "price-list"}

func (l *listSettings) register(flags *flag.FlagSet) {
	flags.StringVar(&l.region, "region", "", "the `region` whose prices are downloaded, such as ap-south-1")
	flags.StringVar(&l.out, "out", "", "the `file` that prices writes (default: the region's name and .yaml)")
	flags.StringVar(&l.address, "price-list", "",
		"`url` of a mirror of AWS's price lists (default: "+pricelist.Address+")")
}

func (l *listSettings) check(chosen command) error {
	if chosen.alone != nil && l.region == "" {
		return fmt.Errorf("%s needs --region, such as ap-south-1", chosen.name)
	}
	return nil
}

// checkFlags refuses the flags of prices with other commands, and other flags with prices.
func checkFlags(chosen command, flags *flag.FlagSet) error {
	var problems []error
	flags.Visit(func(each *flag.Flag) {
		if slices.Contains(listFlags, each.Name) != (chosen.alone != nil) {
			problems = append(problems, fmt.Errorf("--%s is not allowed with %s", each.Name, chosen.name))
		}
	})
	return errors.Join(problems...)
}

// downloadPrices writes the price file of a region.
func downloadPrices(ctx context.Context, parsed settings, stdout, stderr io.Writer) error {
	prices, missing, err := bill.FromList(ctx, pricelist.Options{
		Region: parsed.list.region, Address: parsed.list.address, Progress: stderr,
	})
	if err != nil {
		return fmt.Errorf("download the prices: %w", err)
	}
	file := cmp.Or(parsed.list.out, parsed.list.region+".yaml")
	if err := prices.Write(file); err != nil {
		return err
	}
	first, last := prices.Days()
	fmt.Fprintf(stdout, "%s: %d prices, published from %s to %s\n", file, len(prices.Items), first, last)
	if len(missing) > 0 {
		fmt.Fprintf(stderr, "\nWithout a price:\n")
	}
	for _, line := range missing {
		fmt.Fprintf(stderr, "  %s\n", line)
	}
	return nil
}
