package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// webAclAssociationToken is the type of the association in the AWS provider. The Go package of the type takes tens of
// GB of memory to compile (https://github.com/pulumi/pulumi-aws/issues/1117), so it is registered by its token.
const webAclAssociationToken = "aws:wafv2/webAclAssociation:WebAclAssociation"

// awsProviderVersion is the version of the AWS provider that the other types have from their Go package.
const awsProviderVersion = "6.83.4"

// createFirewall associates the web ACL. A load balancer has one at most.
func (b *albBuilder) createFirewall() error {
	if b.args.WebAclArn == nil {
		return nil
	}
	err := b.ctx.RegisterResource(webAclAssociationToken, b.child("firewall"), pulumi.Map{
		"resourceArn": b.loadBalancer.Arn, "webAclArn": b.args.WebAclArn,
	}, &pulumi.CustomResourceState{}, b.options(pulumi.Version(awsProviderVersion))...)
	if err != nil {
		return fmt.Errorf("associate web ACL: %w", err)
	}
	return nil
}
