package aws

import (
	"cmp"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(serviceKind)

func serviceKind() standin.Kind {
	return standin.Kind{
		Token: token.EcsService, Args: ecs.ServiceArgs{}, State: ecs.ServiceState{},
		Facts: standin.Facts{
			Takes:  serviceDuration,
			Charge: standin.Free, Loss: standin.Nothing, // a bill counts the tasks of all services
		},
		Required: []string{"alarms.alarmNames", "networkConfiguration.subnets"},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{
			"availabilityZoneRebalancing": "DISABLED", "deploymentMaximumPercent": 200,
			"deploymentMinimumHealthyPercent": 100, "enableEcsManagedTags": false, "enableExecuteCommand": false,
			"schedulingStrategy": "REPLICA", "waitForSteadyState": false,
		},
		Computed: []string{
			"cluster", "iamRole", "launchType", "platformVersion", "triggers", "serviceConnectConfiguration.namespace",
			"serviceConnectConfiguration.services.discoveryName", "serviceConnectConfiguration.services.clientAlias.dnsName",
		},
		Keeps: []string{"alarms", "deploymentController"},
		Absent: standin.Props{
			"capacityProviderStrategies.base": 0, "capacityProviderStrategies.weight": 0,
			"networkConfiguration.assignPublicIp": false,
		},
		Replaces: []string{"cluster", "deploymentController.type", "iamRole", "launchType", "name", "schedulingStrategy"},
		Sets: []string{
			"alarms.alarmNames", "capacityProviderStrategies", "loadBalancers", "networkConfiguration.securityGroups",
			"networkConfiguration.subnets", "placementConstraints", "vpcLatticeConfigurations",
		},
		Diff: serviceDiff,
		Refs: serviceRefs(),
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "InvalidParameterException",
			Rule: "Creation of service was not idempotent: a service's name is unique in its cluster", Ignore: inAnotherCluster,
		}},
		Checks: []standin.CheckRule{
			ecsServiceName, ecsServiceTaskDefinition, ecsServiceRevision, ecsDaemonStrategy, ecsServiceCount,
			ecsDeploymentPercent, ecsZoneRebalancing, ecsCircuitBreakerController, ecsDeploymentAlarms,
			ecsHealthCheckGracePeriod, ecsServiceNetworkLimits, ecsPlatformVersion, ecsFargatePlacement,
			ecsLaunchTypeAndStrategy,
			ecsCapacityProviderStrategy, ecsServiceLoadBalancers, ecsServiceConnectName, ecsServiceConnectAlias,
			ecsServiceConnectDuplicate, ecsServiceConnectTls, ecsServiceConnectDeployment, ecsServiceConnectNamespaceRegion,
		},
		Rules: []standin.Rule{
			ecsExternalDeploymentUpdate, ecsCapacityProviderAssociated, ecsTargetGroupLoadBalancer, ecsServiceConnectNamespace,
			ecsServiceConnectNamespaceName, ecsServiceConnectConflict, ecsServiceVpc, ecsFargateCompatibility,
			ecsFargateSpotPlatform, ecsServiceNetworkMode, ecsLoadBalancerContainer, ecsTargetType, ecsExecTaskRole,
			ecsExecPermissions, ecsExecReadOnly, ecsServiceConnectPortName, ecsServiceConnectTimeout,
			ecsServiceConnectNetworkMode, ecsServiceConnectProxySize, ecsServiceConnectLogConfiguration,
			ecsServiceConnectProtocolChange,
		},
		OnDelete: []standin.Rule{standin.Effect(live.StopTasks)},
		Steady:   []standin.Rule{standin.Effect(live.BecomesSteady)},
		Id: func(o *standin.Op) string {
			return arn(o, "ecs", "service/"+live.ClusterName(o.Has("cluster").Text())+"/"+o.In("name").Text())
		},
		Outputs: serviceOutputs,
	}
}

// serviceDuration is the duration of a creation with waitForSteadyState.
var serviceDuration = standin.Duration{
	Usual: 3 * time.Minute, Adjust: serviceUntilSteady,
	Why: "network interface, image and health checks until the deployment is steady; a load balancer's health " +
		"checks and registration come on top; without waiting for the steady state, one call",
	Source: "https://github.com/hashicorp/terraform-provider-aws/issues/16184: most deployments complete in 3 minutes",
}

func serviceRefs() []standin.Ref {
	return []standin.Ref{
		toCluster("cluster"), toTaskDefinition("taskDefinition"),
		toSubnet("networkConfiguration.subnets"), toSecurityGroup("networkConfiguration.securityGroups"),
		toTargetGroup("loadBalancers.targetGroupArn"), toNamespace("serviceConnectConfiguration.namespace"),
		toAlarm("alarms.alarmNames"),
	}
}

func serviceOutputs(o *standin.Op) standin.Props {
	return standin.Props{
		"cluster": arn(o, "ecs", "cluster/default"), "platformVersion": "LATEST", "triggers": standin.Props{},
		"iamRole":    "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
		"launchType": launchType(o.In("capacityProviderStrategies")),
	}
}

// launchType returns the launch type: EC2 by default, and none for a service with a strategy.
func launchType(strategies standin.Value) string {
	if len(strategies.Items()) > 0 {
		return ""
	}
	return "EC2"
}

// toTaskDefinition: a service may name a revision, or a family for its latest.
func toTaskDefinition(path string) standin.Ref {
	return outside(path, "ClientException",
		standin.Target{Token: token.EcsTaskDefinition, By: "arn"},
		standin.Target{Token: token.EcsTaskDefinition, By: "family"},
		standin.Target{Token: token.EcsTaskDefinition, By: "arnWithoutRevision"})
}

func inAnotherCluster(o *standin.Op, other *standin.Resource) bool {
	mine := o.Has("cluster")
	return mine.Unknown() || live.ClusterName(mine.Text()) != live.ClusterName(other.Out("cluster").Text())
}

// serviceDiff follows the provider's CustomizeDiff: triggers do nothing without forceNewDeployment, and a
// capacity provider strategy can only be changed by a new deployment, not from or to none
// (internal/service/ecs/service.go, capacityProviderStrategyCustomizeDiff and triggersCustomizeDiff).
func serviceDiff(d *standin.Delta) {
	forced := d.In("forceNewDeployment").Bool()
	if !forced {
		d.Ignore("triggers")
	}
	if controller(d.Old) == controller(d.Inputs()) {
		d.Ignore("deploymentController")
	}
	before, after := d.Old.At("capacityProviderStrategies"), d.In("capacityProviderStrategies")
	if d.Changed("capacityProviderStrategies") {
		appears := (len(before.Items()) == 0) != (len(after.Items()) == 0)
		d.Replace("capacityProviderStrategies", !forced || appears)
	}
	if live.ClusterName(d.Old.At("cluster").Text()) == live.ClusterName(d.In("cluster").Text()) &&
		d.In("cluster").Known() {
		d.Replace("cluster", false)
	}
}

// controller returns the type of a service's deployment controller, which is ECS itself if none is given.
func controller(inputs standin.Value) string {
	return cmp.Or(inputs.At("deploymentController.type").Text(), "ECS")
}

func serviceUntilSteady(usual time.Duration, property standin.Properties) time.Duration {
	if property("waitForSteadyState") != true {
		return quick.Usual
	}
	if balancers, _ := property("loadBalancers").([]any); len(balancers) > 0 {
		return usual + time.Minute
	}
	return usual
}
