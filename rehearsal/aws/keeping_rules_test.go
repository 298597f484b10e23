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
		"name":        "/care/staging/KEY",
		"type":        "SecureString",
		"value":       "hunter22",
		"description": "A key",
		"tier":        "Standard",
	}
	c.refuses(t, []mistake{
		{"character", token, sound, in{"name": "/care/KEY 1"}, []string{"ValidationException", `name = "/care/KEY 1"`}},
		{"no slash in front", token, sound, in{"name": "care/KEY"}, []string{"fully qualified name", "write /care/KEY"}},
		{"slash at the end", token, sound, in{"name": "/care/KEY/"}, []string{"ValidationException", "no name"}},
		{"reserved", token, sound, in{"name": "/aws/KEY"}, []string{"No access to reserved parameter name"}},
		{"reserved beginning", token, sound, in{"name": "SSM-key"}, []string{"No access to reserved parameter name"}},
		{"too deep", token, sound, in{"name": strings.Repeat("/a", 16)}, []string{"HierarchyLevelLimitExceededException"}},
		{
			"long",
			token,
			sound,
			in{"name": "/" + strings.Repeat("a", 1000)},
			[]string{"ValidationException", "characters of at most"},
		},
		{"type", token, sound, in{"type": "Secret"}, []string{"UnsupportedParameterType", `type = "Secret"`}},
		{"tier", token, sound, in{"tier": "Large"}, []string{"tier"}},
		{"empty", token, sound, in{"value": ""}, []string{"ValidationException", "at least one character", "value"}},
		{"absent", token, sound, in{"value": nil}, []string{"one of value, insecureValue"}},
		{
			"large",
			token,
			sound,
			in{"value": strings.Repeat("a", 4097)},
			[]string{"ValidationException", "4096", "this one has 4097"},
		},
		{"nesting", token, sound, in{"value": "{{ssm:other}}"}, []string{"can't nest another parameter"}},
		{"pattern", token, sound, in{"allowedPattern": `^\d+$`}, []string{"ParameterPatternMismatchException", "value"}},
		{
			"key of a plain one",
			token,
			with(sound, in{"type": "String"}),
			in{"keyId": "alias/x"},
			[]string{"keyId", "SecureString"},
		},
		{"open secret", token, sound, in{"insecureValue": "x"}, []string{"insecureValue"}},
	})
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
	c.refuses(t, []mistake{
		{"name", secrets, kept, in{"name": "care login"}, []string{"ValidationException", `name = "care login"`}},
		{
			"window",
			secrets,
			kept,
			in{"recoveryWindowInDays": 3},
			[]string{"InvalidParameterException", "recoveryWindowInDays = 3"},
		},
		{"policy", secrets, kept, in{"policy": policy}, []string{"MalformedPolicyDocumentException", "Principal"}},
		{"no value", versions, version, in{"secretString": nil}, []string{"exactly one of secretString, secretBinary"}},
		{"large value", versions, version, in{"secretString": strings.Repeat("a", 65537)}, []string{"at most 65536 bytes"}},
	})
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
		"creationToken":     "redis",
		"throughputMode":    "elastic",
		"encrypted":         true,
		"lifecyclePolicies": []any{in{"transitionToIa": "AFTER_30_DAYS"}},
	}
	owner := in{"ownerUid": 999, "ownerGid": 999, "permissions": "0755"}
	point := in{
		"fileSystemId":  files,
		"posixUser":     in{"uid": 999, "gid": 999},
		"rootDirectory": in{"path": "/redis/data", "creationInfo": owner},
	}
	root := func(path string, owner in) in { return in{"rootDirectory": in{"path": path, "creationInfo": owner}} }
	target := in{
		"fileSystemId":   files,
		"subnetId":       s.subnetA.id,
		"securityGroups": []any{s.sg.id},
		"ipAddress":      "10.0.0.9",
	}
	s.refuses(t, []mistake{
		{"throughput", systems, system, in{"throughputMode": "fast"}, []string{"ValidationException", "throughputMode"}},
		{
			"provisioned without how much",
			systems,
			system,
			in{"throughputMode": "provisioned"},
			[]string{"BadRequest", "provisionedThroughputInMibps"},
		},
		{
			"how much of what is not provisioned",
			systems,
			system,
			in{"provisionedThroughputInMibps": 10},
			[]string{"BadRequest", "provisionedThroughputInMibps = 10"},
		},
		{"elastic at maximum I/O", systems, system, in{"performanceMode": "maxIO"}, []string{"BadRequest", "throughputMode"}},
		{
			"key without encryption",
			systems,
			with(system, in{"encrypted": nil}),
			in{"kmsKeyId": "arn:aws:kms:ap-south-1:123456789012:key/x"},
			[]string{"BadRequest", "kmsKeyId"},
		},
		{
			"age",
			systems,
			system,
			in{"lifecyclePolicies": []any{in{"transitionToIa": "AFTER_2_DAYS"}}},
			[]string{"lifecyclePolicies[0].transitionToIa"},
		},
		{"long token", systems, system, in{"creationToken": strings.Repeat("a", 65)}, []string{"creationToken", "64"}},
		{"user", points, point, in{"posixUser": in{"uid": -1, "gid": 999}}, []string{"posixUser.uid = -1"}},
		{
			"many groups",
			points,
			point,
			in{"posixUser": in{"uid": 1, "gid": 1, "secondaryGids": many(17, 1)}},
			[]string{"at most 16"},
		},
		{"path", points, point, root("redis", owner), []string{"rootDirectory.path"}},
		{"hidden path", points, point, root("/redis/.data", owner), []string{"rootDirectory.path"}},
		{"deep path", points, point, root("/a/b/c/d/e", owner), []string{"at most four levels"}},
		{
			"permissions",
			points,
			point,
			root("/redis", with(owner, in{"permissions": "rwx"})),
			[]string{"rootDirectory.creationInfo.permissions"},
		},
		{
			"group of another VPC",
			targets,
			target,
			in{"securityGroups": []any{s.strayGroup.id}},
			[]string{"SecurityGroupNotFound", "securityGroups[0]"},
		},
		{
			"many groups",
			targets,
			target,
			in{"securityGroups": []any{"sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"}},
			[]string{"SecurityGroupLimitExceeded"},
		},
		{
			"another VPC than the others",
			targets,
			target,
			in{"fileSystemId": far},
			[]string{"MountTargetConflict", "efs.MountTarget 'far' is in ec2.Vpc 'other'"},
		},
		{
			"another zone than the files",
			targets,
			with(target, in{"fileSystemId": zonal}),
			in{"subnetId": s.subnetB.id, "ipAddress": nil},
			[]string{"AvailabilityZonesMismatch", "in ap-south-1a only"},
		},
		{
			"address of another subnet",
			targets,
			target,
			in{"ipAddress": "10.0.1.9"},
			[]string{"BadRequest", "10.0.0.0/24", "ipAddress"},
		},
		{
			"policy without principal",
			"efs/fileSystemPolicy:FileSystemPolicy",
			in{"fileSystemId": files, "policy": tlsOnly("*")},
			in{"policy": policy},
			[]string{"InvalidPolicyException", "Principal"},
		},
		{
			"backups",
			"efs/backupPolicy:BackupPolicy",
			in{"fileSystemId": files, "backupPolicy": in{"status": "ENABLED"}},
			in{"backupPolicy": in{"status": "ON"}},
			[]string{"backupPolicy.status"},
		},
	})
}

