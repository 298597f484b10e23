// Package pricelist reads AWS's public price lists, which need no account. A service index refers to the list of
// regions of each service, which refers to the price list of each region:
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
//
// Some lists are several hundred megabytes long. The package reads them as a stream and keeps only the on-demand prices
// of the products that a [Query] selects. The lists have no Spot prices.
package pricelist
