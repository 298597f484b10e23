package aws

import (
	"fmt"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// An instance that runs such a version keeps it.
var rdsEngineVersionOffered = rule("rds/engine-version-offered").OnOperation(func(o *standin.Op) {
	engine, version := o.In("engine"), o.In("engineVersion")
	given := engine.Text() != "" && version.Text() != ""
	if !given || !o.Changed("engineVersion") || o.Accepted(version) || isGiven(o.In("snapshotIdentifier")) {
		return
	}
	newest := strings.Join(model.NewestVersions(engine.Text(), version.Text()), ", ")
	fix := "use one that it creates"
	if newest != "" {
		fix += ", such as " + newest
	}
	fix += fmt.Sprintf("; if AWS has it, pass --accept '%s'", o.Acceptance(version))
	switch model.EngineVersion(engine.Text(), version.Text()) {
	case model.Withdrawn:
		o.Refuse(version, rdsInvalidCombination, "Cannot find version "+version.Text()+" for "+engine.Text()+
			": RDS no longer creates it", fix)
	case model.Unheard:
		o.Refuse(version, rdsInvalidCombination, "Cannot find version "+version.Text()+" for "+engine.Text(), fix)
	case model.Offered:
	}
})

var rdsInstanceClassOffered = rule("rds/instance-class-offered").OnOperation(func(o *standin.Op) {
	class, engine, version := o.In("instanceClass"), o.In("engine").Text(), o.In("engineVersion")
	if class.Text() == "" || engine == "" || version.Unknown() || !o.Changed("instanceClass") || o.Accepted(class) ||
		model.InstanceClass(o.Scope.Region, engine, version.Text(), class.Text()) {
		return
	}
	o.Refuse(class, rdsInvalidCombination,
		fmt.Sprintf("RDS does not support creating a DB instance with the following combination: "+
			"DBInstanceClass=%s, Engine=%s, EngineVersion=%s in %s", class.Text(), engine, version.Text(), o.Scope.Region),
		fmt.Sprintf("use a class of a newer generation, such as db.t4g.micro; if AWS has it, pass --accept '%s'",
			o.Acceptance(class)))
})