func TestCachesAreWellFormed(t *testing.T) {
	t.Parallel()
	s := newVpcStack(t)
	subnets := s.up("elasticache/subnetGroup:SubnetGroup", "cache",
		in{"subnetIds": []any{s.subnetA.id, s.subnetB.id}}).out("name")
	const caches, groups = "elasticache/replicationGroup:ReplicationGroup", "elasticache/subnetGroup:SubnetGroup"
	cache := in{
		"replicationGroupId": "care-cache", "description": "cache", "nodeType": "cache.t4g.micro", "numCacheClusters": 2,
		"automaticFailoverEnabled": true,
		"multiAzEnabled":           true,
		"subnetGroupName":          subnets,
		"securityGroupIds":         []any{s.sg.id},
		"transitEncryptionEnabled": true, "authToken": "hunter22hunter22",
	}
	group := in{"name": "data", "subnetIds": []any{s.subnetA.id, s.subnetB.id}}
	s.refuses(t, []mistake{
		{
			"identifier",
			caches,
			cache,
			in{"replicationGroupId": "care--cache"},
			[]string{"InvalidParameterValue", "replicationGroupId"},
		},
		{"node type", caches, cache, in{"nodeType": "t4g.micro"}, []string{"InvalidParameterValue", "nodeType"}},
		{"engine", caches, cache, in{"engine": "memcached"}, []string{"engine"}},
		{
			"failover of one",
			caches,
			cache,
			in{"numCacheClusters": 1},
			[]string{"InvalidParameterCombination", "numCacheClusters = 1"},
		},
		{
			"zones without failover",
			caches,
			cache,
			in{"automaticFailoverEnabled": false},
			[]string{"Must enable automatic failover to enable Multi-AZ"},
		},
		{
			"token without encryption",
			caches,
			cache,
			in{"transitEncryptionEnabled": false},
			[]string{"InvalidParameterCombination", "authToken"},
		},
		{
			"users without encryption",
			caches,
			with(cache, in{"authToken": nil}),
			in{"transitEncryptionEnabled": false, "userGroupIds": []any{"all"}},
			[]string{"User group based access control requires encryption-in-transit"},
		},
		{
			"mode of a later engine",
			caches,
			with(cache, in{"engine": "redis", "engineVersion": "7.1", "transitEncryptionMode": "preferred"}),
			in{"engineVersion": "6.2"},
			[]string{"needs Redis 7 or later"},
		},
		{"short token", caches, cache, in{"authToken": "short"}, []string{"16 to 128", "authToken"}},
		{
			"group of another VPC",
			caches,
			cache,
			in{"securityGroupIds": []any{s.strayGroup.id}},
			[]string{"securityGroupIds[0]", "ec2.Vpc 'other'"},
		},
		{"name", groups, group, in{"name": "my data"}, []string{"InvalidParameterValue", "name"}},
		{"reserved name", groups, group, in{"name": "default"}, []string{"reserved"}},
		{
			"two VPCs",
			groups,
			group,
			in{"subnetIds": []any{s.subnetA.id, s.stray.id}},
			[]string{"InvalidSubnet", "subnetIds[1]"},
		},
	})
}
