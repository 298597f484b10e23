package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingGoesWhileSomethingUsesIt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		of   func(*stack) *thing
		want []string
	}{
		"VPC": {func(s *stack) *thing {
			return s.vpc
		}, []string{
			"DependencyViolation", "ec2.Subnet 'subnet-a' uses it", "ec2.SecurityGroup 'app' uses it",
			"ec2.InternetGateway 'igw'", "ec2.VpcEndpoint 's3'", "ec2.RouteTable 'table'",
		}},
		"subnet": {func(s *stack) *thing {
			return s.subnetA
		}, []string{
			"DependencyViolation", "ecs.Service 'app' uses it", "lb.LoadBalancer 'web'", "ec2.NatGateway 'nat'",
			"efs.MountTarget 'a'", "rds.SubnetGroup 'db'", "elasticache.SubnetGroup 'cache'", "ec2.VpcEndpoint 'logs'",
		}},
		"security group": {func(s *stack) *thing {
			return s.sg
		}, []string{
			"DependencyViolation", "ecs.Service 'app' uses it", "rds.Instance 'db'", "elasticache.ReplicationGroup 'cache'",
		}},
		"gateway": {func(s *stack) *thing {
			return s.igw
		}, []string{
			"DependencyViolation: the network has some mapped public addresses: ec2.NatGateway 'nat' has one",
			"lb.LoadBalancer 'web' has one",
		}},
		"role": {func(s *stack) *thing {
			return s.role
		}, []string{"DeleteConflict", "iam.RolePolicy 'read' uses it", "iam.RolePolicyAttachment 'managed' uses it"}},
		"namespace": {func(s *stack) *thing {
			return s.namespace
		}, []string{"ResourceInUse", "ecs.Service 'app' uses it"}},
		"cluster": {func(s *stack) *thing {
			return s.cluster
		}, []string{"ClusterContainsServicesException", "ecs.Service 'app' uses it"}},
		"target group": {func(s *stack) *thing {
			return s.group
		}, []string{"ResourceInUse", "lb.ListenerRule 'app' uses it"}},
		"certificate": {func(s *stack) *thing {
			return s.certificate
		}, []string{"ResourceInUseException", "lb.Listener 'https' uses it"}},
		"zone": {func(s *stack) *thing {
			return s.zone
		}, []string{"HostedZoneNotEmpty", "route53.Record 'proof' uses it"}},
		"file system": {func(s *stack) *thing {
			return s.files
		}, []string{"FileSystemInUse", "efs.MountTarget 'a' uses it"}},
		"user": {func(s *stack) *thing {
			return s.find("iam/user:User")
		}, []string{"DeleteConflict", "iam.UserPolicy 'files'", "iam.AccessKey 'files'"}},
		"subnet group": {func(s *stack) *thing {
			return s.find("rds/subnetGroup:SubnetGroup")
		}, []string{"InvalidDBSubnetGroupStateFault", "rds.Instance 'db'"}},
		"parameter group": {func(s *stack) *thing {
			return s.find("rds/parameterGroup:ParameterGroup")
		}, []string{"InvalidDBParameterGroupState", "rds.Instance 'db'"}},
		"address": {func(s *stack) *thing {
			return s.find("ec2/eip:Eip")
		}, []string{"InvalidIPAddress.InUse", "ec2.NatGateway 'nat'"}},
		"event rule": {func(s *stack) *thing {
			return s.find("cloudwatch/eventRule:EventRule")
		}, []string{"ValidationException", "cloudwatch.EventTarget 'stopped'"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(newCloud(t))
			before := len(s.world.Live())
			err := s.remove(row.of(s))
			for _, want := range row.want {
				require.ErrorContains(t, err, want)
			}
			assert.Len(t, s.world.Live(), before)
		})
	}
}

func (c *cloud) find(token string) *thing {
	for _, th := range c.made {
		if th.token == token {
			return th
		}
	}
	return nil
}

