package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	weekTime              = `(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d`
	rdsInvalidValue       = "InvalidParameterValue"
	rdsInvalidCombination = "InvalidParameterCombination"
)

const instanceSize = `(micro|small|medium|x?large|\d+xlarge|metal)`

var (
	// rdsIdentifier: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html. The provider
	// wants lower case, in which RDS keeps it.
	rdsIdentifier = regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)
	rdsSnapshot   = regexp.MustCompile(`^[A-Za-z](-?[A-Za-z0-9])*$`)
	rdsClass      = regexp.MustCompile(`^db\.([a-z][a-z0-9-]*\.` + instanceSize + `(\.tpc\d+\.mem\d+x)?|serverless)$`)
	rdsDbName     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
	backupTimes   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)
	weekTimes     = regexp.MustCompile(`(?i)^` + weekTime + `-` + weekTime + `$`)
)

// hyphensApart is the rule about hyphens that identifiers of RDS and ElastiCache share.
const hyphensApart = "begins with a letter, and has no hyphen at its end and no two together"

var rdsIdentifierRule = rule("rds/identifier").OnInputs(func(d *standin.Draft) {
	const rule = "an identifier has lower-case letters, digits and hyphens, " + hyphensApart
	like(d, "identifier", form{rdsInvalidValue, rdsIdentifier, rule, "choose such an identifier"})
	like(d, "finalSnapshotIdentifier", form{
		rdsInvalidValue, rdsSnapshot,
		"a snapshot's identifier has letters, digits and hyphens, " + hyphensApart,
		"choose such an identifier",
	})
	shortEnough(d, "finalSnapshotIdentifier", rdsInvalidValue, 255)
})

var rdsRequired = rule("rds/required").OnInputs(func(d *standin.Draft) {
	for _, source := range []string{"replicateSourceDb", "snapshotIdentifier", "s3Import", "restoreToPointInTime"} {
		if isGiven(d.In(source)) {
			return
		}
	}
	required(d, "required field is not set", "engine", "allocatedStorage", "username")
	if managed := d.In("manageMasterUserPassword"); !isGiven(managed) {
		required(d, "required field is not set", "password")
	}
})

var rdsInstanceClass = rule("rds/instance-class").OnInputs(func(d *standin.Draft) {
	like(d, "instanceClass", form{
		rdsInvalidValue, rdsClass, "there is no such DB instance class", `use one such as "db.t4g.micro"`,
	})
})

var rdsEngine = rule("rds/engine").OnInputs(func(d *standin.Draft) {
	v := d.In("engine")
	families := []string{"postgres", "mysql", "mariadb", "oracle-", "sqlserver-", "db2-", "custom-", "aurora-"}
	for _, family := range families {
		if v.Text() == family || strings.HasSuffix(family, "-") && strings.HasPrefix(v.Text(), family) {
			return
		}
	}
	if v.Text() != "" {
		d.Refuse(v, rdsInvalidValue, "Invalid DB engine", "use postgres, mysql or mariadb, for example")
	}
})

// postgresVersions are those of
// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html.
var postgresVersions = regexp.MustCompile(`^1[1-8](\.\d+)?(-rds\.\d+|-R\d+)?$`)

var rdsEngineVersion = rule("rds/engine-version").OnInputs(func(d *standin.Draft) {
	if d.In("engine").Text() == "postgres" {
		like(d, "engineVersion", form{
			rdsInvalidCombination, postgresVersions, "Cannot find that version for postgres",
			`use one such as "16"`,
		})
	}
})

var rdsAllocatedStorage = rule("rds/allocated-storage").OnInputs(func(d *standin.Draft) {
	among(d, "storageType", rdsInvalidValue, "gp2", "gp3", "io1", "io2", "standard")
	limits := map[string][2]float64{"io1": {100, 65536}, "io2": {100, 65536}, "standard": {5, 3072}}
	limit, special := limits[d.In("storageType").Text()]
	switch {
	case d.In("storageType").Unknown():
		return
	case !special:
		limit = [2]float64{20, 65536}
	}
	within(d, "allocatedStorage", rdsInvalidValue, limit[0], limit[1])
})

