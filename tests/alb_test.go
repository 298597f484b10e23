package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	listenerType = "aws:lb/listener:Listener"
	balancerType = "aws:lb/loadBalancer:LoadBalancer"
	recordType   = "aws:route53/record:Record"
)

func makeAlb(t *testing.T, changes ...func(*components.AlbArgs)) (*pulumitest.Result, *components.Alb) {
	t.Helper()
	return create(t, components.NewAlb, "web", changed(albArgs(""), changes...))
}

var notFound = []any{map[string]any{
	"type":          "fixed-response",
	"fixedResponse": map[string]any{"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
}}

func TestAlbWithoutDomainAnswersHttpAndSaysSo(t *testing.T) {
	t.Parallel()
	result, alb := makeAlb(t)
	listener := result.Only(t, listenerType)
	assert.Equal(t, "web-http", listener.Name)
	assert.Equal(t, 80, listener.Number("port"))
	assert.Equal(t, notFound, listener.In("defaultActions"))
	assert.Equal(t, []string{"web-ingress-80"}, result.Names(ingressType))
	if assert.Len(t, result.Warnings, 1) {
		assert.Contains(t, result.Warnings[0], "plain HTTP")
	}
	assert.Empty(t, result.OfType(recordType))
	name := result.Only(t, balancerType).State["dnsName"].StringValue()
	for output, want := range map[pulumi.Output]string{alb.HostName: name, alb.Url: "http://" + name, alb.DnsName: name} {
		value, _ := pulumitest.Output(t, output)
		assert.Equal(t, want, value)
	}
}

func TestAlbWithDomainRedirectsToHttpsWithACertificateOfItsOwn(t *testing.T) {
	t.Parallel()
	args := secureAlbArgs("")
	result, alb := run(t,
		func(ctx *pulumi.Context) (*components.Alb, error) { return components.NewAlb(ctx, "web", args) })
	redirect := result.Named(t, listenerType, "web-redirect")
	assert.Equal(t, 80, redirect.Number("port"))
	assert.Equal(t, []any{map[string]any{
		"type": "redirect", "redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
	}}, redirect.In("defaultActions"))
	secure := result.Named(t, listenerType, "web-https")
	assert.Equal(t, 443, secure.Number("port"))
	assert.Equal(t, "HTTPS", secure.Text("protocol"))
	assert.Equal(t, "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", secure.Text("sslPolicy"))
	assert.Equal(t, notFound, secure.In("defaultActions"))
	certificate := result.Only(t, "aws:acm/certificate:Certificate")
	assert.Equal(t, "api.care.example.org", certificate.Text("domainName"))
	assert.Equal(t, "DNS", certificate.Text("validationMethod"))
	assert.Equal(t, certificate.State["arn"].StringValue(), secure.Text("certificateArn"))
	assert.True(t, secure.DependsOn(result.Only(t, "aws:acm/certificateValidation:CertificateValidation")),
		"a certificate is used once it is valid")
	proof := result.Named(t, recordType, "web-validation")
	assert.Equal(t, "CNAME", proof.Text("type"))
	assert.Contains(t, proof.List("records")[0], "acm-validations.aws.")
	alias := result.Named(t, recordType, "web-alias")
	assert.Equal(t, "A", alias.Text("type"))
	assert.Equal(t, "api.care.example.org", alias.Text("name"))
	assert.Equal(t, result.Only(t, balancerType).State["dnsName"].StringValue(), alias.Text("aliases[0].name"))
	assert.Empty(t, result.Warnings)
	assert.Equal(t, []string{"web-ingress-443", "web-ingress-80"}, result.Names(ingressType))
	url, _ := pulumitest.Output(t, alb.Url)
	assert.Equal(t, "https://api.care.example.org", url)
	arn, _ := pulumitest.Output(t, alb.ListenerArn)
	assert.Equal(t, secure.State["arn"].StringValue(), arn, "routes go to the listener that answers")
}

func TestAlbTakesAnExistingCertificate(t *testing.T) {
	t.Parallel()
	const certificate = "arn:aws:acm:ap-south-1:123456789012:certificate/1"
	result, _ := makeAlb(t, func(a *components.AlbArgs) {
		a.Domain, a.CertificateArn = pulumi.String("api.care.example.org"), pulumi.String(certificate)
	})
	assert.Equal(t, certificate, result.Named(t, listenerType, "web-https").Text("certificateArn"))
	assert.Empty(t, result.OfType("aws:acm/certificate:Certificate"))
	assert.Empty(t, result.OfType(recordType), "without a zone, records are the user's")
}

func TestAlbIsHardenedAndOpenToEveryone(t *testing.T) {
	t.Parallel()
	result, _ := makeAlb(t, func(a *components.AlbArgs) {
		a.AccessLogsBucket, a.DeletionProtection = pulumi.String("care-access-logs"), true
	})
	balancer := result.Only(t, balancerType)
	assert.Equal(t, "application", balancer.Text("loadBalancerType"))
	assert.Equal(t, false, balancer.In("internal"))
	assert.Equal(t, true, balancer.In("dropInvalidHeaderFields"))
	assert.Equal(t, true, balancer.In("enableDeletionProtection"))
	assert.Equal(t, map[string]any{"enabled": true, "bucket": "care-access-logs", "prefix": "web"},
		balancer.In("accessLogs"))
	assert.Equal(t, []string{result.Only(t, securityGroupType).Id}, balancer.List("securityGroups"))
	rule := result.Only(t, ingressType)
	assert.Equal(t, "0.0.0.0/0", rule.Text("cidrIpv4"))
	assert.Empty(t, result.OfType(egressType), "what goes out is opened by the services")
	assert.True(t, result.Only(t, listenerType).Options.GetDeleteBeforeReplace(), "a port has one listener only")
	plain, _ := makeAlb(t)
	assert.Nil(t, plain.Only(t, balancerType).In("accessLogs"))
	assert.Equal(t, false, plain.Only(t, balancerType).In("enableDeletionProtection"))
}

func TestRouteSendsAHostToATargetGroupOfAddresses(t *testing.T) {
	t.Parallel()
	args := routeArgs("")
	args.HealthCheckPath = "/ping/"
	result, route := run(t,
		func(ctx *pulumi.Context) (*components.Route, error) { return components.NewRoute(ctx, "web", args) })
	group := result.Only(t, "aws:lb/targetGroup:TargetGroup")
	assert.Equal(t, "ip", group.Text("targetType"))
	assert.Equal(t, "HTTP", group.Text("protocol"))
	assert.Equal(t, 9000, group.Number("port"))
	assert.Equal(t, 30, group.Number("deregistrationDelay"))
	assert.Equal(t, map[string]any{
		"path":               "/ping/",
		"matcher":            "200",
		"interval":           30.0,
		"timeout":            10.0,
		"healthyThreshold":   2.0,
		"unhealthyThreshold": 3.0,
	}, group.In("healthCheck"))
	forward := result.Only(t, "aws:lb/listenerRule:ListenerRule")
	arn := group.State["arn"].StringValue()
	assert.Equal(t, listenerArn, forward.Text("listenerArn"))
	assert.Equal(t, 100, forward.Number("priority"))
	assert.Equal(t, []any{map[string]any{"hostHeader": map[string]any{"values": []any{"api.care.example.org"}}}},
		forward.In("conditions"))
	assert.Equal(t, []any{map[string]any{"type": "forward", "targetGroupArn": arn}}, forward.In("actions"))
	value, _ := pulumitest.Output(t, route.TargetGroupArn)
	assert.Equal(t, arn, value)
}

func TestClusterHasBothKindsOfCapacityAndLogsItsShells(t *testing.T) {
	t.Parallel()
	for insights, want := range map[bool]string{false: "disabled", true: "enabled"} {
		result, cluster := create(t, components.NewCluster, "care",
			&components.ClusterArgs{Name: pulumi.String("care-test"), ContainerInsights: insights})
		registered := result.Only(t, "aws:ecs/cluster:Cluster")
		assert.Equal(t, "care-test", registered.Text("name"))
		assert.Equal(t, []any{map[string]any{"name": "containerInsights", "value": want}}, registered.In("settings"))
		logs := result.Only(t, logGroupType)
		assert.Equal(t, "/ecs/care-exec", logs.Text("name"))
		assert.True(t, logs.Options.GetDeleteBeforeReplace(), "its name cannot exist twice")
		assert.Equal(t, map[string]any{"executeCommandConfiguration": map[string]any{
			"logging": "OVERRIDE", "logConfiguration": map[string]any{"cloudWatchLogGroupName": "/ecs/care-exec"},
		}}, registered.In("configuration"))
		providers := result.Only(t, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders")
		assert.Equal(t, []string{"FARGATE", "FARGATE_SPOT"}, providers.List("capacityProviders"))
		arn, _ := pulumitest.Output(t, cluster.Arn)
		assert.Equal(t, registered.State["arn"].StringValue(), arn)
	}
}

func TestNamespaceIsOfHttpAndBearsExactlyItsName(t *testing.T) {
	t.Parallel()
	result, namespace := create(t, components.NewNamespace, "ns",
		&components.NamespaceArgs{Name: pulumi.String("care-ns")})
	registered := result.Only(t, "aws:servicediscovery/httpNamespace:HttpNamespace")
	assert.Equal(t, "care-ns", registered.Text("name"))
	assert.False(t, registered.Options.GetDeleteBeforeReplace(), "services are in the old one until the new one is there")
	arn, _ := pulumitest.Output(t, namespace.Arn)
	assert.Equal(t, registered.State["arn"].StringValue(), arn)
}
