package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALoadBalancerFitsItsNetwork(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	stray := s.up("ec2/subnet:Subnet", "stray2",
		in{"vpcId": s.other.id, "cidrBlock": "10.1.1.0/24", "availabilityZone": "ap-south-1a"})
	const token = "lb/loadBalancer:LoadBalancer"
	web := in{
		"name":           "web",
		"subnets":        []any{s.subnetA.id, s.subnetB.id},
		"securityGroups": []any{s.sg.id},
		"idleTimeout":    60,
	}
	const two = "ValidationError: At least two subnets in two different Availability Zones"
	const outside = "subnet-0a1b2c3d4e5f60718"
	inside := in{"subnets": []any{stray.id, s.stray.id}, "internal": true}
	s.refuses(t, []mistake{
		{
			"name too long",
			token,
			web,
			in{"name": strings.Repeat("a", 33)},
			[]string{"ValidationError", "at most 32 characters"},
		},
		{"name with an underscore", token, web, in{"name": "web_1"}, []string{"ValidationError", `name = "web_1"`}},
		{"name that ends in a hyphen", token, web, in{"name": "web-"}, []string{"ValidationError"}},
		{"reserved name", token, web, in{"name": "internal-web"}, []string{"ValidationError", "internal-"}},
		{"no subnets", token, web, in{"subnets": nil}, []string{"ValidationError", "subnets = (absent)"}},
		{
			"one zone",
			token,
			web,
			in{"subnets": []any{s.subnetA.id}},
			[]string{"ValidationError: At least two subnets in two different Availability Zones"},
		},
		{"one subnet from outside", token, web, in{"subnets": []any{outside}}, []string{two}},
		{"one subnet from outside, twice", token, web, in{"subnets": []any{outside, outside}}, []string{two}},
		{
			"one mapping from outside", token, web,
			in{"subnets": nil, "subnetMappings": []any{in{"subnetId": outside}}},
			[]string{two},
		},
		{
			"two subnets of a zone",
			token,
			web,
			in{"subnets": []any{s.subnetA.id, s.subnetA2.id, s.subnetB.id}},
			[]string{"InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets"},
		},
		{
			"subnets of two VPCs",
			token,
			web,
			in{"subnets": []any{s.subnetA.id, s.stray.id}},
			[]string{"InvalidConfigurationRequest", "all subnets must belong to one VPC", "subnets[1]"},
		},
		{
			"group of another VPC",
			token,
			web,
			in{"securityGroups": []any{s.strayGroup.id}},
			[]string{"InvalidConfigurationRequest", "securityGroups[0]"},
		},
		{
			"no internet gateway",
			token,
			inside,
			in{"internal": false},
			[]string{"InvalidSubnet", "ec2.Vpc 'other' has no internet gateway"},
		},
		{"idle for too long", token, web, in{"idleTimeout": 5000}, []string{"idleTimeout = 5000", "from 1 to 4000"}},
		{"no such type", token, web, in{"loadBalancerType": "classic"}, []string{"ValidationError", "loadBalancerType"}},
	})
}

func TestZonesThatAreNotKnownAreTakenToDiffer(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	const one, two = "subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"
	assumed := func() (all []string) {
		for _, each := range s.world.Assumptions() {
			if strings.Contains(each.What, "another Availability Zone") {
				all = append(all, each.Resource+" "+each.Value)
			}
		}
		return all
	}
	s.up("lb/loadBalancer:LoadBalancer", "known", in{"subnets": []any{s.subnetA.id, s.subnetB.id}})
	s.up("lb/loadBalancer:LoadBalancer", "layer-4", in{"loadBalancerType": "network", "subnets": []any{one}})
	require.Empty(t, assumed())
	s.up("lb/loadBalancer:LoadBalancer", "half", in{"subnets": []any{s.subnetA.id, one}})
	s.up("rds/subnetGroup:SubnetGroup", "data", in{"subnetIds": []any{one, two}})
	require.Equal(t, []string{
		"lb.LoadBalancer 'half' \"" + one + "\"",
		"rds.SubnetGroup 'data' \"" + one + "\"",
		"rds.SubnetGroup 'data' \"" + two + "\"",
	}, assumed())
	_, err := s.try("rds/subnetGroup:SubnetGroup", "small", in{"subnetIds": []any{one}})
	require.ErrorContains(t, err, "DBSubnetGroupDoesNotCoverEnoughAZs")
}

