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
		"name": "web", "subnets": []any{s.subnetA.id, s.subnetB.id}, "securityGroups": []any{s.sg.id}, "idleTimeout": 60,
	}
	const two = "ValidationError: At least two subnets in two different Availability Zones"
	const outside = "subnet-0a1b2c3d4e5f60718"
	inside := in{"subnets": []any{stray.id, s.stray.id}, "internal": true}
	s.refuses(t, token, web,
		but("name too long", in{"name": strings.Repeat("a", 33)}, "ValidationError", "at most 32 characters"),
		but("name with an underscore", in{"name": "web_1"}, "ValidationError", `name = "web_1"`),
		but("name that ends in a hyphen", in{"name": "web-"}, "ValidationError"),
		but("reserved name", in{"name": "internal-web"}, "ValidationError", "internal-"),
		but("no subnets", in{"subnets": nil}, "ValidationError", "subnets = (absent)"),
		but("one zone", in{"subnets": []any{s.subnetA.id}},
			"ValidationError: At least two subnets in two different Availability Zones"),
		but("one subnet from outside", in{"subnets": []any{outside}}, two),
		but("one subnet from outside, twice", in{"subnets": []any{outside, outside}}, two),
		but("one mapping from outside", in{"subnets": nil, "subnetMappings": []any{in{"subnetId": outside}}}, two),
		but("two subnets of a zone", in{"subnets": []any{s.subnetA.id, s.subnetA2.id, s.subnetB.id}},
			"InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets"),
		but("subnets of two VPCs", in{"subnets": []any{s.subnetA.id, s.stray.id}}, "InvalidConfigurationRequest",
			"all subnets must belong to one VPC", "subnets[1]"),
		but("group of another VPC", in{"securityGroups": []any{s.strayGroup.id}}, "InvalidConfigurationRequest",
			"securityGroups[0]"),
		but("idle for too long", in{"idleTimeout": 5000}, "idleTimeout = 5000", "from 1 to 4000"),
		but("no such type", in{"loadBalancerType": "classic"}, "ValidationError", "loadBalancerType"),
	)
	s.refuses(t, token, inside, but("no internet gateway", in{"internal": false}, "InvalidSubnet",
		"ec2.Vpc 'other' has no internet gateway"))
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
		"lb.LoadBalancer 'half' \"" + one + "\"", "rds.SubnetGroup 'data' \"" + one + "\"",
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
		"interval": 30, "timeout": 10, "path": "/ping/", "matcher": "200,301", "healthyThreshold": 2,
		"unhealthyThreshold": 3, "port": "traffic-port",
	}
	group := in{
		"name": "app", "port": 9000, "protocol": "HTTP", "targetType": "ip", "vpcId": s.vpc.id, "deregistrationDelay": 30,
		"healthCheck": check,
	}
	checking := func(changes in) in { return in{"healthCheck": with(check, changes)} }
	s.refuses(t, token, group,
		but("name", in{"name": "a.b"}, "ValidationError", `name = "a.b"`),
		but("no port", in{"port": nil}, "ValidationError", "port = (absent)"),
		but("no VPC", in{"vpcId": nil}, "ValidationError", "vpcId"),
		but("port", in{"port": 0}, "ValidationError", "port = 0"),
		but("protocol", in{"protocol": "http"}, "ValidationError", `protocol = "http"`),
		but("type", in{"targetType": "task"}, "ValidationError", "targetType"),
		but("delay", in{"deregistrationDelay": 4000}, "deregistrationDelay = 4000", "0 to 3600"),
		but("slow start", in{"slowStart": 10}, "slowStart = 10"),
		but("interval not above the timeout", checking(in{"interval": 10}), "Health check interval must be greater",
			"healthCheck.interval = 10"),
		but("interval", checking(in{"interval": 301}), "healthCheck.interval = 301"),
		but("timeout", checking(in{"timeout": 1}), "healthCheck.timeout = 1"),
		but("threshold", checking(in{"healthyThreshold": 1}), "healthCheck.healthyThreshold = 1"),
		but("path", checking(in{"path": "ping"}), "healthCheck.path", "write /ping"),
		but("port", checking(in{"port": "http"}), "healthCheck.port", "traffic-port"),
		but("TCP check over HTTP", checking(in{"protocol": "TCP"}), "healthCheck.protocol"),
		but("codes out of range", checking(in{"matcher": "200-599"}), "healthCheck.matcher", "from 200 to 499"),
		but("codes no list", checking(in{"matcher": "200;301"}), "healthCheck.matcher"),
	)
	s.refuses(t, token, with(group, in{"protocolVersion": "GRPC", "healthCheck": with(check, in{"matcher": "0-99"})}),
		but("codes of gRPC", checking(nil), "from 0 to 99"),
	)
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
	f.refuses(t, token, answering,
		but("port", in{"port": 70000}, "ValidationError", "port = 70000"),
		but("no port", in{"port": nil}, "ValidationError", "port = (absent)"),
		but("protocol", in{"protocol": "TCP"}, "ValidationError", "HTTP, HTTPS"),
		but("code", answer(in{"statusCode": "301"}), "ValidationError", "defaultActions[0].fixedResponse.statusCode"),
		but("content type", answer(in{"contentType": "text"}), "fixedResponse.contentType"),
		but("long body", answer(in{"messageBody": strings.Repeat("a", 1025)}), "at most 1024"),
		but("no answer", in{"defaultActions": []any{in{"type": "fixed-response"}}},
			"defaultActions[0].fixedResponse = (absent)"),
	)
	f.refuses(t, token, sending,
		but("redirect in a loop", send(in{"protocol": "HTTP", "port": "80"}),
			"InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop"),
		but("redirect code", send(in{"statusCode": "301"}), "redirect.statusCode", "HTTP_301 or HTTP_302"),
		but("redirect to nowhere", in{"defaultActions": []any{in{"type": "redirect"}}},
			"defaultActions[0].redirect = (absent)"),
		but("redirect port", send(in{"port": "https"}), "redirect.port"),
		but("redirect protocol", send(in{"protocol": "https"}), "redirect.protocol"),
	)
	f.refuses(t, token, forwarding,
		but("no target", in{"defaultActions": []any{in{"type": "forward"}}}, "exactly one of targetGroupArn, forward"),
		but("no such action", in{"defaultActions": []any{in{"type": "send"}}}, "defaultActions[0].type"),
		but(
			"two actions",
			in{"defaultActions": []any{
				in{"type": "forward", "targetGroupArn": f.group.out("arn")}, in{"type": "redirect", "redirect": redirect},
			}},
			"InvalidLoadBalancerAction: exactly one action",
		),
		but("group of another VPC", forward(f.strayGroup), "ValidationError",
			"lb.TargetGroup 'stray' is in ec2.Vpc 'other'", "defaultActions[0].targetGroupArn"),
		but("group of another protocol", forward(f.tcpGroup), "IncompatibleProtocols"),
	)
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
	https := with(f.http(in{"type": "forward", "targetGroupArn": f.group.out("arn")}),
		in{"port": 443, "protocol": "HTTPS", "certificateArn": outside, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"})
	plain := f.http(in{"type": "forward", "targetGroupArn": f.group.out("arn")})
	f.refuses(t, token, https,
		but("no certificate", in{"certificateArn": nil}, "ValidationError: A certificate must be specified for HTTPS"),
		but("another region", in{"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a"},
			"CertificateNotFound", "the certificate is in us-east-1"),
		but("no certificate's ARN", in{"certificateArn": f.group.out("arn")}, "ValidationError",
			"not the ARN of a certificate"),
		but("no such policy", in{"sslPolicy": "ELBSecurityPolicy-TLS-1-3"}, "SSLPolicyNotFound", "sslPolicy"),
	)
	f.refuses(t, token, plain, but("certificate over HTTP", in{"certificateArn": outside}, "ValidationError",
		"HTTP listeners", "certificateArn"))
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
	f.refuses(t, token, rule,
		but("priority", in{"priority": 50001}, "ValidationError", "priority = 50001"),
		but("no condition", in{"conditions": []any{}}, "ValidationError: A condition must be specified"),
		but("empty condition", in{"conditions": []any{in{}}}, "exactly one of hostHeader"),
		but(
			"two kinds in one",
			in{"conditions": []any{in{
				"hostHeader": in{"values": []any{"a.example.org"}}, "pathPattern": in{"values": []any{"/"}},
			}}},
			"exactly one of hostHeader",
		),
		but("too many values", hosts("a.b", "b.b", "c.b", "d.b", "e.b", "f.b"), "at most '5' condition values"),
		but("long host", hosts(strings.Repeat("a", 128)+".org"), "of at most 128", "conditions[0].hostHeader.values[0]"),
		but("host with a scheme", hosts("https://care.example.org"), "ValidationError", "write a host name"),
		but("host without a dot", hosts("localhost"), "ValidationError", "at least one dot"),
		but("group of another VPC", in{"actions": []any{in{"type": "forward", "targetGroupArn": f.strayGroup.out("arn")}}},
			"ec2.Vpc 'other'", "actions[0].targetGroupArn"),
	)
	f.refuses(t, token, with(rule, paths("/api/*")), but("long path", paths("/"+strings.Repeat("a", 128)),
		"at most 128 characters"))
	f.refuses(t, "wafv2/webAclAssociation:WebAclAssociation",
		in{"resourceArn": f.balancer.out("arn"), "webAclArn": "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/x/1"},
		but("web ACL of CloudFront", in{"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/1"},
			"WAFInvalidParameterException", "REGIONAL"),
	)
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
		t, err,
		"PriorityInUse: a priority is used once in a listener (lb.ListenerRule 'first' has it) (lb.ListenerRule 'second' "+
			"priority = 100)",
	)
	f.up("lb/listenerRule:ListenerRule", "third", with(rule, in{"priority": 101}))
}
