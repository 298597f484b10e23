package aws_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

func TestParametersAreNamedAndFilledByTheRules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "ssm/parameter:Parameter"
	sound := in{
		"name": "/care/staging/KEY", "type": "SecureString", "value": "hunter22", "description": "A key",
		"tier": "Standard",
	}
	c.refuses(t, token, sound,
		but("character", in{"name": "/care/KEY 1"}, "ValidationException", `name = "/care/KEY 1"`),
		but("no slash in front", in{"name": "care/KEY"}, "fully qualified name", "write /care/KEY"),
		but("slash at the end", in{"name": "/care/KEY/"}, "ValidationException", "no name"),
		but("reserved", in{"name": "/aws/KEY"}, "No access to reserved parameter name"),
		but("reserved beginning", in{"name": "SSM-key"}, "No access to reserved parameter name"),
		but("too deep", in{"name": strings.Repeat("/a", 16)}, "HierarchyLevelLimitExceededException"),
		but("long", in{"name": "/" + strings.Repeat("a", 1000)}, "ValidationException", "characters of at most"),
		but("type", in{"type": "Secret"}, "UnsupportedParameterType", `type = "Secret"`),
		but("tier", in{"tier": "Large"}, "tier"),
		but("empty", in{"value": ""}, "ValidationException", "at least one character", "value"),
		but("absent", in{"value": nil}, "one of value, insecureValue"),
		but("large", in{"value": strings.Repeat("a", 4097)}, "ValidationException", "4096", "this one has 4097"),
		but("nesting", in{"value": "{{ssm:other}}"}, "can't nest another parameter"),
		but("pattern", in{"allowedPattern": `^\d+$`}, "ParameterPatternMismatchException", "value"),
		but("open secret", in{"insecureValue": "x"}, "insecureValue"),
	)
	c.refuses(t, token, with(sound, in{"type": "String"}), but("key of a plain one", in{"keyId": "alias/x"}, "keyId",
		"SecureString"))
	c.up(token, "large", with(sound, in{"name": "/care/large", "tier": "Advanced", "value": strings.Repeat("a", 8192)}))
	c.up(token, "full", with(sound, in{"name": "/care/full", "value": strings.Repeat("a", 4096)}))
}

func TestARefusedSecretIsNotShown(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	long := &resource.Secret{Element: resource.NewProperty(strings.Repeat("hunter22", 600))}
	_, err := c.attempt("ssm/parameter:Parameter", "p", in{"name": "/care/KEY", "type": "SecureString", "value": long})
	require.ErrorContains(t, err, "value = [secret]")
	require.NotContains(t, err.Error(), "hunter22")
}

func TestSecretsAreNamedAndKeptByTheRules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	kept := in{"name": "care/login", "recoveryWindowInDays": 0}
	version := in{"secretId": c.up("secretsmanager/secret:Secret", "outer", in{}).id, "secretString": "{}"}
	const secrets, versions = "secretsmanager/secret:Secret", "secretsmanager/secretVersion:SecretVersion"
	c.refuses(t, secrets, kept,
		but("name", in{"name": "care login"}, "ValidationException", `name = "care login"`),
		but("window", in{"recoveryWindowInDays": 3}, "InvalidParameterException", "recoveryWindowInDays = 3"),
		but("policy", in{"policy": policy}, "MalformedPolicyDocumentException", "Principal"),
	)
	c.refuses(t, versions, version,
		but("no value", in{"secretString": nil}, "exactly one of secretString, secretBinary"),
		but("large value", in{"secretString": strings.Repeat("a", 65537)}, "at most 65536 bytes"),
	)
}

