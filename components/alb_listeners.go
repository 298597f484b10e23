package components

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createListeners makes HTTPS with a redirect to it or, without a certificate, HTTP.
func (b *albBuilder) createListeners() error {
	if !b.secure() {
		b.warn()
		listener, err := b.createListener("http", &lb.ListenerArgs{
			Port: pulumi.Int(httpPort), Protocol: pulumi.String("HTTP"), DefaultActions: notFound(),
		})
		b.listener = listener
		return err
	}
	certificateArn, err := b.certificate()
	if err != nil {
		return err
	}
	b.alb.certificateArn = certificateArn
	if _, err := b.createListener("redirect", &lb.ListenerArgs{
		Port: pulumi.Int(httpPort), Protocol: pulumi.String("HTTP"), DefaultActions: redirect(),
	}); err != nil {
		return err
	}
	listener, err := b.createListener("https", &lb.ListenerArgs{
		Port: pulumi.Int(httpsPort), Protocol: pulumi.String("HTTPS"), DefaultActions: notFound(),
		CertificateArn: certificateArn, SslPolicy: pulumi.String(b.args.SslPolicy),
	})
	b.listener = listener
	return err
}

func (b *albBuilder) createListener(suffix string, args *lb.ListenerArgs) (*lb.Listener, error) {
	args.LoadBalancerArn = b.loadBalancer.Arn
	args.Tags = b.tagged()
	// A port of a load balancer has one listener only.
	listener, err := lb.NewListener(b.ctx, b.child(suffix), args, b.options(pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return nil, fmt.Errorf("create %s listener: %w", suffix, err)
	}
	return listener, nil
}

// warn logs a warning about HTTP without encryption. An error of the log must not stop a deployment.
func (b *albBuilder) warn() {
	_ = b.ctx.Log.Warn(
		"no domain: the load balancer answers plain HTTP, and Care's admin site, whose cookies need HTTPS, "+
			"cannot be signed in to",
		&pulumi.LogArgs{Resource: b.alb},
	)
}

func notFound() lb.ListenerDefaultActionArray {
	return lb.ListenerDefaultActionArray{&lb.ListenerDefaultActionArgs{
		Type: pulumi.String("fixed-response"),
		FixedResponse: &lb.ListenerDefaultActionFixedResponseArgs{
			ContentType: pulumi.String("text/plain"), MessageBody: pulumi.String("Not found"), StatusCode: pulumi.String("404"),
		},
	}}
}

func redirect() lb.ListenerDefaultActionArray {
	return lb.ListenerDefaultActionArray{&lb.ListenerDefaultActionArgs{
		Type: pulumi.String("redirect"),
		Redirect: &lb.ListenerDefaultActionRedirectArgs{
			Protocol: pulumi.String("HTTPS"),
			Port:     pulumi.String(strconv.Itoa(httpsPort)), StatusCode: pulumi.String("HTTP_301"),
		},
	}}
}

// certificate returns the existing certificate, or creates one and validates it by a DNS record.
func (b *albBuilder) certificate() (pulumi.StringInput, error) {
	if b.args.CertificateArn != nil {
		return b.args.CertificateArn, nil
	}
	certificate, err := acm.NewCertificate(b.ctx, b.child("certificate"), &acm.CertificateArgs{
		DomainName: b.args.Domain, ValidationMethod: pulumi.String("DNS"), Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create certificate: %w", err)
	}
	proof := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(b.ctx, b.child("validation"), &route53.RecordArgs{
		ZoneId:         b.args.HostedZoneId,
		Name:           proof.ResourceRecordName().Elem(),
		Type:           proof.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{proof.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(60),
		AllowOverwrite: pulumi.Bool(true),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create validation record: %w", err)
	}
	validation, err := acm.NewCertificateValidation(b.ctx, b.child("validation"), &acm.CertificateValidationArgs{
		CertificateArn: certificate.Arn, ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("validate certificate: %w", err)
	}
	return validation.CertificateArn, nil
}
