package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// bill gives the quantities of a month by their items.
func (s *stack) bill() map[string]float64 {
	s.t.Helper()
	quantities := map[string]float64{}
	s.cloud.Look(func(view *standin.View) {
		for _, line := range bill.Of(view).Lines {
			quantities[line.Item] = line.Quantity
		}
	})
	return quantities
}

func TestAStackRunsOnArmAndItsApiOnSpot(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	assert.InDelta(t, 1825, s.bill()["fargate-vcpu-hour/X86_64"], 1e-6)
	assert.NotContains(t, s.bill(), "fargate-vcpu-hour/ARM64")

	s.set(map[string]string{"architecture": "ARM64", "careOnSpot": "true"})
	for _, change := range changes(s.up()) {
		assert.NotContains(t, change, "rds/", "nothing that holds data is touched")
	}
	assert.Empty(t, s.up().Changed())
	assert.InDelta(t, 1460, s.bill()["fargate-vcpu-hour/ARM64"], 1e-6)
	assert.InDelta(t, 365, s.bill()["fargate-vcpu-hour/ARM64/spot"], 1e-6)
	assert.NotContains(t, s.bill(), "fargate-vcpu-hour/X86_64")
	s.destroy()
}