func TestFilesAreStoredByTheRules(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	files := s.up("efs/fileSystem:FileSystem", "files", in{}).id
	zonal := s.up("efs/fileSystem:FileSystem", "zonal", in{"availabilityZoneName": "ap-south-1a"}).id
	far := s.up("efs/fileSystem:FileSystem", "far", in{}).id
	s.up("efs/mountTarget:MountTarget", "far", in{"fileSystemId": far, "subnetId": s.stray.id})
	const (
		systems = "efs/fileSystem:FileSystem"
		points  = "efs/accessPoint:AccessPoint"
		targets = "efs/mountTarget:MountTarget"
	)
	system := in{
		"creationToken": "redis", "throughputMode": "elastic", "encrypted": true,
		"lifecyclePolicies": []any{in{"transitionToIa": "AFTER_30_DAYS"}},
	}
	owner := in{"ownerUid": 999, "ownerGid": 999, "permissions": "0755"}
	point := in{
		"fileSystemId": files, "posixUser": in{"uid": 999, "gid": 999},
		"rootDirectory": in{"path": "/redis/data", "creationInfo": owner},
	}
	root := func(path string, owner in) in { return in{"rootDirectory": in{"path": path, "creationInfo": owner}} }
	target := in{
		"fileSystemId": files, "subnetId": s.subnetA.id, "securityGroups": []any{s.sg.id}, "ipAddress": "10.0.0.9",
	}
	s.refuses(t, systems, system,
		but("throughput", in{"throughputMode": "fast"}, "ValidationException", "throughputMode"),
		but("provisioned without how much", in{"throughputMode": "provisioned"}, "BadRequest",
			"provisionedThroughputInMibps"),
		but("how much of what is not provisioned", in{"provisionedThroughputInMibps": 10}, "BadRequest",
			"provisionedThroughputInMibps = 10"),
		but("elastic at maximum I/O", in{"performanceMode": "maxIO"}, "BadRequest", "throughputMode"),
		but("age", in{"lifecyclePolicies": []any{in{"transitionToIa": "AFTER_2_DAYS"}}},
			"lifecyclePolicies[0].transitionToIa"),
		but("long token", in{"creationToken": strings.Repeat("a", 65)}, "creationToken", "64"),
	)
	s.refuses(t, systems, with(system, in{"encrypted": nil}), but("key without encryption",
		in{"kmsKeyId": "arn:aws:kms:ap-south-1:123456789012:key/x"}, "BadRequest", "kmsKeyId"))
	s.refuses(t, points, point,
		but("user", in{"posixUser": in{"uid": -1, "gid": 999}}, "posixUser.uid = -1"),
		but("many groups", in{"posixUser": in{"uid": 1, "gid": 1, "secondaryGids": many(17, 1)}}, "at most 16"),
		but("path", root("redis", owner), "rootDirectory.path"),
		but("hidden path", root("/redis/.data", owner), "rootDirectory.path"),
		but("deep path", root("/a/b/c/d/e", owner), "at most four levels"),
		but("permissions", root("/redis", with(owner, in{"permissions": "rwx"})), "rootDirectory.creationInfo.permissions"),
	)
	s.refuses(t, targets, target,
		but("group of another VPC", in{"securityGroups": []any{s.strayGroup.id}}, "SecurityGroupNotFound",
			"securityGroups[0]"),
		but("many groups", in{"securityGroups": []any{"sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"}},
			"SecurityGroupLimitExceeded"),
		but("another VPC than the others", in{"fileSystemId": far}, "MountTargetConflict",
			"efs.MountTarget 'far' is in ec2.Vpc 'other'"),
		but("address of another subnet", in{"ipAddress": "10.0.1.9"}, "BadRequest", "10.0.0.0/24", "ipAddress"),
	)
	s.refuses(t, targets, with(target, in{"fileSystemId": zonal}), but("another zone than the files",
		in{"subnetId": s.subnetB.id, "ipAddress": nil}, "AvailabilityZonesMismatch", "in ap-south-1a only"))
	s.refuses(t, "efs/fileSystemPolicy:FileSystemPolicy", in{"fileSystemId": files, "policy": tlsOnly("*")},
		but("policy without principal", in{"policy": policy}, "InvalidPolicyException", "Principal"),
	)
	s.refuses(t, "efs/backupPolicy:BackupPolicy", in{"fileSystemId": files, "backupPolicy": in{"status": "ENABLED"}},
		but("backups", in{"backupPolicy": in{"status": "ON"}}, "backupPolicy.status"),
	)
}

func TestCachesAreWellFormed(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	subnets := s.up("elasticache/subnetGroup:SubnetGroup", "cache",
		in{"subnetIds": []any{s.subnetA.id, s.subnetB.id}}).out("name")
	const caches, groups = "elasticache/replicationGroup:ReplicationGroup", "elasticache/subnetGroup:SubnetGroup"
	cache := in{
		"replicationGroupId": "care-cache", "description": "cache", "nodeType": "cache.t4g.micro", "numCacheClusters": 2,
		"automaticFailoverEnabled": true, "multiAzEnabled": true, "subnetGroupName": subnets,
		"securityGroupIds":         []any{s.sg.id},
		"transitEncryptionEnabled": true, "authToken": "hunter22hunter22",
	}
	group := in{"name": "data", "subnetIds": []any{s.subnetA.id, s.subnetB.id}}
	s.refuses(t, caches, cache,
		but("identifier", in{"replicationGroupId": "care--cache"}, "InvalidParameterValue", "replicationGroupId"),
		but("node type", in{"nodeType": "t4g.micro"}, "InvalidParameterValue", "nodeType"),
		but("engine", in{"engine": "memcached"}, "engine"),
		but("failover of one", in{"numCacheClusters": 1}, "InvalidParameterCombination", "numCacheClusters = 1"),
		but("zones without failover", in{"automaticFailoverEnabled": false},
			"Must enable automatic failover to enable Multi-AZ"),
		but("token without encryption", in{"transitEncryptionEnabled": false}, "InvalidParameterCombination", "authToken"),
		but("short token", in{"authToken": "short"}, "16 to 128", "authToken"),
		but("group of another VPC", in{"securityGroupIds": []any{s.strayGroup.id}}, "securityGroupIds[0]",
			"ec2.Vpc 'other'"),
	)
	s.refuses(t, caches, with(cache, in{"authToken": nil}), but("users without encryption",
		in{"transitEncryptionEnabled": false, "userGroupIds": []any{"all"}},
		"User group based access control requires encryption-in-transit"))
	s.refuses(t, caches, with(cache, in{"engine": "redis", "engineVersion": "7.1", "transitEncryptionMode": "preferred"}),
		but("mode of a later engine", in{"engineVersion": "6.2"}, "needs Redis 7 or later"),
	)
	s.refuses(t, groups, group,
		but("name", in{"name": "my data"}, "InvalidParameterValue", "name"),
		but("reserved name", in{"name": "default"}, "reserved"),
		but("two VPCs", in{"subnetIds": []any{s.subnetA.id, s.stray.id}}, "InvalidSubnet", "subnetIds[1]"),
	)
}
