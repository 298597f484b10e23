package pricelist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// offer is the relevant part of a price list.
type offer struct {
	published string
	products  map[string]product
	terms     map[string]map[string]term
	// again is set if prices came before their products, so that the list must be read again.
	again bool

	hasProducts, hasTerms bool
}

// term is a way to buy a product. There is usually one on-demand term.
type term struct {
	Effective  string               `json:"effectiveDate"`
	Dimensions map[string]dimension `json:"priceDimensions"`
}

// dimension is the price of one tier.
type dimension struct {
	Unit  string            `json:"unit"`
	Begin string            `json:"beginRange"`
	End   string            `json:"endRange"`
	Price map[string]string `json:"pricePerUnit"`
}

// errTruncated reports that a list ends in the middle.
var errTruncated = errors.New("the list ends in the middle")

// scan reads a price list and adds the products for which keep returns true, with their on-demand prices.
func (o *offer) scan(r io.Reader, keep func(product) bool) error {
	s := scanner{decoder: json.NewDecoder(r)}
	known := len(o.products) > 0
	err := s.object(func(key string) error {
		switch key {
		case "publicationDate":
			return s.decoder.Decode(&o.published)
		case "products":
			o.hasProducts = true
			return s.products(o, keep)
		case "terms":
			o.hasTerms = true
			o.again = o.again || !o.hasProducts && !known
			return s.terms(o)
		default:
			return s.skip()
		}
	})
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	case err != nil:
		return err
	case !o.hasProducts || !o.hasTerms:
		return errors.New("it is not a price list: it has no products or no terms")
	}
	return nil
}

// scanner reads a JSON document as a stream.
type scanner struct {
	decoder *json.Decoder
	// skipped is a reusable buffer for skipped values.
	skipped json.RawMessage
}

// object calls each with every key of the next object. The function must read the value.
func (s *scanner) object(each func(key string) error) error {
	start, err := s.decoder.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('{') {
		return fmt.Errorf("it is not a price list: %v is not an object", start)
	}
	for s.decoder.More() {
		key, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := each(name); err != nil {
			return err
		}
	}
	_, err = s.decoder.Token()
	return err
}

// skip skips a value of any length, token by token.
func (s *scanner) skip() error {
	depth := 0
	for {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// skipEntry skips a value that fits into memory, which is faster.
func (s *scanner) skipEntry() error { return s.decoder.Decode(&s.skipped) }

func (s *scanner) products(o *offer, keep func(product) bool) error {
	return s.object(func(sku string) error {
		var p product
		if err := s.decoder.Decode(&p); err != nil {
			return err
		}
		if keep(p) {
			p.Sku = sku
			o.products[sku] = p
		}
		return nil
	})
}

func (s *scanner) terms(o *offer) error {
	return s.object(func(kind string) error {
		return s.object(func(sku string) error {
			if _, wanted := o.products[sku]; !wanted || kind != "OnDemand" {
				return s.skipEntry()
			}
			var terms map[string]term
			if err := s.decoder.Decode(&terms); err != nil {
				return err
			}
			o.terms[sku] = terms
			return nil
		})
	})
}
