package bill

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnItemIsReadInFullOrRefused(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"- item: a\n  counts: b\n  price: 1\n":                                 "field price not found",
		"- item: a\n  counts: b\n":                                             "a: either prices or unlisted is required",
		"- item: a\n  unlisted: b\n":                                           "a: item, counts, and an example",
		"- item: a\n  counts: b\n  variants: x\n  unlisted: c\n":               "a: item, counts, and an example",
		"- item: a\n  counts: b\n  variants: (\n  example: x\n  unlisted: c\n": "a: error parsing regexp",
	} {
		_, err := readItems([]byte(content))
		require.ErrorContains(t, err, want, content)
	}
	all, err := readItems(
		[]byte(
			"- {item: a, variants: (x|y), example: x, counts: b, prices: [{variant: x, service: S, usage: U, per: GB}]}\n",
		),
	)
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, "a/x", all[0].queries[0].Item)
}

// Each of these is charged for only if it is switched on.
func TestWhatIsWatchedAndLoggedIsChargedByUse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		of   made
		want string
	}{
		{made{"aws:kms/key:Key", "k", nil}, "requests to encrypt and decrypt with KMS keys"},
		{made{"aws:rds/instance:Instance", "db", props{"monitoringInterval": 60}}, "enhanced monitoring of databases"},
		{
			made{"aws:rds/instance:Instance", "db", props{"enabledCloudwatchLogsExports": []any{"postgresql"}}},
			"logs that databases export",
		},
		{
			made{"aws:lb/loadBalancer:LoadBalancer", "lb", props{"accessLogs": props{"enabled": true, "bucket": "b"}}},
			"access logs of load balancers",
		},
		{made{"aws:s3/bucketLoggingV2:BucketLoggingV2", "b", nil}, "access logs of buckets"},
		{made{"aws:ec2/flowLog:FlowLog", "f", nil}, "flow logs"},
		{
			made{"aws:wafv2/webAclAssociation:WebAclAssociation", "w", nil},
			"a web ACL of the account, its rules and the requests that it inspects",
		},
	} {
		assert.Contains(t, namesOf(billOf(t, row.of).ByUse), row.want)
		off := made{row.of.token, row.of.name, props{"monitoringInterval": 0, "accessLogs": props{"enabled": false}}}
		if len(row.of.outputs) > 0 {
			assert.NotContains(t, namesOf(billOf(t, off).ByUse), row.want)
		}
	}
}
