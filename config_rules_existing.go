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
			problems = append(problems, rule.Broken(key, ids, "has no use without care:vpcId", "give care:vpcId as well"))
		case c.VpcId != "" && len(ids) < 2:
			problems = append(problems, rule.Broken(key, ids, "must name subnets of care:vpcId in two zones or more", "give their ids"))
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
		problems = append(problems, rule.RedisPassword("care:redisPassword", c.RedisPassword))
	}
	if c.RedisBackend == backendElastiCache && !c.ImageWithoutRediSearch {
		problems = append(problems, rule.Broken("care:redisBackend", c.RedisBackend,
			"ElastiCache cannot load RediSearch, without which Care's images of 2024 and early 2025 cannot search",
			"choose redis-stack or, for an image that needs none, set care:imageWithoutRediSearch to true"))
	}
	if c.RedisBackend == backendExternal {
		problems = append(problems, rule.RedisUrl("care:redisUrl", c.RedisUrl))
	} else if c.RedisUrl != "" {
		problems = append(problems, rule.Broken("care:redisUrl", "…", "has a use only with care:redisBackend external", "remove one of them"))
	}
	return problems
}

// existingDatabaseProblems wants an existing database to be described as a whole.
func (c Config) existingDatabaseProblems() []error {
	if c.DatabaseAddress == "" && c.DatabaseSecurityGroupId == "" {
		return nil
	}
	problems := []error{
		rule.Domain("care:databaseAddress", c.DatabaseAddress),
		rule.ResourceId("care:databaseSecurityGroupId", c.DatabaseSecurityGroupId, "sg"),
	}
	if c.DatabasePassword == "" {
		problems = append(problems, rule.Given("care:databasePassword", false,
			"give the password of the existing database: pulumi config set --secret care:databasePassword"))
	}
	return problems
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
