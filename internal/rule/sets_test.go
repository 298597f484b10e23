package rule_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func TestZonesAreTwoToSixDifferentOnesOfTheRegion(t *testing.T) {
	t.Parallel()
	const region = "ap-south-1"
	for _, good := range [][]string{
		{"ap-south-1a", "ap-south-1b"},
		{"ap-south-1c", "ap-south-1a"},
		{"ap-south-1a", "ap-south-1b", "ap-south-1c", "ap-south-1d", "ap-south-1e", "ap-south-1f"},
	} {
		assert.NoError(t, rule.AvailabilityZones("z", region, good), good)
		assert.NoError(t, rule.AvailabilityZones("z", "", good), good)
	}
	for _, bad := range [][]string{
		nil,
		{"ap-south-1a"},
		{"ap-south-1a", "ap-south-1a"},
		{"ap-south-1a", "ap-south-1z"},
		{"ap-south-1a", ""},
		{"ap-south-1a", "b"},
		{"ap-south-1a", "AP-SOUTH-1B"},
		{"ap-south-1a", "ap-south-1b", "ap-south-1c", "ap-south-1d", "ap-south-1e", "ap-south-1f", "ap-south-1g"},
	} {
		require.Error(t, rule.AvailabilityZones("z", region, bad), bad)
		require.Error(t, rule.AvailabilityZones("z", "", bad), bad)
	}
	require.ErrorContains(t, rule.AvailabilityZones("z", region, []string{"ap-south-1a", "eu-west-1b"}),
		"must be a zone of the region ap-south-1")
	assert.ErrorContains(t, rule.AvailabilityZones("z", region, []string{"ap-south-1a", "us-west-2-lax-1a"}),
		"must be a zone's name", "local zones have no load balancers for all")
}

func TestNothingIsNamedTwice(t *testing.T) {
	t.Parallel()
	assert.NoError(t, rule.Unique[string]("u", nil))
	assert.NoError(t, rule.Unique("u", []string{"a", "b"}))
	require.EqualError(t, rule.Unique("u", []int{443, 443}), `u = [443,443]: must not name 443 twice; remove one of them`)
	assert.EqualError(t, rule.Unique("u", []string{"a", "b", "a"}),
		`u = ["a","b","a"]: must not name "a" twice; remove one of them`)
}

func TestAMistypedEndpointIsAnsweredWithTheNearest(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, rule.EndpointService("e", "ecr.ap"), `perhaps "ecr.api" was meant`)
	require.ErrorContains(t, rule.EndpointService("e", "secretmanager"), `perhaps "secretsmanager" was meant`)
	assert.ErrorContains(t, rule.EndpointService("e", "nosuch"), `for example "logs"`, "nothing is near")
}

func TestHttpsNeedsADomainAndAProofOfIt(t *testing.T) {
	t.Parallel()
	const (
		domain, zone = "a.example.org", "Z0123456789EXAMPLE"
		certificate  = "arn:aws:acm:ap-south-1:123456789012:certificate/1"
	)
	check := func(d, z, c string) error { return rule.Https("domain", d, "zone", z, "certificate", c) }
	for _, good := range [][3]string{
		{"", "", ""},
		{domain, zone, ""},
		{domain, "", certificate},
		{domain, zone, certificate},
	} {
		require.NoError(t, check(good[0], good[1], good[2]), good)
	}
	for _, bad := range [][3]string{
		{domain, "", ""}, {"", zone, ""}, {"", "", certificate}, {"a", zone, ""}, {domain, "x", ""}, {domain, "", "x"},
	} {
		require.Error(t, check(bad[0], bad[1], bad[2]), bad)
	}
	for range 20 {
		assert.EqualError(t, check("", zone, certificate), "zone = \""+zone+
			"\": has no effect without domain; give domain as well\ncertificate = \""+certificate+
			"\": has no effect without domain; give domain as well", "always in the same order")
	}
}

func TestFargateOffersTheSizesOfTheEcsApi(t *testing.T) {
	t.Parallel()
	for cpu, want := range map[int][]int{
		256: {512, 1024, 2048}, 512: {1024, 2048, 3072, 4096}, 1024: {2048, 3072, 4096, 5120, 6144, 7168, 8192},
	} {
		assert.Equal(t, want, rule.FargateMemories(cpu))
	}
	for cpu, ends := range map[int][3]int{
		2048: {4096, 16384, 13}, 4096: {8192, 30720, 23}, 8192: {16384, 61440, 12}, 16384: {32768, 122880, 12},
	} {
		memories := rule.FargateMemories(cpu)
		assert.Equal(t, [3]int{memories[0], memories[len(memories)-1], len(memories)}, ends, cpu)
	}
	assert.Nil(t, rule.FargateMemories(128))
	require.NoError(t, rule.FargateSize("c", 512, "m", 1024))
	require.ErrorContains(t, rule.FargateSize("c", 500, "m", 1024), "c = 500")
	require.ErrorContains(t, rule.FargateSize("c", 256, "m", 4096), "512, 1024, 2048 MiB")
	assert.ErrorContains(t, rule.FargateSize("c", 1024, "m", 1024), "2048 to 8192 in steps of 1024 MiB")
}

