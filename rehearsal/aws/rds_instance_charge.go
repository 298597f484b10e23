package aws

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// databaseCharge counts an instance and its storage. A stopped instance costs its storage only; one with a standby has
// prices of its own (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html).
func databaseCharge(t standin.Tally, r *standin.Resource) {
	var standby []string
	if r.Out("multiAz").Bool() {
		standby = []string{"multi-az"}
	}
	class, storage := r.Out("instanceClass").Text(), cmp.Or(r.Out("storageType").Text(), "gp2")
	running := t.Running(r, 1)
	t.AddHours(r, running, "rds-instance-hour", append([]string{r.Out("engine").Text(), class}, standby...)...)
	if r.Out("databaseInsightsMode").Text() == "advanced" {
		t.AddHours(r, running*float64(vcpus(class)), "database-insights-vcpu-hour")
	}
	allocated, limit := r.Out("allocatedStorage").Int(), r.Out("maxAllocatedStorage").Int()
	t.Add(r, float64(allocated), "rds-storage-gb-month", append([]string{storage}, standby...)...)
	if storage == "io1" || storage == "io2" {
		t.Add(r, r.Out("iops").Number(), "rds-iops-month", append([]string{storage}, standby...)...)
	}
	if limit > allocated {
		t.Grow(fmt.Sprintf("%s's storage grows by itself up to %d GB", r.Name, limit))
	}
	if r.Out("publiclyAccessible").Bool() {
		t.AddHours(r, 1, "public-ipv4-hour")
	}
	if len(r.Out("enabledCloudwatchLogsExports").Texts()) > 0 {
		t.Use("logs that databases export", "log-ingestion-gb", "log-storage-gb-month")
	}
	if r.Out("monitoringInterval").Int() > 0 {
		t.Use("enhanced monitoring of databases", "log-ingestion-gb", "log-storage-gb-month")
	}
	if r.Out("backupRetentionPeriod").Int() > 0 {
		t.Use("backups of databases beyond their size", "rds-backup-gb-month")
	}
}

var classSize = regexp.MustCompile(`^db\.[a-z0-9]+\.(\d*)xlarge$`)

// vcpus returns the number of vCPUs of an instance class: two up to large, four for xlarge and its multiples
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html).
func vcpus(class string) int {
	const upToLarge, xlarge = 2, 4
	size := classSize.FindStringSubmatch(class)
	if size == nil {
		return upToLarge
	}
	times, err := strconv.Atoi(cmp.Or(size[1], "1"))
	if err != nil {
		return xlarge
	}
	return xlarge * times
}
