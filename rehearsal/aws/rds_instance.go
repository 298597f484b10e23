package aws

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(databaseKind)

func databaseKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsInstance, Args: rds.InstanceArgs{}, State: rds.InstanceState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 10 * time.Minute, Adjust: databaseTakesLonger,
				Why: "the instance boots, and a first backup is taken; a restore copies the snapshot first and applies " +
					"the log since then, which doubles that; a standby in another zone takes half as long again",
				Source: applyLogs + "5 to 17 minutes; " +
					"https://oneuptime.com/blog/post/2026-02-23-terraform-resources-long-creation-time/view: 10 to 20; " +
					"https://github.com/hashicorp/terraform-provider-aws/pull/15969: 21 to 25 minutes for an instance, its restore " +
					"and the deletion of both",
			},
			Charge: databaseCharge, Loss: databaseLoss,
		},
		Name: standin.Naming{Property: "identifier", Bare: true, Unless: "identifierPrefix"},
		Defaults: standin.Props{
			"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false, "deleteAutomatedBackups": true,
			"monitoringInterval": 0, "performanceInsightsEnabled": false, "publiclyAccessible": false,
			"skipFinalSnapshot": false,
		},
		Computed: []string{
			"allocatedStorage", "applyImmediately", "availabilityZone", "backupRetentionPeriod", "backupTarget", "backupWindow",
			"caCertIdentifier", "characterSetName", "databaseInsightsMode", "dbName", "dbSubnetGroupName", "domainFqdn",
			"engine", "engineLifecycleSupport", "engineVersion", "identifierPrefix", "iops", "kmsKeyId", "licenseModel",
			"maintenanceWindow", "masterUserSecretKmsKeyId", "monitoringRoleArn", "multiAz", "ncharCharacterSetName",
			"networkType", "optionGroupName", "parameterGroupName", "performanceInsightsKmsKeyId",
			"performanceInsightsRetentionPeriod", "port", "replicaMode", "snapshotIdentifier", "storageThroughput",
			"storageType", "timezone", "username", "vpcSecurityGroupIds",
		},
		Replaces: []string{
			"availabilityZone", "backupTarget", "characterSetName", "customIamInstanceProfile", "dbName", "engine", "kmsKeyId",
			"name", "ncharCharacterSetName", "restoreToPointInTime", "s3Import", "snapshotIdentifier", "storageEncrypted",
			"timezone", "username",
		},
		Sets:    []string{"domainDnsIps", "enabledCloudwatchLogsExports", "vpcSecurityGroupIds"},
		Secrets: []string{"password"},
		Refs: []standin.Ref{
			inside("dbSubnetGroupName", "DBSubnetGroupNotFoundFault", standin.Target{Token: token.RdsSubnetGroup}),
			outside("parameterGroupName", "DBParameterGroupNotFound", standin.Target{Token: token.RdsParameterGroup}),
			toSecurityGroup("vpcSecurityGroupIds"), toRole("monitoringRoleArn"), ofData(token.RdsInstance),
		},
		Unique: []standin.Unique{{
			By: []string{"identifier"}, Code: "DBInstanceAlreadyExists",
			Rule: "a DB instance's identifier is unique in the account and region",
		}},
		Checks: []standin.CheckRule{
			rdsIdentifierRule, rdsRequired, rdsInstanceClass, rdsEngine, rdsEngineVersion, rdsAllocatedStorage,
			rdsMaxAllocatedStorage, rdsGp3Performance, rdsPassword, rdsNames, rdsLimits, rdsCombinations, rdsRestore,
		},
		Rules: append(keyRules(), rdsInstanceState, rdsEngineVersionOffered, rdsInstanceClassOffered, rdsParameterGroupFamily,
			rdsMajorUpgrade, rdsStorageShrink, rdsVpc, rdsPublicAccess, rdsRestoreSource, rdsRestoreTime),
		Steady: []standin.Rule{
			standin.Effect(storageStays), standin.Effect(createLogGroups), standin.Effect(markFirstBackup),
			standin.Effect(markSnapshotKey), standin.Effect(assumeSnapshot),
		},
		Diff:     databaseDiff,
		Windowed: databaseWindowed,
		OnDelete: []standin.Rule{rdsDeletionProtection, rdsFinalSnapshotIdentifier, rdsFinalSnapshotExists},
		Moves: map[string][]string{
			"address": {"identifier"}, "endpoint": {"identifier", "port"}, "arn": {"identifier"},
			"engineVersionActual": {"engineVersion"},
		},
		// Since version 5 of the Terraform provider the identifier is the one that a renaming leaves alone.
		Id:      func(*standin.Op) string { return "db-" + standin.Draw(upperDigits, 26) },
		Outputs: databaseOutputs,
	}
}

// enginePorts are the default ports of RDS
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, Port).
var enginePorts = map[string]int{"postgres": 5432, "mysql": 3306, "mariadb": 3306}

