package aws

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsLaunchTypeAndStrategy = rule("ecs/launch-type-and-strategy").OnInputs(func(d *standin.Draft) {
	if v := d.In("launchType"); v.Known() && v.Text() != "" && len(d.In("capacityProviderStrategies").Items()) > 0 {
		d.Refuse(v, ecsInvalid,
			"Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again",
			"remove launchType")
	}
})

var ecsCapacityProviderStrategy = rule("ecs/capacity-provider-strategy").OnInputs(func(d *standin.Draft) {
	checkStrategy(d, d.In("capacityProviderStrategies"))
})

// checkStrategy: API_CapacityProviderStrategyItem, and CreateService in its own words
// (terraform-aws-modules/terraform-aws-ecs#27).
func checkStrategy(d *standin.Draft, strategy standin.Value) {
	const mostProviders = 20
	items := strategy.Items()
	weights, unknown, serverless := 0, false, 0
	for _, item := range items {
		provider, weight := item.At("capacityProvider"), item.At("weight")
		unknown = unknown || weight.Unknown() || provider.Unknown() || item.Unknown()
		weights += weight.Int()
		if live.IsFargate(provider.Text()) {
			serverless++
		}
	}
	switch {
	case len(items) > mostProviders:
		d.Refuse(strategy, ecsInvalid, "a capacity provider strategy can contain a maximum of 20 capacity providers",
			"name fewer")
	case !unknown && len(items) > 1 && weights == 0:
		d.Refuse(strategy, ecsInvalid,
			"At least one capacity provider must have a weight value greater than zero specified", "give one a weight")
	case !unknown && serverless > 0 && serverless < len(items):
		d.Refuse(strategy, ecsInvalid,
			"The capacity provider strategy cannot contain both Fargate and other capacity providers",
			"use either FARGATE and FARGATE_SPOT, or the others")
	}
	for _, again := range twice(strategy.All("capacityProvider")) {
		d.Refuse(again, ecsInvalid, "a capacity provider is named once in a strategy", "remove one of the two")
	}
	checkShares(d, strategy)
}

// checkShares: API_CapacityProviderStrategyItem, base and weight.
func checkShares(d *standin.Draft, strategy standin.Value) {
	const mostWeight, mostBase = 1000, 100000
	bases := 0
	for _, item := range strategy.Items() {
		weight, base := item.At("weight"), item.At("base")
		if weight.Known() && (weight.Int() < 0 || weight.Int() > mostWeight) {
			d.Refuse(weight, ecsInvalid, "a weight is between 0 and 1,000", "choose a smaller weight")
		}
		if base.Known() && (base.Int() < 0 || base.Int() > mostBase) {
			d.Refuse(base, ecsInvalid, "a base is between 0 and 100,000", "choose a smaller base")
		}
		if base.Int() > 0 {
			if bases++; bases > 1 {
				d.Refuse(base, ecsInvalid, "Only one capacity provider in a capacity provider strategy can have a base defined",
					"remove the other base")
			}
		}
	}
}

// reservedProvider: API_CreateCapacityProvider, name; a provider of one's own is not called so.
var reservedProvider = regexp.MustCompile(`^(?i)(aws|ecs|fargate)`)

var ecsClusterCapacityProviders = rule("ecs/cluster-capacity-providers").OnInputs(func(d *standin.Draft) {
	providers, strategy := d.In("capacityProviders"), d.In("defaultCapacityProviderStrategies")
	checkStrategy(d, strategy)
	for _, v := range append(providers.Items(), strategy.All("capacityProvider")...) {
		if !live.IsFargate(v.Text()) && reservedProvider.MatchString(v.Text()) {
			d.Refuse(v, ecsInvalid, "The specified capacity provider was not found. Specify a valid name or ARN and try again",
				standin.Nearest(v.Text(), []string{"FARGATE", "FARGATE_SPOT"}))
		}
	}
	for _, v := range strategy.All("capacityProvider") {
		open := providers.Unknown() || slices.ContainsFunc(providers.Items(), standin.Value.Unknown)
		if v.Known() && !open && !providers.Has(v.Text()) {
			d.Refuse(
				v,
				ecsInvalid,
				"The specified default capacity provider strategy cannot contain a capacity provider that is not associated "+
					"with the cluster",
				"add it to capacityProviders",
			)
		}
	}
})

