package limits

import (
	"math"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// fargate adds up the vCPUs of all tasks, on demand and on Spot.
func (s *survey) fargate() {
	const unitsPerVcpu = 1024
	onFargate := map[*standin.Resource]live.Tasks{}
	for _, t := range live.FargateTasks(s.world) {
		onFargate[t.Service] = t
	}
	var ordinary, spot tally
	for _, service := range s.services {
		if t, ok := onFargate[service.Resource]; ok {
			vcpus := float64(t.Cpu) / unitsPerVcpu
			ordinary.add(service, vcpus*(1-t.Spot))
			spot.add(service, vcpus*t.Spot)
		}
	}
	if len(ordinary.shares) > 0 {
		s.quota(fargateVcpus, nil, &ordinary)
	}
	if len(spot.shares) > 0 {
		s.quota(spotVcpus, nil, &spot)
	}
}

// parameters counts the calls by which ECS reads the secrets of all tasks. One call reads ten
// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html).
func (s *survey) parameters() {
	const perCall = 10
	var calls tally
	for _, service := range s.services {
		names := map[string]bool{}
		for _, c := range service.containers {
			for _, secret := range c.Secrets {
				if !strings.Contains(secret.ValueFrom, ":secretsmanager:") {
					names[secret.ValueFrom] = true
				}
			}
		}
		calls.add(service, math.Ceil(float64(len(names))/perCall))
	}
	if len(calls.shares) > 0 {
		s.quota(parameterRate, nil, &calls)
	}
}

// tasks counts the tasks of services, the services of clusters and the containers of task definitions.
func (s *survey) tasks() {
	clusters := map[string]float64{}
	for _, service := range s.services {
		var t tally
		t.add(service, 1)
		s.quota(tasksPerService, service.Resource, &t)
		clusters[lastPart(service.Out("cluster").Text())]++
	}
	for _, cluster := range s.world.Live(token.EcsCluster) {
		s.quota(servicesPerCluster, cluster, &tally{fixed: clusters[cluster.Out("name").Text()]})
	}
	for _, definition := range s.world.Live(token.EcsTaskDefinition) {
		s.quota(containersPerTask, definition, &tally{fixed: float64(len(containersOf(definition)))})
	}
}

// connect counts the tasks behind the endpoints of Service Connect: each is an instance of a service of Cloud Map.
// Clients are none.
func (s *survey) connect() {
	namespaces := map[string]*tally{}
	for _, service := range s.services {
		connect := service.Out("serviceConnectConfiguration")
		endpoints := len(connect.At("services").Items())
		if !connect.At("enabled").Bool() || endpoints == 0 {
			continue
		}
		var t tally
		t.add(service, 1)
		s.quota(connectInstances, service.Resource, &t)
		namespace := connect.At("namespace").Text()
		if namespaces[namespace] == nil {
			namespaces[namespace] = &tally{}
		}
		namespaces[namespace].add(service, float64(endpoints))
	}
	for _, namespace := range s.world.Live(token.ServicediscoveryHttpNamespace) {
		for _, name := range []string{namespace.Out("arn").Text(), namespace.Out("name").Text()} {
			if t := namespaces[name]; t != nil {
				s.quota(namespaceInstances, namespace, t)
			}
		}
	}
}

// account counts network interfaces and roles.
func (s *survey) account() {
	var interfaces tally
	s.fixedAddresses(func(subnets []string, _ float64) { interfaces.fixed += float64(len(subnets)) })
	for _, service := range s.services {
		if len(service.Out("networkConfiguration.subnets").Texts()) > 0 {
			interfaces.add(service, 1)
		}
	}
	s.quota(networkInterfaces, nil, &interfaces)
	s.quota(roles, nil, &tally{fixed: float64(len(s.world.Live(token.IamRole)))})
}
