package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const httpPort = 80

// DefaultSslPolicy allows TLS 1.2 and 1.3, with forward secrecy and authenticated encryption only
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
const DefaultSslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

// Alb is an internet-facing application load balancer. With a certificate it serves HTTPS and redirects HTTP to it.
// Without one it serves HTTP and logs a warning. A request that matches no Route gets a plain 404.
type Alb struct {
	pulumi.ResourceState

	// Arn is the load balancer's ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// ArnSuffix is the end of the ARN, by which CloudWatch knows the load balancer.
	ArnSuffix pulumi.StringOutput `pulumi:"arnSuffix"`
	// DnsName is the load balancer's own DNS name.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// HostName is the name that visitors use: the domain, or else DnsName.
	HostName pulumi.StringOutput `pulumi:"hostName"`
	// Url is the address that visitors use, without a path.
	Url pulumi.StringOutput `pulumi:"url"`
	// ListenerArn is the listener to which a Route adds its rule.
	ListenerArn pulumi.StringOutput `pulumi:"listenerArn"`
	// SecurityGroupId is the load balancer's security group.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`

	certificateArn pulumi.StringInput
}

// CertificateArn returns the ARN of the certificate; nil without HTTPS.
func (a *Alb) CertificateArn() pulumi.StringInput { return a.certificateArn }