func TestATargetGroupChecksItsTargetsInAWayThatCanBe(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	const token = "lb/targetGroup:TargetGroup"
	check := in{
		"interval":           30,
		"timeout":            10,
		"path":               "/ping/",
		"matcher":            "200,301",
		"healthyThreshold":   2,
		"unhealthyThreshold": 3,
		"port":               "traffic-port",
	}
	group := in{
		"name":                "app",
		"port":                9000,
		"protocol":            "HTTP",
		"targetType":          "ip",
		"vpcId":               s.vpc.id,
		"deregistrationDelay": 30,
		"healthCheck":         check,
	}
	checking := func(changes in) in { return in{"healthCheck": with(check, changes)} }
	s.refuses(t, []mistake{
		{"name", token, group, in{"name": "a.b"}, []string{"ValidationError", `name = "a.b"`}},
		{"no port", token, group, in{"port": nil}, []string{"ValidationError", "port = (absent)"}},
		{"no VPC", token, group, in{"vpcId": nil}, []string{"ValidationError", "vpcId"}},
		{"port", token, group, in{"port": 0}, []string{"ValidationError", "port = 0"}},
		{"protocol", token, group, in{"protocol": "http"}, []string{"ValidationError", `protocol = "http"`}},
		{"type", token, group, in{"targetType": "task"}, []string{"ValidationError", "targetType"}},
		{"delay", token, group, in{"deregistrationDelay": 4000}, []string{"deregistrationDelay = 4000", "0 to 3600"}},
		{"slow start", token, group, in{"slowStart": 10}, []string{"slowStart = 10"}},
		{
			"interval not above the timeout",
			token,
			group,
			checking(in{"interval": 10}),
			[]string{"Health check interval must be greater", "healthCheck.interval = 10"},
		},
		{"interval", token, group, checking(in{"interval": 301}), []string{"healthCheck.interval = 301"}},
		{"timeout", token, group, checking(in{"timeout": 1}), []string{"healthCheck.timeout = 1"}},
		{"threshold", token, group, checking(in{"healthyThreshold": 1}), []string{"healthCheck.healthyThreshold = 1"}},
		{"path", token, group, checking(in{"path": "ping"}), []string{"healthCheck.path", "write /ping"}},
		{"port", token, group, checking(in{"port": "http"}), []string{"healthCheck.port", "traffic-port"}},
		{"TCP check over HTTP", token, group, checking(in{"protocol": "TCP"}), []string{"healthCheck.protocol"}},
		{
			"codes out of range",
			token,
			group,
			checking(in{"matcher": "200-599"}),
			[]string{"healthCheck.matcher", "from 200 to 499"},
		},
		{
			"codes of gRPC",
			token,
			with(group, in{"protocolVersion": "GRPC", "healthCheck": with(check, in{"matcher": "0-99"})}),
			checking(nil),
			[]string{"from 0 to 99"},
		},
		{"codes no list", token, group, checking(in{"matcher": "200;301"}), []string{"healthCheck.matcher"}},
	})
}

// front is a load balancer with the resources that listeners need.
type front struct {
	*vpcStack

	balancer, group, strayGroup, tcpGroup *thing
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{vpcStack: newVpcStack(t)}
	f.balancer = f.up("lb/loadBalancer:LoadBalancer", "web", in{"subnets": []any{f.subnetA.id, f.subnetB.id}})
	group := in{"port": 9000, "protocol": "HTTP", "targetType": "ip", "vpcId": f.vpc.id}
	f.group = f.up("lb/targetGroup:TargetGroup", "app", group)
	f.strayGroup = f.up("lb/targetGroup:TargetGroup", "stray", with(group, in{"vpcId": f.other.id}))
	f.tcpGroup = f.up("lb/targetGroup:TargetGroup", "tcp", with(group, in{"protocol": "TCP"}))
	return f
}

func (f *front) http(action in) in {
	return in{"loadBalancerArn": f.balancer.out("arn"), "port": 80, "protocol": "HTTP", "defaultActions": []any{action}}
}

