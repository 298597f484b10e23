package components

import "github.com/ohcnetwork/care-ecs/internal/rule"

// plainRedisScript starts the server of its first argument with the settings in REDIS_ARGS, as the script of Redis Stack's
// image does: plain images of Redis and Valkey do not read that variable. The shell puts it into the command, so that a
// password is not in the task definition. The image's script has the server run as a user without privileges
// (https://github.com/redis/docker-library-redis/blob/master/docker-entrypoint.sh,
// https://github.com/valkey-io/valkey-container/blob/mainline/docker-entrypoint.sh).
const plainRedisScript = `set -f; if command -v docker-entrypoint.sh >/dev/null; then set -- docker-entrypoint.sh "$@"; fi; ` +
	`exec "$@" $REDIS_ARGS`

// command returns the container's command; none where the image's own is right.
func (args RedisStackArgs) command() []string {
	start := []string{redisImageScript}
	server := rule.PlainRedisServer(args.Image)
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
