package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(clusterKind, clusterCapacityKind)

func clusterKind() standin.Kind {
	const logs = "configuration.executeCommandConfiguration.logConfiguration."
	return standin.Kind{
		Token: token.EcsCluster, Args: ecs.ClusterArgs{}, State: ecs.ClusterState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 15 * time.Second, Why: "state provisioning until active, polled", Source: applyLogs + "10 to 12 seconds",
			},
			Charge: containerInsights, Loss: standin.Nothing,
		},
		Name:     standin.Naming{Property: "name"},
		Computed: []string{"settings"},
		Replaces: []string{"name"},
		Sets:     []string{"settings"},
		Refs: []standin.Ref{
			toNamespace("serviceConnectDefaults.namespace"),
			inside(logs+"cloudWatchLogGroupName", "InvalidParameterException",
				standin.Target{Token: token.CloudwatchLogGroup, By: "name"}),
			toBucket(logs + "s3BucketName"),
		},
		HeldBy: []standin.Hold{
			{Token: token.EcsService, Path: "cluster"},
			{Token: token.EcsService, Path: "cluster", By: "name"},
		},
		InUse:  "ClusterContainsServicesException",
		Checks: []standin.CheckRule{ecsClusterName, ecsClusterExecLogging, ecsClusterDefaultNamespace},
		Id:     func(o *standin.Op) string { return arn(o, "ecs", "cluster/"+o.Has("name").Text()) },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": o.Id, "settings": []standin.Props{{"name": "containerInsights", "value": "disabled"}},
			}
		},
	}
}

// toCluster: the API takes a cluster by name or ARN.
func toCluster(path string) standin.Ref {
	return outside(path, "ClusterNotFoundException",
		standin.Target{Token: token.EcsCluster, By: "arn"}, standin.Target{Token: token.EcsCluster, By: "name"})
}

func clusterCapacityKind() standin.Kind {
	return standin.Kind{
		Token: token.EcsClusterCapacityProviders,
		Args:  ecs.ClusterCapacityProvidersArgs{}, State: ecs.ClusterCapacityProvidersState{},
		Facts:    slow(15*time.Second, "the cluster's update, polled", estimate),
		Replaces: []string{"clusterName"},
		Sets:     []string{"capacityProviders", "defaultCapacityProviderStrategies"},
		Absent: standin.Props{
			"defaultCapacityProviderStrategies.base": 0, "defaultCapacityProviderStrategies.weight": 0,
		},
		Refs:     []standin.Ref{toCluster("clusterName")},
		Checks:   []standin.CheckRule{ecsClusterCapacityProviders},
		Rules:    []standin.Rule{ecsCapacityProviderInUse},
		OnDelete: []standin.Rule{ecsCapacityProviderInUse},
		Id:       by("clusterName"),
	}
}

// containerInsights: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html.
func containerInsights(t standin.Tally, r *standin.Resource) {
	for _, setting := range r.Out("settings").Items() {
		value := setting.At("value").Text()
		if setting.At("name").Text() == "containerInsights" && (value == "enabled" || value == "enhanced") {
			t.Use("Container Insights", "cloudwatch-metric-month", "log-ingestion-gb")
		}
	}
}
