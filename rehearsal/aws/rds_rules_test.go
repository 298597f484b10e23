package aws_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// anyDatabase has the required inputs of an instance.
var anyDatabase = in{
	"instanceClass": "db.t4g.micro", "engine": "postgres", "allocatedStorage": 20, "username": "care",
	"password": "hunter22",
}

func TestADatabaseIsWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "rds/instance:Instance"
	sound := with(anyDatabase, in{
		"identifier": "care-db", "engineVersion": "16.13", "dbName": "care", "storageType": "gp3",
		"maxAllocatedStorage": 22, "port": 5432, "backupRetentionPeriod": 7, "backupWindow": "03:00-03:30",
		"maintenanceWindow": "Sun:04:00-Sun:04:30", "skipFinalSnapshot": true,
		"finalSnapshotIdentifier": "care-db-final-0a1b", "monitoringInterval": 0,
		"enabledCloudwatchLogsExports": []any{"postgresql"},
	})
	c.refuses(t, token, sound,
		but("identifier", in{"identifier": "care--db"}, "InvalidParameterValue", `identifier = "care--db"`),
		but("identifier in capitals", in{"identifier": "CareDb"}, "InvalidParameterValue", "identifier"),
		but("snapshot", in{"finalSnapshotIdentifier": "care_final"}, "InvalidParameterValue", "finalSnapshotIdentifier"),
		but("no engine", in{"engine": nil}, "required field is not set", "engine"),
		but("no storage", in{"allocatedStorage": nil}, "required field is not set", "allocatedStorage"),
		but("no password", in{"password": nil}, "required field is not set", "password"),
		but("class", in{"instanceClass": "t4g.micro"}, "InvalidParameterValue", `instanceClass = "t4g.micro"`),
		but("size of a class", in{"instanceClass": "db.t4g.tiny"}, "InvalidParameterValue", "no such DB instance class"),
		but("engine", in{"engine": "postgresql"}, "InvalidParameterValue: Invalid DB engine"),
		but("version", in{"engineVersion": "99"}, "InvalidParameterCombination: Cannot find that version",
			`engineVersion = "99"`),
		but("storage type", in{"storageType": "ssd"}, "storageType"),
		but("small storage", in{"allocatedStorage": 10}, "InvalidParameterValue", "from 20 to 65536",
			"allocatedStorage = 10"),
		but("small storage with IOPS", in{"storageType": "io1", "allocatedStorage": 50, "maxAllocatedStorage": nil},
			"from 100 to 65536"),
		but("growth below 10 percent", in{"maxAllocatedStorage": 21}, "InvalidParameterCombination", "at least 10%",
			"give 22 or more"),
		but("IOPS of a small disk", in{"iops": 3000}, "InvalidParameterCombination", "less than 400", "iops = 3000"),
		but("short password", in{"password": "short"}, "InvalidParameterValue", "8 to 128", "password"),
		but("password with an @", in{"password": "hunter@2222"}, "besides '/', '@'"),
		but("password twice", in{"manageMasterUserPassword": true}, "InvalidParameterCombination", "password"),
		but("database's name", in{"dbName": "care-db"}, "InvalidParameterValue: DBName", `dbName = "care-db"`),
		but("reserved name", in{"dbName": "user"}, "reserved word", "dbName"),
		but("user's name", in{"username": "1care"}, "MasterUsername"),
		but("reserved user", in{"username": "admin"}, "admin cannot be used as it is a reserved word"),
		but("reserved prefix", in{"username": "pg_care"}, "reserved word"),
		but("backups", in{"backupRetentionPeriod": 36}, "backupRetentionPeriod = 36"),
		but("port", in{"port": 80}, "from 1150 to 65535"),
		but("backup window", in{"backupWindow": "3:00-4:00"}, "backupWindow"),
		but("maintenance window", in{"maintenanceWindow": "04:00-05:00"}, "maintenanceWindow"),
		but("zone of two", in{"multiAz": true, "availabilityZone": "ap-south-1a"}, "InvalidParameterCombination",
			"Multi-AZ"),
		but("monitoring without role", in{"monitoringInterval": 60}, "MonitoringRoleARN"),
		but("monitoring interval", in{"monitoringInterval": 20}, "monitoringInterval = 20"),
		but("logs", in{"enabledCloudwatchLogsExports": []any{"error"}}, "enabledCloudwatchLogsExports[0]"),
	)
	mysql := with(sound,
		in{"engine": "mysql", "engineVersion": "8.0.46", "identifier": "mine", "enabledCloudwatchLogsExports": nil})
	c.refuses(t, token, mysql,
		but("long password of MySQL", in{"password": strings.Repeat("a", 42)}, "8 to 41"),
		but("long user of MySQL", in{"username": strings.Repeat("a", 17)}, "of at most 16"),
		but("family of MySQL", in{"parameterGroupName": "default.mysql5.7"}, "DBParameterGroupFamily mysql8.0"),
	)
	c.up(token, "usual", with(sound,
		in{"identifier": "usual", "username": "postgres", "engineVersion": "16", "instanceClass": "db.r6gd.16xlarge"}))
	c.up(token, "replica", in{"instanceClass": "db.t4g.micro", "replicateSourceDb": "usual", "identifier": "replica"})
	c.up(token, "managed",
		with(anyDatabase, in{"password": nil, "manageMasterUserPassword": true, "identifier": "managed"}))
}

