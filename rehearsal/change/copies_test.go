package change

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

func TestADeletedParameterIsALossUnlessItWasACopy(t *testing.T) {
	t.Parallel()
	const prefix = "urn:pulumi:dev::web::"
	from := func(origin string) map[resource.PropertyKey][]resource.URN {
		return map[resource.PropertyKey][]resource.URN{"value": {resource.URN(prefix + origin)}}
	}
	state := []apitype.ResourceV3{
		{URN: prefix + parameterType + "::constant", Type: parameterType},
		{
			URN:                  prefix + parameterType + "::key",
			Type:                 parameterType,
			PropertyDependencies: from("aws:iam/accessKey:AccessKey::app"),
		},
		{
			URN:                  prefix + parameterType + "::made-up",
			Type:                 parameterType,
			PropertyDependencies: from("random:index/randomPassword:RandomPassword::p"),
		},
		{
			URN:                  prefix + parameterType + "::private",
			Type:                 parameterType,
			PropertyDependencies: from("tls:index/privateKey:PrivateKey::p"),
		},
		{URN: prefix + parameterType + "::by-hand", Type: parameterType, IgnoreChanges: []string{"value"}},
	}
	c := Change{copies: copies(state)}
	result := &rehearsal.Result{}
	for _, name := range []string{"constant", "key", "made-up", "private", "by-hand", "of-a-state-that-is-not-known"} {
		result.Steps = append(result.Steps, rehearsal.Step{
			Op: rehearsal.OpDelete, Urn: prefix + parameterType + "::" + name, Type: parameterType,
			Old: &rehearsal.ResourceState{Custom: true, Inputs: map[string]any{"type": "SecureString"}},
		})
	}
	c.collect(result)
	var lost []string
	for _, r := range c.Stateful() {
		lost = append(lost, r.Name)
	}
	assert.ElementsMatch(t, []string{"made-up", "private", "by-hand", "of-a-state-that-is-not-known"}, lost)
	assert.Len(t, c.Gone(), 6, "all are named")
}

func TestALongBeginningOfTwoCommandsIsLeftOut(t *testing.T) {
	t.Parallel()
	const script = "a script that is longer than what fits into a line of the report"
	for _, row := range []struct {
		old, now      []string
		before, after string
	}{
		{[]string{"sh", "-c", script, "a.sh"}, []string{"sh", "-c", script, "b.sh"}, "… a.sh", "… b.sh"},
		{[]string{"sh", "a.sh"}, []string{"sh", "b.sh"}, "sh a.sh", "sh b.sh"},
		{[]string{script}, []string{script, "b.sh"}, script, script + " b.sh"},
		{nil, []string{"a"}, "", "a"},
	} {
		before, after := withoutCommonStart(row.old, row.now)
		assert.Equal(t, row.before, before)
		assert.Equal(t, row.after, after)
	}
}
