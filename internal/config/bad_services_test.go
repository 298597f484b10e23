package config

import (
	"encoding/json"
)

func badSizes() []badInput {
	return []badInput{
		{key: "care:careCpu", value: "300", rule: "Fargate offers 256, 512"},
		{key: "care:careCpu", value: "256", rule: "Service Connect's proxy takes 256"},
		{key: "care:careCpu", value: "half", rule: "must be a whole number"},
		{key: "care:careCpu", value: "0.5", rule: "must be a whole number"},
		{key: "care:careCpu", value: "", shows: `""`, rule: "must be a whole number"},
		{key: "care:careMemory", value: "1500", rule: "with 512 CPU units Fargate offers"},
		{key: "care:careMemory", value: "8192", rule: "with 512 CPU units Fargate offers"},
		{key: "care:careDesiredCount", value: "-1", rule: "must be 0 to 5000"},
		{key: "care:careDesiredCount", value: "two", rule: "must be a whole number"},
		{key: "care:careOnSpot", value: "mostly", rule: "must be true or false"},
		{key: "care:celeryCpu", value: "512", rule: "the containers need 512"},
		{key: "care:celeryMemory", value: "2048", rule: "the containers need 2048"},
		{key: "care:celeryMemory", value: "3000", rule: "with 1024 CPU units Fargate offers"},
		{
			key: "care:redisCpu", value: "256", with: settings{"care:redisMemory": "1024"},
			rule: "Service Connect's proxy takes 256",
		},
		{key: "care:redisMemory", value: "512", rule: "with 1024 CPU units Fargate offers"},
		{key: "care:redisPersistence", value: "disk", rule: "must be one of none, efs"},
		{key: "care:redisPersistence", value: "", rule: "must not be empty"},
		{key: "care:redisRequirePassword", value: "please", rule: "must be true or false"},
	}
}

func badScaling() []badInput {
	scaled, split := settings{"care:careMaxCount": "4"}, settings{
		"care:celeryWorkers": "2", "care:celeryMaxWorkers": "4",
	}
	return []badInput{
		{
			key: "care:careMaxCount", value: "1", with: settings{"care:careDesiredCount": "2"},
			rule: "no less than care:careDesiredCount",
		},
		{key: "care:careMaxCount", value: "5001", rule: "must be 1 to 5000"},
		{key: "care:careDesiredCount", value: "2147483648", with: scaled, rule: "must be 0 to 5000"},
		{key: "care:careDesiredCount", value: "-2", with: scaled, rule: "must be 0 to 5000"},
		{key: "care:celeryWorkers", value: "2147483648", with: split, rule: "must be 1 to 5000"},
		{key: "care:careMaxCount", value: "-1", rule: "must be 1 to 5000"},
		{
			key: "care:careMaxCount", value: "4", with: settings{"care:careDesiredCount": "0"},
			rule: "scaling measures running tasks",
		},
		{
			key: "care:careMaxCount", value: "4",
			with: settings{"care:careCpuPercent": "0", "care:careRequestsPerTarget": "0"}, rule: "needs something to scale by",
		},
		{key: "care:careCpuPercent", value: "101", with: scaled, rule: "must be 0 to 100"},
		{key: "care:careRequestsPerTarget", value: "-1", with: scaled, rule: "must be 0 to 1000000"},
		{key: "care:celeryWorkers", value: "0", rule: "must be 1 to 5000"},
		{key: "care:celeryWorkers", value: "all", rule: "must be a whole number"},
		{
			key: "care:celeryMaxWorkers", value: "2", with: settings{"care:celeryWorkers": "3"},
			rule: "no less than care:celeryWorkers",
		},
		{key: "care:celeryMaxWorkers", value: "4", rule: "the only worker is in beat's task, which must not scale"},
		{
			key: "care:celeryMaxWorkers", value: "4",
			rule: "workers scale with the queue, which is measured only with care:redisBackend redis-stack",
			with: settings{
				"care:celeryWorkers": "2", "care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true",
			},
		},
		{key: "care:celeryWorkersOnSpot", value: "true", rule: "is in beat's task, which must not run on Spot"},
		{key: "care:celeryQueuePerWorker", value: "0", with: split, rule: "must be 1 to 1000000"},
	}
}

func badHours() []badInput {
	const key = "care:schedule"
	unprotected := settings{"care:protectData": "false"}
	part := func(name, value, rule string) badInput {
		parts := settings{"days": "MON-FRI", "start": "08:00", "stop": "20:00", "timeZone": "Asia/Kolkata"}
		parts[name] = value
		encoded, err := json.Marshal(parts)
		if err != nil {
			panic(err)
		}
		return badInput{
			key: key, value: string(encoded), with: unprotected, names: key + "." + name, shows: value, rule: rule,
		}
	}
	return []badInput{
		{key: key, value: "always", with: unprotected, rule: "must be an object"},
		{
			key: key, value: `{"days":["MON"],"start":"08:00","stop":"20:00","timeZone":"Asia/Kolkata"}`, with: unprotected,
			names: key + ".days", shows: "MON", rule: "must be a string",
		},
		{
			key: key, value: part("days", "MON-FRI", "").value, shows: "…",
			rule: "would stop a stack that care:protectData protects",
		},
		{
			key: key, value: `{"days":"MON-FRI","start":"08:00","stop":"20:00"}`, with: unprotected, names: key + ".timeZone",
			shows: "null", rule: "is required",
		},
		part("timezone", "Asia/Kolkata", "is not a key of a schedule"),
		part("days", "weekdays", "must be days from SUN to SAT"),
		part("start", "8 am", "must be a time of day"),
		part("stop", "20", "must be a time of day"),
		part("timeZone", "IST", "must be a time zone's name"),
		part("start", "00:10", "must leave time on the same day"),
		part("stop", "23:50", "must leave time on the same day for services that stop later"),
		part("stop", "09:00", "must be 2 to 20 hours after"),
	}
}
