package aws_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
)

func TestFunctionsFindWhatTheProgramMade(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	for token, row := range map[string]struct {
		args in
		want map[string]string
	}{
		"ec2/getVpc:getVpc": {in{"id": s.vpc.id}, map[string]string{"cidrBlock": "10.0.0.0/16", "arn": s.vpc.out("arn")}},
		"ec2/getSubnet:getSubnet": {in{"cidrBlock": "10.0.1.0/24"}, map[string]string{
			"id": s.subnetB.id, "availabilityZone": "ap-south-1b",
		}},
		"ec2/getSecurityGroup:getSecurityGroup": {in{"name": s.sg.out("name")}, map[string]string{
			"id": s.sg.id, "vpcId": s.vpc.id,
		}},
		"lb/getLoadBalancer:getLoadBalancer": {in{"name": s.balancer.out("name")}, map[string]string{
			"dnsName": s.balancer.out("dnsName"),
		}},
		"lb/getTargetGroup:getTargetGroup": {in{"arn": s.group.out("arn")}, map[string]string{"name": s.group.out("name")}},
		"ecs/getCluster:getCluster": {in{"clusterName": s.cluster.out("name")}, map[string]string{
			"arn": s.cluster.out("arn"), "status": "ACTIVE",
		}},
		"iam/getRole:getRole":    {in{"name": s.role.out("name")}, map[string]string{"arn": s.role.out("arn")}},
		"s3/getBucket:getBucket": {in{"bucket": s.bucket.id}, map[string]string{"arn": s.bucket.out("arn")}},
		"rds/getInstance:getInstance": {
			in{"dbInstanceIdentifier": s.database.out("identifier")}, map[string]string{"address": s.database.out("address")},
		},
		"acm/getCertificate:getCertificate": {in{"domain": "care.example.org"}, map[string]string{
			"arn": s.certificate.out("arn"),
		}},
		"cloudwatch/getLogGroup:getLogGroup": {in{"name": "/ecs/demo"}, map[string]string{"arn": s.logs.out("arn")}},
		"ssm/getParameter:getParameter":      {in{"name": "/demo/KEY"}, map[string]string{"type": "SecureString"}},
		"iam/getPolicy:getPolicy": {in{"name": "ReadOnlyAccess"}, map[string]string{
			"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
		}},
		"elb/getServiceAccount:getServiceAccount": {in{}, map[string]string{"arn": "arn:aws:iam::718504428378:root"}},
		"index/getAvailabilityZone:getAvailabilityZone": {in{"name": "ap-south-1b"}, map[string]string{
			"zoneId": "aps1-az2",
		}},
	} {
		got, err := s.ask("aws:"+token, row.args)
		require.NoError(t, err, token)
		for key, want := range row.want {
			require.True(t, got[resource.PropertyKey(key)].IsString(), "%s %s: %v", token, key, got)
			assert.Equal(t, want, got[resource.PropertyKey(key)].StringValue(), "%s %s", token, key)
		}
	}
	key, err := s.ask("aws:ssm/getParameter:getParameter", in{"name": "/demo/KEY"})
	require.NoError(t, err)
	assert.True(t, key["value"].IsSecret())
	secret, err := s.ask("aws:secretsmanager/getSecretVersion:getSecretVersion",
		in{"secretId": s.find("secretsmanager/secret:Secret").id})
	require.NoError(t, err)
	assert.Equal(t, "hunter22", secret["secretString"].SecretValue().Element.StringValue())
}

func TestFiltersAndTagsSelect(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	filter := func(name string, values ...any) in { return in{"filters": []any{in{"name": name, "values": values}}} }
	for _, row := range []struct {
		token string
		args  in
		want  []string
	}{
		{"ec2/getSubnets:getSubnets", filter("vpc-id", s.vpc.id), []string{s.subnetA.id, s.subnetB.id}},
		{"ec2/getSubnets:getSubnets", filter("cidr-block", "10.0.1.*"), []string{s.subnetB.id}},
		{"ec2/getSubnets:getSubnets", filter("availability-zone", "ap-south-1b", "ap-south-1a"), nil},
		{"ec2/getVpcs:getVpcs", filter("tag:Name", "de*"), []string{s.vpc.id}},
		{"ec2/getVpcs:getVpcs", in{"tags": in{"Name": "demo"}}, []string{s.vpc.id}},
		{"ec2/getSecurityGroups:getSecurityGroups", filter("group-name", s.sg.out("name")), []string{s.sg.id}},
	} {
		got, err := s.ask("aws:"+row.token, row.args)
		require.NoError(t, err)
		ids := got["ids"].ArrayValue()
		for _, want := range row.want {
			assert.Contains(t, got["ids"].String(), want, "%v", row.args)
		}
		if row.want != nil {
			assert.Len(t, ids, len(row.want), "%v", row.args)
		} else {
			assert.Len(t, ids, 4, "both zones, in the default VPC as well")
		}
	}
	_, err := s.ask("aws:ec2/getSubnet:getSubnet", in{"vpcId": s.vpc.id})
	require.ErrorContains(t, err, "2 resources match")
	for _, args := range []in{{"id": "vpc-0123456789abcdef0"}, {"tags": in{"Name": "other"}}, filter("no-such", "x")} {
		_, err := s.ask("aws:ec2/getVpc:getVpc", args)
		require.ErrorContains(t, err, "nothing in this rehearsal answers it", "%v", args)
	}
}

