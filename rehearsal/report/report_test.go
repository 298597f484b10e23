package report

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var update = flag.Bool("update", false, "write the golden files")

func assertGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func modelOf(t *testing.T, all ...made) Model {
	t.Helper()
	world, state := worldOf(t, all...)
	m, err := Build("test", world, state)
	require.NoError(t, err)
	return m
}

// shopModel adds the order of the program, and the parts that a world made by hand lacks.
func shopModel(t *testing.T) Model {
	t.Helper()
	all := shop(t)
	for i, m := range all {
		switch {
		case m.token == serviceType && m.name == "web":
			for _, on := range all {
				if on.token != serviceType || on.name != "web" {
					all[i].needs = append(all[i].needs, on.urn())
				}
			}
		case m.token == bucketType:
			all[i].needs = []string{urnOf(databaseType, "db")}
		}
	}
	m := modelOf(t, all...)
	m.Public = append(m.Public,
		live.Exposure{Resource: "s3.BucketV2 'photos'", What: "s3:GetObject on photos/covers/* by everyone"})
	m.Warnings = []live.Warning{
		{Resource: "ecs.Service 'web'", Text: "its tasks have public addresses", Rule: "ecs/public-address"},
		{Resource: "rds.Instance 'db'", Text: "has no standby in a second zone"},
		{Resource: "ecs.Service 'store'", Text: "its tasks have public addresses", Rule: "ecs/public-address"},
	}
	m.Assumptions = []standin.Assumption{
		{
			Resource: "route53.Record 'b'",
			Property: "zoneId",
			Value:    `"Z1"`,
			What:     "exists outside this program: route53.Zone",
		},
		{
			Resource: "route53.Record 'a'",
			Property: "zoneId",
			Value:    `"Z1"`,
			What:     "exists outside this program: route53.Zone",
		},
		{Resource: "ecs.Service 'web'", Property: "image", Value: `"web:1"`, What: "can be pulled"},
	}
	return m
}

func TestTheReportOfASmallStack(t *testing.T) {
	t.Parallel()
	document := shopModel(t).Document()
	assertGolden(t, "shop.txt", document.Text(false))
	assertGolden(t, "shop.md", document.Markdown())
}

func TestAPreviewIsNotCalledDeployed(t *testing.T) {
	t.Parallel()
	m := shopModel(t)
	m.Preview = true
	text := m.Document().Markdown()
	assert.Contains(t, text, "# Stack test, preview: ")
	assert.Contains(t, text, "## After the update (preview)\n")
	assert.NotContains(t, text, "As deployed")
}

func TestAReportIsTheSameWhateverTheOrderOfCreation(t *testing.T) {
	t.Parallel()
	all := shop(t)
	want := modelOf(t, all...).Document()
	slices.Reverse(all)
	got := modelOf(t, all...).Document()
	assert.Equal(t, want.Text(false), got.Text(false))
	assert.Equal(t, want.Markdown(), got.Markdown())
}

func TestAnExistingVpcIsDrawnWithTheArrowsInIt(t *testing.T) {
	t.Parallel()
	all := shop(t)
	own := modelOf(t, all...)
	existing := modelOf(t, slices.DeleteFunc(all, func(m made) bool {
		return m.token == vpcType || m.token == subnetType || strings.HasPrefix(m.token, "aws:ec2/route")
	})...)
	arrows := func(m Model) (all []Link) {
		for _, link := range m.Picture.Links {
			if !link.Loose && !strings.HasPrefix(link.To, "outside ") {
				all = append(all, link)
			}
		}
		return all
	}
	require.NotEmpty(t, arrows(own))
	assert.ElementsMatch(t, arrows(own), arrows(existing))
	require.Len(t, existing.Picture.Groups, 1)
	assert.Regexp(t, "^existing VPC vpc-", existing.Picture.Groups[0].Label)
	assert.NotEmpty(t, existing.Picture.Groups[0].Things)
}

func TestAnEmptyStackHasAReport(t *testing.T) {
	t.Parallel()
	text := modelOf(t).Document().Text(false)
	for _, line := range []string{
		"Stack test, rehearsed: 0 resources", "Verdict: nothing was refused; there is no ECS service",
		"  Pulumi counts 1: the stack itself.", "Who can reach whom: nobody can reach anything", "Public: nothing",
		"Secrets as plain text: none", "Warnings: none", "Assumed to exist outside the stack: nothing",
		"First deployment: nothing to deploy",
	} {
		assert.Contains(t, text, line+"\n")
	}
}

