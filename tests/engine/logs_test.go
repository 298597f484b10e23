package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

func TestARecordedProductionGainsItsLogs(t *testing.T) {
	t.Parallel()
	version := releasedVersions(t)[0]
	s := openReleased(t, version, "production")
	identifier := s.live(databaseToken, "care-db").Out("identifier").Text()
	s.set(map[string]string{"accessLogs": "true", "databaseLogs": "true", "flowLogTraffic": "ALL"})
	_, err := s.Preview(t.Context())
	require.ErrorContains(t, err, `must be "`+identifier+`", which an existing database has`)
	require.ErrorContains(t, err, "care:databaseIdentifier")

	s.set(map[string]string{"databaseIdentifier": identifier})
	announced := append(announcedSince(changelog(t), version), "Replaced: ec2.FlowLog care-vpc-flow")
	done := s.up()
	assertNothingIsLost(t, "production", done, announced)
	assert.Empty(t, s.up().Changed(), "a second up changes nothing")
	assert.Equal(t, identifier, s.live(databaseToken, "care-db").Out("identifier").Text())
	for _, log := range []string{"postgresql", "upgrade"} {
		group := s.live("aws:cloudwatch/logGroup:LogGroup", "care-db-"+log)
		assert.Equal(t, "/aws/rds/instance/"+identifier+"/"+log, group.Out("name").Text())
		assert.Equal(t, 365, group.Out("retentionInDays").Int())
	}

	s.set(map[string]string{"databaseIdentifier": "hospital"})
	_, err = s.Preview(t.Context())
	require.ErrorContains(t, err, `must be "`+identifier+`"`, "the database is not renamed")
}

func TestAStackWithLogsComesUpAndGoes(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{
		"accessLogs": "true", "databaseLogs": "true", "flowLogs": "true", "flowLogTraffic": "ALL",
	}})
	s.up()
	assert.Empty(t, s.up().Changed())
	s.destroy()
}

func TestAWebAclIsAssociatedAndLeft(t *testing.T) {
	t.Parallel()
	const webAcl = "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012"
	s := open(t, rehearsal.Options{})
	s.up()
	s.set(map[string]string{"webAclArn": webAcl})
	assert.Equal(t, []string{"create aws:wafv2/webAclAssociation:WebAclAssociation care-alb-firewall"}, changes(s.up()))
	association := s.live("aws:wafv2/webAclAssociation:WebAclAssociation", "care-alb-firewall")
	assert.Equal(t, webAcl, association.Out("webAclArn").Text())
	assert.Equal(t, s.live("aws:lb/loadBalancer:LoadBalancer", "care-alb").Out("arn").Text(),
		association.Out("resourceArn").Text())
	assert.Empty(t, s.up().Changed())
	s.destroy()
}