func TestADatabaseFitsItsGroups(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	subnets := s.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": []any{s.subnetA.id, s.subnetB.id}})
	parameters := func(family string) any {
		return s.up("rds/parameterGroup:ParameterGroup", family, in{"family": family}).out("name")
	}
	old, now := parameters("postgres15"), parameters("postgres16")
	const token = "rds/instance:Instance"
	sound := with(anyDatabase, in{
		"identifier": "sound", "engineVersion": "16.13", "parameterGroupName": now, "dbSubnetGroupName": subnets.out("name"),
		"vpcSecurityGroupIds": []any{s.sg.id}, "skipFinalSnapshot": true,
	})
	group := in{"name": "data", "subnetIds": []any{s.subnetA.id, s.subnetB.id}}
	settings := in{"name": "tuned", "family": "postgres16", "parameters": []any{in{"name": "rds.force_ssl", "value": "1"}}}
	set := func(parameters ...any) in { return in{"parameters": parameters} }
	const groups, settingses = "rds/subnetGroup:SubnetGroup", "rds/parameterGroup:ParameterGroup"
	s.refuses(t, token, sound,
		but("family of another version", in{"parameterGroupName": old}, "InvalidParameterCombination",
			"DBParameterGroupFamily postgres16", "parameterGroupName"),
		but("default of another version", in{"parameterGroupName": "default.postgres15"},
			"with DBParameterGroupFamily postgres15"),
		but("group of another VPC", in{"vpcSecurityGroupIds": []any{s.strayGroup.id}}, "are in different VPCs",
			"vpcSecurityGroupIds[0]"),
	)
	s.refuses(t, groups, group,
		but("one zone", in{"subnetIds": []any{s.subnetA.id, s.subnetA2.id}}, "DBSubnetGroupDoesNotCoverEnoughAZs",
			"ap-south-1a", "subnetIds"),
		but("two VPCs", in{"subnetIds": []any{s.subnetA.id, s.stray.id}}, "InvalidSubnet", "subnetIds[1]"),
		but("name", in{"name": "Data"}, "InvalidParameterValue", `name = "Data"`),
		but("reserved name", in{"name": "default"}, "reserved"),
	)
	s.refuses(t, settingses, settings,
		but("no such family", in{"family": "postgres99"},
			"ParameterGroupFamily postgres99 is not a valid parameter group family"),
		but("parameter's name", set(in{"name": "force ssl", "value": "1"}), "Could not find parameter",
			"parameters[0].name"),
		but("parameter twice", set(in{"name": "work_mem", "value": "1"}, in{"name": "work_mem", "value": "2"}),
			"given twice"),
		but("static parameter", set(in{"name": "max_connections", "value": "100"}),
			"cannot use immediate apply method for static parameter max_connections"),
		but("apply method", set(in{"name": "work_mem", "value": "1", "applyMethod": "now"}), "parameters[0].applyMethod"),
	)
	s.up(settingses, "static",
		with(settings, set(in{"name": "max_connections", "value": "100", "applyMethod": "pending-reboot"})))
	s.up(groups, "outside", in{"subnetIds": []any{s.subnetA.id, "subnet-0123456789abcdef0"}})
}

