package aws

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	lowerDigits  = "abcdefghijklmnopqrstuvwxyz0123456789"
	upperDigits  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	letterDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// ec2Id makes an identifier of EC2's long form: the prefix and seventeen hexadecimal digits.
func ec2Id(prefix string) string { return prefix + "-0" + standin.Draw(ident.HexDigits, 16) }

// minted returns a function that makes identifiers of EC2's long form.
func minted(prefix string) func(*standin.Op) string {
	return func(*standin.Op) string { return ec2Id(prefix) }
}

// by returns a function whose identifier is the value of an input or its automatic name.
func by(input string) func(*standin.Op) string {
	return func(o *standin.Op) string { return o.Has(input).Text() }
}

// joined returns a function that makes an identifier of several inputs.
func joined(separator string, inputs ...string) func(*standin.Op) string {
	return func(o *standin.Op) string {
		parts := make([]string, 0, len(inputs))
		for _, input := range inputs {
			parts = append(parts, o.Has(input).Text())
		}
		return strings.Join(parts, separator)
	}
}

func timestamp() string { return time.Now().UTC().Format(time.RFC3339) }

// addressIn picks a free-looking host address of a subnet; "" when the range is not one.
func addressIn(cidr string) string {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil || !prefix.Addr().Is4() {
		return ""
	}
	const reserved = 4 // AWS keeps the first four addresses and the last
	size := uint64(1) << (32 - prefix.Bits())
	if size < 2*reserved {
		return ""
	}
	offset := reserved + uint32(standin.Below(int(size-reserved-1)))
	base := prefix.Masked().Addr().As4()
	binary.BigEndian.PutUint32(base[:], binary.BigEndian.Uint32(base[:])+offset)
	return netip.AddrFrom4(base).String()
}

// publicAddress is from the range that RFC 5737 keeps for examples.
func publicAddress() string {
	return fmt.Sprintf("203.0.113.%d", 1+standin.Below(254))
}

// dashed writes an address as it appears in the names AWS makes.
func dashed(address string) string { return strings.ReplaceAll(address, ".", "-") }

// afterFirst returns the text after the first occurrence of a mark.
func afterFirst(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}
