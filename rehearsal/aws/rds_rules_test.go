package aws_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// anyDatabase has the required inputs of an instance.
var anyDatabase = in{
	"instanceClass":    "db.t4g.micro",
	"engine":           "postgres",
	"allocatedStorage": 20,
	"username":         "care",
	"password":         "hunter22",
}

func TestADatabaseIsWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "rds/instance:Instance"
	sound := with(anyDatabase, in{
		"identifier":                   "care-db",
		"engineVersion":                "16.13",
		"dbName":                       "care",
		"storageType":                  "gp3",
		"maxAllocatedStorage":          22,
		"port":                         5432,
		"backupRetentionPeriod":        7,
		"backupWindow":                 "03:00-03:30",
		"maintenanceWindow":            "Sun:04:00-Sun:04:30",
		"skipFinalSnapshot":            true,
		"finalSnapshotIdentifier":      "care-db-final-0a1b",
		"monitoringInterval":           0,
		"enabledCloudwatchLogsExports": []any{"postgresql"},
	})
	c.refuses(t, []mistake{
		{
			"identifier",
			token,
			sound,
			in{"identifier": "care--db"},
			[]string{"InvalidParameterValue", `identifier = "care--db"`},
		},
		{"identifier in capitals", token, sound, in{"identifier": "CareDb"}, []string{"InvalidParameterValue", "identifier"}},
		{
			"snapshot",
			token,
			sound,
			in{"finalSnapshotIdentifier": "care_final"},
			[]string{"InvalidParameterValue", "finalSnapshotIdentifier"},
		},
		{"no engine", token, sound, in{"engine": nil}, []string{"required field is not set", "engine"}},
		{"no storage", token, sound, in{"allocatedStorage": nil}, []string{"required field is not set", "allocatedStorage"}},
		{"no password", token, sound, in{"password": nil}, []string{"required field is not set", "password"}},
		{
			"class",
			token,
			sound,
			in{"instanceClass": "t4g.micro"},
			[]string{"InvalidParameterValue", `instanceClass = "t4g.micro"`},
		},
		{
			"size of a class",
			token,
			sound,
			in{"instanceClass": "db.t4g.tiny"},
			[]string{"InvalidParameterValue", "no such DB instance class"},
		},
		{"engine", token, sound, in{"engine": "postgresql"}, []string{"InvalidParameterValue: Invalid DB engine"}},
		{
			"version",
			token,
			sound,
			in{"engineVersion": "99"},
			[]string{"InvalidParameterCombination: Cannot find that version", `engineVersion = "99"`},
		},
		{"storage type", token, sound, in{"storageType": "ssd"}, []string{"storageType"}},
		{
			"small storage",
			token,
			sound,
			in{"allocatedStorage": 10},
			[]string{"InvalidParameterValue", "from 20 to 65536", "allocatedStorage = 10"},
		},
		{
			"small storage with IOPS",
			token,
			sound,
			in{"storageType": "io1", "allocatedStorage": 50, "maxAllocatedStorage": nil},
			[]string{"from 100 to 65536"},
		},
		{
			"growth below 10 percent",
			token,
			sound,
			in{"maxAllocatedStorage": 21},
			[]string{"InvalidParameterCombination", "at least 10%", "give 22 or more"},
		},
		{
			"IOPS of a small disk",
			token,
			sound,
			in{"iops": 3000},
			[]string{"InvalidParameterCombination", "less than 400", "iops = 3000"},
		},
		{"short password", token, sound, in{"password": "short"}, []string{"InvalidParameterValue", "8 to 128", "password"}},
		{"password with an @", token, sound, in{"password": "hunter@2222"}, []string{"besides '/', '@'"}},
		{
			"password twice",
			token,
			sound,
			in{"manageMasterUserPassword": true},
			[]string{"InvalidParameterCombination", "password"},
		},
		{
			"database's name",
			token,
			sound,
			in{"dbName": "care-db"},
			[]string{"InvalidParameterValue: DBName", `dbName = "care-db"`},
		},
		{"reserved name", token, sound, in{"dbName": "user"}, []string{"reserved word", "dbName"}},
		{"user's name", token, sound, in{"username": "1care"}, []string{"MasterUsername"}},
		{"reserved user", token, sound, in{"username": "admin"}, []string{"admin cannot be used as it is a reserved word"}},
		{"reserved prefix", token, sound, in{"username": "pg_care"}, []string{"reserved word"}},
		{"backups", token, sound, in{"backupRetentionPeriod": 36}, []string{"backupRetentionPeriod = 36"}},
		{"port", token, sound, in{"port": 80}, []string{"from 1150 to 65535"}},
		{"backup window", token, sound, in{"backupWindow": "3:00-4:00"}, []string{"backupWindow"}},
		{"maintenance window", token, sound, in{"maintenanceWindow": "04:00-05:00"}, []string{"maintenanceWindow"}},
		{
			"zone of two",
			token,
			sound,
			in{"multiAz": true, "availabilityZone": "ap-south-1a"},
			[]string{"InvalidParameterCombination", "Multi-AZ"},
		},
		{"monitoring without role", token, sound, in{"monitoringInterval": 60}, []string{"MonitoringRoleARN"}},
		{"monitoring interval", token, sound, in{"monitoringInterval": 20}, []string{"monitoringInterval = 20"}},
		{
			"logs",
			token,
			sound,
			in{"enabledCloudwatchLogsExports": []any{"error"}},
			[]string{"enabledCloudwatchLogsExports[0]"},
		},
	})
	mysql := with(sound,
		in{"engine": "mysql", "engineVersion": "8.0.46", "identifier": "mine", "enabledCloudwatchLogsExports": nil})
	c.refuses(t, []mistake{
		{"long password of MySQL", token, mysql, in{"password": strings.Repeat("a", 42)}, []string{"8 to 41"}},
		{"long user of MySQL", token, mysql, in{"username": strings.Repeat("a", 17)}, []string{"of at most 16"}},
		{
			"family of MySQL",
			token,
			mysql,
			in{"parameterGroupName": "default.mysql5.7"},
			[]string{"DBParameterGroupFamily mysql8.0"},
		},
	})
	c.up(
		token,
		"usual",
		with(
			sound,
			in{"identifier": "usual", "username": "postgres", "engineVersion": "16", "instanceClass": "db.r6gd.16xlarge"},
		),
	)
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
	s.refuses(t, []mistake{
		{
			"family of another version",
			token,
			sound,
			in{"parameterGroupName": old},
			[]string{"InvalidParameterCombination", "DBParameterGroupFamily postgres16", "parameterGroupName"},
		},
		{
			"default of another version",
			token,
			sound,
			in{"parameterGroupName": "default.postgres15"},
			[]string{"with DBParameterGroupFamily postgres15"},
		},
		{
			"group of another VPC",
			token,
			sound,
			in{"vpcSecurityGroupIds": []any{s.strayGroup.id}},
			[]string{"are in different VPCs", "vpcSecurityGroupIds[0]"},
		},
		{
			"one zone",
			groups,
			group,
			in{"subnetIds": []any{s.subnetA.id, s.subnetA2.id}},
			[]string{"DBSubnetGroupDoesNotCoverEnoughAZs", "ap-south-1a", "subnetIds"},
		},
		{
			"two VPCs",
			groups,
			group,
			in{"subnetIds": []any{s.subnetA.id, s.stray.id}},
			[]string{"InvalidSubnet", "subnetIds[1]"},
		},
		{"name", groups, group, in{"name": "Data"}, []string{"InvalidParameterValue", `name = "Data"`}},
		{"reserved name", groups, group, in{"name": "default"}, []string{"reserved"}},
		{
			"no such family",
			settingses,
			settings,
			in{"family": "postgres99"},
			[]string{"ParameterGroupFamily postgres99 is not a valid parameter group family"},
		},
		{
			"parameter's name",
			settingses,
			settings,
			set(in{"name": "force ssl", "value": "1"}),
			[]string{"Could not find parameter", "parameters[0].name"},
		},
		{
			"parameter twice",
			settingses,
			settings,
			set(in{"name": "work_mem", "value": "1"}, in{"name": "work_mem", "value": "2"}),
			[]string{"given twice"},
		},
		{
			"static parameter",
			settingses,
			settings,
			set(in{"name": "max_connections", "value": "100"}),
			[]string{"cannot use immediate apply method for static parameter max_connections"},
		},
		{
			"apply method",
			settingses,
			settings,
			set(in{"name": "work_mem", "value": "1", "applyMethod": "now"}),
			[]string{"parameters[0].applyMethod"},
		},
	})
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
	s.refuses(t, []mistake{
		{
			"no gateway",
			token,
			inside,
			in{"publiclyAccessible": true},
			[]string{"InvalidVPCNetworkStateFault", "no internet gateway attached", "publiclyAccessible = true"},
		},
	})
	s.up("ec2/internetGateway:InternetGateway", "late", in{"vpcId": s.other.id})
	s.refuses(t, []mistake{
		{
			"no host names",
			token,
			inside,
			in{"publiclyAccessible": true},
			[]string{"InvalidVPCNetworkStateFault", "DNS hostnames"},
		},
	})
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