func TestListenersAnswerInAWayThatCanBe(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const token = "lb/listener:Listener"
	fixed := in{"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"}
	redirect := in{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
	answer := func(changes in) in {
		return in{"defaultActions": []any{in{"type": "fixed-response", "fixedResponse": with(fixed, changes)}}}
	}
	send := func(changes in) in {
		return in{"defaultActions": []any{in{"type": "redirect", "redirect": with(redirect, changes)}}}
	}
	forward := func(group *thing) in {
		return in{"defaultActions": []any{in{"type": "forward", "targetGroupArn": group.out("arn")}}}
	}
	answering, sending := with(f.http(in{}), answer(nil)), with(f.http(in{}), send(nil))
	forwarding := with(f.http(in{}), forward(f.group))
	f.refuses(t, []mistake{
		{"port", token, answering, in{"port": 70000}, []string{"ValidationError", "port = 70000"}},
		{"no port", token, answering, in{"port": nil}, []string{"ValidationError", "port = (absent)"}},
		{"protocol", token, answering, in{"protocol": "TCP"}, []string{"ValidationError", "HTTP, HTTPS"}},
		{
			"code",
			token,
			answering,
			answer(in{"statusCode": "301"}),
			[]string{"ValidationError", "defaultActions[0].fixedResponse.statusCode"},
		},
		{"content type", token, answering, answer(in{"contentType": "text"}), []string{"fixedResponse.contentType"}},
		{"long body", token, answering, answer(in{"messageBody": strings.Repeat("a", 1025)}), []string{"at most 1024"}},
		{
			"no answer",
			token,
			answering,
			in{"defaultActions": []any{in{"type": "fixed-response"}}},
			[]string{"defaultActions[0].fixedResponse = (absent)"},
		},
		{
			"redirect in a loop",
			token,
			sending,
			send(in{"protocol": "HTTP", "port": "80"}),
			[]string{"InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop"},
		},
		{
			"redirect code",
			token,
			sending,
			send(in{"statusCode": "301"}),
			[]string{"redirect.statusCode", "HTTP_301 or HTTP_302"},
		},
		{
			"redirect to nowhere",
			token,
			sending,
			in{"defaultActions": []any{in{"type": "redirect"}}},
			[]string{"defaultActions[0].redirect = (absent)"},
		},
		{"redirect port", token, sending, send(in{"port": "https"}), []string{"redirect.port"}},
		{"redirect protocol", token, sending, send(in{"protocol": "https"}), []string{"redirect.protocol"}},
		{
			"no target",
			token,
			forwarding,
			in{"defaultActions": []any{in{"type": "forward"}}},
			[]string{"exactly one of targetGroupArn, forward"},
		},
		{
			"no such action",
			token,
			forwarding,
			in{"defaultActions": []any{in{"type": "send"}}},
			[]string{"defaultActions[0].type"},
		},
		{"two actions", token, forwarding, in{"defaultActions": []any{
			in{"type": "forward", "targetGroupArn": f.group.out("arn")}, in{"type": "redirect", "redirect": redirect},
		}}, []string{"InvalidLoadBalancerAction: exactly one action"}},
		{
			"group of another VPC",
			token,
			forwarding,
			forward(f.strayGroup),
			[]string{"ValidationError", "lb.TargetGroup 'stray' is in ec2.Vpc 'other'", "defaultActions[0].targetGroupArn"},
		},
		{"group of another protocol", token, forwarding, forward(f.tcpGroup), []string{"IncompatibleProtocols"}},
	})
	f.up(token, "first", forwarding)
	second := f.up("lb/loadBalancer:LoadBalancer", "second", in{"subnets": []any{f.subnetA.id, f.subnetB.id}})
	_, err := f.attempt(token, "second", with(forwarding, in{"loadBalancerArn": second.out("arn")}))
	require.ErrorContains(t, err, "TargetGroupAssociationLimit")
	require.ErrorContains(t, err, "lb.Listener 'first' of lb.LoadBalancer 'web' uses it")
}

func TestHttpsNeedsAnIssuedCertificateOfTheRegion(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	const token = "lb/listener:Listener"
	outside := "arn:aws:acm:ap-south-1:123456789012:certificate/0a"
	https := with(f.http(in{"type": "forward", "targetGroupArn": f.group.out("arn")}), in{
		"port": 443, "protocol": "HTTPS", "certificateArn": outside, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
	})
	plain := f.http(in{"type": "forward", "targetGroupArn": f.group.out("arn")})
	f.refuses(t, []mistake{
		{
			"no certificate",
			token,
			https,
			in{"certificateArn": nil},
			[]string{"ValidationError: A certificate must be specified for HTTPS"},
		},
		{
			"another region",
			token,
			https,
			in{"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a"},
			[]string{"CertificateNotFound", "the certificate is in us-east-1"},
		},
		{
			"no certificate's ARN",
			token,
			https,
			in{"certificateArn": f.group.out("arn")},
			[]string{"ValidationError", "not the ARN of a certificate"},
		},
		{
			"no such policy",
			token,
			https,
			in{"sslPolicy": "ELBSecurityPolicy-TLS-1-3"},
			[]string{"SSLPolicyNotFound", "sslPolicy"},
		},
		{
			"certificate over HTTP",
			token,
			plain,
			in{"certificateArn": outside},
			[]string{"ValidationError", "HTTP listeners", "certificateArn"},
		},
	})
	pending := f.up("acm/certificate:Certificate", "tls", in{"domainName": "care.example.org", "validationMethod": "DNS"})
	_, err := f.attempt(token, "early", with(https, in{"certificateArn": pending.out("arn")}))
	require.ErrorContains(t, err, "UnsupportedCertificate: acm.Certificate 'tls' is not issued yet")
}

func TestRulesOfAListenerTakeRequestsThatCanBeTold(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	listener := f.up("lb/listener:Listener", "web",
		f.http(in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "404"}}))
	const token = "lb/listenerRule:ListenerRule"
	hosts := func(values ...any) in { return in{"conditions": []any{in{"hostHeader": in{"values": values}}}} }
	paths := func(values ...any) in { return in{"conditions": []any{in{"pathPattern": in{"values": values}}}} }
	rule := with(in{
		"listenerArn": listener.out("arn"),
		"priority":    100, "actions": []any{in{"type": "forward", "targetGroupArn": f.group.out("arn")}},
	}, hosts("care.example.org", "*.example.org"))
	f.refuses(t, []mistake{
		{"priority", token, rule, in{"priority": 50001}, []string{"ValidationError", "priority = 50001"}},
		{"no condition", token, rule, in{"conditions": []any{}}, []string{"ValidationError: A condition must be specified"}},
		{"empty condition", token, rule, in{"conditions": []any{in{}}}, []string{"exactly one of hostHeader"}},
		{
			"two kinds in one",
			token,
			rule,
			in{
				"conditions": []any{
					in{"hostHeader": in{"values": []any{"a.example.org"}}, "pathPattern": in{"values": []any{"/"}}},
				},
			},
			[]string{"exactly one of hostHeader"},
		},
		{
			"too many values",
			token,
			rule,
			hosts("a.b", "b.b", "c.b", "d.b", "e.b", "f.b"),
			[]string{"at most '5' condition values"},
		},
		{
			"long host",
			token,
			rule,
			hosts(strings.Repeat("a", 128) + ".org"),
			[]string{"of at most 128", "conditions[0].hostHeader.values[0]"},
		},
		{
			"host with a scheme",
			token,
			rule,
			hosts("https://care.example.org"),
			[]string{"ValidationError", "write a host name"},
		},
		{"host without a dot", token, rule, hosts("localhost"), []string{"ValidationError", "at least one dot"}},
		{
			"long path",
			token,
			with(rule, paths("/api/*")),
			paths("/" + strings.Repeat("a", 128)),
			[]string{"at most 128 characters"},
		},
		{
			"group of another VPC",
			token,
			rule,
			in{"actions": []any{in{"type": "forward", "targetGroupArn": f.strayGroup.out("arn")}}},
			[]string{"ec2.Vpc 'other'", "actions[0].targetGroupArn"},
		},
		{"web ACL of CloudFront", "wafv2/webAclAssociation:WebAclAssociation", in{
			"resourceArn": f.balancer.out("arn"), "webAclArn": "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/x/1",
		}, in{
			"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/1",
		}, []string{"WAFInvalidParameterException", "REGIONAL"}},
	})
}

func TestAPriorityThatIsTakenIsShown(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	listener := f.up("lb/listener:Listener", "web",
		f.http(in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "404"}}))
	rule := in{
		"listenerArn": listener.out("arn"),
		"priority":    100, "conditions": []any{in{"hostHeader": in{"values": []any{"care.example.org"}}}},
		"actions": []any{in{"type": "forward", "targetGroupArn": f.group.out("arn")}},
	}
	f.up("lb/listenerRule:ListenerRule", "first", rule)
	_, err := f.try("lb/listenerRule:ListenerRule", "second", rule)
	require.ErrorContains(
		t,
		err,
		"PriorityInUse: a priority is used once in a listener (lb.ListenerRule 'first' has it) (lb.ListenerRule 'second' "+
			"priority = 100)",
	)
	f.up("lb/listenerRule:ListenerRule", "third", with(rule, in{"priority": 101}))
}
