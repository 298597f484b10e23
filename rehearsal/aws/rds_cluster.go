package aws

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// databaseClusterKinds are Aurora's clusters and the instances in them.
func databaseClusterKinds() []standin.Kind {
	return []standin.Kind{databaseClusterKind(), clusterInstanceKind()}
}

func databaseClusterKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsCluster, Args: rds.ClusterArgs{}, State: rds.ClusterState{},
		Name: standin.Naming{Property: "clusterIdentifier", Max: 63, Lower: true, Unless: "clusterIdentifierPrefix"},
		Defaults: standin.Props{
			"backupRetentionPeriod": 1, "copyTagsToSnapshot": false, "deleteAutomatedBackups": true, "engineMode": "provisioned",
			"skipFinalSnapshot": false, "enableGlobalWriteForwarding": false, "enableLocalWriteForwarding": false, "monitoringInterval": 0,
		},
		Computed: []string{
			"allocatedStorage", "applyImmediately", "availabilityZones", "caCertificateIdentifier", "clusterMembers", "databaseInsightsMode",
			"databaseName", "dbClusterParameterGroupName", "dbSubnetGroupName", "dbSystemId", "engineLifecycleSupport", "engineVersion",
			"iamRoles", "iops", "kmsKeyId", "masterUserSecretKmsKeyId", "masterUsername", "monitoringRoleArn", "networkType",
			"performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod", "port", "preferredBackupWindow",
			"preferredMaintenanceWindow", "snapshotIdentifier", "storageEncrypted", "storageType", "vpcSecurityGroupIds",
		},
		Replaces: []string{
			"availabilityZones", "clusterIdentifier", "clusterIdentifierPrefix", "databaseName", "dbSubnetGroupName", "engine", "engineMode",
			"kmsKeyId", "masterUsername", "restoreToPointInTime", "s3Import", "snapshotIdentifier", "sourceRegion", "storageEncrypted",
		},
		Sets:    []string{"availabilityZones", "clusterMembers", "enabledCloudwatchLogsExports", "iamRoles", "vpcSecurityGroupIds"},
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
		Checks:   []standin.CheckRule{databaseClusterFormed},
		Rules:    []standin.Rule{databaseGroupsInVpc},
		OnDelete: []standin.Rule{databaseUnprotected, clusterSnapshotNamed},
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

// databaseClusterFormed: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html.
func databaseClusterFormed(d *standin.Draft) {
	like(d, "clusterIdentifier", form{
		rdsInvalidValue, rdsIdentifier, "an identifier has letters, digits and hyphens, " + hyphensApart, "choose such an identifier",
	})
	among(d, "engine", rdsInvalidValue, "aurora-mysql", "aurora-postgresql", "mysql", "postgres", "neptune")
	among(d, "engineMode", rdsInvalidValue, "global", "parallelquery", "provisioned", "serverless")
	within(d, "backupRetentionPeriod", rdsInvalidValue, 1, 35)
	if d.In("snapshotIdentifier").Missing() && d.In("restoreToPointInTime").Missing() && d.In("replicationSourceIdentifier").Missing() &&
		d.In("globalClusterIdentifier").Missing() {
		required(d, rdsInvalidCombination, "masterUsername")
		password, managed := d.In("masterPassword"), d.In("manageMasterUserPassword")
		if !isGiven(password) && !managed.Bool() && !managed.Unknown() {
			d.Refuse(password, rdsInvalidCombination, "a new cluster needs a password",
				"set masterPassword, or manageMasterUserPassword to true")
		}
	}
}

// clusterSnapshotNamed is what the provider asks for before it deletes a cluster.
func clusterSnapshotNamed(o *standin.Op) {
	if !o.Was("skipFinalSnapshot").Bool() && o.Was("finalSnapshotIdentifier").Text() == "" {
		o.Refuse(o.Was("skipFinalSnapshot"), "RDS Cluster final_snapshot_identifier is required",
			"a final snapshot is taken when skipFinalSnapshot is false", "set finalSnapshotIdentifier and update, or skipFinalSnapshot to true")
	}
}

func clusterInstanceKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsClusterInstance, Args: rds.ClusterInstanceArgs{}, State: rds.ClusterInstanceState{},
		Name: standin.Naming{Property: "identifier", Max: 63, Lower: true, Unless: "identifierPrefix"},
		Defaults: standin.Props{
			"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false, "monitoringInterval": 0, "promotionTier": 0, "forceDestroy": false,
		},
		Computed: []string{
			"applyImmediately", "availabilityZone", "caCertIdentifier", "dbParameterGroupName", "dbSubnetGroupName", "engineVersion",
			"monitoringRoleArn", "performanceInsightsEnabled", "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod",
			"preferredBackupWindow", "preferredMaintenanceWindow", "publiclyAccessible",
		},
		Replaces: []string{
			"availabilityZone", "clusterIdentifier", "customIamInstanceProfile", "dbSubnetGroupName", "engine", "identifier",
			"identifierPrefix",
		},
		Refs: []standin.Ref{
			outside("clusterIdentifier", "DBClusterNotFoundFault", standin.Target{Token: token.RdsCluster}), toRole("monitoringRoleArn"),
		},
		Unique: []standin.Unique{{
			By: []string{"identifier"}, Code: "DBInstanceAlreadyExists", Rule: "a DB instance's identifier is unique in the account and region",
		}},
		Checks: []standin.CheckRule{clusterInstanceFormed},
		Rules:  []standin.Rule{engineOfCluster},
		Id:     by("identifier"),
		Outputs: func(o *standin.Op) standin.Props {
			port, id := 0, o.Has("identifier").Text()
			if cluster := o.World.Get(token.RdsCluster, o.In("clusterIdentifier").Text()); cluster != nil {
				port = cluster.Out("port").Int()
			}
			return standin.Props{
				"arn": arn(o, "rds", "db:"+id), "dbiResourceId": "db-" + standin.Draw(upperDigits, 26), "port": port, "writer": true,
				"endpoint": id + "." + databaseDomain(o) + "." + o.Scope.Region + ".rds.amazonaws.com", "publiclyAccessible": false,
				"engineVersionActual": o.In("engineVersion").Text(), "availabilityZone": zonesOf(o.Scope.Region)[0],
			}
		},
	}
}

// clusterInstanceFormed: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html.
func clusterInstanceFormed(d *standin.Draft) {
	like(d, "identifier", form{
		rdsInvalidValue, rdsIdentifier, "an identifier has letters, digits and hyphens, " + hyphensApart, "choose such an identifier",
	})
	within(d, "promotionTier", rdsInvalidValue, 0, 15)
	databaseClass(d)
}

// engineOfCluster: an instance has the engine of its cluster.
func engineOfCluster(o *standin.Op) {
	cluster := o.World.Get(token.RdsCluster, o.In("clusterIdentifier").Text())
	if engine := o.In("engine"); cluster != nil && engine.Known() && engine.Text() != cluster.Out("engine").Text() {
		o.Refuse(engine, rdsInvalidCombination, "the engine of "+cluster.Label()+" is "+strconv.Quote(cluster.Out("engine").Text()),
			"give the instance the engine of its cluster")
	}
}
