package inprocess_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// network registers a VPC with one subnet in the first zone of the region.
func network(ctx *pulumi.Context) error {
	zones, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{})
	if err != nil {
		return err
	}
	vpc, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")})
	if err != nil {
		return err
	}
	_, err = ec2.NewSubnet(ctx, "first", &ec2.SubnetArgs{
		VpcId: vpc.ID(), CidrBlock: pulumi.String("10.0.1.0/24"), AvailabilityZone: pulumi.String(zones.Names[0]),
	})
	return err
}

func run(t *testing.T, plants ...inprocess.Plant) (*inprocess.World, error) {
	t.Helper()
	w, err := inprocess.New(plants...)
	require.NoError(t, err)
	return w, w.Run(network, "shop", "test", map[string]string{"aws:region": "ap-south-1"})
}

func TestASoundProgramIsCreated(t *testing.T) {
	t.Parallel()
	w, err := run(t)
	require.NoError(t, err)
	assert.Equal(t, []string{"ec2.Vpc 'main'", "ec2.Subnet 'first'"}, w.Live())
	assert.True(t, w.Has("ec2.Subnet 'first'"))
	assert.False(t, w.Has("ec2.Subnet 'second'"))
}

func TestAwsRefusesAPlant(t *testing.T) {
	t.Parallel()
	const subnet = "ec2.Subnet 'first'"
	for name, row := range map[string]struct {
		plant inprocess.Plant
		words string
	}{
		"edit": {inprocess.Plant{At: subnet, Edit: func(_ *inprocess.World, in resource.PropertyMap) {
			in["cidrBlock"] = resource.NewProperty("10.1.0.0/24")
		}}, "InvalidSubnet.Range"},
		"again":     {inprocess.Plant{At: subnet, Again: true}, "InvalidSubnet.Conflict"},
		"absent":    {inprocess.Plant{At: "ec2.Vpc 'main'", Absent: true}, "vpcId = \"ec2-Vpc-main\""},
		"removed":   {inprocess.Plant{At: "ec2.Vpc 'main'", Removed: true}, "InvalidVpcID.NotFound"},
		"destroyed": {inprocess.Plant{At: "ec2.Vpc 'main'", Destroyed: true}, "DependencyViolation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := run(t, row.plant)
			require.ErrorContains(t, err, row.words)
			assert.Empty(t, w.Unplanted())
		})
	}
}

func TestAPlantWithoutItsResourceIsReported(t *testing.T) {
	t.Parallel()
	w, err := run(t, inprocess.Plant{At: "ec2.Subnet 'second'", Absent: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"ec2.Subnet 'second'"}, w.Unplanted())
}

func TestAProgramOfAnotherCloudIsRefused(t *testing.T) {
	t.Parallel()
	w, err := inprocess.New()
	require.NoError(t, err)
	program := func(ctx *pulumi.Context) error {
		return ctx.RegisterResource("gcp:storage/bucket:Bucket", "media", nil, &pulumi.CustomResourceState{})
	}
	err = w.Run(program, "shop", "test", map[string]string{"aws:region": "ap-south-1"})
	assert.ErrorContains(t, err, "nothing stands in for gcp:storage/bucket:Bucket")
}
