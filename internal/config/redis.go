package config

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The values of Redis.Backend.
const (
	RedisStack    = "redis-stack"
	ElastiCache   = "elasticache"
	ExternalRedis = "external"
)

// The values of Redis.Persistence.
const (
	persistenceNone = "none"
	PersistenceEfs  = "efs"
)

// Redis is the server that Care uses as cache, search index and Celery broker.
type Redis struct {
	Backend                string
	ImageWithoutRediSearch bool

	// For Redis Stack, which runs on ECS.
	Image           string
	Cpu             int
	Memory          int
	RequirePassword bool
	Password        string
	Persistence     string

	// For ElastiCache.
	ElastiCacheNodeType string
	ElastiCacheReplicas int

	// For an external Redis.
	Url string
}

func (r *reader) redis() Redis {
	redis := Redis{
		Backend:                r.text("redisBackend", RedisStack),
		ImageWithoutRediSearch: r.boolean("imageWithoutRediSearch", false),
		Image:                  r.text("redisImage", components.DefaultRedisImage),
		Cpu:                    r.integer("redisCpu", components.DefaultRedisCpu),
		Memory:                 r.integer("redisMemory", components.DefaultRedisMemory),
		RequirePassword:        r.boolean("redisRequirePassword", false),
		Password:               r.secret("redisPassword"),
		Persistence:            r.text("redisPersistence", persistenceNone),
		ElastiCacheNodeType:    r.text("elastiCacheNodeType", components.DefaultElastiCacheNodeType),
		ElastiCacheReplicas:    r.integer("elastiCacheReplicas", 0),
		Url:                    r.secret("redisUrl"),
	}
	redis.RequirePassword = redis.RequirePassword || redis.Password != ""
	return redis
}

// redisProblems requires that the chosen backend is described, and that Care's image can use it.
func (c Config) redisProblems() []error {
	redis := c.Redis
	problems := []error{
		rule.OneOf("care:redisBackend", redis.Backend, RedisStack, ElastiCache, ExternalRedis),
		rule.Image("care:redisImage", redis.Image, c.Image.AllowMovingTag),
		rule.FargateSize("care:redisCpu", redis.Cpu, "care:redisMemory", redis.Memory),
		rule.ProxyRoom("care:redisCpu", redis.Cpu, 1),
		rule.OneOf("care:redisPersistence", redis.Persistence, persistenceNone, PersistenceEfs),
		rule.CacheNodeType("care:elastiCacheNodeType", redis.ElastiCacheNodeType),
		rule.Between("care:elastiCacheReplicas", redis.ElastiCacheReplicas, 0, 5),
	}
	if redis.Password != "" {
		problems = append(problems, rule.RedisPassword("care:redisPassword", redis.Password,
			"give such a password, or set care:redisRequirePassword to true instead to have one generated"))
	}
	if redis.Backend == ElastiCache && !redis.ImageWithoutRediSearch && !c.Image.SignsInByRole() {
		problems = append(problems, rule.Broken("care:redisBackend", redis.Backend,
			"ElastiCache cannot load RediSearch, without which Care's images of 2024 and early 2025 cannot search",
			"choose redis-stack or, for an image that needs none, set care:imageWithoutRediSearch to true"))
	}
	if redis.Backend == ExternalRedis {
		problems = append(problems, required("care:redisUrl", redis.Url,
			"with care:redisBackend external, set its address: pulumi config set --secret care:redisUrl",
			rule.RedisUrl("care:redisUrl", redis.Url)))
	} else if redis.Url != "" {
		problems = append(problems, rule.Broken("care:redisUrl", "…", "has an effect only with care:redisBackend external",
			"remove one of them"))
	}
	return problems
}

// redisWarnings describes a Redis without the module that Care of 2024 needs.
func (c Config) redisWarnings() []string {
	plain := c.Redis.Backend == RedisStack && rule.PlainRedisServer(c.Redis.Image) != ""
	if !plain || c.Image.SignsInByRole() || c.Redis.ImageWithoutRediSearch {
		return nil
	}
	return []string{"care:redisImage " + c.Redis.Image + " has no RediSearch, without which Care's images of 2024 and " +
		"early 2025 cannot search. Use Redis Stack or, for an image that needs none, set " +
		"care:imageWithoutRediSearch to true."}
}
