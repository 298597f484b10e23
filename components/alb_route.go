package components

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// deregistrationDelay is how long, in seconds, requests of a leaving task may still take. AWS's own default of 300
// would make every deployment wait five minutes; gunicorn ends requests after 30.
const deregistrationDelay = 30

// Route sends the requests of a host on a load balancer to a target group of its own.
type Route struct {
	pulumi.ResourceState

	// TargetGroupArn is the target group, known once the listener forwards to it.
	TargetGroupArn pulumi.StringOutput `pulumi:"targetGroupArn"`
	// RequestCountLabel names load balancer and target group as the metric of their requests does,
	// app/<name>/<id>/targetgroup/<name>/<id>; known once the listener forwards.
	RequestCountLabel pulumi.StringOutput `pulumi:"requestCountLabel"`
	// TargetGroupArnSuffix is the end of the target group's ARN, by which CloudWatch knows it.
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
}

// RouteArgs are the inputs of NewRoute.
type RouteArgs struct {
	// VpcId is the VPC of the targets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// ListenerArn is the listener that gets the rule, such as an Alb's. Required.
	ListenerArn pulumi.StringInput `pulumi:"listenerArn"`
	// HostName is the host whose requests are taken. Required.
	HostName pulumi.StringInput `pulumi:"hostName"`
	// Port is the port of the targets. Required.
	Port int `pulumi:"port"`
	// Priority orders the listener's rules, lowest first: 1 to 50000, each once. Default: 100.
	Priority int `pulumi:"priority,optional"`
	// HealthCheckPath is the path of the load balancer's health checks. It must answer 200. Default: /.
	HealthCheckPath string `pulumi:"healthCheckPath,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *RouteArgs) withDefaults() RouteArgs {
	var a RouteArgs
	if args != nil {
		a = *args
	}
	a.Priority = or(a.Priority, 100)
	a.HealthCheckPath = or(a.HealthCheckPath, "/")
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *RouteArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *RouteArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Given("vpcId", a.VpcId != nil, "give the id of the targets' VPC"),
		rule.Given("listenerArn", a.ListenerArn != nil, "take it from the Alb"),
		rule.Given("hostName", a.HostName != nil, "take it from the Alb"),
		rule.Port("port", a.Port),
		rule.Between("priority", a.Priority, 1, 50000),
	}
	if !strings.HasPrefix(a.HealthCheckPath, "/") {
		problems = append(problems,
			rule.Broken("healthCheckPath", a.HealthCheckPath, "must begin with a slash", `for example "/ping/"`))
	}
	return rule.All(problems...)
}

// NewRoute checks args and creates the route. It returns an error and registers nothing if args is nil or invalid.
func NewRoute(ctx *pulumi.Context, name string, args *RouteArgs, opts ...pulumi.ResourceOption) (*Route, error) {
	a := args.withDefaults()
	route := &Route{}
	c, err := register(ctx, "Route", name, route, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return route, c.build(func() error { return route.create(c, a) })
}

func (route *Route) create(c *component, a RouteArgs) error {
	group, err := lb.NewTargetGroup(c.ctx, c.name, &lb.TargetGroupArgs{
		VpcId:    a.VpcId,
		Port:     pulumi.Int(a.Port),
		Protocol: pulumi.String("HTTP"),
		// Tasks have addresses of their own, which is the only type that ECS takes for them.
		TargetType:          pulumi.String("ip"),
		DeregistrationDelay: pulumi.Int(deregistrationDelay),
		HealthCheck: &lb.TargetGroupHealthCheckArgs{
			Path:               pulumi.String(a.HealthCheckPath),
			Matcher:            pulumi.String("200"),
			Interval:           pulumi.Int(30),
			Timeout:            pulumi.Int(10),
			HealthyThreshold:   pulumi.Int(2),
			UnhealthyThreshold: pulumi.Int(3),
		},
		Tags: c.tagged(),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create target group: %w", err)
	}
	forward, err := lb.NewListenerRule(c.ctx, c.name, &lb.ListenerRuleArgs{
		ListenerArn: a.ListenerArn,
		Priority:    pulumi.Int(a.Priority),
		Conditions: lb.ListenerRuleConditionArray{&lb.ListenerRuleConditionArgs{
			HostHeader: &lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.StringArray{a.HostName}},
		}},
		Actions: lb.ListenerRuleActionArray{&lb.ListenerRuleActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: group.Arn,
		}},
		Tags: c.tagged(),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create listener rule: %w", err)
	}
	route.TargetGroupArn = after(group.Arn, forward.Arn)
	route.RequestCountLabel = after(requestCountLabel(a.ListenerArn, group.ArnSuffix), forward.Arn)
	route.TargetGroupArnSuffix = group.ArnSuffix
	return nil
}

// listenerForm is the end of the ARN of an application load balancer's listener: the load balancer's name and id, and
// the listener's own id
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html).
var listenerForm = regexp.MustCompile(`:listener/(app/[^/]+/[^/]+)/[^/]+$`)

// requestCountLabel joins the two names under which CloudWatch counts the requests of a target group behind a load
// balancer (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html).
func requestCountLabel(listenerArn, targetGroupSuffix pulumi.StringInput) pulumi.StringOutput {
	balancer := listenerArn.ToStringOutput().ApplyT(func(arn string) (string, error) {
		found := listenerForm.FindStringSubmatch(arn)
		if found == nil {
			return "", fmt.Errorf("listenerArn %q is not a listener of an application load balancer", arn)
		}
		return found[1], nil
	}).(pulumi.StringOutput)
	return pulumi.Sprintf("%s/%s", balancer, targetGroupSuffix)
}
