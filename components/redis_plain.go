package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// plainRedisScript starts the server in its first argument with the settings in REDIS_ARGS, as the script of Redis
// Stack's image does. Plain images of Redis and Valkey do not read that variable. The shell expands it in the
// container, so the task definition has no password. The image's script runs the server as a user without privileges
// (https://github.com/redis/docker-library-redis/blob/master/docker-entrypoint.sh,
// https://github.com/valkey-io/valkey-container/blob/mainline/docker-entrypoint.sh).
const plainRedisScript = `set -f; if command -v docker-entrypoint.sh >/dev/null; then set -- docker-entrypoint.sh "$@"; fi; ` +
	`exec "$@" $REDIS_ARGS`

// command returns the container's command, or nil to use the image's own.
func (args RedisStackArgs) command() pulumi.StringArrayInput {
	if image, known := args.Image.(pulumi.String); known {
		if command := args.commandOf(string(image)); command != nil {
			return pulumi.ToStringArray(command)
		}
		return nil
	}
	return args.Image.ToStringOutput().ApplyT(args.commandOf).(pulumi.StringArrayOutput)
}

func (args RedisStackArgs) commandOf(image string) []string {
	start := []string{redisImageScript}
	server := rule.PlainRedisServer(image)
	if server != "" {
		start = []string{"sh", "-c", plainRedisScript, "redis-start", server}
	}
	if args.Persistence != nil {
		return append([]string{"sh", "-c", redisSaveScript, "redis-save"}, start...)
	}
	if server == "" {
		return nil
	}
	return start
}
