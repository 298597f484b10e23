package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValuesOfAContainerAreThoseThatEcsTakes(t *testing.T) {
	t.Parallel()
	logs := func(changes in) in {
		configuration, _ := app()["logConfiguration"].(in)
		options, _ := configuration["options"].(in)
		return in{"logConfiguration": with(configuration, in{"options": with(options, changes)})}
	}
	linux := func(changes in) in { return in{"linuxParameters": with(in{"initProcessEnabled": true}, changes)} }
	digest := "sha256:" + strings.Repeat("0a", 32)
	for name, row := range map[string]struct {
		planted, sound in
		want           []string
	}{
		"log option": {
			logs(in{"awslogs-regoin": "x"}), logs(in{"awslogs-multiline-pattern": "^x"}),
			[]string{"unknown log opt 'awslogs-regoin'", `did you mean "awslogs-region"?`},
		},
		"capability": {
			linux(in{"capabilities": in{"drop": []any{"EVERYTHING"}}}), linux(in{"capabilities": in{"drop": []any{"ALL"}}}),
			[]string{"no such Linux capability", "EVERYTHING"},
		},
		"ulimit": {
			in{"ulimits": []any{in{"name": "memlock", "softLimit": -1, "hardLimit": -1}}},
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 9, "hardLimit": 9}}}, []string{"nofile only"},
		},
		"no ulimit": {
			in{"ulimits": []any{in{"name": "files", "softLimit": 9, "hardLimit": 9}}}, nil, []string{"ulimits[0].name"},
		},
		"image in caps": {in{"image": "Ghcr.io/Care:1"}, in{"image": "ghcr.io/care:1"}, []string{
			`invalid reference format: "Care"`,
		}},
		"two tags": {in{"image": "x:1:2"}, in{"image": "host.example.org:5000/x:1"}, []string{
			`invalid reference format: "1:2" is no tag`,
		}},
		"bad digest":      {in{"image": "x@sha256:12"}, in{"image": "x:1@" + digest}, []string{"a digest is sha256:"}},
		"empty component": {in{"image": "ghcr.io//x:1"}, in{"image": "ghcr.io/a/b__c/d-e:1"}, []string{`"" is no part`}},
		"long tag": {
			in{"image": "x:" + strings.Repeat("1", 129)}, in{"image": "x:" + strings.Repeat("1", 128)}, []string{"is no tag"},
		},
		"no tag":        {in{"image": "x:"}, in{"image": "x"}, []string{`"" is no tag`}},
		"little memory": {in{"memory": 5}, in{"memory": 960}, []string{"at least 6 MiB"}},
		"tmpfs of nothing": {
			linux(in{"tmpfs": []any{in{"containerPath": "/tmp", "size": 0}}}),
			linux(in{"tmpfs": []any{in{"containerPath": "/tmp", "size": 64}}}),
			[]string{"at least 1 MiB", "[ecs/linux-parameters]"},
		},
		"negative cpu": {in{"cpu": -1}, in{"cpu": 256}, []string{"cpu is not negative"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			requireReason(t, c.checkTask(fargateTask(with(app(), row.planted))), append(row.want, "ClientException: ",
				"ecs.TaskDefinition 'app'")...)
			if row.sound != nil {
				require.Empty(t, c.checkTask(fargateTask(with(app(), row.sound))))
			}
		})
	}
}
