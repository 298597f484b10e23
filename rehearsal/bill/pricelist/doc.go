// Package pricelist reads AWS's public price lists, which need no account. A service index names each service's list of
// regions, which names the price list of each region:
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
//
// Some lists are several hundred megabytes long. They are read as a stream, and only the products that a [Query]
// selects are kept, with their on-demand prices. Spot prices are not in the lists.
package pricelist
