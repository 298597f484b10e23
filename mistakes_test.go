package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mistake is one that people make with ECS, Service Connect and Care. Its check fails where the stack makes it; a reason
// stands where the stack cannot.
type mistake struct {
	number int
	name   string
	check  func(t *testing.T, d deployment)
	reason string
}

func knownMistakes() []mistake {
	var all []mistake
	for _, some := range [][]mistake{connectMistakes(), redisMistakes(), taskMistakes(), careMistakes(), awsMistakes()} {
		all = append(all, some...)
	}
	return all
}

func TestNoKnownMistakeIsInTheStacks(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for _, m := range knownMistakes() {
		require.False(t, seen[m.number], "%d is there twice", m.number)
		seen[m.number] = true
		t.Run(fmt.Sprintf("%02d %s", m.number, m.name), func(t *testing.T) {
			t.Parallel()
			require.NotEqual(t, m.check == nil, m.reason == "", "either a check or a reason")
			if m.check == nil {
				t.Log("does not apply: " + m.reason)
				return
			}
			for _, stack := range stacks {
				t.Run(stack, func(t *testing.T) {
					t.Parallel()
					m.check(t, deployments[stack](t))
				})
			}
		})
	}
	for number := 1; number <= 68; number++ {
		assert.True(t, seen[number], "%d is not checked", number)
	}
}
