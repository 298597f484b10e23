package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Volume is a directory of an EFS file system that a task mounts: through an access point, encrypted on the way, and
// with the task role's permission.
type Volume struct {
	// Name is the volume's name in mount points. Required.
	Name string `pulumi:"name"`
	// FileSystemId is the file system. Required.
	FileSystemId pulumi.StringInput `pulumi:"fileSystemId"`
	// AccessPointId is the access point, which decides the directory. Required.
	AccessPointId pulumi.StringInput `pulumi:"accessPointId"`
}

func (args FargateServiceArgs) validateVolumes() error {
	problems := []error{}
	names := []string{}
	for _, volume := range args.Volumes {
		argument := fmt.Sprintf("volumes[%q]", volume.Name)
		names = append(names, volume.Name)
		problems = append(problems, rule.ClusterName(argument+".name", volume.Name),
			rule.Given(argument+".fileSystemId", volume.FileSystemId != nil, "take it from a FileSystem"),
			rule.Given(argument+".accessPointId", volume.AccessPointId != nil, "take it from a FileSystem"))
	}
	for _, container := range args.Containers {
		for _, mount := range container.MountPoints {
			argument := fmt.Sprintf("containers[%q].mountPoints", container.Name)
			problems = append(problems, rule.OneOf(argument+".sourceVolume", mount.SourceVolume, names...))
			if !strings.HasPrefix(mount.ContainerPath, "/") {
				problems = append(problems, rule.Broken(argument+".containerPath", mount.ContainerPath,
					"must begin with a slash", `for example "/data"`))
			}
		}
	}
	return rule.All(append(problems, rule.Unique("volumes[].name", names))...)
}

// volumes returns the volumes of the task definition. They use access points, for which the API requires encryption in
// transit (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html).
func (args FargateServiceArgs) volumes() ecs.TaskDefinitionVolumeArray {
	var volumes ecs.TaskDefinitionVolumeArray
	for _, volume := range args.Volumes {
		volumes = append(volumes, &ecs.TaskDefinitionVolumeArgs{
			Name: pulumi.String(volume.Name),
			EfsVolumeConfiguration: &ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
				FileSystemId:      volume.FileSystemId,
				TransitEncryption: pulumi.String("ENABLED"),
				AuthorizationConfig: &ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
					AccessPointId: volume.AccessPointId, Iam: pulumi.String("ENABLED"),
				},
			},
		})
	}
	return volumes
}
