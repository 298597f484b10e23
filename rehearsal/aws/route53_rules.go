package aws

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const badBatch = "InvalidChangeBatch" // Route 53's answer to a record that cannot be

var zoneName = regexp.MustCompile(`^([A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9-]{1,63}\.?$`)

var route53ZoneName = rule("route53/zone-name").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{"InvalidDomainName", zoneName, "the value is not a domain name", `write it as in "example.org"`})
})

// recordTypes: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html, Type.
var recordTypes = []string{
	"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA",
	"TXT",
}

var route53Record = rule("route53/record").OnInputs(func(d *standin.Draft) {
	among(d, "type", badBatch, recordTypes...)
	within(d, "ttl", badBatch, 0, 2147483647)
	alias, records, ttl := d.In("aliases"), d.In("records"), d.In("ttl")
	aliased := alias.Known() && len(alias.Items()) > 0
	switch {
	case aliased && records.Known() && len(records.Items()) > 0:
		d.Refuse(records, badBatch, "a record is an alias or has values, and not both", "remove one of the two")
	case aliased && ttl.Known():
		d.Refuse(ttl, badBatch, "an alias has the TTL of its target", "remove ttl")
	case !aliased && !alias.Unknown() && records.Missing():
		d.Refuse(records, badBatch, "a record must have values, or be an alias", "give records and ttl, or aliases")
	case !aliased && !alias.Unknown() && ttl.Missing():
		d.Refuse(ttl, "InvalidInput", "a record with values must have a TTL", "give ttl, such as 300")
	}
})

var route53RecordValues = rule("route53/record-values").OnInputs(func(d *standin.Draft) {
	kind, records := d.In("type").Text(), d.In("records")
	if kind == "CNAME" && len(records.Items()) > 1 {
		d.Refuse(records, badBatch, "a CNAME record has one value", "keep one of them")
	}
	for _, v := range records.Items() {
		address, err := netip.ParseAddr(v.Text())
		switch {
		case v.Text() == "":
		case kind == "A" && (err != nil || !address.Is4()):
			d.Refuse(v, badBatch, "Invalid Resource Record: a record of type A has IPv4 addresses",
				"use a CNAME or an alias for a name")
		case kind == "AAAA" && (err != nil || !address.Is6()):
			d.Refuse(v, badBatch, "Invalid Resource Record: a record of type AAAA has IPv6 addresses",
				"use a CNAME or an alias for a name")
		case kind == "TXT" && len(v.Text()) > 255 && !strings.Contains(v.Text(), `"`):
			d.Refuse(v, badBatch, `Invalid Resource Record: CharacterStringTooLong (Value is too long)`,
				`split it into parts of 255 characters with \"\" between`)
		}
	}
})

// zoneOf is the name of a record's zone, without the last dot; "" when the zone is not known here.
func zoneOf(o *standin.Op) string {
	if zone := o.World.Get(token.Route53Zone, o.In("zoneId").Text()); zone != nil {
		return strings.TrimSuffix(zone.Out("name").Text(), ".")
	}
	return ""
}

// A name that ends in a dot is complete; others are completed.
var route53RecordZone = rule("route53/record-zone").OnOperation(func(o *standin.Op) {
	v, zone := o.In("name"), zoneOf(o)
	name, complete := strings.CutSuffix(v.Text(), ".")
	if complete && zone != "" && !sameDomain(name, zone) &&
		!strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(zone)) {
		o.Refuse(v, badBatch, "RRSet with DNS name "+v.Text()+" is not permitted in zone "+zone+".",
			"name a record in "+zone+", or use the zone of that name")
	}
})

var route53CnameConflict = rule("route53/cname-conflict").OnOperation(func(o *standin.Op) {
	name, kind, zone := o.In("name"), o.In("type").Text(), zoneOf(o)
	if name.Text() == "" || kind == "" {
		return
	}
	if kind == "CNAME" && zone != "" && sameDomain(fqdn(o), zone) {
		o.Refuse(name, badBatch, "RRSet of type CNAME with DNS name "+zone+". is not permitted at apex in zone "+zone+".",
			"use an alias of type A")
		return
	}
	for _, other := range o.World.Where(token.Route53Record, "fqdn", fqdn(o)) {
		theirs := other.Out("type").Text()
		if !oldSelf(o, other) && other.Out("zoneId").Text() == o.In("zoneId").Text() && theirs != kind &&
			(theirs == "CNAME" || kind == "CNAME") {
			o.Refuse(name, badBatch, "RRSet of type CNAME with DNS name "+fqdn(o)+
				". is not permitted as it conflicts with other records with the same DNS name: "+other.Label()+" of type "+
				theirs, "keep one of them")
		}
	}
})

var route53AliasZone = rule("route53/alias-zone").OnOperation(func(o *standin.Op) {
	kind := o.In("type")
	for _, alias := range o.In("aliases").Items() {
		balancer := o.World.Find(token.LbLoadBalancer, "dnsName", alias.At("name").Text())
		if balancer == nil {
			continue
		}
		if zone := alias.At("zoneId"); zone.Text() != "" && zone.Text() != balancer.Out("zoneId").Text() {
			o.Refuse(zone, badBatch, "Tried to create an alias that targets "+alias.At("name").Text()+
				", but the alias target name does not lie within the target zone", "use the zoneId of "+balancer.Label())
		}
		if kind.Text() != "" && !slices.Contains([]string{"A", "AAAA"}, kind.Text()) {
			o.Refuse(kind, badBatch, "an alias of a load balancer is of type A or AAAA", `set type to "A"`)
		}
	}
})
