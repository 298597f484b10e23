package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// awslogsOptions are the options of the driver, and those of every driver on ECS
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html and
// https://docs.docker.com/engine/logging/drivers/awslogs/).
var awslogsOptions = []string{
	"awslogs-create-group", "awslogs-credentials-endpoint", "awslogs-datetime-format", "awslogs-endpoint",
	"awslogs-force-flush-interval-seconds", "awslogs-format", "awslogs-group", "awslogs-max-buffered-events",
	"awslogs-multiline-pattern", "awslogs-region", "awslogs-stream", "awslogs-stream-prefix", "env", "env-regex", "labels",
	"max-buffer-size", "mode", "tag",
}

// capabilities are those of API_KernelCapabilities, add and drop.
var capabilities = strings.Fields(`ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER
	FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE
	NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT
	SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM`)

var ecsLinuxCapability = rule("ecs/linux-capability").onContainer(func(t *task, c standin.Value) {
	for _, path := range []string{"linuxParameters.capabilities.add", "linuxParameters.capabilities.drop"} {
		for _, capability := range c.At(path).Items() {
			if capability.Known() && !slices.Contains(capabilities, capability.Text()) {
				t.refuse(capability, "there is no such Linux capability", standin.Nearest(capability.Text(), capabilities))
			}
		}
	}
})

var ecsFargateUlimit = rule("ecs/fargate-ulimit").onContainer(func(t *task, c standin.Value) {
	for _, name := range c.All("ulimits.name") {
		if t.fargate() && name.Known() && name.Text() != "nofile" {
			t.refuse(name, "Fargate supports the ulimit nofile only", "remove it")
		}
	}
})

// Image references as registries read them (https://github.com/distribution/reference): lower-case path components, a
// tag of at most 128 letters, digits and ._-, a digest.
var (
	imagePath   = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`)
	imageTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	imageDigest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	imageHost   = regexp.MustCompile(`^(?i)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]+)?$`)
)

var ecsImageReference = rule("ecs/image-reference").onContainer(func(t *task, c standin.Value) {
	image := c.At("image")
	if image.Text() == "" || !imageForm.MatchString(image.Text()) {
		return // refused already
	}
	if broken := brokenImage(image.Text()); broken != "" {
		t.refuse(image, "invalid reference format: "+broken,
			"write it as registry/repository:tag, the repository in lower case")
	}
})

// brokenImage returns the reason why an image reference is invalid, or "".
func brokenImage(image string) string {
	rest, digest, digested := strings.Cut(image, "@")
	if digested && !imageDigest.MatchString(digest) {
		return "a digest is sha256: and 64 hexadecimal digits"
	}
	host, path, more := strings.Cut(rest, "/")
	switch {
	case !more:
		host, path = "", rest
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		host, path = "", rest
	}
	if host != "" && !imageHost.MatchString(host) {
		return fmt.Sprintf("%q is no registry", host)
	}
	repository, tag, tagged := strings.Cut(path, ":")
	if tagged && !imageTag.MatchString(tag) {
		return fmt.Sprintf("%q is no tag", tag)
	}
	for component := range strings.SplitSeq(repository, "/") {
		if !imagePath.MatchString(component) {
			return fmt.Sprintf("%q is no part of a repository's name", component)
		}
	}
	return ""
}

var ecsLinuxParameters = rule("ecs/linux-parameters").onContainer(func(t *task, c standin.Value) {
	linux := c.At("linuxParameters")
	if v := linux.At("swappiness"); v.Known() && (v.Number() < 0 || v.Number() > 100) {
		t.refuse(v, "swappiness is from 0 to 100", "choose a value in that range")
	}
	for _, size := range linux.All("tmpfs.size") {
		if size.Known() && size.Number() < 1 {
			t.refuse(size, "a tmpfs has a size of at least 1 MiB", "choose a size")
		}
	}
})

var ecsContainerSize = rule("ecs/container-size").onContainer(func(t *task, c standin.Value) {
	if v := c.At("cpu"); v.Known() && v.Number() < 0 {
		t.refuse(v, "cpu is not negative", "choose 0 or more")
	}
	const least = 6
	for _, path := range []string{"memory", "memoryReservation"} {
		if v := c.At(path); v.Known() && v.Number() < least {
			t.refuse(v, path+" is at least 6 MiB", "choose 6 or more")
		}
	}
})