func TestAGroupsOwnRulesDoNotKeepItButThoseOfOthersDo(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	one := c.up("ec2/securityGroup:SecurityGroup", "one", in{"vpcId": vpc.id})
	two := c.up("ec2/securityGroup:SecurityGroup", "two", in{"vpcId": vpc.id})
	rule := in{"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "referencedSecurityGroupId": one.id}
	c.up("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "self", with(rule, in{"securityGroupId": one.id}))
	other := c.up("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "other",
		with(rule, in{"securityGroupId": two.id}))
	require.ErrorContains(t, c.remove(one), "vpc.SecurityGroupIngressRule 'other' uses it")
	require.NoError(t, c.remove(other))
	require.NoError(t, c.remove(one))
}

func TestPrivateThingsDoNotKeepTheInternetGateway(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	subnet := c.up("ec2/subnet:Subnet", "a",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "ap-south-1a"})
	other := c.up("ec2/subnet:Subnet", "b",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZone": "ap-south-1b"})
	igw := c.up("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": vpc.id})
	c.up("ec2/natGateway:NatGateway", "private", in{"subnetId": subnet.id, "connectivityType": "private"})
	c.up("lb/loadBalancer:LoadBalancer", "inner", in{"subnets": []any{subnet.id, other.id}, "internal": true})
	group := c.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": []any{subnet.id, other.id}})
	c.up("rds/instance:Instance", "db", in{
		"instanceClass": "db.t4g.micro", "engine": "postgres", "allocatedStorage": 20, "username": "care",
		"password": "hunter22", "dbSubnetGroupName": group.id,
	})
	require.NoError(t, c.remove(igw))
}

func TestWhatMustBeUniqueIs(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	for _, row := range []struct {
		token string
		given in
		want  string
	}{
		{"servicediscovery/httpNamespace:HttpNamespace", in{"name": "demo"}, "NamespaceAlreadyExists"},
		{"iam/role:Role", in{"name": s.role.out("name"), "assumeRolePolicy": trust}, "EntityAlreadyExists"},
		{"cloudwatch/logGroup:LogGroup", in{"name": "/ecs/demo"}, "ResourceAlreadyExistsException"},
		{
			"rds/instance:Instance", with(anyDatabase, in{"identifier": s.database.out("identifier")}),
			"DBInstanceAlreadyExists",
		},
		{"ssm/parameter:Parameter", in{"name": "/demo/KEY", "type": "String", "value": "x"}, "ParameterAlreadyExists"},
		{"ec2/securityGroup:SecurityGroup", in{"name": s.sg.out("name"), "vpcId": s.vpc.id}, "InvalidGroup.Duplicate"},
		{
			"ecs/service:Service",
			in{"name": s.service.out("name"), "cluster": s.cluster.out("name"), "taskDefinition": "app:1"},
			"InvalidParameterException: Creation of service was not idempotent",
		},
		{
			"lb/loadBalancer:LoadBalancer",
			in{"name": s.balancer.out("name"), "subnets": []any{s.subnetA.id, s.subnetB.id}},
			"DuplicateLoadBalancerName",
		},
		{"lb/targetGroup:TargetGroup", with(s.group.given, in{"name": s.group.out("name")}), "DuplicateTargetGroupName"},
		{"lb/listener:Listener", s.listener.given, "DuplicateListener"},
		{"s3/bucketV2:BucketV2", in{"bucket": s.bucket.id}, "BucketAlreadyOwnedByYou"},
		{"ec2/internetGateway:InternetGateway", in{"vpcId": s.vpc.id}, "Resource.AlreadyAssociated"},
		{"efs/mountTarget:MountTarget", in{"fileSystemId": s.files.id, "subnetId": s.subnetA.id}, "MountTargetConflict"},
		{"vpc/securityGroupEgressRule:SecurityGroupEgressRule", in{
			"securityGroupId": s.sg.id, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
		}, "InvalidPermission.Duplicate"},
	} {
		_, err := s.try(row.token, "second", row.given)
		require.ErrorContains(t, err, row.want)
	}
	s.up("ecs/service:Service", "elsewhere", in{
		"name": s.service.out("name"), "cluster": s.up("ecs/cluster:Cluster", "other", in{}).id,
		"taskDefinition": s.task.out("arn"), "networkConfiguration": in{"subnets": []any{s.subnetA.id}},
	})
	s.up("ec2/securityGroup:SecurityGroup", "elsewhere",
		in{"name": s.sg.out("name"), "vpcId": s.up("ec2/vpc:Vpc", "other", in{"cidrBlock": "10.1.0.0/16"}).id})
}

func TestAReferenceToWhatIsGoneIsRefusedAndToWhatIsElsewhereAssumed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, c.remove(vpc))
	_, err := c.try("ec2/subnet:Subnet", "a", in{"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24"})
	require.ErrorContains(t, err,
		"InvalidVpcID.NotFound: no such ec2.Vpc exists any more (ec2.Subnet 'a' vpcId = \""+vpc.id+"\")")

	c.up("route53/record:Record", "www", in{
		"zoneId": "Z0123456789ABCDEFGHIJ", "name": "www.example.org", "type": "A", "ttl": 60, "records": []any{"192.0.2.1"},
	})
	require.Len(t, c.world.Assumptions(), 1)
	assert.Equal(t, "exists outside this program: route53.Zone", c.world.Assumptions()[0].What)

	_, err = c.try("rds/instance:Instance", "db", with(anyDatabase, in{"dbSubnetGroupName": "nowhere"}))
	require.ErrorContains(t, err, "DBSubnetGroupNotFoundFault")
	_, err = c.try("appautoscaling/target:Target", "scale", in{
		"resourceId": "service/main/app", "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"minCapacity": 1, "maxCapacity": 2,
	})
	require.ErrorContains(t, err, "ValidationException: ECS service doesn't exist: service/main/app")
}

