package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecordsAreWellFormedAndInTheirZone(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	zone := f.up("route53/zone:Zone", "zone", in{"name": "example.org"}).id
	const zones, token = "route53/zone:Zone", "route53/record:Record"
	plain := in{"zoneId": zone, "name": "www", "type": "A", "ttl": 60, "records": []any{"192.0.2.1"}}
	to := in{"name": f.balancer.out("dnsName"), "zoneId": f.balancer.out("zoneId"), "evaluateTargetHealth": false}
	alias := in{"zoneId": zone, "name": "api.example.org", "type": "A", "aliases": []any{to}}
	cname := in{
		"zoneId": zone, "name": "mail.example.org.", "type": "CNAME", "ttl": 60, "records": []any{"mail.example.net"},
	}
	f.refuses(t, zones, in{"name": "example.net"}, but("zone", in{"name": "https://example.net"}, "InvalidDomainName",
		"name"))
	f.refuses(t, token, plain,
		but("type", in{"type": "ALIAS"}, "InvalidChangeBatch", `type = "ALIAS"`),
		but("no values", in{"records": nil}, "InvalidChangeBatch", "records"),
		but("no TTL", in{"ttl": nil}, "must have a TTL"),
		but("name for an address", in{"records": []any{"example.net"}}, "IPv4 addresses", "records[0]"),
		but("address of another family", in{"type": "AAAA"}, "IPv6 addresses"),
	)
	f.refuses(t, token, alias,
		but("alias with values", in{"records": []any{"192.0.2.1"}}, "an alias or has values", "records"),
		but("alias with TTL", in{"ttl": 60}, "remove ttl"),
		but("alias into its own zone", in{"aliases": []any{with(to, in{"zoneId": zone})}},
			"InvalidChangeBatch: Tried to create an alias", "use the zoneId of lb.LoadBalancer 'web'"),
		but("alias of a kind that cannot be", in{"type": "CNAME"}, "type A or AAAA"),
	)
	f.refuses(t, token, cname,
		but("outside of the zone", in{"name": "mail.example.net."}, "is not permitted in zone example.org.", "name"),
		but("CNAME of the zone itself", in{"name": "example.org"}, "not permitted at apex"),
		but("two values of a CNAME", in{"records": []any{"a.example.net", "b.example.net"}}, "a CNAME record has one value"),
	)
	f.refuses(t, token, with(plain, in{"type": "TXT"}), but("long text", in{"records": []any{strings.Repeat("a", 256)}},
		"CharacterStringTooLong"))
	f.up(token, "mail", cname)
	_, err := f.attempt(token, "both", with(plain, in{"name": "mail"}))
	require.ErrorContains(t, err,
		"conflicts with other records with the same DNS name: route53.Record 'mail' of type CNAME")
	f.up(token, "replaced", with(cname, in{"allowOverwrite": true}))
}

func TestACertificateIsIssuedOnceItsRecordsAreThere(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const certificates, validations = "acm/certificate:Certificate", "acm/certificateValidation:CertificateValidation"
	wanted := in{
		"domainName": "*.care.example.org", "subjectAlternativeNames": []any{"care.example.org"}, "validationMethod": "DNS",
	}
	c.refuses(t, certificates, wanted,
		but("no domain", in{"domainName": "care"}, "ValidationException", `domainName = "care"`),
		but("URL", in{"domainName": "https://care.example.org"}, "ValidationException"),
		but("star in the middle", in{"subjectAlternativeNames": []any{"a.*.example.org"}}, "subjectAlternativeNames[0]"),
		but("long common name", in{"domainName": strings.Repeat("a", 60) + ".example.org"}, "of at most 64"),
		but("many names", in{"subjectAlternativeNames": many(101, "care.example.org")}, "LimitExceededException",
			"at most 100"),
		but("method", in{"validationMethod": "dns"}, "validationMethod"),
		but("key", in{"keyAlgorithm": "RSA"}, "keyAlgorithm"),
	)
	certificate := c.up(certificates, "tls", wanted)
	proof := certificate.outputs["domainValidationOptions"].ArrayValue()[0].ObjectValue()
	validation := in{"certificateArn": certificate.out("arn")}
	_, err := c.attempt(validations, "early", validation)
	require.ErrorContains(t, err, "PENDING_VALIDATION: the certificate is not issued before a CNAME record")
	record := in{"zoneId": "Z0OUTSIDE", "name": proof["resourceRecordName"].StringValue(), "type": "CNAME", "ttl": 60}
	value := proof["resourceRecordValue"].StringValue()
	wrong := c.up("route53/record:Record", "proof", with(record, in{"records": []any{"elsewhere.example.net"}}))
	_, err = c.attempt(validations, "wrong", validation)
	require.ErrorContains(t, err, "PENDING_VALIDATION")
	require.NoError(t, c.update(wrong, in{"records": []any{value}}))
	_, err = c.attempt(validations, "unlisted", with(validation, in{"validationRecordFqdns": []any{"other.example.org"}}))
	require.ErrorContains(t, err, "missing DNS validation record")
	c.up(validations, "proved", with(validation, in{"validationRecordFqdns": []any{wrong.out("fqdn")}}))
}