var rdsMaxAllocatedStorage = rule("rds/max-allocated-storage").OnInputs(func(d *standin.Draft) {
	most, now := d.In("maxAllocatedStorage"), d.In("allocatedStorage")
	if most.Known() && now.Known() && most.Number() != 0 && most.Number()*10 < now.Number()*11 {
		d.Refuse(most, rdsInvalidCombination,
			fmt.Sprintf("Invalid max storage size: the maximum storage threshold must be at least 10%% more than "+
				"allocatedStorage, %d", now.Int()),
			fmt.Sprintf("give %d or more, or 0 for no growth", (now.Int()*11+9)/10))
	}
})

var rdsGp3Performance = rule("rds/gp3-performance").OnInputs(func(d *standin.Draft) {
	storage := d.In("allocatedStorage")
	engine := d.In("engine").Text()
	if d.In("storageType").Text() != "gp3" || !storage.Known() || storage.Number() >= 400 ||
		!slices.Contains([]string{"postgres", "mysql", "mariadb"}, engine) {
		return
	}
	for _, path := range []string{"iops", "storageThroughput"} {
		if v := d.In(path); v.Known() && v.Number() > 0 {
			d.Refuse(v, rdsInvalidCombination,
				"You can't specify IOPS or storage throughput for engine "+engine+" and a storage size less than 400", "remove it")
		}
	}
})

var rdsPassword = rule("rds/password").OnInputs(func(d *standin.Draft) {
	v := d.In("password")
	if v.Text() == "" {
		return
	}
	most := 128
	if engine := d.In("engine").Text(); engine == "mysql" || engine == "mariadb" {
		most = 41
	}
	if length := len(v.Text()); length < 8 || length > most {
		d.Refuse(v, rdsInvalidValue, fmt.Sprintf("The parameter MasterUserPassword is not a valid password: it has %d "+
			"characters, and must have 8 to %d", length, most), "choose another password")
	}
	if strings.ContainsFunc(v.Text(), func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/"@`, r) }) {
		d.Refuse(v, rdsInvalidValue, "The parameter MasterUserPassword is not a valid password. Only printable ASCII "+
			"characters besides '/', '@', '\"', ' ' may be used", "choose another password")
	}
	if d.In("manageMasterUserPassword").Bool() {
		d.Refuse(v, rdsInvalidCombination, "a password cannot be specified if RDS manages the password itself",
			"remove one of the two")
	}
})

var rdsNames = rule("rds/names").OnInputs(func(d *standin.Draft) {
	const rule = "it must begin with a letter and contain only letters, digits and underscores, 63 at most"
	like(d, "dbName", form{rdsInvalidValue, rdsDbName, "DBName is not valid: " + rule, "choose another name"})
	like(d, "username", form{rdsInvalidValue, rdsDbName, "MasterUsername is not valid: " + rule, "choose another name"})
	if engine := d.In("engine").Text(); engine == "mysql" {
		shortEnough(d, "username", rdsInvalidValue, 16)
	}
	for path, words := range map[string][]string{"dbName": reservedDatabases, "username": reservedUsers} {
		v := d.In(path)
		word := strings.ToLower(v.Text())
		if slices.Contains(words, word) || d.In("engine").Text() == "postgres" &&
			(slices.Contains(postgresWords, word) || strings.HasPrefix(word, "pg_")) {
			d.Refuse(v, rdsInvalidValue, v.Text()+" cannot be used as it is a reserved word used by the engine",
				"choose another name")
		}
	}
})

