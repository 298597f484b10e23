package aws

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// databaseWindowed are the inputs that ModifyDBInstance changes in the maintenance window without applyImmediately
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html).
var databaseWindowed = []string{
	"allocatedStorage", "engineVersion", "identifier", "instanceClass", "iops", "multiAz", "storageThroughput",
	"storageType",
}

// databaseDiff: the provider does not compare a disk that is to become smaller if it may grow by itself, for RDS has
// made it larger then (internal/service/rds/instance.go, allocated_storage).
func databaseDiff(d *standin.Delta) {
	if ignoresSmaller(d.Old.At("allocatedStorage"), d.In("allocatedStorage"), d.In("maxAllocatedStorage")) {
		d.Ignore("allocatedStorage")
	}
}

func ignoresSmaller(old, now, limit standin.Value) bool {
	return old.Known() && now.Known() && limit.Known() && old.Number() > now.Number() && limit.Number() > now.Number()
}

// storageStays leaves the size of the disk as it is where the provider ignores a smaller one.
func storageStays(o *standin.Op) {
	if o.Old == nil {
		return
	}
	old := o.Old.Out("allocatedStorage")
	if ignoresSmaller(old, o.In("allocatedStorage"), o.In("maxAllocatedStorage")) {
		o.This.Outputs["allocatedStorage"] = resource.NewProperty(old.Number())
	}
}
