package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// forgiven returns the refusals of a survey.
func (c *cloud) forgiven() string {
	var texts []string
	for _, each := range c.world.Forgiven() {
		texts = append(texts, each.Text)
	}
	return strings.Join(texts, "\n")
}

func TestARefusedCountOfCacheNodesMakesNoMoreThanAWSHas(t *testing.T) {
	t.Parallel()
	for _, count := range []int{-1 << 40, 41, 1 << 50} {
		c := configured(t, standin.Survey())
		nodes := c.up("elasticache/cluster:Cluster", "cache", in{
			"engine": "memcached", "nodeType": "cache.t4g.micro", "numCacheNodes": count,
		}).outputs["cacheNodes"].ArrayValue()
		assert.LessOrEqual(t, len(nodes), 40)
		assert.Contains(t, c.forgiven(), "numCacheNodes = ")
	}
}

func TestWhatWasRefusedIsNotNamedInFurtherRefusals(t *testing.T) {
	t.Parallel()
	c := configured(t, standin.Survey())
	const fileSystem = "arn:aws:elasticfilesystem:ap-south-1:123456789012:file-system/fs-0123456789abcdef0"
	c.up("cloudwatch/eventTarget:EventTarget", "bad-target", in{"rule": "bad/value", "arn": fileSystem})
	c.up("efs/mountTarget:MountTarget", "files", in{"fileSystemId": fileSystem, "subnetId": "subnet-0123456789abcdef0"})
	c.up("ecs/cluster:Cluster", "first", in{"name": "one name", "settings": []any{}})
	c.up("ecs/cluster:Cluster", "second", in{"name": "one name"})
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"}).id
	c.up("ec2/subnet:Subnet", "outside", in{"vpcId": vpc, "cidrBlock": "10.1.0.0/20"})
	c.up("ec2/subnet:Subnet", "also-outside", in{"vpcId": vpc, "cidrBlock": "10.1.0.0/20"})
	all := c.forgiven()
	require.Contains(t, all, "EventTarget 'bad-target'")
	assert.NotContains(t, all, "it is the ARN of")
	assert.NotContains(t, all, "any more")
	for _, resource := range []string{"Cluster 'first'", "Cluster 'second'", "Subnet 'outside'", "Subnet 'also-outside'"} {
		assert.Equal(t, 1, strings.Count(all, resource), "%s in\n%s", resource, all)
	}
}

func TestWhatDependsOnARefusedResourceIsNotRefusedForThat(t *testing.T) {
	t.Parallel()
	c := configured(t, standin.Survey())
	cluster := c.up("ecs/cluster:Cluster", "demo", in{"name": "not a name"})
	c.up("ecs/clusterCapacityProviders:ClusterCapacityProviders", "demo", in{"clusterName": cluster.out("name")})
	assert.Len(t, c.world.Forgiven(), 1, c.forgiven())
}

// A resource that names another one by its ARN or name does not make it one of this world.
func TestWhatAResourceOnlyNamesIsOutsideStill(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const topic = "arn:aws:sns:ap-south-1:123456789012:of-the-bank"
	c.up("sns/topicPolicy:TopicPolicy", "policy", in{"arn": topic, "policy": policyText(in{
		"Effect": "Allow", "Principal": in{"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": topic,
	})})
	c.up("sns/topicSubscription:TopicSubscription", "mail",
		in{"topic": topic, "protocol": "email", "endpoint": "a@example.org"})
	bucket := in{"bucket": "of-the-bank"}
	c.up("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bank", bucket)
	c.up("s3/bucketVersioningV2:BucketVersioningV2", "bank",
		with(bucket, in{"versioningConfiguration": in{"status": "Enabled"}}))
}
