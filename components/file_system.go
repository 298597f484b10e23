package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	nfsPort = 2049
	// fileOwner is the owner of all files in the directory, a user without privileges in the container's image.
	fileOwner = 999
)

// FileSystem is an encrypted EFS file system with one directory behind an access point, and a mount target in each
// zone. Only clients with TLS and a role that allows it can mount the directory.
type FileSystem struct {
	pulumi.ResourceState

	// FileSystemId is the file system.
	FileSystemId pulumi.StringOutput `pulumi:"fileSystemId"`
	// Mountable is the same, known once it can be mounted in every zone.
	Mountable pulumi.StringOutput `pulumi:"mountable"`
	// FileSystemArn is its ARN.
	FileSystemArn pulumi.StringOutput `pulumi:"fileSystemArn"`
	// AccessPointId is the access point.
	AccessPointId pulumi.StringOutput `pulumi:"accessPointId"`
	// AccessPointArn is its ARN.
	AccessPointArn pulumi.StringOutput `pulumi:"accessPointArn"`
	// SecurityGroupId is the security group of the mount targets.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// Connection is the mount targets as a destination of services.
	Connection Connection `pulumi:"connection"`
	// MountStatement lets a task role mount the directory and write to it, and to no other directory
	// (https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html).
	MountStatement PolicyStatementOutput `pulumi:"mountStatement"`
}

// FileSystemArgs are the inputs of NewFileSystem.
type FileSystemArgs struct {
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets for the mount targets, one for each zone in which tasks run, by the zone. Required.
	SubnetIds map[string]pulumi.StringInput `pulumi:"subnetIds"`
	// Directory is the directory of the access point, which EFS creates at the first mount. Default: /data.
	Directory string `pulumi:"directory,optional"`
	// ProtectData has Pulumi refuse to delete the file system, and AWS Backup copy it every day. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts the files. Only creation reads it: AWS
	// cannot change the key of a file system, so a later value changes nothing. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *FileSystemArgs) withDefaults() FileSystemArgs {
	var a FileSystemArgs
	if args != nil {
		a = *args
	}
	a.Directory = or(a.Directory, "/data")
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *FileSystemArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *FileSystemArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Given("vpcId", a.VpcId != nil, "give the id of the subnets' VPC"),
		validateSubnets("subnetIds", a.SubnetIds),
		rule.Directory("directory", a.Directory),
		validateArguments(a.arguments()),
	}
	return rule.All(problems...)
}

func (args *FileSystemArgs) arguments() []argument {
	return []argument{{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false}}
}

func validateSubnets(argument string, subnetIds map[string]pulumi.StringInput) error {
	problems := []error{rule.Given(argument, len(subnetIds) > 0, "give a data subnet for each zone")}
	for _, zone := range sortedKeys(subnetIds) {
		problems = append(problems,
			rule.Given(fmt.Sprintf("%s[%q]", argument, zone), subnetIds[zone] != nil, "give the subnet's id"))
	}
	return rule.All(problems...)
}