func databaseOutputs(o *standin.Op) standin.Props {
	port := o.In("port").Int()
	if port == 0 {
		port = enginePorts[o.In("engine").Text()]
	}
	identifier := o.Has("identifier").Text()
	address := identifier + "." + databaseDomain(o) + "." + o.Scope.Region + ".rds.amazonaws.com"
	props := standin.Props{
		"address": address, "endpoint": address + ":" + strconv.Itoa(port), "port": port,
		"arn": arn(o, "rds", "db:"+identifier), "resourceId": o.Id, "status": "available",
		"hostedZoneId": "Z" + standin.Draw(upperDigits, 13), "engineVersionActual": o.In("engineVersion").Text(),
		"latestRestorableTime": "", "replicas": []any{}, "listenerEndpoints": []any{}, "masterUserSecrets": databaseSecret(o),
		"availabilityZone": databaseZone(o), "backupRetentionPeriod": 0, "backupWindow": "03:00-03:30",
		"maintenanceWindow": "sun:04:00-sun:04:30", "caCertIdentifier": "rds-ca-rsa2048-g1", "multiAz": false,
		"storageType": "gp2", "licenseModel": "postgresql-license", "networkType": "IPV4",
		"engineVersion":       o.In("engineVersion").Text(),
		"vpcSecurityGroupIds": []any{}, "parameterGroupName": "", "optionGroupName": "", "kmsKeyId": "", "iops": 0,
	}
	maps.Copy(props, restoredOutputs(o))
	return props
}

// databaseZone is the first of the zones that the database may be in.
func databaseZone(o *standin.Op) string {
	if group := o.World.Find(token.RdsSubnetGroup, "name", o.In("dbSubnetGroupName").Text()); group != nil {
		if zones := zonesOfGroup(o.World, group); len(zones) > 0 {
			return zones[0]
		}
	}
	return zonesOf(o.Scope.Region)[0]
}

// zonesOfGroup are the zones of a DB subnet group, in order and each once.
func zonesOfGroup(world *standin.View, group *standin.Resource) []string {
	var zones []string
	for _, subnet := range group.All("subnetIds") {
		if zone := zoneOfSubnet(world, subnet.Text()); zone != "" {
			zones = append(zones, zone)
		}
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// databaseDomain is the part of an endpoint that is one for an account and region; it stays when an
// instance is renamed.
func databaseDomain(o *standin.Op) string {
	for _, database := range o.World.Live(token.RdsInstance) {
		rest := afterFirst(database.Out("address").Text(), ".")
		if database.Region == o.Scope.Region && len(rest) > 12 {
			return rest[:12]
		}
	}
	return "c" + standin.Draw(lowerDigits, 11)
}

// databaseSecret returns the secret in Secrets Manager of a database whose master password RDS manages.
func databaseSecret(o *standin.Op) any {
	if !o.In("manageMasterUserPassword").Bool() {
		return []any{}
	}
	return []standin.Props{{
		"secretArn":    arn(o, "secretsmanager", "secret:rds!"+o.Id+"-"+standin.Draw(letterDigits, 6)),
		"secretStatus": "active", "kmsKeyId": "",
	}}
}

var rdsDeletionProtection = rule("rds/deletion-protection").OnOperation(func(o *standin.Op) {
	if protection := o.Was("deletionProtection"); protection.Bool() {
		o.Refuse(protection, "InvalidParameterCombination",
			"Cannot delete protected DB Instance, please disable deletion protection and try again",
			"set deletionProtection to false and update, then delete")
	}
})

var rdsFinalSnapshotIdentifier = rule("rds/final-snapshot-identifier").OnOperation(func(o *standin.Op) {
	if name := o.Was("finalSnapshotIdentifier"); !o.Was("skipFinalSnapshot").Bool() && name.Text() == "" {
		o.Refuse(name, "final_snapshot_identifier is required when skip_final_snapshot is false",
			"a DB instance is deleted with a final snapshot unless that is skipped",
			"set finalSnapshotIdentifier, or skipFinalSnapshot to true, and update before deleting")
	}
})

// A snapshot outlives its instance.
var rdsFinalSnapshotExists = rule("rds/final-snapshot-exists").OnOperation(func(o *standin.Op) {
	name := o.Was("finalSnapshotIdentifier")
	if o.Was("skipFinalSnapshot").Bool() || name.Text() == "" || o.Refused() {
		return
	}
	rememberSnapshot(o, name, "rds", "DBSnapshotAlreadyExists", "a DB snapshot of that name exists already")
})

// rememberSnapshot records the final snapshot of a service, which outlives its resource, and refuses a name
// that is taken.
func rememberSnapshot(o *standin.Op, name standin.Value, service, code, rule string) {
	snapshot := arn(o, service, "snapshot:"+name.Text())
	if o.World.Minted(snapshot) {
		o.Refuse(name, code, rule, "change finalSnapshotIdentifier and update, or delete the snapshot")
		return
	}
	o.World.Remember(snapshot)
}

func databaseTakesLonger(usual time.Duration, property standin.Properties) time.Duration {
	snapshot := property("snapshotIdentifier")
	if property("restoreToPointInTime") != nil || snapshot != nil && snapshot != "" {
		usual *= 2
	}
	if property("multiAz") == true {
		return usual * 3 / 2
	}
	return usual
}

// databaseLoss: RDS deletes automated backups with the instance, and takes a final snapshot unless it is skipped
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html).
func databaseLoss(property standin.Properties) string {
	lost := "all data in it, and its automated backups"
	if property("skipFinalSnapshot") == true {
		lost += "; no final snapshot is taken"
	} else {
		lost += "; a final snapshot is kept, which nothing restores by itself"
	}
	if property("deletionProtection") == true {
		lost += "; AWS refuses while deletionProtection is on"
	}
	return lost
}