// AlbArgs are the inputs of NewAlb.
type AlbArgs struct {
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are public subnets in two zones or more. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// Domain is the host name of the site. It requires HostedZoneId or CertificateArn. Default: none, HTTP only.
	Domain pulumi.StringInput `pulumi:"domain,optional"`
	// HostedZoneId is the Route 53 zone of Domain. The Alb creates an alias record in it and, without CertificateArn, a
	// certificate and its validation records. Default: none.
	HostedZoneId pulumi.StringInput `pulumi:"hostedZoneId,optional"`
	// CertificateArn is an existing ACM certificate for Domain. Default: none.
	CertificateArn pulumi.StringInput `pulumi:"certificateArn,optional"`
	// SslPolicy is which versions of TLS are spoken. Default: ELBSecurityPolicy-TLS13-1-2-Res-2021-06.
	SslPolicy string `pulumi:"sslPolicy,optional"`
	// AccessLogsBucket is a bucket for access logs, such as that of a LogBucket. It must be in the region of the load
	// balancer and allow it to write below the component's name. Default: none.
	AccessLogsBucket pulumi.StringInput `pulumi:"accessLogsBucket,optional"`
	// WebAclArn is an existing web ACL of AWS WAF that inspects all requests, of scope REGIONAL and in the region of the
	// load balancer. AWS charges for the web ACL, its rules and its requests, and nothing for the association. Default:
	// none.
	WebAclArn pulumi.StringInput `pulumi:"webAclArn,optional"`
	// DeletionProtection has AWS refuse to delete the load balancer. Default: false.
	DeletionProtection bool `pulumi:"deletionProtection,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *AlbArgs) withDefaults() AlbArgs {
	var a AlbArgs
	if args != nil {
		a = *args
	}
	a.SslPolicy = or(a.SslPolicy, DefaultSslPolicy)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *AlbArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *AlbArgs")
	}
	problems := []error{
		rule.Given("vpcId", args.VpcId != nil, "give the id of the subnets' VPC"),
		rule.Given("subnetIds", args.SubnetIds != nil, "give the ids of public subnets in two zones"),
		validateArguments(args.arguments()),
	}
	switch {
	case args.Domain != nil && args.HostedZoneId == nil && args.CertificateArn == nil:
		problems = append(problems, rule.Broken("domain", shown(args.Domain), "needs hostedZoneId or certificateArn",
			"give the Route 53 zone of the domain, or the ARN of its ACM certificate"))
	case args.Domain == nil && args.HostedZoneId != nil:
		problems = append(problems, needsDomain("hostedZoneId", args.HostedZoneId))
	}
	if args.Domain == nil && args.CertificateArn != nil {
		problems = append(problems, needsDomain("certificateArn", args.CertificateArn))
	}
	return rule.All(problems...)
}

func needsDomain(argument string, value pulumi.StringInput) error {
	return rule.Broken(argument, shown(value), "has no effect without domain", "give domain as well")
}

func (args *AlbArgs) arguments() []argument {
	return []argument{
		{"domain", &args.Domain, rule.Domain, false},
		{"hostedZoneId", &args.HostedZoneId, rule.HostedZoneId, false},
		{"certificateArn", &args.CertificateArn, certificate, false},
		{"accessLogsBucket", &args.AccessLogsBucket, rule.BucketName, false},
		{"webAclArn", &args.WebAclArn, webAcl, false},
	}
}

func certificate(name, value string) error { return rule.Arn(name, value, "acm") }

func webAcl(name, value string) error { return rule.WebAcl(name, value, "") }

// NewAlb checks args and creates the load balancer. It returns an error and registers nothing if args is nil or
// invalid.
func NewAlb(ctx *pulumi.Context, name string, args *AlbArgs, opts ...pulumi.ResourceOption) (*Alb, error) {
	a := args.withDefaults()
	alb := &Alb{}
	c, err := register(ctx, "Alb", name, alb, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &albBuilder{component: c, args: a, alb: alb}
	return alb, b.build(b.createSecurityGroup, b.createLoadBalancer, b.createFirewall, b.createListeners, b.createRecord,
		b.setOutputs)
}

type albBuilder struct {
	*component
	args AlbArgs
	alb  *Alb

	group        *ec2.SecurityGroup
	loadBalancer *lb.LoadBalancer
	listener     *lb.Listener
}

func (b *albBuilder) secure() bool { return b.args.Domain != nil }

// createSecurityGroup creates a group that admits every address. The services behind the load balancer add the rules
// for outgoing traffic.
func (b *albBuilder) createSecurityGroup() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Load balancer "+b.name)
	if err != nil {
		return err
	}
	b.group = group
	ports := []int{httpPort}
	if b.secure() {
		ports = append(ports, httpsPort)
	}
	for _, port := range ports {
		name := fmt.Sprintf("ingress-%d", port)
		_, err := vpc.NewSecurityGroupIngressRule(b.ctx, b.child(name), &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(),
			Description:     pulumi.String(fmt.Sprintf("Everyone to %s, port %d", b.name, port)),
			CidrIpv4:        pulumi.String("0.0.0.0/0"),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(port),
			ToPort:          pulumi.Int(port),
			Tags:            b.named(name),
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("create ingress rule for port %d: %w", port, err)
		}
	}
	return nil
}

func (b *albBuilder) createLoadBalancer() error {
	args := &lb.LoadBalancerArgs{
		LoadBalancerType:         pulumi.String("application"),
		Internal:                 pulumi.Bool(false),
		Subnets:                  b.args.SubnetIds,
		SecurityGroups:           pulumi.StringArray{b.group.ID()},
		DropInvalidHeaderFields:  pulumi.Bool(true),
		EnableDeletionProtection: pulumi.Bool(b.args.DeletionProtection),
		Tags:                     b.tagged(),
	}
	if b.args.AccessLogsBucket != nil {
		args.AccessLogs = &lb.LoadBalancerAccessLogsArgs{
			Enabled: pulumi.Bool(true), Bucket: b.args.AccessLogsBucket, Prefix: pulumi.String(b.name),
		}
	}
	loadBalancer, err := lb.NewLoadBalancer(b.ctx, b.name, args, b.options()...)
	if err != nil {
		return fmt.Errorf("create load balancer: %w", err)
	}
	b.loadBalancer = loadBalancer
	return nil
}

// createRecord creates the alias record of the domain if its zone is known.
func (b *albBuilder) createRecord() error {
	if b.args.HostedZoneId == nil {
		return nil
	}
	_, err := route53.NewRecord(b.ctx, b.child("alias"), &route53.RecordArgs{
		ZoneId: b.args.HostedZoneId,
		Name:   b.args.Domain,
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
			Name:                 b.loadBalancer.DnsName,
			ZoneId:               b.loadBalancer.ZoneId,
			EvaluateTargetHealth: pulumi.Bool(false),
		}},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create alias record: %w", err)
	}
	return nil
}

func (b *albBuilder) setOutputs() error {
	alb := b.alb
	alb.Arn = b.loadBalancer.Arn
	alb.ArnSuffix = b.loadBalancer.ArnSuffix
	alb.DnsName = b.loadBalancer.DnsName
	alb.HostName = b.loadBalancer.DnsName
	alb.Url = pulumi.Sprintf("http://%s", b.loadBalancer.DnsName)
	if b.secure() {
		alb.HostName = b.args.Domain.ToStringOutput()
		alb.Url = pulumi.Sprintf("https://%s", b.args.Domain)
	}
	alb.ListenerArn = b.listener.Arn
	alb.SecurityGroupId = b.group.ID().ToStringOutput()
	return nil
}
