package live

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHostsAreFoundInWhatVariablesHold(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{
		"redis://:p%40ss@redis.ns:6379/0":                    {"redis.ns:6379"},
		"redis://redis.ns":                                   {"redis.ns:6379"},
		"rediss+sentinel://a.ns:1,b.ns:2/x":                  {"a.ns:1", "b.ns:2"},
		"redis://a:1,redis://b:2":                            {"a:1", "b:2"},
		"postgres://user:p@ss@db.example.org/db?sslmode=off": {"db.example.org:5432"},
		"b-1.kafka:9092, b-2.kafka:9092":                     {"b-1.kafka:9092", "b-2.kafka:9092"},
		"host=db.example.org port=5432 dbname=x":             {"db.example.org"},
		"user:pw@tcp(db:3306)/x":                             {"db:3306"},
		`["https://a.example.org"]`:                          {"a.example.org:443"},
		"REDIS.NS.":                                          {"redis.ns"},
		"plain":                                              nil,
		"a:b":                                                nil,
		"x:99999":                                            nil,
		"custom://thing":                                     {"thing"},
		"":                                                   nil,
	} {
		var got []string
		for _, a := range addressesIn("ANY", value) {
			got = append(got, a.String())
		}
		assert.Equal(t, want, got, value)
	}
	assert.Len(t, addressesIn("REDIS_HOST", "redis"), 1)
}

func TestImagesAreReadAsDockerDoes(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]imageName{
		"redis":                         {"registry-1.docker.io", "library/redis", "latest"},
		"redis:7":                       {"registry-1.docker.io", "library/redis", "7"},
		"docker.io/redis/redis-stack:7": {"registry-1.docker.io", "redis/redis-stack", "7"},
		"ghcr.io/a/b@sha256:00":         {"ghcr.io", "a/b", "sha256:00"},
		"localhost:5000/a":              {"localhost:5000", "a", "latest"},
	} {
		assert.Equal(t, want, parseImage(image), image)
	}
}
