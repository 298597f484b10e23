package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(listenerKind, listenerCertificateKind)

func listenerKind() standin.Kind {
	return standin.Kind{
		Token: token.LbListener, Aliases: balancingAliases(token.LbListener),
		Args: lb.ListenerArgs{}, State: lb.ListenerState{},
		Facts:    setting,
		Required: []string{"defaultActions", "defaultActions.type"},
		Computed: []string{
			"mutualAuthentication",
			"protocol",
			"sslPolicy",
			"tcpIdleTimeoutSeconds",
			"routingHttpResponseServerEnabled",
		},
		Replaces: []string{"loadBalancerArn"},
		Refs: []standin.Ref{
			outside("loadBalancerArn", "LoadBalancerNotFound", standin.Target{Token: token.LbLoadBalancer, By: "arn"}),
			toCertificate("certificateArn"),
			toTargetGroup("defaultActions.targetGroupArn"), toTargetGroup("defaultActions.forward.targetGroups.arn"),
		},
		Unique: []standin.Unique{{
			By: []string{"loadBalancerArn", "port"}, Code: "DuplicateListener",
			Rule: "a load balancer has one listener on a port",
			Fix:  "use another port, or add rules to the listener that is there",
		}},
		Checks: []standin.CheckRule{elbListenerProtocol, elbListenerCertificate, elbSslPolicy, elbListenerActions},
		Rules:  []standin.Rule{elbCertificateIssued, elbListenerTargetGroup},
		Id: func(o *standin.Op) string {
			return strings.Replace(o.In("loadBalancerArn").Text(), ":loadbalancer/", ":listener/", 1) + "/" +
				standin.Draw(ident.HexDigits, 16)
		},
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{"arn": o.Id, "protocol": "HTTP", "sslPolicy": "", "routingHttpResponseServerEnabled": true}
			if o.In("protocol").Text() == "HTTPS" {
				out["sslPolicy"] = "ELBSecurityPolicy-2016-08"
				out["mutualAuthentication"] = standin.Props{"mode": "off"}
			}
			return out
		},
	}
}

func listenerCertificateKind() standin.Kind {
	return standin.Kind{
		Token: token.LbListenerCertificate, Aliases: balancingAliases(token.LbListenerCertificate),
		Args: lb.ListenerCertificateArgs{}, State: lb.ListenerCertificateState{},
		Facts:    setting,
		Replaces: []string{"certificateArn", "listenerArn"},
		Refs: []standin.Ref{
			outside("listenerArn", "ListenerNotFound", standin.Target{Token: token.LbListener, By: "arn"}),
			toCertificate("certificateArn"),
		},
		Checks: []standin.CheckRule{elbFurtherCertificate},
		Rules:  []standin.Rule{elbCertificateIssued},
		Id:     joined("_", "listenerArn", "certificateArn"),
	}
}
