package aws

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var elbListenerProtocol = rule("elb/listener-protocol").OnInputs(func(d *standin.Draft) {
	among(d, "protocol", validationError, "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE")
	if strings.Contains(d.In("loadBalancerArn").Text(), ":loadbalancer/app/") {
		among(d, "protocol", validationError, "HTTP", "HTTPS")
		required(d, validationError, "port")
	}
})

var elbListenerCertificate = rule("elb/listener-certificate").OnInputs(func(d *standin.Draft) {
	certificate, policy, protocol := d.In("certificateArn"), d.In("sslPolicy"), d.In("protocol")
	switch protocol.Text() {
	case "HTTPS", "TLS":
		if !isGiven(certificate) {
			d.Refuse(certificate, validationError, "A certificate must be specified for "+protocol.Text()+" listeners",
				"give the ARN of an issued certificate")
		}
	case "HTTP":
		for _, v := range []standin.Value{certificate, policy} {
			if isGiven(v) && v.Known() {
				d.Refuse(v, validationError, "neither certificate nor SSL policy can be specified for HTTP listeners",
					"set protocol to HTTPS, or remove it")
			}
		}
	}
	certificateHere(d, certificate)
})

// certificateHere: a load balancer uses certificates of its own region, or of IAM
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html).
func certificateHere(d *standin.Draft, certificate standin.Value) {
	if certificate.Text() == "" {
		return
	}
	fields := strings.Split(certificate.Text(), ":")
	sound := len(fields) >= 6 && (fields[2] == "acm" && strings.HasPrefix(fields[5], "certificate/") ||
		fields[2] == "iam" && strings.HasPrefix(fields[5], "server-certificate/"))
	switch {
	case !sound:
		d.Refuse(certificate, validationError, "the value is not the ARN of a certificate of ACM or IAM",
			"give a certificate's ARN")
	case fields[2] == "acm" && fields[3] != d.Scope.Region:
		d.Refuse(certificate, "CertificateNotFound",
			"the certificate is in "+fields[3]+", and the load balancer in "+d.Scope.Region,
			"use a certificate of "+d.Scope.Region)
	}
}

var elbFurtherCertificate = rule("elb/further-certificate").OnInputs(func(d *standin.Draft) {
	certificateHere(d, d.In("certificateArn"))
})

// ACM issues a certificate some minutes after its validation records exist; CertificateValidation waits for that.
var elbCertificateIssued = rule("elb/certificate-issued").OnOperation(func(o *standin.Op) {
	v := o.In("certificateArn")
	certificate := o.World.Find(token.AcmCertificate, "arn", v.Text())
	if certificate == nil || !o.Changed("certificateArn") || issued(o.World, certificate) {
		return
	}
	o.Refuse(v, "UnsupportedCertificate", certificate.Label()+" is not issued yet: its status is PENDING_VALIDATION",
		"take certificateArn from an acm.CertificateValidation, which waits for the certificate")
})

// sslPolicies are those of application load balancers
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
var sslPolicies = regexp.MustCompile(`^ELBSecurityPolicy-(2016-08|2015-05|TLS-1-[012]-2017-01|TLS-1-2-Ext-2018-06|` +
	`FS-2018-06|FS-1-[12]-2019-08|FS-1-2-Res-(2019-08|2020-10)|` +
	`TLS13-1-(0|1|3)-(2021-06|FIPS-2023-04)|TLS13-1-2(-Res|-Ext0|-Ext1|-Ext2)?-(2021-06|FIPS-2023-04)|` +
	`TLS13-1-[0-3](-Res|-Ext[0-2])?-(FIPS-)?PQ-2025-09)$`)

var elbSslPolicy = rule("elb/ssl-policy").OnInputs(func(d *standin.Draft) {
	like(d, "sslPolicy", form{
		"SSLPolicyNotFound", sslPolicies, "there is no such SSL policy",
		"use ELBSecurityPolicy-TLS13-1-2-2021-06, for example",
	})
})

var elbListenerActions = rule("elb/listener-actions").OnInputs(func(d *standin.Draft) {
	actionsFormed(d, "defaultActions")
})

var elbRuleActions = rule("elb/rule-actions").OnInputs(func(d *standin.Draft) { actionsFormed(d, "actions") })

func actionsFormed(d *standin.Draft, path string) {
	among(d, path+".type", validationError, "forward", "redirect", "fixed-response", "authenticate-cognito",
		"authenticate-oidc")
	for _, action := range d.In(path).Items() {
		switch action.At("type").Text() {
		case "forward":
			exactlyOne(d, action, validationError, "targetGroupArn", "forward")
		case "redirect":
			redirectFormed(d, action.At("redirect"))
		case "fixed-response":
			fixedResponseFormed(d, action.At("fixedResponse"))
		}
	}
	within(d, path+".forward.targetGroups.weight", validationError, 0, 999)
	lastActionRoutes(d, d.In(path))
}

// lastActionRoutes: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html,
// on actions: the last to be performed is a forward, a redirect or a fixed response, and there is one of these.
func lastActionRoutes(d *standin.Draft, actions standin.Value) {
	routing := 0
	for _, action := range actions.Items() {
		if kind := action.At("type"); kind.Unknown() || !strings.HasPrefix(kind.Text(), "authenticate-") {
			routing++
		}
	}
	if actions.Known() && routing != 1 {
		d.Refuse(actions, "InvalidLoadBalancerAction", "exactly one action must be a forward, a redirect or a fixed response",
			"keep one of these")
	}
}

