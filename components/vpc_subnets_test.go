package components

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

var tiers = []tier{publicTier, applicationTier, dataTier}

func TestSubnetsOfAllZonesLieInTheVpcAndNeverOverlap(t *testing.T) {
	t.Parallel()
	for bits := 16; bits <= 22; bits++ {
		network := netip.PrefixFrom(netip.MustParseAddr("10.4.0.0"), bits).Masked()
		carved := map[string]netip.Prefix{}
		for letter := 'a'; letter <= 'h'; letter++ {
			for _, tier := range tiers {
				name := fmt.Sprintf("%s %s-%c", network, tier.name, letter)
				subnet := netip.MustParsePrefix(subnetCidrBlock(network.String(), "ap-south-1"+string(letter), tier))
				assert.Equal(t, subnet.Masked(), subnet, "%s has no host bits", name)
				assert.True(t, network.Contains(subnet.Addr()), "%s in the VPC", name)
				assert.LessOrEqual(t, subnet.Bits(), 28, "%s: AWS has no smaller subnets", name)
				for other, taken := range carved {
					assert.False(t, taken.Overlaps(subnet), "%s and %s overlap", name, other)
				}
				carved[name] = subnet
			}
		}
	}
}

func TestSubnetsOfAZoneAreAlwaysTheSame(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"application-a": "10.0.0.0/20", "public-a": "10.0.16.0/22", "data-a": "10.0.20.0/22",
		"application-b": "10.0.32.0/20", "public-b": "10.0.48.0/22", "data-b": "10.0.52.0/22",
		"application-h": "10.0.224.0/20", "public-h": "10.0.240.0/22", "data-h": "10.0.244.0/22",
	}
	got := map[string]string{}
	for _, letter := range []string{"a", "b", "h"} {
		for _, tier := range tiers {
			got[tier.name+"-"+letter] = subnetCidrBlock("10.0.0.0/16", "ap-south-1"+letter, tier)
		}
	}
	assert.Equal(t, want, got, "a moved subnet is a replaced one, with everything in it")
}
