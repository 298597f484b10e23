package aws

import (
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(certificateKind, validationKind)

func certificateKind() standin.Kind {
	return standin.Kind{
		Token: token.AcmCertificate, Args: acm.CertificateArgs{}, State: acm.CertificateState{},
		Facts:    setting,
		Computed: []string{"domainName", "keyAlgorithm", "options", "subjectAlternativeNames", "validationMethod"},
		Replaces: []string{
			"certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod",
			"validationOptions",
		},
		Sets:    []string{"subjectAlternativeNames", "validationOptions"},
		Secrets: []string{"privateKey"},
		HeldBy: []standin.Hold{
			{Token: token.LbListener, Path: "certificateArn", By: "arn"},
			{Token: token.LbListenerCertificate, Path: "certificateArn", By: "arn"},
		},
		InUse:  "ResourceInUseException",
		Checks: []standin.CheckRule{acmCertificateName, acmCertificateNameLength},
		Id:     func(o *standin.Op) string { return arn(o, "acm", "certificate/"+standin.Uuid()) },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":                     o.Id,
				"domainValidationOptions": validationOptions(o),
				"status":                  "PENDING_VALIDATION",
				"type":                    "AMAZON_ISSUED",
				"keyAlgorithm":            "RSA_2048", "subjectAlternativeNames": []any{o.In("domainName").Text()},
				"options":  standin.Props{"certificateTransparencyLoggingPreference": "ENABLED"},
				"notAfter": "", "notBefore": "", "pendingRenewal": false, "renewalEligibility": "INELIGIBLE",
				"renewalSummaries": []any{}, "validationEmails": []any{}, "validationMethod": "NONE",
			}
		},
	}
}

// validationOptions are the records that prove a domain; a wildcard shares that of its parent
// (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
func validationOptions(o *standin.Op) []standin.Props {
	options := []standin.Props{}
	if o.In("validationMethod").Text() != "DNS" {
		return options
	}
	records := map[string][2]string{}
	for _, name := range certificateNames(o) {
		base := strings.TrimPrefix(name, "*.")
		if _, made := records[base]; !made {
			records[base] = [2]string{
				"_" + standin.Draw(ident.HexDigits, 32) + "." + base + ".",
				"_" + standin.Draw(ident.HexDigits, 32) + "." + standin.Draw(lowerDigits, 10) + ".acm-validations.aws.",
			}
		}
		options = append(options, standin.Props{
			"domainName":          name,
			"resourceRecordName":  records[base][0],
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": records[base][1],
		})
	}
	return options
}

// certificateNames are the domain and its alternatives, each once.
func certificateNames(o *standin.Op) []string {
	names := []string{o.In("domainName").Text()}
	for _, name := range o.In("subjectAlternativeNames").Texts() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func validationKind() standin.Kind {
	return standin.Kind{
		Token: token.AcmCertificateValidation,
		Args:  acm.CertificateValidationArgs{}, State: acm.CertificateValidationState{},
		Facts: slow(3*time.Minute, "ACM looks up the record and issues the certificate; at times it takes much longer",
			"https://github.com/aws/aws-cdk/issues/2914: within 5 minutes, mostly"),
		Replaces: []string{"certificateArn", "validationRecordFqdns"},
		Sets:     []string{"validationRecordFqdns"},
		Refs:     []standin.Ref{toCertificate("certificateArn")},
		Rules:    []standin.Rule{acmValidationRecord},
		Id:       func(*standin.Op) string { return time.Now().UTC().Format("2006-01-02 15:04:05 +0000 UTC") },
		Outputs: func(o *standin.Op) standin.Props {
			o.World.Remember(issuedFact(o.In("certificateArn").Text()))
			return nil
		},
	}
}
