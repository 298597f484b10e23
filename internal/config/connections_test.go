package config

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheFixNamesTheNumberThatFits(t *testing.T) {
	t.Parallel()
	base := map[string]string{
		"care:image":                 "ghcr.io/ohcnetwork/care:24.43.0",
		"care:databaseInstanceClass": "db.t4g.micro",
	}
	read := func(more map[string]string) Config {
		values := map[string]string{}
		for _, each := range []map[string]string{base, more} {
			maps.Copy(values, each)
		}
		_, c := readKeys(t, values)
		return c
	}
	for name, each := range map[string]struct {
		config       map[string]string
		fix, warning string
	}{
		"all that fit": {config: map[string]string{"care:careDesiredCount": "25"}},
		"too many API tasks": {
			config: map[string]string{"care:careDesiredCount": "26"},
			fix:    "choose a larger class, or lower care:careDesiredCount to 25",
		},
		"too many workers": {
			config: map[string]string{"care:celeryWorkers": "60"},
			fix:    "choose a larger class, or lower care:celeryWorkers to 17",
		},
		"too many of both": {
			config: map[string]string{"care:careDesiredCount": "60", "care:celeryWorkers": "60"},
			fix:    "choose a larger class, or lower care:careDesiredCount and care:celeryWorkers",
		},
		"a larger class": {
			config: map[string]string{"care:careDesiredCount": "26", "care:databaseInstanceClass": "db.t4g.small"},
		},
		"a maximum that fits": {config: map[string]string{"care:careDesiredCount": "2", "care:careMaxCount": "25"}},
		"a maximum of API tasks": {
			config: map[string]string{"care:careDesiredCount": "2", "care:careMaxCount": "26"},
			warning: "a deployment opens 109, and requests and tasks fail: choose a larger class, or lower " +
				"care:careMaxCount to 25.",
		},
		"a maximum of workers": {
			config: map[string]string{"care:celeryWorkers": "2", "care:celeryMaxWorkers": "18"},
			warning: "a deployment opens 111, and requests and tasks fail: choose a larger class, or lower " +
				"care:celeryMaxWorkers to 17.",
		},
		"an existing database": {config: map[string]string{
			"care:careDesiredCount":        "500",
			"care:databaseAddress":         "db.example.org",
			"care:databaseSecurityGroupId": "sg-01234567",
		}},
		"threads": {
			config: map[string]string{"care:careDesiredCount": "7", "care:environment": `{"GUNICORN_CMD_ARGS":"--threads=4"}`},
			fix:    "choose a larger class, or lower care:careDesiredCount to 6",
		},
	} {
		c := read(each.config)
		problems, warnings := c.connectionProblems(), c.connectionWarnings()
		if each.fix == "" {
			assert.Empty(t, problems, name)
		} else {
			require.Len(t, problems, 1, name)
			require.ErrorContains(t, problems[0], each.fix, name)
			require.ErrorContains(t, problems[0], "care:databaseInstanceClass = \"db.t4g.micro\"", name)
		}
		switch {
		case each.warning != "":
			require.Len(t, warnings, 1, name)
			assert.Contains(t, warnings[0], each.warning, name)
		case each.fix == "":
			assert.Empty(t, warnings, name)
		}
	}
}
