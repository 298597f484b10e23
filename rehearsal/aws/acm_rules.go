package aws

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// domainPattern: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html.
var domainPattern = regexp.MustCompile(
	`^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$`,
)

var acmCertificateName = rule("acm/certificate-name").OnInputs(func(d *standin.Draft) {
	f := form{
		"ValidationException", domainPattern, "the value is not a domain name, with or without *. in front",
		"write it as in care.example.org",
	}
	like(d, "domainName", f)
	like(d, "subjectAlternativeNames", f)
	if !isGiven(d.In("privateKey")) {
		required(d, "ValidationException", "domainName")
	}
})

var acmCertificateNameLength = rule("acm/certificate-name-length").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "domainName", "ValidationException", 64)
	const most = 100
	if names := d.In("subjectAlternativeNames"); len(names.Items()) > most {
		d.Refuse(names, "LimitExceededException", "a certificate has at most 100 names", "make several certificates")
	}
})

// issuedFact returns the fact by which the world remembers that a certificate became valid.
func issuedFact(arn string) string { return "issued: " + arn }

// issued reports that a certificate can be used. One that is imported, signed by a private authority or
// proved by mail does not wait for anything in this world.
func issued(world *standin.View, certificate *standin.Resource) bool {
	return certificate.Out("validationMethod").Text() != "DNS" || world.Minted(issuedFact(certificate.Out("arn").Text()))
}

var acmValidationRecord = rule("acm/validation-record").OnOperation(func(o *standin.Op) {
	v := o.In("certificateArn")
	certificate := o.World.Find(token.AcmCertificate, "arn", v.Text())
	if certificate == nil || o.Preview || o.Verb != standin.Create {
		return
	}
	for _, proof := range certificate.Out("domainValidationOptions").Items() {
		name := strings.TrimSuffix(proof.At("resourceRecordName").Text(), ".")
		if !provedBy(o.World, name, proof) {
			o.Refuse(v, "PENDING_VALIDATION", "the certificate is not issued before a CNAME record "+name+" with the value "+
				proof.At("resourceRecordValue").Text()+" exists in a zone, and there is none",
				"create that record from domainValidationOptions before it")
		}
	}
	validationRecordsListed(o, certificate)
})

func provedBy(world *standin.View, name string, proof standin.Value) bool {
	value := strings.TrimSuffix(proof.At("resourceRecordValue").Text(), ".")
	for _, record := range world.Where(token.Route53Record, "fqdn", name) {
		for _, found := range record.Out("records").Texts() {
			if record.Out("type").Text() == proof.At("resourceRecordType").Text() && sameDomain(found, value) {
				return true
			}
		}
	}
	return false
}

// validationRecordsListed is the provider's own rule: when records are listed, all must be.
func validationRecordsListed(o *standin.Op, certificate *standin.Resource) {
	listed := o.In("validationRecordFqdns")
	if !listed.Complete() || len(listed.Items()) == 0 {
		return
	}
	for _, proof := range certificate.Out("domainValidationOptions").Items() {
		name, found := proof.At("resourceRecordName").Text(), false
		for _, given := range listed.Texts() {
			found = found || sameDomain(given, name)
		}
		if !found {
			o.Refuse(listed, "missing DNS validation record",
				"the record that proves "+proof.At("domainName").Text()+", "+name+", is not listed",
				"list the fqdn of every validation record")
		}
	}
}