func TestWhatOnlyTheProgramWaitsForIsNamed(t *testing.T) {
	t.Parallel()
	recorded := graphOf(map[string]int{"net": 10, "first": 100, "group": 0, "second": 200},
		[2]string{"first", "net"}, [2]string{"group", "first"}, [2]string{"second", "group"})
	demanded := graphOf(map[string]int{"net": 10, "first": 100, "second": 200},
		[2]string{"first", "net"}, [2]string{"second", "net"})
	d, err := NewDeployment(recorded, demanded)
	require.NoError(t, err)
	assert.Equal(t, 310*time.Second, d.Path.Total())
	assert.Equal(t, 210*time.Second, d.Least)
	assert.InDelta(t, 310.0/210, d.Ratio(), 1e-9)
	require.Len(t, d.Own, 1)
	assert.Equal(t, "second", d.Own[0].Then.Name)
	assert.Equal(t, "first", d.Own[0].First.Name)
	assert.Contains(t, d.compared(), "would take 4 minutes; the program's own: second waits for first.")

	same, err := NewDeployment(demanded, demanded)
	require.NoError(t, err)
	assert.Empty(t, same.Own)
	assert.InDelta(t, 1, same.Ratio(), 0)
	assert.InDelta(t, 1, Deployment{}.Ratio(), 0)

	_, err = NewDeployment(graphOf(map[string]int{"a": 1, "b": 1}, [2]string{"a", "b"}, [2]string{"b", "a"}), demanded)
	assert.ErrorContains(t, err, "recorded order: these wait for each other")
}

func TestAStackThatNoFirstDeploymentCanMakeHasAReport(t *testing.T) {
	t.Parallel()
	one := made{bucketType, "one", "one-00001", props{"peer": "two-00002"}, nil, nil}
	two := made{bucketType, "two", "two-00002", props{"peer": "one-00001"}, nil, nil}
	s := modelOf(t, one, two).DeploymentSection()
	assert.Contains(t, s.Gist,
		"demanded order: these wait for each other: s3.BucketV2 one → s3.BucketV2 two → s3.BucketV2 one")
	assert.Nil(t, s.Table)
}

func TestPathsGoFromTheInternetInwardsAndNoneTwice(t *testing.T) {
	t.Parallel()
	way := func(from, to, port string) live.Path { return live.Path{From: from, To: to, Port: port} }
	got := SortedPaths([]live.Path{
		way("db.D 'lonely'", "db.D 'other'",
			"1"), way("ecs.S 'web'", live.Internet, "443"), way("ecs.S 'web'", "rds.I 'db'", "5432"),
		way("lb.L 'front'", "ecs.S 'web'",
			"8000"), way(live.Internet, "lb.L 'front'", "443"), way(live.Internet, "lb.L 'front'", "80"),
		way("lb.L 'front'", "ecs.S 'web'", "8000"),
	})
	var lines []string
	for _, path := range got {
		lines = append(lines, bare(path.From)+" "+bare(path.To)+" "+path.Port)
	}
	assert.Equal(t, []string{
		"internet front 80", "internet front 443", "front web 8000", "web db 5432", "web internet 443", "lonely other 1",
	}, lines)
}

func TestNamesTellPlacesApart(t *testing.T) {
	t.Parallel()
	n := newNaming(
		[]string{"ecs.Service 'redis'", "efs.FileSystem 'redis'", "ecs.Service 'web'", "ecs.Service 'web'", "internet"},
	)
	assert.Equal(t, "ecs.Service redis", n.call("ecs.Service 'redis'"))
	assert.Equal(t, "web", n.call("ecs.Service 'web'"))
	assert.Equal(t, "internet", n.call("internet"))
	assert.Equal(t, "out through NAT gateway n", bare("vpc.SecurityGroupEgressRule 'out' through ec2.NatGateway 'n'"))
}

func TestNoIdentifierIsShown(t *testing.T) {
	t.Parallel()
	m := Model{Public: []live.Exposure{{
		Resource: "s3.BucketV2 'photos'", What: "read on arn:aws:s3:::photos-0001/*, photos-00012/x",
	}}}
	world, _ := worldOf(t, made{bucketType, "more", "photos-00012", nil, nil, nil},
		made{bucketType, "photos", "photos-0001", nil, props{"arn": "arn:aws:s3:::photos-0001"}, nil})
	world.Look(m.rename)
	assert.Equal(t, "photos: read on photos/*, more/x", m.PublicSection().Items[0].Text)
	assert.NotContains(t, m.Document().Markdown(), "0001")
}

func TestChangesThatWaitForTheWindowAreTold(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Model{}.PendingSections())
	text := Model{Stack: "test", Pending: []aws.Pending{{
		Resource: "rds.Instance 'db'", Property: "instanceClass", Now: `"db.t4g.micro"`, Wanted: `"db.t4g.small"`,
	}}}.Document().Text(false)
	assert.Contains(t, text, "Waits for the maintenance window")
	assert.Contains(t, text, `db instanceClass: "db.t4g.micro" now, "db.t4g.small" then`)
}
