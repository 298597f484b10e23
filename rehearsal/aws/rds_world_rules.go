package aws

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// familyOf is the parameter group family of an engine's version: its major part, which for PostgreSQL is one number and
// for the others two (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html).
func familyOf(engine, version string) string {
	parts := strings.Split(version, ".")
	switch {
	case version == "":
		return ""
	case engine == "postgres":
		return engine + parts[0]
	case (engine == "mysql" || engine == "mariadb") && len(parts) > 1:
		return engine + parts[0] + "." + parts[1]
	}
	return ""
}

var rdsInstanceState = rule("rds/instance-state").OnOperation(func(o *standin.Op) {
	changes := slices.ContainsFunc(o.Inputs().Keys(), func(key string) bool { return key != "tags" && o.Changed(key) })
	if o.Verb == standin.Update && changes && o.Old != nil && o.Old.Out("status").Text() == live.DatabaseStopped {
		o.Refuse(standin.Value{}, "InvalidDBInstanceState", "Database instance is not in available state.",
			"start it first: aws rds start-db-instance")
	}
})

var rdsParameterGroupFamily = rule("rds/parameter-group-family").OnOperation(func(o *standin.Op) {
	v := o.In("parameterGroupName")
	wanted := familyOf(o.In("engine").Text(), o.In("engineVersion").Text())
	family, ours := strings.CutPrefix(v.Text(), "default.")
	if group := o.World.Find(token.RdsParameterGroup, "name", v.Text()); group != nil {
		family, ours = group.Out("family").Text(), true
	}
	if ours && wanted != "" && family != "" && family != wanted {
		o.Refuse(v, rdsInvalidCombination, "The parameter group "+v.Text()+" with DBParameterGroupFamily "+family+
			" can't be used for this instance. Please use a parameter group with DBParameterGroupFamily "+wanted,
			"let the group's family follow the engine version")
	}
})

var rdsMajorUpgrade = rule("rds/major-upgrade").OnOperation(func(o *standin.Op) {
	v := o.In("engineVersion")
	old, now := live.MajorVersion(o.Was("engineVersion").Text()), live.MajorVersion(v.Text())
	if old == 0 || now == 0 || o.In("engine").Text() != "postgres" {
		return
	}
	switch allowed := o.In("allowMajorVersionUpgrade"); {
	case now < old:
		o.Refuse(v, rdsInvalidCombination, "Cannot upgrade postgres from "+o.Was("engineVersion").Text()+" to "+v.Text()+
			": there is no way back to an older major version", "keep the version, or restore a snapshot into a new instance")
	case now > old && !allowed.Bool() && !allowed.Unknown():
		o.Refuse(v, rdsInvalidCombination,
			"The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version",
			"set allowMajorVersionUpgrade to true for the upgrade")
	}
})

var rdsStorageShrink = rule("rds/storage-shrink").OnOperation(func(o *standin.Op) {
	old, now := o.Was("allocatedStorage"), o.In("allocatedStorage")
	if old.Known() && now.Known() && now.Number() < old.Number() &&
		!ignoresSmaller(old, now, o.In("maxAllocatedStorage")) {
		o.Refuse(now, rdsInvalidCombination, "the allocated storage cannot be reduced: it is "+old.Show()+" GiB",
			"keep the size, or move the data to a new instance")
	}
})

var rdsVpc = rule("rds/vpc").OnOperation(func(o *standin.Op) {
	groups := o.World.Find(token.RdsSubnetGroup, "name", o.In("dbSubnetGroupName").Text())
	if groups == nil {
		return
	}
	vpc := groups.Out("vpcId").Text()
	for _, group := range o.All("vpcSecurityGroupIds") {
		if theirs := vpcOfGroup(o.World, group.Text()); theirs != "" && vpc != "" && theirs != vpc {
			o.Refuse(group, rdsInvalidCombination,
				"The DB instance and EC2 security group are in different VPCs. The DB instance is in "+vpcLabel(o, vpc)+
					" and the EC2 security group is in "+vpcLabel(o, theirs), "use a security group of "+vpcLabel(o, vpc))
		}
	}
})

var rdsPublicAccess = rule("rds/public-access").OnOperation(func(o *standin.Op) {
	v := o.In("publiclyAccessible")
	group := o.World.Find(token.RdsSubnetGroup, "name", o.In("dbSubnetGroupName").Text())
	if group == nil || !v.Bool() || o.Preview {
		return
	}
	vpc := o.World.Get(token.Ec2Vpc, group.Out("vpcId").Text())
	if vpc == nil {
		return
	}
	without, luck := withoutGateway(o, vpc.Id)
	switch {
	case without:
		o.Refuse(v, "InvalidVPCNetworkStateFault",
			"Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached"+luck,
			"set publiclyAccessible to false, or create the internet gateway first and have the instance depend on it")
	case !vpc.Out("enableDnsHostnames").Bool() || !vpc.Out("enableDnsSupport").Bool():
		o.Refuse(
			v,
			"InvalidVPCNetworkStateFault",
			"Cannot create a publicly accessible DBInstance. The specified VPC does not support DNS resolution, DNS "+
				"hostnames, or both",
			"set publiclyAccessible to false",
		)
	}
})

var rdsSubnetGroupZones = rule("rds/subnet-group-zones").OnOperation(func(o *standin.Op) {
	subnetsInOneVpc(o, "subnetIds", "InvalidSubnet")
	if coversOneZone(o, "subnetIds") {
		zones := sortedSet(zonesOfSubnets(o, "subnetIds"))
		o.Refuse(o.In("subnetIds"), "DBSubnetGroupDoesNotCoverEnoughAZs",
			"The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "+
				cmp.Or(strings.Join(zones, ", "), "one zone")+". Add subnets to cover at least 2 AZs.",
			"add a subnet in another zone")
	}
})

// Of two zones, a standby is in the one without the instance.
var rdsSubnetInUse = rule("rds/subnet-in-use").OnOperation(func(o *standin.Op) {
	if o.Old == nil || !o.In("subnetIds").Complete() {
		return
	}
	kept := map[string]bool{}
	for _, subnet := range o.All("subnetIds") {
		kept[subnet.Text()] = true
	}
	zones := zonesOfGroup(o.World, o.Old)
	for _, subnet := range o.Old.All("subnetIds") {
		zone := zoneOfSubnet(o.World, subnet.Text())
		for _, database := range o.World.Where(token.RdsInstance, "dbSubnetGroupName", o.Old.Out("name").Text()) {
			standby := database.Out("multiAz").Bool() && len(zones) == 2
			if !kept[subnet.Text()] && zone != "" && (standby || database.Out("availabilityZone").Text() == zone) {
				o.Refuse(o.In("subnetIds"), "SubnetAlreadyInUse",
					"the subnet in "+zone+" cannot be taken out while "+database.Label()+" is in it",
					"keep that zone, or move the database to another one first")
			}
		}
	}
})
