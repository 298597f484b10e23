package bill

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Write writes a price file that [Read] can read. If it fails, the file is unchanged.
func (p *Prices) Write(file string) (err error) {
	if err := p.check(); err != nil {
		return fmt.Errorf("the prices for %s have problems:\n%w", file, err)
	}
	content, err := p.encode()
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("write the prices: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write the prices: %w", err), os.Remove(part.Name()))
		}
	}()
	const readable = 0o644
	_, failed := part.Write(content)
	if err := errors.Join(failed, part.Chmod(readable), part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), file)
}

// encode returns the content of the file: items in the order of a bill, and their fields in order of importance.
func (p *Prices) encode() ([]byte, error) {
	prices := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range slices.SortedFunc(maps.Keys(p.Items), Compare) {
		prices.Content = append(prices.Content, text(name), p.Items[name].node())
	}
	document := &yaml.Node{Kind: yaml.MappingNode}
	document.Content = []*yaml.Node{
		text("currency"), text(p.Currency), text("region"), text(p.Region), text("prices"), prices,
	}
	var out bytes.Buffer
	out.WriteString(comment(p.Comment))
	encoder := yaml.NewEncoder(&out)
	const indent = 2
	encoder.SetIndent(indent)
	if err := errors.Join(encoder.Encode(document), encoder.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (p Price) node() *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	number := &yaml.Node{Kind: yaml.ScalarNode, Value: Amount(*p.Price)} // with a tag, the encoder would write it before 1
	day := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: p.Date}
	node.Content = []*yaml.Node{text("price"), number, text("date"), day, text("source"), text(p.Source)}
	for _, field := range [][2]string{{"sku", p.Sku}, {"unit", p.Unit}, {"tiers", p.Tiers}, {"note", p.Note}} {
		if field[1] != "" {
			node.Content = append(node.Content, text(field[0]), text(field[1]))
		}
	}
	return node
}

// text returns the node of a string. The encoder quotes it if necessary.
func text(value string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(value)
	return node
}

// comment prefixes each line with a number sign.
func comment(lines string) string {
	if lines == "" {
		return ""
	}
	var out strings.Builder
	for line := range strings.SplitSeq(lines, "\n") {
		out.WriteString(strings.TrimSpace("# "+line) + "\n")
	}
	return out.String()
}

// headComment returns the comment at the beginning of a file, without number signs.
func headComment(content string) string {
	var out []string
	for line := range strings.SplitSeq(content, "\n") {
		text, isComment := strings.CutPrefix(line, "#")
		if !isComment {
			break
		}
		out = append(out, strings.TrimSpace(text))
	}
	return strings.Join(out, "\n")
}

// Amount formats a price without an exponent.
func Amount(price float64) string { return strconv.FormatFloat(price, 'f', -1, 64) }
