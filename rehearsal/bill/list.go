package bill

import (
	"context"

	"github.com/ohcnetwork/care-ecs/rehearsal/bill/pricelist"
)

// FromList reads the prices of a region from AWS's public price lists. It also returns a line for each item without a
// price in them.
func FromList(ctx context.Context, options pricelist.Options) (*Prices, []string, error) {
	options.Queries = Queries()
	result, err := pricelist.Download(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	p := &Prices{
		Currency: "USD", Region: options.Region, Items: map[string]Price{},
		Comment: "AWS's public prices in " + options.Region + ", for rehearse --prices; docs/prices.md explains the form." +
			"\n\nBy rehearse prices --region " + options.Region + ". Spot prices are not in AWS's lists.",
	}
	for _, each := range result.Prices {
		if _, known := place(each.Item); !known {
			result.Missing = append(result.Missing, each.Item+": it has a price, but is not an item")
			continue
		}
		p.Items[each.Item] = Price{
			Price: &each.Amount, Date: each.Published, Source: each.Source, Sku: each.Sku, Unit: each.Unit,
			Tiers: each.Tiers, Note: each.Note,
		}
	}
	return p, result.Missing, nil
}
