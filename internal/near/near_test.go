package near_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/internal/near"
)

func TestOnlyANearWordIsSuggested(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"siez", []string{"size", "name"}, "size"},
		{"Fargate", []string{"EC2", "FARGATE"}, "FARGATE"},
		{"ids", []string{"arn", "id"}, "id"},
		{"X86-64", []string{"ARM64", "X86_64"}, "X86_64"},
		{"redisMemroy", []string{"redisMemory", "redisUrl"}, "redisMemory"},
		{"db.t4g.mcro", []string{"db.t4g.micro", "db.t3.micro"}, "db.t4g.micro"},
		{"nosuch", []string{"sms", "zones"}, ""},
		{"8", []string{"7", "14"}, ""},
		{"18", []string{"17", "8"}, ""},
		{"IPV6", []string{"IPV4", "DUAL"}, ""},
		{"postgres17", []string{"postgres16"}, ""},
		{"On", []string{"Off", "Active"}, ""},
		{"", []string{"a"}, ""},
		{"-", []string{"_"}, ""},
		{"core", []string{"cert"}, ""},
		{"anything", nil, ""},
	} {
		assert.Equal(t, row.want, near.Of(row.word, row.candidates), row.word)
	}
}
