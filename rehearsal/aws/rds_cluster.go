package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(databaseClusterKind)

func databaseClusterKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsCluster, Args: rds.ClusterArgs{}, State: rds.ClusterState{},
		Facts: standin.Facts{
			Takes:  standin.Duration{Usual: time.Minute, Why: "the storage of the cluster", Source: estimate},
			Charge: standin.ByUse("storage and input and output of Aurora", "aurora-storage-gb-month", "aurora-io-request"),
			Loss:   databaseLoss,
		},
		Name: standin.Naming{Property: "clusterIdentifier", Max: 63, Lower: true, Unless: "clusterIdentifierPrefix"},
		Defaults: standin.Props{
			"backupRetentionPeriod": 1, "copyTagsToSnapshot": false, "deleteAutomatedBackups": true, "engineMode": "provisioned",
			"skipFinalSnapshot":           false,
			"enableGlobalWriteForwarding": false,
			"enableLocalWriteForwarding":  false,
			"monitoringInterval":          0,
		},
		Computed: []string{
			"allocatedStorage", "applyImmediately", "availabilityZones", "caCertificateIdentifier", "clusterMembers",
			"databaseInsightsMode",
			"databaseName", "dbClusterParameterGroupName", "dbSubnetGroupName", "dbSystemId", "engineLifecycleSupport",
			"engineVersion",
			"iamRoles", "iops", "kmsKeyId", "masterUserSecretKmsKeyId", "masterUsername", "monitoringRoleArn", "networkType",
			"performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod", "port", "preferredBackupWindow",
			"preferredMaintenanceWindow", "snapshotIdentifier", "storageEncrypted", "storageType", "vpcSecurityGroupIds",
		},
		Replaces: []string{
			"availabilityZones", "clusterIdentifier", "clusterIdentifierPrefix", "databaseName", "dbSubnetGroupName", "engine",
			"engineMode",
			"kmsKeyId", "masterUsername", "restoreToPointInTime", "s3Import", "snapshotIdentifier", "sourceRegion",
			"storageEncrypted",
		},
		Sets: []string{
			"availabilityZones",
			"clusterMembers",
			"enabledCloudwatchLogsExports",
			"iamRoles",
			"vpcSecurityGroupIds",
		},
		Secrets: []string{"masterPassword"},
		Refs: []standin.Ref{
			inside("dbSubnetGroupName", "DBSubnetGroupNotFoundFault", standin.Target{Token: token.RdsSubnetGroup}),
			toSecurityGroup("vpcSecurityGroupIds"), toRole("monitoringRoleArn"),
		},
		Unique: []standin.Unique{{
			By: []string{"clusterIdentifier"}, Code: "DBClusterAlreadyExistsFault",
			Rule: "a DB cluster's identifier is unique in the account and region",
		}},
		HeldBy:   []standin.Hold{{Token: token.RdsClusterInstance, Path: "clusterIdentifier", By: "clusterIdentifier"}},
		InUse:    "InvalidDBClusterStateFault",
		Checks:   []standin.CheckRule{rdsCluster},
		Rules:    []standin.Rule{rdsVpc},
		OnDelete: []standin.Rule{rdsDeletionProtection, rdsClusterFinalSnapshotIdentifier},
		Id:       by("clusterIdentifier"),
		Outputs:  databaseClusterOutputs,
	}
}

func databaseClusterOutputs(o *standin.Op) standin.Props {
	id, port := o.Has("clusterIdentifier").Text(), o.In("port").Int()
	const postgres, mysql = 5432, 3306
	if port == 0 {
		port = mysql
		if o.In("engine").Text() == "aurora-postgresql" || o.In("engine").Text() == "postgres" {
			port = postgres
		}
	}
	domain := databaseDomain(o) + "." + o.Scope.Region + ".rds.amazonaws.com"
	return standin.Props{
		"arn": arn(o, "rds", "cluster:"+id), "clusterResourceId": "cluster-" + standin.Draw(upperDigits, 26), "port": port,
		"endpoint": id + ".cluster-" + domain, "readerEndpoint": id + ".cluster-ro-" + domain,
		"hostedZoneId": "Z" + standin.Draw(upperDigits, 13), "engineVersionActual": o.In("engineVersion").Text(),
		"clusterMembers": []any{}, "vpcSecurityGroupIds": []any{}, "availabilityZones": []any{}, "masterUsername": "",
		"masterUserSecrets": databaseSecret(o),
	}
}

var rdsCluster = rule("rds/cluster").OnInputs(func(d *standin.Draft) {
	like(d, "clusterIdentifier", form{
		rdsInvalidValue,
		rdsIdentifier,
		"an identifier has letters, digits and hyphens, " + hyphensApart,
		"choose such an identifier",
	})
	among(d, "engine", rdsInvalidValue, "aurora-mysql", "aurora-postgresql", "mysql", "postgres", "neptune")
	among(d, "engineMode", rdsInvalidValue, "global", "parallelquery", "provisioned", "serverless")
	within(d, "backupRetentionPeriod", rdsInvalidValue, 1, 35)
	if d.In("snapshotIdentifier").Missing() && d.In("restoreToPointInTime").Missing() &&
		d.In("replicationSourceIdentifier").Missing() &&
		d.In("globalClusterIdentifier").Missing() {
		required(d, rdsInvalidCombination, "masterUsername")
		password, managed := d.In("masterPassword"), d.In("manageMasterUserPassword")
		if !isGiven(password) && !managed.Bool() && !managed.Unknown() {
			d.Refuse(password, rdsInvalidCombination, "a new cluster needs a password",
				"set masterPassword, or manageMasterUserPassword to true")
		}
	}
})

var rdsClusterFinalSnapshotIdentifier = rule("rds/cluster-final-snapshot-identifier").OnOperation(func(o *standin.Op) {
	if !o.Was("skipFinalSnapshot").Bool() && o.Was("finalSnapshotIdentifier").Text() == "" {
		o.Refuse(o.Was("skipFinalSnapshot"), "RDS Cluster final_snapshot_identifier is required",
			"a final snapshot is taken when skipFinalSnapshot is false",
			"set finalSnapshotIdentifier and update, or skipFinalSnapshot to true")
	}
})