func TestAPublicDatabaseNeedsAVpcThatIsReachable(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	second := s.up("ec2/subnet:Subnet", "second",
		in{"vpcId": s.other.id, "cidrBlock": "10.1.1.0/24", "availabilityZone": "ap-south-1a"})
	group := s.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": []any{s.stray.id, second.id}})
	inside := with(anyDatabase,
		in{"dbSubnetGroupName": group.out("name"), "publiclyAccessible": false, "skipFinalSnapshot": true})
	const token = "rds/instance:Instance"
	s.refuses(t, token, inside, but("no gateway", in{"publiclyAccessible": true}, "InvalidVPCNetworkStateFault",
		"no internet gateway attached", "publiclyAccessible = true"))
	s.up("ec2/internetGateway:InternetGateway", "late", in{"vpcId": s.other.id})
	s.refuses(t, token, inside, but("no host names", in{"publiclyAccessible": true}, "InvalidVPCNetworkStateFault",
		"DNS hostnames"))
}

func TestADatabaseGrowsAndDoesNotGoBack(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	db := c.up("rds/instance:Instance", "db", with(anyDatabase, in{"allocatedStorage": 50, "engineVersion": "16.13"}))
	require.ErrorContains(t, c.update(db, in{"allocatedStorage": 40}), "the allocated storage cannot be reduced")
	require.NoError(t, c.update(db, in{"allocatedStorage": 60}))
	require.ErrorContains(t, c.update(db, in{"engineVersion": "17.9"}),
		"The AllowMajorVersionUpgrade flag must be present")
	require.ErrorContains(t, c.update(db, in{"engineVersion": "15.17"}), "Cannot upgrade postgres from 16.13 to 15.17")
	require.NoError(t, c.update(db, in{"engineVersion": "16.14"}))
	require.NoError(t, c.update(db, in{"engineVersion": "17.9", "allowMajorVersionUpgrade": true}))
}

func TestASubnetGroupKeepsTheSubnetsThatADatabaseIsIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		multiAz bool
		// without is the subnet that is taken out of three, in order, or of the first two.
		without, of int
		refused     string
	}{
		"where it is":          {false, 0, 3, "in ap-south-1a cannot be taken out while rds.Instance 'db' is in it"},
		"where it is not":      {false, 2, 3, ""},
		"where its standby is": {true, 1, 2, "in ap-south-1b cannot be taken out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newVpcStack(t)
			third := s.up("ec2/subnet:Subnet", "third",
				in{"vpcId": s.vpc.id, "cidrBlock": "10.0.77.0/24", "availabilityZone": "ap-south-1c"})
			subnets := []any{s.subnetA.id, s.subnetB.id, third.id}
			group := s.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": subnets[:row.of]})
			s.up("rds/instance:Instance", "db",
				with(anyDatabase, in{"dbSubnetGroupName": group.out("name"), "multiAz": row.multiAz}))
			err := s.update(group, in{"subnetIds": slices.Delete(slices.Clone(subnets), row.without, row.without+1)})
			if row.refused == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "SubnetAlreadyInUse")
			require.ErrorContains(t, err, row.refused)
		})
	}
}
