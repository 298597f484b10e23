package bill

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "prices.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

const sound = `currency: USD
region: ap-south-1
prices:
  nat-gateway-hour: {price: 0.056, date: 2026-09-16, source: https://example.org/vpc}
  rds-instance-hour/postgres/db.t4g.micro: {price: 0.021, date: 2026-09-18, source: https://example.org/rds}
  kms-key-month: {price: 0, date: 2026-09-17, source: free for a year}
`

func TestPricesMakeMoneyOfQuantities(t *testing.T) {
	t.Parallel()
	p, err := Read(written(t, sound))
	require.NoError(t, err)
	assert.Equal(t, "prices.yaml", p.File)
	assert.Equal(t, "USD", p.Currency)
	b := billOf(t, made{"aws:ec2/natGateway:NatGateway", "a", nil}, made{"aws:ec2/eip:Eip", "a", nil}, made{"aws:kms/key:Key", "k", nil})
	sum, without := p.Total(b)
	assert.InDelta(t, 0.056*730, sum, 1e-9)
	assert.Equal(t, []string{"public-ipv4-hour"}, without)
	first, last := p.Days()
	assert.Equal(t, "2026-09-16", first)
	assert.Equal(t, "2026-09-18", last)
	require.NoError(t, p.Suit(b))
	p.Region = "eu-west-1"
	assert.EqualError(t, p.Suit(b),
		"the prices in prices.yaml are for eu-west-1, and the stack is in ap-south-1: give those of its own region")
}

func TestAFileWithMistakesIsRefusedWithAllOfThem(t *testing.T) {
	t.Parallel()
	_, err := Read(written(t, `currency: rupees
region: Mumbai
prices:
  nat-gateway-hours: {price: 1, date: 2026-09-16, source: x}
  fargate-vcpu-hour/arm64: {price: 1, date: 2026-09-16, source: x}
  nat-gateway-hour: {price: -1, date: 16.9.2026}
  public-ipv4-hour: {date: 2026-09-16, source: " "}
  kms-key-month: {price: .nan, date: 2026-09-16, source: x}
`))
	require.Error(t, err)
	for _, problem := range []string{
		`currency: "rupees" is not one; write three capital letters, as in USD`,
		`region: "Mumbai" is not one; write it as in ap-south-1`,
		`prices.nat-gateway-hours: is nothing that is counted; did you mean "nat-gateway-hour"?`,
		"prices.fargate-vcpu-hour/arm64: what follows fargate-vcpu-hour tells no price; write it as in fargate-vcpu-hour/X86_64",
		"prices.nat-gateway-hour.price: -1 is no price",
		`prices.nat-gateway-hour.date: "16.9.2026" is no day; write it as in 2026-09-16`,
		"prices.nat-gateway-hour.source: is missing",
		"prices.public-ipv4-hour.price: is missing",
		"prices.public-ipv4-hour.source: is missing",
		"prices.kms-key-month.price: NaN is no price",
	} {
		assert.ErrorContains(t, err, problem)
	}
}

func TestAFileThatIsNoPriceFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"empty":       {"", "prices: there are none; give one at least"},
		"not YAML":    {"{", "did not find expected"},
		"other field": {sound + "tax: 18\n", "field tax not found"},
		"twice":       {sound + "  nat-gateway-hour: {price: 1, date: 2026-09-16, source: x}\n", "already defined"},
		"inner field": {sound + "  hosted-zone-month: {price: 1, date: 2026-09-16, source: x, unit: h}\n", "field unit not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(written(t, row.text))
			assert.ErrorContains(t, err, row.want)
		})
	}
	_, err := Read(filepath.Join(t.TempDir(), "missing.yaml"))
	assert.ErrorContains(t, err, "read the prices: ")
}

func TestTheExampleIsAsItShouldBe(t *testing.T) {
	t.Parallel()
	p, err := Read("../../examples/prices/ap-south-1.yaml")
	require.NoError(t, err)
	assert.Equal(t, "ap-south-1", p.Region)
	for name, price := range p.Items {
		address, err := url.Parse(price.Source)
		require.NoError(t, err, name)
		assert.Equal(t, "https", address.Scheme, "%s: the source is for everybody to open", name)
	}
}

func TestThePageHasEachItem(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/prices.md")
	require.NoError(t, err)
	for _, each := range items {
		assert.Contains(t, string(page), "`"+each.example+"`")
	}
}
