package change

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

func TestALostControlIsNamed(t *testing.T) {
	t.Parallel()
	finding := func(id, title string, breaches ...controls.Breach) controls.Finding {
		return controls.Finding{Control: controls.Control{ID: id, Title: title}, Key: "app:key", Breaches: breaches}
	}
	breach := func(name, reason string) controls.Breach {
		resource := controls.Resource{Label: "rds.Instance '" + name + "'", Name: name}
		return controls.Breach{Resource: resource, Why: "it is off", Reason: reason}
	}
	before := controls.Result{Findings: []controls.Finding{
		finding("RDS.5", "Standby", breach("old", "")), finding("RDS.6", "Monitoring"),
		finding("RDS.8", "Protected", breach("old", "")), finding("RDS.9", "Logs"),
	}}
	after := controls.Result{Findings: []controls.Finding{
		finding("RDS.5", "Standby", breach("old", ""), breach("new", "")),
		finding("RDS.6", "Monitoring", breach("old", "cheap")), finding("RDS.8", "Protected"), finding("RDS.9", "Logs"),
	}}
	c := Change{Before: report.Model{Controls: before}, After: report.Model{Controls: after}}
	s := c.controlsSection()
	assert.Equal(t, []report.Row{
		{Cells: []string{"RDS.5", "Standby", "no", "new", "it is off; changed by app:key"}, Strong: true},
		{Cells: []string{"RDS.6", "Monitoring", "no", "old", "cheap"}},
	}, s.Table.Rows)
	assert.Equal(t, report.Items("RDS.8 holds now: Protected"), s.Items)

	c.Before = c.After
	s = c.controlsSection()
	assert.Nil(t, s.Table)
	assert.Empty(t, s.Items)
}
