package controls

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var elbControls = []Control{
	{
		ID: "ELB.1", Title: "Load balancers redirect HTTP to HTTPS", Remedy: "defaultActions",
		token: token.LbLoadBalancer, applies: isApplication,
		breach: func(world *standin.View, r *standin.Resource) string {
			for _, listener := range world.Where(token.LbListener, "loadBalancerArn", r.Out("arn").Text()) {
				if listener.Out("protocol").Text() == "HTTP" && !redirects(listener) {
					return "its listener " + listener.Name + " answers HTTP"
				}
			}
			return ""
		},
	},
	{
		ID: "ELB.4", Title: "Load balancers drop invalid headers", Remedy: "dropInvalidHeaderFields",
		token: token.LbLoadBalancer, applies: isApplication, breach: isTrue("dropInvalidHeaderFields"),
	},
	{
		ID: "ELB.5", Title: "Load balancers log each request", Remedy: "accessLogs", token: token.LbLoadBalancer,
		applies: isApplication,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("accessLogs are off", !r.Out("accessLogs.enabled").Bool())
		},
	},
	{
		ID: "ELB.6", Title: "Load balancers are protected from deletion", Remedy: "enableDeletionProtection",
		token: token.LbLoadBalancer, breach: isTrue("enableDeletionProtection"),
	},
	{
		ID: "ELB.12", Title: "Load balancers refuse ambiguous requests", Remedy: "desyncMitigationMode",
		token:   token.LbLoadBalancer,
		applies: isApplication,
		breach: func(_ *standin.View, r *standin.Resource) string {
			mode := r.Out("desyncMitigationMode").Text() // defensive unless set
			return with("desyncMitigationMode is "+mode, mode == "monitor")
		},
	},
	{
		ID: "ELB.13", Title: "Load balancers are in two zones or more", Remedy: "subnets", token: token.LbLoadBalancer,
		breach: func(_ *standin.View, r *standin.Resource) string {
			const two = 2
			return with("is in one zone", len(r.Out("subnets").Items())+len(r.Out("subnetMappings").Items()) < two)
		},
	},
	{
		ID: "ELB.16", Title: "A web firewall stands before load balancers", Remedy: "wafv2.WebAclAssociation",
		Further: true,
		token:   token.LbLoadBalancer, applies: isApplication,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("has no web ACL", world.Find(token.Wafv2WebAclAssociation, "resourceArn", r.Out("arn").Text()) == nil)
		},
	},
	{
		ID: "ELB.17", Title: "Listeners have a recommended TLS policy", Remedy: "sslPolicy", token: token.LbListener,
		applies: func(r *standin.Resource) bool { return isSecure(r.Out("protocol").Text()) },
		breach: func(_ *standin.View, r *standin.Resource) string {
			name := r.Out("sslPolicy").Text()
			return with("sslPolicy is "+name, !slices.Contains(recommendedPolicies, name))
		},
	},
	{
		ID: "ELB.18", Title: "Listeners use TLS", Remedy: "protocol", token: token.LbListener,
		breach: func(_ *standin.View, r *standin.Resource) string {
			protocol := r.Out("protocol").Text()
			return with("protocol is "+protocol, !isSecure(protocol))
		},
	},
	{
		ID: "ELB.21", Title: "Health checks use TLS", Remedy: "healthCheck.protocol", Further: true,
		token:   token.LbTargetGroup,
		applies: func(r *standin.Resource) bool { return r.Out("targetType").Text() != "lambda" },
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("healthCheck.protocol is not HTTPS", r.Out("healthCheck.protocol").Text() != "HTTPS")
		},
	},
	{
		ID: "ELB.22", Title: "Load balancers reach their targets with TLS", Remedy: "protocol", Further: true,
		token: token.LbTargetGroup,
		applies: func(r *standin.Resource) bool {
			return !slices.Contains([]string{"lambda", "alb"}, r.Out("targetType").Text()) &&
				r.Out("protocol").Text() != "GENEVE"
		},
		breach: func(_ *standin.View, r *standin.Resource) string {
			protocol := r.Out("protocol").Text()
			return with("protocol is "+protocol, !isSecure(protocol) && protocol != "QUIC")
		},
	},
}

// recommendedPolicies are those of https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17.
var recommendedPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
}

func isSecure(protocol string) bool { return protocol == "HTTPS" || protocol == "TLS" }

func isApplication(r *standin.Resource) bool {
	kind := r.Out("loadBalancerType").Text()
	return kind == "" || kind == "application"
}

// redirects reports whether a listener redirects to HTTPS whatever reaches its default actions.
func redirects(listener *standin.Resource) bool {
	return slices.ContainsFunc(listener.Out("defaultActions").Items(), func(action standin.Value) bool {
		return action.At("type").Text() == "redirect" && action.At("redirect.protocol").Text() == "HTTPS"
	})
}
