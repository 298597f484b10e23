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
		"zoneId":  zone,
		"name":    "mail.example.org.",
		"type":    "CNAME",
		"ttl":     60,
		"records": []any{"mail.example.net"},
	}
	f.refuses(t, []mistake{
		{"zone", zones, in{"name": "example.net"}, in{"name": "https://example.net"}, []string{"InvalidDomainName", "name"}},
		{"type", token, plain, in{"type": "ALIAS"}, []string{"InvalidChangeBatch", `type = "ALIAS"`}},
		{"no values", token, plain, in{"records": nil}, []string{"InvalidChangeBatch", "records"}},
		{"no TTL", token, plain, in{"ttl": nil}, []string{"must have a TTL"}},
		{"name for an address", token, plain, in{"records": []any{"example.net"}}, []string{"IPv4 addresses", "records[0]"}},
		{"address of another family", token, plain, in{"type": "AAAA"}, []string{"IPv6 addresses"}},
		{"alias with values", token, alias, in{"records": []any{"192.0.2.1"}}, []string{"an alias or has values", "records"}},
		{"alias with TTL", token, alias, in{"ttl": 60}, []string{"remove ttl"}},
		{
			"alias into its own zone",
			token,
			alias,
			in{"aliases": []any{with(to, in{"zoneId": zone})}},
			[]string{"InvalidChangeBatch: Tried to create an alias", "use the zoneId of lb.LoadBalancer 'web'"},
		},
		{"alias of a kind that cannot be", token, alias, in{"type": "CNAME"}, []string{"type A or AAAA"}},
		{
			"outside of the zone",
			token,
			cname,
			in{"name": "mail.example.net."},
			[]string{"is not permitted in zone example.org.", "name"},
		},
		{"CNAME of the zone itself", token, cname, in{"name": "example.org"}, []string{"not permitted at apex"}},
		{
			"two values of a CNAME",
			token,
			cname,
			in{"records": []any{"a.example.net", "b.example.net"}},
			[]string{"a CNAME record has one value"},
		},
		{
			"long text",
			token,
			with(plain, in{"type": "TXT"}),
			in{"records": []any{strings.Repeat("a", 256)}},
			[]string{"CharacterStringTooLong"},
		},
	})
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
		"domainName":              "*.care.example.org",
		"subjectAlternativeNames": []any{"care.example.org"},
		"validationMethod":        "DNS",
	}
	c.refuses(t, []mistake{
		{"no domain", certificates, wanted, in{"domainName": "care"}, []string{"ValidationException", `domainName = "care"`}},
		{"URL", certificates, wanted, in{"domainName": "https://care.example.org"}, []string{"ValidationException"}},
		{
			"star in the middle",
			certificates,
			wanted,
			in{"subjectAlternativeNames": []any{"a.*.example.org"}},
			[]string{"subjectAlternativeNames[0]"},
		},
		{
			"long common name",
			certificates,
			wanted,
			in{"domainName": strings.Repeat("a", 60) + ".example.org"},
			[]string{"of at most 64"},
		},
		{
			"many names",
			certificates,
			wanted,
			in{"subjectAlternativeNames": many(101, "care.example.org")},
			[]string{"LimitExceededException", "at most 100"},
		},
		{"method", certificates, wanted, in{"validationMethod": "dns"}, []string{"validationMethod"}},
		{"key", certificates, wanted, in{"keyAlgorithm": "RSA"}, []string{"keyAlgorithm"}},
	})
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