// TestTheRenderingOfPoliciesIsTheProviders holds the documented example of the data source and its rules for lists.
func TestTheRenderingOfPoliciesIsTheProviders(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	got, err := c.ask("aws:iam/getPolicyDocument:getPolicyDocument", in{"statements": []any{
		in{"sid": "1", "actions": []any{"s3:GetBucketLocation", "s3:ListAllMyBuckets"}, "resources": []any{"arn:aws:s3:::*"}},
		in{
			"actions": []any{"s3:ListBucket"}, "resources": []any{"arn:aws:s3:::files"}, "effect": "Deny",
			"conditions": []any{in{
				"test": "StringLike", "variable": "s3:prefix", "values": []any{"", "home/", "home/&{aws:username}/"},
			}},
			"principals": []any{
				in{"type": "AWS", "identifiers": []any{"b", "a"}}, in{"type": "Service", "identifiers": []any{"x"}},
			},
		},
		in{"notActions": []any{"iam:*"}, "principals": []any{in{"type": "*", "identifiers": []any{"*"}}}},
	}})
	require.NoError(t, err)
	assert.JSONEq(t, `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Deny",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::files",
      "Principal": {
        "AWS": [
          "b",
          "a"
        ],
        "Service": "x"
      },
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    },
    {
      "Effect": "Allow",
      "NotAction": "iam:*",
      "Principal": "*"
    }
  ]
}`, got["json"].StringValue())
	assert.JSONEq(t, got["json"].StringValue(), got["minifiedJson"].StringValue())
	assert.NotContains(t, got["minifiedJson"].StringValue(), "\n")
}

func TestPoliciesAreMergedBySid(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const source = `{"Version":"2012-10-17","Statement":{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	statements := func(args in) []map[string]any {
		got, err := c.ask("aws:iam/getPolicyDocument:getPolicyDocument", args)
		require.NoError(t, err)
		var document struct{ Statement []map[string]any }
		require.NoError(t, json.Unmarshal([]byte(got["json"].StringValue()), &document))
		return document.Statement
	}
	own := in{"sid": "A", "actions": []any{"ec2:*"}, "resources": []any{"*"}}
	assert.Equal(t, "ec2:*", statements(in{"sourcePolicyDocuments": []any{source}, "statements": []any{own}})[0]["Action"])
	merged := statements(in{"overridePolicyDocuments": []any{source}, "statements": []any{own, with(own, in{"sid": "B"})}})
	require.Len(t, merged, 2)
	assert.Equal(t, "s3:*", merged[0]["Action"])
	_, err := c.ask("aws:iam/getPolicyDocument:getPolicyDocument", in{"statements": []any{own, own}})
	require.ErrorContains(t, err, "duplicate Sid (A)")
	_, err = c.ask("aws:iam/getPolicyDocument:getPolicyDocument", in{"sourcePolicyDocuments": []any{source, source}})
	require.ErrorContains(t, err, "duplicate Sid (A)")
	_, err = c.ask("aws:iam/getPolicyDocument:getPolicyDocument", in{"sourcePolicyDocuments": []any{"no json"}})
	require.ErrorContains(t, err, "not JSON")
}

// TestEveryFunctionIsOneOfTheSdk would find a misspelt token, which nobody would ever call.
func TestEveryFunctionIsOneOfTheSdk(t *testing.T) {
	t.Parallel()
	source := gosdk.Open("../..")
	for token := range aws.Package().Invokes {
		_, found := source.Function(token)
		assert.True(t, found, token)
	}
}
