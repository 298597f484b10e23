package aws

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// cacheWindowed are the inputs that ModifyReplicationGroup changes in the maintenance window without applyImmediately
// (https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html).
var cacheWindowed = []string{
	"automaticFailoverEnabled", "engine", "engineVersion", "multiAzEnabled", "nodeType", "parameterGroupName",
}

// cacheDiff follows the provider's CustomizeDiff (internal/service/elasticache/replication_group.go,
// engine_version.go): there is no way back to an older version or from Valkey to Redis, and before 7.0.5 encryption in
// transit is decided at the creation.
func cacheDiff(d *standin.Delta) {
	old, now := d.Old.At("engineVersion"), d.In("engineVersion")
	if old.Text() != "" && now.Text() != "" && versionLess(now.Text(), old.Text()) {
		d.Replace("engineVersion", true)
	}
	if d.Old.At("engine").Text() == "valkey" && d.In("engine").Text() == "redis" {
		d.Replace("engine", true)
	}
	if version := old.Text(); version != "" && versionLess(version, "7.0") {
		d.Replace("transitEncryptionEnabled", true)
	}
}

// versionLess compares versions number by number. The x of 6.x is the newest of its kind.
func versionLess(a, b string) bool {
	first, second := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(first), len(second)) {
		if x, y := partOf(first, i), partOf(second, i); x != y {
			return x < y
		}
	}
	return false
}

func partOf(parts []string, at int) int {
	if at >= len(parts) {
		return 0
	}
	if parts[at] == "x" {
		const newest = 1 << 30
		return newest
	}
	number, err := strconv.Atoi(parts[at])
	if err != nil {
		return 0
	}
	return number
}

var cacheVersions = map[string]*regexp.Regexp{
	"redis":  regexp.MustCompile(`^([1-5](\.\d+){2}|6\.x|[6-9]\.\d+)$`),
	"valkey": regexp.MustCompile(`^[7-9]\.\d+$`),
}

var elasticacheEngineVersion = rule("elasticache/engine-version").OnInputs(func(d *standin.Draft) {
	v, form := d.In("engineVersion"), cacheVersions[d.In("engine").Text()]
	if v.Text() != "" && form != nil && !form.MatchString(v.Text()) {
		d.Refuse(v, rdsInvalidValue, "from version 6 on a version is <major>.<minor>, before <major>.<minor>.<patch>",
			`write it as in "7.1"`)
	}
})

// Without applyImmediately, failover is still on when the provider removes the replica.
var elasticacheLastReplica = rule("elasticache/last-replica").OnOperation(func(o *standin.Op) {
	v := o.In("numCacheClusters")
	if o.Old == nil || v.Int() != 1 || o.Was("numCacheClusters").Int() < 2 {
		return
	}
	if o.Old.Out("automaticFailoverEnabled").Bool() &&
		(o.In("automaticFailoverEnabled").Bool() || !o.In(standin.AtOnce).Bool()) {
		o.Refuse(v, rdsInvalidCombination,
			"the last replica cannot be deleted while automatic failover is enabled, and it is until the maintenance window",
			"set applyImmediately to true, with automaticFailoverEnabled and multiAzEnabled false")
	}
})

var elasticacheFinalSnapshotName = rule("elasticache/final-snapshot-name").OnOperation(func(o *standin.Op) {
	name := o.Was("finalSnapshotIdentifier")
	if name.Text() == "" || o.Refused() {
		return
	}
	rememberSnapshot(o, name, "elasticache", "SnapshotAlreadyExistsFault", "a snapshot of that name exists already")
})
