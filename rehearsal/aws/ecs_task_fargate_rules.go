package aws

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var ecsFargateNetworkMode = rule("ecs/fargate-network-mode").onTask(func(t *task) {
	if mode := t.In("networkMode"); t.fargate() && !mode.Unknown() && mode.Text() != "awsvpc" {
		t.refuse(mode, "Fargate only supports network mode 'awsvpc'", `set networkMode to "awsvpc"`)
	}
})

var ecsFargateHost = rule("ecs/fargate-host").onTask(func(t *task) {
	if !t.fargate() {
		return
	}
	if v := t.In("ipcMode"); v.Known() && v.Text() != "" {
		t.refuse(v, "ipcMode is not supported for tasks run on Fargate", "remove it")
	}
	if v := t.In("pidMode"); v.Text() == "host" {
		t.refuse(v, "On Fargate for Linux containers, the only valid pidMode is task", `set it to "task", or remove it`)
	}
	if v := t.In("placementConstraints"); len(v.Items()) > 0 {
		t.refuse(v, "Task placement constraints aren't supported for tasks run on Fargate", "remove them")
	}
	for _, path := range []string{"hostPath", "dockerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"} {
		for _, v := range t.All("volumes." + path) {
			if v.Text() != "" || v.Raw().IsObject() {
				t.refuse(v, path+" is not supported for tasks run on Fargate", "use a volume of the task alone, or one of EFS")
			}
		}
	}
})

// fargateForbids are fields that API_ContainerDefinition and API_LinuxParameters exclude on Fargate.
var fargateForbids = []string{
	"dockerSecurityOptions", "links", "linuxParameters.devices", "linuxParameters.maxSwap",
	"linuxParameters.sharedMemorySize",
	"linuxParameters.swappiness", "privileged", "resourceRequirements",
}

var ecsFargateContainer = rule("ecs/fargate-container").onContainer(func(t *task, c standin.Value) {
	if !t.fargate() {
		return
	}
	for _, path := range fargateForbids {
		if v := c.At(path); isSet(v) {
			t.refuse(v, path+" is not supported for tasks run on Fargate", "remove it")
		}
	}
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
	for _, capability := range c.At("linuxParameters.capabilities.add").Items() {
		if capability.Text() != "SYS_PTRACE" {
			t.refuse(capability, "Tasks launched on Fargate only support adding the SYS_PTRACE kernel capability", "remove it")
		}
	}
})

var ecsAwsvpcContainer = rule("ecs/awsvpc-container").onContainer(func(t *task, c standin.Value) {
	for _, path := range []string{"extraHosts", "hostname", "links"} {
		if v := c.At(path); t.awsvpc() && isSet(v) && (path != "links" || !t.fargate()) {
			t.refuse(v, path+" is not supported when the network mode is awsvpc", "remove it")
		}
	}
})

// isSet reports whether a value is neither missing, empty nor false.
func isSet(v standin.Value) bool {
	switch raw := v.Raw(); {
	case v.Missing():
		return false
	case raw.IsBool():
		return v.Bool()
	case raw.IsString():
		return v.Text() != ""
	case raw.IsArray():
		return len(v.Items()) > 0
	case raw.IsObject():
		return len(v.Keys()) > 0
	}
	return true
}

// ipcKeys: API_SystemControl, value.
var ipcKeys = []string{
	"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
	"kernel.shm_rmid_forced",
}

var ecsSystemControl = rule("ecs/system-control").onContainer(func(t *task, c standin.Value) {
	for _, control := range c.At("systemControls").Items() {
		key := control.At("namespace")
		name := key.Text()
		if !strings.HasPrefix(name, "net.") && !strings.HasPrefix(name, "fs.mqueue.") && !slices.Contains(ipcKeys, name) {
			t.refuse(key, "system controls are net.*, fs.mqueue.* and the kernel's IPC settings; all else belongs to the host",
				"remove it; vm.* cannot be set for a container")
		}
		if value := control.At("value"); value.Text() == "" {
			t.refuse(value, "a system control has a value", "set value")
		}
	}
})

var ecsRuntimePlatform = rule("ecs/runtime-platform").onTask(func(t *task) {
	platform := t.In("runtimePlatform")
	family, chip := platform.At("operatingSystemFamily"), platform.At("cpuArchitecture")
	switch {
	case t.fargate() && platform.Known() && family.Missing():
		t.refuse(family,
			"operatingSystemFamily is required for tasks hosted on Fargate when a runtimePlatform is given",
			`set it to "LINUX"`)
	case strings.HasPrefix(family.Text(), "WINDOWS") && chip.Text() == "ARM64":
		t.refuse(chip, "the ARM64 architecture is for Linux only", `set it to "X86_64"`)
	}
})
