package aws_test

import (
	"context"
	"net"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/peer"
)

func (c *cloud) ask(token string, args in) (resource.PropertyMap, error) {
	got, err := c.server.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: token, Args: c.wire(args)})
	if err != nil {
		return nil, err
	}
	return c.decode(got.Return), nil
}

func TestFunctionsAnswerForTheConfiguredRegion(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	zones, err := c.ask("aws:index/getAvailabilityZones:getAvailabilityZones", nil)
	require.NoError(t, err)
	assert.Equal(t, []any{"ap-south-1a", "ap-south-1b", "ap-south-1c"}, zones["names"].Mappable())
	assert.Equal(t, []any{"aps1-az1", "aps1-az2", "aps1-az3"}, zones["zoneIds"].Mappable())
	caller, err := c.ask("aws:index/getCallerIdentity:getCallerIdentity", nil)
	require.NoError(t, err)
	assert.Equal(t, "123456789012", caller["accountId"].StringValue())
	region, err := c.ask("aws:index/getRegion:getRegion", nil)
	require.NoError(t, err)
	assert.Equal(t, "ap-south-1", region["name"].StringValue())
	part, err := c.ask("aws:index/getPartition:getPartition", nil)
	require.NoError(t, err)
	assert.Equal(t, "com.amazonaws", part["reverseDnsPrefix"].StringValue())
	_, err = c.ask("aws:index/getArn:getArn", nil)
	require.ErrorContains(t, err,
		"the stand-in AWS does not know the function aws:index/getArn:getArn; rehearse with --unknown accept")
}

func TestAZoneIsFoundHereOrTakenToExistElsewhere(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	elsewhere, err := c.ask("aws:route53/getZone:getZone", in{"name": "example.org"})
	require.NoError(t, err)
	again, err := c.ask("aws:route53/getZone:getZone", in{"name": "example.org."})
	require.NoError(t, err)
	assert.Equal(t, elsewhere["zoneId"], again["zoneId"])
	c.up("route53/record:Record", "www", in{
		"zoneId": elsewhere["zoneId"].StringValue(), "name": "www.example.org", "type": "A", "ttl": 60,
		"records": []any{"192.0.2.1"},
	})
	assert.Len(t, c.world.Assumptions(), 1)

	zone := c.up("route53/zone:Zone", "own", in{"name": "care.example.org"})
	own, err := c.ask("aws:route53/getZone:getZone", in{"name": "care.example.org"})
	require.NoError(t, err)
	assert.Equal(t, zone.id, own["zoneId"].StringValue())
	_, err = c.ask("aws:route53/getZone:getZone", nil)
	require.ErrorContains(t, err, "either the name or the zoneId")
}

func TestARegionIsDemanded(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for region, want := range map[string]string{
		"": "the provider needs a region", "Mumbai": "a region looks like ap-south-1",
	} {
		args := in{}
		if region != "" {
			args["region"] = region
		}
		got, err := c.server.CheckConfig(context.Background(),
			&pulumirpc.CheckRequest{Urn: "urn:pulumi:dev::demo::pulumi:providers:aws::default", News: c.wire(args)})
		require.NoError(t, err)
		require.Len(t, got.Failures, 1)
		assert.Contains(t, got.Failures[0].Reason, want)
		_, err = c.server.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: c.wire(args)})
		require.Error(t, err)
	}
}

func TestEachProviderConfigurationHasARegionOfItsOwn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	connection := func(port int) context.Context {
		return peer.NewContext(context.Background(), &peer.Peer{Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}})
	}
	for port, region := range map[int]string{1: "us-east-1", 2: "eu-west-1"} {
		_, err := c.server.Configure(connection(port), &pulumirpc.ConfigureRequest{Args: c.wire(in{"region": region})})
		require.NoError(t, err)
	}
	for port, region := range map[int]string{1: "us-east-1", 2: "eu-west-1"} {
		got, err := c.server.Create(connection(port),
			&pulumirpc.CreateRequest{Urn: urn("cloudwatch/logGroup:LogGroup", "same"), Properties: c.wire(in{"name": "same"})})
		require.NoError(t, err, "a name is unique in its region")
		assert.Equal(t, "arn:aws:logs:"+region+":123456789012:log-group:same", c.decode(got.Properties)["arn"].StringValue())
	}
	role := func(port int) error {
		_, err := c.server.Create(connection(port), &pulumirpc.CreateRequest{
			Urn: urn("iam/role:Role", "same"), Properties: c.wire(in{"name": "same", "assumeRolePolicy": trust}),
		})
		return err
	}
	require.NoError(t, role(1))
	require.ErrorContains(t, role(2), "EntityAlreadyExists", "a role's in all regions")
}