// NewFileSystem checks args and creates the file system. It returns an error and registers nothing if args is nil or
// invalid.
func NewFileSystem(ctx *pulumi.Context, name string, args *FileSystemArgs,
	opts ...pulumi.ResourceOption,
) (*FileSystem, error) {
	a := args.withDefaults()
	fileSystem := &FileSystem{}
	c, err := register(ctx, "FileSystem", name, fileSystem, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	c.checkLater(a.arguments())
	b := &fileSystemBuilder{component: c, args: a, result: fileSystem}
	return fileSystem, b.build(b.createFileSystem, b.createMountTargets, b.createAccessPoint, b.setOutputs)
}

// Volume returns the directory as a volume of a task.
func (f *FileSystem) Volume(name string) Volume {
	return Volume{Name: name, FileSystemId: f.FileSystemId, AccessPointId: f.AccessPointId}
}

// mountStatement returns the value of MountStatement.
func (f *FileSystem) mountStatement() PolicyStatement {
	return PolicyStatement{
		Sid:       "MountFileSystem",
		Actions:   []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"},
		Resources: []pulumi.StringInput{f.FileSystemArn},
		Condition: &PolicyCondition{
			Operator: "StringEquals",
			Key:      "elasticfilesystem:AccessPointArn",
			Value:    f.AccessPointArn,
		},
	}
}

type fileSystemBuilder struct {
	*component
	args   FileSystemArgs
	result *FileSystem

	group        *ec2.SecurityGroup
	fileSystem   *efs.FileSystem
	mountTargets []any
	accessPoint  *efs.AccessPoint
}

func (b *fileSystemBuilder) createFileSystem() error {
	fileSystem, err := efs.NewFileSystem(b.ctx, b.name, &efs.FileSystemArgs{
		Encrypted: pulumi.Bool(true),
		KmsKeyId:  pointer(b.args.KmsKeyArn),
		// Bursting would stall the writer once its credits are gone.
		ThroughputMode: pulumi.String("elastic"),
		Tags:           b.tagsOf(b.name),
	}, append(b.guarded(b.args.ProtectData), keepKey("kmsKeyId"))...)
	if err != nil {
		return fmt.Errorf("create file system: %w", err)
	}
	b.fileSystem = fileSystem
	_, err = efs.NewFileSystemPolicy(b.ctx, b.name, &efs.FileSystemPolicyArgs{
		FileSystemId: fileSystem.ID(), Policy: tlsOnly(fileSystem.Arn),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create file system policy: %w", err)
	}
	status := "DISABLED"
	if b.args.ProtectData {
		status = "ENABLED"
	}
	_, err = efs.NewBackupPolicy(b.ctx, b.name, &efs.BackupPolicyArgs{
		FileSystemId: fileSystem.ID(),
		BackupPolicy: &efs.BackupPolicyBackupPolicyArgs{Status: pulumi.String(status)},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create backup policy: %w", err)
	}
	return nil
}

// tlsOnly returns a policy that refuses clients without TLS. Without any policy EFS admits everyone who reaches a mount
// target.
func tlsOnly(arn pulumi.StringInput) pulumi.StringOutput {
	return pulumi.JSONMarshal(pulumi.Map{
		"Version": pulumi.String("2012-10-17"),
		"Statement": pulumi.Array{pulumi.Map{
			"Sid":       pulumi.String("TlsOnly"),
			"Effect":    pulumi.String("Deny"),
			"Principal": pulumi.Map{"AWS": pulumi.String("*")},
			"Action":    pulumi.String("*"),
			"Resource":  arn,
			"Condition": pulumi.Map{"Bool": pulumi.Map{"aws:SecureTransport": pulumi.String("false")}},
		}},
	})
}

func (b *fileSystemBuilder) createMountTargets() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Mount targets of "+b.name)
	if err != nil {
		return err
	}
	b.group = group
	for _, zone := range sortedKeys(b.args.SubnetIds) {
		target, err := efs.NewMountTarget(b.ctx, b.child(zone), &efs.MountTargetArgs{
			FileSystemId: b.fileSystem.ID(), SubnetId: b.args.SubnetIds[zone], SecurityGroups: pulumi.StringArray{group.ID()},
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("create mount target in %s: %w", zone, err)
		}
		b.mountTargets = append(b.mountTargets, target.ID())
	}
	return nil
}

// createAccessPoint creates the access point. It sets the directory's owner twice: for the clients, and for EFS, which
// creates the directory.
func (b *fileSystemBuilder) createAccessPoint() error {
	accessPoint, err := efs.NewAccessPoint(b.ctx, b.name, &efs.AccessPointArgs{
		FileSystemId: b.fileSystem.ID(),
		PosixUser:    &efs.AccessPointPosixUserArgs{Uid: pulumi.Int(fileOwner), Gid: pulumi.Int(fileOwner)},
		RootDirectory: &efs.AccessPointRootDirectoryArgs{
			Path: pulumi.String(b.args.Directory),
			CreationInfo: &efs.AccessPointRootDirectoryCreationInfoArgs{
				OwnerUid: pulumi.Int(fileOwner), OwnerGid: pulumi.Int(fileOwner), Permissions: pulumi.String("0750"),
			},
		},
		Tags: b.tagsOf(b.name),
	}, b.guarded(b.args.ProtectData)...)
	if err != nil {
		return fmt.Errorf("create access point: %w", err)
	}
	b.accessPoint = accessPoint
	return nil
}

func (b *fileSystemBuilder) setOutputs() error {
	f := b.result
	f.FileSystemId = b.fileSystem.ID().ToStringOutput()
	f.Mountable = after(f.FileSystemId, b.mountTargets...)
	f.FileSystemArn = b.fileSystem.Arn
	f.AccessPointId = b.accessPoint.ID().ToStringOutput()
	f.AccessPointArn = b.accessPoint.Arn
	f.SecurityGroupId = b.group.ID().ToStringOutput()
	f.Connection = Connection{SecurityGroupId: f.SecurityGroupId, Port: pulumi.Int(nfsPort), Fingerprint: f.Mountable}
	f.MountStatement = f.mountStatement().ToPolicyStatementOutput()
	return nil
}