var (
	redirectProtocol = regexp.MustCompile(`^(HTTPS?|#\{protocol\})$`)
	redirectPort     = regexp.MustCompile(`^(\d{1,5}|#\{port\})$`)
	fixedStatus      = regexp.MustCompile(`^[245]\d\d$`)
)

// redirectFormed: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html.
func redirectFormed(d *standin.Draft, redirect standin.Value) {
	if redirect.Missing() {
		d.Refuse(redirect, validationError, "an action of type redirect needs a target", "give redirect")
		return
	}
	protocol, port := redirect.At("protocol"), redirect.At("port")
	if protocol.Text() != "" && !redirectProtocol.MatchString(protocol.Text()) {
		d.Refuse(protocol, validationError, "the protocol of a redirect is HTTP, HTTPS or #{protocol}", "use one of these")
	}
	if port.Text() != "" && !redirectPort.MatchString(port.Text()) {
		d.Refuse(port, validationError, "the port of a redirect is a number or #{port}", "use one of these")
	}
	if code := redirect.At("statusCode"); code.Text() != "" && code.Text() != "HTTP_301" && code.Text() != "HTTP_302" {
		d.Refuse(code, validationError, "the status code of a redirect is HTTP_301 or HTTP_302", "use one of these")
	}
	redirectMoves(d, redirect)
}

// redirectMoves: "The redirect configuration is not valid because it creates a loop"
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html, redirect actions).
func redirectMoves(d *standin.Draft, redirect standin.Value) {
	listener := map[string]string{"protocol": d.In("protocol").Text()}
	if port := d.In("port").Int(); port != 0 {
		listener["port"] = strconv.Itoa(port)
	}
	for key, same := range map[string]string{
		"protocol": "#{protocol}", "port": "#{port}", "host": "#{host}", "path": "/#{path}", "query": "#{query}",
	} {
		v := redirect.At(key)
		if v.Unknown() || v.Text() != "" && v.Text() != same && v.Text() != listener[key] {
			return
		}
	}
	d.Refuse(redirect, "InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop",
		"change protocol, port, host, path or query, for example protocol HTTPS and port 443")
}

// fixedResponseFormed:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html.
func fixedResponseFormed(d *standin.Draft, response standin.Value) {
	if response.Missing() {
		d.Refuse(response, validationError, "an action of type fixed-response needs a response", "give fixedResponse")
		return
	}
	code, kind, body := response.At("statusCode"), response.At("contentType"), response.At("messageBody")
	if code.Missing() || code.Known() && !fixedStatus.MatchString(code.Text()) {
		d.Refuse(code, validationError, "the status code of a fixed response is 2XX, 4XX or 5XX", "give one, such as 404")
	}
	kinds := []string{"text/plain", "text/css", "text/html", "application/javascript", "application/json"}
	if kind.Known() && !slices.Contains(kinds, kind.Text()) {
		d.Refuse(kind, validationError, "the content type of a fixed response is one of "+strings.Join(kinds, ", "),
			"use one of these")
	}
	if len(body.Text()) > 1024 {
		d.Refuse(body, validationError, "the body of a fixed response has at most 1024 characters", "shorten it")
	}
}

var elbRuleConditions = rule("elb/rule-conditions").OnInputs(func(d *standin.Draft) {
	conditions := d.In("conditions")
	if conditions.Known() && len(conditions.Items()) == 0 {
		d.Refuse(conditions, validationError, "A condition must be specified", "add a condition for the requests of the rule")
	}
	for _, condition := range conditions.Items() {
		exactlyOne(d, condition, validationError,
			"hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp")
	}
})

var elbRuleConditionValues = rule("elb/rule-condition-values").OnInputs(func(d *standin.Draft) {
	const most = 5
	count := 0
	for _, condition := range d.In("conditions").Items() {
		count += len(condition.At("queryStrings").Items())
		for _, kind := range []string{"hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "sourceIp"} {
			count += len(condition.At(kind + ".values").Items())
		}
	}
	if count > most {
		d.Refuse(d.In("conditions"), validationError, "Rules can have at most '5' condition values", "make several rules")
	}
})

var (
	hostPattern = regexp.MustCompile(`^(\*|[A-Za-z0-9.*?-]*\.[A-Za-z*?]+)$`)
	pathPattern = regexp.MustCompile("^[A-Za-z0-9_\\-.$/~\"'@:+&*?=%!,;()\\[\\]{}|^ ]{1,128}$")
)

var elbHostHeader = rule("elb/host-header").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "conditions.hostHeader.values", validationError, 128)
	like(d, "conditions.hostHeader.values", form{
		validationError, hostPattern,
		"a host name has letters, digits, hyphens, dots, * and ?, at least one dot, and only letters after the last",
		"write a host name, without scheme, port or path",
	})
})

var elbPathPattern = rule("elb/path-pattern").OnInputs(func(d *standin.Draft) {
	like(d, "conditions.pathPattern.values", form{
		validationError, pathPattern, "a path pattern has at most 128 characters, without spaces or control characters",
		"write a path such as /api/*",
	})
})

var wafv2WebAclRegion = rule("wafv2/web-acl-region").OnInputs(func(d *standin.Draft) {
	v := d.In("webAclArn")
	if v.Text() == "" {
		return
	}
	fields := strings.Split(v.Text(), ":")
	if len(fields) < 6 || fields[2] != "wafv2" || fields[3] != d.Scope.Region ||
		!strings.HasPrefix(fields[5], "regional/webacl/") {
		d.Refuse(v, "WAFInvalidParameterException",
			"a load balancer takes a web ACL of scope REGIONAL in its own region, "+d.Scope.Region,
			"give the ARN of such a web ACL")
	}
})
