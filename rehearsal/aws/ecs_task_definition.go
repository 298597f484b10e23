package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(taskDefinitionKind)

func taskDefinitionKind() standin.Kind {
	return standin.Kind{
		Token: token.EcsTaskDefinition, Args: ecs.TaskDefinitionArgs{}, State: ecs.TaskDefinitionState{},
		Facts:    setting,
		Defaults: standin.Props{"skipDestroy": false, "trackLatest": false},
		Computed: []string{"enableFaultInjection", "networkMode"},
		// Whatever is registered is a revision and never changes.
		Replaces: []string{
			"containerDefinitions", "cpu", "enableFaultInjection", "ephemeralStorage", "executionRoleArn", "family",
			"inferenceAccelerators", "ipcMode", "memory", "networkMode", "pidMode", "placementConstraints", "proxyConfiguration",
			"requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes",
		},
		Sets: []string{"inferenceAccelerators", "placementConstraints", "requiresCompatibilities", "volumes"},
		Same: map[string]func(old, new string) bool{"containerDefinitions": sameContainers},
		Refs: []standin.Ref{
			toRole("executionRoleArn"), toRole("taskRoleArn"), toFileSystem("volumes.efsVolumeConfiguration.fileSystemId"),
			outside("volumes.efsVolumeConfiguration.authorizationConfig.accessPointId", "AccessPointNotFound",
				standin.Target{Token: token.EfsAccessPoint}),
		},
		Checks: []standin.CheckRule{taskChecks(ecsTaskFamily, ecsRoleArn, ecsExecutionRole, ecsVolumeNameDuplicate,
			ecsEfsVolume, ecsTaskSize, ecsFargateSize, ecsEphemeralStorage, ecsFargateNetworkMode, ecsFargateHost,
			ecsRuntimePlatform, ecsTaskDefinitionSize, ecsContainerCount, ecsContainerNameDuplicate, ecsEssentialContainer,
			ecsContainerSizeTotal, ecsContainerDependencyCycle, ecsPortName, ecsContainerPortConflict, ecsContainerName,
			ecsContainerImage, ecsImageReference, ecsContainerSize, ecsContainerMemory, ecsEnvironmentDuplicate,
			ecsEnvironmentFile, ecsSecretReference, ecsRepositoryCredentials, ecsContainerHealthCheck, ecsContainerTimeout,
			ecsContainerRestartPolicy, ecsLinuxCapability, ecsFargateUlimit, ecsLinuxParameters, ecsUlimitOrder,
			ecsMountPoint, ecsContainerDependsOn, ecsContainerPort, ecsContainerLogConfiguration, ecsFargateContainer,
			ecsAwsvpcContainer, ecsSystemControl)},
		Rules: []standin.Rule{ecsRoleTrust},
		Id:    by("family"),
		Outputs: func(o *standin.Op) standin.Props {
			family := arn(o, "ecs", "task-definition/"+o.In("family").Text())
			revision := nextRevision(o, family)
			return standin.Props{
				"arn": family + ":" + strconv.Itoa(revision), "arnWithoutRevision": family, "revision": revision,
				"networkMode": "", "enableFaultInjection": false,
			}
		},
	}
}

// nextRevision skips the revisions that were deleted: ECS uses no number twice
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html).
func nextRevision(o *standin.Op, family string) int {
	revision := 1
	for o.World.Minted(family + ":" + strconv.Itoa(revision)) {
		revision++
	}
	return revision
}

// sameContainers compares as the provider does (task_definition_equivalency.go): in any order of
// containers, environment and secrets, with the defaults that ECS fills in.
func sameContainers(old, now string) bool {
	a, errOld := normalContainers(old)
	b, errNow := normalContainers(now)
	if errOld != nil || errNow != nil {
		return old == now
	}
	return standin.SameJson(a, b)
}

func normalContainers(document string) (string, error) {
	var containers []map[string]any
	if err := json.Unmarshal([]byte(document), &containers); err != nil {
		return "", err
	}
	for _, container := range containers {
		normalContainer(container)
	}
	slices.SortStableFunc(containers, byName)
	data, err := json.Marshal(containers)
	return string(data), err
}

func normalContainer(container map[string]any) {
	if _, given := container["essential"]; !given {
		container["essential"] = true
	}
	for _, port := range objects(container["portMappings"]) {
		if host, given := port["hostPort"]; !given || host == float64(0) {
			port["hostPort"] = port["containerPort"]
		}
		if _, given := port["protocol"]; !given {
			port["protocol"] = "tcp"
		}
	}
	for _, list := range []string{"environment", "secrets"} {
		sorted := objects(container[list])
		slices.SortStableFunc(sorted, byName)
		if len(sorted) > 0 {
			container[list] = sorted
		}
	}
}

func objects(list any) []map[string]any {
	items, _ := list.([]any)
	found := make([]map[string]any, 0, len(items))
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			found = append(found, object)
		}
	}
	return found
}

func byName(a, b map[string]any) int {
	return strings.Compare(fmt.Sprint(a["name"]), fmt.Sprint(b["name"]))
}
