package main

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The rules below are about what can be made or can be there already.

// networkProblems wants an existing VPC to be described as a whole.
func (c Config) networkProblems() []error {
	subnets := map[string][]string{
		"care:publicSubnetIds":      c.PublicSubnetIds,
		"care:applicationSubnetIds": c.ApplicationSubnetIds,
		"care:dataSubnetIds":        c.DataSubnetIds,
	}
	var problems []error
	if c.VpcId != "" {
		problems = append(problems, rule.ResourceId("care:vpcId", c.VpcId, "vpc"))
	}
	for _, key := range []string{"care:publicSubnetIds", "care:applicationSubnetIds", "care:dataSubnetIds"} {
		ids := subnets[key]
		problems = append(problems, rule.Unique(key, ids))
		switch {
		case c.VpcId == "" && len(ids) > 0:
			problems = append(problems, rule.Broken(key, ids, "has no effect without care:vpcId", "give care:vpcId as well"))
		case c.VpcId != "" && len(ids) < 2:
			problems = append(problems, rule.Broken(key, ids, "must list subnets of care:vpcId in two or more zones", "give their ids"))
		}
		for _, id := range ids {
			problems = append(problems, rule.ResourceId(key, id, "subnet"))
		}
	}
	return problems
}

// redisProblems wants the chosen backend to be described, and to be one that Care can use.
func (c Config) redisProblems() []error {
	problems := []error{
		rule.OneOf("care:redisBackend", c.RedisBackend, backendRedisStack, backendElastiCache, backendExternal),
		rule.CacheNodeType("care:elastiCacheNodeType", c.ElastiCacheNodeType),
		rule.Between("care:elastiCacheReplicas", c.ElastiCacheReplicas, 0, 5),
	}
	if c.RedisPassword != "" {
		problems = append(problems, rule.RedisPassword("care:redisPassword", c.RedisPassword,
			"or remove it and set care:redisRequirePassword to true, to have one generated"))
	}
	if c.RedisBackend == backendElastiCache && !c.ImageWithoutRediSearch && !c.signsInByRole() {
		problems = append(problems, rule.Broken("care:redisBackend", c.RedisBackend,
			"ElastiCache cannot load RediSearch, without which Care's images of 2024 and early 2025 cannot search",
			"choose redis-stack or, for an image that needs none, set care:imageWithoutRediSearch to true"))
	}
	if c.RedisBackend == backendExternal {
		problems = append(problems, rule.RedisUrl("care:redisUrl", c.RedisUrl))
	} else if c.RedisUrl != "" {
		problems = append(problems, rule.Broken("care:redisUrl", "…", "has an effect only with care:redisBackend external", "remove one of them"))
	}
	return problems
}

// existingDatabaseProblems checks that an existing database is described as a whole. Its names and its password were
// chosen elsewhere, so RDS's rules for new ones do not apply.
func (c Config) existingDatabaseProblems() []error {
	problems := []error{
		rule.Domain("care:databaseAddress", c.DatabaseAddress),
		rule.ResourceId("care:databaseSecurityGroupId", c.DatabaseSecurityGroupId, "sg"),
		rule.ExistingDatabaseName("care:databaseName", c.DatabaseName),
		rule.ExistingDatabaseName("care:databaseUsername", c.DatabaseUsername),
	}
	if c.DatabaseMajorUpgrade {
		problems = append(problems, rule.Broken("care:databaseMajorUpgrade", true,
			"has no use with care:databaseAddress: the program does not manage that database", "remove it, and upgrade the database yourself"))
	}
	if c.DatabasePassword == "" {
		return append(problems, rule.Given("care:databasePassword", false,
			"set the password of the existing database: pulumi config set --secret care:databasePassword"))
	}
	return append(problems, rule.ExistingPassword("care:databasePassword", c.DatabasePassword))
}

func (c Config) bucketProblems() []error {
	var problems []error
	for _, bucket := range []struct{ key, name string }{
		{"care:patientBucket", c.PatientBucket}, {"care:facilityBucket", c.FacilityBucket},
	} {
		if bucket.name != "" {
			problems = append(problems, rule.BucketName(bucket.key, bucket.name))
		}
	}
	if c.PatientBucket != "" && c.PatientBucket == c.FacilityBucket {
		problems = append(problems, rule.Broken("care:facilityBucket", c.FacilityBucket,
			"must not be the patient bucket, whose files nobody may read", "name another bucket"))
	}
	return slices.Clip(problems)
}