var rdsLimits = rule("rds/limits").OnInputs(func(d *standin.Draft) {
	within(d, "backupRetentionPeriod", rdsInvalidValue, 0, 35)
	within(d, "port", rdsInvalidValue, 1150, 65535)
	oneNumber(d, "monitoringInterval", rdsInvalidValue, 0, 1, 5, 10, 15, 30, 60)
	like(d, "backupWindow", form{
		rdsInvalidValue, backupTimes, "a backup window has the form hh24:mi-hh24:mi", `write it as in "03:00-03:30"`,
	})
	like(d, "maintenanceWindow", form{
		rdsInvalidValue, weekTimes, "a maintenance window has the form ddd:hh24:mi-ddd:hh24:mi",
		`write it as in "sun:04:00-sun:04:30"`,
	})
})

var rdsCombinations = rule("rds/combinations").OnInputs(func(d *standin.Draft) {
	if zone := d.In("availabilityZone"); d.In("multiAz").Bool() && zone.Known() {
		d.Refuse(zone, rdsInvalidCombination, "Requesting a specific availability zone is not valid for Multi-AZ instances",
			"remove availabilityZone")
	}
	if role := d.In("monitoringRoleArn"); d.In("monitoringInterval").Int() > 0 && !isGiven(role) {
		d.Refuse(role, rdsInvalidCombination, "A MonitoringRoleARN value is required if you specify a MonitoringInterval "+
			"value other than 0", "give the role, or set monitoringInterval to 0")
	}
	if logs := exportedLogs(d.In("engine").Text()); logs != nil {
		among(d, "enabledCloudwatchLogsExports", rdsInvalidCombination, logs...)
	}
})

var rdsGroupName = regexp.MustCompile(`^[a-z][a-z0-9._ -]*$`)

var rdsSubnetGroupName = rule("rds/subnet-group-name").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "name", rdsInvalidValue, 255)
	like(d, "name", form{
		rdsInvalidValue, rdsGroupName,
		"a DB subnet group's name begins with a letter and has lower-case letters, digits, dots, underscores, " +
			"spaces and hyphens",
		"choose such a name",
	})
	if name := d.In("name"); name.Text() == "default" {
		d.Refuse(name, rdsInvalidValue, "the name default is reserved", "choose another name")
	}
})

var rdsParameterGroup = rule("rds/parameter-group").OnInputs(func(d *standin.Draft) {
	shortEnough(d, "name", rdsInvalidValue, 255)
	like(d, "name", form{
		rdsInvalidValue, rdsIdentifier,
		"a DB parameter group's name has lower-case letters, digits and hyphens, " + hyphensApart, "choose such a name",
	})
	if family := d.In("family"); strings.HasPrefix(family.Text(), "postgres") &&
		!postgresFamily.MatchString(family.Text()) {
		d.Refuse(family, rdsInvalidValue, "ParameterGroupFamily "+family.Text()+" is not a valid parameter group family",
			`use one such as "postgres16"`)
	}
})

var (
	postgresFamily = regexp.MustCompile(`^postgres(9\.[3-6]|1[0-8])$`)
	parameterName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
)

var rdsParameters = rule("rds/parameters").OnInputs(func(d *standin.Draft) {
	like(d, "parameters.name", form{
		rdsInvalidValue, parameterName, "Could not find parameter with that name",
		"use a parameter of the engine",
	})
	seen := map[string]bool{}
	for _, parameter := range d.In("parameters").Items() {
		name, method := parameter.At("name"), parameter.At("applyMethod")
		if name.Text() != "" && seen[name.Text()] {
			d.Refuse(name, rdsInvalidCombination, "the parameter is given twice", "keep one of the two")
		}
		seen[name.Text()] = true
		if strings.HasPrefix(d.In("family").Text(), "postgres") && slices.Contains(staticParameters, name.Text()) &&
			method.Text() != "pending-reboot" && !method.Unknown() {
			d.Refuse(parameter, rdsInvalidCombination, "cannot use immediate apply method for static parameter "+name.Text(),
				`set applyMethod to "pending-reboot"`)
		}
	}
})