func TestSmallestSizeHoldsWhatIsAskedForAndNoSmallerOneDoes(t *testing.T) {
	t.Parallel()
	cpus := []int{256, 512, 1024, 2048, 4096, 8192, 16384}
	for cpu := 0; cpu <= 16384; cpu += 500 {
		for memory := 0; memory <= 122880; memory += 3000 {
			gotCpu, gotMemory, ok := rule.SmallestFargateSize(cpu, memory)
			assert.True(t, ok)
			assert.GreaterOrEqual(t, gotCpu, cpu)
			assert.GreaterOrEqual(t, gotMemory, memory)
			for _, smaller := range cpus[:slices.Index(cpus, gotCpu)] {
				fits := smaller >= cpu && slices.Max(rule.FargateMemories(smaller)) >= memory
				assert.False(t, fits, "%d units would do for %d and %d MiB", smaller, cpu, memory)
			}
			sizes := rule.FargateMemories(gotCpu)
			if at := slices.Index(sizes, gotMemory); at > 0 {
				assert.Less(t, sizes[at-1], memory, "the least memory of %d units", gotCpu)
			}
		}
	}
	_, _, ok := rule.SmallestFargateSize(16385, 0)
	assert.False(t, ok)
	_, _, ok = rule.SmallestFargateSize(0, 122881)
	assert.False(t, ok)
}

func TestProxyGetsItsShareOfTheTask(t *testing.T) {
	t.Parallel()
	require.NoError(t, rule.ProxyRoom("c", 768, 512))
	require.ErrorContains(t, rule.ProxyRoom("c", 767, 512),
		"must be at least 768: Service Connect's proxy takes 256, and the containers need 512")
	require.NoError(t, rule.MemoryRoom("m", 2112, 2048))
	assert.ErrorContains(t, rule.MemoryRoom("m", 2111, 2048),
		"must be at least 2112: Service Connect's proxy takes 64, and the containers need 2048")
}

func TestCareVariablesKeepTheContractOfTheImage(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]struct{ good, refuse []string }{
		"EMAIL_HOST":                 {[]string{"mail.example.org", ""}, []string{"$HOST"}},
		"EMAIL_PORT":                 {[]string{"587"}, []string{"", "0", "65536", "smtp"}},
		"MAINTENANCE_MODE":           {[]string{"0"}, []string{"", "1", "yes"}},
		"JWT_ACCESS_TOKEN_LIFETIME":  {[]string{"10"}, []string{"", "ten"}},
		"DJANGO_DEBUG":               {[]string{"False", "false"}, []string{"True", "", "0"}},
		"DJANGO_SECURE_SSL_REDIRECT": {[]string{"False"}, []string{"True"}},
		"DJANGO_ALLOWED_HOSTS":       {[]string{`["*"]`, `["a","*"]`}, []string{"*", `["a"]`, "", `{"a":1}`, "[1]"}},
		"CORS_ALLOWED_ORIGINS": {
			[]string{`[]`, `["https://a.example.org"]`},
			[]string{"", "https://a.example.org", `["a.example.org"]`, `["https://a.example.org/"]`},
		},
		"CORS_ALLOWED_ORIGIN_REGEXES": {[]string{`["^https://.*$"]`}, []string{"^https://.*$"}},
		"CURRENT_DOMAIN": {
			[]string{"https://a.example.org"},
			[]string{"", "a.example.org", "http://a.example.org"},
		},
		"HCX_USERNAME":              {[]string{"x"}, []string{"", " "}},
		"ABDM_GATEWAY_URL":          {[]string{"https://abdm.example.org"}, []string{""}},
		"EMAIL_PASSWORD":            {nil, []string{"x", ""}},
		"SENTRY_DSN":                {nil, []string{"https://sentry.example.org"}},
		"GOOGLE_RECAPTCHA_SITE_KEY": {nil, []string{"x"}},
		"PROXY":                     {[]string{"http://proxy.example.org:3128"}, []string{"http://u:p@proxy.example.org"}},
		"REDIS_URL":                 {nil, []string{"redis://redis:6379"}},
		"USE_S3":                    {nil, []string{"1"}},
		"A-B":                       {nil, []string{"1"}},
	} {
		for _, value := range table.good {
			require.NoError(t, rule.CareVariable("k", name, value), "%s=%s", name, value)
		}
		for _, value := range table.refuse {
			assert.Error(t, rule.CareVariable("k", name, value), "%s=%s", name, value)
		}
	}
}
