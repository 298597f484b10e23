package bill

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestEachTypeOfTheCatalogueIsChargedForOrFree(t *testing.T) {
	t.Parallel()
	for _, kind := range aws.Package().Kinds {
		if kind.As != "" {
			continue // charged as the type that it is
		}
		charged := charges[kind.Token] != nil
		assert.NotEqual(t, charged, slices.Contains(free, standin.ShortType(kind.Token)),
			"say in charges.go what AWS asks for a %s, or that it is free", kind.Token)
	}
}
