package logfilter_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
)

func TestPatternsMatchAsDocumented(t *testing.T) {
	t.Parallel()
	for pattern, lines := range map[string]struct{ taken, left []string }{
		``:                {[]string{"", "anything"}, nil},
		`ERROR`:           {[]string{"ERROR x", "an ERROR"}, []string{"error", ""}},
		`ERROR disk`:      {[]string{"disk: ERROR"}, []string{"ERROR", "disk"}},
		`?ERROR ?WARN`:    {[]string{"ERROR", "a WARN b"}, []string{"INFO"}},
		`ERROR -timeout`:  {[]string{"ERROR"}, []string{"ERROR timeout"}},
		`"out of memory"`: {[]string{"killed: out of memory"}, []string{"out of order memory"}},
		`"a \"b\""`:       {[]string{`say a "b"`}, []string{"a b"}},
		`{ $.n >= 0 }`: {
			[]string{`{"n":0}`, `{"n":12.5}`}, []string{`{"n":-1}`, `{"n":"1"}`, `{"n":null}`, `{"m":1}`, `n >= 0`, `[1]`, ``},
		},
		`{$.n<5}`:                 {[]string{`{"n":4}`}, []string{`{"n":5}`}},
		`{ $.n <= 5 && $.n > 3 }`: {[]string{`{"n":4}`, `{"n":5}`}, []string{`{"n":3}`, `{"n":6}`}},
		`{ $.n = 1 || $.n = 3 }`:  {[]string{`{"n":1}`, `{"n":3}`}, []string{`{"n":2}`}},
		`{ $.n != 1 }`:            {[]string{`{"n":2}`}, []string{`{"n":1}`, `{}`}},
		`{ $.a = 1 && ($.b = 2 || $.c = *) }`: {
			[]string{`{"a":1,"b":2}`, `{"a":1,"c":"x"}`}, []string{`{"a":1}`, `{"b":2}`},
		},
		`{ $.level = "ERR*" }`: {[]string{`{"level":"ERROR"}`}, []string{`{"level":"an ERROR"}`, `{}`}},
		`{ $.level != INFO }`:  {[]string{`{"level":"ERROR"}`}, []string{`{"level":"INFO"}`, `{}`}},
		`{ $.a[1].b = x }`:     {[]string{`{"a":[0,{"b":"x"}]}`}, []string{`{"a":[0]}`, `{"a":{"b":"x"}}`, `{"a":1}`}},
		`{ $.ok IS TRUE }`:     {[]string{`{"ok":true}`}, []string{`{"ok":false}`, `{}`}},
		`{ $.ok IS FALSE }`:    {[]string{`{"ok":false}`}, []string{`{"ok":true}`, `{}`}},
		`{ $.x IS NULL }`:      {[]string{`{"x":null}`}, []string{`{"x":0}`, `{}`}},
		`{ $.x NOT EXISTS }`:   {[]string{`{}`}, []string{`{"x":null}`}},
	} {
		parsed, err := logfilter.Parse(pattern)
		require.NoError(t, err, pattern)
		for _, line := range lines.taken {
			assert.True(t, parsed.Matches(line), "%s takes %s", pattern, line)
		}
		for _, line := range lines.left {
			assert.False(t, parsed.Matches(line), "%s leaves %s", pattern, line)
		}
	}
}

func TestPatternsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for pattern, words := range map[string]string{
		`out-of:memory`:      "invalid character(s) in term 'out-of:memory'",
		`"open`:              "invalid character(s) in term",
		`{ $.n >= 0`:         "no } at the end",
		`{ n >= 0 }`:         "a property selector such as $.size is expected",
		`{ $ >= 0 }`:         "a property selector",
		`{ $.n }`:            "an operator is expected",
		`{ $.n >= }`:         "a value is expected",
		`{ $.n >= many }`:    ">= compares numbers",
		`{ ($.n = 1 }`:       "no ) before",
		`{ $.n = 1 $.m = 2}`: "is left over",
		`{ $.n = 1 && }`:     "a property selector",
	} {
		_, err := logfilter.Parse(pattern)
		require.ErrorContains(t, err, words, pattern)
	}
	for _, pattern := range []string{"[ip, user, status=5*]", "%ERROR.*%", "{ $.path = %/x% }"} {
		_, err := logfilter.Parse(pattern)
		require.ErrorIs(t, err, logfilter.ErrUnknown, pattern)
	}
}

func TestAMetricTakesANumberOnly(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]float64{`{"a":{"n":3}}`: 3, `{"a":{"n":0.5}}`: 0.5} {
		got, ok := logfilter.Value("$.a.n", line)
		assert.True(t, ok)
		assert.InDelta(t, want, got, 0)
	}
	for _, line := range []string{`{"a":{"n":"3"}}`, `{"a":{}}`, `{"a":1}`, "3", ""} {
		_, ok := logfilter.Value("$.a.n", line)
		assert.False(t, ok, line)
	}
	_, ok := logfilter.Value("1", `{"a":1}`)
	assert.False(t, ok)
}
