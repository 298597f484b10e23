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
	for name, row := range map[string]swap{
		"log option": swapped(logs(in{"awslogs-regoin": "x"}), logs(in{"awslogs-multiline-pattern": "^x"}),
			"unknown log opt 'awslogs-regoin'", `did you mean "awslogs-region"?`),
		"capability": swapped(linux(in{"capabilities": in{"drop": []any{"EVERYTHING"}}}),
			linux(in{"capabilities": in{"drop": []any{"ALL"}}}), "no such Linux capability", "EVERYTHING"),
		"ulimit": swapped(in{"ulimits": []any{in{"name": "memlock", "softLimit": -1, "hardLimit": -1}}},
			in{"ulimits": []any{in{"name": "nofile", "softLimit": 9, "hardLimit": 9}}}, "nofile only"),
		"no ulimit": swapped(in{"ulimits": []any{in{"name": "files", "softLimit": 9, "hardLimit": 9}}}, nil,
			"ulimits[0].name"),
		"image in caps": swapped(in{"image": "Ghcr.io/Care:1"}, in{"image": "ghcr.io/care:1"},
			`invalid reference format: "Care"`),
		"two tags": swapped(in{"image": "x:1:2"}, in{"image": "host.example.org:5000/x:1"},
			`invalid reference format: "1:2" is no tag`),
		"bad digest":      swapped(in{"image": "x@sha256:12"}, in{"image": "x:1@" + digest}, "a digest is sha256:"),
		"empty component": swapped(in{"image": "ghcr.io//x:1"}, in{"image": "ghcr.io/a/b__c/d-e:1"}, `"" is no part`),
		"long tag": swapped(in{"image": "x:" + strings.Repeat("1", 129)}, in{"image": "x:" + strings.Repeat("1", 128)},
			"is no tag"),
		"no tag":        swapped(in{"image": "x:"}, in{"image": "x"}, `"" is no tag`),
		"little memory": swapped(in{"memory": 5}, in{"memory": 960}, "at least 6 MiB"),
		"tmpfs of nothing": swapped(linux(in{"tmpfs": []any{in{"containerPath": "/tmp", "size": 0}}}),
			linux(in{"tmpfs": []any{in{"containerPath": "/tmp", "size": 64}}}), "at least 1 MiB", "[ecs/linux-parameters]"),
		"negative cpu": swapped(in{"cpu": -1}, in{"cpu": 256}, "cpu is not negative"),
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