func TestADatabaseIsNotDeletedByAccident(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	database := func(given in) *thing {
		return c.up("rds/instance:Instance", "db", with(anyDatabase, given))
	}
	silent := database(in{"identifier": "silent"})
	require.ErrorContains(t, c.remove(silent), "final_snapshot_identifier is required when skip_final_snapshot is false")
	guarded := database(in{"identifier": "guarded", "deletionProtection": true, "skipFinalSnapshot": true})
	require.ErrorContains(t, c.remove(guarded), "Cannot delete protected DB Instance")
	require.NoError(t, c.update(guarded, in{"deletionProtection": false}))
	require.NoError(t, c.remove(guarded))
	require.NoError(t, c.remove(database(in{"identifier": "one", "finalSnapshotIdentifier": "last"})))
	require.ErrorContains(t, c.remove(database(in{"identifier": "two", "finalSnapshotIdentifier": "last"})),
		"DBSnapshotAlreadyExists")
}

func TestOtherThingsThatGuardThemselves(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	balancer := c.up("lb/loadBalancer:LoadBalancer", "web",
		in{"enableDeletionProtection": true, "subnets": []any{"subnet-0000000a", "subnet-0000000b"}})
	require.ErrorContains(t, c.remove(balancer), "OperationNotPermitted")
	secret := c.up("secretsmanager/secret:Secret", "login", in{"name": "login"})
	require.NoError(t, c.remove(secret))
	_, err := c.try("secretsmanager/secret:Secret", "login", in{"name": "login"})
	require.ErrorContains(t, err, "already scheduled for deletion")
	user := c.up("iam/user:User", "u", in{}).out("name")
	c.up("iam/accessKey:AccessKey", "1", in{"user": user})
	c.up("iam/accessKey:AccessKey", "2", in{"user": user})
	_, err = c.try("iam/accessKey:AccessKey", "3", in{"user": user})
	require.ErrorContains(t, err, "LimitExceeded: a user has at most 2 access keys and has 2")
}

func TestContainerDefinitionsMustBeAJsonArray(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for given, want := range map[string]string{
		`{"name":"app"}`: "container definitions are a JSON array of objects", `[{"name":`: "unexpected end of JSON input",
		`[]`: "at least one container",
	} {
		_, reasons := c.check("ecs/taskDefinition:TaskDefinition", "app", nil,
			in{"family": "app", "containerDefinitions": given})
		require.Len(t, reasons, 1)
		assert.Contains(t, reasons[0], want)
	}
}
