package aws

import (
	"strconv"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(clusterInstanceKind)

func clusterInstanceKind() standin.Kind {
	return standin.Kind{
		Token: token.RdsClusterInstance, Args: rds.ClusterInstanceArgs{}, State: rds.ClusterInstanceState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual:  10 * time.Minute,
				Why:    "the instance boots",
				Source: applyLogs + "as the DB instance",
			},
			Charge: clusterInstanceCharge, Loss: standin.Nothing, // the data is the cluster's
		},
		Name: standin.Naming{Property: "identifier", Max: 63, Lower: true, Unless: "identifierPrefix"},
		Defaults: standin.Props{
			"autoMinorVersionUpgrade": true,
			"copyTagsToSnapshot":      false,
			"monitoringInterval":      0,
			"promotionTier":           0,
			"forceDestroy":            false,
		},
		Computed: []string{
			"applyImmediately", "availabilityZone", "caCertIdentifier", "dbParameterGroupName", "dbSubnetGroupName",
			"engineVersion", "monitoringRoleArn", "performanceInsightsEnabled", "performanceInsightsKmsKeyId",
			"performanceInsightsRetentionPeriod", "preferredBackupWindow", "preferredMaintenanceWindow", "publiclyAccessible",
		},
		Replaces: []string{
			"availabilityZone", "clusterIdentifier", "customIamInstanceProfile", "dbSubnetGroupName", "engine", "identifier",
			"identifierPrefix",
		},
		Refs: []standin.Ref{
			outside("clusterIdentifier", "DBClusterNotFoundFault", standin.Target{Token: token.RdsCluster}),
			toRole("monitoringRoleArn"),
		},
		Unique: []standin.Unique{{
			By: []string{"identifier"}, Code: "DBInstanceAlreadyExists",
			Rule: "a DB instance's identifier is unique in the account and region",
		}},
		Checks: []standin.CheckRule{rdsClusterInstance},
		Rules:  []standin.Rule{rdsClusterInstanceEngine},
		Id:     by("identifier"),
		Outputs: func(o *standin.Op) standin.Props {
			port, id := 0, o.Has("identifier").Text()
			if cluster := o.World.Get(token.RdsCluster, o.In("clusterIdentifier").Text()); cluster != nil {
				port = cluster.Out("port").Int()
			}
			return standin.Props{
				"arn":           arn(o, "rds", "db:"+id),
				"dbiResourceId": "db-" + standin.Draw(upperDigits, 26), "port": port, "writer": true,
				"endpoint": id + "." + databaseDomain(o) + "." + o.Scope.Region + ".rds.amazonaws.com", "publiclyAccessible": false,
				"engineVersionActual": o.In("engineVersion").Text(), "availabilityZone": zonesOf(o.Scope.Region)[0],
			}
		},
	}
}

var rdsClusterInstance = rule("rds/cluster-instance").OnInputs(func(d *standin.Draft) {
	like(d, "identifier", form{
		rdsInvalidValue,
		rdsIdentifier,
		"an identifier has letters, digits and hyphens, " + hyphensApart,
		"choose such an identifier",
	})
	within(d, "promotionTier", rdsInvalidValue, 0, 15)
	rdsInstanceClass.Apply(d)
})

var rdsClusterInstanceEngine = rule("rds/cluster-instance-engine").OnOperation(func(o *standin.Op) {
	cluster := o.World.Get(token.RdsCluster, o.In("clusterIdentifier").Text())
	if engine := o.In("engine"); cluster != nil && engine.Known() && engine.Text() != cluster.Out("engine").Text() {
		o.Refuse(engine, rdsInvalidCombination,
			"the engine of "+cluster.Label()+" is "+strconv.Quote(cluster.Out("engine").Text()),
			"give the instance the engine of its cluster")
	}
})

// clusterInstanceCharge: a serverless instance is charged for by the capacity that it takes
// (https://aws.amazon.com/rds/aurora/pricing/).
func clusterInstanceCharge(t standin.Tally, r *standin.Resource) {
	if r.Out("instanceClass").Text() == "db.serverless" {
		t.Use("capacity units of Aurora", "aurora-capacity-unit-hour")
		return
	}
	t.AddHours(r, 1, "rds-instance-hour", r.Out("engine").Text(), r.Out("instanceClass").Text())
}