// A cluster made by the API has no capacity providers, not even those of Fargate, until they are associated.
var ecsCapacityProviderAssociated = rule("ecs/capacity-provider-associated").OnOperation(func(o *standin.Op) {
	cluster := live.FindCluster(o.World, o.In("cluster").Text())
	if o.Preview || cluster == nil || !o.Changed("capacityProviderStrategies") {
		return
	}
	capacities := live.ClusterCapacities(o.World, cluster)
	associated := providersOf(awaited(o, capacities))
	for _, v := range o.All("capacityProviderStrategies.capacityProvider") {
		if v.Known() && !slices.Contains(associated, v.Text()) {
			o.Refuse(
				v,
				ecsInvalid,
				"The specified capacity provider strategy cannot contain a capacity provider that is not associated with "+
					"the cluster. "+
					"Associate the capacity provider with the cluster or specify a valid capacity provider and try again"+
					byLuck(naming(capacities, v.Text())),
				"add it to the ClusterCapacityProviders of "+cluster.Label()+", and let the service depend on that",
			)
		}
	}
})

// naming leaves out the associations that do not name the provider.
func naming(capacities []*standin.Resource, provider string) []*standin.Resource {
	return slices.DeleteFunc(slices.Clone(capacities),
		func(r *standin.Resource) bool { return !r.Out("capacityProviders").Has(provider) })
}

func providersOf(capacities []*standin.Resource) []string {
	var names []string
	for _, capacity := range capacities {
		for _, v := range capacity.All("capacityProviders") {
			names = append(names, v.Text())
		}
	}
	return names
}

// runsOnFargate reports that a service's tasks run on Fargate, by its launch type, its strategy or the
// cluster's.
func runsOnFargate(o *standin.Op) bool {
	strategy := o.In("capacityProviderStrategies")
	if o.In("launchType").Text() == "FARGATE" || slices.ContainsFunc(strategy.All("capacityProvider"), namesFargate) {
		return true
	}
	cluster := live.FindCluster(o.World, o.In("cluster").Text())
	if cluster == nil || !o.In("launchType").Missing() || len(strategy.Items()) > 0 {
		return false
	}
	for _, capacity := range live.ClusterCapacities(o.World, cluster) {
		if slices.ContainsFunc(capacity.All("defaultCapacityProviderStrategies.capacityProvider"), namesFargate) {
			return true
		}
	}
	return false
}

func namesFargate(v standin.Value) bool { return live.IsFargate(v.Text()) }

var ecsCapacityProviderInUse = rule("ecs/capacity-provider-in-use").OnOperation(func(o *standin.Op) {
	if o.Old == nil || o.Preview {
		return
	}
	for _, v := range o.Was("capacityProviders").Items() {
		if o.Verb == standin.Update && o.In("capacityProviders").Has(v.Text()) {
			continue
		}
		for _, service := range o.World.Where(token.EcsService, "capacityProviderStrategies.capacityProvider", v.Text()) {
			if live.ClusterName(service.Out("cluster").Text()) == live.ClusterName(o.Was("clusterName").Text()) {
				o.Refuse(v, "ResourceInUseException",
					fmt.Sprintf("The specified capacity provider is in use and cannot be removed: %s uses it",
						service.Label()), "let "+service.Label()+" depend on the ClusterCapacityProviders, so that it goes first")
				break
			}
		}
	}
})

var ecsFargateSpotPlatform = rule("ecs/fargate-spot-platform").onService(func(r *rollout) {
	const first, second = "1.3.0", "1.4.0"
	system, chip := r.definition.In("runtimePlatform.operatingSystemFamily"), r.definition.In(
		"runtimePlatform.cpuArchitecture",
	)
	least := first
	if chip.Text() == "ARM64" {
		least = second
	}
	for _, v := range r.All("capacityProviderStrategies.capacityProvider") {
		platform := r.In("platformVersion")
		switch {
		case v.Text() != "FARGATE_SPOT":
		case strings.HasPrefix(system.Text(), "WINDOWS"):
			r.refuse(v, "FARGATE_SPOT supports Linux tasks only, and the task definition's operatingSystemFamily is "+
				system.Text(), "use FARGATE")
		case platform.Text() != "" && platform.Text() != "LATEST" && platform.Text() < least:
			r.refuse(platform, "FARGATE_SPOT supports Linux tasks with the "+cmp.Or(chip.Text(), "X86_64")+
				" architecture on platform version "+least+" or later", "set platformVersion to "+second)
		}
	}
})
