package live

import (
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	nfsPort = 2049
	efsUtil = "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: "
	efsCode = " : unsuccessful EFS utils command execution; code: 1"
)

// volumesMounted: every file system can be mounted in every zone in which a task may start
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html).
func (d *deployment) volumesMounted() {
	for _, volume := range d.definition.Out("volumes").Items() {
		config := volume.At("efsVolumeConfiguration")
		files := d.World.Get(token.EfsFileSystem, config.At("fileSystemId").Text())
		if files == nil {
			continue // noted as an assumption when the task definition was made
		}
		d.namesResolve(config, files)
		d.zonesServed(config, files)
		d.accessPointFits(config, files)
		d.mayMount(config, files)
	}
}

// namesResolve: the mount helper finds a mount target by its DNS name
// (https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html).
func (d *deployment) namesResolve(config standin.Value, files *standin.Resource) {
	vpc := d.World.Get(token.Ec2Vpc, d.place.vpc)
	if vpc == nil || vpc.Out("enableDnsSupport").Bool() && vpc.Out("enableDnsHostnames").Bool() {
		return
	}
	d.fail(config.At("fileSystemId"), unresolvedFiles(files), obstacle{
		by:    fileSystemDns,
		cause: vpc.Label() + " does not have both DNS support and DNS host names",
		fix:   "set enableDnsSupport and enableDnsHostnames of the VPC to true",
	})
}

func unresolvedFiles(files *standin.Resource) string {
	return efsUtil + "Failed to resolve \"" + files.Out("dnsName").Text() +
		"\" - check that your file system ID is correct, " +
		"and ensure that the VPC has an EFS mount target for this file system ID." + efsCode
}

func (d *deployment) zonesServed(config standin.Value, files *standin.Resource) {
	targets := d.World.Where(token.EfsMountTarget, "fileSystemId", files.Id)
	property := config.At("fileSystemId")
	for _, subnet := range d.place.subnets {
		target := d.targetIn(targets, files, subnet)
		if target == nil {
			zone := subnet.Out("availabilityZone").Text()
			d.fail(property, unresolvedFiles(files), obstacle{
				by:    mountTarget,
				cause: files.Label() + " has no mount target in " + zone + ", where tasks may start (" + subnet.Label() + ")",
				fix:   "make an efs.MountTarget in a subnet of that zone, and let the service depend on it",
			})
			continue
		}
		d.reachMountTarget(property, target)
	}
	// Of subnets outside this world no zone is known: a task may use any mount target.
	if len(d.place.subnets) == 0 {
		for _, target := range targets {
			d.reachMountTarget(property, target)
		}
	}
}

func (d *deployment) reachMountTarget(property standin.Value, target *standin.Resource) {
	if _, hindered := connect(d.World, d.place, mountTargetPlace(d.World, target), nfsPort); hindered != nil {
		d.fail(property, efsUtil+"mount.nfs4: Connection timed out"+efsCode, *hindered)
	}
}

// targetIn returns the mount target that a task in the subnet uses: its own zone's, or the one of a file system
// that lives in one zone.
func (d *deployment) targetIn(targets []*standin.Resource, files, subnet *standin.Resource) *standin.Resource {
	oneZone := files.Out("availabilityZoneName").Text() != ""
	for _, target := range targets {
		home := d.World.Get(token.Ec2Subnet, target.Out("subnetId").Text())
		sameVpc := home == nil || home.Out("vpcId").Text() == d.place.vpc
		zone := target.Out("availabilityZoneName").Text()
		if sameVpc && (oneZone || zone == "" || zone == subnet.Out("availabilityZone").Text()) {
			return target
		}
	}
	return nil
}

// accessPointFits checks the volume's access point. EFS creates its directory only if creationInfo names the owner
// (https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html).
func (d *deployment) accessPointFits(config standin.Value, files *standin.Resource) {
	id := config.At("authorizationConfig.accessPointId")
	point := d.World.Get(token.EfsAccessPoint, id.Text())
	if point == nil {
		return
	}
	if point.Out("fileSystemId").Text() != files.Id {
		d.fail(id, efsUtil+"Access point does not belong to the file system"+efsCode, obstacle{
			by:    accessPoint,
			cause: point.Label() + " is of another file system than " + files.Label(),
			fix:   "use an access point of the volume's file system",
		})
	}
	root := point.Out("rootDirectory")
	path := root.At("path").Text()
	if path != "" && path != "/" && root.At("creationInfo").Missing() && d.World.ThisRun(files.Seq) {
		d.fail(id, efsUtil+"mount.nfs4: access denied by server while mounting 127.0.0.1:/"+efsCode, obstacle{
			by: accessPointDirectory,
			cause: "the directory " + path + " of " + point.Label() + " does not exist on a new file system, and EFS does " +
				"not make it",
			fix: "give the access point's rootDirectory a creationInfo with ownerUid, ownerGid and permissions",
		})
	}
}

// mayMount: with IAM, the task role must be allowed to mount, by its own policies or by the file system's;
// a file system's policy binds those without IAM too
// (https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html).
func (d *deployment) mayMount(config standin.Value, files *standin.Resource) {
	auth := config.At("authorizationConfig")
	withIam := auth.At("iam").Text() == "ENABLED"
	role := d.definition.Out("taskRoleArn").Text()
	own := d.World.Find(token.EfsFileSystemPolicy, "fileSystemId", files.Id)
	if !withIam && own == nil {
		return
	}
	encrypted := config.At("transitEncryption").Text() == "ENABLED"
	q := policy.Request{
		Action:   "elasticfilesystem:ClientMount",
		Resource: files.Out("arn").Text(),
		Context: map[string]string{
			"aws:securetransport": strconv.FormatBool(encrypted), "elasticfilesystem:accessedviamounttarget": "true",
		},
	}
	if point := d.World.Get(token.EfsAccessPoint, auth.At("accessPointId").Text()); point != nil {
		q.Context["elasticfilesystem:accesspointarn"] = point.Out("arn").Text()
	}
	if withIam {
		q.Principal = role
	}
	byFiles, whyFiles := policy.Denied, ""
	if own != nil {
		if doc, err := policy.Read(own.Label(), own.Out("policy").Text()); err == nil {
			byFiles, whyFiles = policy.Decide([]policy.Document{doc}, q)
		}
	}
	switch {
	case byFiles == policy.Allowed:
	case byFiles == policy.Undecided:
		d.Assume(auth, "the file system may be mounted: "+whyFiles)
	case !withIam, role == "":
		d.fail(auth, mountDenied, obstacle{
			by:    anonymousMount,
			cause: "no role is used to mount " + files.Label() + ", and nothing allows that",
			fix:   "set authorizationConfig.iam to ENABLED and give the task a role that allows elasticfilesystem:ClientMount",
		})
	default:
		d.judge(auth, role, q, func(string) string { return mountDenied },
			"allow elasticfilesystem:ClientMount (and ClientWrite) on the file system in a policy of the task role")
	}
}

const mountDenied = efsUtil + "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'" + efsCode
